"""The state of an attempt is what its events say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from elearn.core.questions.base import Response

Kind = Literal["answer", "flag", "unflag", "submit", "expire"]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `id` gives the order in which the server stored it."""

    id: int
    kind: Kind
    question: str | None
    response: Response
    at: datetime
    late: bool = False


@dataclass(frozen=True, slots=True)
class Saved:
    """The newest answer to a question; a response of None is an answer taken back."""

    response: Response
    at: datetime
    late: bool


@dataclass(frozen=True, slots=True)
class State:
    answers: dict[str, Saved]
    flagged: frozenset[str]
    ended: Literal["submit", "expire"] | None

    def answered(self) -> frozenset[str]:
        """The questions that have a response now."""
        return frozenset(q for q, saved in self.answers.items() if saved.response is not None)

    def response(self, question: str) -> Response:
        saved = self.answers.get(question)
        return saved.response if saved else None


def fold(events: Iterable[Event]) -> State:
    """The state after these events, in whatever order they come: the newest answer and the first end count.

    After a submission nothing counts; after an expiry only answers marked late do.
    """
    answers: dict[str, Saved] = {}
    flagged: set[str] = set()
    ended: Literal["submit", "expire"] | None = None
    for event in sorted(events, key=lambda e: e.id):
        if event.kind == "submit" or event.kind == "expire":
            ended = ended or event.kind
        elif event.question is None or ended == "submit":
            continue
        elif event.kind == "answer":
            if ended is None or event.late:
                answers[event.question] = Saved(event.response, event.at, event.late)
        elif ended is None:
            (flagged.add if event.kind == "flag" else flagged.discard)(event.question)
    return State(answers, frozenset(flagged), ended)
