"""Reports of doubtful questions, for the pengajar of the module: without the name of who wrote them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from elearn.catalogue.models import CatalogueModule, ModuleTrainer
from elearn.core.model import Module, Question, Quiz
from elearn.core.questions import type_of
from elearn.core.questions.base import Grade, Review
from elearn.core.quiz.draw import load_layout, question_of
from elearn.database import db
from elearn.marking.scope import quiz_as_seen
from elearn.quizzes.models import Attempt
from elearn.quizzes.review_models import QuestionReport
from elearn.quizzes.verdicts import verdicts_of

SHOWN = 200


@dataclass(frozen=True, slots=True)
class Line:
    id: int
    module: str
    quiz: str
    question: str
    text: str
    at: datetime
    answered_at: datetime | None


def reports(trainer_id: int, *, answered: bool = False) -> list[Line]:
    """The open ones, the oldest first; or the answered ones, the newest first. One statement."""
    wanted = QuestionReport.answered_at.is_not(None) if answered else QuestionReport.answered_at.is_(None)
    rows = db.session.execute(
        select(QuestionReport, Attempt.version_id, Attempt.quiz_slug)
        .join(Attempt, Attempt.id == QuestionReport.attempt_id)
        .join(ModuleTrainer, ModuleTrainer.module_id == QuestionReport.module_id)
        .where(ModuleTrainer.person_id == trainer_id, wanted)
        .order_by(QuestionReport.answered_at.desc() if answered else QuestionReport.at, QuestionReport.id)
        .limit(SHOWN)
    )
    lines = []
    for row, version_id, quiz_slug in rows:
        version, quiz = quiz_as_seen(version_id, quiz_slug)
        question = quiz.questions[row.question].stem_text
        lines.append(Line(row.id, version.module.title, quiz.title, question, row.text, row.at, row.answered_at))
    return lines


def open_reports(trainer_id: int) -> int:
    """How many wait for an answer. One statement."""
    count = db.session.scalar(
        select(func.count(QuestionReport.id))
        .join(ModuleTrainer, ModuleTrainer.module_id == QuestionReport.module_id)
        .where(ModuleTrainer.person_id == trainer_id, QuestionReport.answered_at.is_(None))
    )
    return count or 0


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A report with the question as the peserta saw it, what they had answered, and the key."""

    report: QuestionReport
    slug: str
    module: Module
    version_number: int
    quiz: Quiz
    question: Question
    stimulus_html: str
    review: Review
    grade: Grade
    n: int


def report_page(trainer_id: int, report_id: int) -> ReportPage | None:
    """None when it is not of a module of theirs. Four statements."""
    found = db.session.execute(
        select(QuestionReport, Attempt, CatalogueModule.slug)
        .join(Attempt, Attempt.id == QuestionReport.attempt_id)
        .join(CatalogueModule, CatalogueModule.id == QuestionReport.module_id)
        .join(ModuleTrainer, ModuleTrainer.module_id == QuestionReport.module_id)
        .where(QuestionReport.id == report_id, ModuleTrainer.person_id == trainer_id)
    ).one_or_none()
    if found is None:
        return None
    report, attempt, slug = found
    version, quiz = quiz_as_seen(attempt.version_id, attempt.quiz_slug)
    item = load_layout([report.layout])[0]
    verdicts = verdicts_of(attempt, quiz)
    question = verdicts.asked(question_of(quiz.questions, item), report.response)
    return ReportPage(
        report=report,
        slug=slug,
        module=version.module,
        version_number=version.number,
        quiz=quiz,
        question=question,
        stimulus_html=quiz.section(item.section).stimulus_html,
        review=type_of(question).review(question.body, report.response, item.order),
        grade=verdicts.grade(question, report.response),
        n=[placed["question"] for placed in attempt.layout].index(report.question) + 1,
    )
