"""Statistics of a quiz from real attempts: which count, on which versions, and every figure by hand. On both databases."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from math import sqrt
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from elearn import clock
from elearn.authoring.queries import _quizzes as module_quizzes
from elearn.catalogue import store
from elearn.catalogue.store import PublishedVersion
from elearn.commands_stats import as_json
from elearn.core.model import Quiz
from elearn.people.models import Person
from elearn.quizzes import statistics
from tests.attempts import option, take
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


@pytest.fixture
def people(app: Flask) -> list[Person]:
    unit = make_unit()
    return [make_person(unit) for _ in range(4)]


@pytest.fixture
def fixed(app: Flask, tmp_path: Path) -> PublishedVersion:
    return published(tmp_path, final=FIXED)


def answers(version: PublishedVersion, a: str | None, b: str | None, *c: str) -> dict[str, Any]:
    given: dict[str, Any] = {"a": a and option(version, QUIZ, "a", a), "b": b and option(version, QUIZ, "b", b)}
    return {q: r for q, r in given.items() if r} | (
        {"c": [option(version, QUIZ, "c", text) for text in c]} if c else {}
    )


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
        take(person, fixed, QUIZ, given)
    return fixed


def test_every_figure_by_hand(four: PublishedVersion) -> None:
    found = statistics.of_quiz(four.module_id, [QUIZ])
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


def test_which_attempts_count(people: list[Person], fixed: PublishedVersion, monkeypatch: pytest.MonkeyPatch) -> None:
    start, hours = clock.now(), 0
    monkeypatch.setattr(clock, "now", lambda: start + timedelta(hours=hours))
    full = answers(fixed, "tepat", "tepat", "kanan", "kiri")
    for given in (answers(fixed, "tepat", None), full, answers(fixed, "tepat", "tepat")):
        take(people[0], fixed, QUIZ, given)
        hours += 1
    take(people[1], fixed, QUIZ, full, submit=False)
    means = {}
    for which in statistics.WHICH:
        found = statistics.of_quiz(fixed.module_id, [QUIZ], which)
        assert found is not None
        means[which] = (found.figures.attempts, found.figures.mean)
    assert means == {"first": (1, 1), "last": (1, 2), "highest": (1, 4), "all": (3, pytest.approx(7 / 3))}


def test_drawn_items_count_for_who_met_them(people: list[Person], version: PublishedVersion) -> None:
    quiz = version.module.part(QUIZ)
    assert isinstance(quiz, Quiz)
    key = {q: key_of(version, QUIZ, q) for q in quiz.questions}
    met: dict[str, int] = {}
    for number, person in enumerate(people):
        done = take(person, version, QUIZ, key if number else {})
        for item in done.layout:
            met[item["question"]] = met.get(item["question"], 0) + 1
    found = statistics.of_quiz(version.module_id, [QUIZ])
    assert found is not None
    by_id = dict(zip((item.question.id for item in found.items), found.figures.items, strict=True))
    assert {q: item.attempts for q, item in by_id.items()} == met
    assert {item.question.id for item in found.items if item.drawn} <= {"s1", "s2", "s3", "s4"}
    assert found.figures.reachable == 10, "what each attempt could reach, however it was drawn"
    # One with nothing and three with all: over the five places all variances are of 0 1 1 1 times the points, 1/4 each.
    squares = 2**2 + 2**2 + 3**2 + 1 + 2**2
    assert found.figures.cic == pytest.approx(100 * 5 / 4 * (1 - squares / 100))


def test_attempts_on_all_versions_are_one_quiz(people: list[Person], fixed: PublishedVersion, tmp_path: Path) -> None:
    take(people[0], fixed, QUIZ, answers(fixed, "luput", "tepat", "kanan"))
    later = (
        FIXED.replace("{{#b}}", "{{#b points=3}}").replace("- ( ) luput", "- ( ) meleset") + "\n## D? {{#d}}\n= ya\n"
    )
    assert not publish(tmp_path, files(final=later)).refused
    newer = store.current(fixed.module.slug)
    assert newer is not None and newer.number == 2
    take(people[1], newer, QUIZ, answers(newer, "tepat", "tepat") | {"d": "tidak"})
    found = statistics.of_quiz(fixed.module_id, [QUIZ])
    assert found is not None
    assert [item.question.id for item in found.items] == ["a", "b", "c", "d"]
    assert [item.attempts for item in found.figures.items] == [2, 2, 2, 1]
    assert found.items[1].question.points == 3
    assert found.figures.mean == (3 + 1 + 1 + 3) / 2, "both by the points of the newest version"


def test_learning_from_pretest_to_posttest(people: list[Person], fixed: PublishedVersion) -> None:
    right, wrong = key_of(fixed, "tes-awal", "awal-satu"), option(fixed, "tes-awal", "awal-dua", "salah")
    for person, before in zip(people, ({"awal-satu": right}, {"awal-dua": wrong}, {}), strict=False):
        take(person, fixed, "tes-awal", before)
    take(people[0], fixed, QUIZ, answers(fixed, "tepat", "tepat", "kanan", "kiri"))
    take(people[1], fixed, QUIZ, answers(fixed, "tepat", "tepat"))
    gain = statistics.of_learning(fixed.module_id, ["tes-awal"], [QUIZ])
    # 50 to 100 and 0 to 50; the third has no posttest.
    assert (gain.pairs, gain.pretest, gain.posttest) == (2, 25, 75)
    assert gain.normalised_gain == pytest.approx(50 / 75)


def test_a_quiz_without_attempts_and_one_that_is_not(people: list[Person], fixed: PublishedVersion) -> None:
    assert statistics.of_quiz(fixed.module_id, [QUIZ]) is None
    take(people[0], fixed, QUIZ, {}, submit=False)
    begun = statistics.of_quiz(fixed.module_id, [QUIZ])
    assert begun is not None and (begun.figures.attempts, begun.items, begun.figures.mean) == (0, (), None)
    assert statistics.of_quiz(fixed.module_id, ["lain"]) is None


def test_the_number_of_statements_is_constant(
    four: PublishedVersion, people: list[Person], statements: Callable[[], Any]
) -> None:
    with statements() as few:
        statistics.of_quiz(four.module_id, [QUIZ])
    assert len(few) == 3, few


def test_the_command_prints_the_same_figures(four: PublishedVersion, database_url: str, tmp_path: Path) -> None:
    found = statistics.of_quiz(four.module_id, [QUIZ])
    assert found is not None
    done = elearn(tmp_path, "stats", "quiz", f"modul-coba/{QUIZ}", "--json", DATABASE_URL=database_url)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == as_json(["a", "b", "c"], found.figures)
    table = elearn(tmp_path, "stats", "quiz", f"modul-coba/{QUIZ}", "--attempts", "all", DATABASE_URL=database_url)
    assert table.returncode == 0 and "Daya beda" in table.stdout
    for wrong in ("modul-coba/lain", "lain/kuis-akhir", "modul-coba"):
        refused = elearn(tmp_path, "stats", "quiz", wrong, DATABASE_URL=database_url)
        assert refused.returncode == 2 and wrong in refused.stderr and "Traceback" not in refused.stderr


def test_a_renamed_quiz_is_the_same_quiz(four: PublishedVersion, people: list[Person], tmp_path: Path) -> None:
    take(people[0], four, "tes-awal", {"awal-satu": key_of(four, "tes-awal", "awal-satu")})
    ujian = FIXED.replace("title: Kuis akhir", "title: Ujian\naliases: [kuis-akhir]").replace("cooldown: 1m\n", "")
    renamed = files(final=ujian)
    renamed["90-ujian.md"] = renamed.pop("90-kuis-akhir.md")
    renamed["module.md"] = renamed["module.md"].replace("posttest: kuis-akhir", "posttest: ujian")
    assert not publish(tmp_path, renamed).refused
    newer = store.current(four.module.slug)
    assert newer is not None
    quiz = newer.module.part("ujian")
    assert isinstance(quiz, Quiz)
    found = statistics.of_quiz(four.module_id, quiz.names)
    assert found is not None and (found.figures.attempts, found.figures.mean) == (4, 1.75)
    assert statistics.of_learning(four.module_id, ["tes-awal"], quiz.names).pairs == 1
    take(people[0], newer, "ujian", {})
    again = statistics.of_quiz(four.module_id, quiz.names, "all")
    assert again is not None and (again.title, again.figures.attempts) == ("Ujian", 5)
    line = next(line for line in module_quizzes(four.module_id, newer.module) if line.slug == "ujian")
    assert (line.attempts, line.people) == (5, 4), "on the page of the module, too"
