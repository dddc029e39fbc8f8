"""Fixtures that all tests share. `app` is parametrised: whatever uses it runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, has_app_context
from flask.globals import _cv_app
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import event
from werkzeug.test import TestResponse
from xdist.scheduler import LoadScopeScheduling

from config import Config
from elearn import create_app
from elearn.catalogue import store
from elearn.database import db
from tests import databases

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


class Grouped(LoadScopeScheduling):  # type: ignore[misc]
    """What seeds a city or loads the whole machine stays on one worker; every other test goes where there is room.

    By the names of the tests: xdist's own groups hang on names that this pytest no longer lets it change.
    """

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith("tests/browser/test_style"):
            return "style"
        if nodeid.startswith(("tests/browser/test_quiz_", "tests/browser/test_question_")):
            return "browser-quiz"
        if nodeid.startswith("tests/browser/"):
            return "browser-pg" if "postgresql" in nodeid else "browser-lite"
        return "faults" if nodeid.startswith("tests/faults/") else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Grouped:
    return Grouped(config, log)


class IsolatedClient(FlaskClient):
    """A client whose requests have an application context of their own, as under a server: nothing of the test's leaks
    in, and what the request changed is seen by the test's next read."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:  # type: ignore[override]
        def alone() -> TestResponse:
            _cv_app.set(None)  # type: ignore[arg-type]
            response: TestResponse = super(IsolatedClient, self).open(*args, **kwargs)
            return response

        response = copy_context().run(alone)
        if has_app_context():
            db.session.rollback()
            db.session.expire_all()
        return response


def make_app(url: str, folder: Path, **settings: str) -> Flask:
    """An application in testing mode on the given database, its files under `folder`."""
    environ = {
        "DIAJAR_MODE": "testing",
        "DATABASE_URL": url,
        "DIAJAR_INSTANCE": str(folder / "instance"),
    } | settings
    app = create_app(Config(environ))
    app.test_client_class = IsolatedClient
    return app


def _migrated(url: str, folder: Path) -> None:
    app = make_app(url, folder)
    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty, migrated SQLite file to copy from."""
    folder = tmp_path_factory.mktemp("sqlite-template")
    path = folder / "template.db"
    _migrated(f"sqlite:///{path}", folder)
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL server of this session; without one on this machine the tests that need it are skipped, but not in CI."""
    if not databases.postgres_tool("initdb"):
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is not installed, and CI needs it")
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    with databases.postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of an empty, migrated database to copy from."""
    name = f"template_{WORKER}"
    _migrated(databases.create_database(postgres, name), tmp_path_factory.mktemp("pg-template"))
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty, migrated database of this test alone."""
    if request.param == "sqlite":
        target = tmp_path / "test.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), target)
        return f"sqlite:///{target}"
    template = request.getfixturevalue("postgres_template")
    return databases.empty_database(request.getfixturevalue("postgres"), f"test_{WORKER}", template)


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on an empty database, with its context pushed."""
    app = make_app(database_url, tmp_path)
    store.forget()  # the PostgreSQL database of the last test had the same name
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def statements(app: Flask) -> Callable[[], contextmanager[list[str]]]:  # type: ignore[valid-type]
    """`with statements() as seen: …` collects the SQL that ran, without BEGIN and COMMIT."""

    @contextmanager
    def watch() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_conn, _cursor, statement, _parameters, _context, _many) -> None:  # type: ignore[no-untyped-def]
            if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "SET ", "PRAGMA")):
                seen.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(db.engine, "before_cursor_execute", note)

    return watch
