"""What one person gets beyond the rules of a quiz: more time, more attempts, other dates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from elearn.core.model import Quiz


@dataclass(frozen=True, slots=True)
class Extension:
    """`minutes` are added to the time limit, `attempts` to how many there are; `opens` and `closes` take the place of the
    quiz's. What a quiz does not limit stays unlimited."""

    minutes: int = 0
    attempts: int = 0
    opens: datetime | None = None
    closes: datetime | None = None


def extended(quiz: Quiz, extension: Extension | None) -> Quiz:
    """The quiz with the rules that hold for this person."""
    if extension is None:
        return quiz
    return replace(
        quiz,
        time_limit=None if quiz.time_limit is None else quiz.time_limit + 60 * extension.minutes,
        attempts=None if quiz.attempts is None else quiz.attempts + extension.attempts,
        opens=extension.opens or quiz.opens,
        closes=extension.closes or quiz.closes,
    )
