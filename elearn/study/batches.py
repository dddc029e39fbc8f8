"""Many ids in pieces: a database takes only so many parameters in one statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

SIZE = 5000


def batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """The ids in order, five thousand at a time."""
    for start in range(0, len(ids), SIZE):
        yield ids[start : start + SIZE]
