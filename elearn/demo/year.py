"""A year of study as a list of moments, each a call of a real service, in the order in which they happened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from math import exp
from random import Random

from elearn import clock
from elearn.catalogue.store import PublishedVersion
from elearn.core.model import Lesson, Question, Quiz
from elearn.core.questions import type_of
from elearn.core.questions.base import Response
from elearn.demo.city import Citizen

Act = Callable[[], None]


@dataclass(order=True, slots=True)
class Moment:
    at: datetime
    serial: int
    act: Act = field(compare=False)


class Diary:
    """Collects moments; `serial` keeps the order of those that fall together."""

    def __init__(self) -> None:
        self.moments: list[Moment] = []

    def add(self, at: datetime, act: Act) -> None:
        self.moments.append(Moment(at, len(self.moments), act))

    def in_order(self) -> list[Moment]:
        return sorted(self.moments)


def working_moment(random: Random, day: date) -> datetime:
    """Some time of a working day: mostly in the morning, some at night on the phone."""
    while day.weekday() >= 5:
        day += timedelta(days=1)
    hour = random.choice((8, 8, 9, 9, 10, 10, 11, 13, 13, 14, 15, 16, 19, 20, 21))
    return datetime.combine(day, time(hour, random.randint(0, 59), random.randint(0, 59)), clock.JAKARTA)


def minutes(random: Random, low: float, high: float) -> timedelta:
    return timedelta(seconds=random.uniform(low, high) * 60)


@dataclass(slots=True)
class Learner:
    """How one person goes through one module: what they do when, decided by ability and zeal."""

    random: Random
    citizen: Citizen
    version: PublishedVersion
    begins: date
    until: datetime
    stop_after: int | None = None
    """How many parts they do before they leave it at that; None: to the end."""

    def sessions(self) -> Iterator[tuple[datetime, Lesson | Quiz]]:
        """When each part is taken: a few in a row, then some days later again."""
        parts = list(self.version.module.parts)
        if self.stop_after is not None:
            parts = parts[: self.stop_after]
        at = working_moment(self.random, self.begins)
        for part in parts:
            yield at, part
            at += minutes(self.random, part.minutes * 0.7 + 1, part.minutes * 1.6 + 3)
            if self.random.random() < 0.45:
                pause = 1 + int(self.random.expovariate(0.12 + 0.5 * self.citizen.zeal))
                at = working_moment(self.random, at.astimezone(clock.JAKARTA).date() + timedelta(days=pause))


def answer(random: Random, citizen: Citizen, question: Question, learned: float) -> Response | None:
    """What this person answers. `learned` is added to their ability: a lesson read counts. The chance of a right
    answer is logistic in ability minus difficulty (the one-parameter model of item response theory, Rasch 1960)."""
    difficulty = ((question.difficulty or 3) - 3) * 0.6
    kind = type_of(question)
    key = kind.key(question.body)
    able = random.random() < 1 / (1 + exp(difficulty - citizen.ability - learned))
    if able and key is not None:
        return key
    if random.random() < 0.05:
        return None
    return _other(random, question, key)


def _other(random: Random, question: Question, key: Response) -> Response | None:
    """An answer that is not wholly right: another option, a part left out, two steps exchanged, other words."""
    kind = type_of(question)
    ids = kind.option_ids(question.body)
    if kind.asks_for == "some":
        return sorted(set(key or ()) ^ {random.choice(ids)}) or None
    if kind.asks_for == "places":
        left_out = random.choice(sorted(key))
        return {place: given for place, given in key.items() if place != left_out} or None
    if kind.asks_for == "order":
        one, other = random.sample(range(len(key)), 2)
        swapped = list(key)
        swapped[one], swapped[other] = swapped[other], swapped[one]
        return swapped
    steps = [step["id"] for step in kind.present(question.body, ()).get("steps", ())]
    if ids or steps:
        return random.choice([i for i in (*ids, *steps) if i != key])
    if key is None:
        return "Belum ada usulan."
    if key.replace(",", "").isdigit():
        return random.choice([number for number in ("10", "25", "60", "100", "7") if number != key])
    return random.choice(("tidak tahu", "belum yakin", "pelayanan", "wali kota"))
