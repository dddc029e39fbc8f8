"""What a correction changes: attempts graded anew, many at once, and compared with what is stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, select

from elearn.core.quiz.attempt import Event, fold
from elearn.core.quiz.draw import load_layout
from elearn.core.quiz.scoring import Score
from elearn.database import db
from elearn.quizzes import grading
from elearn.quizzes.events import EVENT_COLUMNS, event_of
from elearn.quizzes.models import Attempt, AttemptEvent, ItemGrade
from elearn.quizzes.review_models import Correction
from elearn.quizzes.verdicts import names, verdicts_of_many

CHUNK = 200


@dataclass(frozen=True, slots=True)
class Effect:
    """An attempt whose grades come out differently now."""

    attempt: Attempt
    percent: Decimal | None
    passed: bool | None

    @property
    def up(self) -> bool:
        return (self.percent or 0) > (self.attempt.percent or 0)

    @property
    def down(self) -> bool:
        return (self.percent or 0) < (self.attempt.percent or 0)

    @property
    def gained(self) -> bool:
        return bool(self.passed) and not self.attempt.passed

    @property
    def lost(self) -> bool:
        return bool(self.attempt.passed) and self.passed is False


def touched(correction: Correction) -> Select[int]:
    """The ended attempts that hold the question, by their ids, in that order."""
    newest = Attempt.version_id <= correction.version_id
    if correction.kind == "key":
        newest = Attempt.version_id < correction.version_id
    return (
        select(Attempt.id)
        .join(ItemGrade, ItemGrade.attempt_id == Attempt.id)
        .where(
            ItemGrade.question == correction.question,
            Attempt.module_id == correction.module_id,
            Attempt.quiz_slug.in_(names(correction)),
            Attempt.state != "open",
            newest,
        )
        .order_by(Attempt.id)
    )


def effects(attempt_ids: Sequence[int], proposed: Correction | None = None) -> Iterator[Effect]:
    """Of these attempts, those that grading would change now: with `proposed`, if that were decided. Five statements for
    each two hundred."""
    for start in range(0, len(attempt_ids), CHUNK):
        yield from _effects(attempt_ids[start : start + CHUNK], proposed)


def _effects(ids: Sequence[int], proposed: Correction | None) -> Iterator[Effect]:
    attempts = db.session.scalars(
        select(Attempt).where(Attempt.id.in_(ids)).order_by(Attempt.id).execution_options(populate_existing=True)
    ).all()
    events = _events(ids)
    stored: dict[int, dict[str, Any]] = defaultdict(dict)
    columns = select(ItemGrade.attempt_id, ItemGrade.question, ItemGrade.fraction)
    for row in db.session.execute(columns.where(ItemGrade.attempt_id.in_(ids))):
        stored[row.attempt_id][row.question] = row.fraction
    verdicts = verdicts_of_many(attempts, proposed)
    for attempt in attempts:
        quiz = grading.quiz_of(attempt)
        items = grading.grade_items(quiz, load_layout(attempt.layout), fold(events[attempt.id]), verdicts[attempt.id])
        result = grading.total(quiz, items)
        now = {graded.item.question: grading.exact(graded.fraction) for graded in items}
        percent, passed = _outcome(result)
        if now != stored[attempt.id] or (percent, passed) != (attempt.percent, attempt.passed):
            yield Effect(attempt, percent, passed)


def _outcome(result: Score | None) -> tuple[Decimal | None, bool | None]:
    return (grading.exact(result.percent), result.passed) if result else (None, None)


def _events(ids: Sequence[int]) -> dict[int, list[Event]]:
    found: dict[int, list[Event]] = defaultdict(list)
    rows = db.session.execute(
        select(AttemptEvent.attempt_id, *EVENT_COLUMNS)
        .where(AttemptEvent.attempt_id.in_(ids), AttemptEvent.kind != "grade")
        .order_by(AttemptEvent.id)
    )
    for row in rows:
        found[row.attempt_id].append(event_of(row))
    return found
