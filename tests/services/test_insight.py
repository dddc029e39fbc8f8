"""Whether a module works: every figure against a second way to compute it, over all rows in plain Python. On both databases."""

from __future__ import annotations

import random
import statistics as plain
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from elearn import clock
from elearn.authoring import drafts, insight
from elearn.authoring.insight import AWAY, ENOUGH, SITTING, InsightPage, Place, insight_page, median_of, question_places
from elearn.catalogue.models import ModuleTrainer
from elearn.catalogue.store import PublishedVersion
from elearn.core.model import Quiz
from elearn.database import db, transaction
from elearn.quizzes.models import Attempt
from elearn.quizzes.review_models import QuestionReport
from elearn.study.models import CheckAnswer, Enrolment, LessonProgress
from tests.content import published
from tests.helpers import make_person, make_unit

PEOPLE = 60


@pytest.fixture
def version(app: Flask, tmp_path: Path) -> PublishedVersion:
    return published(tmp_path)


@pytest.fixture
def city(version: PublishedVersion) -> list[Enrolment]:
    """People at every point of the module, some long gone, some who met a lesson under its former name."""
    chance, now, unit = random.Random(11), clock.now(), make_unit()
    module, lessons = version.module, [part for part in version.module.parts if part.kind == "lesson"]
    quiz = module.part("kuis-akhir")
    assert isinstance(quiz, Quiz)
    people = [make_person(unit, password=None) for _n in range(PEOPLE)]
    enrolments = []
    with transaction() as session:
        for person in people:
            met = chance.sample(module.parts, chance.randint(0, len(module.parts)))
            done = chance.random() < 0.3
            enrolment = Enrolment(
                person_id=person.id, module_id=version.module_id, version_id=version.id,
                started_at=now - timedelta(days=60), active_at=now - timedelta(days=chance.choice((1, 10, 20, 40))),
                completed_at=now if done else None, last_slug=chance.choice([part.slug for part in met] or [""]),
                parts_total=len(module.parts),
            )  # fmt: skip
            session.add(enrolment)
            session.flush()
            enrolments.append(enrolment)
            for lesson in lessons:
                if lesson not in met:
                    continue
                opened = now - timedelta(days=chance.randint(1, 50))
                took = timedelta(seconds=chance.choice((20, 89, 91, 150, 300, 300, 1000, 5399, 5401, 90_000)))
                session.add(LessonProgress(
                    enrolment_id=enrolment.id, slug=lesson.slug, opened_at=opened, seen_at=opened,
                    done_at=opened + took if chance.random() < 0.8 else None,
                ))  # fmt: skip
                for check in lesson.checks:
                    for n in range(chance.randint(0, 3)):
                        session.add(CheckAnswer(
                            enrolment_id=enrolment.id, version_id=version.id, lesson_slug=lesson.slug, question=check,
                            client_id=f"{check}-{n}", response=None, fraction=Decimal(chance.choice(("0", "0.5", "1"))), at=opened,
                        ))  # fmt: skip
            if quiz in met:
                for n in range(1, chance.randint(2, 4)):
                    state = chance.choice(("open", "ended", "graded"))
                    attempt = Attempt(
                        person_id=person.id, unit_id=unit.id, module_id=version.module_id, version_id=version.id,
                        quiz_slug=quiz.slug, number=n, seed=n, layout=[], state=state, started_at=now, maximum=Decimal(10),
                        passed=chance.random() < 0.5 if state == "graded" else None,
                    )  # fmt: skip
                    session.add(attempt)
                    session.flush()
                    if chance.random() < 0.2:
                        session.add(QuestionReport(
                            attempt_id=attempt.id, module_id=version.module_id, question="s1", layout={}, text="Ragu",
                            at=now, answered_at=now if chance.random() < 0.5 else None,
                        ))  # fmt: skip
    return enrolments


def test_every_figure_agrees_with_the_rows(version: PublishedVersion, city: list[Enrolment]) -> None:
    page = insight_page(version)
    ids = {enrolment.id for enrolment in city}
    gone = [e for e in city if e.completed_at is None and e.active_at < clock.now() - AWAY]
    assert (page.started, page.completed) == (PEOPLE, sum(e.completed_at is not None for e in city))
    assert (page.stopped, page.active) == (len(gone), PEOPLE - page.completed - len(gone))
    progress = [row for row in db.session.scalars(select(LessonProgress)) if row.enrolment_id in ids]
    attempts = list(db.session.scalars(select(Attempt)))
    first = version.module.parts[0].slug
    for line in page.parts:
        slug = line.part.slug
        rows = [row for row in progress if row.slug == slug]
        if isinstance(line.part, Quiz):
            tried = [a for a in attempts if a.quiz_slug == slug]
            done = {a.person_id for a in tried if (a.passed if line.part.graded else a.state != "open")}
            assert (line.opened, line.done) == (len({a.person_id for a in tried}), len(done))
        else:
            assert (line.opened, line.done) == (len(rows), sum(row.done_at is not None for row in rows))
            took = [(row.done_at - row.opened_at).total_seconds() for row in rows if row.done_at]
            sat = [int((seconds + 30) // 60) for seconds in took if seconds <= SITTING * 60]
            assert line.timed == len(sat) and line.minutes == (plain.median(sat) if len(sat) >= ENOUGH else None)
        assert line.stopped == sum((e.last_slug or first) == slug for e in gone)
        assert line.share == pytest.approx(100 * line.done / PEOPLE)
    assert sum(line.stopped for line in page.parts) == len(gone)
    reports = db.session.scalars(select(QuestionReport).where(QuestionReport.answered_at.is_(None))).all()
    assert page.reports == len(reports) and [line.question.id for line in page.repairs] == ["s1"]
    assert page.repairs[0].reports == len(reports)


def test_checks_count_first_answers(version: PublishedVersion, city: list[Enrolment]) -> None:
    firsts: dict[tuple[int, str], Decimal] = {}
    for row in db.session.scalars(select(CheckAnswer).order_by(CheckAnswer.id)):
        firsts.setdefault((row.enrolment_id, row.question), row.fraction)
    page = insight_page(version)
    assert page.checks
    for line in page.checks:
        mine = [fraction for (_e, question), fraction in firsts.items() if question == line.question.id]
        assert line.people == len(mine) >= ENOUGH
        assert line.missed == pytest.approx(100 * sum(f < 1 for f in mine) / len(mine))
    assert [line.missed for line in page.checks] == sorted((line.missed for line in page.checks), reverse=True)


def test_a_former_name_is_the_same_lesson(
    version: PublishedVersion, city: list[Enrolment], monkeypatch: pytest.MonkeyPatch
) -> None:
    import dataclasses

    before = insight_page(version)
    lesson = next(part for part in version.module.parts if part.kind == "lesson")
    renamed = dataclasses.replace(lesson, slug="nama-baru", aliases=(lesson.slug,))
    parts = tuple(renamed if part is lesson else part for part in version.module.parts)
    module = dataclasses.replace(version.module, parts=parts)
    monkeypatch.setattr(insight, "_places", lambda _version: {})
    after = insight_page(dataclasses.replace(version, module=module))

    def told(page: InsightPage) -> list[tuple[int, int, int, float | None]]:
        return [(line.opened, line.done, line.stopped, line.minutes) for line in page.parts]

    assert told(after) == told(before)


def test_little_is_told_of_few(version: PublishedVersion) -> None:
    page = insight_page(version)
    assert (page.started, page.checks, page.repairs, page.gain) == (0, [], [], None)
    assert page.unjudged == 2 and all(line.minutes is None and line.share == 0 for line in page.parts)


def test_places_are_those_of_the_draft_where_there_is_one(version: PublishedVersion) -> None:
    trainer = make_person(make_unit("dinas"), "pengajar")
    with transaction() as session:
        session.add(ModuleTrainer(module_id=version.module_id, person_id=trainer.id))
    published_places = insight._places(version)
    draft = drafts.open_draft(trainer.id, "modul-coba")
    assert insight._places(version) == published_places
    file = drafts.find_file(draft, "90-kuis-akhir.md")
    assert file is not None and file.text is not None
    drafts.save(draft, file.path, file.text.replace("# Kumpulan", "\n\n# Kumpulan"), file.version, trainer.id)
    was, now = published_places["s1"], insight._places(version)["s1"]
    assert (now.file, now.line) == (was.file, was.line + 2)


def test_a_place_is_the_heading_with_the_id() -> None:
    text = "---\ntitle: x\n---\n\n# Bagian {#a draw=2}\n\n## Apa? {#b points=2 .multiple}\n{#c}\n```quiz\n## Lagi? {#d}\n```\n"
    assert question_places([("1.md", text), ("2.md", "## B {#b}\n")]) == {
        "a": Place("1.md", 5), "b": Place("1.md", 7), "d": Place("1.md", 10),
    }  # fmt: skip


@given(st.lists(st.integers(0, 90), max_size=60))
def test_the_median_of_counts_is_that_of_the_values(values: list[int]) -> None:
    counts = {value: values.count(value) for value in values}
    assert median_of(counts) == (plain.median(values) if values else None)
