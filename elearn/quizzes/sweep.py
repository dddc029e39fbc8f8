"""Closing attempts whose time has run out and retrying grades that failed, from inside each server process.

Every process sweeps; a guarded update lets only one of them close an attempt.
"""

from __future__ import annotations

import atexit
import logging
import threading
from collections.abc import Callable, Sequence

from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from elearn import clock
from elearn.database import db, locked, transaction
from elearn.quizzes import service
from elearn.quizzes.models import Attempt
from elearn.quizzes.signals import swept
from elearn.quizzes.standing import is_stuck

log = logging.getLogger(__name__)


def sweep(app: Flask) -> tuple[int, int]:
    """One round: (attempts closed, attempts whose grading went well now)."""
    with app.app_context():
        try:
            done = close_due(), retry_grading()
            swept.send(None)
            return done
        finally:
            db.session.remove()


def close_due(limit: int = 2000) -> int:
    """Close attempts that ran out of time while nobody looked; how many. Each in a transaction of its own."""
    due = db.session.scalars(
        select(Attempt.id)
        .where(Attempt.state == "open", Attempt.deadline_at < clock.now())
        .order_by(Attempt.deadline_at)
        .limit(limit)
    ).all()
    return _one_by_one(due, _close)


def _close(attempt_id: int) -> bool:
    with transaction() as session:
        attempt = locked(session, Attempt, attempt_id)
        if attempt is None or attempt.state != "open":
            return False
        return service.expire_if_due(attempt).state != "open"


def retry_grading(limit: int = 2000) -> int:
    """Grade again what could not be graded; how many are graded now. What a person is to mark is left to them."""
    stuck = db.session.scalars(select(Attempt.id).where(is_stuck()).order_by(Attempt.id).limit(limit)).all()
    return _one_by_one(stuck, service.regrade)


def _one_by_one(attempts: Sequence[int], do: Callable[[int], bool]) -> int:
    """How many it was done for. One that cannot be done must not keep the others waiting."""
    done = 0
    for attempt_id in attempts:
        try:
            done += do(attempt_id)
        except OperationalError:
            raise  # the database itself: nothing else would fare better
        except Exception:
            log.exception("attempt %s could not be swept", attempt_id)
    return done


def start_sweeper(app: Flask) -> threading.Event | None:
    """Sweep every SWEEP_SECONDS in a daemon thread of this process; 0 turns it off. Setting the event ends it."""
    seconds = app.config["SWEEP_SECONDS"]
    if not seconds:
        return None
    stop = threading.Event()

    def run() -> None:
        while not stop.wait(seconds):
            try:
                sweep(app)
            except Exception:  # a database that is away for a while must not end the sweep for ever
                log.exception("the sweep failed and will be tried again in %s s", seconds)

    threading.Thread(target=run, name="sweep", daemon=True).start()
    atexit.register(stop.set)
    return stop
