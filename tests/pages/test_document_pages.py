"""A lesson from a document, in the studio."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.content import published
from tests.documents import document
from tests.helpers import client_of, csrf_token, make_person, make_unit, trainer_of

PAGE = "/pengajar/modul-coba/dari-dokumen"


@pytest.fixture
def client(app: Flask, tmp_path: Path) -> FlaskClient:
    return client_of(app, trainer_of(published(tmp_path).module_id))


def send(client: FlaskClient, name: str, data: bytes) -> TestResponse:
    form = {"csrf_token": csrf_token(client, PAGE), "berkas": (io.BytesIO(data), name)}
    return client.post(PAGE, data=form, content_type="multipart/form-data")


def test_a_document_is_a_lesson_with_a_report(client: FlaskClient, tmp_path: Path) -> None:
    page = send(client, "panduan.docx", document("docx", tmp_path)).text
    assert "Materi baru: Melayani di loket" in page and "1 gambar ikut" in page
    assert "tautan di dalam dokumen" in page
    assert "melayani-di-loket.md" in client.get("/pengajar/modul-coba/naskah").text


def test_what_cannot_be_read_changes_nothing(client: FlaskClient) -> None:
    before = client.get("/pengajar/modul-coba/naskah").text.count("<li>")
    page = send(client, "a.docx", b"bukan")
    assert page.status_code == 422 and "Belum ada materi yang dibuat" in page.text
    assert client.post(PAGE, data={"csrf_token": csrf_token(client, PAGE)}).status_code == 422
    assert client.get("/pengajar/modul-coba/naskah").text.count("<li>") == before


def test_a_stranger_sees_no_form(app: Flask, client: FlaskClient) -> None:
    assert client_of(app, make_person(make_unit("lain"), "pengajar")).get(PAGE).status_code == 404
