"""200 people take a quiz at once while the product is killed and started again at random. Afterwards every answer that was
acknowledged to them is in the database, once, and every score follows from them.

    DIAJAR_FAULT_PEOPLE=200 DIAJAR_FAULT_SECONDS=22 DIAJAR_FAULT_SEED=1945 python -m pytest tests/faults -s
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Callable
from random import Random

from sqlalchemy import func, select

from elearn import proof
from elearn.database import db
from elearn.people.models import AuditEntry, Person
from elearn.quizzes import grading
from elearn.quizzes import service as quizzes
from elearn.quizzes.models import Attempt, AttemptEvent, ItemGrade
from elearn.study import service as study
from tests import databases
from tests.faults.conftest import House, in_a_loop
from tests.faults.taker import MODULE, QUIZ, Asked, Given, Taker
from tests.serving import Server

PEOPLE = int(os.environ.get("DIAJAR_FAULT_PEOPLE", "200"))
SECONDS = float(os.environ.get("DIAJAR_FAULT_SECONDS", "22"))
SEED = int(os.environ.get("DIAJAR_FAULT_SEED", "1945"))
AFTERWARDS = 120
"""Seconds within which all must be delivered and handed in once the killing has ended."""


def test_nothing_acknowledged_is_lost_or_doubled_when_the_product_is_killed(furnish: Callable[[int], House]) -> None:
    house = furnish(PEOPLE)
    random = Random(SEED)
    takers = [_taker(house, person, random) for person in house.people]
    db.session.remove()
    kills = in_a_loop(_take_and_kill(house, takers, random))
    made = sum(len(taker.made) for taker in takers)
    acknowledged = sum(len(taker.acknowledged) for taker in takers)
    print(f"\nseed {SEED}: {PEOPLE} people, {made} answers, {acknowledged} acknowledged, killed: {dict(kills)}")  # noqa: T201
    assert [trouble for taker in takers for trouble in taker.troubles] == []
    assert kills["product"] >= 2 and acknowledged > 2 * PEOPLE, "too little happened to prove anything"
    assert [difference for taker in takers for difference in _differences(taker)] == []
    _compare_ends()


def _taker(house: House, person: int, random: Random) -> Taker:
    """A person in the middle of an attempt; one of ten has yet to start."""
    taker = Taker(house.server.port, house.people[person], Random(random.random()))
    if random.random() < 0.9:
        study.enrol(person, MODULE)
        version = study.enrolled_version(person, MODULE)
        attempt = quizzes.start(person, db.session.get_one(Person, person).unit_id, version, QUIZ)
        questions = grading.quiz_of(attempt).questions
        shown = [(questions[item["question"]], item["order"]) for item in attempt.layout]
        taker.resume(attempt.public_id, [Asked(q.id, q.type, tuple(order)) for q, order in shown])
    return taker


async def _take_and_kill(house: House, takers: list[Taker], random: Random) -> Counter[str]:
    loop = asyncio.get_running_loop()
    end = loop.time() + SECONDS
    # Most are in the middle when it ends; some hand in while it goes on.
    ends = [loop.time() + SECONDS * random.uniform(0.4, 1.1) for _ in takers]
    taking = asyncio.gather(*(_take(taker, until) for taker, until in zip(takers, ends, strict=True)))
    kills = await _kill(house, random, end)
    async with asyncio.timeout(AFTERWARDS):
        await taking
    return kills


async def _take(taker: Taker, until: float) -> None:
    if not taker.public_id:
        await taker.start()
    while asyncio.get_running_loop().time() < until:
        await taker.give()
        await asyncio.sleep(taker.random.uniform(0.3, 2.0))  # to read and think: the load that is wanted, not a wait
    await taker.finish()
    taker.close()


async def _kill(house: House, random: Random, end: float) -> Counter[str]:
    """Kill at random moments until `end`; what is killed is up again when this returns."""
    loop = asyncio.get_running_loop()
    kills: Counter[str] = Counter()
    while loop.time() < end:
        await asyncio.sleep(random.uniform(1.0, 4.0))
        if kills["product"] == 1 and not kills["database"] and house.database.startswith("postgresql"):
            await asyncio.to_thread(databases.crash, house.database)
            kills["database"] += 1
        elif random.random() < 0.3:
            kills["worker"] += _kill_worker(house.server, random)
        else:
            house.server.kill()
            await asyncio.to_thread(house.server.start)
            kills["product"] += 1
    return kills


def _kill_worker(server: Server, random: Random) -> bool:
    """One process of the server, which the others must replace."""
    workers = server.workers()
    if workers:
        os.kill(random.choice(workers), signal.SIGKILL)
    return bool(workers)


def _differences(taker: Taker) -> list[str]:
    """What the database has otherwise than it was acknowledged to this person."""
    attempt = db.session.scalars(select(Attempt).where(Attempt.public_id == taker.public_id)).one()
    rows = db.session.execute(
        select(AttemptEvent.client_id, AttemptEvent.question, AttemptEvent.data)
        .where(AttemptEvent.attempt_id == attempt.id, AttemptEvent.kind == "answer")
        .order_by(AttemptEvent.id)
    ).all()
    stored = {row.client_id: (row.question, row.data) for row in rows}
    name = taker.public_id
    found = [f"{name}: {given.id} is missing" for given in taker.acknowledged.values() if given.id not in stored]
    found += [f"{name}: {client_id} was never given" for client_id in stored if client_id not in taker.made]
    found += [f"{name}: {i} is {data}" for i, data in stored.items() if not _says(taker.made.get(i), *data)]
    if len(stored) != len(rows):
        found.append(f"{name}: something is there twice")
    last: dict[str, Given] = {}
    for given in sorted(taker.acknowledged.values(), key=lambda g: g.at):
        last[given.question] = given
    grades = db.session.scalars(select(ItemGrade).where(ItemGrade.attempt_id == attempt.id)).all()
    for grade in grades:
        given = last.get(grade.question)
        if not (_says(given, grade.question, grade.response) if given else grade.response is None):
            found.append(f"{name}: {grade.question} was graded by {grade.response}, given last was {given}")
    if (attempt.state, attempt.ended_by, len(grades)) != ("graded", "submit", 5):
        found.append(f"{name}: {attempt.state}, by {attempt.ended_by}, {len(grades)} grades")
    return found


def _says(given: Given | None, question: str, data: object) -> bool:
    """Whether a stored answer is the one that was given: of several chosen options the order says nothing."""
    if given is None or given.question != question:
        return False
    if isinstance(data, list):
        return sorted(data) == sorted(given.response)
    return bool(data == given.response)


def _compare_ends() -> None:
    """Each began once, handed in once, and every score is what the events say."""
    kinds = select(AttemptEvent.kind, func.count().label("number")).group_by(AttemptEvent.kind)
    counts = {row.kind: row.number for row in db.session.execute(kinds)}
    assert (counts["submit"], counts["grade"], counts.get("expire", 0)) == (PEOPLE, PEOPLE, 0)
    assert db.session.scalar(select(func.count()).select_from(Attempt)) == PEOPLE
    for action in ("attempt.started", "attempt.submitted", "attempt.graded"):
        assert db.session.scalar(select(func.count()).where(AuditEntry.action == action)) == PEOPLE
    assert proof.scores().differences == []
