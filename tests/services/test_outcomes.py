"""Strengths and gaps by outcome, as the person and their atasan see them. On both databases."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from elearn import clock
from elearn.catalogue.store import PublishedVersion
from elearn.core.model import Quiz
from elearn.database import db
from elearn.people.models import Person
from elearn.quizzes.models import Attempt
from elearn.study.outcomes import Missed, of_attempts
from elearn.study.queries import scores
from tests.attempts import option, take
from tests.content import files, key_of, published
from tests.helpers import client_of, make_person, make_unit

QUIZ = """---
kind: quiz
title: Kuis akhir
attempts: 5
passing: 60
---
## A? {{#a outcome=TP1}}
- (x) tepat
- ( ) keliru
- ( ) luput

## B? {{#b outcome=TP1}}
- (x) tepat
- ( ) keliru
- ( ) luput

## C? {{#c outcome=TP2 points=5}}
- (x) tepat
- (50%) hampir
- ( ) luput

## D? {{#d}}
- (x) tepat
- ( ) keliru
- ( ) luput
"""


@pytest.fixture
def version(app: Flask, tmp_path: Path) -> PublishedVersion:
    contents = files(final=QUIZ)
    contents["module.md"] = contents["module.md"].replace("  TP1: Memutuskan\n", "  TP1: Memutuskan\n  TP2: Menilai\n")
    return published(tmp_path, contents=contents)


@pytest.fixture
def rina(version: PublishedVersion) -> Person:
    return make_person(make_unit(), name="Rina")


def answer(person: Person, version: PublishedVersion, **given: str) -> int:
    answers: dict[str, Any] = {q: option(version, "kuis-akhir", q, text) for q, text in given.items()}
    return take(person, version, "kuis-akhir", answers).id


def attempts_of(person: Person) -> list[Attempt]:
    db.session.rollback()
    return list(db.session.scalars(select(Attempt).where(Attempt.person_id == person.id)))


def test_the_newest_attempt_tells_where_somebody_stands(
    rina: Person, version: PublishedVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = answer(rina, version, a="keliru", b="keliru", c="luput", d="luput")
    later = clock.now() + timedelta(hours=3)
    monkeypatch.setattr(clock, "now", lambda: later)
    second = answer(rina, version, a="tepat", b="keliru", c="hampir", d="tepat")
    found = of_attempts(attempts_of(rina))
    assert [(one.outcome, one.items, one.missed, one.percent) for one in found.lines] == [
        ("TP1", 2, 1, Decimal(50)),
        ("TP2", 1, 1, Decimal(50)),
    ]
    assert found.lines[0].words == "Memutuskan" and found.lines[0].module == "Modul coba"
    assert found.missed == {
        first: [Missed("TP1", "Memutuskan", 2), Missed("TP2", "Menilai", 1)],
        second: [Missed("TP1", "Memutuskan", 1), Missed("TP2", "Menilai", 1)],
    }


def test_the_weakest_comes_first_and_what_was_not_answered_was_missed(rina: Person, version: PublishedVersion) -> None:
    answer(rina, version, a="tepat", b="tepat")
    found = of_attempts(attempts_of(rina))
    assert [(one.outcome, one.percent) for one in found.lines] == [("TP2", Decimal(0)), ("TP1", Decimal(100))]


def test_a_pretest_says_nothing_of_where_somebody_stands_and_an_open_attempt_nothing_at_all(
    rina: Person, version: PublishedVersion
) -> None:
    part = version.module.part("tes-awal")
    assert isinstance(part, Quiz)
    done = take(rina, version, "tes-awal", {q: key_of(version, "tes-awal", q) for q in part.questions})
    take(rina, version, "kuis-akhir", {"a": option(version, "kuis-akhir", "a", "tepat")}, submit=False)
    found = of_attempts(attempts_of(rina))
    assert found.lines == [] and found.missed == {done.id: []}


def test_both_see_the_same(app: Flask, rina: Person, version: PublishedVersion) -> None:
    answer(rina, version, a="keliru", b="tepat", c="tepat", d="tepat")
    head = make_person(rina.unit, "atasan")
    own, theirs = client_of(app, rina).get("/nilai").text, client_of(app, head).get(f"/tim/{rina.public_id}").text
    for page in (own, theirs):
        assert "Kuat dan belum kuat" in page and "Memutuskan" in page and "belum tepat:" in page and "TP1 (1)" in page
    start, end = 'id="tujuan"', "</table>"
    assert (
        own[own.index(start) : own.index(end, own.index(start))]
        == theirs[theirs.index(start) : theirs.index(end, theirs.index(start))]
    )
    assert scores(rina.id, rina.employment).outcomes == of_attempts(attempts_of(rina))


def test_it_costs_a_statement(rina: Person, version: PublishedVersion, statements: Any) -> None:
    answer(rina, version, a="keliru")
    attempts = attempts_of(rina)
    assert of_attempts([]).lines == []
    with statements() as seen:
        of_attempts(attempts)
    assert len(seen) == 1
