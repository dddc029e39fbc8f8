"""A peserta doubts a question: what they write is kept with what they saw and answered, and a pengajar answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from elearn import clock
from elearn.catalogue import store
from elearn.catalogue.models import ModuleTrainer
from elearn.database import db, locked, transaction
from elearn.people import audit, notices
from elearn.quizzes import grading
from elearn.quizzes.events import state_of
from elearn.quizzes.models import Attempt
from elearn.quizzes.review_models import QuestionReport
from elearn.quizzes.service import NoSuchAttempt

AT_LEAST, AT_MOST = 10, 1000
"""Characters of a report."""
AN_HOUR = timedelta(hours=1)
PER_HOUR = 10
"""Reports of one person."""


class Refused(ValueError):
    """Why a report or an answer was not kept, for the page, in Indonesian."""


class NoSuchReport(LookupError):
    """There is no such report to a module of this pengajar."""


def report(person_id: int, public_id: str, n: int, text: str) -> int:
    """Report question `n` (from 1) of one's own attempt; the id of the report. Raises NoSuchAttempt, Refused."""
    text = text.replace("\r\n", "\n").strip()
    if not AT_LEAST <= len(text) <= AT_MOST:
        raise Refused(_("Tulis apa yang keliru, %(a)s sampai %(b)s huruf.", a=AT_LEAST, b=AT_MOST))
    with transaction() as session:
        attempt = session.scalars(
            select(Attempt)
            .where(Attempt.public_id == public_id, Attempt.person_id == person_id)
            .with_for_update(key_share=True)
        ).one_or_none()
        if attempt is None or not 1 <= n <= len(attempt.layout):
            raise NoSuchAttempt(public_id)
        item = attempt.layout[n - 1]
        _check_limits(session, attempt, item["question"])
        row = QuestionReport(
            attempt_id=attempt.id,
            module_id=attempt.module_id,
            question=item["question"],
            layout=item,
            response=state_of(attempt.id).response(item["question"]),
            text=text,
            at=clock.now(),
        )
        session.add(row)
        session.flush()
        audit.record("question.reported", person_id=person_id, subject=public_id, after={"question": item["question"]})
        return row.id


def _check_limits(session: Session, attempt: Attempt, question: str) -> None:
    waiting = session.scalar(
        select(func.count())
        .select_from(QuestionReport)
        .where(
            QuestionReport.attempt_id == attempt.id,
            QuestionReport.question == question,
            QuestionReport.answered_at.is_(None),
        )
    )
    if waiting:
        raise Refused(_("Laporan Anda tentang soal ini sudah diterima dan menunggu jawaban pengajar."))
    recent = session.scalar(
        select(func.count())
        .select_from(QuestionReport)
        .join(Attempt, Attempt.id == QuestionReport.attempt_id)
        .where(Attempt.person_id == attempt.person_id, QuestionReport.at > clock.now() - AN_HOUR)
    )
    if (recent or 0) >= PER_HOUR:
        raise Refused(_("Anda sudah mengirim %(n)s laporan dalam sejam. Coba lagi nanti.", n=PER_HOUR))


def reports_of(attempt: Attempt, question: str) -> Sequence[QuestionReport]:
    """What was reported of a question of an attempt, newest first. One statement."""
    return db.session.scalars(
        select(QuestionReport)
        .where(QuestionReport.attempt_id == attempt.id, QuestionReport.question == question)
        .order_by(QuestionReport.id.desc())
    ).all()


def answer(by_id: int, report_id: int, text: str) -> None:
    """Answer a report to a module of this pengajar, and tell whose it is. Answering again replaces the answer. Raises
    NoSuchReport, Refused."""
    text = text.replace("\r\n", "\n").strip()
    if not 1 <= len(text) <= AT_MOST:
        raise Refused(_("Tulis jawabannya, paling panjang %(n)s huruf.", n=AT_MOST))
    with transaction() as session:
        row = locked(session, QuestionReport, report_id)
        if row is None or session.get(ModuleTrainer, (row.module_id, by_id)) is None:
            raise NoSuchReport(report_id)
        if row.answer == text:
            return
        before = {"answer": row.answer} if row.answer else None
        row.answer, row.answered_by_id, row.answered_at = text, by_id, clock.now()
        attempt = session.get_one(Attempt, row.attempt_id)
        names = [item["question"] for item in attempt.layout]
        data = {
            "quiz": grading.quiz_of(attempt).title,
            "module": store.version(attempt.version_id).module.title,
            "n": names.index(row.question) + 1,
        }
        audit.record(
            "report.answered",
            person_id=attempt.person_id,
            subject=attempt.public_id,
            before=before,
            after={"question": row.question, "answer": text},
        )
        notices.tell(session, attempt.person_id, "report-answered", attempt.public_id, data, replace=False)
