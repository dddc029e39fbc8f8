"""What the pages of corrections show: the questions of a quiz, what was answered to one, what a correction would do."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import Text, cast, func, select

from elearn.catalogue import store
from elearn.core.model import Module, Question, Quiz
from elearn.core.questions import type_of
from elearn.core.quiz.verdicts import ACCEPTABLE, same
from elearn.database import db
from elearn.marking.corrections import newer_key, newest_quiz, of_question, question_as_seen
from elearn.marking.effects import Effect, effects, touched
from elearn.marking.scope import is_trainer, module_id_of, quiz_as_seen
from elearn.people.models import Person, Unit
from elearn.quizzes.models import Attempt, AttemptEvent, ItemGrade
from elearn.quizzes.review_models import Correction, QuestionReport
from elearn.quizzes.verdicts import standing
from elearn.study.credit import credited

SHOWN = 200
"""People in one table, the most changed first; counts are of all."""


@dataclass(frozen=True, slots=True)
class Line:
    """A question over all versions. `mean` is the mean fraction of its graded answers, in percent."""

    name: str
    text: str
    type: str
    answers: int
    mean: Decimal | None
    reports: int
    corrections: int


@dataclass(frozen=True, slots=True)
class QuestionsPage:
    slug: str
    module: Module
    quiz: Quiz
    lines: list[Line]


def questions_page(trainer_id: int, slug: str, part: str) -> QuestionsPage | None:
    """The questions of a quiz with how they went. Six statements."""
    module_id = module_id_of(trainer_id, slug)
    found = newest_quiz(module_id, part) if module_id is not None else None
    if module_id is None or found is None:
        return None
    version_id, quiz = found
    asked = (Attempt.module_id == module_id, Attempt.quiz_slug.in_(quiz.names))
    figures = db.session.execute(
        select(ItemGrade.question, func.count(ItemGrade.fraction), func.sum(ItemGrade.fraction))
        .join(Attempt, Attempt.id == ItemGrade.attempt_id)
        .where(*asked)
        .group_by(ItemGrade.question)
    )
    counted = {name: (count, total) for name, count, total in figures}
    reports = _counts(
        select(QuestionReport.question, func.count())
        .join(Attempt, Attempt.id == QuestionReport.attempt_id)
        .where(*asked, QuestionReport.answered_at.is_(None))
        .group_by(QuestionReport.question)
    )
    corrections = _counts(
        select(Correction.question, func.count()).where(Correction.module_id == module_id).group_by(Correction.question)
    )
    names = [*quiz.questions, *(name for name in sorted(counted) if name not in quiz.questions)]
    lines = []
    for name in names:
        question = quiz.questions.get(name) or question_as_seen(module_id, part, name)
        if question is None:
            continue
        count, total = counted.get(name, (0, None))
        mean = None if not count or total is None else 100 * total / count
        lines.append(
            Line(name, question.stem_text, question.type, count, mean, reports.get(name, 0), corrections.get(name, 0))
        )
    return QuestionsPage(slug, store.version(version_id).module, quiz, lines)


def _counts(statement: Any) -> dict[str, int]:
    return dict(db.session.execute(statement).all())


@dataclass(slots=True)
class Given:
    """A response that was given, in words, by how many, and what it earned. `raw` is sent back to accept it."""

    text: str
    count: int
    fraction: Decimal | None
    raw: str | None


@dataclass(frozen=True, slots=True)
class Made:
    """A correction that was decided."""

    id: int
    kind: str
    response: str | None
    fraction: Fraction
    reason: str
    by: str
    at: datetime
    changed: int
    done: bool
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class QuestionPage:
    slug: str
    module: Module
    quiz: Quiz
    question: Question
    key: str
    answers: int
    given: list[Given]
    newer_key: bool
    corrections: list[Made]
    in_newest: bool

    @property
    def acceptable(self) -> bool:
        return self.question.type in ACCEPTABLE


def question_page(trainer_id: int, slug: str, part: str, name: str) -> QuestionPage | None:
    """A question, what was answered to it, and what was corrected of it."""
    module_id = module_id_of(trainer_id, slug)
    found = newest_quiz(module_id, part) if module_id is not None else None
    question = question_as_seen(module_id, part, name) if module_id is not None and found else None
    if module_id is None or found is None or question is None:
        return None
    version_id, quiz = found
    kind = type_of(question)
    given = _given(module_id, quiz, question)
    made = db.session.execute(
        select(Correction, Person.name)
        .join(Person, Person.id == Correction.by_id)
        .where(Correction.module_id == module_id, Correction.question == name)
        .order_by(Correction.id.desc())
    ).all()
    holding = {row.id for row in standing(row for row, _by in made)}
    return QuestionPage(
        slug=slug,
        module=store.version(version_id).module,
        quiz=quiz,
        question=question,
        key=_words(question, kind.key(question.body)),
        answers=sum(line.count for line in given),
        given=given,
        newer_key=newer_key(module_id, part, name),
        corrections=[_made(row, by, holding) for row, by in made],
        in_newest=name in quiz.questions,
    )


def _made(row: Correction, by: str, holding: Collection[int]) -> Made:
    return Made(
        id=row.id,
        kind=row.kind,
        response=row.data.get("response"),
        fraction=Fraction(row.data.get("fraction", 1)),
        reason=row.reason,
        by=by,
        at=row.at,
        changed=row.changed,
        done=row.done_at is not None,
        withdrawn=row.kind != "withdraw" and row.id not in holding,
    )


def _given(module_id: int, quiz: Quiz, question: Question) -> list[Given]:
    """What was answered, the most frequent first; answers that say the same are one. One statement."""
    if question.type == "essay":
        return []
    response = cast(ItemGrade.response, Text)
    rows = db.session.execute(
        select(response, ItemGrade.fraction, func.count())
        .join(Attempt, Attempt.id == ItemGrade.attempt_id)
        .where(
            ItemGrade.question == question.id,
            Attempt.module_id == module_id,
            Attempt.quiz_slug.in_(quiz.names),
        )
        .group_by(response, ItemGrade.fraction)
        .order_by(func.count().desc())
        .limit(SHOWN)
    ).all()
    found: list[tuple[Any, Given]] = []
    for text, fraction, count in rows:
        value = None if text is None else json.loads(text)
        for other, line in found:
            if line.fraction == fraction and (value == other or same(question, value, other)):
                line.count += count
                break
        else:
            raw = value if isinstance(value, str) and question.type in ACCEPTABLE else None
            found.append((value, Given(_words(question, value), count, fraction, raw)))
    return sorted((line for _value, line in found), key=lambda line: -line.count)


def _words(question: Question, response: Any) -> str:
    """A response in words; empty for none."""
    if response is None:
        return ""
    kind = type_of(question)
    try:
        review = kind.review(question.body, response, kind.option_ids(question.body))
    except (KeyError, TypeError, ValueError):
        return json.dumps(response, ensure_ascii=False)  # of an older version with other options
    if review.response_text:
        return review.response_text
    chosen = [option.html for option in review.options if option.chosen]
    parts = [f"{part.html}: {part.response_html}" for part in review.parts if part.response_html]
    return "; ".join(chosen or parts) or json.dumps(response, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Affected:
    """One attempt that a correction would change. `kept`: the pass is lost, and the JP stay."""

    name: str
    unit: str
    number: int
    effect: Effect
    kept: bool


@dataclass(slots=True)
class Preview:
    """What a correction would do. `rows` are the first of those affected; counts are of all."""

    attempts: int = 0
    changed: int = 0
    up: int = 0
    down: int = 0
    gained: int = 0
    lost: int = 0
    kept: int = 0
    rows: list[Affected] = field(default_factory=list)


def preview(proposed: Correction) -> Preview:
    """Grade as if it were decided, and count. Nothing is stored."""
    ids = db.session.scalars(touched(proposed)).all()
    found = [e for e in effects(ids, proposed) if (e.percent, e.passed) != (e.attempt.percent, e.attempt.passed)]
    found = [e for e in found if e.percent is not None]
    losers = credited((e.attempt.person_id for e in found if e.lost), proposed.module_id)
    result = Preview(
        attempts=len(ids),
        changed=len(found),
        up=sum(e.up for e in found),
        down=sum(e.down for e in found),
        gained=sum(e.gained for e in found),
        lost=sum(e.lost for e in found),
        kept=sum(e.lost and e.attempt.person_id in losers for e in found),
    )
    found.sort(key=_importance)
    people = _people([e.attempt.person_id for e in found[:SHOWN]])
    result.rows = [
        Affected(*people[e.attempt.person_id], e.attempt.number, e, e.lost and e.attempt.person_id in losers)
        for e in found[:SHOWN]
    ]
    return result


def _importance(effect: Effect) -> tuple[bool, Decimal, int]:
    """Passes won and lost first, then the largest differences."""
    difference = abs((effect.percent or Decimal(0)) - (effect.attempt.percent or Decimal(0)))
    return not (effect.gained or effect.lost), -difference, effect.attempt.id


def _people(ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    rows = db.session.execute(
        select(Person.id, Person.name, Unit.short_name)
        .join(Unit, Unit.id == Person.unit_id)
        .where(Person.id.in_(set(ids)))
    )
    return {person_id: (name, unit) for person_id, name, unit in rows}


@dataclass(frozen=True, slots=True)
class Changed:
    """A score that a correction changed."""

    name: str
    unit: str
    number: int
    at: datetime
    before: Decimal | None
    after: Decimal | None


@dataclass(frozen=True, slots=True)
class CorrectionPage:
    """A correction that was decided, and the scores it changed, the newest first."""

    made: Made
    slug: str
    module: Module
    quiz: Quiz
    question: str
    rows: list[Changed]


def correction_page(trainer_id: int, correction_id: int) -> CorrectionPage | None:
    """None when it is not of a module of theirs. Six statements."""
    row = db.session.get(Correction, correction_id)
    if row is None or not is_trainer(trainer_id, row.module_id):
        return None
    events = db.session.execute(
        select(Attempt.person_id, Attempt.number, AttemptEvent.at, AttemptEvent.data)
        .join(Attempt, Attempt.id == AttemptEvent.attempt_id)
        .where(
            Attempt.id.in_(touched(row).order_by(None)),
            AttemptEvent.kind == "grade",
            AttemptEvent.at >= row.at,
        )
        .order_by(AttemptEvent.id.desc())
    ).all()
    found = [event for event in events if event.data.get("ref") == row.id][:SHOWN]
    people = _people([event.person_id for event in found])
    by = db.session.scalars(select(Person.name).where(Person.id == row.by_id)).one()
    version, quiz = quiz_as_seen(row.version_id, row.quiz_slug)
    return CorrectionPage(
        made=_made(row, by, {other.id for other in standing(of_question(db.session(), row))}),
        slug=version.module.slug,
        module=version.module,
        quiz=quiz,
        question=row.question,
        rows=[
            Changed(
                *people[event.person_id],
                event.number,
                event.at,
                _percent(event.data.get("before")),
                _percent(event.data["percent"]),
            )
            for event in found
        ],
    )


def _percent(stored: str | None) -> Decimal | None:
    return None if stored is None else Decimal(stored)
