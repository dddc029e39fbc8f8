"""Starting: the tables brought up to date, and Granian in front of the application."""

from __future__ import annotations

import json
import os
import resource
from typing import Any

from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import upgrade
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from elearn.database import db

CONNECTIONS = 8192
"""That one worker keeps open. Browsers hold theirs long after an answer; by Granian's own count the 513th of a worker would
wait until another is closed."""


def upgrade_tables() -> str:
    """Run the migrations; the revision they end at. Needs the application context."""
    upgrade()
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or "nothing"


def demo_accounts(app: Flask) -> list[dict[str, Any]]:
    """The demo accounts, when this installation shows them."""
    path = app.config["INSTANCE_DIR"] / "demo.json"
    if not app.config["DEMO"] or not path.is_file():
        return []
    accounts: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["accounts"]
    return accounts


def run(app: Flask, port: int) -> None:
    """Serve until stopped. Workers load `wsgi:app` themselves, with the same environment; a lost one is replaced."""
    with app.app_context():
        db.engine.dispose()
    os.environ["DIAJAR_DEMO"] = "yes" if app.config["DEMO"] else "no"
    allow_open_files()
    Granian(
        target="wsgi:app",
        address=app.config["HOST"],
        port=port,
        interface=Interfaces.WSGI,
        workers=app.config["WORKERS"],
        blocking_threads=app.config["THREADS"],
        backlog=2048,
        backpressure=CONNECTIONS,
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
        # A client address must be the proxy's word only where PROXIES says that there is one.
        log_access=False,
    ).serve()


def allow_open_files() -> None:
    """A connection is an open file, and many systems begin with 1024 of them, though they allow more to who asks."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * CONNECTIONS if hard == resource.RLIM_INFINITY else min(hard, 2 * CONNECTIONS)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
