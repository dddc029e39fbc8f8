"""Media in the studio: uploaded by a form and by the editor, replaced, deleted and put back."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.content import published
from tests.helpers import client_of, csrf_token, make_person, make_unit, post, trainer_of
from tests.pictures import drawn, encoded, photograph

PAGE = "/pengajar/modul-coba/media"


@pytest.fixture
def client(app: Flask, tmp_path: Path) -> FlaskClient:
    return client_of(app, trainer_of(published(tmp_path).module_id))


def send(client: FlaskClient, address: str, name: str, data: bytes, **fields: Any) -> TestResponse:
    json = fields.pop("json", False)
    form = {"csrf_token": csrf_token(client, PAGE), "berkas": (io.BytesIO(data), name), **fields}
    headers = {"Accept": "application/json"} if json else {}
    return client.post(address, data=form, content_type="multipart/form-data", headers=headers)


def test_an_upload_gives_the_line_to_write(client: FlaskClient) -> None:
    assert "Belum ada gambar atau berkas" in client.get(PAGE).text
    page = send(client, PAGE, "Foto Loket.jpg", photograph(), alt="Loket [baru] dengan kursi").text
    assert 'value="![Loket (baru) dengan kursi](media/foto-loket.jpg)"' in page
    assert "40 × 60" not in page and "60 × 40 piksel" in page and "Belum dipakai" in page
    picture = re.search(r'src="(/media/[0-9a-f]{64}/foto-loket.jpg)"', page)
    assert picture
    shown = client.get(picture[1])
    assert shown.mimetype == "image/jpeg" and b"Telepon Rina" not in shown.data
    assert "Berkas ini sudah ada" in send(client, PAGE, "lagi.jpg", photograph()).text


def test_the_editor_gets_json(client: FlaskClient) -> None:
    told = send(client, PAGE, "a.png", encoded(drawn(), "PNG"), alt="Bagan", json=True)
    assert told.json == {"path": "media/a.png", "alt": "Bagan"}
    refused = send(client, PAGE, "a.png", b"bukan gambar", json=True)
    assert refused.status_code == 422 and "bukan gambar" in refused.json["message"]  # type: ignore[index]


def test_what_is_wrong_is_told_and_the_words_stay(client: FlaskClient) -> None:
    page = send(client, PAGE, "program.exe", b"MZ", alt="Kata saya")
    assert page.status_code == 422 and "tidak diterima" in page.text and 'value="Kata saya"' in page.text
    assert post(client, PAGE, {"alt": "x"}).status_code == 422
    assert "Pilih dulu sebuah berkas." in post(client, PAGE, {"alt": "x"}).text


def test_replacing_deleting_and_putting_back(client: FlaskClient) -> None:
    send(client, PAGE, "a.png", encoded(drawn(), "PNG"))
    done = send(client, f"{PAGE}/ganti", "b.png", encoded(drawn((80, 20)), "PNG"), path="media/a.png", versi="1")
    assert done.status_code == 302 and "80 × 20" in client.get(PAGE).text
    stale = send(client, f"{PAGE}/ganti", "b.png", encoded(drawn((70, 20)), "PNG"), path="media/a.png", versi="1")
    assert stale.status_code == 302
    page = client.get(PAGE).text
    assert "baru saja mengubah" in page and "80 × 20" in page
    assert send(client, f"{PAGE}/ganti", "b.svg", b"<svg/>", path="media/a.png", versi="2").status_code == 422
    gone = {"aksi": "hapus", "path": "media/a.png", "versi": "2"}
    assert post(client, "/pengajar/modul-coba/berkas", gone).location == PAGE
    page = client.get(PAGE).text
    assert "Kembalikan" in page and "80 × 20" not in page
    post(client, "/pengajar/modul-coba/berkas", {"aksi": "kembalikan", "path": "media/a.png"})
    assert "80 × 20" in client.get(PAGE).text


def test_captions_stand_beside_their_recording(client: FlaskClient) -> None:
    send(client, PAGE, "Sapa.mp4", b"\x00\x00\x00\x18ftypmp42" + b"\0" * 60)
    assert "belum ada takarir" in client.get(PAGE).text
    vtt = b"WEBVTT\n\n00:00.000 --> 00:02.000\nHai\n"
    assert send(client, f"{PAGE}/takarir", "x.vtt", vtt, path="media/sapa.mp4").status_code == 302
    page = client.get(PAGE).text
    assert "media/sapa.vtt" in page and "belum ada takarir" not in page
    assert send(client, f"{PAGE}/takarir", "x.vtt", b"bukan", path="media/sapa.mp4").status_code == 422
    assert send(client, f"{PAGE}/takarir", "x.vtt", vtt, path="media/lain.mp4").status_code == 302


def test_a_stranger_sees_and_changes_nothing(app: Flask, client: FlaskClient) -> None:
    stranger = client_of(app, make_person(make_unit("lain"), "pengajar"))
    assert stranger.get(PAGE).status_code == 404
    for path in (PAGE, f"{PAGE}/ganti", f"{PAGE}/takarir"):
        assert post(stranger, path, {"path": "media/a.png", "versi": "1"}).status_code == 404
