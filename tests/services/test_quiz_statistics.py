"""Statistics of a quiz from real attempts: which count, on which versions, and every figure by hand. On both databases."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from math import sqrt
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from elearn import clock
from elearn.catalogue import store
from elearn.catalogue.store import PublishedVersion
from elearn.commands_stats import as_json
from elearn.core.model import Quiz
from elearn.core.questions import type_of
from elearn.people.models import Person
from elearn.quizzes import service, statistics
from elearn.quizzes.models import Attempt
from elearn.quizzes.service import ClientEvent
from elearn.study import service as study
from tests.cli.test_cli import elearn
from tests.content import files, key_of, publish, published
from tests.helpers import make_person, make_unit

FIXED = """---
kind: quiz
title: Kuis akhir
attempts: 3
passing: 60
shuffle: [questions, options]
cooldown: 1m
---
## A? {{#a}}
- (x) tepat
- ( ) keliru
- ( ) luput

## B? {{#b}}
- (x) tepat
- ( ) keliru

## C? {{#c points=2}}
- [x] kanan
- [x] kiri
- [ ] atas
"""
QUIZ = "kuis-akhir"


def option(version: PublishedVersion, question: str, text: str, quiz: str = QUIZ) -> str:
    """The id of the option of that text."""
    part = version.module.part(quiz)
    assert isinstance(part, Quiz)
    body = part.questions[question].body
    return next(str(o["id"]) for o in body["options"] if o["text"] == text)


def take(
    person: Person, version: PublishedVersion, given: Mapping[str, Any], quiz: str = QUIZ, *, submit: bool = True
) -> Attempt:
    """An attempt with these answers, through the services."""
    study.enrol(person.id, version.module.slug)
    attempt = service.start(person.id, person.unit_id, version, quiz)
    asked = {item["question"] for item in attempt.layout}
    events = [ClientEvent(f"c-{q}", "answer", q, answer) for q, answer in given.items() if q in asked]
    service.save(person.id, attempt.public_id, events)
    return service.submit(person.id, attempt.public_id, "end") if submit else attempt


@pytest.fixture
def people(app: Flask) -> list[Person]:
    unit = make_unit()
    return [make_person(unit) for _ in range(4)]


@pytest.fixture
def fixed(app: Flask, tmp_path: Path) -> PublishedVersion:
    return published(tmp_path, final=FIXED)


def answers(version: PublishedVersion, a: str | None, b: str | None, *c: str) -> dict[str, Any]:
    given: dict[str, Any] = {"a": a and option(version, "a", a), "b": b and option(version, "b", b)}
    return {q: r for q, r in given.items() if r} | ({"c": [option(version, "c", text) for text in c]} if c else {})


@pytest.fixture
def four(people: list[Person], fixed: PublishedVersion) -> PublishedVersion:
    """Points of a, b, c: 1 1 2, 1 0 1, 0 1 0, 0 0 0; totals 4 2 1 0."""
    for person, given in zip(
        people,
        (
            answers(fixed, "tepat", "tepat", "kanan", "kiri"),
            answers(fixed, "tepat", "keliru", "kiri"),
            answers(fixed, "keliru", "tepat"),
            answers(fixed, "luput", None, "kanan", "atas"),
        ),
        strict=True,
    ):
        take(person, fixed, given)
    return fixed


def test_every_figure_by_hand(four: PublishedVersion) -> None:
    found = statistics.of_quiz(four.module_id, QUIZ)
    assert found is not None
    assert (found.title, [item.question.id for item in found.items]) == ("Kuis akhir", ["a", "b", "c"])
    whole = found.figures
    # Totals 4 2 1 0: mean 7/4, variance (81 + 1 + 9 + 49)/16/3 = 35/12.
    assert (whole.attempts, whole.mean, whole.median, whole.reachable) == (4, 1.75, 1.5, 4)
    assert whole.sd == pytest.approx(sqrt(35 / 12))
    # Variances of a, b, c: 1/3, 1/3, 11/12. cic = 3/2 · (1 - (19/12)/(35/12)) = 3/2 · 16/35.
    assert whole.cic == pytest.approx(100 * 3 / 2 * 16 / 35)
    assert whole.error_ratio == pytest.approx(100 * sqrt(11 / 35))
    assert found.distribution == (1, 0, 1, 0, 0, 1, 0, 0, 0, 1)
    a, b, c = whole.items
    assert [item.facility for item in whole.items] == [50, 50, 37.5]
    assert [item.intended_weight for item in whole.items] == [25, 25, 50]
    assert [item.guess_score for item in whole.items] == [pytest.approx(100 / 3), 50, None]
    # The rest beside a: 3 1 1 0, mean 5/4, variance 19/12; covariance (3 + 1 - 4·1/2·5/4)/3 = 1/2.
    assert a.discrimination_index == pytest.approx(100 * 0.5 / sqrt(1 / 3 * 19 / 12))
    assert a.discriminative_efficiency == pytest.approx(100), "3 1 | 1 0 is as well sorted as can be"
    # The rest beside b: 3 2 0 0; covariance (3 + 0 - 4·1/2·5/4)/3 = 1/6; sorted (3 + 2 - 5/2)/3 = 5/6.
    assert b.discriminative_efficiency == pytest.approx(20)
    # With the total: a 1/2 + 1/3, b 1/6 + 1/3; c with its rest 2 1 1 0: (4 + 1 - 4·3/4·1)/3 = 2/3, and 11/12.
    roots = [sqrt(5 / 6), sqrt(1 / 2), sqrt(2 / 3 + 11 / 12)]
    assert [item.effective_weight for item in (a, b, c)] == [pytest.approx(100 * r / sum(roots)) for r in roots]


def test_answers_of_the_strong_and_the_weak(four: PublishedVersion) -> None:
    found = statistics.of_item(four.module_id, QUIZ, "a")
    assert found is not None
    right, wrong, missed = (option(four, "a", text) for text in ("tepat", "keliru", "luput"))
    assert (dict(found.options)[wrong], found.key) == ("keliru", {right})
    # Percents 100 50 25 0: the third of a total is where the middle of its rank lies, 1/8 3/8 5/8 7/8.
    counts = [(r.label, r.overall.count, r.upper.count, r.middle.count, r.lower.count) for r in found.rows]
    assert counts == [(right, 2, 1, 1, 0), (wrong, 1, 0, 1, 0), (missed, 1, 0, 0, 1)]
    unanswered = statistics.of_item(four.module_id, QUIZ, "b")
    assert unanswered is not None
    assert [(r.label, r.overall.count) for r in unanswered.rows][-1] == (statistics.UNANSWERED, 1)
    several = statistics.of_item(four.module_id, QUIZ, "c")
    assert several is not None
    assert several.key == {option(four, "c", text) for text in ("kanan", "kiri")}
    assert {several.options.get(r.label): r.overall.count for r in several.rows} == {
        "kanan": 2,
        "kiri": 2,
        "atas": 1,
        None: 1,
    }
    assert statistics.of_item(four.module_id, QUIZ, "lain") is None


def test_which_attempts_count(people: list[Person], fixed: PublishedVersion, monkeypatch: pytest.MonkeyPatch) -> None:
    start, hours = clock.now(), 0
    monkeypatch.setattr(clock, "now", lambda: start + timedelta(hours=hours))
    full = answers(fixed, "tepat", "tepat", "kanan", "kiri")
    for given in (answers(fixed, "tepat", None), full, answers(fixed, "tepat", "tepat")):
        take(people[0], fixed, given)
        hours += 1
    take(people[1], fixed, full, submit=False)
    means = {}
    for which in statistics.WHICH:
        found = statistics.of_quiz(fixed.module_id, QUIZ, which)
        assert found is not None
        means[which] = (found.figures.attempts, found.figures.mean)
    assert means == {"first": (1, 1), "last": (1, 2), "highest": (1, 4), "all": (3, pytest.approx(7 / 3))}


def test_drawn_items_count_for_who_met_them(people: list[Person], version: PublishedVersion) -> None:
    quiz = version.module.part(QUIZ)
    assert isinstance(quiz, Quiz)
    key = {q: key_of(version, QUIZ, q) for q in quiz.questions}
    met: dict[str, int] = {}
    for number, person in enumerate(people):
        done = take(person, version, key if number else {})
        for item in done.layout:
            met[item["question"]] = met.get(item["question"], 0) + 1
    found = statistics.of_quiz(version.module_id, QUIZ)
    assert found is not None
    by_id = dict(zip((item.question.id for item in found.items), found.figures.items, strict=True))
    assert {q: item.attempts for q, item in by_id.items()} == met
    assert {item.question.id for item in found.items if item.drawn} <= {"s1", "s2", "s3", "s4"}
    assert found.figures.reachable == 10, "what each attempt could reach, however it was drawn"
    # One with nothing and three with all: over the five places all variances are of 0 1 1 1 times the points, 1/4 each.
    squares = 2**2 + 2**2 + 3**2 + 1 + 2**2
    assert found.figures.cic == pytest.approx(100 * 5 / 4 * (1 - squares / 100))


def test_attempts_on_all_versions_are_one_quiz(people: list[Person], fixed: PublishedVersion, tmp_path: Path) -> None:
    take(people[0], fixed, answers(fixed, "luput", "tepat", "kanan"))
    later = (
        FIXED.replace("{{#b}}", "{{#b points=3}}").replace("- ( ) luput", "- ( ) meleset") + "\n## D? {{#d}}\n= ya\n"
    )
    assert not publish(tmp_path, files(final=later)).refused
    newer = store.current(fixed.module.slug)
    assert newer is not None and newer.number == 2
    take(people[1], newer, answers(newer, "tepat", "tepat") | {"d": "tidak"})
    found = statistics.of_quiz(fixed.module_id, QUIZ)
    assert found is not None
    assert [item.question.id for item in found.items] == ["a", "b", "c", "d"]
    assert [item.attempts for item in found.figures.items] == [2, 2, 2, 1]
    assert found.items[1].question.points == 3
    assert found.figures.mean == (3 + 1 + 1 + 3) / 2, "both by the points of the newest version"
    answered = statistics.of_item(fixed.module_id, QUIZ, "a")
    assert answered is not None
    # The option that only the first version had keeps its words.
    assert {answered.options[r.label]: r.overall.count for r in answered.rows} == {
        "tepat": 1,
        "keliru": 0,
        "meleset": 0,
        "luput": 1,
    }
    typed = statistics.of_item(fixed.module_id, QUIZ, "d")
    assert typed is not None and [(r.label, r.overall.count) for r in typed.rows] == [("tidak", 1)]


def test_answers_that_are_no_choice_are_shown_in_words(people: list[Person], version: PublishedVersion) -> None:
    take(people[0], version, {"kata": "layanan", "angka": "12,5"})
    take(people[1], version, {"kata": "antre"})
    found = statistics.of_item(version.module_id, QUIZ, "kata")
    assert found is not None and not found.options and not found.key
    assert {r.label: r.overall.count for r in found.rows} == {"layanan": 1, "antre": 1}


def test_a_response_that_no_version_can_say_is_shown_as_stored(
    people: list[Person], version: PublishedVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(people[0], version, {"kata": "layanan"})
    quiz = version.module.part(QUIZ)
    assert isinstance(quiz, Quiz)

    def lost(*_: Any) -> Any:
        raise KeyError("a part of an older version")

    monkeypatch.setattr(type_of(quiz.questions["kata"]), "review", lost)
    found = statistics.of_item(version.module_id, QUIZ, "kata")
    assert found is not None and [r.label for r in found.rows] == ['"layanan"']


def test_learning_from_pretest_to_posttest(people: list[Person], fixed: PublishedVersion) -> None:
    right, wrong = key_of(fixed, "tes-awal", "awal-satu"), option(fixed, "awal-dua", "salah", "tes-awal")
    for person, before in zip(people, ({"awal-satu": right}, {"awal-dua": wrong}, {}), strict=False):
        take(person, fixed, before, "tes-awal")
    take(people[0], fixed, answers(fixed, "tepat", "tepat", "kanan", "kiri"))
    take(people[1], fixed, answers(fixed, "tepat", "tepat"))
    gain = statistics.of_learning(fixed.module_id, "tes-awal", QUIZ)
    # 50 to 100 and 0 to 50; the third has no posttest.
    assert (gain.pairs, gain.pretest, gain.posttest) == (2, 25, 75)
    assert gain.normalised_gain == pytest.approx(50 / 75)


def test_a_quiz_without_attempts_and_one_that_is_not(people: list[Person], fixed: PublishedVersion) -> None:
    assert statistics.of_quiz(fixed.module_id, QUIZ) is None
    take(people[0], fixed, {}, submit=False)
    begun = statistics.of_quiz(fixed.module_id, QUIZ)
    assert begun is not None and (begun.figures.attempts, begun.items, begun.figures.mean) == (0, (), None)
    assert statistics.of_quiz(fixed.module_id, "lain") is None


def test_the_number_of_statements_is_constant(
    four: PublishedVersion, people: list[Person], statements: Callable[[], Any]
) -> None:
    with statements() as few:
        statistics.of_quiz(four.module_id, QUIZ)
        statistics.of_item(four.module_id, QUIZ, "a")
    assert len(few) == 5, few


def test_the_command_prints_the_same_figures(four: PublishedVersion, database_url: str, tmp_path: Path) -> None:
    found = statistics.of_quiz(four.module_id, QUIZ)
    assert found is not None
    done = elearn(tmp_path, "stats", "quiz", f"modul-coba/{QUIZ}", "--json", DATABASE_URL=database_url)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == as_json(["a", "b", "c"], found.figures)
    table = elearn(tmp_path, "stats", "quiz", f"modul-coba/{QUIZ}", "--attempts", "all", DATABASE_URL=database_url)
    assert table.returncode == 0 and "Daya beda" in table.stdout
    for wrong in ("modul-coba/lain", "lain/kuis-akhir", "modul-coba"):
        refused = elearn(tmp_path, "stats", "quiz", wrong, DATABASE_URL=database_url)
        assert refused.returncode == 2 and wrong in refused.stderr and "Traceback" not in refused.stderr
