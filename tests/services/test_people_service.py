"""Persons, roles, passwords and sign-ins, without pages."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from elearn import clock
from elearn.database import db, transaction
from elearn.people import audit, limits, passwords, service, sessions
from elearn.people.models import AuditEntry, Person, Role, SignIn
from elearn.people.queries import all_units, in_subtree, units_above
from elearn.people.signals import person_placed
from tests.helpers import PASSWORD, make_number, make_person, make_unit


def test_the_tree_of_units_knows_what_is_below(app: Flask) -> None:
    kota = make_unit("kota")
    dinas = make_unit("dinas", kota)
    bidang = make_unit("bidang", dinas)
    other = make_unit("lain", kota)
    from elearn.people.models import Unit

    def below(*paths: str) -> set[str]:
        return set(db.session.scalars(select(Unit.code).where(in_subtree(Unit.path, paths))))

    assert below(dinas.path) == {"dinas", "bidang"}
    assert below(bidang.path, other.path) == {"bidang", "lain"}
    assert below() == set()
    assert units_above(bidang.path) == [kota.id, dinas.id, bidang.id]
    assert [unit.code for unit in all_units()] == ["kota", "dinas", "bidang", "lain"]


def test_a_prefix_of_a_path_is_not_a_unit_above(app: Flask) -> None:
    """1. is not above 10., 11. and so on."""
    from elearn.people.models import Unit

    units = [make_unit(f"u{n}") for n in range(12)]
    found = db.session.scalars(select(Unit.code).where(in_subtree(Unit.path, [units[0].path]))).all()
    assert found == ["u0"]


def test_changing_a_person_tells_what_differs_and_where_they_went(app: Flask) -> None:
    here, there = make_unit("sini"), make_unit("sana")
    person = make_person(here, "pengajar")
    placed: list[tuple[int, str]] = []

    def note(_sender: object, person_id: int, unit_path: str) -> None:
        placed.append((person_id, unit_path))

    with person_placed.connected_to(note):
        assert not service.change_person(person.id, name=person.name, grants=[(Role.PENGAJAR, None)])
        assert placed == []
        assert service.change_person(person.id, position="Lurah")
        assert placed == [(person.id, here.path)], "who is something else there may get what is given to such people"
        placed.clear()
        assert service.change_person(person.id, unit_id=there.id, grants=[(Role.ATASAN, there.id)])
    assert placed == [(person.id, there.path)]
    entries = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "person.changed").order_by(AuditEntry.id)
    ).all()
    assert [(e.before, e.after) for e in entries] == [
        ({"position": "Pengelola Layanan"}, {"position": "Lurah"}),
        (
            {"unit_id": here.id, "roles": ["pengajar"]},
            {"unit_id": there.id, "roles": [f"atasan:{there.id}"]},
        ),
    ]
    with pytest.raises(TypeError):
        service.change_person(person.id, number="1")


def test_the_audit_log_belongs_in_the_transaction(app: Flask) -> None:
    with pytest.raises(RuntimeError):
        audit.record("person.changed")
    with pytest.raises(ZeroDivisionError), transaction():
        audit.record("person.changed")
        raise ZeroDivisionError
    assert db.session.scalars(select(AuditEntry)).all() == []


def test_the_user_is_loaded_by_one_statement(app: Flask, statements: Callable[[], Any]) -> None:
    unit = make_unit()
    below = make_unit("bidang", unit)
    person = make_person(unit, "pengajar", "admin", name="Dr. Rina Ayu Kurniasih, M.Si.")
    service.change_person(person.id, grants=[(Role.PENGAJAR, None), (Role.ATASAN, unit.id), (Role.ATASAN, below.id)])
    token = sessions.start(person.id, "Firefox/150.0 (Android 16)")
    db.session.expire_all()
    db.session.commit()
    with statements() as seen:
        user = sessions.load(token)
    assert len(seen) == 1
    assert user is not None
    assert user.roles == {"pengajar", "atasan"} and user.team_paths == (unit.path, below.path)
    assert (user.first_name, user.initials) == ("Rina", "RK")
    assert sessions.load("made up") is None


def test_being_seen_is_written_every_five_minutes_at_most(app: Flask, statements: Callable[[], Any]) -> None:
    person = make_person(make_unit())
    began = clock.now()
    with clock.at(began):
        token = sessions.start(person.id)
    for minutes, writes in ((4, 0), (6, 1), (10, 0), (12, 1)):
        with clock.at(began + timedelta(minutes=minutes)), statements() as seen:
            assert sessions.load(token)
        assert sum(s.startswith("UPDATE") for s in seen) == writes, minutes


def test_the_token_is_kept_as_a_hash_and_idle_sign_ins_go_with_the_next(app: Flask) -> None:
    person, other = make_person(make_unit()), make_person(make_unit("lain"))
    token = sessions.start(person.id)
    stored = db.session.scalars(select(SignIn.token_hash)).one()
    assert token not in stored and stored == sessions.hash_token(token)
    sessions.start(other.id)
    with clock.at(clock.now() + timedelta(hours=9)):
        assert sessions.load(token) is None
        fresh = sessions.start(person.id)
        kept = select(SignIn.token_hash).where(SignIn.person_id == person.id)
        assert db.session.scalars(kept).all() == [sessions.hash_token(fresh)]
    assert len(db.session.scalars(select(SignIn)).all()) == 2, "nobody else's"


def test_a_closed_account_is_loaded_no_more_and_its_sign_ins_end(app: Flask) -> None:
    person = make_person(make_unit())
    token = sessions.start(person.id)
    service.deactivate(person.id, "pensiun")
    assert sessions.load(token) is None
    service.reactivate(person.id)
    assert sessions.load(token) is None, "opening the account again does not sign in"
    notes = dict(db.session.execute(select(AuditEntry.action, AuditEntry.note)).all())
    assert notes["person.deactivated"] == "pensiun"


# Passwords


@pytest.mark.parametrize(
    "password",
    [
        "pendek",
        "Password-123!",
        "persib1933",
        "1933persib",
        "bandung bandung",
        "K4ta S4nd1" + "4" * 119,
        "abababababab",
        "Kurniasih hebat",
        "12 05 1987 saya",
        "19870512 jaya",
        "selamat pagi 12",
        "\u202f".join("qwertyuiop"),
    ],
)
def test_weak_passwords(app: Flask, password: str) -> None:
    assert passwords.weak(password, name="Rina Kurniasih, S.Kom.", number="198705122010012005")


@pytest.mark.parametrize(
    "password",
    ["hujan di jalan braga", "tujuh angkot hijau", "Zx9#kQ2!vLp0", "密码是很长的一句话吧", "  spasi di tepi  "],
)
def test_good_passwords(app: Flask, password: str) -> None:
    assert passwords.weak(password, name="Rina Kurniasih, S.Kom.", number="198705122010012005") is None


def test_the_same_letters_typed_otherwise_are_the_same_password(app: Flask) -> None:
    composed, decomposed = "caf\u00e9 di braga", "cafe\u0301 di braga"
    assert passwords.verify(passwords.hash_password(composed), decomposed)


def test_temporary_passwords_are_read_aloud_easily_and_never_twice(app: Flask) -> None:
    made = {passwords.temporary() for _ in range(200)}
    assert len(made) == 200
    assert all(len(p) == 19 and not set(p) & set("0o1li") for p in made)
    password = made.pop()
    stored = passwords.hash_temporary(password)
    assert passwords.verify(stored, password) and not passwords.verify(stored, "x" + password)
    assert passwords.needs_rehash(stored) and not passwords.needs_rehash(passwords.hash_password(password))


def test_an_unknown_account_and_a_light_hash_cost_as_much_as_any(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, not timed: how often the costly hash is computed."""
    costly: list[bool] = []
    matches = passwords._matches

    def counted(stored: str, typed: str) -> bool:
        costly.append("m=19456,t=2" in stored)
        return matches(stored, typed)

    monkeypatch.setattr(passwords, "_matches", counted)
    for stored in ("", passwords.hash_password("benar sekali"), passwords.hash_temporary("abcd")):
        costly.clear()
        assert not passwords.verify(stored, "keliru sekali")
        assert costly.count(True) == 1


def test_ones_own_password_is_changed_with_the_old_one_only(app: Flask) -> None:
    person = make_person(make_unit())
    token, other = sessions.start(person.id), sessions.start(person.id)
    for old, new in (("keliru", "hujan di jalan braga"), (PASSWORD, PASSWORD), (PASSWORD, "persib1933")):
        with pytest.raises(service.Refused):
            service.change_own_password(person.id, old, new)
    service.change_own_password(person.id, PASSWORD, "hujan di jalan braga", keep_token=token)
    assert sessions.load(token) is not None and sessions.load(other) is None
    stored = db.session.scalars(select(Person.password_hash).where(Person.id == person.id)).one()
    assert passwords.verify(stored, "hujan di jalan braga")


# Limits


def test_a_hundred_guesses_at_once_are_five(app: Flask) -> None:
    """A try is counted before the password is looked at: who asks in parallel gets no more than who asks in turn."""
    number = make_number()
    waits: list[int] = []
    start = threading.Barrier(20)

    def guess() -> None:
        with app.test_request_context("/masuk", environ_base={"REMOTE_ADDR": "203.0.113.77"}):
            start.wait()
            for _ in range(5):
                waits.append(limits.take_try(number))

    threads = [threading.Thread(target=guess) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert waits.count(0) == 5
    assert all(0 < wait <= 15 * 60 + 1 for wait in waits if wait)


def test_success_gives_the_address_its_try_back(app: Flask) -> None:
    """An office of a hundred people behind one address signs in at eight without being taken for an attack."""
    app.config["SIGN_IN_LIMIT_ADDRESS"] = "6 per 15 minutes"
    with app.test_request_context("/masuk", environ_base={"REMOTE_ADDR": "203.0.113.78"}):
        for _ in range(30):
            number = make_number()
            assert limits.take_try(number) == 0
            limits.forgive(number)
        assert [limits.take_try(make_number()) > 0 for _ in range(8)] == [False] * 6 + [True] * 2


def test_a_refused_try_uses_up_nobody_elses(app: Flask) -> None:
    app.config["SIGN_IN_LIMIT_ADDRESS"] = "8 per 15 minutes"
    with app.test_request_context("/masuk", environ_base={"REMOTE_ADDR": "203.0.113.79"}):
        victim = make_number()
        for _ in range(50):
            limits.take_try(victim)
        assert limits.take_try(make_number()) == 0, "the fifty counted five times for the address"
