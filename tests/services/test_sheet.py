"""The sheet of a conversation: its figures of a period, and the questions that follow from them. On both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from elearn import clock
from elearn.catalogue.store import PublishedVersion
from elearn.database import db
from elearn.people.models import Person
from elearn.study import after, assignments, credit
from elearn.study import service as study
from elearn.study.assignments import Target
from elearn.study.models import Credit
from elearn.study.outcomes import OutcomeLine
from elearn.supervision.sheet import LINES_AT_MOST, Period, Sheet, Some, sheet
from elearn.supervision.talk import AT_LEAST, AT_MOST, Facts, questions
from tests.attempts import take
from tests.content import published
from tests.helpers import make_person, make_unit
from tests.services.test_timeline import right

NOW = datetime(2026, 9, 14, 3, tzinfo=UTC)
TODAY = date(2026, 9, 14)
TARGET, MAXIMUM = Decimal(20), Decimal(24)


FINAL = """---
kind: quiz
title: Kuis akhir
attempts: 5
passing: 60
---
## Satu? {{#s1 outcome=TP1}}
- (x) tepat
- ( ) keliru
- ( ) luput
"""


@pytest.fixture
def version(app: Flask, tmp_path: Path) -> PublishedVersion:
    """A module whose final quiz always asks about its one outcome."""
    return published(tmp_path, final=FINAL)


def sheet_of(person: Person, period: Period | None = None, at: datetime = NOW) -> Sheet:
    with clock.at(at):
        return sheet(person, period or Period.read({}), TARGET, MAXIMUM)


def complete(person: Person, version: PublishedVersion, at: datetime) -> None:
    with clock.at(at):
        for lesson in ("satu", "dua"):
            study.open_lesson(person.id, "modul-coba", lesson)
            study.mark_done(person.id, "modul-coba", lesson)
        take(person, version, "tes-awal", {})
        take(person, version, "kuis-akhir", right(version))


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ({}, date(2026, 1, 1), TODAY),
        ({"dari": "2025-03-01", "sampai": "2025-06-30"}, date(2025, 3, 1), date(2025, 6, 30)),
        ({"sampai": "2025-06-30"}, date(2025, 1, 1), date(2025, 6, 30)),
        ({"dari": "2026-09-14", "sampai": "2026-09-14"}, TODAY, TODAY),
        ({"dari": "2026-02-01", "sampai": "2099-01-01"}, date(2026, 2, 1), TODAY),
        ({"dari": "2026-05-01", "sampai": "2026-04-30"}, date(2026, 1, 1), TODAY),
        ({"dari": "kemarin", "sampai": "2026-13-01"}, date(2026, 1, 1), TODAY),
        ({"dari": "1024-01-01"}, date(2026, 1, 1), TODAY),
    ],
)
def test_a_period_is_what_was_asked_or_this_year(asked: dict[str, str], first: date, last: date) -> None:
    with clock.at(NOW):
        assert Period.read(asked) == Period(first, last)


def test_figures_are_those_of_the_period(version: PublishedVersion, person: Person) -> None:
    # 31 March 2026, 23.59.59 in Jakarta: the last second of the first quarter.
    done = datetime(2026, 3, 31, 16, 59, 59, tzinfo=UTC)
    complete(person, version, done)
    jp = version.module.jp
    quarter = Period(date(2026, 1, 1), date(2026, 3, 31))
    for period, inside, until in (
        (None, jp, jp),
        (quarter, jp, jp),
        (Period(date(2026, 1, 1), date(2026, 3, 30)), 0, 0),
        (Period(date(2026, 4, 1), date(2026, 6, 30)), 0, jp),
        (Period(date(2025, 1, 1), date(2025, 12, 31)), 0, 0),
    ):
        made = sheet_of(person, period)
        assert (made.jp, made.year_jp) == (inside, until), period
        assert [c.material for c in made.completed.lines] == (["Modul coba"] if inside else [])
        assert made.tested == bool(until), "outcomes are of attempts until the end of the period"
    with clock.at(NOW):
        credit.revoke(db.session.scalars(select(Credit.proof)).one(), "Salah catat.")
    made = sheet_of(person, quarter)
    assert (made.jp, made.year_jp, made.completed.lines) == (0, 0, [])


def test_strengths_gaps_duties_and_plans(version: PublishedVersion) -> None:
    unit = make_unit("dinas")
    head, rina = make_person(unit, "atasan", name="Kepala"), make_person(unit, name="Rina")
    strong = sheet_of_after(version, rina)
    assert [line.outcome for line in strong.strengths.lines] == ["TP1"] and not strong.gaps.lines
    tono = make_person(unit, name="Tono")
    with clock.at(NOW - timedelta(days=60)):
        assignments.assign(
            by=head.id, module_ids=[version.module_id], to=Target(person_id=tono.id), due_on=date(2026, 8, 1)
        )
        take(tono, version, "kuis-akhir", {})
    weak = sheet_of(tono)
    assert [line.outcome for line in weak.gaps.lines] == ["TP1"] and not weak.strengths.lines
    assert [(duty.title, duty.overdue) for duty in weak.duties.lines] == [("Modul coba", True)]
    assert [title for _e, _slug, title in weak.running.lines] == ["Modul coba"]
    assert [q.kind for q in weak.questions] == ["overdue", "gap", "short", "next"]
    assert weak.questions[2].jp == TARGET
    with clock.at(NOW - timedelta(days=20)):
        after.write_plan(rina.id, "modul-coba", "Menulis tanggal di tanda terima.", date(2026, 9, 10))
    planned = sheet_of(rina)
    assert [line.plan.due_on for line in planned.plans.lines] == [date(2026, 9, 10)]
    assert [q.kind for q in planned.questions] == ["completed", "plan", "strong", "next"]
    assert not sheet_of(rina, Period(date(2026, 1, 1), date(2026, 6, 30))).plans.lines


def sheet_of_after(version: PublishedVersion, person: Person) -> Sheet:
    complete(person, version, NOW - timedelta(days=50))
    return sheet_of(person)


def test_what_the_year_asks_depends_on_the_kind_of_employment(app: Flask) -> None:
    unit = make_unit("dinas")
    pns, pppk = make_person(unit), make_person(unit, kind="pppk")
    assert sheet_of(pns).target.kind == "minimum" and sheet_of(pppk).target.kind == "maximum"
    assert "short" in [q.kind for q in sheet_of(pns).questions]
    assert "short" not in [q.kind for q in sheet_of(pppk).questions]
    last_year = Period(date(2025, 1, 1), date(2025, 12, 31))
    assert "short" not in [q.kind for q in sheet_of(pns, last_year).questions], (
        "nothing is asked of a year that is over"
    )


def test_it_asks_a_constant_number_of_statements(version: PublishedVersion, statements: Any) -> None:
    rina = make_person(make_unit("dinas"))
    with clock.at(NOW - timedelta(days=60)):
        assignments.assign(
            by=None, module_ids=[version.module_id], to=Target(person_id=rina.id), due_on=date(2026, 8, 1)
        )
    complete(rina, version, NOW - timedelta(days=50))
    with clock.at(NOW - timedelta(days=20)):
        after.write_plan(rina.id, "modul-coba", "Menulis tanggal di tanda terima.", date(2026, 9, 10))
    rina = db.session.get_one(Person, rina.id)
    with statements() as seen:
        sheet_of(rina)
    assert len(seen) <= 13, seen


# --- the questions alone


def outcome(words: str, percent: int) -> OutcomeLine:
    return OutcomeLine("Modul", words, words, 2, 1, Decimal(percent))


def plan(seen: str = "") -> Any:
    row = SimpleNamespace(text=f"rencana {seen}", seen=seen, answered_at=NOW if seen else None)
    return SimpleNamespace(plan=row, module="Modul", by="")


REASONS = {
    "overdue": [("Modul A", NOW)],
    "failing": ["Modul B"],
    "idle": None,
    "short": (Decimal(1), Decimal(2)),
}


@given(
    completed=st.lists(st.sampled_from(["Modul C", "Modul D"]), max_size=2),
    reasons=st.lists(st.sampled_from(list(REASONS)), unique=True),
    strengths=st.integers(0, 3),
    gaps=st.integers(0, 3),
    plans=st.lists(st.sampled_from(["", "yes", "partly", "no"]), max_size=3),
    missing=st.sampled_from([None, Decimal(3)]),
)
def test_there_are_three_or_four_that_follow_from_what_there_is(
    completed: list[str], reasons: list[str], strengths: int, gaps: int, plans: list[str], missing: Decimal | None
) -> None:
    facts = Facts(
        completed=completed,
        reasons=[(kind, REASONS[kind]) for kind in sorted(reasons, key=list(REASONS).index)],
        strengths=[outcome(f"kuat {n}", 90) for n in range(strengths)],
        gaps=[outcome(f"lemah {n}", n) for n in range(gaps)],
        plans=[plan(seen) for seen in plans],
        missing=missing,
    )
    asked = questions(facts)
    kinds = [q.kind for q in asked]
    assert AT_LEAST <= len(asked) <= AT_MOST and len(set(kinds)) == len(kinds)
    if completed:
        assert kinds[0] == "completed" and asked[0].what == completed[0], "what went well comes first"
    hindering = [kind for kind in kinds if kind in ("overdue", "failing", "idle")]
    assert hindering == [kind for kind in REASONS if kind in reasons and kind != "short"][:1], "one, the most urgent"
    named = {"gap": gaps == 1, "gaps": gaps > 1}
    assert [kind for kind in kinds if kind in named] == [kind for kind, holds in named.items() if holds]
    assert kinds[-1] in ("next", "help", "time"), "the last is always about what they want"


def test_a_plan_that_is_hindered_is_asked_about_before_one_that_went_well() -> None:
    def asked(*seen: str) -> str:
        facts = Facts([], [], [], [], [plan(one) for one in seen], None)
        return questions(facts)[0].kind

    assert asked("yes", "", "partly") == "plan-hindered"
    assert asked("yes", "") == "plan"
    assert asked("yes") == "plan-seen"


def test_what_is_left_out_is_counted() -> None:
    many = list(range(LINES_AT_MOST["completed"] + 3))
    assert (len(Some.of("completed", many).lines), Some.of("completed", many).more) == (len(many) - 3, 3)
    assert Some.of("completed", many[:2]) == Some([0, 1], 0)
