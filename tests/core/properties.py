"""What holds for every question of every type, and a clean response to it."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from elearn.core.model import Question, dump, load
from elearn.core.questions import type_of
from elearn.core.questions.base import BadResponse

ONE, NONE = Fraction(1), Fraction(0)
RAW = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=70),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
"""What may come from outside."""


def the_key_earns_everything_and_nothing_earns_nothing(question: Question) -> None:
    kind = type_of(question)
    key = kind.key(question.body)
    assert (key is None) == (question.type in {"essay", "likert"})
    assert kind.clean(question.body, key) == key
    assert kind.grade(question.body, key).fraction == (NONE if key is None else ONE)
    assert kind.grade(question.body, None).fraction == NONE


def a_score_lies_between_nothing_and_all_and_is_always_the_same(question: Question, response: Any) -> None:
    kind = type_of(question)
    grade = kind.grade(question.body, response)
    assert NONE <= grade.fraction <= ONE
    assert grade.sentence
    stored = load(Question, json.loads(json.dumps(dump(question))))
    assert stored == question
    assert kind.grade(stored.body, json.loads(json.dumps(response))) == grade
    assert kind.clean(question.body, response) == response


def anything_from_outside_is_read_or_refused(question: Question, raw: Any) -> None:
    kind = type_of(question)
    try:
        response = kind.clean(question.body, raw)
    except BadResponse:
        return
    assert NONE <= kind.grade(question.body, response).fraction <= ONE
    assert kind.clean(question.body, response) == response


def every_place_says_what_was_given_there(question: Question, response: Any) -> None:
    analyse = type_of(question).analyse
    places = analyse(question.body, response)
    empty = analyse(question.body, None)
    assert bool(places) == (question.type != "essay") and len({place.id for place in places}) == len(places)
    assert [(p.id, p.html, p.choices, p.key) for p in places] == [(p.id, p.html, p.choices, p.key) for p in empty]
    assert not any(place.given for place in empty)
    assert not places or any(place.given for place in places) == bool(response)
    for place in places:
        assert place.key <= place.choices.keys()
        assert not place.choices or set(place.given) <= place.choices.keys()
    key = type_of(question).key(question.body)
    for place in analyse(question.body, key) if key is not None else ():
        assert not place.choices or set(place.given) == place.key
