"""The formats by name, and which one a file is in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from elearn.core.exchange import aiken
from elearn.core.exchange.base import ExchangeError, Exported, Imported, Section


@dataclass(frozen=True, slots=True)
class Format:
    """`recognised` looks at the beginning of a file; `read` raises ExchangeError; `write` takes the media by name."""

    title: str
    recognised: Callable[[bytes], bool]
    read: Callable[[bytes], Imported]
    write: Callable[[Sequence[Section], Mapping[str, bytes]], Exported]


FORMATS: Mapping[str, Format] = {
    "aiken": Format("Aiken", aiken.recognised, aiken.read_aiken, lambda sections, _media: aiken.write_aiken(sections)),
}


def sniff(data: bytes) -> str:
    """The name of the format that a file is in. Raises ExchangeError."""
    for name, one in FORMATS.items():
        if one.recognised(data):
            return name
    titles = ", ".join(one.title for one in FORMATS.values())
    raise ExchangeError(f"Format berkas ini tidak dikenali. Yang dapat dibaca: {titles}.")
