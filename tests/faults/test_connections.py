"""Browsers keep their connections open. Those of a whole agency must not keep the next one waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from elearn.server import allow_open_files
from tests.faults.conftest import House, in_a_loop
from tests.wire import Wire

IDLE = 1500


def test_who_comes_after_1500_open_connections_is_answered(furnish: Callable[[int], House]) -> None:
    allow_open_files()
    port = furnish(1).server.port

    async def crowd() -> None:
        wires = [Wire(port) for _ in range(IDLE)]
        for some in range(0, IDLE, 100):
            async with asyncio.timeout(15):
                answers = await asyncio.gather(*(wire.ask("GET", "/sehat", {}) for wire in wires[some : some + 100]))
            assert [answer.status for answer in answers] == [200] * 100, f"after {some} connections"
        for wire in wires:
            wire.close()

    in_a_loop(crowd())
