"""What waits to be marked, of all modules of a pengajar."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy import func, select

from elearn.catalogue.models import CatalogueModule, ModuleTrainer
from elearn.database import db
from elearn.marking.scope import quiz_as_seen, their_modules
from elearn.quizzes.models import Attempt, ItemGrade
from elearn.quizzes.review_models import Mark
from elearn.quizzes.verdicts import marking_of


@dataclass(frozen=True, slots=True)
class Waiting:
    """An answer that has no grade yet. `todo`: this pengajar may mark it. `differ`: two marks lie too far apart. `other`:
    they have marked it, and somebody else has to."""

    module: str
    quiz: str
    public_id: str
    question: str
    ended_at: datetime
    state: Literal["todo", "differ", "other"]


@dataclass(slots=True)
class QuizQueue:
    """What waits of one quiz."""

    module: str
    quiz: str
    module_title: str
    title: str
    markers: int
    anonymous: bool
    todo: int = 0
    differ: int = 0
    other: int = 0
    alone: bool = False
    """Two are to mark, and the module has one pengajar."""
    oldest: datetime | None = None
    items: list[Waiting] = field(default_factory=list)


def queue(trainer_id: int) -> list[QuizQueue]:
    """Every quiz with answers that wait, the longest waiting first. Two statements, three where two people mark, and one
    for each version that this process has not read yet."""
    pending = db.session.execute(
        select(
            ItemGrade.attempt_id,
            ItemGrade.question,
            CatalogueModule.slug,
            Attempt.version_id,
            Attempt.quiz_slug,
            Attempt.public_id,
            Attempt.ended_at,
        )
        .join(Attempt, Attempt.id == ItemGrade.attempt_id)
        .join(CatalogueModule, CatalogueModule.id == Attempt.module_id)
        .where(
            Attempt.state == "ended",
            ItemGrade.fraction.is_(None),
            ItemGrade.error == "",
            their_modules(trainer_id),
        )
        .order_by(Attempt.ended_at, Attempt.id)
    ).all()
    marks = _marks(trainer_id)
    queues: dict[tuple[str, str], QuizQueue] = {}
    for row in pending:
        version, quiz = quiz_as_seen(row.version_id, row.quiz_slug)
        marking = marking_of(quiz, row.question, marks[row.attempt_id, row.question])
        if marking.status == "settled":
            continue  # it is being graded at this moment
        state: Literal["todo", "differ", "other"] = "differ"
        if marking.status == "waiting":
            state = "other" if marking.by(trainer_id) else "todo"
        line = queues.setdefault(
            (row.slug, row.quiz_slug),
            QuizQueue(
                row.slug, row.quiz_slug, version.module.title, quiz.title, quiz.markers, quiz.marking == "anonymous"
            ),
        )
        line.items.append(Waiting(row.slug, row.quiz_slug, row.public_id, row.question, row.ended_at, state))
        setattr(line, state, getattr(line, state) + 1)
        if state != "other":
            line.oldest = min(line.oldest or row.ended_at, row.ended_at)
    _find_alone([line for line in queues.values() if line.markers > 1])
    return list(queues.values())


def _find_alone(lines: list[QuizQueue]) -> None:
    """Mark the quizzes that nobody could finish."""
    if not lines:
        return
    trainers = db.session.execute(
        select(CatalogueModule.slug, func.count(ModuleTrainer.person_id))
        .join(ModuleTrainer, ModuleTrainer.module_id == CatalogueModule.id)
        .where(CatalogueModule.slug.in_({line.module for line in lines}))
        .group_by(CatalogueModule.slug)
    )
    lonely = {slug for slug, count in trainers if count < 2}
    for line in lines:
        line.alone = line.module in lonely


def _marks(trainer_id: int) -> dict[tuple[int, str], list[Mark]]:
    """The marks of all answers in attempts that wait."""
    found: dict[tuple[int, str], list[Mark]] = defaultdict(list)
    rows = db.session.scalars(
        select(Mark)
        .join(Attempt, Attempt.id == Mark.attempt_id)
        .where(Attempt.state == "ended", their_modules(trainer_id))
        .order_by(Mark.id)
    )
    for row in rows:
        found[row.attempt_id, row.question].append(row)
    return found


def in_line(line: QuizQueue) -> list[Waiting]:
    """What the pengajar can do now: differences first, then question by question, the oldest answer first."""
    doable = [item for item in line.items if item.state != "other"]
    return sorted(doable, key=lambda item: (item.state != "differ", item.question))


def next_in_line(trainer_id: int, module: str, quiz: str, after: tuple[str, str] | None = None) -> Waiting | None:
    """The next answer of a quiz to mark; with `after` (attempt, question) the one that follows it, round again."""
    line = next((line for line in queue(trainer_id) if (line.module, line.quiz) == (module, quiz)), None)
    items = in_line(line) if line else []
    places = [(item.public_id, item.question) for item in items]
    if not items:
        return None
    return items[(places.index(after) + 1) % len(items)] if after in places else items[0]
