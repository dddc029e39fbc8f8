"""A whole agency begins in the same second, and hands in in the same second: under the production server, without an error."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from random import Random

from sqlalchemy import func, select

from elearn import proof
from elearn.database import db
from elearn.quizzes.models import Attempt, AttemptEvent
from tests.faults.conftest import House, in_a_loop
from tests.faults.taker import Taker

PEOPLE = 250


def test_250_begin_and_hand_in_at_once_without_an_error(furnish: Callable[[int], House]) -> None:
    house = furnish(PEOPLE)
    takers = [Taker(house.server.port, mine, Random(n), bad_line=False) for n, mine in enumerate(house.people.values())]

    async def take() -> None:
        for step in (Taker.start, Taker.give, Taker.finish):
            await asyncio.gather(*(step(taker) for taker in takers))
        for taker in takers:
            taker.close()

    in_a_loop(take())
    assert [trouble for taker in takers for trouble in taker.troubles] == []
    assert db.session.scalar(select(func.count()).where(Attempt.state == "graded")) == PEOPLE
    stored = db.session.scalars(select(AttemptEvent.client_id).where(AttemptEvent.kind == "answer")).all()
    assert sorted(stored) == sorted(given for taker in takers for given in taker.acknowledged)
    assert len(stored) == PEOPLE
    assert proof.scores().differences == []
