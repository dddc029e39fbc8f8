"""What can be done with attempts. Each function is one short transaction with a narrow lock.

An answer is an event that is appended with an id made on the client: sending it again stores nothing and is
acknowledged again. It is acknowledged only after its transaction is durable. Whatever changes an attempt holds its row
first, so its events are stored one after the other and none slips in behind its end.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, select, update
from sqlalchemy.engine import Row
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from elearn import clock
from elearn.catalogue.store import PublishedVersion
from elearn.core.model import Question, Quiz
from elearn.core.questions import type_of
from elearn.core.questions.base import BadResponse
from elearn.core.quiz.draw import dump_layout, lay_out
from elearn.core.quiz.modes import CERTAINTY, JUDGING
from elearn.core.quiz.timing import Refusal, accepts, deadline, may_start
from elearn.database import db, insert_new, locked, transaction
from elearn.people import audit
from elearn.quizzes import extensions, grading
from elearn.quizzes.events import state_of
from elearn.quizzes.models import Attempt, AttemptEvent, ItemGrade
from elearn.quizzes.signals import attempt_started
from elearn.quizzes.standing import to_be_marked

log = logging.getLogger(__name__)

EVENTS_AT_MOST = 100
CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")
TRIES = 5
KINDS = ("answer", "certainty", "flag", "unflag")

Seen = Attempt | Row[Any]
"""An attempt, or the columns of one that judging needs."""


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
    """What was kept: ids acknowledged (durable now), and ids refused with a reason (`ended`, `late`, or `judged` for a
    question whose answer was judged for good)."""

    saved_at: datetime
    acknowledged: list[str] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    state: str = "open"
    deadline_at: datetime | None = None


def start(
    person_id: int, unit_id: int, version: PublishedVersion, quiz_slug: str, *, seed: int | None = None
) -> Attempt:
    """Start an attempt, or give the open one. Raises QuizRefused, LookupError where there is no such quiz.

    `seed` decides the draw and every order; left out, nobody can guess it.
    Two starts at once meet at the unique number of the attempt: the second finds the first's and gives that.
    """
    for _ in range(TRIES):
        try:
            with transaction() as session:
                return _start(session, person_id, unit_id, version, quiz_slug, seed)
        except IntegrityError:
            continue  # another request of the same person was first
    raise RuntimeError("an attempt could not be numbered")


def _start(
    session: Session, person_id: int, unit_id: int, version: PublishedVersion, quiz_slug: str, seed: int | None
) -> Attempt:
    quiz = version.module.part(quiz_slug)
    if not isinstance(quiz, Quiz):
        raise LookupError(quiz_slug)
    now = clock.now()
    earlier = _earlier(session, person_id, version.module_id, quiz)
    for attempt in earlier:
        if attempt.state == "open":
            if not _over(attempt, now):
                return attempt
            _end(session, attempt, "expire", now)
    ended = [attempt.ended_at for attempt in earlier if attempt.ended_at]
    rules = extensions.rules_for(quiz, extensions.given_to(session, person_id, version.module_id, quiz))
    refusal = may_start(rules, ended, False, now)
    if refusal:
        raise QuizRefused(refusal)
    seed = secrets.randbits(31) if seed is None else seed
    layout = lay_out(quiz, seed, {item["question"] for attempt in earlier for item in attempt.layout})
    questions = quiz.questions
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
        deadline_at=deadline(rules, now),
        maximum=sum(grading.worth(quiz, questions[item.question]) for item in layout),
    )
    session.add(attempt)
    session.flush()
    audit.record("attempt.started", person_id=person_id, subject=attempt.public_id, after={"quiz": quiz.slug})
    attempt_started.send(None, attempt=attempt)
    return attempt


def _earlier(session: Session, person_id: int, module_id: int, quiz: Quiz) -> Sequence[Attempt]:
    """The person's attempts at a quiz under any of its names, as they are now, oldest first."""
    return session.scalars(
        select(Attempt)
        .where(
            Attempt.person_id == person_id,
            Attempt.module_id == module_id,
            Attempt.quiz_slug.in_(quiz.names),
        )
        .order_by(Attempt.number)
        .execution_options(populate_existing=True)
    ).all()


def _over(attempt: Seen, now: datetime) -> bool:
    """Whether an attempt's time has run out."""
    return attempt.deadline_at is not None and now > attempt.deadline_at


def save(person_id: int, public_id: str, events: Sequence[ClientEvent]) -> Receipt:
    """Append events to an attempt; none at all asks how it stands. Raises NoSuchAttempt, and BadEvents when any of
    them is not right: nothing is changed then."""
    if len(events) > EVENTS_AT_MOST:
        raise BadEvents(f"{len(events)} events at once")
    # All that can be done before the attempt is held is done before: others wait for it, and on SQLite for every write.
    keys = {"public_id": public_id, "person_id": person_id}
    attempt = db.session.connection().execute(_SEEN, keys).one_or_none()
    if attempt is None:
        raise NoSuchAttempt(public_id)
    now = clock.now()
    receipt, rows = _judge(attempt, events, now)
    running = attempt.state == "open" and not _over(attempt, now)
    if running and not events:
        return receipt
    # What is judged before the end closes questions, which only the events before can tell.
    simple = running and not receipt.refused and grading.quiz_of(attempt).mode not in JUDGING
    with transaction() as session:
        if simple and _append_if_open(session, rows[0]):
            if rows[1:]:
                _append(session, rows[1:])
            return receipt
        return _save_held(session, person_id, public_id, events)


def _save_held(session: Session, person_id: int, public_id: str, events: Sequence[ClientEvent]) -> Receipt:
    """Save to an attempt that is no longer as it was read, or to which an event comes again: it is held first, then
    judged."""
    attempt = own(session, person_id, public_id)
    now = clock.now()
    closed = _closed(attempt)
    receipt, rows = _judge(attempt, events, now, closed)
    was_open = attempt.state == "open"
    if rows and _append(session, rows) and not was_open:
        _grade(session, attempt)
    if was_open and _over(attempt, now):
        _end(session, attempt, "expire", now)
    if receipt.refused:
        _acknowledge_known(session, attempt, receipt)
    receipt.state = attempt.state
    return receipt


def _closed(attempt: Attempt) -> frozenset[str]:
    """The questions of an attempt whose answers are judged for good. One statement in modes that judge, else none."""
    if grading.quiz_of(attempt).mode not in JUDGING:
        return frozenset()
    state = state_of(attempt.id)
    return frozenset(question for question in state.judged if state.closed(question))


def _judge(
    attempt: Seen, events: Sequence[ClientEvent], now: datetime, closed: frozenset[str] = frozenset()
) -> tuple[Receipt, list[dict[str, Any]]]:
    """A receipt that says which events are taken and which are not, and the rows of those that are."""
    receipt = Receipt(now, deadline_at=attempt.deadline_at)
    quiz = grading.quiz_of(attempt)
    questions = quiz.questions
    asked = {item["question"]: questions[item["question"]] for item in attempt.layout}
    rows = []
    for event in events:
        data = _clean(quiz, asked, event)
        verdict = accepts(attempt.deadline_at, event.queued_at, now)
        if _refused(attempt, verdict):
            receipt.refused.append((event.client_id, "late" if attempt.state == "open" else "ended"))
            continue
        if event.question in closed and event.kind in ("answer", "certainty"):
            receipt.refused.append((event.client_id, "judged"))
            continue
        receipt.acknowledged.append(event.client_id)
        rows.append(
            _row(
                attempt,
                event.client_id,
                event.kind,
                now,
                question=event.question,
                data=data,
                queued_at=event.queued_at,
                late=verdict == "late",
            )
        )
    return receipt, rows


_EVENT_COLUMNS = [column for column in AttemptEvent.__table__.columns if column.name != "id"]
_IS_OWN = and_(Attempt.public_id == bindparam("public_id"), Attempt.person_id == bindparam("person_id"))
# What judging an answer needs to know, without the weight of an object.
_SEEN = select(
    Attempt.id,
    Attempt.state,
    Attempt.ended_by,
    Attempt.deadline_at,
    Attempt.version_id,
    Attempt.quiz_slug,
    Attempt.layout,
).where(_IS_OWN)
# Rows that point to an attempt may still be inserted by others; no one else may change the attempt itself.
_OWN_HELD = select(Attempt).where(_IS_OWN).with_for_update(key_share=True).execution_options(populate_existing=True)
# What an event is worth depends on the attempt being open, and on nothing else that can change.
_IF_OPEN = (
    select(*(bindparam(column.name, type_=column.type).label(column.name) for column in _EVENT_COLUMNS))
    .where(Attempt.id == bindparam("attempt_id"), Attempt.state == "open")
    .with_for_update(key_share=True, of=Attempt)
)


def own(session: Session, person_id: int, public_id: str) -> Attempt:
    """A person's attempt as it is now, held until the transaction ends. Raises NoSuchAttempt."""
    attempt = session.scalars(_OWN_HELD, {"public_id": public_id, "person_id": person_id}).one_or_none()
    if attempt is None:
        raise NoSuchAttempt(public_id)
    return attempt


def _clean(quiz: Quiz, asked: dict[str, Question], event: ClientEvent) -> Any:
    """The canonical response of an event, after checking everything about it."""
    if event.kind not in KINDS or not CLIENT_ID.fullmatch(event.client_id):
        raise BadEvents("an event of an unknown kind or without a proper id")
    question = asked.get(event.question)
    if question is None:
        raise BadEvents("a question that is not in the attempt")
    if event.kind == "certainty":
        if quiz.mode != "certainty" or type(event.response) is not int or event.response not in CERTAINTY:
            raise BadEvents("a certainty that is none, or where none is asked")
        return event.response
    if event.kind != "answer":
        return None
    try:
        return type_of(question).clean(question.body, event.response)
    except BadResponse as trouble:
        raise BadEvents(str(trouble)) from None


def _refused(attempt: Seen, verdict: str) -> bool:
    """An open attempt takes what is in time, or late within the grace; one that ran out of time only the latter."""
    if attempt.state == "open":
        return verdict == "no"
    return attempt.ended_by != "expire" or verdict != "late"


def _row(
    attempt: Seen,
    client_id: str,
    kind: str,
    at: datetime,
    *,
    question: str | None = None,
    data: Any = None,
    queued_at: datetime | None = None,
    late: bool = False,
) -> dict[str, Any]:
    return {
        "attempt_id": attempt.id,
        "client_id": client_id,
        "kind": kind,
        "question": question,
        "data": data,
        "queued_at": queued_at,
        "at": at,
        "late": late,
    }


def append_own(
    session: Session, attempt: Attempt, client_id: str, kind: str, at: datetime, question: str, data: Any
) -> bool:
    """Append an event of the server's to an attempt that is held; whether its id is new."""
    return _append(session, [_row(attempt, client_id, kind, at, question=question, data=data)]) == 1


def _append_if_open(session: Session, row: dict[str, Any]) -> bool:
    """Append an event to an attempt and hold it, if it is open; whether that was done and the event is new."""
    return insert_new(session, AttemptEvent, [row], ["attempt_id", "client_id"], _IF_OPEN) == 1


def _append(session: Session, rows: list[dict[str, Any]]) -> int:
    """Append events, passing over the ids that are there already; how many were new (-1 where unknown)."""
    return insert_new(session, AttemptEvent, rows, ["attempt_id", "client_id"])


def _acknowledge_known(session: Session, attempt: Attempt, receipt: Receipt) -> None:
    """An event that was stored before the end and is sent again after it is acknowledged again, not refused."""
    ids = [client_id for client_id, _why in receipt.refused]
    known = set(
        session.scalars(
            select(AttemptEvent.client_id).where(AttemptEvent.attempt_id == attempt.id, AttemptEvent.client_id.in_(ids))
        )
    )
    receipt.acknowledged += [i for i in ids if i in known]
    receipt.refused = [(i, why) for i, why in receipt.refused if i not in known]


def submit(person_id: int, public_id: str, client_id: str) -> Attempt:
    """Hand an attempt in; doing it again changes nothing. Past its deadline it counts as run out of time.
    Raises NoSuchAttempt."""
    with transaction() as session:
        attempt = own(session, person_id, public_id)
        if attempt.state == "open":
            now = clock.now()
            _end(session, attempt, "expire" if _over(attempt, now) else "submit", now, client_id)
        return attempt


def expire_if_due(attempt: Attempt) -> Attempt:
    """Close an open attempt that is past its deadline, exactly once whoever sees it first; the attempt as it is
    now."""
    if attempt.state != "open" or not _over(attempt, clock.now()):
        return attempt
    with transaction() as session:
        held = locked(session, Attempt, attempt.id)
        assert held is not None
        if held.state == "open":
            _end(session, held, "expire", clock.now())
        return held


def _end(session: Session, attempt: Attempt, how: str, now: datetime, client_id: str = "") -> None:
    """End and grade. The guarded update lets one of several at once through; the others find it done."""
    ended_at = attempt.deadline_at if how == "expire" and attempt.deadline_at else now
    won = (
        session.connection()
        .execute(
            update(Attempt)
            .where(Attempt.id == attempt.id, Attempt.state == "open")
            .values(state="ended", ended_by=how, ended_at=ended_at)
        )
        .rowcount
    )
    session.refresh(attempt)
    if not won:
        return
    _append(session, [_row(attempt, client_id or f"server-{how}", how, now)])
    what = "submitted" if how == "submit" else "expired"
    audit.record(f"attempt.{what}", person_id=attempt.person_id, subject=attempt.public_id)
    _grade(session, attempt)


def _grade(session: Session, attempt: Attempt) -> None:
    """Grade what has ended. Whatever goes wrong in it, or in what follows from a score, must not undo the end or a late
    answer: the attempt stays `ended`, and the sweep grades it again."""
    try:
        with session.begin_nested():
            grading.grade(session, attempt)
    except Exception:
        log.exception("grading of attempt %s failed; the sweep will try again", attempt.public_id)
        session.execute(update(Attempt).where(Attempt.id == attempt.id).values(state="ended"))
        # What waits for a marker waits for the grading first, or the sweep would leave the attempt to them.
        told = update(ItemGrade).where(ItemGrade.attempt_id == attempt.id, to_be_marked())
        session.execute(told.values(error="the attempt could not be graded"))
        session.refresh(attempt)


def regrade(attempt_id: int) -> bool:
    """Grade an ended attempt anew from its events; whether it is wholly graded now."""
    with transaction() as session:
        attempt = locked(session, Attempt, attempt_id)
        if attempt is None or attempt.state == "open":
            return False
        grading.grade(session, attempt)
        return attempt.state == "graded"
