"""The state of an attempt is what its events say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from elearn.core.questions.base import Response

Kind = Literal["answer", "certainty", "check", "flag", "unflag", "submit", "expire"]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `id` gives the order in which the server stored it. `response` is what came with it: the
    answer, a certainty of 1..3, or what was judged (`response` and `closed`)."""

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
class Judged:
    """An answer that was judged before the end. `closed`: it is the last, and nothing given later counts."""

    response: Response
    closed: bool


@dataclass(frozen=True, slots=True)
class State:
    answers: dict[str, Saved]
    flagged: frozenset[str]
    ended: Literal["submit", "expire"] | None
    judged: dict[str, tuple[Judged, ...]] = field(default_factory=dict)
    certainty: dict[str, int] = field(default_factory=dict)

    def closed(self, question: str) -> bool:
        """Whether the answer to a question is judged for good."""
        return bool(self.judged.get(question)) and self.judged[question][-1].closed

    def given(self, question: str) -> list[Response]:
        """The answers that are worth something, oldest first: those that were judged, and the newest."""
        given = [judged.response for judged in self.judged.get(question, ())]
        last = self.response(question)
        return given if last is None or given[-1:] == [last] else [*given, last]

    def answered(self) -> frozenset[str]:
        """The questions that have a response now."""
        return frozenset(q for q, saved in self.answers.items() if saved.response is not None)

    def response(self, question: str) -> Response:
        saved = self.answers.get(question)
        return saved.response if saved else None


def fold(events: Iterable[Event]) -> State:
    """The state after these events, in whatever order they come: the newest answer and the first end count.

    After a submission nothing counts; after an expiry only answers marked late do; after an answer that was judged for
    good none to the same question.
    """
    answers: dict[str, Saved] = {}
    judged: dict[str, tuple[Judged, ...]] = {}
    certainty: dict[str, int] = {}
    flagged: set[str] = set()
    ended: Literal["submit", "expire"] | None = None
    for event in sorted(events, key=lambda e: e.id):
        if event.kind == "submit" or event.kind == "expire":
            ended = ended or event.kind
        elif event.question is None or ended == "submit":
            continue
        elif event.kind == "flag" or event.kind == "unflag":
            if ended is None:
                (flagged.add if event.kind == "flag" else flagged.discard)(event.question)
        elif (ended is not None and not event.late) or any(j.closed for j in judged.get(event.question, ())):
            continue
        elif event.kind == "answer":
            answers[event.question] = Saved(event.response, event.at, event.late)
        elif event.kind == "certainty":
            certainty[event.question] = event.response
        else:
            one = Judged(event.response["response"], event.response["closed"])
            judged[event.question] = (*judged.get(event.question, ()), one)
    return State(answers, frozenset(flagged), ended, judged, certainty)
