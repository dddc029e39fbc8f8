"""Every route, as every role and as a stranger: nobody gets what is not theirs, and nothing breaks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask

from elearn.quizzes import service as quizzes
from elearn.study import service as study
from elearn.web.access import EVERYONE, SIGNED_IN
from tests.content import published
from tests.helpers import client_of, make_person, make_unit


def routes(app: Flask) -> list[tuple[str, str, frozenset[str]]]:
    """(rule, method, who may) of every route; a route that does not declare itself fails here."""
    found = []
    for rule in app.url_map.iter_rules():
        who = getattr(app.view_functions[rule.endpoint], "access", None)
        assert who, f"{rule.endpoint} does not declare who may use it"
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            found.append((rule.rule, method, who))
    return found


def filled(rule: str, values: dict[str, Any]) -> str:
    for name, value in values.items():
        for kind in ("", "int:", "path:"):
            rule = rule.replace(f"<{kind}{name}>", str(value))
    return rule


def test_every_route_as_every_role(app: Flask, tmp_path: Path) -> None:
    version = published(tmp_path)
    unit, elsewhere = make_unit(), make_unit("lain")
    owner = make_person(elsewhere, name="Orang Lain")
    study.enrol(owner.id, "modul-coba")
    attempt = quizzes.start(owner.id, owner.unit_id, version, "kuis-akhir")
    values = {"slug": "modul-coba", "part": "satu", "question": "cek-satu", "n": 1, "kind": "csv", "sha256": "0" * 64,
              "name": "x.png", "code": 404, "assignment_id": 1, "key": "tidak-ada", "filename": "tidak-ada.css"}  # fmt: skip
    roles = {"": make_person(unit, name="Peserta Satu")}
    roles |= {role: make_person(unit, role, name=f"Si {role}") for role in ("pengajar", "atasan", "admin")}
    clients = {role: client_of(app, person) for role, person in roles.items()}
    all_routes = routes(app)
    for rule, method, who in all_routes:
        if rule.startswith(("/keluar", "/akun/keluar-semua", "/gaya")):
            continue
        own = attempt.public_id if rule.startswith("/percobaan") else owner.public_id
        path = filled(rule, {**values, "public_id": own})
        anonymous = app.test_client().open(path, method=method)
        if EVERYONE not in who:
            expected = {302} if method == "GET" else {400}
            assert anonymous.status_code in expected, f"nobody: {method} {path}: {anonymous.status}"
        for role, client in clients.items():
            response = client.open(path, method=method)
            assert response.status_code < 500, f"{role}: {method} {path}: {response.status}"
            if method == "POST":
                assert response.status_code == 400, f"{role}: {path} took a form without its token"
            elif not (who & {EVERYONE, SIGNED_IN, role}):
                assert response.status_code in {403, 404}, f"{role}: {path}: {response.status}"
            elif rule.startswith(("/percobaan", "/tim/<public_id>")):
                assert response.status_code == 404, f"{role} sees a stranger's {path}"
