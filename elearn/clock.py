"""The one place the time comes from, so that a past year can be lived again and a test can wait without waiting."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

JAKARTA = ZoneInfo("Asia/Jakarta")

_fixed: ContextVar[datetime | None] = ContextVar("fixed_time", default=None)


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _fixed.get() or datetime.now(UTC)


def today() -> date:
    """The day in Jakarta."""
    return now().astimezone(JAKARTA).date()


def local_year(instant: datetime) -> int:
    """The calendar year in Jakarta: credit earned at 00.30 on 1 January counts for the new year."""
    return instant.astimezone(JAKARTA).year


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Live at `instant` (aware) in this context: for the seeded demo year and for tests."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    token = _fixed.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _fixed.reset(token)
