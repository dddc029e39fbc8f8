"""Who answered what: the responses of the attempts that count, place by place, beside how strong each attempt was."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import BigInteger, Row, select, type_coerce

from elearn.core.model import Question, Quiz
from elearn.core.questions import type_of
from elearn.core.questions.base import Place
from elearn.core.statistics import ResponseRow, response_table
from elearn.database import Exact, db
from elearn.quizzes.models import ItemGrade
from elearn.quizzes.statistics import Item, Which, attempts_that_count, items_of, versions_of

UNANSWERED = ""
"""The label of no answer."""
OTHERS = "\0"
"""The label of all typed answers that are rarer than those listed: no answer can hold this character."""
TYPED_AT_MOST = 30
RIGHT, WRONG = "1", "0"


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered at one place. The labels of `rows` are ids of `choices`, or what was typed (the most frequent
    `TYPED_AT_MOST`), or UNANSWERED, or OTHERS; `right` are those that are known to be right. `html` says which place it is;
    empty where the question has only this one."""

    html: str
    choices: Mapping[str, str]
    right: frozenset[str]
    rows: tuple[ResponseRow, ...]


@dataclass(frozen=True, slots=True)
class ItemAnswers:
    """An item and its places; none where answers are not compared, and `given` counts them all the same."""

    item: Item
    given: int
    """Attempts that answered it."""
    places: tuple[Answers, ...]
    texts: tuple[tuple[str, int], ...] = ()
    """Of a survey, what was written where answers are not compared, and how often: by its letters, which say nothing of
    who wrote it."""


def of_item(module_id: int, names: Sequence[str], question: str, which: Which = "first") -> ItemAnswers | None:
    """Who answered what to one item, strong and weak by their percent of the whole attempt; None when it is unknown.

    An attempt that chose several options counts for each. Two statements, and two for each version not loaded yet.
    """
    return next(iter(_of(module_id, names, which, question)), None)


def of_survey(module_id: int, names: Sequence[str]) -> list[ItemAnswers]:
    """What each person last answered to each item, in its order. Statements as `of_item`."""
    return _of(module_id, names, "last", texts=True)


def _of(
    module_id: int, names: Sequence[str], which: Which, only: str | None = None, *, texts: bool = False
) -> list[ItemAnswers]:
    versions = versions_of(module_id, names)
    items = {q: item for q, item in items_of(list(versions.values())).items() if only in (None, q)}
    if not items:
        return []
    chosen = attempts_that_count(module_id, names, which)
    statement = select(
        ItemGrade.question,
        chosen.c.version_id,
        chosen.c.percent,
        ItemGrade.response,
        type_coerce(ItemGrade.fraction, BigInteger).label("fraction"),
    ).join(chosen, chosen.c.id == ItemGrade.attempt_id)
    if only is not None:
        statement = statement.where(ItemGrade.question == only)
    by_item: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in db.session.execute(statement):
        by_item[row.question].append(row)
    found = [_answers(item, versions, by_item[question]) for question, item in items.items()]
    if not texts:
        return found
    return [one if one.places else replace(one, texts=_texts(by_item[one.item.question.id])) for one in found]


def _texts(rows: Sequence[Row[Any]]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(Counter(row.response for row in rows if isinstance(row.response, str)).items()))


def _answers(item: Item, versions: Mapping[int, Quiz], rows: Sequence[Row[Any]]) -> ItemAnswers:
    asked = {v: quiz.questions[item.question.id] for v, quiz in versions.items() if item.question.id in quiz.questions}
    places: dict[str, Place] = {}
    for question in asked.values():
        for place in _places(question, None, None):
            # The newest come first: answers to an older version keep the words that they were given to.
            known = places.setdefault(place.id, place)
            places[place.id] = replace(known, choices={**place.choices, **known.choices})
    newest = {p.id: list(p.choices) for p in _places(item.question, None, None)}
    pairs: dict[str, list[tuple[float, str]]] = {place: [] for place in places}
    typed: dict[str, set[bool]] = defaultdict(set)
    said: dict[tuple[int, str, bool], tuple[Place, ...]] = {}
    for row in rows:
        if row.version_id not in asked:
            continue
        full = row.fraction == Exact.SCALE
        key = (row.version_id, json.dumps(row.response), full)
        if key not in said:
            said[key] = _places(asked[row.version_id], row.response, row.fraction)
        for place in said[key]:
            labels = place.given or (UNANSWERED,)
            pairs[place.id] += [(row.percent / Exact.SCALE, label) for label in labels]
            if not place.html and not place.choices:
                typed[labels[0]].add(full)
    right = frozenset(label for label, earned in typed.items() if earned == {True})
    return ItemAnswers(
        item,
        sum(row.response is not None for row in rows),
        tuple(
            Answers(
                place.html,
                place.choices,
                place.key if place.choices else right if not place.html else frozenset(),
                response_table(_shortened(pairs[place.id], place.choices), newest.get(place.id, ())),
            )
            for place in places.values()
        ),
    )


def _places(question: Question, response: Any, fraction: int | None) -> tuple[Place, ...]:
    """Where numbers are drawn for each attempt, what was typed cannot be compared: only whether it was right."""
    places = type_of(question).analyse(question.body, response)
    if not question.body.get("drawn"):
        return places
    given = (RIGHT if fraction == Exact.SCALE else WRONG,) if response is not None else ()
    return tuple(
        replace(p, choices={RIGHT: "Tepat", WRONG: "Keliru"}, key=frozenset({RIGHT}), given=given) for p in places
    )


def _shortened(pairs: Sequence[tuple[float, str]], choices: Mapping[str, str]) -> Iterable[tuple[float, str]]:
    """The pairs with the rarest typed answers as one."""
    counts = Counter(label for _, label in pairs if label not in choices and label != UNANSWERED)
    if len(counts) <= TYPED_AT_MOST:
        return pairs
    ranked = sorted(counts, key=lambda label: (-counts[label], label))
    rare = set(ranked[TYPED_AT_MOST:])
    return [(total, OTHERS if label in rare else label) for total, label in pairs]
