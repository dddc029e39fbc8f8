"""Marks by hand: which count, and what they come to; and what was decided on top of a published quiz."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.core.model import Question
from elearn.core.questions import type_of
from elearn.core.quiz.marking import TOLERANCE, Mark, settle
from elearn.core.quiz.verdicts import NONE, Correction, Verdicts, fits, same
from tests.core import modules

ESSAY = """## Usul? {#usul .essay points=10}

| Kriteria | Poin | Deskriptor |
| --- | --- | --- |
| Masalah | 4 | Nyata |
| Ukuran | 6 | Jelas |
"""


def mark(marker: int, tenths: int, *, final: bool = False, comment: str = "") -> Mark:
    return Mark(marker, {"a": Fraction(tenths, 2), "b": Fraction(tenths, 2)}, Fraction(tenths, 10), comment, final)


def test_one_marker_settles_and_may_change_their_mind() -> None:
    assert settle([], 1).status == "waiting"
    assert settle([mark(1, 7)], 1).fraction == Fraction(7, 10)
    changed = settle([mark(1, 7, comment="baik"), mark(1, 9, final=True)], 1)
    assert (changed.status, changed.fraction, changed.comments) == ("settled", Fraction(9, 10), [])


def test_two_markers_within_the_tolerance_meet_in_the_middle() -> None:
    assert settle([mark(1, 7)], 2).status == "waiting"
    assert settle([mark(1, 7), mark(1, 8)], 2).status == "waiting", "one person is not two"
    settled = settle([mark(1, 7, comment="a"), mark(2, 8, comment="b")], 2)
    assert (settled.status, settled.fraction, settled.comments) == ("settled", Fraction(3, 4), ["a", "b"])
    assert settled.points == {"a": Fraction(15, 4), "b": Fraction(15, 4)}


def test_two_markers_who_differ_wait_for_a_final_mark() -> None:
    marks = [mark(1, 4), mark(2, 8)]
    assert (settle(marks, 2).status, settle(marks, 2).fraction) == ("differ", None)
    settled = settle([*marks, mark(2, 6, final=True)], 2)
    assert (settled.status, settled.fraction, len(settled.counting)) == ("settled", Fraction(6, 10), 1)
    again = settle([*marks, mark(2, 6, final=True), mark(1, 5, final=True)], 2)
    assert again.fraction == Fraction(5, 10)


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 10), st.booleans()), max_size=8), st.integers(1, 2))
def test_whatever_is_marked_the_fraction_lies_between_the_marks(
    given_marks: list[tuple[int, int, bool]], n: int
) -> None:
    marks = [mark(marker, tenths, final=final) for marker, tenths, final in given_marks]
    result = settle(marks, n)
    if result.fraction is not None:
        counted = [m.fraction for m in result.counting]
        assert min(counted) <= result.fraction <= max(counted)
        assert result.fraction * len(counted) == sum(counted), "exact"
    if result.status == "differ":
        one, other = result.counting
        assert one.marker != other.marker and abs(one.fraction - other.fraction) > TOLERANCE
    assert (result.fraction is not None) == (result.status == "settled")


def test_the_front_matter_says_how_answers_are_marked() -> None:
    plain, other = modules.quiz(ESSAY), modules.quiz(ESSAY, "marking: named\nmarkers: 2\n")
    assert (plain.marking, plain.markers) == ("anonymous", 1)
    assert (other.marking, other.markers) == ("named", 2)
    for line, hint in (
        ("marking: anonim", "Maksud Anda anonymous?"),
        ("penilai: 2", "Maksud Anda markers?"),
        ("makring: named", "Maksud Anda marking?"),
    ):
        found = modules.check({"90-kuis.md": modules.QUIZ.replace("akhir\n", f"akhir\n{line}\n") + ESSAY})[1]
        assert hint in [d.hint for d in found]


def question(text: str) -> Question:
    return next(iter(modules.quiz(text).questions.values()))


def test_a_settled_essay_is_graded_and_others_wait() -> None:
    essay = question(ESSAY)
    assert NONE.grade(essay, "Usul saya").status == "pending"
    grade = Verdicts(marks={"usul": settle([mark(1, 7)], 1)}).grade(essay, "Usul saya")
    assert (grade.status, grade.fraction) == ("scored", Fraction(7, 10)) and "7 dari 10 poin" in grade.sentence
    assert Verdicts(marks={"usul": settle([mark(1, 7)], 2)}).grade(essay, "Usul saya").status == "pending"
    assert Verdicts(marks={"usul": settle([mark(1, 7)], 1)}).grade(essay, None).fraction == 0


@pytest.mark.parametrize(
    ("text", "accepted", "given", "fraction"),
    [
        ("## Kata? {#k}\n= pelayanan\n", "pelayanan publik", " Pelayanan   PUBLIK. ", 1),
        ("## Kata? {#k}\n= pelayanan\n", "pelayanan publik", "publik", 0),
        ("## Kata? {#k}\n= pelayanan\n", "pelayanan publik", "pelayanan", 1),
        ("## Kata? {#k .exact}\n= Pelayanan\n", "Publik", "publik", 0),
        ("## Berapa? {#k}\n= 12,5\n", "13", "13,0", 1),
        ("## Berapa? {#k}\n= 12,5\n", "13", "13,1", 0),
    ],
)
def test_an_accepted_answer_counts_however_it_is_typed(text: str, accepted: str, given: str, fraction: int) -> None:
    asked = question(text)
    response = type_of(asked).clean(asked.body, given)
    grade = Verdicts({"k": [Correction("accept", accepted)]}).grade(asked, response)
    assert grade.fraction == fraction


def test_a_part_of_the_points_never_takes_any_away() -> None:
    asked = question("## Kata? {#k}\n= pelayanan\n= 50% layan\n")
    half = Verdicts(
        {"k": [Correction("accept", "layan", Fraction(1, 4)), Correction("accept", "melayani", Fraction(1, 4))]}
    )
    assert half.grade(asked, "layan").fraction == Fraction(1, 2)
    assert half.grade(asked, "melayani").fraction == Fraction(1, 4)


def test_full_marks_for_all_are_for_who_did_not_answer_too() -> None:
    asked = question(modules.SOUND)
    full = Verdicts({"siapa": [Correction("full")]})
    wrong = next(i for i in type_of(asked).option_ids(asked.body) if i != type_of(asked).key(asked.body))
    for response in (None, wrong, type_of(asked).key(asked.body)):
        assert full.grade(asked, response).fraction == 1
    assert "dikoreksi" in full.grade(asked, wrong).sentence


def test_a_newer_key_counts_where_the_options_are_the_same() -> None:
    old = question(modules.SOUND)
    moved = question("## Siapa yang benar? {#siapa points=5}\n- ( ) Presiden\n- (x) Menteri\n- ( ) Wali kota\n")
    other = question("## Siapa? {#siapa}\n- ( ) Presiden\n- (x) Gubernur\n- ( ) Wali kota\n")
    newer = Verdicts({"siapa": [Correction("key", question=moved)]})
    right = type_of(moved).key(moved.body)
    assert fits(old, moved) and newer.grade(old, right).fraction == 1
    assert newer.grade(old, type_of(old).key(old.body)).fraction == 0
    assert newer.asked(old).points == old.points and newer.asked(old).stem_html == old.stem_html
    unfit = Verdicts({"siapa": [Correction("key", question=other)]})
    assert not fits(old, other) and unfit.grade(old, type_of(old).key(old.body)).fraction == 1


def test_a_newer_formula_is_reckoned_with_the_values_of_the_attempt() -> None:
    from elearn.core.questions import as_drawn

    text = "## Berapa {a} kali dua? {#k .computed}\na = 2..9 step 1\n= a * 3\n"
    old, newer = question(text), question(text.replace("a * 3", "a * 2"))
    asked = as_drawn(old, {"a": "7"})
    verdicts = Verdicts({"k": [Correction("key", question=newer)]})
    assert NONE.grade(asked, "14").fraction == 0
    assert verdicts.grade(asked, "14").fraction == 1


def test_only_texts_can_be_the_same() -> None:
    asked = question(modules.SOUND)
    assert not same(asked, None, "a") and not same(asked, ["a"], "a") and not same(asked, {"a": "b"}, None)


RESPONSES = st.one_of(st.none(), st.text(max_size=20))


@given(RESPONSES, st.text(min_size=1, max_size=20), st.integers(1, 4))
def test_accepting_never_lowers_a_grade(response: str | None, accepted: str, quarters: int) -> None:
    asked = question("## Kata? {#k}\n= pelayanan\n= 50% layan\n")
    verdicts = Verdicts({"k": [Correction("accept", accepted, Fraction(quarters, 4))]})
    assert NONE.grade(asked, response).fraction <= verdicts.grade(asked, response).fraction <= 1
