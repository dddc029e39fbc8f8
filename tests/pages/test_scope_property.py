"""Whatever the tree, the roles, the deputies and the moves: no page, file, count, search or address shows anybody outside.

The pages are those of the application's own map, so that a new one is asked for by itself; one with an argument that is unknown
here fails. Who is inside is computed by plain Python over all rows, read without any condition.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from html import unescape
from itertools import count
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from elearn import clock
from elearn.catalogue.store import PublishedVersion
from elearn.database import db
from elearn.people import deputies, service, units
from elearn.people.deputies import NotAppointed
from elearn.people.models import Deputy, Notice, Person, Role, RoleGrant, Unit
from elearn.people.service import Refused
from elearn.study import after, assignments
from elearn.study import service as study
from elearn.study.after_models import ActionPlan
from elearn.study.assignments import Target
from elearn.study.models import Assignee, Assignment
from elearn.supervision import export_jobs, filters, reminders
from elearn.supervision.exports import Asked
from elearn.supervision.models import Export, Reminder, SavedFilter
from elearn.supervision.report_rows import KINDS
from elearn.supervision.team_filter import TeamFilter
from tests.content import published
from tests.helpers import client_of, csrf_token, make_person, make_unit
from tests.services.test_sheet import FINAL, complete

DAY = date(2026, 9, 14)
NOON = datetime(2026, 9, 14, 5, tzinfo=UTC)
FILES = ("csv", "xlsx", "pdf", "json", "exe")
MADE_UP = "zzzzzzzzzzzzzzzz"
_worlds = count()


@dataclass
class World:
    """A random city. `ids` of its people; `actor` gave and reminded, and is beneath nobody: their name may be told."""

    tag: str
    module_id: int
    actor: Person
    unit_ids: list[int] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)


def build(random: Random, version: PublishedVersion) -> World:
    """Units, people, some months of their lives, and what was changed since."""
    tag = f"w{next(_worlds)}"
    with clock.at(NOON - timedelta(days=90)):
        world = World(tag, version.module_id, make_person(make_unit(f"{tag}-luar"), name=f"Pelaku {tag}"))
        tree: list[Unit] = []
        for n in range(random.randint(3, 6)):
            parent = random.choice([*tree, None]) if tree else None
            tree.append(make_unit(f"{tag}-{n}", parent, name=f"Unit {tag} {n}"))
        world.unit_ids = [unit.id for unit in tree]
        for n in range(random.randint(5, 9)):
            kind = random.choice(("pns", "pns", "pppk"))
            world.ids.append(make_person(random.choice(tree), name=f"Nama{tag}x{n}q", kind=kind).id)
        for person_id in random.sample(world.ids, random.randint(1, 4)):
            grants = [(Role.ATASAN, unit_id) for unit_id in random.sample(world.unit_ids, random.randint(1, 2))]
            service.change_person(person_id, grants=grants)
    learn(random, world, version)
    change(random, world)
    db.session.expire_all()
    return world


def learn(random: Random, world: World, version: PublishedVersion) -> None:
    for person_id in world.ids:
        person, what = db.session.get_one(Person, person_id), random.random()
        if what < 0.4:
            complete(person, version, NOON - timedelta(days=60))
            with clock.at(NOON - timedelta(days=50)):
                after.write_plan(person_id, "modul-coba", f"Rencana dari {world.tag} itu.", DAY - timedelta(days=9))
        elif what < 0.7:
            with clock.at(NOON - timedelta(days=40)):
                study.enrol(person_id, "modul-coba")
    given: list[dict[str, int]] = [{"unit_id": random.choice(world.unit_ids)}, {"person_id": random.choice(world.ids)}]
    for target in given:
        with clock.at(NOON - timedelta(days=30)):
            due = DAY + timedelta(days=random.randint(-20, 20))
            assignments.assign(by=world.actor.id, module_ids=[world.module_id], due_on=due, to=Target(**target))
    with clock.at(NOON - timedelta(days=20)):
        few = Target(people=tuple(random.sample(world.ids, 2)), label="2 orang yang dipilih")
        assignments.assign(by=world.actor.id, module_ids=[world.module_id], to=few, due_on=DAY)
        export_jobs.ask(random.choice(world.ids), Asked("team", {}), "csv", 600)
        filters.save(random.choice(world.ids), "Terlambat", TeamFilter(status="terlambat"))
    with clock.at(NOON - timedelta(days=1)):
        for person_id in random.sample(world.ids, 2):
            reminders.remind(world.actor.id, person_id, "Mari lanjutkan.")


def change(random: Random, world: World) -> None:
    """People move, units move and merge, accounts are closed, heads appoint deputies for periods."""
    with clock.at(NOON - timedelta(days=5)):
        for n in range(random.randint(3, 8)):
            person_id, unit_id = random.choice(world.ids), random.choice(world.unit_ids)
            what = random.choice(("move", "close", "reopen", "hang", "merge", "deputy", "deputy", "deputy"))
            what = "close" if n == 0 else what
            try:
                if what == "move":
                    service.change_person(person_id, unit_id=unit_id)
                elif what == "close":
                    service.deactivate(person_id, "coba")
                elif what == "reopen":
                    service.reactivate(person_id)
                elif what == "hang":
                    one = db.session.get_one(Unit, unit_id)
                    parent = random.choice([*world.unit_ids, None])
                    units.change_unit(unit_id, name=one.name, short_name=one.short_name, parent_id=parent)
                elif what == "merge":
                    units.merge_unit(unit_id, random.choice(world.unit_ids))
                else:
                    start = DAY + timedelta(days=random.randint(-4, 2))
                    number = db.session.get_one(Person, random.choice(world.ids)).number
                    deputies.appoint(person_id, number, start, start + timedelta(days=random.randint(0, 5)))
            except (Refused, NotAppointed):
                db.session.rollback()


# --- who is inside, the second way


@dataclass
class View:
    """What a person may see today: `inside` and `outside` are all others of the whole database."""

    person: Person
    paths: set[str]
    heads: list[Person]
    inside: list[Person]
    outside: list[Person]
    appointed: list[str]
    """Names of their own deputies."""


def view_of(person_id: int) -> View:
    people = {one.id: one for one in db.session.scalars(select(Person)).all()}
    paths = {unit.id: unit.path for unit in db.session.scalars(select(Unit)).all()}
    headed: dict[int, set[str]] = {}
    for grant in db.session.scalars(select(RoleGrant)).all():
        if grant.role == "atasan" and grant.unit_id is not None:
            headed.setdefault(grant.person_id, set()).add(paths[grant.unit_id])
    periods = db.session.scalars(select(Deputy)).all()
    heads = {
        one.head_id
        for one in periods
        if one.person_id == person_id and one.ended_at is None and one.from_on <= DAY <= one.until_on
    }
    heads = {head for head in heads if people[head].active and head in headed}
    mine = headed.get(person_id, set()).union(*(headed[head] for head in heads))
    inside = [
        one
        for one in people.values()
        if one.active and one.id not in {person_id, *heads} and any(paths[one.unit_id].startswith(p) for p in mine)
    ]
    known = {one.id for one in inside} | {person_id}
    appointed = [people[one.person_id].name for one in periods if one.head_id == person_id]
    outside = [one for one in people.values() if one.id not in known]
    return View(people[person_id], mine, [people[head] for head in heads], inside, outside, appointed)


# --- what is asked for


def rules(app: Flask, method: str) -> list[Rule]:
    found = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("supervision.")]
    return sorted((rule for rule in found if method in (rule.methods or ())), key=lambda rule: rule.rule)


def values_of(name: str, view: View, random: Random) -> list[tuple[Any, bool | None]]:
    """(value, whether it is theirs; None where that does not matter) of an argument of an address."""
    if name == "public_id":
        few = random.sample(view.inside, min(2, len(view.inside)))
        newest = sorted(view.outside, key=lambda person: -person.id)[:9]  # of this city, the others of earlier ones
        others = [*newest, random.choice(view.outside), view.person, *view.heads]
        return [(p.public_id, True) for p in few] + [(p.public_id, False) for p in others] + [(MADE_UP, False)]
    if name == "kind":
        return [(kind, None) for kind in FILES]
    allowed = {person.id for person in view.inside}
    if name == "batch":
        theirs = [
            (one.batch, mine) for one in db.session.scalars(select(Assignment)) if not (mine := may_end(one, view))
        ]
        return [*theirs, (MADE_UP, False)]
    if name == "slug":
        return [("modul-coba", None)]
    if name == "export_id":
        others = [(one.public_id, False) for one in db.session.scalars(select(Export)) if one.by_id != view.person.id]
        return [*others, (MADE_UP, False)]
    if name == "filter_id":
        return [(one.id, one.person_id == view.person.id) for one in db.session.scalars(select(SavedFilter))]
    if name == "plan_id":
        plans = db.session.scalars(select(ActionPlan)).all()
        return [(one.id, False) for one in plans if one.person_id not in allowed] + [(10**6, False)]
    if name == "deputy_id":
        periods = db.session.scalars(select(Deputy)).all()
        return [(one.id, False) for one in periods if one.head_id != view.person.id] + [(10**6, False)]
    pytest.fail(f"say here which values <{name}> has, theirs and of others")


def may_end(one: Assignment, view: View) -> bool:
    if one.unit_id is not None:
        path = db.session.get_one(Unit, one.unit_id).path
        return any(path.startswith(mine) for mine in view.paths)
    allowed = {person.id for person in view.inside}
    if one.person_id is not None:
        return one.person_id in allowed
    on = set(db.session.scalars(select(Assignee.person_id).where(Assignee.assignment_id == one.id)))
    return one.assigned_by_id in {view.person.id, *(head.id for head in view.heads)} or on <= allowed


def addresses(rule: Rule, view: View, random: Random) -> Iterator[tuple[dict[str, Any], bool]]:
    """(arguments, whether all of them are theirs) of an address of that rule."""
    found: list[tuple[dict[str, Any], bool]] = [({}, True)]
    for name in sorted(rule.arguments):
        values = values_of(name, view, random)
        found = [
            ({**had, name: value}, theirs and mine is not False) for had, theirs in found for value, mine in values
        ]
    yield from found


def queries(rule: Rule, view: View, world: World, random: Random) -> list[str]:
    """Questions to a page: parts of the names and numbers of others, their units, every filter."""
    if "public_id" in rule.arguments:
        return ["", "tahun=2026", "halaman=2"]
    other, codes = random.choice(view.outside), {u.id: u.code for u in db.session.scalars(select(Unit)).all()}
    asked = ["", f"cari={quote(other.name[4:-1])}", f"cari={other.number[:12]}", "cari=Nama"]
    asked += [f"unit={codes[random.choice(world.unit_ids)]}", f"unit={codes[other.unit_id]}&angka=orang"]
    asked += [f"orang={other.public_id}", "status=perlu&urut=perlu", "status=tidak-aktif&urut=terakhir&arah=turun"]
    asked += ["keadaan=dijawab", "hal=2", "tanggal=2026-08-01&angka=selesai"]
    return asked + ([f"angka={kind}" for kind in KINDS] if "report_rows" in rule.endpoint else [])


def text_of(answer: TestResponse) -> str:
    """All that a page or a file tells, as text."""
    kind = answer.mimetype
    if kind == "application/pdf":
        return "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)
    if "spreadsheet" in kind:
        book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
        return repr([book.get_sheet_by_name(name).to_python() for name in book.sheet_names])
    assert kind in {"text/html", "text/csv", "application/json"}, f"read {kind} here"
    return unescape(answer.data.decode("utf-8-sig"))


def told_of_others(text: str, view: View, endpoint: str) -> list[str]:
    """What a text tells of people who are not theirs. Blanks and dots of numbers do not hide one."""
    names = {"supervision.team": [one.name for one in view.heads], "supervision.deputy": view.appointed}
    digits, allowed = re.sub(r"(?<=\d)[ .](?=\d)", "", text), names.get(endpoint, [])
    found = [one.name for one in view.outside if one.name.startswith("Nama") and one.name in text]
    found = [name for name in found if name not in allowed]
    found += [one.number for one in view.outside if one.number in digits]
    return found + [one.public_id for one in view.outside if one.public_id in text]


# --- what is asserted


def check_pages(app: Flask, client: FlaskClient, view: View, world: World, random: Random) -> int:
    """Every page of the feature; how many were answered."""
    shown = 0
    for rule in rules(app, "GET"):
        for arguments, theirs in addresses(rule, view, random):
            with app.test_request_context():
                built = rule.build(arguments)
            assert built is not None
            asked = queries(rule, view, world, random) if theirs else [""]
            if arguments.get("kind", "csv") != "csv":  # the same rows in another form
                asked = [asked[0], *random.sample(asked[1:], min(2, len(asked) - 1))]
            for query in asked:
                url = f"{built[1]}?{query}"
                answer = client.get(url)
                assert answer.status_code in ((200, 403, 404) if theirs else (403, 404)), url
                text = text_of(answer).replace(built[1], "").replace(url, "").replace(query, "")
                assert told_of_others(text, view, rule.endpoint) == [], url
                shown += answer.status_code == 200
    return shown


def check_made_up(client: FlaskClient, view: View) -> None:
    """The address of somebody else and one of nobody are answered alike, to the letter."""

    def told(public_id: str, page: str) -> tuple[int, str]:
        answer = client.get(f"/tim/{public_id}{page}")
        when = re.compile(r"\d\d\.\d\d|name=\"csrf[^>]*>|content=\"[^\"]*\"")
        return answer.status_code, when.sub("", answer.text.replace(public_id, ""))

    for page in ("", "/ingatkan", "/lembar", "/linimasa", "/riwayat.csv"):
        for person in view.outside[-3:]:
            assert told(person.public_id, page) == told(MADE_UP, page)


def check_counts(client: FlaskClient, view: View, world: World) -> None:
    """What is counted is what plain Python counts."""
    count_of = len(view.inside)
    page = client.get("/tim").text
    if count_of:
        assert re.search(rf'Semua<span class="nums">{count_of}</span>', page)
    assert page.count('<th scope="row" class="who">') == min(50, count_of)
    for person in view.inside[:3]:
        found = client.get(f"/tim?cari={person.name}").text
        assert found.count('<th scope="row" class="who">') == 1
    rows = list(csv.reader(io.StringIO(client.get("/tim/unduh.csv").data.decode("utf-8-sig")), delimiter=";"))
    assert sorted(row[0] for row in rows[1:]) == sorted(person.number for person in view.inside)
    heat = client.get("/tim/peta").text
    assert count_of == 0 or re.search(rf'Semua<span class="nums">{count_of}</span>', heat)
    assert heat.count('<th scope="row" class="who"><a') in (0, min(50, count_of))
    plans = [p for p in db.session.scalars(select(ActionPlan)) if p.person_id in {one.id for one in view.inside}]
    assert client.get("/tim/rencana").text.count("<article") == min(20, sum(p.answered_at is None for p in plans))
    listed = set(re.findall(r"/tim/tugaskan/(\w+)/akhiri", client.get("/tim/tugaskan").text))
    running = db.session.scalars(select(Assignment).where(Assignment.ended_at.is_(None))).all()
    assert listed == {one.batch for one in running if may_end(one, view)}
    check_units(client, view)


def check_units(client: FlaskClient, view: View) -> None:
    """The account of each unit that is theirs, and of no other."""
    everybody = [*view.inside, *view.outside, view.person]
    paths = {unit.id: unit.path for unit in db.session.scalars(select(Unit)).all()}
    for unit in db.session.scalars(select(Unit)).all():
        answer = client.get(f"/tim/laporan/baris?angka=orang&unit={unit.code}")
        mine = unit.closed_at is None and any(unit.path.startswith(path) for path in view.paths)
        assert answer.status_code == (200 if mine else 404), unit.code
        if mine:
            there = [one for one in everybody if one.active and paths[one.unit_id].startswith(unit.path)]
            assert f"Laporan menghitung {len(there)}." in answer.text
            known = sum(one.id in {p.id for p in view.inside} for one in there)
            assert answer.text.count('<th scope="row" class="who">') == known


def everything() -> list[Any]:
    """All that a POST of this feature can change."""
    tables = (Assignment, Assignee, SavedFilter, Export, Reminder, ActionPlan, Deputy, Notice, RoleGrant)
    return [sorted(tuple(row) for row in db.session.execute(select(t.__table__)).all()) for t in tables]  # type: ignore[attr-defined]


def check_posts(app: Flask, client: FlaskClient, view: View, world: World, random: Random) -> None:
    """With the ids of others nothing is done, by any form."""
    before, token, tried = repr(everything()), csrf_token(client), 0
    other = random.choice([one for one in view.outside if one.id in world.ids] or view.outside)
    outside = [u for u in db.session.scalars(select(Unit)) if not any(u.path.startswith(p) for p in view.paths)]
    forms: list[dict[str, Any]] = [
        {"untuk": "dipilih"},
        {"untuk": "tampil"},
        *({"untuk": f"u{unit.id}"} for unit in outside[-2:]),
    ]
    common = {
        "csrf_token": token,
        "modul": f"m{world.module_id}",
        "tenggat": "2026-12-01",
        "pesan": "Halo.",
        "catatan": "x",
    }
    common |= {
        "alasan": "Cuti besar.",
        "nama": "",
        "terlihat": "yes",
        "hasil": "clear",
        "bagaimana": "Terlihat.",
        "orang": other.public_id,
    }
    for rule in rules(app, "POST"):
        for arguments, theirs in addresses(rule, view, random):
            if rule.arguments and theirs:
                continue
            with app.test_request_context():
                built = rule.build(arguments)
            assert built is not None
            for form in forms:
                answer = client.post(f"{built[1]}?orang={other.public_id}", data=common | form)
                assert answer.status_code in ((403, 404) if rule.arguments else (200, 302, 403, 422)), (built[1], form)
                tried += 1
    assert tried and repr(everything()) == before


# A city is made of its seed: to make a smaller one of it says nothing, and cities of earlier examples stand beside it.
@settings(max_examples=4, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_nobody_outside_is_shown_anywhere(app: Flask, tmp_path: Path, seed: int) -> None:
    random, version = Random(seed), published(tmp_path, final=FINAL)
    world = build(random, version)
    with clock.at(NOON):
        active = [one.id for one in db.session.scalars(select(Person)) if one.id in world.ids and one.active]
        views = [view_of(person_id) for person_id in active]
        supervising = [view for view in views if view.paths]
        for view in random.sample(supervising, min(2, len(supervising))):
            client = client_of(app, view.person)
            assert check_pages(app, client, view, world, random) > 10
            check_made_up(client, view)
            check_counts(client, view, world)
            check_posts(app, client, view, world, random)
        for view in [view for view in views if not view.paths][:1]:
            client = client_of(app, view.person)
            assert client.get("/tim").status_code == 403 and client.get("/tim/laporan").status_code == 403
