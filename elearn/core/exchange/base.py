"""What every format shares: the items of a file and what became of each, and the limits of what is read.

A format reads bytes into `Imported` and writes sections into `Exported`. The form between the formats is the
`QuestionSource` that our own reader makes of our Markdown. Nothing is dropped in silence: there are as many items as
questions in the file, and each says how well it was understood.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from elearn.core.questions.base import QuestionSource

BYTES = 20 * 1024 * 1024
"""Of a file without media inside, and of one text file in a package."""
QUESTIONS = 2_000
TEXT = 64 * 1024
"""Characters of one text of a question."""

Status = Literal["exact", "approximated", "refused"]


class ExchangeError(ValueError):
    """A file that cannot be read at all. The message is for the trainer, in Indonesian."""


class Refused(ValueError):
    """One question that our types cannot hold. The message is the reason, in Indonesian."""


@dataclass(frozen=True, slots=True)
class Item:
    """One question of a file. `source` is None where it was refused; `notes` are sentences in Indonesian."""

    where: str
    id: str
    status: Status
    notes: tuple[str, ...]
    source: QuestionSource | None


@dataclass(frozen=True, slots=True)
class Section:
    """A pool of a quiz; `draw` is how many of its questions an attempt gets, None for all. `stimulus` is Markdown."""

    id: str
    title: str
    stimulus: str
    draw: int | None
    sources: tuple[QuestionSource, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """`media` are files by the name that the texts give them, `media/denah.png`."""

    items: tuple[Item, ...]
    sections: tuple[Section, ...]
    media: Mapping[str, bytes] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exported:
    data: bytes
    items: tuple[Item, ...]
    media_type: str
    suffix: str
    notes: tuple[str, ...] = ()


def item(where: str, source: QuestionSource, notes: list[str]) -> Item:
    """An item that was understood: exactly, unless there is something to say."""
    said = tuple(dict.fromkeys(notes))
    return Item(where, source.id, "approximated" if said else "exact", said, source)
