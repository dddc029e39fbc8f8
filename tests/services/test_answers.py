"""Who answered what: by option, by place, in words, over versions and names. On both databases."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from elearn.catalogue import store
from elearn.catalogue.store import PublishedVersion
from elearn.core.statistics import ResponseRow
from elearn.database import transaction
from elearn.people.models import Person
from elearn.quizzes import answers
from elearn.quizzes.answers import OTHERS, UNANSWERED, Answers
from elearn.quizzes.models import Attempt
from tests.attempts import option, take
from tests.content import MODULE, OF_EVERY_TYPE, SURVEY, files, key_of, publish, published
from tests.helpers import make_person, make_unit

QUIZ = "kuis-akhir"
FIXED = """---
kind: quiz
title: Kuis akhir
passing: 60
---
## A? {{#a}}
- (x) tepat
- ( ) keliru
- ( ) luput

## C? {{#c points=2}}
- [x] kanan
- [x] kiri
- [ ] atas

## D? {{#d}}
= ya
"""


@pytest.fixture
def people(app: Flask) -> list[Person]:
    unit = make_unit()
    return [make_person(unit) for _ in range(4)]


def counts(place: Answers) -> dict[str, int]:
    """How often each answer was given, by its words."""
    return {place.choices.get(row.label, row.label): row.overall.count for row in place.rows}


def the_place(version: PublishedVersion, question: str, quiz: str = QUIZ) -> Answers:
    found = answers.of_item(version.module_id, [quiz], question)
    assert found is not None and len(found.places) == 1
    return found.places[0]


def test_answers_of_the_strong_and_the_weak(people: list[Person], tmp_path: Path) -> None:
    version = published(tmp_path, final=FIXED)

    def given(a: str, c: tuple[str, ...], d: str | None) -> dict[str, Any]:
        return {"a": option(version, QUIZ, "a", a), "c": [option(version, QUIZ, "c", t) for t in c], "d": d}

    # Points 4 2 1 0 of 4.
    for person, one in zip(
        people,
        (
            given("tepat", ("kanan", "kiri"), "ya"),
            given("tepat", ("kanan",), "tidak"),
            given("keliru", (), "Ya."),
            given("luput", ("kanan", "atas"), None),
        ),
        strict=True,
    ):
        take(person, version, QUIZ, one)
    place = the_place(version, "a")
    right, wrong, missed = (option(version, QUIZ, "a", text) for text in ("tepat", "keliru", "luput"))
    assert (place.choices[wrong], place.right) == ("keliru", {right})

    def thirds(row: ResponseRow) -> tuple[str, int, int, int, int]:
        return row.label, row.overall.count, row.upper.count, row.middle.count, row.lower.count

    # The third of a total is where the middle of its rank lies, 1/8 3/8 5/8 7/8.
    assert [thirds(row) for row in place.rows] == [(right, 2, 1, 1, 0), (wrong, 1, 0, 1, 0), (missed, 1, 0, 0, 1)]
    several = the_place(version, "c")
    assert several.right == {option(version, QUIZ, "c", text) for text in ("kanan", "kiri")}
    assert counts(several) == {"kanan": 3, "kiri": 1, "atas": 1, UNANSWERED: 1}
    typed = the_place(version, "d")
    assert not typed.choices and counts(typed) == {"ya": 1, "Ya.": 1, "tidak": 1, UNANSWERED: 1}
    assert typed.right == {"ya", "Ya."}, "what earned everything"
    assert answers.of_item(version.module_id, [QUIZ], "lain") is None


def test_older_versions_keep_their_words_and_their_key(people: list[Person], tmp_path: Path) -> None:
    version = published(tmp_path, final=FIXED)
    take(people[0], version, QUIZ, {"a": option(version, QUIZ, "a", "luput")})
    assert not publish(tmp_path, files(final=FIXED.replace("- ( ) luput", "- ( ) meleset"))).refused
    newer = store.current(version.module.slug)
    assert newer is not None
    take(people[1], newer, QUIZ, {"a": option(newer, QUIZ, "a", "tepat")})
    assert counts(the_place(newer, "a")) == {"tepat": 1, "keliru": 0, "meleset": 0, "luput": 1}


def test_a_question_is_counted_place_by_place(people: list[Person], tmp_path: Path) -> None:
    version = published(tmp_path, final=OF_EVERY_TYPE)
    right = {q: key_of(version, QUIZ, q) for q in ("jodoh", "urut", "rumpang", "gambar", "tunggal")}
    take(people[0], version, QUIZ, right)
    order: Any = right["urut"]
    take(people[1], version, QUIZ, {"urut": [order[1], order[0], *order[2:]], "rumpang": {"g1": "96"}})
    matching = answers.of_item(version.module_id, [QUIZ], "jodoh")
    assert matching is not None and (matching.given, len(matching.places)) == (1, 3)
    walidata = matching.places[0]
    assert walidata.html == "Walidata" and counts(walidata)["<em>Memeriksa</em> data"] == 1
    assert counts(walidata)[UNANSWERED] == 1 and counts(walidata)["Membeli data"] == 0
    assert {walidata.choices[i] for i in walidata.right} == {"<em>Memeriksa</em> data"}
    ordering = answers.of_item(version.module_id, [QUIZ], "urut")
    assert ordering is not None
    assert [counts(place)["Mencatat"] for place in ordering.places] == [1, 1, 0, 0]
    cloze = answers.of_item(version.module_id, [QUIZ], "rumpang")
    assert cloze is not None and [place.html for place in cloze.places] == ["Rumpang 1", "Rumpang 2", "Rumpang 3"]
    first, _typed, chosen = cloze.places
    assert sorted(counts(first)) == ["95", "96"] and counts(chosen) == {"Bappenas": 0, "PANRB": 1, "Kemenkeu": 0, "": 1}


def test_essays_are_counted_and_never_shown(people: list[Person], tmp_path: Path) -> None:
    """They may speak of people."""
    version = published(tmp_path, final=OF_EVERY_TYPE)
    for person in people[:2]:
        attempt = take(person, version, QUIZ, {"esai": "Bu Rahasia selalu terlambat."})
        with transaction() as session:  # as after marking it
            held = session.get_one(Attempt, attempt.id)
            held.state, held.percent = "graded", Decimal(50)
    essay = answers.of_item(version.module_id, [QUIZ], "esai")
    assert essay is not None and essay.given == 2 and "Rahasia" not in repr(essay)


def test_numbers_that_are_drawn_are_counted_as_right_or_wrong(people: list[Person], tmp_path: Path) -> None:
    final = "---\nkind: quiz\ntitle: Kuis akhir\n---\n## {{a}} + 1? {{#hitung .computed}}\na = 1, 2, 3\n\n= a + 1\n"
    version = published(tmp_path, contents=files() | {"90-kuis-akhir.md": final.replace("{{", "{").replace("}}", "}")})
    take(people[0], version, QUIZ, {"hitung": "999"})
    take(people[1], version, QUIZ, {})
    assert counts(the_place(version, "hitung")) == {"Tepat": 0, "Keliru": 1, UNANSWERED: 1}


def test_the_rarest_typed_answers_are_one_line(app: Flask, people: list[Person], tmp_path: Path) -> None:
    version = published(tmp_path, final=FIXED)
    unit = make_unit("dinas")
    for n in range(answers.TYPED_AT_MOST + 2):
        take(make_person(unit, password=None), version, QUIZ, {"d": f"kata {n:02d}"})
    take(people[0], version, QUIZ, {"d": "kata 31"})
    take(people[1], version, QUIZ, {})
    rows = the_place(version, "d").rows
    assert len(rows) == answers.TYPED_AT_MOST + 2
    assert (rows[0].label, rows[0].overall.count) == (OTHERS, 2) or rows[0].label == "kata 31"
    found = {row.label: row.overall.count for row in rows}
    assert (found["kata 31"], found[OTHERS], found[UNANSWERED]) == (2, 2, 1)
    assert sum(found.values()) == answers.TYPED_AT_MOST + 4, "nothing is left out"


def test_a_survey_is_counted_item_by_item(people: list[Person], tmp_path: Path, statements: Callable[[], Any]) -> None:
    contents = files(final=SURVEY) | {"module.md": MODULE.replace("posttest: kuis-akhir\n", "")}
    version = published(tmp_path, contents=contents)
    for person, step in zip(people, ("5", "4", "4", None), strict=True):
        take(person, version, QUIZ, {"sikap": step, "esai": "Bagus." if step else None})
    with statements() as few:
        found = {a.item.question.id: a for a in answers.of_survey(version.module_id, [QUIZ])}
    assert len(few) == 2, few
    assert list(found)[:2] == ["tunggal", "ganda"] and len(found) == 11
    assert {row.label: row.overall.count for row in found["sikap"].places[0].rows} == {
        "1": 0, "2": 0, "3": 0, "4": 2, "5": 1, UNANSWERED: 1,
    }  # fmt: skip
    assert found["sikap"].places[0].choices["5"] == "5 · Ya"
    assert (found["esai"].given, found["esai"].places, found["esai"].texts) == (3, (), (("Bagus.", 3),))
