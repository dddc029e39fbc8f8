"""An installation in production mode under its own server, with people who are signed in to it."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
from flask import Flask

from config import Config
from elearn import create_app
from elearn.catalogue import store
from elearn.database import db
from tests.content import published
from tests.databases import free_port
from tests.helpers import make_person, make_unit
from tests.serving import Pass, Server, admit

T = TypeVar("T")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.slow)


def in_a_loop(job: Coroutine[Any, Any, T]) -> T:
    """What the job gives, run in a thread of its own: Playwright leaves a loop running in the one that tests are in."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(copy_context().run, asyncio.run, job).result()


@dataclass(frozen=True)
class House:
    """The installation: its server, the URL of its database, an application on the same, and passes of people."""

    app: Flask
    server: Server
    database: str
    people: dict[int, Pass]


@pytest.fixture
def furnish(database_url: str, tmp_path: Path) -> Iterator[Callable[[int], House]]:
    """`furnish(people)` makes the installation and starts its server."""
    env = {
        "DIAJAR_MODE": "production",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "DIAJAR_INSTANCE": str(tmp_path / "instance"),
        "DATABASE_URL": database_url,
        "DIAJAR_SWEEP_SECONDS": "1",
        "DIAJAR_WORKERS": "2",
        "DIAJAR_THREADS": "16",
    }
    app = create_app(Config(env))
    server = Server({**os.environ, **env}, free_port())
    store.forget()  # another test's database may have had the same name

    def make(people: int) -> House:
        published(tmp_path)
        unit = make_unit()
        ids = [make_person(unit, password=None).id for _ in range(people)]
        passes = admit(app, ids)
        db.session.remove()
        db.engine.dispose()
        server.start()
        return House(app, server, database_url, passes)

    with app.app_context():
        yield make
        server.stop()
        db.session.remove()
        db.engine.dispose()
