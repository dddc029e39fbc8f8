"""One's own account: data, devices, password, and the accounts to try in a demo."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from elearn.core.identity import spaced
from elearn.database import db
from elearn.people import passwords
from elearn.people.agents import peramban
from elearn.people.models import Person, SignIn
from tests.helpers import PASSWORD, client_of, make_person, make_unit, post

PHONE = (
    "Mozilla/5.0 (Linux; Android 15; SM-A556E) AppleWebKit/537.36 (KHTML, like Gecko) "
    "SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36"
)


@pytest.fixture
def person(app: Flask) -> Person:
    return make_person(make_unit(name="Dinas Contoh"), email="rina@contoh.invalid")


def test_the_page_shows_ones_own_data(app: Flask, person: Person) -> None:
    page = client_of(app, person).get("/akun").get_data(as_text=True)
    for shown in (person.name, spaced(person.number), "Dinas Contoh", person.position, person.email):
        assert shown in page


def test_the_devices_are_listed_and_one_can_be_ended(app: Flask, person: Person) -> None:
    phone = app.test_client()
    post(phone, "/masuk", {"nomor": person.number, "sandi": PASSWORD}, headers={"User-Agent": PHONE})
    other = db.session.scalars(select(SignIn.token_hash)).one()
    desk = client_of(app, person)
    page = desk.get("/akun").get_data(as_text=True)
    assert "Samsung Internet, Android" in page and page.count("perangkat ini") == 1
    assert phone.get("/akun").status_code == 200
    assert post(desk, "/akun/keluarkan", {"perangkat": other}).location == "/akun"
    assert phone.get("/akun").location.startswith("/masuk")
    assert desk.get("/akun").status_code == 200


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (PHONE, "Samsung Internet, Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/150.0 Safari/537.36 Edg/150.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "Safari, iPhone"),
        ("", "Peramban"),
    ],
)
def test_devices_are_named_in_two_words(app: Flask, agent: str, words: str) -> None:
    assert peramban(agent) == words


def test_an_old_hash_is_made_anew_at_sign_in(app: Flask, person: Person) -> None:
    from argon2 import PasswordHasher

    stored = db.session.get_one(Person, person.id)
    stored.password_hash = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    db.session.commit()
    client_of(app, person)
    fresh = db.session.scalars(select(Person.password_hash).where(Person.id == person.id)).one()
    assert not passwords.needs_rehash(fresh) and passwords.verify(fresh, PASSWORD)


def test_being_told_to_wait_says_when(app: Flask, person: Person) -> None:
    client = app.test_client()
    for _ in range(5):
        post(client, "/masuk", {"nomor": person.number, "sandi": "salah"})
    answer = post(client, "/masuk", {"nomor": person.number, "sandi": "salah"})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 15 * 60 + 1
    assert "Coba lagi pukul" in answer.get_data(as_text=True)
    unknown = app.test_client()
    number = "198001012005041001"
    pages = [post(unknown, "/masuk", {"nomor": number, "sandi": "salah"}).get_data(as_text=True) for _ in range(6)]
    assert "Coba lagi pukul" in pages[-1], "an account that does not exist is treated alike"


def test_passwords_cannot_be_tried_out_on_the_page_that_changes_them(app: Flask, person: Person) -> None:
    client = client_of(app, person)
    new = "hujan di jalan braga"
    weak = {"lama": PASSWORD, "baru": "persib1933", "ulang": "persib1933"}
    assert [post(client, "/akun/kata-sandi", weak).status_code for n in range(7)] == [400] * 7, "a weak one is no guess"
    statuses = [
        post(client, "/akun/kata-sandi", {"lama": f"salah {n}", "baru": new, "ulang": new}).status_code
        for n in range(6)
    ]
    assert statuses == [400] * 5 + [429]
    assert post(client, "/akun/kata-sandi", {"lama": PASSWORD, "baru": new, "ulang": new}).status_code == 429


def _write_demo(app: Flask, person: Person) -> None:
    account = {
        "role": "peserta",
        "name": person.name,
        "number": person.number,
        "password": PASSWORD,
        "what": "Belajar.",
    }
    path = Path(app.config["INSTANCE_DIR"]) / "demo.json"
    path.write_text(json.dumps({"accounts": [account]}), encoding="utf-8")


def test_demo_accounts_are_shown_in_a_demo_only(app: Flask, person: Person) -> None:
    _write_demo(app, person)
    assert PASSWORD not in app.test_client().get("/masuk").get_data(as_text=True)
    app.config["DEMO"] = True
    page = app.test_client().get("/masuk").get_data(as_text=True)
    assert PASSWORD in page and "Masuk sebagai peserta" in page


def test_fields_help_password_managers_and_phones(app: Flask) -> None:
    page = app.test_client().get("/masuk").get_data(as_text=True)
    assert 'autocomplete="username"' in page and 'inputmode="numeric"' in page
    assert 'autocomplete="current-password"' in page
    assert 'maxlength="1024"' in page.partition('id="sandi"')[2].partition(">")[0], "a long password may be pasted"
