"""The formats by name: each knows its own files, and no other's."""

from __future__ import annotations

import pytest

from elearn.core.exchange.base import ExchangeError
from elearn.core.exchange.formats import FORMATS, sniff
from elearn.core.exchange.sources import build, option
from tests.core import exchanged

SOURCE = build("soal-1", "Apa?", options=[option("(", "x", "a"), option("(", "", "b")])


@pytest.mark.parametrize("name", FORMATS)
def test_what_a_format_writes_is_recognised_and_read(name: str) -> None:
    data = FORMATS[name].write([exchanged.section(SOURCE)], {}).data
    assert sniff(data).rstrip("3") == name.rstrip("3")
    assert [item.status for item in FORMATS[name].read(data).items if item.source] == ["exact"]


@pytest.mark.parametrize("data", [b"PK\x03\x04 rusak", b"\x89PNG\r\n", b"<rss/>"])
def test_other_files_are_not_taken_for_any(data: bytes) -> None:
    with pytest.raises(ExchangeError):
        sniff(data)
