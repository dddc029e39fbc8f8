"""What a form without scripts says of an answer, whatever the type."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from elearn.core.questions import type_of
from elearn.core.questions.base import BadResponse
from elearn.quizzes.forms import Filled, read_answer
from tests.core.asked import ask

PAIRS = ask("- a => 1\n- b => 2\n- => 3")
STEPS = ask("1. satu\n2. dua\n3. tiga\n4. empat", ".ordering")
ONE = ask("- (x) a\n- ( ) b")
SOME = ask("- [x] a\n- [ ] b")


def form(*pairs: tuple[str, str]) -> MultiDict[str, str]:
    return MultiDict([("csrf_token", "x"), ("n", "1"), *pairs])


def test_plain_and_repeated_fields() -> None:
    sent = form(("jawaban", "a"), ("jawaban", "b"), ("jawaban.c", "d"))
    assert read_answer(sent, ONE) == Filled("a")
    assert read_answer(sent, SOME) == Filled(["a", "b"])
    assert read_answer(form(), ONE) == Filled(None) and read_answer(form(), SOME) == Filled([])


def test_fields_of_places() -> None:
    assert read_answer(form(("jawaban.x", "1"), ("jawaban.y", ""), ("jawaban", "z")), PAIRS) == Filled(
        {"x": "1", "y": ""}
    )
    assert read_answer(form(), PAIRS) == Filled({})


def numbers(*given: str) -> MultiDict[str, str]:
    return form(*((f"jawaban.{name}", number) for name, number in zip("abcd", given, strict=True)))


@pytest.mark.parametrize(
    ("given", "order", "doubtful"),
    [
        (("2", "1", "4", "3"), "badc", False),
        (("", "", "", ""), None, False),
        (("2", "", "1", ""), "cabd", True),
        (("1", "1", "2", "2"), "abcd", True),
        (("9", "1", "2", "3"), "bcda", True),
        (("0", "1", "2", "3"), "abcd", True),
    ],
)
def test_numbers_of_an_order(given: tuple[str, ...], order: str | None, doubtful: bool) -> None:
    assert read_answer(numbers(*given), STEPS) == Filled(None if order is None else list(order), doubtful)


@pytest.mark.parametrize("bad", ["satu", "-1", "1.5", "²", "1234", " 1"])
def test_a_number_that_is_none_is_refused(bad: str) -> None:
    with pytest.raises(BadResponse):
        read_answer(numbers(bad, "1", "2", "3"), STEPS)


@given(st.lists(st.sampled_from(["", "1", "2", "3", "4"]), min_size=4, max_size=4))
def test_any_numbers_give_every_entry_once(given: list[str]) -> None:
    entries = [item["id"] for item in type_of(STEPS).present(STEPS.body, ())["items"]]
    pairs = ((f"jawaban.{entry}", number) for entry, number in zip(entries, given, strict=True))
    filled: Any = read_answer(form(*pairs), STEPS)
    assert filled.response is None or sorted(filled.response) == sorted(entries)
    assert (type_of(STEPS).clean(STEPS.body, filled.response) is None) == (not any(given))
    assert filled.doubtful == (any(given) and sorted(given) != ["1", "2", "3", "4"])
