"""Signing in and out, first passwords, devices, and slowing down who guesses."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from elearn import clock
from elearn.core.identity import spaced
from elearn.database import db
from elearn.people import service
from elearn.people.models import AuditEntry, Person, SignIn
from tests.helpers import PASSWORD, client_of, make_person, make_unit, post


@pytest.fixture
def person(app: Flask) -> Person:
    return make_person(make_unit())


def test_the_number_may_be_typed_as_it_is_printed(app: Flask, person: Person) -> None:
    client = app.test_client()
    for typed in (spaced(person.number), person.number, f" {person.number[:8]}.{person.number[8:]} "):
        response = post(client, "/masuk", {"nomor": typed, "sandi": PASSWORD})
        assert response.status_code == 302 and response.location == "/"
        assert client.get("/akun").status_code == 200
        post(client, "/keluar")
        assert client.get("/akun").location.startswith("/masuk")


def test_a_number_that_cannot_be_says_which_part(app: Flask) -> None:
    response = post(app.test_client(), "/masuk", {"nomor": "19871312 201001 1 005", "sandi": "x"})
    assert response.status_code == 400
    assert "tanggal lahir" in response.get_data(as_text=True)


def test_a_wrong_password_and_an_unknown_number_look_the_same(app: Flask, person: Person) -> None:
    client = app.test_client()
    other = ("1" if person.number[-1] != "1" else "2").join([person.number[:-1], ""])
    pages = []
    for number in (person.number, other):
        response = post(client, "/masuk", {"nomor": number, "sandi": "keliru sekali"})
        assert response.status_code == 401
        pages.append(response.get_data(as_text=True).replace(number, ""))
    assert "tidak cocok" in pages[0]
    assert len(pages[0]) == len(pages[1])


def test_next_stays_on_this_site(app: Flask, person: Person) -> None:
    for target, lands in (
        ("/nilai", "/nilai"),
        ("//evil.example/x", "/"),
        ("https://evil.example", "/"),
        ("/\\evil", "/"),
    ):
        client = app.test_client()
        response = post(client, "/masuk", {"nomor": person.number, "sandi": PASSWORD, "next": target})
        assert response.location == lands


def test_the_session_is_new_at_sign_in_and_gone_at_sign_out(app: Flask, person: Person) -> None:
    client = app.test_client()
    client.get("/masuk")
    before = client.get_cookie("diajar")
    post(client, "/masuk", {"nomor": person.number, "sandi": PASSWORD})
    cookie = client.get_cookie("diajar")
    assert before is not None and cookie is not None and before.value != cookie.value
    post(client, "/keluar")
    thief = app.test_client()
    thief.set_cookie("diajar", cookie.value)
    assert thief.get("/akun").status_code == 302, "a copied cookie opens nothing after signing out"


def test_a_first_password_must_be_changed(app: Flask) -> None:
    person = make_person(make_unit(), must_change=True, password="sementara sekali 7")
    client = app.test_client()
    response = post(client, "/masuk", {"nomor": person.number, "sandi": "sementara sekali 7"})
    assert response.location == "/akun/kata-sandi"
    assert client.get("/akun").location.startswith("/akun/kata-sandi")
    weak = {"lama": "sementara sekali 7", "baru": "password123", "ulang": "password123"}
    assert post(client, "/akun/kata-sandi", weak).status_code == 400
    good = {"lama": "sementara sekali 7", "baru": "hujan di jalan braga", "ulang": "hujan di jalan braga"}
    assert post(client, "/akun/kata-sandi", good).status_code == 302
    assert client.get("/akun").status_code == 200


@pytest.mark.parametrize("bad", ["pendek", "password1234", "aaaaaaaaaaaa", "x" * 129, "kurniasih sekali"])
def test_bad_new_passwords_say_why(app: Flask, person: Person, bad: str) -> None:
    client = client_of(app, person)
    response = post(client, "/akun/kata-sandi", {"lama": PASSWORD, "baru": bad, "ulang": bad})
    assert response.status_code == 400
    assert "Kata sandi" in response.get_data(as_text=True)
    assert client_of(app, person), "the old password still works"


def test_signing_out_everywhere(app: Flask, person: Person) -> None:
    phone, desk = client_of(app, person), client_of(app, person)
    assert desk.get("/akun").status_code == 200
    post(phone, "/akun/keluar-semua")
    assert phone.get("/akun").status_code == 302
    assert desk.get("/akun").status_code == 302
    assert db.session.scalar(select(func.count()).select_from(SignIn)) == 0


def test_one_device_can_be_ended_but_not_a_strangers(app: Flask, person: Person) -> None:
    stranger = make_person(make_unit("lain"))
    client_of(app, stranger)
    other = db.session.scalars(select(SignIn.token_hash).where(SignIn.person_id == stranger.id)).one()
    client = client_of(app, person)
    assert post(client, "/akun/keluarkan", {"perangkat": other}).status_code == 404
    assert db.session.scalar(select(func.count()).where(SignIn.token_hash == other)) == 1


def test_changing_the_password_signs_other_devices_out(app: Flask, person: Person) -> None:
    phone, desk = client_of(app, person), client_of(app, person)
    new = "hujan di jalan braga"
    post(phone, "/akun/kata-sandi", {"lama": PASSWORD, "baru": new, "ulang": new})
    assert phone.get("/akun").status_code == 200
    assert desk.get("/akun").status_code == 302


def test_an_idle_session_ends(app: Flask, person: Person) -> None:
    client = client_of(app, person)
    with clock.at(clock.now() + timedelta(hours=7)):
        assert client.get("/akun").status_code == 200, "used within the limit, and the limit counts from here"
    with clock.at(clock.now() + timedelta(hours=14)):
        assert client.get("/akun").status_code == 200
    with clock.at(clock.now() + timedelta(hours=23)):
        assert client.get("/akun").status_code == 302


def test_a_closed_account_is_out_at_once(app: Flask, person: Person) -> None:
    client = client_of(app, person)
    service.deactivate(person.id, "pensiun")
    assert client.get("/akun").status_code == 302
    assert post(app.test_client(), "/masuk", {"nomor": person.number, "sandi": PASSWORD}).status_code == 401


def _fail(client, number: str, times: int, address: str) -> list[int]:  # type: ignore[no-untyped-def]
    environ = {"REMOTE_ADDR": address}
    return [
        post(client, "/masuk", {"nomor": number, "sandi": "salah salah"}, environ_base=environ).status_code
        for _ in range(times)
    ]


def test_guessing_is_slowed_but_nobody_is_locked_out(app: Flask, person: Person) -> None:
    known = client_of(app, person)
    post(known, "/keluar")
    attacker = app.test_client()
    statuses = _fail(attacker, person.number, 6, "203.0.113.9")
    assert statuses == [401] * 5 + [429]
    right = {"nomor": person.number, "sandi": PASSWORD}
    blocked = post(attacker, "/masuk", right, environ_base={"REMOTE_ADDR": "203.0.113.9"})
    assert blocked.status_code == 429 and "menit" in blocked.get_data(as_text=True)
    same_office = post(known, "/masuk", right, environ_base={"REMOTE_ADDR": "203.0.113.9"})
    assert same_office.status_code == 302, "the owner's own browser is not locked out, even behind the same address"
    elsewhere = post(app.test_client(), "/masuk", right, environ_base={"REMOTE_ADDR": "198.51.100.7"})
    assert elsewhere.status_code == 302


def test_a_form_without_its_token_is_refused(app: Flask, person: Person) -> None:
    response = app.test_client().post("/masuk", data={"nomor": person.number, "sandi": PASSWORD})
    assert response.status_code == 400


def test_what_changes_an_account_is_in_the_audit_log_without_secrets(app: Flask, person: Person) -> None:
    client = client_of(app, person)
    new = "hujan di jalan braga"
    post(client, "/akun/kata-sandi", {"lama": PASSWORD, "baru": new, "ulang": new})
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "password.changed")).one()
    assert entry.actor_id == person.id and entry.address == "127.0.0.1"
    everything = " ".join(str((e.before, e.after, e.note, e.subject)) for e in db.session.scalars(select(AuditEntry)))
    assert PASSWORD not in everything and new not in everything and person.number not in everything
