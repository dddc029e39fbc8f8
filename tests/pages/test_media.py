"""Media as a browser asks for them: only when signed in, kept for ever, in parts, and harmless when opened alone."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from elearn.catalogue import publishing
from elearn.catalogue.models import MediaFile
from elearn.database import db
from tests.content import files
from tests.helpers import client_of, make_person, make_unit

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x10\x00\x00\x00\x08" + bytes(range(200))
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><title>Peta</title>' + "<g></g>" * 200 + "</svg>"
LESSON = "---\ntitle: Satu\n---\n![Peta](media/peta.png)\n\n![Alur](media/alur.svg)\n\n[Formulir](media/isian.pdf)\n"


@pytest.fixture
def urls(app: Flask, tmp_path: Path) -> dict[str, str]:
    folder = tmp_path / "content" / "modules" / "modul-coba"
    (folder / "media").mkdir(parents=True)
    for name, text in (files() | {"01-satu.md": LESSON}).items():
        (folder / name).write_text(text)
    (folder / "media" / "peta.png").write_bytes(PNG)
    (folder / "media" / "alur.svg").write_text(SVG)
    (folder / "media" / "isian.pdf").write_bytes(b"%PDF-1.7\n%%EOF\n")
    report = publishing.publish_content(tmp_path / "content", by=None)
    assert not report.refused, report.lines()
    names = {"image/png": "peta.png", "image/svg+xml": "alur.svg", "application/pdf": "isian.pdf"}
    rows = db.session.scalars(select(MediaFile))
    return {names[row.media_type]: f"/media/{row.sha256}/{names[row.media_type]}" for row in rows}


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return client_of(app, make_person(make_unit()))


def test_media_are_for_who_is_signed_in(app: Flask, urls: dict[str, str]) -> None:
    assert app.test_client().get(urls["peta.png"]).status_code == 302


def test_media_are_kept_by_the_browser_and_come_in_parts(client: FlaskClient, urls: dict[str, str]) -> None:
    whole = client.get(urls["peta.png"])
    assert whole.data == PNG and whole.mimetype == "image/png"
    assert whole.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert whole.headers["X-Content-Type-Options"] == "nosniff"
    part = client.get(urls["peta.png"], headers={"Range": "bytes=4-9"})
    assert (part.status_code, part.data) == (206, PNG[4:10])
    assert client.get(urls["peta.png"], headers={"Range": "bytes=9999-"}).status_code == 416
    again = client.get(urls["peta.png"], headers={"If-None-Match": whole.headers["ETag"]})
    assert again.status_code == 304 and not again.data


def test_a_drawing_is_compressed_whole_and_can_do_nothing(client: FlaskClient, urls: dict[str, str]) -> None:
    headers = {"Accept-Encoding": "gzip", "Range": "bytes=4-9"}
    drawn = client.get(urls["alur.svg"], headers=headers)
    assert drawn.status_code == 200 and gzip.decompress(drawn.data).decode() == SVG
    policy = drawn.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'") and "sandbox" in policy and "script" not in policy
    again = client.get(urls["alur.svg"], headers={"Accept-Encoding": "gzip", "If-None-Match": drawn.headers["ETag"]})
    assert again.status_code == 304


def test_documents_are_saved_not_opened(client: FlaskClient, urls: dict[str, str]) -> None:
    assert client.get(urls["isian.pdf"]).headers["Content-Disposition"] == "attachment; filename=isian.pdf"
    assert client.get(urls["peta.png"]).headers["Content-Disposition"].startswith("inline")


@pytest.mark.parametrize(
    ("old", "new"),
    [("peta.png", "peta.html"), ("peta.png", "peta"), ("peta.png", "peta.svg"), ("/media/", "/media/z")],
)
def test_other_names_and_hashes_are_not_found(client: FlaskClient, urls: dict[str, str], old: str, new: str) -> None:
    assert client.get(urls["peta.png"].replace(old, new)).status_code == 404


def test_a_file_lost_from_the_disk_is_not_found(app: Flask, client: FlaskClient, urls: dict[str, str]) -> None:
    for path in app.config["MEDIA_DIR"].rglob("*"):
        if path.is_file():
            path.unlink()
    assert client.get(urls["peta.png"]).status_code == 404
