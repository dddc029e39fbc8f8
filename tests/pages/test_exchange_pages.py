"""Import and export of questions in the studio."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from elearn.authoring import drafts
from elearn.authoring.models import Draft
from elearn.core.exchange.base import Section
from elearn.core.exchange.formats import FORMATS
from elearn.core.exchange.sources import build, option
from elearn.people.models import Person
from tests.content import published
from tests.helpers import client_of, csrf_token, make_person, make_unit, trainer_of
from tests.pictures import drawn, encoded

PAGE = "/pengajar/modul-coba/impor"
AIKEN = (
    b"Kanal mana yang menerima laporan?\nA. Lapor\nB. Buku tamu\nC. Papan\nANSWER: A\n\nTanpa kunci?\nA. satu\nB. dua\n"
)


@pytest.fixture
def trainer(app: Flask, tmp_path: Path) -> Person:
    return trainer_of(published(tmp_path).module_id)


@pytest.fixture
def draft(trainer: Person) -> Draft:
    return drafts.open_draft(trainer.id, "modul-coba")


@pytest.fixture
def client(app: Flask, draft: Draft, trainer: Person) -> FlaskClient:
    return client_of(app, trainer)


def bring(client: FlaskClient, name: str, data: bytes, **fields: str) -> TestResponse:
    form = {"csrf_token": csrf_token(client, PAGE), "berkas": (io.BytesIO(data), name), **fields}
    return client.post(PAGE, data=form, content_type="multipart/form-data")


def texts(draft: Draft) -> dict[str, str]:
    return {file.path: file.text or "" for file in drafts.present(draft)}


def test_a_file_becomes_a_new_quiz_with_a_report_of_each_question(client: FlaskClient, draft: Draft) -> None:
    before = texts(draft)
    page = bring(client, "soal.txt", AIKEN)
    assert page.status_code == 200 and "1 soal masuk ke" in page.text
    assert "persis" in page.text and "ditolak" in page.text and "Tidak ada baris ANSWER" in page.text
    now = texts(draft)
    (path,) = now.keys() - before.keys()
    assert {name: text for name, text in now.items() if name != path} == before
    assert "Kanal mana yang menerima laporan?" in now[path] and 'title: "Impor dari soal.txt"' in now[path]
    assert "Kanal mana yang menerima laporan?" in client.get(f"/pengajar/modul-coba/naskah/{path}").text
    assert "kesalahan" not in client.get("/pengajar/modul-coba/naskah").text


def test_into_a_quiz_that_is_there_questions_are_added_with_ids_of_their_own(client: FlaskClient, draft: Draft) -> None:
    quiz = "90-kuis-akhir.md"
    before = texts(draft)[quiz]
    for _twice in range(2):
        assert bring(client, "soal.txt", AIKEN, ke=quiz).status_code == 200
    after = texts(draft)[quiz]
    assert after.startswith(before.rstrip())
    ids = re.findall(r"## Kanal mana.*?\{#([\w-]+)", after)
    assert len(ids) == 2 and len(set(ids)) == 2
    versions = re.findall(r"/riwayat/90-kuis-akhir.md", bring(client, "soal.txt", AIKEN, ke=quiz).text)
    assert versions, "it can be taken back"


def test_pictures_come_along(client: FlaskClient, draft: Draft) -> None:
    source = build("denah", "Loket mana?\n\n![Denah](media/denah.png)", options=[
        option("(", "x", "Kiri"), option("(", "", "Kanan"),
    ])  # fmt: skip
    picture = encoded(drawn(), "PNG")
    made = FORMATS["moodle"].write([Section("s", "Denah", "", None, (source,))], {"media/denah.png": picture})
    first = bring(client, "soal.xml", made.data)
    assert "1 gambar ikut" in first.text
    media = [path for path in texts(draft) if path.startswith("media/")]
    assert media == ["media/denah.png"]
    other = FORMATS["moodle"].write(
        [Section("s", "Denah", "", None, (source,))], {"media/denah.png": encoded(drawn((80, 80)), "PNG")}
    )
    bring(client, "lagi.xml", other.data)
    assert "media/denah-2.png" in texts(draft), "another picture of the same name"
    assert any("](media/denah-2.png)" in text for text in texts(draft).values())


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("imsmanifest.xml", b" " * 300_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.xml", b"<quiz><!DOCTYPE x [<!ENTITY a 'b'>]>"), ("a.txt", b"tidak ada soal"), ("a.bin", b"\x00\x01")],
)
def test_what_cannot_be_read_changes_nothing(client: FlaskClient, draft: Draft, name: str, data: bytes) -> None:
    before = texts(draft)
    page = bring(client, name, data)
    assert page.status_code == 422 and "Belum ada yang diimpor" in page.text
    assert texts(draft) == before


def test_a_bomb_is_refused_in_time(client: FlaskClient, draft: Draft) -> None:
    assert bring(client, "a.zip", bomb()).status_code == 422


def test_wrong_forms_are_told(client: FlaskClient) -> None:
    assert bring(client, "a.txt", AIKEN, format="docx").status_code == 400
    assert "dihapus atau berganti nama" in bring(client, "a.txt", AIKEN, ke="77-hilang.md").text
    assert client.post(PAGE, data={"csrf_token": csrf_token(client, PAGE)}).status_code == 422


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_quiz_is_looked_at_and_downloaded(client: FlaskClient, name: str) -> None:
    address = "/pengajar/modul-coba/ekspor/90-kuis-akhir.md"
    assert "Periksa" in client.get(address).text
    page = client.get(f"{address}?format={name}")
    assert page.status_code == 200 and "Unduh" in page.text
    assert "persis" in page.text or "didekati" in page.text
    done = client.get(f"{address}?format={name}&unduh=1")
    assert done.headers["Content-Disposition"].startswith('attachment; filename="90-kuis-akhir.')
    back = bring(client, "lagi", done.data, format=name)
    assert back.status_code == 200 and "soal masuk ke" in back.text
    assert client.get(f"{address}?format=docx").status_code == 404
    assert client.get(f"/pengajar/modul-coba/ekspor/01-satu.md?format={name}").status_code == 404


def test_a_stranger_imports_and_exports_nothing(app: Flask, client: FlaskClient) -> None:
    stranger = client_of(app, make_person(make_unit("lain"), "pengajar"))
    assert stranger.get(PAGE).status_code == 404
    assert stranger.get("/pengajar/modul-coba/ekspor/90-kuis-akhir.md?format=aiken").status_code == 404
