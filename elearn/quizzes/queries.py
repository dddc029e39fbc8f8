"""What quiz pages show. Content comes from the store, so an attempt of fifty questions costs what one of five does."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from elearn import clock
from elearn.catalogue import store
from elearn.catalogue.store import PublishedVersion
from elearn.core.model import Module, Question, Quiz
from elearn.core.questions import type_of
from elearn.core.quiz.attempt import State
from elearn.core.quiz.draw import LayoutItem, load_layout, question_of
from elearn.core.quiz.scoring import combine, passes
from elearn.core.quiz.timing import Refusal, may_start
from elearn.database import db
from elearn.quizzes import grading
from elearn.quizzes.events import state_of
from elearn.quizzes.extensions import given_to, rules_for
from elearn.quizzes.judging import Judgement, judgement
from elearn.quizzes.models import Attempt, QuizExtension


@dataclass(frozen=True, slots=True)
class Line:
    """An attempt in a list."""

    public_id: str
    number: int
    state: str
    ended_by: str | None
    started_at: datetime
    ended_at: datetime | None
    percent: Decimal | None
    passed: bool | None


@dataclass(frozen=True, slots=True)
class QuizRules:
    """Everything a person should know before they start."""

    quiz: Quiz
    """With what this person was given beyond its rules."""
    extension: QuizExtension | None
    attempts: list[Line]
    open: Line | None
    left: int | None
    refusal: Refusal | None
    best: Decimal | None
    last: Decimal | None
    result: Decimal | None
    """By the quiz's grading policy."""
    passed: bool


def quiz_rules(person_id: int, version: PublishedVersion, quiz_slug: str) -> QuizRules | None:
    """None when the version has no such quiz. Two statements."""
    quiz = version.module.part(quiz_slug)
    if not isinstance(quiz, Quiz):
        return None
    extension = given_to(db.session(), person_id, version.module_id, quiz)
    quiz = rules_for(quiz, extension)
    rows = attempts_at(person_id, version.module_id, quiz.names)
    now = clock.now()
    lines = [_line(row) for row in rows]
    running = next((r for r in rows if r.state == "open" and (r.deadline_at is None or now <= r.deadline_at)), None)
    ended = [row.ended_at or row.deadline_at or now for row in rows if row is not running]
    percents = [row.percent for row in rows if row.percent is not None]
    result = combine(quiz.grading, [Fraction(p) for p in percents])
    left = None if quiz.attempts is None else max(0, quiz.attempts - len(rows))
    return QuizRules(
        quiz=quiz,
        extension=extension,
        attempts=[line for line in lines if running is None or line.public_id != running.public_id],
        open=_line(running) if running else None,
        left=left,
        refusal=None if running else may_start(quiz, ended, False, now),
        best=max(percents, default=None),
        last=percents[-1] if percents else None,
        result=None if result is None else _decimal(result),
        passed=passes(
            quiz,
            [(Fraction(r.percent), bool(r.passed)) for r in rows if r.percent is not None],
        ),
    )


def _decimal(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.000001"))


def _line(row: Attempt) -> Line:
    return Line(
        row.public_id,
        row.number,
        row.state,
        row.ended_by,
        row.started_at,
        row.ended_at,
        row.percent,
        row.passed,
    )


def attempts_at(person_id: int, module_id: int, slugs: Sequence[str]) -> list[Attempt]:
    """A person's attempts at a quiz under any of its names, oldest first."""
    return list(
        db.session.scalars(
            select(Attempt)
            .where(Attempt.person_id == person_id, Attempt.module_id == module_id, Attempt.quiz_slug.in_(slugs))
            .order_by(Attempt.number)
        )
    )


def own_attempt(person_id: int, public_id: str) -> Attempt | None:
    """The attempt of that address when it is theirs."""
    return db.session.scalars(
        select(Attempt).where(Attempt.public_id == public_id, Attempt.person_id == person_id)
    ).one_or_none()


@dataclass(frozen=True, slots=True)
class NavItem:
    """A question in the navigator, as the component wants it."""

    n: int
    url: str
    done: bool
    flag: bool
    current: bool
    mark: str | None


@dataclass(frozen=True, slots=True)
class AttemptPage:
    """One question of an open attempt. `shown` is what its type presents: never the key."""

    attempt: Attempt
    module: Module
    quiz: Quiz
    n: int
    total: int
    question: Question
    shown: dict[str, Any]
    stimulus_html: str
    response: Any
    answer_id: str
    """Of the answer that is shown, to tell it from a newer one of another device; empty without one."""
    saved_at: datetime | None
    flagged: bool
    navigator: list[NavItem]
    answered: int
    flags: int
    seconds_left: int | None
    judgement: Judgement | None
    """In a mode that judges before the end."""
    certainty: int | None

    @property
    def ungraded(self) -> bool:
        """Whether no answer is better than another here."""
        return type_of(self.question).key(self.question.body) is None

    @property
    def points(self) -> Decimal:
        """What the question is worth here; 0 where nothing is scored."""
        return grading.worth(self.quiz, self.question)

    @property
    def before(self) -> str:
        """The answer as this page shows it, to tell afterwards whether it was changed here."""
        return json.dumps(self.response)


def attempt_page(attempt: Attempt, n: int) -> AttemptPage | None:
    """Question `n` (from 1); None when there is none. One statement besides the attempt."""
    layout = load_layout(attempt.layout)
    if not 1 <= n <= len(layout):
        return None
    version = store.version(attempt.version_id)
    quiz = grading.quiz_of(attempt)
    state = state_of(attempt.id)
    item = layout[n - 1]
    question = question_of(quiz.questions, item)
    section = quiz.section(item.section)
    saved = state.answers.get(item.question)
    answered = state.answered()
    return AttemptPage(
        attempt=attempt,
        module=version.module,
        quiz=quiz,
        n=n,
        total=len(layout),
        question=question,
        shown=type_of(question).present(question.body, item.order),
        stimulus_html=section.stimulus_html,
        response=saved.response if saved else None,
        answer_id=saved.client_id if saved else "",
        saved_at=_saved_at(state),
        flagged=item.question in state.flagged,
        navigator=_navigator(attempt.public_id, layout, state, n),
        answered=len(answered & {i.question for i in layout}),
        flags=len(state.flagged),
        seconds_left=seconds_left(attempt),
        judgement=judgement(attempt, quiz, question, item, state),
        certainty=state.certainty.get(item.question),
    )


def _saved_at(state: State) -> datetime | None:
    """When the newest answer of the attempt was stored."""
    return max((saved.at for saved in state.answers.values()), default=None)


def seconds_left(attempt: Attempt) -> int | None:
    """Seconds to the deadline, 0 when past; None without one."""
    return seconds_to(attempt.deadline_at)


def seconds_to(deadline: datetime | None) -> int | None:
    """Rounded up: a page's timer must not end before the server's."""
    return None if deadline is None else max(0, math.ceil((deadline - clock.now()).total_seconds()))


def _navigator(public_id: str, layout: Sequence[LayoutItem], state: State, current: int) -> list[NavItem]:
    answered = state.answered()
    return [
        NavItem(
            n,
            f"/percobaan/{public_id}/{n}",
            i.question in answered,
            i.question in state.flagged,
            n == current,
            None,
        )
        for n, i in enumerate(layout, start=1)
    ]


@dataclass(frozen=True, slots=True)
class ConfirmPage:
    """What is open and flagged before an attempt is handed in."""

    attempt: Attempt
    module: Module
    quiz: Quiz
    total: int
    open: list[int]
    flagged: list[int]
    navigator: list[NavItem]
    saved_at: datetime | None
    seconds_left: int | None


def confirm_page(attempt: Attempt) -> ConfirmPage:
    """One statement besides the attempt."""
    layout = load_layout(attempt.layout)
    state = state_of(attempt.id)
    answered = state.answered()
    return ConfirmPage(
        attempt=attempt,
        module=store.version(attempt.version_id).module,
        quiz=grading.quiz_of(attempt),
        total=len(layout),
        open=[n for n, item in enumerate(layout, start=1) if item.question not in answered],
        flagged=[n for n, item in enumerate(layout, start=1) if item.question in state.flagged],
        navigator=_navigator(attempt.public_id, layout, state, 0),
        saved_at=_saved_at(state),
        seconds_left=seconds_left(attempt),
    )


def open_attempts_of(person_id: int) -> list[Attempt]:
    """Attempts a person is in the middle of, newest first. One statement."""
    return list(
        db.session.scalars(
            select(Attempt)
            .where(Attempt.person_id == person_id, Attempt.state == "open")
            .order_by(Attempt.started_at.desc())
        )
    )


def attempts_of(person_id: int) -> list[Attempt]:
    """Every attempt of a person, newest first. One statement."""
    return list(
        db.session.scalars(
            select(Attempt).where(Attempt.person_id == person_id).order_by(Attempt.started_at.desc(), Attempt.id.desc())
        )
    )
