"""When a module is complete, and what JP it earns."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from elearn.core.model import Lesson, Module, Part


@dataclass(frozen=True, slots=True)
class Progress:
    """What a person has done in a module, by slugs, which outlive versions."""

    lessons_done: frozenset[str] = frozenset()
    quizzes_submitted: frozenset[str] = frozenset()
    quizzes_passed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Completion:
    """Parts done of all, and the slug of the first that is not (None when complete)."""

    done: int
    total: int
    complete: bool
    next: str | None


@dataclass(frozen=True, slots=True)
class Target:
    """What a year asks of a person: a PNS at least this much, a PPPK at most this much."""

    jp: Decimal
    kind: Literal["minimum", "maximum"]


def part_done(part: Part, progress: Progress) -> bool:
    """A lesson when marked done, a graded quiz when passed, a pretest when submitted.

    What was done under an alias, the name before a part was renamed, counts.
    """
    slugs = set(part.names)
    if isinstance(part, Lesson):
        return bool(slugs & progress.lessons_done)
    return bool(slugs & (progress.quizzes_passed if part.graded else progress.quizzes_submitted))


def completion(module: Module, progress: Progress) -> Completion:
    """How far a module is. Complete when every part is done."""
    missing = [part.slug for part in module.parts if not part_done(part, progress)]
    total = len(module.parts)
    return Completion(total - len(missing), total, not missing, missing[0] if missing else None)


def target(kind: str, pns_minimum: Decimal, pppk_maximum: Decimal) -> Target:
    """The year's JP of a person by kind of employment (PP 11/2017 Pasal 203 (4); PP 49/2018 Pasal 40 (1))."""
    return Target(pppk_maximum, "maximum") if kind == "pppk" else Target(pns_minimum, "minimum")
