"""The formats by name, and which one a file is in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from elearn.core.exchange import aiken, cartridge, gift, moodle, qti, sheet
from elearn.core.exchange.base import ExchangeError, Exported, Imported, Section
from elearn.core.exchange.cartridge_write import write_cartridge
from elearn.core.exchange.gift_write import write_gift
from elearn.core.exchange.moodle_write import write_moodle
from elearn.core.exchange.qti_write import write_qti


@dataclass(frozen=True, slots=True)
class Format:
    """`recognised` looks at the beginning of a file; `read` raises ExchangeError; `write` takes the media by name."""

    title: str
    recognised: Callable[[bytes], bool]
    read: Callable[[bytes], Imported]
    write: Callable[[Sequence[Section], Mapping[str, bytes]], Exported]


FORMATS: Mapping[str, Format] = {
    # These tell themselves by their first bytes, plain text does not: so they are asked first.
    "moodle": Format("Moodle XML", moodle.recognised, moodle.read_moodle, write_moodle),
    "cartridge": Format("Common Cartridge", cartridge.recognised, cartridge.read_cartridge, write_cartridge),
    "qti": Format("QTI 2.1", qti.recognised, qti.read_qti, write_qti),
    "qti3": Format(
        "QTI 3.0", lambda _data: False, qti.read_qti, lambda sections, media: write_qti(sections, media, "3.0")
    ),
    "csv": Format("CSV", sheet.recognised, sheet.read_sheet, lambda sections, _media: sheet.write_sheet(sections)),
    "gift": Format("GIFT", gift.recognised, gift.read_gift, lambda sections, _media: write_gift(sections)),
    "aiken": Format("Aiken", aiken.recognised, aiken.read_aiken, lambda sections, _media: aiken.write_aiken(sections)),
}


def sniff(data: bytes) -> str:
    """The name of the format that a file is in. Raises ExchangeError."""
    for name, one in FORMATS.items():
        if one.recognised(data):
            return name
    titles = ", ".join(one.title for one in FORMATS.values())
    raise ExchangeError(f"Format berkas ini tidak dikenali. Yang dapat dibaca: {titles}.")
