"""`python -m benchmarks.crowd`: a thousand peserta take one quiz together, and each saves an answer every ten seconds.

The phones keep a connection each and share the machine's cores with the server, so they do little. A save is timed from the
moment it was due, not from when the client got round to it. On SQLite and on PostgreSQL. Exit code 1 when the 95th
percentile is not below the target, when any save failed, or when the database has another number of answers.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select

from benchmarks import city as cities
from config import Config
from elearn import create_app
from elearn.catalogue import publishing
from elearn.database import db
from elearn.quizzes.models import AttemptEvent
from elearn.server import allow_open_files
from tests.databases import create_database, free_port, postgres_server
from tests.serving import Server
from tests.wire import Answer, Wire

TARGET = 100.0
"""Milliseconds that 95 of 100 saves must stay below."""


@dataclass
class Saves:
    """What came of the saves: milliseconds of those between `measured` and `end`, how many were acknowledged in all, and what
    failed."""

    measured: float
    end: float
    times: list[float] = field(default_factory=list)
    acknowledged: int = 0
    wrong: list[str] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("inf")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--every", type=float, default=10.0, help="seconds between two answers of a person")
    parser.add_argument("--seconds", type=float, default=60.0, help="that are measured, after the ramp")
    parser.add_argument("--ramp", type=float, default=10.0, help="seconds in which they all begin")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], nargs="*", default=["sqlite", "postgresql"])
    options = parser.parse_args()
    allow_open_files()  # a connection for each person
    print(f"{options.people} people, an answer every {options.every:g} s each, {options.seconds:g} s")
    print(f"  {'':11} {'saves':>6} {'a second':>9} {'p50 ms':>7} {'p95 ms':>7} {'p99 ms':>7} {'most':>7} {'errors':>7}")
    missed = 0
    for database in options.database:
        if database == "sqlite":
            missed += measure(database, None, options)
        else:
            with postgres_server() as server:
                missed += measure(database, create_database(server, "crowd"), options)
    return 1 if missed else 0


def measure(name: str, url: str | None, options: argparse.Namespace) -> bool:
    """One database, one line; whether it missed the target."""
    with tempfile.TemporaryDirectory(prefix="diajar-crowd-") as folder:
        env = {
            "DIAJAR_MODE": "production",
            "SECRET_KEY": secrets.token_urlsafe(48),
            "DIAJAR_INSTANCE": folder,
            "DATABASE_URL": url or f"sqlite:///{folder}/crowd.db",
        }
        app = create_app(Config(env))
        city = furnish(app, options.people)
        server = Server({**os.environ, **env}, free_port())
        server.start()
        try:
            saves = asyncio.run(crowd(city, server.port, options))
        finally:
            server.stop()
        with app.app_context():
            stored = db.session.scalar(select(func.count()).select_from(AttemptEvent))
            db.session.remove()
            db.engine.dispose()
    p50, p95, p99 = (saves.percentile(share) for share in (0.5, 0.95, 0.99))
    count, rate = len(saves.times), len(saves.times) / options.seconds
    most = max(saves.times, default=0.0)
    print(f"  {name:11} {count:6} {rate:9.1f} {p50:7.1f} {p95:7.1f} {p99:7.1f} {most:7.1f} {len(saves.wrong):7}")
    if saves.wrong:
        print(f"    {saves.wrong[0]}")
    if stored != saves.acknowledged:
        print(f"    {saves.acknowledged} answers were acknowledged, {stored} are stored")
    missed = p95 >= TARGET or bool(saves.wrong) or stored != saves.acknowledged
    if missed:
        print(f"    MISSED: p95 below {TARGET:g} ms and no error")
    return missed


def furnish(app: Flask, people: int) -> cities.City:
    with app.app_context():
        upgrade()
        publishing.publish_content(Path(app.config["CONTENT_DIR"]), by=None)
        city = cities.build(app, people)
        db.session.remove()
        db.engine.dispose()
    return city


async def crowd(city: cities.City, port: int, options: argparse.Namespace) -> Saves:
    """All phones together, from the first answer to the end."""
    random, begin = Random(7), time.perf_counter() + 1
    measured = begin + options.ramp
    saves = Saves(measured, measured + options.seconds)
    phones = []
    for person in city.people:
        own = Random(random.random())
        answers = saving(city, person, own)
        phones.append(phone(Wire(port), answers, saves, begin + own.uniform(0, options.ramp), options.every, own))
    await asyncio.gather(*phones)
    return saves


Ask = Callable[[Wire], Awaitable[Answer]]


def saving(city: cities.City, person: int, random: Random) -> Ask:
    """Saves any answer of this person, each time another."""
    public_id, questions = city.attempts[person]
    headers = {
        "Cookie": f"diajar={city.cookies[person]}",
        "Content-Type": "application/json",
        "Accept": "application/json",
        "X-CSRFToken": city.csrf[person],
    }

    def ask(wire: Wire) -> Awaitable[Answer]:
        body = cities.answer_body(*random.choice(questions))
        return wire.ask("POST", f"/percobaan/{public_id}/jawab", headers, body)

    return ask


async def phone(wire: Wire, save: Ask, saves: Saves, due: float, every: float, random: Random) -> None:
    """One person: an answer about every ten seconds, by no one's beat."""
    while due < saves.end:
        await asyncio.sleep(due - time.perf_counter())
        try:
            answer = await save(wire)
            taken = answer.status == 200 and len(json.loads(answer.body)["acknowledged"]) == 1
            trouble = f"{answer.status} {answer.body[:200]!r}"
        except OSError as broken:
            taken, trouble = False, repr(broken)
        saves.acknowledged += taken
        if not taken:
            saves.wrong.append(trouble)
        elif due >= saves.measured:
            saves.times.append((time.perf_counter() - due) * 1000)
        due += every * random.uniform(0.8, 1.2)
    wire.close()


if __name__ == "__main__":
    sys.exit(main())
