"""The page on which a pengajar gives one person more time, attempts or other dates."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from elearn.catalogue.models import ModuleTrainer
from elearn.catalogue.store import PublishedVersion
from elearn.database import transaction
from elearn.people.models import Person
from elearn.study import service as study
from tests.content import published
from tests.helpers import client_of, make_person, make_unit, post

PAGE = "/pengajar/modul-coba/kuis-akhir/kelonggaran"


@pytest.fixture
def version(app: Flask, tmp_path: Path) -> PublishedVersion:
    return published(tmp_path)


@pytest.fixture
def person(version: PublishedVersion) -> Person:
    person = make_person(make_unit(), name="Euis Komariah")
    study.enrol(person.id, version.module.slug)
    return person


@pytest.fixture
def client(app: Flask, version: PublishedVersion, person: Person) -> FlaskClient:
    trainer = make_person(make_unit("dinas"), "pengajar")
    with transaction() as session:
        session.add(ModuleTrainer(module_id=version.module_id, person_id=trainer.id))
    return client_of(app, trainer)


def test_it_is_given_told_and_withdrawn(app: Flask, client: FlaskClient, person: Person) -> None:
    assert PAGE in client.get("/pengajar/modul-coba").text
    spaced = f"{person.number[:8]} {person.number[8:14]} {person.number[14]} {person.number[15:]}"
    done = post(client, PAGE, {"nomor": spaced, "menit": "15", "alasan": "Tunanetra"}, follow_redirects=True)
    assert "langsung berlaku" in done.text and "Euis Komariah" in done.text and "15 menit lebih lama" in done.text
    rules = client_of(app, person).get("/modul/modul-coba/kuis-akhir").text
    assert "Anda mendapat kelonggaran" in rules and "Alasan: Tunanetra" in rules and "35 menit" in rules
    assert "cabut" in done.text
    path = done.text.split('action="' + PAGE)[1].split('"')[0]
    assert "Kelonggaran dicabut" in post(client, PAGE + path, {}, follow_redirects=True).text


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"nomor": "123", "menit": "5", "alasan": "Sakit"}, "Tidak ada akun dengan nomor ini"),
        ({"menit": "5", "alasan": "Sakit"}, "Isi nomornya"),
        ({"nomor": "NOMOR", "alasan": "Sakit"}, "Isi tambahan waktu"),
        ({"nomor": "NOMOR", "menit": "5"}, "Isi alasannya"),
        ({"nomor": "NOMOR", "menit": "9999", "alasan": "Sakit"}, "0 sampai 1440"),
        ({"nomor": "NOMOR", "menit": "lima", "alasan": "Sakit"}, "field-error"),
        ({"nomor": "NOMOR", "tutup": "2020-01-01T08:00", "alasan": "Sakit"}, "Waktu tutup sudah lewat"),
        ({"nomor": "NOMOR", "tutup": "kemarin", "alasan": "Sakit"}, "field-error"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(
    client: FlaskClient, person: Person, fields: dict[str, str], told: str
) -> None:
    answer = post(client, PAGE, {k: v.replace("NOMOR", person.number) for k, v in fields.items()})
    assert answer.status_code == 422 and told in answer.text
    assert "Belum ada kelonggaran" in answer.text, "nothing was given"


def test_only_a_trainer_of_the_module_and_only_for_a_quiz(app: Flask, client: FlaskClient, person: Person) -> None:
    stranger = client_of(app, make_person(make_unit("lain"), "pengajar"))
    assert stranger.get(PAGE).status_code == 404
    assert post(stranger, PAGE, {"nomor": person.number, "menit": "5", "alasan": "x"}).status_code == 404
    assert post(stranger, f"{PAGE}/1/cabut", {}).status_code == 404
    assert client.get("/pengajar/modul-coba/satu/kelonggaran").status_code == 404
