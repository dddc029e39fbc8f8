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
    """One thing that happened. `id` gives the order in which the server stored it, `at` is when it did; `queued_at` is
    when the browser says it happened, by the server's clock as far as it knew it. `client_id` is who it is to a browser.
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

    An end is where the server stored it. After a submission nothing counts; after an expiry only answers marked late do.
    The newest answer is the one that was given last, on whatever device, even where an older one arrives after it.
    """
    ended: Literal["submit", "expire"] | None = None
    counted = []
    for event in sorted(events, key=lambda e: e.id):
        if event.kind == "submit" or event.kind == "expire":
            ended = ended or event.kind
        elif ended is None or (ended == "expire" and event.kind == "answer" and event.late):
            counted.append(event)
    answers: dict[str, Saved] = {}
    flagged: set[str] = set()
    for event in sorted(counted, key=lambda e: (e.given, e.id)):
        if event.question is None:
            continue
        if event.kind == "answer":
            answers[event.question] = Saved(event.response, event.at, event.late, event.client_id)
        else:
            (flagged.add if event.kind == "flag" else flagged.discard)(event.question)
    return State(answers, frozenset(flagged), ended)
