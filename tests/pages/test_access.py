"""Every route of the application, as everybody: who is not meant to be there never gets in, and nothing breaks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from elearn import clock
from elearn.administration import uploads
from elearn.administration.tables import Table
from elearn.authoring import drafts, reviews
from elearn.authoring.publication_models import ReviewComment
from elearn.catalogue.models import ModuleTrainer
from elearn.database import db, transaction
from elearn.people import deputies, notices
from elearn.people.models import Notice, Person
from elearn.quizzes import reports
from elearn.quizzes import service as quizzes
from elearn.quizzes.review_models import Correction
from elearn.study import assignments
from elearn.study import service as study
from elearn.study.assignments import Target
from elearn.study.models import Assignment
from elearn.supervision import export_jobs
from elearn.supervision.exports import Asked
from elearn.web.access import EVERYONE, SIGNED_IN
from tests.content import published
from tests.helpers import client_of, csrf_token, make_person, make_unit

ROLES = ("anonymous", "peserta", "pengajar", "atasan", "admin")
# With a stranger's id these are closed to everybody, the right role or not.
OF_ONE_PERSON = {"quizzes", "imports.review", "imports.confirm", "imports.cancel", "imports.problems",
                 "imports.first_passwords", "supervision.person", "supervision.end_assignment",
                 "supervision.change_assignment", "supervision.excuse", "supervision.restore",
                 "supervision.remind", "supervision.end_deputy", "supervision.record", "supervision.answer_plan",
                 "supervision.person_sheet", "supervision.person_timeline",
                 "supervision.export_file", "supervision.export_state", "supervision.export_again",
                 "supervision.drop_export", "supervision.forget_filter",
                 "authoring.module", "marking.quiz", "marking.answer", "marking.mark",
                 "marking.questions", "marking.question", "marking.correct", "marking.correction", "marking.withdraw",
                 "marking.report", "marking.answer_report", "study.close_notice",
                 "authoring.publish_page", "authoring.publish", "authoring.cancel_plan", "authoring.versions",
                 "authoring.take_down", "authoring.choose_version", "authoring.review", "authoring.ask_review",
                 "authoring.withdraw_review", "authoring.approve", "authoring.review_file", "authoring.remark",
                 "authoring.settle_remark"}  # fmt: skip
ENDS_THE_SESSION = ("people.sign_out", "people.end_everywhere")


@pytest.fixture
def world(app: Flask, tmp_path: Path) -> SimpleNamespace:
    """Two units that have nothing to do with each other: one of each role here, a stranger with an attempt, an assignment,
    an upload and a module there."""
    here, there = make_unit("sini"), make_unit("sana")
    version = published(tmp_path)
    people = {role: make_person(here, *([role] if role != "peserta" else [])) for role in ROLES[1:]}
    stranger, head, admin = make_person(there), make_person(there, "atasan"), make_person(there, "admin")
    study.enrol(stranger.id, "modul-coba")
    attempt = quizzes.start(stranger.id, there.id, version, "kuis-akhir")
    assignments.assign(by=head.id, module_ids=[version.module_id], to=Target(unit_id=there.id))
    with transaction() as session:
        notices.tell(session, stranger.id, "marked", attempt.public_id, {})
        correction = {"module_id": version.module_id, "version_id": version.id, "quiz_slug": "kuis-akhir"}
        session.add(
            Correction(**correction, question="kata", kind="full", data={}, reason="x", by_id=admin.id, at=clock.now())
        )
    owner = make_person(there, "pengajar")
    with transaction() as session:
        session.add(ModuleTrainer(module_id=version.module_id, person_id=owner.id))
    deputy = deputies.appoint(head.id, owner.number, clock.today(), clock.today())
    draft = drafts.files_of(drafts.open_draft(owner.id, "modul-coba"))
    reviews.remark(owner.id, version.module_id, draft, "01-satu.md", 1, "Perbaiki.")
    return SimpleNamespace(
        comment=db.session.scalars(select(ReviewComment.id)).one(),
        people=people,
        stranger=stranger,
        attempt=attempt,
        batch=db.session.scalars(select(Assignment.batch)).one(),
        correction=db.session.scalars(select(Correction.id)).one(),
        report=reports.report(stranger.id, attempt.public_id, 1, "Soal ini rancu sekali."),
        notice=db.session.scalars(select(Notice.id).where(Notice.person_id == stranger.id)).one(),
        deputy=deputy.id,
        export=export_jobs.ask(head.id, Asked("team", {}), "csv", 1).public_id,
        upload=uploads.keep(admin.id, Table("x", ("nip", "nama", "unit"), (), ((2, ("1", "A", "sini")),))),
    )


def routes(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Every rule with each of its methods; those that end the session last."""
    rules = sorted(app.url_map.iter_rules(), key=lambda rule: (rule.endpoint in ENDS_THE_SESSION, rule.rule))
    for rule in rules:
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            yield rule, method


def address(app: Flask, rule: Rule, world: SimpleNamespace) -> str:
    """The route with a stranger's ids in it."""
    values: dict[str, Any] = {
        "slug": "modul-coba",
        "part": "satu" if rule.endpoint != "study.start_quiz" else "kuis-akhir",
        "question": "cek-satu",
        "public_id": world.attempt.public_id
        if rule.endpoint.startswith(("quizzes.", "marking."))
        else world.stranger.public_id,
        "n": 1,
        "extension_id": 1,
        "kind": "csv",
        "key": world.upload,
        "batch": world.batch,
        "filter_id": 1,
        "deputy_id": world.deputy,
        "notice_id": world.notice,
        "report_id": world.report,
        "correction_id": world.correction,
        "path": "01-satu.md",
        "reviewer_id": world.stranger.id,
        "comment_id": world.comment,
        "unit_id": world.stranger.unit_id,
        "plan_id": 1,
        "export_id": world.export,
        "sha256": "0" * 64,
        "proof": "DJR-2026-ABCDEFGHJK",
        "name": "beranda" if rule.endpoint.startswith("style.") else "peta.svg",
        "code": 404,
    }
    missing = rule.arguments - set(values)
    assert not missing, f"{rule}: this test needs a value for {missing}"
    with app.test_request_context():
        built = rule.build({name: values[name] for name in rule.arguments})
    assert built is not None
    return built[1]


def declared(app: Flask, rule: Rule) -> frozenset[str]:
    found: frozenset[str] = getattr(app.view_functions[rule.endpoint], "access", frozenset())
    return found


def client_as(app: Flask, role: str, world: SimpleNamespace) -> FlaskClient:
    return app.test_client() if role == "anonymous" else client_of(app, world.people[role])


def test_every_route_declares_who_may_use_it(app: Flask) -> None:
    undeclared = [rule.rule for rule in app.url_map.iter_rules() if not declared(app, rule)]
    assert undeclared == []


def allowed(who: frozenset[str], role: str) -> bool:
    return EVERYONE in who or (role != "anonymous" and (SIGNED_IN in who or role in who))


def trouble(rule: Rule, who: frozenset[str], role: str, status: int, location: str) -> str | None:
    """What is wrong with that answer; None when nothing is."""
    if status >= 500:
        return "breaks"
    if not allowed(who, role):
        sent_away = location.startswith("/masuk") if role == "anonymous" else False
        return None if status in (401, 403, 404) or sent_away else "is open"
    private = rule.endpoint in OF_ONE_PERSON or rule.endpoint.partition(".")[0] in OF_ONE_PERSON
    if private and status not in (403, 404):
        return "shows what is a stranger's"
    if status in (401, 403) and not private:
        return "is closed to who may use it"
    return None


@pytest.mark.parametrize("role", ROLES)
def test_every_route_as_everybody_with_a_strangers_ids(app: Flask, world: SimpleNamespace, role: str) -> None:
    client = client_as(app, role, world)
    token = csrf_token(client)
    found = []
    for rule, method in routes(app):
        url = address(app, rule, world)
        answer = client.get(url) if method == "GET" else client.post(url, data={"csrf_token": token})
        what = trouble(rule, declared(app, rule), role, answer.status_code, answer.location or "")
        if what:
            found.append(f"{method} {rule.rule} {what} for {role}: {answer.status_code} {answer.location or ''}")
    assert found == []


@pytest.mark.parametrize("role", ROLES)
def test_no_form_is_taken_without_its_token(app: Flask, world: SimpleNamespace, role: str) -> None:
    client = client_as(app, role, world)
    for rule, method in routes(app):
        if method == "POST":
            answer = client.post(address(app, rule, world), data={"nama": "x"})
            assert answer.status_code == 400, f"{rule.rule}: {answer.status_code}"


def test_a_nul_anywhere_is_refused_and_breaks_nothing(app: Flask, world: SimpleNamespace) -> None:
    """PostgreSQL stores none: let through, it would be an error page, and a traceback for the operator."""
    person = make_person(make_unit("semua"), "admin", "pengajar", "atasan")
    client = client_of(app, person)
    token = csrf_token(client)
    found = []
    for rule, method in routes(app):
        url = address(app, rule, world)
        form = {"csrf_token": token, "cari": "a\0b", "nama": "\0", "jawaban": "\0"}
        asked = [client.get(f"{url}?cari=a%00b&unit=%00")] if method == "GET" else [client.post(url, data=form)]
        if rule.arguments:
            last = url.rstrip("/").rpartition("/")
            asked.append(client.open(f"{last[0]}/%00{last[2]}", method=method, data=form if method == "POST" else None))
        found += [f"{method} {rule.rule}: {a.status_code}" for a in asked if a.status_code not in (400, 404)]
    assert found == []
    body = {"events": [{"id": "a\0", "kind": "answer", "question": "kata", "response": "\0"}]}
    url = f"/percobaan/{world.attempt.public_id}/jawab"
    assert client.post(url, json=body, headers={"X-CSRFToken": token}).status_code in (400, 404)


def test_who_must_change_the_password_gets_nowhere_else(app: Flask) -> None:
    person = make_person(make_unit(), "admin", "pengajar", must_change=True)
    client = client_of(app, person)
    for path in ("/", "/modul", "/nilai", "/akun", "/admin", "/admin/orang", "/pengajar"):
        assert client.get(path).location.startswith("/akun/kata-sandi"), path


def test_a_role_that_is_taken_away_is_gone_with_the_next_request(app: Flask) -> None:
    from elearn.people import service

    person = make_person(make_unit(), "admin")
    client = client_of(app, person)
    assert client.get("/admin").status_code == 200
    service.change_person(person.id, grants=())
    assert client.get("/admin").status_code == 403


def test_numbers_of_people_are_in_no_address(app: Flask) -> None:
    """An address ends up in logs and histories: it holds public ids, which say nothing."""
    person = make_person(make_unit(), "admin")
    page = client_of(app, person).get("/admin/orang").get_data(as_text=True)
    links = [part.partition('"')[0] for part in page.split('href="')[1:]]
    number = db.session.scalars(select(Person.number)).one()
    assert any(person.public_id in link for link in links)
    assert not any(number in link for link in links)
