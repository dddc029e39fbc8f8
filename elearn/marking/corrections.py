"""Correcting a published question: proposed, seen in its effect, decided, and carried out in small steps.

The version stays as it was published; the correction counts from the moment it is stored. Scores from before are brought
up to it batch by batch, each in a transaction of its own: whoever finds a correction that is not done (the request that
confirmed it, the sweep of any process after a restart) goes on where it stands.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from elearn import clock
from elearn.catalogue import store
from elearn.catalogue.models import ModuleVersion
from elearn.core.model import Question, Quiz
from elearn.core.questions import type_of
from elearn.core.questions.base import BadResponse
from elearn.core.quiz.verdicts import ACCEPTABLE, fits
from elearn.database import db, locked, transaction
from elearn.marking.effects import effects, touched
from elearn.marking.scope import is_trainer, module_id_of, quiz_in
from elearn.marking.service import tell_result
from elearn.people import audit
from elearn.quizzes import grading
from elearn.quizzes.grading import Why
from elearn.quizzes.models import Attempt
from elearn.quizzes.review_models import Correction
from elearn.quizzes.verdicts import standing

log = logging.getLogger(__name__)

BATCH = 25
REASON_AT_MOST = 500
SETTLING = timedelta(minutes=10)
"""For so long after a correction the sweep looks once more at what ended around it: an attempt that was being graded at
that very moment may not have known."""
AROUND = timedelta(minutes=2)


class NoSuchQuestion(LookupError):
    """There is no such question in a module of this pengajar."""


class Refused(ValueError):
    """Why a correction cannot be made, for the page, in Indonesian."""


def _quizzes(module_id: int, part: str) -> Iterator[tuple[int, Quiz]]:
    """(version id, quiz) of each version that has the quiz, the newest first."""
    versions = db.session.scalars(
        select(ModuleVersion.id).where(ModuleVersion.module_id == module_id).order_by(ModuleVersion.number.desc())
    )
    for version_id in versions.all():
        quiz = quiz_in(store.version(version_id), part)
        if quiz is not None:
            yield version_id, quiz


def newest_quiz(module_id: int, part: str) -> tuple[int, Quiz] | None:
    """(version id, quiz): the quiz as it was last published under this slug."""
    return next(_quizzes(module_id, part), None)


def question_as_seen(module_id: int, part: str, name: str) -> Question | None:
    """The question as its newest version that has it; None when none has."""
    return next((quiz.questions[name] for _id, quiz in _quizzes(module_id, part) if name in quiz.questions), None)


def propose(
    trainer_id: int, slug: str, part: str, name: str, kind: str, response: Any = None, fraction: Fraction = Fraction(1)
) -> Correction:
    """A correction that is not decided yet. Raises NoSuchQuestion, Refused."""
    module_id = module_id_of(trainer_id, slug)
    found = newest_quiz(module_id, part) if module_id is not None else None
    question = question_as_seen(module_id, part, name) if module_id is not None else None
    if module_id is None or found is None or question is None:
        raise NoSuchQuestion(name)
    version_id, quiz = found
    data: dict[str, Any] = {}
    if kind == "accept":
        data = {"response": _acceptable(question, response), "fraction": str(fraction)}
        if not 0 < fraction <= 1:
            raise Refused(_("Bagian nilainya di antara 1 dan 100 persen."))
    elif kind == "key":
        if name not in quiz.questions:
            raise Refused(_("Soal ini tidak ada lagi di versi terbaru."))
    elif kind != "full" or not type_of(question).graded:
        raise Refused(_("Soal ini tidak dapat dikoreksi begitu."))
    return Correction(
        module_id=module_id,
        version_id=version_id,
        quiz_slug=quiz.slug,
        question=name,
        kind=kind,
        data=data,
        by_id=trainer_id,
        cursor=0,
        changed=0,
    )


def propose_withdrawal(trainer_id: int, correction_id: int) -> Correction:
    """The withdrawal of a correction, not decided yet. Raises NoSuchQuestion, Refused."""
    row = db.session.get(Correction, correction_id)
    if row is None or row.kind == "withdraw" or not is_trainer(trainer_id, row.module_id):
        raise NoSuchQuestion(correction_id)
    if row not in standing(of_question(db.session(), row)):
        raise Refused(_("Koreksi ini sudah dibatalkan."))
    return Correction(
        module_id=row.module_id,
        version_id=row.version_id,
        quiz_slug=row.quiz_slug,
        question=row.question,
        kind="withdraw",
        data={"correction": row.id},
        by_id=trainer_id,
        cursor=0,
        changed=0,
    )


def of_question(session: Session, like: Correction) -> Sequence[Correction]:
    """Every correction of the question of that one."""
    return session.scalars(
        select(Correction).where(Correction.module_id == like.module_id, Correction.question == like.question)
    ).all()


def _acceptable(question: Question, response: Any) -> Any:
    if question.type not in ACCEPTABLE:
        raise Refused(_("Hanya jawaban isian teks dan angka yang dapat diterima satu per satu."))
    try:
        cleaned = type_of(question).clean(question.body, response)
    except BadResponse:
        cleaned = None
    if cleaned is None:
        raise Refused(_("Tulis jawaban yang diterima."))
    return cleaned


def newer_key(module_id: int, part: str, name: str) -> bool:
    """Whether the newest version has another key that can be used for attempts at older ones."""
    found = newest_quiz(module_id, part)
    newer = found[1].questions.get(name) if found else None
    if found is None or newer is None:
        return False
    seen = db.session.scalars(
        select(Attempt.version_id)
        .where(
            Attempt.module_id == module_id,
            Attempt.quiz_slug.in_(found[1].names),
            Attempt.version_id < found[0],
        )
        .distinct()
    ).all()
    for version_id in seen:
        quiz = quiz_in(store.version(version_id), part) or quiz_in(store.version(version_id), found[1].slug)
        older = quiz.questions.get(name) if quiz else None
        if older is not None and older.body != newer.body and fits(older, newer):
            return True
    return False


def decide(proposed: Correction, reason: str) -> int:
    """Store a correction; its id. The same one again (a second click) is the first. Raises Refused without a reason,
    NoSuchQuestion when the module is not theirs any more."""
    reason = " ".join(reason.split())
    if not reason or len(reason) > REASON_AT_MOST:
        raise Refused(_("Tulis alasannya, paling panjang %(n)s huruf: peserta membacanya.", n=REASON_AT_MOST))
    with transaction() as session:
        if not is_trainer(proposed.by_id, proposed.module_id):
            raise NoSuchQuestion(proposed.question)
        same = _same(session, proposed)
        if same is not None:
            return same
        proposed.reason, proposed.at = reason, clock.now()
        session.add(proposed)
        session.flush()
        after = {"quiz": proposed.quiz_slug, "question": proposed.question, "kind": proposed.kind}
        audit.record("question.corrected", subject=proposed.question, after=after, note=reason)
        return proposed.id


def _same(session: Session, proposed: Correction) -> int | None:
    rows = of_question(session, proposed)
    holding = {row.id for row in standing(rows)}
    for row in rows:
        alike = (row.version_id, row.quiz_slug, row.kind) == (proposed.version_id, proposed.quiz_slug, proposed.kind)
        if alike and row.data == proposed.data and (row.kind == "withdraw" or row.id in holding):
            return row.id
    return None


def carry_out(correction_id: int, seconds: float = 5.0) -> bool:
    """Grade again for at most about so long; whether all is done. What is left the sweep does."""
    end = time.monotonic() + seconds
    while _batch(correction_id):
        if time.monotonic() > end:
            return False
    return True


def resume() -> int:
    """Go on with every correction that is not done, and look once more at those just made; how many there were."""
    rows = db.session.execute(
        select(Correction.id, Correction.done_at)
        .where(or_(Correction.done_at.is_(None), Correction.at > clock.now() - SETTLING))
        .order_by(Correction.id)
    ).all()
    for correction_id, done_at in rows:
        try:
            if done_at is None:
                carry_out(correction_id)
            else:
                _catch_up(correction_id)
        except Exception:
            log.exception("correction %s could not be carried on", correction_id)
    return len(rows)


def _batch(correction_id: int) -> bool:
    """The next attempts in one transaction; whether there are more. Two at once take turns at the correction's row."""
    with transaction() as session:
        row = locked(session, Correction, correction_id)
        if row is None or row.done_at is not None:
            return False
        ids = session.scalars(touched(row).where(Attempt.id > row.cursor).limit(BATCH)).all()
        row.changed += _regrade(session, row, ids)
        if len(ids) < BATCH:
            row.done_at = clock.now()
            return False
        row.cursor = ids[-1]
        return True


def _catch_up(correction_id: int) -> None:
    with transaction() as session:
        row = locked(session, Correction, correction_id)
        if row is None:
            return
        ids = session.scalars(touched(row).where(Attempt.ended_at > row.at - AROUND).limit(1000)).all()
        row.changed += _regrade(session, row, ids)


def _regrade(session: Session, row: Correction, ids: Sequence[int]) -> int:
    """Grade again those of these attempts that come out differently; how many scores changed. One that cannot be graded
    keeps its score, and the others go on."""
    changed = 0
    sound = [e.attempt.id for e in effects(ids) if e.percent is not None or e.attempt.state != "graded"]
    for attempt_id in sound:
        attempt = locked(session, Attempt, attempt_id)
        assert attempt is not None
        before = (attempt.percent, attempt.passed)
        try:
            with session.begin_nested():
                grading.grade(session, attempt, Why("correction", row.reason, row.id))
                if attempt.state == "graded" and (attempt.percent, attempt.passed) != before:
                    tell_result(session, attempt, grading.quiz_of(attempt), "regraded")
                    changed += 1
        except Exception:
            log.exception("attempt %s could not be graded again", attempt_id)
            session.refresh(attempt)
    return changed
