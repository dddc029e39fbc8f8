"""The team pages against the same figures made in plain Python from the rows, and whom a supervisor sees. Both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import chain, product
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from elearn import clock
from elearn.database import db, transaction
from elearn.people.models import Person, Unit
from elearn.study import assignments
from elearn.study import service as study
from elearn.study.assignments import Target
from elearn.study.models import Assignment, Enrolment, LearnerSummary, LearnerYear
from elearn.supervision import exports
from elearn.supervision.attention import NEEDS
from elearn.supervision.cells import level_of, pass_mark
from elearn.supervision.exports import team_table
from elearn.supervision.person import person_page
from elearn.supervision.queries import FIRST, team
from elearn.supervision.scope import find_person, units_in_scope
from elearn.supervision.service import assignments_in_scope, may_change
from elearn.supervision.team_filter import SORTS, STATUSES, TeamFilter
from tests.content import published
from tests.helpers import make_person, make_unit

NOW = datetime(2026, 9, 14, 2, tzinfo=UTC)
TARGET = Decimal(20)
NAMES = (
    "Asep Sunandar",
    "Neng Lilis",
    "Ujang Kosasih",
    "Euis Komalasari",
    "Dadang Hidayat",
    "Iis Aisyah",
    "100% Cecep_",
)


@dataclass(frozen=True)
class Head:
    """A supervisor as the sign-in gives them."""

    id: int
    team_paths: tuple[str, ...]

    @property
    def unseen(self) -> tuple[int, ...]:
        return (self.id,)


def head_of(*units: Unit, person: Person | None = None) -> Head:
    return Head(person.id if person else 0, tuple(unit.path for unit in units))


@pytest.fixture
def city(app: Flask, tmp_path: Path) -> SimpleNamespace:
    """Fifteen units in three levels and 130 people with every kind of standing, written from a fixed seed."""
    version = published(tmp_path)
    random = Random(11)
    with transaction() as session:  # one for all, or making them takes longer than the tests
        root = make_unit("kota")
        offices = [make_unit(f"dinas-{i}", root) for i in range(3)]
        wards = [make_unit(f"bidang-{i}", offices[i % 3]) for i in range(11)]
        units = [root, *offices, *wards]
        people = [
            make_person(random.choice(units), name=f"{random.choice(NAMES)} {n:03d}", kind=random.choice(["pns", "pppk"]),
                        password=None, position=random.choice(["Pengelola Layanan", "Pranata Komputer"]))
            for n in range(130)
        ]  # fmt: skip
        for person in people[:115]:
            started = random.randrange(3)
            row = LearnerSummary(
                person_id=person.id,
                active_at=random.choice(
                    [None, NOW - timedelta(days=random.randrange(60), seconds=random.randrange(9))]
                ),
                started=started,
                completed=random.randrange(started + 1),
                nearly_done=random.randrange(2),
                failing=random.choice([0, 0, 0, 1, 2]),
                due_at=random.choice([None, NOW + timedelta(days=random.randrange(-9, 9), hours=1)]),
                first_tries=2,
                first_passes=random.randrange(3),
                gain_sum=Decimal(random.randrange(-20, 90)),
                gain_count=1,
            )
            session.merge(row)
            if random.random() < 0.7:
                session.add(
                    LearnerYear(person_id=person.id, year=2026, jp=Decimal(random.randrange(1, 60)) / 2, credits=1)
                )
            if random.random() < 0.3:
                session.add(LearnerYear(person_id=person.id, year=2025, jp=Decimal(40), credits=1))
            if started:
                session.add(
                    Enrolment(
                        person_id=person.id,
                        module_id=version.module_id,
                        version_id=version.id,
                        started_at=NOW,
                        active_at=NOW,
                        parts_total=4,
                        parts_done=random.randrange(5),
                        done_slugs=[],
                        last_slug="satu",
                        score=random.choice([None, Decimal(random.randrange(101))]),
                    )
                )
        session.get_one(Person, people[3].id).active = False
    db.session.expire_all()
    return SimpleNamespace(root=root, offices=offices, wards=wards, units=units, people=people, version=version)


def everyone_below(head: Head, unit: str = "") -> list[Any]:
    """Plain Python: the active people below, with their summary and year."""
    rows = []
    units = {u.id: u for u in db.session.scalars(select(Unit))}
    chosen = next((u for u in units.values() if u.code == unit), None)
    for person in db.session.scalars(select(Person)):
        path = units[person.unit_id].path
        if not person.active or person.id == head.id or not any(path.startswith(p) for p in head.team_paths):
            continue
        if chosen and any(chosen.path.startswith(p) for p in head.team_paths) and not path.startswith(chosen.path):
            continue
        summary = db.session.get(LearnerSummary, person.id) or LearnerSummary(
            person_id=person.id, started=0, completed=0, nearly_done=0, failing=0, first_tries=0, first_passes=0,
            gain_sum=Decimal(0), gain_count=0,
        )  # fmt: skip
        year = db.session.get(LearnerYear, (person.id, 2026))
        rows.append(
            SimpleNamespace(p=person, s=summary, jp=year.jp if year else Decimal(0), unit=units[person.unit_id].name)
        )
    return rows


def needs(row: Any) -> list[str]:
    """Why a person may need help, written down again: 14 September is day 257 of 365."""
    s = row.s
    unfinished = s.started > s.completed or s.due_at is not None
    away = s.active_at is None or (s.active_at < NOW - timedelta(days=21) and unfinished)
    short = row.p.employment == "pns" and row.jp * 365 < TARGET * 257
    holds = (s.due_at is not None and s.due_at < NOW, s.failing > 0, away, short)
    return [need for need, so in zip(NEEDS, holds, strict=True) if so]


def urgency(row: Any) -> tuple[Any, ...]:
    """The most urgent reason decides, then the next; of equal ones who has to do something first."""
    return tuple(need not in needs(row) for need in NEEDS)


def fits(row: Any, status: str) -> bool:
    inactive = row.s.active_at is None or row.s.active_at < NOW - timedelta(days=21)
    return {
        "semua": True,
        "perlu": bool(needs(row)),
        "terlambat": row.s.due_at is not None and row.s.due_at < NOW,
        "belum-mulai": row.s.started == 0,
        "hampir-selesai": row.s.nearly_done > 0,
        "tidak-aktif": inactive,
    }[status]


def key_of(row: Any, sort: str) -> Any:
    never = datetime(1, 1, 1, tzinfo=UTC)
    return {
        "nama": row.p.name,
        "unit": row.unit,
        "jp": row.jp,
        "selesai": row.s.completed,
        "terakhir": row.s.active_at or never,
        "perlu": urgency(row),
    }[sort]


def pages(head: Head, **wanted: Any) -> list[Any]:
    """All rows over all pages."""
    first = team(head, TeamFilter(**wanted), TARGET)
    rows = list(first.members)
    for n in range(2, first.pages + 1):
        rows += team(head, TeamFilter(**wanted, page=n), TARGET).members
    assert len(rows) == first.total
    return rows


@pytest.mark.parametrize("status", STATUSES)
def test_every_sort_of_every_status_is_plain_pythons(city: SimpleNamespace, status: str) -> None:
    with clock.at(NOW):
        for head in (head_of(city.root), head_of(city.offices[1])):
            expected = [row for row in everyone_below(head) if fits(row, status)]
            for sort, down in product(SORTS, (False, True)):
                shown = pages(head, status=status, sort=sort, descending=down)
                # Equal ones stand by name, whichever way the first key runs.
                rows = sorted(expected, key=lambda row: (row.p.name, row.p.id))
                if sort == "perlu":
                    rows.sort(key=lambda row: row.s.due_at or datetime.max.replace(tzinfo=UTC))
                rows.sort(key=lambda row: key_of(row, sort), reverse=down)
                assert [m.public_id for m in shown] == [r.p.public_id for r in rows], (sort, down)
                for member, row in zip(shown, rows, strict=True):
                    assert (member.jp, member.completed, member.started) == (row.jp, row.s.completed, row.s.started)
                    assert (member.overdue, member.inactive) == (fits(row, "terlambat"), fits(row, "tidak-aktif"))
                    assert list(member.needs) == needs(row)
                    assert (member.unit, member.number, member.due_at) == (row.unit, row.p.number, row.s.due_at)


def test_the_figures_are_plain_pythons_for_every_unit(city: SimpleNamespace) -> None:
    with clock.at(NOW):
        for head, unit in [(head_of(city.root), ""), *((head_of(city.root), u.code) for u in city.units)]:
            rows = everyone_below(head, unit)
            figures = team(head, TeamFilter(unit=unit), TARGET).figures
            pns = [row for row in rows if row.p.employment == "pns"]
            assert figures.people == len(rows)
            assert (figures.pns, figures.pns_reached) == (len(pns), sum(row.jp >= TARGET for row in pns))
            for status in STATUSES[1:]:
                assert figures.of_status(status) == sum(fits(row, status) for row in rows), (unit, status)
            tries, passes = sum(r.s.first_tries for r in rows), sum(r.s.first_passes for r in rows)
            assert figures.pass_rate == (Decimal(100 * passes) / tries if tries else None)
            gains = sum(r.s.gain_count for r in rows)
            assert figures.gain == (sum(r.s.gain_sum for r in rows) / gains if gains else None)


def test_who_needs_help_most_stands_first_with_the_reasons(city: SimpleNamespace) -> None:
    with clock.at(NOW):
        for head in (head_of(city.root), head_of(city.wards[2])):
            page = team(head, TeamFilter(), TARGET)
            rows = [row for row in everyone_below(head) if needs(row)]
            rows.sort(key=lambda row: (row.p.name, row.p.id))
            rows.sort(key=lambda row: row.s.due_at or datetime.max.replace(tzinfo=UTC))
            rows.sort(key=urgency)
            assert [one.public_id for one in page.first] == [row.p.public_id for row in rows[:FIRST]]
            for one, row in zip(page.first, rows, strict=False):
                assert [kind for kind, _what in one.reasons] == needs(row)
                said = dict(one.reasons)
                if "short" in said:
                    assert said["short"] == (row.jp, row.jp * 365 / 257)
                if "idle" in said:
                    assert said["idle"] == row.s.active_at
        for wanted in (TeamFilter(text="e"), TeamFilter(status="terlambat"), TeamFilter(page=2)):
            assert team(head_of(city.root), wanted, TARGET).first == [], "who looks for something finds it first"


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2026, 2, 28)])
def test_nobody_is_short_of_jp_in_the_first_weeks(city: SimpleNamespace, day: date) -> None:
    with clock.at(datetime(day.year, day.month, day.day, 3, tzinfo=UTC)):
        assert not any("short" in member.needs for member in pages(head_of(city.root)))


@pytest.mark.parametrize("text", ["euis", "KOMPUTER", "  neng   lilis ", "100%", "_", "p%", "tak ada yang bernama ini"])
def test_search_finds_names_and_positions_and_takes_signs_as_they_are(city: SimpleNamespace, text: str) -> None:
    words = " ".join(text.split()).lower()
    with clock.at(NOW):
        head = head_of(city.offices[0])
        shown = pages(head, text=TeamFilter.read(MultiDict({"cari": text})).text)
        expected = [r for r in everyone_below(head) if words in r.p.name.lower() or words in r.p.position.lower()]
    assert {m.public_id for m in shown} == {r.p.public_id for r in expected}


def test_a_number_is_found_by_its_beginning_with_or_without_blanks(city: SimpleNamespace) -> None:
    person = next(p for p in city.people if p.active)
    head = head_of(city.root)
    for typed in (person.number, f"{person.number[:8]} {person.number[8:14]}", person.number[:12]):
        shown = pages(head, text=typed)
        assert person.public_id in {m.public_id for m in shown}
        assert all(m.number.startswith("".join(typed.split())) for m in shown)
    assert pages(head, text="198") == []  # too short to be a number, and nobody is called so


def test_cells_hold_score_progress_and_colour(city: SimpleNamespace) -> None:
    """Passing is 60: halfway from there to full marks is 80, ten points below is 50."""
    expected = {None: 0, 0: 1, 49: 1, 50: 2, 59: 2, 60: 3, 79: 3, 80: 4, 100: 4}
    for percent, level in expected.items():
        assert level_of(None if percent is None else Decimal(percent), Decimal(60)) == level
    rows = pages(head_of(city.root))
    by_person = {e.person_id: e for e in db.session.scalars(select(Enrolment))}
    ids = {p.public_id: p.id for p in city.people}
    for member in rows:
        enrolment = by_person.get(ids[member.public_id])
        assert (enrolment is None) == (member.cells == {})
        if enrolment:
            cell = member.cells[city.version.module_id]
            assert (cell.percent, cell.done, cell.total) == (enrolment.score, enrolment.parts_done, 4)
            assert cell.level == level_of(enrolment.score, Decimal(60))


def test_the_page_costs_as_much_whatever_the_size(city: SimpleNamespace, statements: Callable[[], Any]) -> None:
    wide, narrow = head_of(city.root), head_of(city.wards[0])
    for wanted in (TeamFilter(), TeamFilter(text="e"), TeamFilter(status="terlambat", sort="jp")):
        counts = []
        for head in (wide, narrow):
            with statements() as seen:
                team(head, wanted, TARGET)
            counts.append(len(seen))
        # Only the first page of everyone says who needs help, which costs a statement for each kind of reason with names.
        assert max(counts) <= 9 if wanted == TeamFilter() else counts[0] == counts[1] <= 5
    with statements() as seen:
        table = team_table(wide, TeamFilter(), TARGET)
        assert sum(len(page) for page in table.pages) == table.total > 50
    assert len(seen) <= 5


def test_pages_of_fifty_and_a_page_too_far_is_the_last(city: SimpleNamespace) -> None:
    head = head_of(city.root)
    first = team(head, TeamFilter(), TARGET)
    assert len(first.members) == 50 and first.pages == 3
    far = team(head, TeamFilter(page=999), TARGET)
    assert far.filter.page == 3 and len(far.members) == first.total - 100


@pytest.mark.parametrize(
    "asked",
    [
        {"hal": "0"}, {"hal": "-1"}, {"hal": "9" * 40}, {"hal": "²"}, {"hal": "satu"}, {"status": "x' OR 1=1"},
        {"urut": "password_hash"}, {"arah": "?"}, {"unit": "tak-ada"}, {"cari": "x" * 5000},
    ],
)  # fmt: skip
def test_what_an_address_may_not_ask_is_the_default(city: SimpleNamespace, asked: dict[str, str]) -> None:
    wanted = TeamFilter.read(MultiDict(asked))
    assert wanted.status == "semua" and wanted.sort == "nama" and not wanted.descending and len(wanted.text) <= 80
    page = team(head_of(city.root), wanted, TARGET)
    assert page.filter.page == 1
    if "cari" not in asked:
        assert page.figures.people == page.total == len(everyone_below(head_of(city.root)))


def test_the_export_is_the_page(city: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "AT_A_TIME", 7)
    with clock.at(NOW):
        head = head_of(city.offices[0])
        table = team_table(head, TeamFilter(status="tidak-aktif", sort="jp", descending=True), TARGET)
        header, (ids, rows) = table.header, zip(*chain.from_iterable(table.pages), strict=True)
        shown = pages(head, status="tidak-aktif", sort="jp", descending=True)
    assert [row[0] for row in rows] == [m.number for m in shown] and list(ids) == [m.id for m in shown]
    jp, late, score = header.index("JP 2026"), header.index("Terlambat"), header.index("Nilai: Modul coba")
    for row, member in zip(rows, shown, strict=True):
        assert row[jp] == member.jp and row[late] == ("ya" if member.overdue else "tidak")
        cell = member.cells.get(city.version.module_id)
        assert row[score] == (cell.percent if cell else None)
        assert (row[header.index("Target JP PNS")] == TARGET) == (member.employment == "pns")


def test_a_supervisor_sees_neither_themselves_nor_who_left_nor_a_unit_with_a_like_path(app: Flask) -> None:
    """Path `1.` is no part of `12.`, whatever the ids become."""
    units = [make_unit(f"u{i}") for i in range(12)]
    boss = make_person(units[0], name="Kepala")
    inside, gone = make_person(units[0]), make_person(units[0], name="Pindah")
    outside = [make_person(unit) for unit in units[1:]]
    with transaction() as session:
        session.get_one(Person, gone.id).active = False
    head = head_of(units[0], person=boss)
    assert [m.public_id for m in pages(head)] == [inside.public_id]
    for stranger in [gone, boss, *outside]:
        assert find_person(head, stranger.public_id) is None and person_page(head, stranger.public_id, TARGET) is None
    page = person_page(head, inside.public_id, TARGET)
    assert page is not None and page.person.id == inside.id
    assert "idle" in [reason for reason, _ in page.need.reasons]


def _tree(parents: Iterable[int]) -> list[Unit]:
    units: list[Unit] = []
    for n, parent in enumerate(parents):
        units.append(make_unit(f"pohon-{n}", units[parent % n] if n and parent >= 0 else None))
    return units


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parents=st.lists(st.integers(-1, 8), min_size=1, max_size=9),
    places=st.lists(st.integers(0, 8), min_size=1, max_size=8),
    headed=st.sets(st.integers(0, 8), max_size=3),
)
def test_whatever_the_tree_a_supervisor_sees_the_people_below_and_nobody_else(
    app: Flask, parents: list[int], places: list[int], headed: set[int]
) -> None:
    with transaction() as session:
        units = _tree(parents)
        people = [make_person(units[place % len(units)], password=None) for place in places]
        above = {unit.id: unit.parent_id for unit in units}
        heads = {units[i % len(units)].id for i in headed}

        def below(unit_id: int | None) -> bool:
            while unit_id is not None:
                if unit_id in heads:
                    return True
                unit_id = above[unit_id]
            return False

        head = Head(people[0].id, tuple(unit.path for unit in units if unit.id in heads))
        expected = {p.public_id for p in people[1:] if below(p.unit_id)}
        assert {m.public_id for m in pages(head)} == expected
        assert {p.public_id for p in people if find_person(head, p.public_id)} == expected
        assert {unit.id for unit in units_in_scope(head)} == {unit.id for unit in units if below(unit.id)}
        session.rollback()  # the next example begins with an empty city


def test_assignments_are_theirs_to_see_and_end_only_below_them(city: SimpleNamespace) -> None:
    person = next(p for p in city.people if p.unit_id == city.wards[0].id and p.active)
    for target in ({"unit_id": city.root.id}, {"unit_id": city.wards[0].id}, {"person_id": person.id}):
        assignments.assign(by=person.id, module_ids=[city.version.module_id], due_on=NOW.date(), to=Target(**target))
    all_three = db.session.scalars(select(Assignment.batch).order_by(Assignment.id)).all()
    office, other = head_of(city.offices[0]), head_of(city.offices[1])
    assert [row.batch for row in assignments_in_scope(office)] == list(all_three[1:])
    assert [may_change(office, i) for i in all_three] == [False, True, True]
    assert [row.batch for row in assignments_in_scope(other)] == []
    assert [may_change(head_of(city.root), i) for i in all_three] == [True, True, True]
    shown = assignments_in_scope(office)
    assert {(row.unit, row.person) for row in shown} == {("Bidang-0", None), (None, person.name)}
    assert all(0 <= row.done <= row.total for row in shown)
    assignments.end(all_three[1])
    assert [row.batch for row in assignments_in_scope(office)] == [all_three[2]]


def test_one_persons_page_has_all_of_them_in_a_known_number_of_statements(
    city: SimpleNamespace, statements: Callable[[], Any]
) -> None:
    person = make_person(city.wards[0])
    with clock.at(NOW):
        study.enrol(person.id, "modul-coba")
        for slug in ("satu", "dua"):
            study.mark_done(person.id, "modul-coba", slug)
        assignments.assign(
            by=person.id,
            module_ids=[city.version.module_id],
            to=Target(person_id=person.id),
            due_on=(NOW - timedelta(days=3)).date(),
        )
    head = head_of(city.root)
    db.session.rollback()
    db.session.expire_all()
    public_id = person.public_id
    with clock.at(NOW), statements() as seen:
        page = person_page(head, public_id, TARGET)
    assert len(seen) <= 16
    assert page is not None
    assert [(m.done, m.total, m.slug) for m in page.modules] == [(2, 4, "modul-coba")]
    assert [d.overdue for d in page.duties] == [True]
    (kind, late), *_others = page.need.reasons
    assert kind == "overdue" and [(title, due.date()) for title, due in late] == [("Modul coba", date(2026, 9, 11))]
    assert pass_mark(city.version.id) == 60
