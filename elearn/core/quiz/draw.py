"""Which questions an attempt gets, and the order of them and of their options: a function of a seed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from elearn.core.model import Question, Quiz, Section
from elearn.core.questions import as_drawn, type_of


@dataclass(frozen=True, slots=True)
class LayoutItem:
    """One question of an attempt. `order` is its option ids as shown; empty for a type without options. `drawn` is
    what its type drew for this attempt: most draw nothing."""

    question: str
    section: str
    order: tuple[str, ...]
    drawn: Mapping[str, str] = field(default_factory=dict, hash=False)


def question_of(questions: Mapping[str, Question], item: LayoutItem) -> Question:
    """Of a quiz's questions, this one as the attempt is asked it."""
    return as_drawn(questions[item.question], item.drawn)


def lay_out(quiz: Quiz, seed: int, seen: Collection[str] = ()) -> tuple[LayoutItem, ...]:
    """Draw and shuffle. Equal arguments give equal layouts.

    Questions in `seen` are drawn only when the rest run out.
    """
    random = Random(seed)  # noqa: S311 - reproducible on purpose; the caller's seed is the secret
    items: list[LayoutItem] = []
    for section in quiz.sections:
        drawn = _draw(section, random, seen)
        if "questions" in quiz.shuffle:
            random.shuffle(drawn)
        items += [_item(q, section, quiz, random) for q in drawn]
    return tuple(items)


def _draw(section: Section, random: Random, seen: Collection[str]) -> list[Question]:
    """The drawn questions in the trainer's order. Quotas come first, then the rest is filled."""
    if section.draw is None or section.draw >= len(section.questions):
        return list(section.questions)
    chosen: list[Question] = []
    for quota in section.quotas:
        wanted = quota.count - sum(quota.takes(q) for q in chosen)
        chosen += _sample([q for q in section.questions if quota.takes(q) and q not in chosen], wanted, random, seen)
    rest = [q for q in section.questions if q not in chosen]
    chosen += _sample(rest, section.draw - len(chosen), random, seen)
    ids = {q.id for q in chosen}
    return [q for q in section.questions if q.id in ids]


def _sample(pool: Sequence[Question], size: int, random: Random, seen: Collection[str]) -> list[Question]:
    """So many of a pool; those that were seen only when the others run out."""
    fresh = [q for q in pool if q.id not in seen]
    known = [q for q in pool if q.id in seen]
    chosen = random.sample(fresh, max(0, min(size, len(fresh))))
    return chosen + random.sample(known, max(0, min(size - len(chosen), len(known))))


def _item(question: Question, section: Section, quiz: Quiz, random: Random) -> LayoutItem:
    kind = type_of(question)
    order = kind.arrange(question.body, random, shuffle=kind.shuffles and "options" in quiz.shuffle)
    return LayoutItem(question.id, section.id, order, kind.draw(question.body, random))


def dump_layout(items: Iterable[LayoutItem]) -> list[dict[str, Any]]:
    """JSON-able, for keeping with the attempt."""
    return [
        {"question": i.question, "section": i.section, "order": list(i.order)}
        | ({"drawn": dict(i.drawn)} if i.drawn else {})
        for i in items
    ]


def load_layout(stored: Iterable[Mapping[str, Any]]) -> tuple[LayoutItem, ...]:
    """What `dump_layout` made, now or before anything was drawn."""
    return tuple(LayoutItem(i["question"], i["section"], tuple(i["order"]), i.get("drawn", {})) for i in stored)
