"""Making units and people, and being them in a test client."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from itertools import count
from typing import Any
from unittest import mock

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from elearn.catalogue.models import ModuleTrainer
from elearn.core.identity import make_nip, make_nippppk
from elearn.database import db, transaction
from elearn.people import passwords, service, units
from elearn.people.models import Person, Role, Unit
from elearn.quizzes.models import Attempt

PASSWORD = "angklung sore hari"
_counter = count()
_hashed = cache(passwords.hash_password)
"""A password is made slow to hash on purpose; hundreds of people here have the same."""


def make_unit(code: str = "kota", parent: Unit | None = None, name: str | None = None) -> Unit:
    return units.create_unit(
        code=code,
        name=name or code.title(),
        short_name=code.title(),
        kind="dinas",
        parent_id=parent.id if parent else None,
    )


def make_number(kind: str = "pns") -> str:
    """A valid number that no other call of this session gave."""
    serial = next(_counter)
    birth = date(1975, 1, 1) + timedelta(days=serial // 998)
    make = make_nip if kind == "pns" else make_nippppk
    return make(birth, 2010, 1 + serial % 9, "L", 1 + serial % 998)


def make_person(unit: Unit, *roles: str, name: str = "Rina Kurniasih", kind: str = "pns", **more: Any) -> Person:
    """A person with the password PASSWORD; an atasan is one of their own unit."""
    grants = [(Role(role), unit.id if role == "atasan" else None) for role in roles]
    options: dict[str, Any] = {
        "password": PASSWORD,
        "must_change": False,
        "position": "Pengelola Layanan",
    } | more
    with mock.patch.object(passwords, "hash_password", _hashed):
        return service.create_person(number=make_number(kind), name=name, unit_id=unit.id, grants=grants, **options)


def csrf_token(client: FlaskClient, path: str = "/masuk") -> str:
    """The token against forgery of this client's session."""
    page = client.get(path, follow_redirects=True).get_data(as_text=True)
    found = re.search(r'<meta name="csrf-token" content="([^"]+)"', page)
    assert found, f"no token on {path}"
    return found.group(1)


def post(client: FlaskClient, path: str, data: Mapping[str, Any] | None = None, **options: Any) -> TestResponse:
    """Post a form with its token, as a page does."""
    return client.post(path, data={**(data or {}), "csrf_token": csrf_token(client)}, **options)


def sign_in(client: FlaskClient, person: Person, password: str = PASSWORD) -> FlaskClient:
    response = post(client, "/masuk", {"nomor": person.number, "sandi": password})
    assert response.status_code == 302, response.get_data(as_text=True)[:2000]
    return client


def client_of(app: Flask, person: Person) -> FlaskClient:
    """A new client, signed in."""
    return sign_in(app.test_client(), person)


def fresh(attempt: Attempt) -> Attempt:
    """The attempt as the database has it now."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Attempt, attempt.id)


def trainer_of(module_id: int, name: str = "Ayu Lestari") -> Person:
    """A new pengajar who trains this module."""
    person = make_person(make_unit("pengajar"), "pengajar", name=name)
    with transaction() as session:
        session.add(ModuleTrainer(module_id=module_id, person_id=person.id))
    return person
