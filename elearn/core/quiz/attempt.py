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
    """One thing that happened. `id` gives the order in which the server stored it, `at` is when it did; `queued_at` is
    when the browser says it happened, by the server's clock as far as it knew it. `client_id` is who it is to a browser.
    `response` is what came with it: the answer, a certainty of 1..3, or what was judged (`response` and `closed`).
    """

    id: int
    kind: Kind
    question: str | None
    response: Response
    at: datetime
    late: bool = False
    queued_at: datetime | None = None
    client_id: str = ""

    @property
    def given(self) -> datetime:
        """When it happened, as far as one can know: what a browser says, but never later than it arrived."""
        return self.at if self.queued_at is None else min(self.queued_at, self.at)


@dataclass(frozen=True, slots=True)
class Saved:
    """The newest answer to a question; a response of None is an answer taken back."""

    response: Response
    at: datetime
    late: bool
    client_id: str = ""


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

    An end is where the server stored it. After a submission nothing counts; after an expiry only answers marked late do;
    after an answer that was judged for good none to the same question. The newest answer is the one that was given last, on
    whatever device, even where an older one arrives after it.
    """
    ended: Literal["submit", "expire"] | None = None
    counted = []
    for event in sorted(events, key=lambda e: e.id):
        if event.kind == "submit" or event.kind == "expire":
            ended = ended or event.kind
        elif ended is None or (ended == "expire" and event.kind in ("answer", "certainty") and event.late):
            counted.append(event)
    answers: dict[str, Saved] = {}
    flagged: set[str] = set()
    judged: dict[str, tuple[Judged, ...]] = {}
    certainty: dict[str, int] = {}
    for event in sorted(counted, key=lambda e: (e.given, e.id)):
        if event.question is None:
            continue
        if event.kind == "flag" or event.kind == "unflag":
            (flagged.add if event.kind == "flag" else flagged.discard)(event.question)
        elif any(one.closed for one in judged.get(event.question, ())):
            continue
        elif event.kind == "answer":
            answers[event.question] = Saved(event.response, event.at, event.late, event.client_id)
        elif event.kind == "certainty":
            certainty[event.question] = event.response
        else:
            one = Judged(event.response["response"], event.response["closed"])
            judged[event.question] = (*judged.get(event.question, ()), one)
    return State(answers, frozenset(flagged), ended, judged, certainty)
