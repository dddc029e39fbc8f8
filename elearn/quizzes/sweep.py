"""Closing attempts whose time has run out and retrying grades that failed, from inside each server process.

Every process sweeps; a guarded update lets only one of them close an attempt.
"""

from __future__ import annotations

import atexit
import logging
import threading

from flask import Flask

from elearn.database import db
from elearn.quizzes import service
from elearn.quizzes.signals import swept

log = logging.getLogger(__name__)


def sweep(app: Flask) -> tuple[int, int]:
    """One round: (attempts closed, attempts whose grading went well now)."""
    with app.app_context():
        try:
            done = service.close_due(), service.retry_grading()
            swept.send(None)
            return done
        finally:
            db.session.remove()


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
