"""A peserta with a page of an attempt, as frontend/js/lib/saver.js behaves: what is given is queued, sent, sent again with the
same ids until it is acknowledged, and handed in only then. On a bad line: answers of the server get lost on the way,
requests arrive twice, and an older phone delivers what was given long before."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any
from urllib.parse import urlencode

from elearn import clock
from tests.serving import Pass
from tests.wire import Answer, Wire

MODULE, QUIZ, QUESTIONS = "modul-coba", "kuis-akhir", 5
PATIENCE = 8.0
AT_ONCE = 50
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it was given; `at` orders those of one person."""

    id: str
    question: str
    response: Any
    at: datetime

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "kind": "answer",
            "question": self.question,
            "response": self.response,
            "queued_at": self.at.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as its page shows it. `values` are its options' ids; none where one types."""

    id: str
    type: str
    values: tuple[str, ...]


class Taker:
    """`made` is all that was given, `acknowledged` what the server said it has, `troubles` what should never happen: on a
    good line, a request without an answer too."""

    def __init__(self, port: int, mine: Pass, random: Random, *, bad_line: bool = True) -> None:
        self._bad_line = bad_line
        self._wire, self._second = Wire(port), Wire(port)
        self._headers = {"Cookie": mine.cookie, "X-CSRFToken": mine.csrf}
        self._form = urlencode({"csrf_token": mine.csrf}).encode()
        self.random = random
        self._base = ""
        self._seen: dict[int, Asked] = {}
        self._queue: dict[str, Given] = {}
        self._elsewhere: list[Given] = []
        self.made: dict[str, Given] = {}
        self.acknowledged: dict[str, Given] = {}
        self.troubles: list[str] = []

    @property
    def public_id(self) -> str:
        return self._base.rpartition("/")[2]

    def resume(self, public_id: str, asked: list[Asked]) -> None:
        """Be in the middle of an attempt, its questions seen."""
        self._base = f"/percobaan/{public_id}"
        self._seen = dict(enumerate(asked, start=1))

    async def start(self) -> None:
        """Start an attempt, and see its first question."""
        answer = await self._until(302, "POST", f"/modul/{MODULE}/{QUIZ}/kerjakan", self._form)
        self._base = answer.location.rpartition("/")[0]
        await self._look(1)

    async def give(self) -> None:
        """Answer any question, and try once to send what waits. Now and then see another one first."""
        if self.random.random() < 0.25:
            await self._look(self.random.randint(1, QUESTIONS))
        asked = self.random.choice(list(self._seen.values()))
        given = Given(secrets.token_hex(8), asked.id, self._response(asked), clock.now())
        self.made[given.id] = given
        if self._bad_line and self.random.random() < 0.1:
            self._elsewhere.append(given)  # on another device, which has no line now
        else:
            self._queue[asked.id] = given  # in the place of one that still waits
        await self._send(list(self._queue.values()))
        if self.random.random() < 0.2:
            await self._send(self._elsewhere[:AT_ONCE])  # the other device comes back with what is old by now

    async def finish(self) -> None:
        """Deliver everything, the other device's too, and hand in; twice, as by a double click."""
        pause = 0.05
        while self._queue or self._elsewhere:
            sent = await self._send(list(self._queue.values())) and await self._send(self._elsewhere[:AT_ONCE])
            if not sent:
                await asyncio.sleep(pause)  # as the page pauses between two tries
                pause = min(1.0, 2 * pause)
        for _ in range(2):
            answer = await self._until(302, "POST", f"{self._base}/kumpulkan", self._form)
            if not answer.location.endswith("/hasil"):
                self.troubles.append(f"handed in and sent to {answer.location}")

    def close(self) -> None:
        self._wire.close()
        self._second.close()

    def _response(self, asked: Asked) -> Any:
        if asked.type == "single":
            return self.random.choice(asked.values)
        if asked.type == "multiple":
            return self.random.sample(asked.values, self.random.randint(1, len(asked.values)))
        return f"{self.random.randint(1, 99)},5" if asked.type == "number" else secrets.token_hex(4)

    async def _look(self, n: int) -> None:
        """Open the page of question `n`; without a line stay where one is, if anywhere."""
        while n not in self._seen:
            answer = await self._once("GET", f"{self._base}/{n}", b"", {})
            if answer is not None and self._is(answer, 200):
                self._seen[n] = _asked(answer.body.decode())
            elif self._seen:
                return
            else:
                await asyncio.sleep(self.random.uniform(0.3, 1.5))

    async def _send(self, events: list[Given]) -> bool:
        """One try; whether the server acknowledged them."""
        if not events:
            return True
        body = json.dumps({"events": [event.as_json() for event in events], "shown": events[0].question}).encode()
        request = "POST", f"{self._base}/jawab", body, {"Content-Type": "application/json"}
        luck = self.random.random() if self._bad_line else 1.0
        if luck < 0.08:
            await self._lose(*request)
            return False
        if luck < 0.16:
            both = await asyncio.gather(self._once(*request), self._once(*request, wire=self._second))
            answers = [answer for answer in both if answer is not None]
        else:
            answers = [answer for answer in [await self._once(*request)] if answer is not None]
        taken = [self._take(answer, events) for answer in answers]
        return any(taken)

    def _take(self, answer: Answer, events: list[Given]) -> bool:
        if not self._is(answer, 200):
            return False
        told = json.loads(answer.body)
        if told["refused"] or told["state"] != "open" or set(told["acknowledged"]) != {event.id for event in events}:
            self.troubles.append(f"told {told}")
            return False
        for event in events:
            self.acknowledged[event.id] = event
            if self._queue.get(event.question) is event:
                del self._queue[event.question]
        self._elsewhere = [event for event in self._elsewhere if event.id not in self.acknowledged]
        return True

    def _is(self, answer: Answer, status: int) -> bool:
        """Whether it is the status that is right; one below 500 that is not should never happen."""
        if answer.status != status and (answer.status < 500 or not self._bad_line):
            self.troubles.append(f"{answer.status} {answer.location} {answer.body[:200]!r}")
        return answer.status == status

    async def _until(self, status: int, method: str, path: str, body: bytes) -> Answer:
        """Ask again and again, as a person does who gets no page."""
        while True:
            answer = await self._once(method, path, body, {"Content-Type": FORM})
            if answer is not None and self._is(answer, status):
                return answer
            await asyncio.sleep(self.random.uniform(0.3, 1.5))

    async def _once(
        self, method: str, path: str, body: bytes, headers: dict[str, str], wire: Wire | None = None
    ) -> Answer | None:
        """The answer; None where the line broke or stayed silent."""
        try:
            async with asyncio.timeout(PATIENCE if self._bad_line else None):
                return await (wire or self._wire).ask(method, path, self._headers | headers, body)
        except OSError as trouble:  # TimeoutError is one
            if not self._bad_line:
                self.troubles.append(f"{method} {path}: {trouble!r}")
            return None

    async def _lose(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> None:
        try:
            await self._wire.send_only(method, path, self._headers | headers, body)
        except OSError:
            self._wire.close()


def _asked(page: str) -> Asked:
    question, kind = re.findall(r'data-question="([^"]+)" data-type="([^"]+)"', page)[0]
    values = re.findall(r'name="jawaban"[^>]* value="([^"]+)"', page) if kind in {"single", "multiple"} else []
    return Asked(question, kind, tuple(values))
