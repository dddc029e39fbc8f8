"""The question bank in a browser's words: looking, one question, using it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from elearn.authoring.figure_models import ItemFigures
from elearn.catalogue.store import PublishedVersion
from elearn.database import transaction
from tests.content import EVERY_TYPE, WITHOUT_KEY, published
from tests.helpers import client_of, make_person, make_unit, post, trainer_of

HEAD = "---\nkind: quiz\ntitle: Kuis akhir\n---\n"
BANK = "/pengajar/bank-soal"


@pytest.fixture
def version(app: Flask, tmp_path: Path) -> PublishedVersion:
    return published(tmp_path, final=HEAD + EVERY_TYPE + WITHOUT_KEY)


@pytest.fixture
def client(app: Flask, version: PublishedVersion) -> FlaskClient:
    return client_of(app, trainer_of(version.module_id))


def test_every_type_has_a_page_with_its_key(client: FlaskClient, version: PublishedVersion) -> None:
    listed = client.get(BANK).text
    assert BANK in client.get("/pengajar").text
    part = version.module.part("kuis-akhir")
    assert part is not None and part.kind == "quiz"
    for question in part.questions.values():
        address = f"{BANK}/modul-coba/{question.id}"
        assert address in listed
        page = client.get(address)
        assert page.status_code == 200 and f"from=modul-coba/{question.id}" in page.text
        assert ("Jawaban yang benar." in page.text) == (question.type not in ("essay", "likert")), question.id


def test_what_is_looked_for_stays_in_the_form(client: FlaskClient) -> None:
    page = client.get(f"{BANK}?cari=tunggal&modul=modul-coba&jenis=single&tujuan=TP1").text
    assert 'value="tunggal"' in page
    for chosen in ("modul-coba", "single", "TP1"):
        assert re.search(rf'<option value="{chosen}" selected', page), chosen
    assert "Tidak ada soal yang cocok" in client.get(f"{BANK}?cari=xyzzy").text


def test_figures_and_what_they_say(client: FlaskClient, version: PublishedVersion) -> None:
    with transaction() as session:
        session.add(ItemFigures(
            module_id=version.module_id, part_slug="kuis-akhir", question="tunggal", attempts=41, facility=62.5, discrimination=-12.0,
        ))  # fmt: skip
        session.add(ItemFigures(
            module_id=version.module_id, part_slug="kuis-akhir", question="ganda", attempts=7, facility=1.0, discrimination=-99.0,
        ))  # fmt: skip
    page = client.get(f"{BANK}?angka=terbalik").text
    assert "62,5%" in page and "41" in page and "Membedakan terbalik" in page
    assert f"{BANK}/modul-coba/ganda" not in page, "seven answers say nothing"


def test_using_a_question_leads_to_its_line(client: FlaskClient) -> None:
    address = f"{BANK}/modul-coba/awal-satu"
    done = post(client, address, {"ke": "modul-coba/90-kuis-akhir.md"})
    assert done.status_code == 302
    assert re.search(r"/pengajar/modul-coba/naskah/90-kuis-akhir.md\?baris=\d+$", done.headers["Location"])
    page = client.get(done.headers["Location"]).text
    assert "from=modul-coba/awal-satu" in page and "kini dipakai" in page
    again = post(client, address, {"ke": "modul-coba/90-kuis-akhir.md"})
    assert again.status_code == 422 and "sudah memakai soal ini" in again.text
    nowhere = post(client, address, {"ke": "modul-coba/01-satu.md"})
    assert nowhere.status_code == 422 and "Pilih lagi" in nowhere.text
    assert post(client, f"{BANK}/modul-coba/tidak-ada", {"ke": ""}).status_code == 404


def test_only_a_pengajar_looks_into_the_bank(app: Flask, version: PublishedVersion) -> None:
    for role in ((), ("atasan",), ("admin",)):
        someone = client_of(app, make_person(make_unit("lain" + "".join(role)), *role))
        assert someone.get(BANK).status_code == 403
        assert someone.get(f"{BANK}/modul-coba/tunggal").status_code == 403
