"""What the page of an ended attempt shows: its score, how that came to be, and each question as the rule allows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction

from sqlalchemy import select

from elearn import clock
from elearn.catalogue import store
from elearn.core.model import Module, Part, Question, Quiz
from elearn.core.questions import type_of
from elearn.core.questions.base import Grade, Review
from elearn.core.quiz.attempt import State, fold
from elearn.core.quiz.draw import LayoutItem, load_layout, question_of
from elearn.core.quiz.marking import Marking
from elearn.core.quiz.review import Rights, explained, rights
from elearn.core.quiz.verdicts import Verdicts
from elearn.database import db
from elearn.quizzes import grading
from elearn.quizzes.history import Change, events_and_changes
from elearn.quizzes.models import Attempt, ItemGrade
from elearn.quizzes.queries import QuizRules, quiz_rules
from elearn.quizzes.verdicts import verdicts_of


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """A question of an ended attempt, as much of it as the rule shows: `grade` and `review` are None where it does not."""

    n: int
    question: Question
    stimulus_html: str
    type: str
    points: Decimal | None
    maximum: Decimal
    late: bool
    grade: Grade | None
    explained: str
    """The score in a sentence; empty without a grade."""
    review: Review | None
    answered: bool
    fraction: Decimal | None
    """Of the points, as the mode of the quiz counts it."""
    tries: int
    certainty: int | None
    marking: Marking | None = None
    """What a person gave for it, once that is settled."""

    @property
    def rubric(self) -> list[tuple[str, Fraction, Fraction]]:
        """(criterion, points given, points at most) of what a person marked; empty without a rubric."""
        if self.marking is None:
            return []
        given = self.marking.points
        return [(row["html"], given[row["id"]], Fraction(row["points"])) for row in self.question.body["rubric"]]


@dataclass(frozen=True, slots=True)
class ResultPage:
    attempt: Attempt
    module: Module
    quiz: Quiz
    rules: QuizRules
    rights: Rights
    answered: int
    total: int
    to_be_marked: int
    """How many answers wait for a marker."""
    troubled: bool
    """Whether the score waits for something else: grading that failed."""
    items: list[ReviewItem]
    changes: list[Change]
    """Of the score, oldest first; the first one is the first score."""

    @property
    def taken(self) -> timedelta:
        """How long it took."""
        return (self.attempt.ended_at or self.attempt.started_at) - self.attempt.started_at

    @property
    def percent(self) -> Decimal | None:
        """To one decimal, rounded down: what is not reached never looks reached."""
        percent = self.attempt.percent
        return None if percent is None else percent.quantize(Decimal("0.1"), ROUND_FLOOR)

    @property
    def following(self) -> Part | None:
        """The part of the module after this quiz."""
        parts = self.module.parts
        place = next(i for i, part in enumerate(parts) if part.slug == self.quiz.slug)
        return parts[place + 1] if place + 1 < len(parts) else None


def result_page(attempt: Attempt) -> ResultPage:
    """The result of an ended attempt. Four statements besides the attempt, and one more where something is marked by
    hand."""
    version = store.version(attempt.version_id)
    quiz = grading.quiz_of(attempt)
    rules = quiz_rules(attempt.person_id, version, quiz.slug)
    assert rules is not None
    layout = load_layout(attempt.layout)
    events, changes = events_and_changes(attempt.id)
    state = fold(events)
    verdicts = verdicts_of(attempt, quiz)
    allowed = rights(rules.quiz, passed=rules.passed, now=clock.now(), attempts_left=rules.left)
    grades = {
        row.question: row for row in db.session.scalars(select(ItemGrade).where(ItemGrade.attempt_id == attempt.id))
    }
    waiting = sum(row.fraction is None and not row.error for row in grades.values())
    return ResultPage(
        attempt=attempt,
        module=version.module,
        quiz=quiz,
        rules=rules,
        rights=allowed,
        answered=len(state.answered() & {item.question for item in layout}),
        total=len(layout),
        to_be_marked=waiting,
        troubled=attempt.state == "ended" and (not waiting or any(row.error for row in grades.values())),
        # In a survey no answer is right: there is nothing to go through.
        items=[_review_item(n, item, quiz, state, grades, allowed, verdicts) for n, item in enumerate(layout, start=1)]
        if allowed.key and not quiz.survey
        else [],
        changes=changes,
    )


def _review_item(
    n: int,
    item: LayoutItem,
    quiz: Quiz,
    state: State,
    grades: dict[str, ItemGrade],
    allowed: Rights,
    verdicts: Verdicts,
) -> ReviewItem:
    row = grades.get(item.question)
    response = row.response if row else None
    question = verdicts.asked(question_of(quiz.questions, item), response)
    kind = type_of(question)
    graded = verdicts.grade(question, response) if allowed.feedback and row and not row.error else None
    marking = verdicts.marks.get(item.question)
    saved = state.answers.get(item.question)
    section = quiz.section(item.section)
    return ReviewItem(
        n=n,
        question=question,
        stimulus_html=section.stimulus_html,
        type=question.type,
        points=row.points if row else None,
        maximum=question.points,
        late=bool(saved and saved.late),
        grade=graded,
        explained=_explained(quiz, graded, question) if graded else "",
        review=kind.review(question.body, response, item.order) if allowed.key else None,
        answered=response is not None,
        fraction=row.fraction if row else None,
        tries=len(state.given(item.question)),
        certainty=state.certainty.get(item.question),
        marking=marking if allowed.feedback and marking and marking.status == "settled" else None,
    )


def _explained(quiz: Quiz, grade: Grade, question: Question) -> str:
    """The score in a sentence. Where tries or certainty count as well, the page says what they made of it."""
    plain = quiz.mode in ("deferred", "immediate")
    return explained(grade, question.points) if plain else grade.sentence
