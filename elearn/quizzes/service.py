"""What can be done with attempts. Each function is one short transaction with a narrow lock.

An answer is an event that is appended with an id made on the client: sending it again stores nothing and is acknowledged
again. It is acknowledged only after its transaction is durable.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from elearn import clock
from elearn.catalogue.store import PublishedVersion
from elearn.core.model import Quiz
from elearn.core.questions import type_of
from elearn.core.questions.base import BadResponse
from elearn.core.quiz.draw import dump_layout, lay_out
from elearn.core.quiz.timing import Refusal, accepts, deadline, may_start
from elearn.database import db, insert_new, locked, transaction
from elearn.people import audit
from elearn.quizzes import grading
from elearn.quizzes.models import Attempt, AttemptEvent
from elearn.quizzes.signals import attempt_started

EVENTS_AT_MOST = 100
RESPONSE_AT_MOST = 10_000
ID_AT_MOST = 40
TRIES = 5
KINDS = ("answer", "flag", "unflag")


class QuizRefused(Exception):
    """An attempt may not start now; `refusal` says why and until when."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


class NoSuchAttempt(LookupError):
    """There is no such attempt of this person: a stranger's and a made-up one are the same."""


class BadEvents(ValueError):
    """Events that no page of ours sends. The message is for the log, in English."""


@dataclass(frozen=True, slots=True)
class ClientEvent:
    """What happened in a browser. `queued_at` is when, by its own account."""

    client_id: str
    kind: str
    question: str
    response: Any = None
    queued_at: datetime | None = None


@dataclass(slots=True)
class Receipt:
    """What was kept: ids acknowledged (durable now), and ids refused with a reason (`ended`, `late`, `invalid`)."""

    saved_at: datetime
    acknowledged: list[str] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    state: str = "open"
    deadline_at: datetime | None = None


def start(person_id: int, unit_id: int, version: PublishedVersion, quiz_slug: str) -> Attempt:
    """Start an attempt, or give the open one. Raises QuizRefused.

    Two starts at once meet at the unique number of the attempt: the second finds the first's and gives that.
    """
    for _ in range(TRIES):
        try:
            with transaction() as session:
                return _start(session, person_id, unit_id, version, quiz_slug)
        except IntegrityError:
            continue  # another request of the same person was first
    raise RuntimeError("an attempt could not be numbered")


def _start(session: Session, person_id: int, unit_id: int, version: PublishedVersion, quiz_slug: str) -> Attempt:
    quiz = version.module.part(quiz_slug)
    if not isinstance(quiz, Quiz):
        raise LookupError(quiz_slug)
    now = clock.now()
    slugs = (quiz.slug, *quiz.aliases)
    earlier = session.scalars(
        select(Attempt)
        .where(
            Attempt.person_id == person_id,
            Attempt.module_id == version.module_id,
            Attempt.quiz_slug.in_(slugs),
        )
        .order_by(Attempt.number)
        .execution_options(populate_existing=True)
    ).all()
    for attempt in earlier:
        if attempt.state == "open":
            if attempt.deadline_at is None or now <= attempt.deadline_at:
                return attempt
            _end(session, attempt, "expire", now)
    ended = [attempt.ended_at for attempt in earlier if attempt.ended_at]
    refusal = may_start(quiz, ended, False, now)
    if refusal:
        raise QuizRefused(refusal)
    seed = secrets.randbits(31)
    seen = {item["question"] for attempt in earlier for item in attempt.layout}
    layout = lay_out(quiz, seed, seen)
    attempt = Attempt(
        person_id=person_id,
        unit_id=unit_id,
        module_id=version.module_id,
        version_id=version.id,
        quiz_slug=quiz.slug,
        number=max((a.number for a in earlier), default=0) + 1,
        seed=seed,
        layout=dump_layout(layout),
        started_at=now,
        deadline_at=deadline(quiz, now),
        maximum=sum(quiz.questions[item.question].points for item in layout),
    )
    session.add(attempt)
    session.flush()
    audit.record("attempt.started", person_id=person_id, subject=attempt.public_id, after={"quiz": quiz.slug})
    attempt_started.send(None, attempt=attempt)
    return attempt


def save(person_id: int, public_id: str, events: Sequence[ClientEvent]) -> Receipt:
    """Append events to an attempt. Raises NoSuchAttempt and BadEvents (nothing is changed then)."""
    if not 0 < len(events) <= EVENTS_AT_MOST:
        raise BadEvents(f"{len(events)} events at once")
    with transaction() as session:
        attempt = _own(session, person_id, public_id, lock=False)
        now = clock.now()
        quiz = grading.quiz_of(attempt)
        asked = {item["question"] for item in attempt.layout}
        receipt = Receipt(now, state=attempt.state, deadline_at=attempt.deadline_at)
        rows = []
        for event in events:
            data = _clean(quiz, asked, event)
            verdict = accepts(attempt.deadline_at, event.queued_at, now)
            if _refused(attempt, verdict):
                receipt.refused.append((event.client_id, "ended" if attempt.state != "open" else "late"))
                continue
            rows.append(
                {
                    "attempt_id": attempt.id,
                    "client_id": event.client_id,
                    "kind": event.kind,
                    "question": event.question,
                    "data": data,
                    "queued_at": event.queued_at,
                    "at": now,
                    "late": verdict == "late",
                }
            )
            receipt.acknowledged.append(event.client_id)
        if rows:
            _append(session, rows)
            if attempt.state != "open":
                _regrade_late(session, attempt)
        if receipt.refused and attempt.state == "open" and attempt.deadline_at and now > attempt.deadline_at:
            _expire(session, attempt)
            receipt.state = attempt.state
        _acknowledge_known(session, attempt, receipt)
        return receipt


_OWN = (
    select(Attempt)
    .where(Attempt.public_id == bindparam("public_id"), Attempt.person_id == bindparam("person_id"))
    .execution_options(populate_existing=True)
)
_OWN_LOCKED = _OWN.with_for_update()


def _own(session: Session, person_id: int, public_id: str, *, lock: bool) -> Attempt:
    statement = _OWN_LOCKED if lock else _OWN
    attempt = session.scalars(statement, {"public_id": public_id, "person_id": person_id}).one_or_none()
    if attempt is None:
        raise NoSuchAttempt(public_id)
    return attempt


def _clean(quiz: Quiz, asked: set[str], event: ClientEvent) -> Any:
    """The canonical response of an event, after checking everything about it."""
    if event.kind not in KINDS or not event.client_id or len(event.client_id) > ID_AT_MOST:
        raise BadEvents("an event of an unknown kind or without a proper id")
    if event.question not in asked:
        raise BadEvents("a question that is not in the attempt")
    if event.kind != "answer":
        return None
    if len(json.dumps(event.response, default=str)) > RESPONSE_AT_MOST:
        raise BadEvents("a response that is too large")
    question = quiz.questions[event.question]
    try:
        return type_of(question).clean(question.body, event.response)
    except BadResponse as trouble:
        raise BadEvents(str(trouble)) from None


def _refused(attempt: Attempt, verdict: str) -> bool:
    """An open attempt takes what is in time or late within the grace; one that ran out of time only the latter."""
    if attempt.state == "open":
        return verdict == "no"
    return attempt.ended_by != "expire" or verdict != "late"


def _append(session: Session, rows: list[dict[str, Any]]) -> None:
    """Append events; the ids that are there already are passed over."""
    insert_new(session, AttemptEvent, rows, ["attempt_id", "client_id"])


def _acknowledge_known(session: Session, attempt: Attempt, receipt: Receipt) -> None:
    """An event that was stored before the end and is sent again after it is acknowledged again, not refused."""
    if not receipt.refused:
        return
    ids = [client_id for client_id, _why in receipt.refused]
    known = set(
        session.scalars(
            select(AttemptEvent.client_id).where(AttemptEvent.attempt_id == attempt.id, AttemptEvent.client_id.in_(ids))
        )
    )
    receipt.acknowledged += [i for i in ids if i in known]
    receipt.refused = [(i, why) for i, why in receipt.refused if i not in known]


def _regrade_late(session: Session, attempt: Attempt) -> None:
    held = locked(session, Attempt, attempt.id)
    assert held is not None
    grading.grade(session, held)


def submit(person_id: int, public_id: str, client_id: str) -> Attempt:
    """Hand an attempt in; doing it again changes nothing. Past its deadline it counts as run out of time."""
    with transaction() as session:
        attempt = _own(session, person_id, public_id, lock=True)
        if attempt.state == "open":
            now = clock.now()
            expired = attempt.deadline_at is not None and now > attempt.deadline_at
            _end(session, attempt, "expire" if expired else "submit", now, client_id[:ID_AT_MOST])
        return attempt


def expire_if_due(attempt: Attempt) -> Attempt:
    """Close an open attempt that is past its deadline, exactly once whoever sees it first; the attempt as it is now."""
    if attempt.state != "open" or attempt.deadline_at is None or clock.now() <= attempt.deadline_at:
        return attempt
    with transaction() as session:
        held = locked(session, Attempt, attempt.id)
        assert held is not None
        _expire(session, held)
        return held


def _expire(session: Session, attempt: Attempt) -> None:
    if attempt.state == "open":
        _end(session, attempt, "expire", clock.now())


def _end(session: Session, attempt: Attempt, how: str, now: datetime, client_id: str = "") -> None:
    """End and grade. The guarded update lets one of several at once through; the others find it done."""
    ended_at = attempt.deadline_at if how == "expire" and attempt.deadline_at else now
    ending = update(Attempt).where(Attempt.id == attempt.id, Attempt.state == "open")
    ending = ending.values(state="ended", ended_by=how, ended_at=ended_at)
    won = session.connection().execute(ending).rowcount
    session.refresh(attempt)
    if not won:
        return
    _append(
        session,
        [
            {
                "attempt_id": attempt.id,
                "client_id": client_id or f"server-{how}",
                "kind": how,
                "question": None,
                "data": None,
                "queued_at": None,
                "at": now,
                "late": False,
            }
        ],
    )
    audit.record(
        f"attempt.{'submitted' if how == 'submit' else 'expired'}",
        person_id=attempt.person_id,
        subject=attempt.public_id,
    )
    grading.grade(session, attempt)


def close_due(limit: int = 200) -> int:
    """Close attempts that ran out of time while nobody looked; how many. Each in a transaction of its own."""
    due = db.session.scalars(
        select(Attempt.id).where(Attempt.state == "open", Attempt.deadline_at < clock.now()).limit(limit)
    ).all()
    for attempt_id in due:
        with transaction() as session:
            attempt = locked(session, Attempt, attempt_id)
            if attempt is not None:
                _expire(session, attempt)
    return len(due)


def retry_grading(limit: int = 200) -> int:
    """Grade again what could not be graded; how many are graded now."""
    waiting = db.session.scalars(select(Attempt.id).where(Attempt.state == "ended").limit(limit)).all()
    return sum(regrade(attempt_id) for attempt_id in waiting)


def regrade(attempt_id: int) -> bool:
    """Grade an ended attempt anew from its events; whether it is wholly graded now."""
    with transaction() as session:
        attempt = locked(session, Attempt, attempt_id)
        if attempt is None or attempt.state == "open":
            return False
        grading.grade(session, attempt)
        return attempt.state == "graded"
