"""Marks by hand of one answer, and which of them count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

TOLERANCE = Fraction(1, 10)
"""How far two marks may lie apart, of the points of the question, before somebody must settle them."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One marker's points by criterion, and the fraction of the question's points that they make. `final` settles two
    that differ, or changes what was settled."""

    marker: int
    points: Mapping[str, Fraction]
    fraction: Fraction
    comment: str = ""
    final: bool = False


@dataclass(frozen=True, slots=True)
class Marking:
    """How an answer stands. `points` and `fraction` are what counts, once settled; `counting` are the marks that they
    come from, and before that the newest mark of each marker so far."""

    status: Literal["waiting", "differ", "settled"]
    counting: tuple[Mark, ...] = ()
    fraction: Fraction | None = None
    points: Mapping[str, Fraction] = field(default_factory=dict)

    @property
    def comments(self) -> list[str]:
        return [mark.comment for mark in self.counting if mark.comment]

    def by(self, marker: int) -> Mark | None:
        """The newest mark of that marker, of those here."""
        return next((mark for mark in self.counting if mark.marker == marker), None)


def settle(marks: Sequence[Mark], markers: int) -> Marking:
    """What these marks, oldest first, come to where `markers` people mark each answer.

    The newest final mark counts alone. Else the newest of each marker: one alone counts as it is, of two the mean when
    they agree within the tolerance. More markers than are needed do not count: the first ones do.
    """
    final = next((mark for mark in reversed(marks) if mark.final), None)
    if final is not None:
        return _settled((final,))
    newest: dict[int, Mark] = {}
    for mark in marks:
        newest[mark.marker] = mark  # a marker keeps their place
    counting = tuple(newest.values())[:markers]
    if len(counting) < markers:
        return Marking("waiting", counting)
    fractions = [mark.fraction for mark in counting]
    if max(fractions) - min(fractions) > TOLERANCE:
        return Marking("differ", counting)
    return _settled(counting)


def _settled(counting: tuple[Mark, ...]) -> Marking:
    """The mean, exactly."""
    count = len(counting)
    fraction = sum((mark.fraction for mark in counting), Fraction(0)) / count
    points = {key: sum((mark.points[key] for mark in counting), Fraction(0)) / count for key in counting[0].points}
    return Marking("settled", counting, fraction, points)
