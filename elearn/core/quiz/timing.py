"""When an attempt may start, when it must end, and which answers still count. The server's clock rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from elearn.core.model import Quiz

GRACE = timedelta(minutes=2)
"""How long after the deadline an answer may arrive that was given before it."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an attempt may not start now; `until` is when it may, where that is known."""

    code: Literal["not-open", "closed", "no-attempts-left", "cooldown", "attempt-open"]
    until: datetime | None = None


def deadline(quiz: Quiz, started: datetime) -> datetime | None:
    """The earlier of the time limit and the closing of the quiz; None without either."""
    ends = [quiz.closes] if quiz.closes else []
    if quiz.time_limit is not None:
        ends.append(started + timedelta(seconds=quiz.time_limit))
    return min(ends) if ends else None


def accepts(deadline: datetime | None, queued: datetime | None, arrived: datetime) -> Literal["yes", "late", "no"]:
    """Whether an answer counts: `late` was given before the deadline and delivered within the grace."""
    if deadline is None or arrived <= deadline:
        return "yes"
    if queued is not None and queued <= deadline and arrived <= deadline + GRACE:
        return "late"
    return "no"


def may_start(quiz: Quiz, ended: Sequence[datetime], open_attempt: bool, now: datetime) -> Refusal | None:
    """None when a new attempt may start. `ended` are the ends of the earlier attempts."""
    if open_attempt:
        return Refusal("attempt-open")
    if quiz.closes is not None and now >= quiz.closes:
        return Refusal("closed")
    if quiz.opens is not None and now < quiz.opens:
        return Refusal("not-open", quiz.opens)
    if quiz.attempts is not None and len(ended) >= quiz.attempts:
        return Refusal("no-attempts-left")
    if quiz.cooldown and ended:
        again = max(ended) + timedelta(seconds=quiz.cooldown)
        if now < again:
            return Refusal("cooldown", again)
    return None
