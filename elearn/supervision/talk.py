"""What two people may talk about over a sheet: open questions that follow from what there is, kind and few.

They ask, and do not judge: what helped comes first, then what hinders, then what could be next. The words are the page's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from elearn.study.outcomes import OutcomeLine
from elearn.supervision.plans import PlanLine

AT_MOST, AT_LEAST = 4, 3


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `kind` chooses its words: `completed`, `overdue`, `failing`, `idle`, `gaps`, `gap`, `plan`, `plan-seen`,
    `plan-hindered`, `strong`, `short`, `next`, `help`, `time`. `what` and `other` are titles or outcomes to name in it."""

    kind: str
    what: str = ""
    other: str = ""
    jp: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What the questions are made of. `reasons` as in attention.Needy; `gaps` the weakest first, `strengths` the strongest first;
    `missing`: JP that a PNS still needs this year, None where that says nothing."""

    completed: Sequence[str]
    reasons: Sequence[tuple[str, Any]]
    strengths: Sequence[OutcomeLine]
    gaps: Sequence[OutcomeLine]
    plans: Sequence[PlanLine]
    missing: Decimal | None


def questions(facts: Facts) -> list[Question]:
    """Three or four, one of each sort, those that follow from the data before those that may always be asked."""
    found = [q for q in (_helped(facts), _hinders(facts), _gap(facts), _plan(facts), _strong(facts)) if q]
    if facts.missing:
        found.append(Question("short", jp=facts.missing))
    always = [Question("next"), Question("help"), Question("time")]
    chosen = found[: AT_MOST - 1]
    return chosen + always[: max(1, AT_LEAST - len(chosen))]


def _helped(facts: Facts) -> Question | None:
    return Question("completed", facts.completed[0]) if facts.completed else None


def _hinders(facts: Facts) -> Question | None:
    """The most urgent reason alone: a list of them would be a charge."""
    for kind, what in facts.reasons:
        if kind == "overdue" and what:
            return Question("overdue", what[0][0])
        if kind == "failing" and what:
            return Question("failing", what[0])
        if kind == "idle":
            return Question("idle")
    return None


def _gap(facts: Facts) -> Question | None:
    if len(facts.gaps) > 1:
        return Question("gaps", facts.gaps[0].words, facts.gaps[1].words)
    return Question("gap", facts.gaps[0].words) if facts.gaps else None


def _plan(facts: Facts) -> Question | None:
    def sorts() -> Iterator[Question]:
        for line in facts.plans:
            seen = line.plan.seen
            kind = "plan" if not line.plan.answered_at else "plan-seen" if seen == "yes" else "plan-hindered"
            yield Question(kind, line.plan.text)

    order = ("plan-hindered", "plan", "plan-seen")
    return min(sorts(), key=lambda question: order.index(question.kind), default=None)


def _strong(facts: Facts) -> Question | None:
    return Question("strong", facts.strengths[0].words) if facts.strengths else None
