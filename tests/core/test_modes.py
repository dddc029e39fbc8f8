"""What the modes make of answers: judged for good, tries that are worth less each, certainty that costs and pays."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.core.quiz.attempt import State, fold
from elearn.core.quiz.modes import CERTAINTY, earned, share, tries
from elearn.core.quiz.scoring import score
from tests.core.asked import ask
from tests.core.test_quiz import event, quiz, section, single

F = Fraction
FRACTIONS = st.fractions(0, 1, max_denominator=12)


def check(number: int, question: str, response: object, closed: bool):  # type: ignore[no-untyped-def]
    return event(number, "check", question, {"response": response, "closed": closed})


def test_how_often_a_question_is_judged_before_the_end() -> None:
    plain = single("satu")
    hinted = replace(plain, hints_html=("satu", "dua", "tiga"))
    assert [tries(mode, plain) for mode in ("deferred", "immediate", "practice", "certainty")] == [0, 1, 3, 0]
    assert tries("practice", hinted) == 4, "each hint is shown before the last try"
    for source, kind in (("", '.likert scale="a..b"'), ("", ".essay")):
        assert tries("immediate", ask(source, kind)) == 0, "nobody can say at once whether that is right"


def test_tries_by_hand() -> None:
    assert earned("practice", [F(0), F(0), F(1)], 3) == F(1, 3)
    assert earned("practice", [F(0), F(1)], 3) == F(2, 3)
    assert earned("practice", [F(1)], 3) == 1
    assert earned("practice", [F(1, 2), F(1, 2)], 3) == F(1, 2), "the best try counts"
    assert earned("practice", [F(1, 2), F(1)], 3) == F(2, 3)
    assert earned("immediate", [F(1, 2)], 1) == F(1, 2)
    assert earned("deferred", [], 0) == 0


@pytest.mark.parametrize(
    ("level", "right", "wrong", "half"),
    [
        (None, F(1, 3), F(0), F(1, 6)),
        (1, F(1, 3), F(0), F(1, 6)),
        (2, F(2, 3), F(-2, 3), F(1, 3)),
        (3, F(1), F(-2), F(1, 2)),
    ],
)
def test_certainty_by_hand(level: int | None, right: Fraction, wrong: Fraction, half: Fraction) -> None:
    assert earned("certainty", [F(1)], 0, level) == right
    assert earned("certainty", [F(0)], 0, level) == wrong
    assert earned("certainty", [F(1, 2)], 0, level) == half
    assert earned("certainty", [], 0, level) == 0, "an empty answer costs nothing, however sure"


def test_honesty_pays_with_certainty() -> None:
    """The level that fits what one knows has the highest expectation: below 2/3, up to 4/5, above (Gardner-Medwin)."""

    def best(p: Fraction) -> int:
        return max(CERTAINTY, key=lambda level: p * CERTAINTY[level][0] + (1 - p) * CERTAINTY[level][1])

    assert [best(p) for p in (F(1, 2), F(65, 100), F(68, 100), F(79, 100), F(81, 100), F(1))] == [1, 1, 2, 2, 3, 3]


@given(st.lists(FRACTIONS, min_size=1, max_size=3), FRACTIONS)
def test_another_try_never_costs_anything(before: list[Fraction], more: Fraction) -> None:
    allowed = 4
    once, again = earned("practice", before, allowed), earned("practice", [*before, more], allowed)
    assert 0 <= once <= again <= 1
    assert share(0, allowed) == 1 and share(allowed - 1, allowed) > 0


@given(st.lists(st.tuples(FRACTIONS | st.none(), st.sampled_from([None, 1, 2, 3])), min_size=1, max_size=6))
def test_a_quiz_with_certainty_is_worth_0_to_100(answers: list[tuple[Fraction | None, int | None]]) -> None:
    asked = quiz(section("a", len(answers)), mode="certainty")
    items = [
        (f"a-{n}", earned("certainty", [] if f is None else [f], 0, level)) for n, (f, level) in enumerate(answers)
    ]
    assert all(-2 <= fraction <= 1 for _, fraction in items)
    assert 0 <= score(asked, items).percent <= 100


def test_what_is_judged_for_good_stays() -> None:
    state = fold(
        [
            event(1, "answer", "a", "x"),
            check(2, "a", "x", False),
            event(3, "answer", "a", "y"),
            check(4, "a", "y", True),
            event(5, "answer", "a", "z"),
            event(6, "certainty", "a", 3),
            event(7, "answer", "b", "z"),
            event(8, "flag", "a"),
        ]
    )
    assert state.closed("a") and not state.closed("b")
    assert (state.response("a"), state.given("a")) == ("y", ["x", "y"])
    assert state.given("b") == ["z"] and state.given("c") == []
    assert state.certainty == {} and state.flagged == {"a"}


def test_an_answer_that_nobody_asked_to_judge_counts_as_the_next_try() -> None:
    state = fold([event(1, "answer", "a", "x"), check(2, "a", "x", False), event(3, "answer", "a", "y")])
    assert state.given("a") == ["x", "y"]
    taken_back = fold([event(1, "answer", "a", "x"), check(2, "a", "x", False), event(3, "answer", "a", None)])
    assert taken_back.given("a") == ["x"]


def test_the_newest_certainty_counts_and_none_after_the_end() -> None:
    state = fold(
        [
            event(1, "certainty", "a", 1),
            event(2, "certainty", "a", 3),
            event(3, "submit"),
            event(4, "certainty", "a", 2),
        ]
    )
    assert state.certainty == {"a": 3}
    assert isinstance(state, State)
