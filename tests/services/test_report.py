"""The account of a unit on a day, compared with a second computation: plain Python over every row and every event."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import select

from config import Config
from elearn import clock, create_app, proof
from elearn.catalogue import store
from elearn.database import db
from elearn.marking import corrections
from elearn.people import service as people
from elearn.people import units
from elearn.people.models import Person, Placement, Unit, UnitPlace
from elearn.people.service import Refused
from elearn.quizzes.models import Attempt, AttemptEvent
from elearn.quizzes.service import QuizRefused
from elearn.study import credit
from elearn.study import service as study
from elearn.study.models import Credit
from elearn.supervision.report import NotYet, Report, Sums, report
from tests.attempts import take
from tests.content import published
from tests.helpers import make_person, make_unit, trainer_of

TARGET, MAXIMUM = Decimal("0.5"), Decimal("0.4")
JAKARTA = ZoneInfo("Asia/Jakarta")
START = datetime(2025, 11, 20, 1, tzinfo=UTC)
QUESTIONS = {"s1": "satu", "s2": "dua", "s3": "tiga", "s4": "empat"}


def live(folder: Path, seed: int, steps: int = 45, *, revoking: bool = True) -> SimpleNamespace:
    """Some months of a small city: people study, pass and fail, move, leave; units move and merge; a question is corrected."""
    random = Random(seed)
    now = START
    with clock.at(now):
        root = make_unit("kota")
        tree = [root] + [make_unit(f"u{i}", root) for i in range(3)]
        tree += [make_unit("u0.a", tree[1]), make_unit("u0.b", tree[1])]
        version = published(folder)
        trainer = trainer_of(version.module_id)
        folk = [make_person(random.choice(tree), kind=random.choice(("pns", "pns", "pppk"))) for _ in range(9)]
    world = SimpleNamespace(
        version=version, unit_ids=[u.id for u in tree], folk=[p.id for p in folk], trainer=trainer.id
    )
    world.revoking = revoking
    for _step in range(steps):
        now += timedelta(hours=random.randint(3, 110))
        with clock.at(now):
            _act(random, world)
        db.session.expire_all()
    world.now = now
    return world


def _act(random: Random, world: SimpleNamespace) -> None:
    person_id = random.choice(world.folk)
    person = db.session.get_one(Person, person_id)
    open_ids = [u.id for u in db.session.scalars(select(Unit).where(Unit.closed_at.is_(None), Unit.parent_id > 0))]
    what = random.random()
    try:
        if what < 0.6:
            _study(random, world, person)
        elif what < 0.72:
            people.change_person(person_id, unit_id=random.choice(open_ids))
        elif what < 0.77:
            people.deactivate(person_id, "coba")
        elif what < 0.83:
            people.reactivate(person_id)
        elif what < 0.9:
            one = db.session.get_one(Unit, random.choice(open_ids))
            units.change_unit(one.id, name=one.name, short_name=one.short_name, parent_id=random.choice(world.unit_ids))
        elif what < 0.93 and len(open_ids) > 3:
            units.merge_unit(*random.sample(open_ids, 2))
        elif what < 0.96 and world.revoking:
            proofs = db.session.scalars(select(Credit.proof).order_by(Credit.id)).all()
            if proofs:
                credit.revoke(random.choice(proofs), "Salah catat.")
        else:
            question = random.choice(list(QUESTIONS))
            proposed = corrections.propose(world.trainer, "modul-coba", "kuis-akhir", question, "full")
            corrections.carry_out(corrections.decide(proposed, "Soal rancu."))
    except (Refused, QuizRefused, corrections.Refused, credit.NotRevoked):
        db.session.rollback()


def _study(random: Random, world: SimpleNamespace, person: Person) -> None:
    """An attempt, mostly right, and the lessons."""
    for lesson in ("satu", "dua"):
        if random.random() < 0.8:
            study.open_lesson(person.id, "modul-coba", lesson)
            study.mark_done(person.id, "modul-coba", lesson)
    quiz = random.choice(("tes-awal", "kuis-akhir", "kuis-akhir"))
    questions = world.version.module.part(quiz).questions
    take(person, world.version, quiz, {name: _answer(random, q) for name, q in questions.items()})


def _answer(random: Random, question: Any) -> Any:
    if random.random() < 0.3:
        return {"kata": "entah", "angka": "1"}.get(
            question.id, None if question.id == "banyak" else _option(question, -1)
        )
    if question.id == "banyak":
        return [str(o["id"]) for o in question.body["options"] if o["text"] in ("kanan", "kiri")]
    return {"kata": "pelayanan", "angka": "12,5"}.get(question.id, _option(question, 0))


def _option(question: Any, place: int) -> str | None:
    """The right one is written first."""
    return str(question.body["options"][place]["id"]) if "options" in question.body else None


# --- the second way


def plain(unit_id: int, day: date, target: Decimal = TARGET, maximum: Decimal = MAXIMUM) -> dict[str, Any] | None:
    """The same figures from every row there is, read without any condition; None where the unit was not there."""
    end = datetime.combine(day + timedelta(days=1), datetime.min.time(), JAKARTA).astimezone(UTC)

    def holds(row: Any) -> bool:
        return row.from_at < end and (row.until_at is None or row.until_at >= end)

    paths = {row.unit_id: row.path for row in db.session.scalars(select(UnitPlace)) if holds(row)}
    if unit_id not in paths:
        return None
    inside = {one for one, path in paths.items() if f".{unit_id}." in f".{path}"}
    where = {row.person_id: row.unit_id for row in db.session.scalars(select(Placement)) if holds(row)}
    kinds = dict(db.session.execute(select(Person.id, Person.employment)).all())
    earned = [
        row
        for row in db.session.scalars(select(Credit))
        if row.earned_at < end
        and row.earned_at.astimezone(JAKARTA).year == day.year
        and not (row.revoked_at and row.revoked_at < end)
    ]
    jp: Counter[int] = Counter()
    for row in earned:
        jp[row.person_id] += row.jp  # type: ignore[assignment]
    first = [one for one in first_results(end) if one["at"].astimezone(JAKARTA).year == day.year]

    def sums(ids: set[int]) -> dict[str, Any]:
        there = [person for person, unit in where.items() if unit in ids]
        pns = [p for p in there if kinds[p] == "pns"]
        tried = [one for one in first if one["unit"] in ids and one["passed"] is not None]
        gains = [one["gain"] for one in first if one["unit"] in ids and one["gain"] is not None]
        mine = [row for row in earned if row.unit_id in ids]
        return {
            "people": len(there),
            "pns": len(pns),
            "pns_reached": sum(jp[p] >= target for p in pns),
            "pppk": len(there) - len(pns),
            "pppk_over": sum(jp[p] > maximum for p in there if kinds[p] == "pppk"),
            "learners": sum(p in jp for p in there),
            "jp": sum((Decimal(jp[p]) for p in there), Decimal(0)),
            "completions": len(mine),
            "jp_earned": sum((row.jp for row in mine), Decimal(0)),
            "tries": len(tried),
            "passes": sum(one["passed"] for one in tried),
            "gain": sum(gains, Decimal(0)),
            "gains": len(gains),
        }

    tried = [one for one in first if one["unit"] in inside and one["percent"] is not None]
    months = {month: [0, 0] for month in range(1, day.month + 1)}
    for row in earned:
        if row.unit_id in inside:
            months[row.earned_at.astimezone(JAKARTA).month][0] += 1
    for one in tried:
        months[one["at"].astimezone(JAKARTA).month][1] += 1
    children = {one for one in inside if len(paths[one].split(".")) == len(paths[unit_id].split(".")) + 1}
    everywhere = set(where.values()) | {row.unit_id for row in earned} | {one["unit"] for one in first}
    return {
        "unit": sums(inside),
        "city": sums(everywhere),
        "bands": [sum(min(9, int(one["percent"] // 10)) == band for one in tried) for band in range(10)],
        "months": months,
        "below": {c: sums({i for i in inside if f".{c}." in f".{paths[i]}"}) for c in children},
    }


def first_results(end: datetime) -> list[dict[str, Any]]:
    """Of each person and module the first final attempt and the gain, by the grades that were events before `end`."""
    grades: dict[int, Any] = {}
    events = select(AttemptEvent).where(AttemptEvent.kind == "grade").order_by(AttemptEvent.id)
    for event in db.session.scalars(events):
        if event.at < end:
            grades[event.attempt_id] = event.data
    by_pair: dict[tuple[int, int], dict[str, Any]] = {}
    for attempt in sorted(db.session.scalars(select(Attempt)), key=lambda a: (a.started_at, a.id)):
        grade = grades.get(attempt.id)
        if grade and grade["percent"] is not None:
            by_pair.setdefault((attempt.person_id, attempt.module_id), {}).setdefault(
                attempt.quiz_slug, (attempt, Decimal(grade["percent"]), grade["passed"])
            )
    found = []
    for firsts in by_pair.values():
        final, pretest = firsts.get("kuis-akhir"), firsts.get("tes-awal")
        if final:
            found.append(
                {
                    "unit": final[0].unit_id,
                    "module": final[0].module_id,
                    "at": final[0].ended_at,
                    "percent": final[1],
                    "passed": final[2],
                    "gain": final[1] - pretest[1] if pretest else None,
                }
            )
    return found


def as_plain(sums: Sums) -> dict[str, Any]:
    return {f.name: getattr(sums, f.name) for f in fields(Sums)}


def shown(made: Report) -> dict[str, Any]:
    return {
        "unit": as_plain(made.unit.sums),
        "city": as_plain(made.city),
        "bands": made.bands,
        "months": {line.month: [line.completions, line.tries] for line in made.months},
        "below": {line.id: as_plain(line.sums) for line in made.below if not line.own},
    }


@pytest.mark.parametrize("seed", range(6))
def test_every_figure_on_many_days_is_that_of_the_second_way(app: Flask, tmp_path: Path, seed: int) -> None:
    world = live(tmp_path, seed)
    today = world.now.astimezone(JAKARTA).date()
    days = {today, date(2025, 12, 31), date(2026, 1, 1), START.date()}
    days |= {today - timedelta(days=Random(seed).randrange(180)) for _ in range(6)}
    seen = Counter[str]()
    for day in sorted(days):
        for unit_id in world.unit_ids:
            expected = plain(unit_id, day)
            if expected is None:
                with pytest.raises(NotYet):
                    report(unit_id, day, TARGET, MAXIMUM)
                continue
            made = report(unit_id, day, TARGET, MAXIMUM)
            assert shown(made) == expected, f"unit {unit_id} on {day}"
            assert sum(made.bands) == made.unit.sums.tries
            assert sum((line.sums for line in made.modules), Sums()).completions == made.unit.sums.completions
            assert sum((line.sums for line in made.below), Sums()) == (made.unit.sums if made.below else Sums())
            seen.update(name for name, value in as_plain(made.unit.sums).items() if value)
    assert proof.scores().differences == []
    assert seen["completions"] and seen["passes"] and seen["people"], "a world in which something happened"


def test_what_was_said_of_a_day_is_said_of_it_ever_after(app: Flask, tmp_path: Path) -> None:
    """Reports made at the end of each day are made again at the end of all days."""
    random, said = Random(99), {}
    world = live(tmp_path, 99, steps=20)
    now = world.now
    for _ in range(20):
        now += timedelta(hours=random.randint(10, 60))
        with clock.at(now):
            _act(random, world)
            yesterday = (now.astimezone(JAKARTA) - timedelta(days=1)).date()
            db.session.expire_all()
            said[yesterday] = [shown(report(one, yesterday, TARGET, MAXIMUM)) for one in world.unit_ids]
    for day, figures in said.items():
        assert [shown(report(one, day, TARGET, MAXIMUM)) for one in world.unit_ids] == figures, day


def test_the_migrations_find_what_was_before_them(tmp_path: Path) -> None:
    """Down to before places and first results, and up again: every figure is as it was, where units did not move."""
    app = create_app(Config({"DIAJAR_MODE": "testing", "DIAJAR_INSTANCE": str(tmp_path / "instance")}))
    with app.app_context():
        upgrade()
        world = live(tmp_path, 5, revoking=False)  # what is revoked is lost on the way down
        db.session.rollback()
        today = world.now.astimezone(JAKARTA).date()
        before = [shown(report(one, today, TARGET, MAXIMUM)) for one in world.unit_ids]
        earlier = {i: (r.unit_id, r.from_at, r.until_at) for i, r in enumerate(_stays())}
        db.session.remove()
        downgrade(revision="0011")
        upgrade()
        store.forget()
        assert [shown(report(one, today, TARGET, MAXIMUM)) for one in world.unit_ids] == before
        assert {i: (r.unit_id, r.from_at, r.until_at) for i, r in enumerate(_stays())} == earlier
        assert proof.scores().differences == []
        db.session.remove()
        db.engine.dispose()


def _stays() -> Any:
    return db.session.scalars(select(Placement).order_by(Placement.person_id, Placement.from_at, Placement.id)).all()


def test_it_asks_a_constant_number_of_statements(app: Flask, tmp_path: Path, statements: Any) -> None:
    world = live(tmp_path, 1)
    today = world.now.astimezone(JAKARTA).date()
    db.session.rollback()
    with statements() as few:
        report(world.unit_ids[0], today, TARGET, MAXIMUM)
    assert len(few) == 8, few
