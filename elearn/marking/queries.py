"""What the pages of marking show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import select

from elearn.core.model import Module, Question, Quiz
from elearn.core.questions import essay
from elearn.core.quiz.attempt import fold
from elearn.core.quiz.draw import load_layout, question_of
from elearn.core.quiz.marking import Mark, Marking
from elearn.database import db
from elearn.marking.queue import QuizQueue, queue
from elearn.marking.scope import find_attempt, module_id_of, quiz_as_seen, their_modules
from elearn.marking.service import is_marked_by_hand, marks_of, seen
from elearn.people.models import Person, Unit
from elearn.quizzes import review_models as models
from elearn.quizzes.history import Change, events_and_changes
from elearn.quizzes.models import Attempt, ItemGrade
from elearn.quizzes.verdicts import marking_of

RADIO_AT_MOST = 6
"""A criterion of so many whole points is chosen with a click, one of more is typed."""
DONE_AT_MOST = 100


@dataclass(frozen=True, slots=True)
class Criterion:
    id: str
    html: str
    descriptor_html: str
    most: Fraction

    @property
    def choices(self) -> range | None:
        """The points to choose among; None where they are typed."""
        whole = self.most.denominator == 1 and self.most <= RADIO_AT_MOST
        return range(int(self.most) + 1) if whole else None


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """An answer beside its rubric. `others` are marks that this marker may see: none before all are in."""

    attempt: Attempt
    module: Module
    quiz: Quiz
    question: Question
    response: str
    words: int
    criteria: list[Criterion]
    marking: Marking
    own: Mark | None
    others: list[tuple[str, Mark]]
    base: int
    person: str | None
    unit: str | None
    """None where the quiz is marked without names."""
    stimulus_html: str
    changes: list[Change]

    @property
    def given(self) -> Mapping[str, Fraction]:
        """What the form begins with."""
        return self.own.points if self.own and self.marking.status == "waiting" else {}


def criteria_of(question: Question) -> list[Criterion]:
    """The rubric; one criterion for the whole where there is none."""
    most = essay.criteria(question.body)
    rubric = {row["id"]: row for row in question.body["rubric"]}
    return [
        Criterion(
            key, rubric[key]["html"] if key in rubric else "", rubric.get(key, {}).get("descriptor_html", ""), top
        )
        for key, top in most.items()
    ]


def answer_page(trainer_id: int, public_id: str, name: str) -> AnswerPage | None:
    """None when there is no such answer in a module of theirs. Five statements."""
    attempt = find_attempt(trainer_id, public_id)
    if attempt is None:
        return None
    version, quiz = quiz_as_seen(attempt.version_id, attempt.quiz_slug)
    if not is_marked_by_hand(attempt, quiz, name):
        return None
    item = next(item for item in load_layout(attempt.layout) if item.question == name)
    question = question_of(quiz.questions, item)
    events, changes = events_and_changes(attempt.id)
    response = fold(events).response(name) or ""
    rows = marks_of(db.session(), attempt.id, name)
    marking = marking_of(quiz, name, rows)
    all_in = marking.status != "waiting"
    names = _names({mark.marker for mark in marking.counting}) if all_in else {}
    person, unit = (
        db.session.execute(
            select(Person.name, Unit.name).join(Unit, Unit.id == Person.unit_id).where(Person.id == attempt.person_id)
        ).one()
        if quiz.marking == "named"
        else (None, None)
    )
    return AnswerPage(
        attempt=attempt,
        module=version.module,
        quiz=quiz,
        question=question,
        response=response,
        words=essay.count_words(response),
        criteria=criteria_of(question),
        marking=marking,
        own=marking.by(trainer_id),
        others=[(names[mark.marker], mark) for mark in marking.counting] if all_in else [],
        base=seen(rows, marking, trainer_id),
        person=person,
        unit=unit,
        stimulus_html=quiz.section(item.section).stimulus_html,
        changes=changes,
    )


def _names(people: set[int]) -> dict[int, str]:
    return {row.id: row.name for row in db.session.execute(select(Person.id, Person.name).where(Person.id.in_(people)))}


@dataclass(frozen=True, slots=True)
class Done:
    """An answer that is marked and settled."""

    public_id: str
    question: str
    text: str
    points: Decimal
    maximum: Decimal
    at: datetime


@dataclass(frozen=True, slots=True)
class QuizPage:
    module: Module
    slug: str
    quiz: Quiz
    line: QuizQueue | None
    texts: Mapping[str, str]
    """What is asked, by question."""
    done: list[Done]


def quiz_page(trainer_id: int, slug: str, part: str) -> QuizPage | None:
    """What waits of a quiz, and what was marked last. Four statements."""
    module_id = module_id_of(trainer_id, slug)
    if module_id is None:
        return None
    marked = db.session.execute(
        select(
            Attempt.public_id,
            Attempt.version_id,
            ItemGrade.question,
            ItemGrade.points,
            ItemGrade.maximum,
            models.Mark.at,
        )
        .join(Attempt, Attempt.id == models.Mark.attempt_id)
        .join(
            ItemGrade,
            (ItemGrade.attempt_id == models.Mark.attempt_id) & (ItemGrade.question == models.Mark.question),
        )
        .where(
            Attempt.module_id == module_id,
            Attempt.quiz_slug == part,
            ItemGrade.fraction.is_not(None),
            their_modules(trainer_id),
        )
        .order_by(models.Mark.id.desc())
        .limit(2 * DONE_AT_MOST)
    ).all()
    line = next((q for q in queue(trainer_id) if (q.module, q.quiz) == (slug, part)), None)
    versions = [row.version_id for row in marked]
    if line:
        versions += db.session.scalars(
            select(Attempt.version_id).where(Attempt.public_id == line.items[-1].public_id)
        ).all()
    if not versions:
        return None
    version, quiz = quiz_as_seen(max(versions), part)
    texts: dict[str, str] = defaultdict(str, {q.id: q.stem_text for q in quiz.questions.values()})
    done: dict[tuple[str, str], Done] = {}
    for row in marked:
        text = texts[row.question]
        done.setdefault(
            (row.public_id, row.question),
            Done(row.public_id, row.question, text, row.points, row.maximum, row.at),
        )
    return QuizPage(version.module, slug, quiz, line, texts, list(done.values())[:DONE_AT_MOST])
