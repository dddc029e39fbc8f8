"""Numbers, dates and durations as an Indonesian reader expects them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from elearn import clock
from elearn.web import formats

# 03.42.07 UTC is 10.42.07 in Jakarta.
MORNING = datetime(2026, 11, 23, 3, 42, 7, tzinfo=UTC)
# Still the 22nd in UTC, already the 23rd in Jakarta.
AFTER_MIDNIGHT = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        (20, "20"),
        (1234567, "1.234.567"),
        (Decimal("13.50"), "13,5"),
        (Decimal("20.00"), "20"),
        (Decimal("1234.5"), "1.234,5"),
        (Decimal("0.005"), "0,01"),
        (Decimal("-6.5"), "−6,5"),
        (Decimal("-0.001"), "0"),
        (Decimal("1E+3"), "1.000"),
        (Fraction(200, 3), "66,67"),
        (None, "–"),
    ],
)
def test_numbers(value: Any, shown: str) -> None:
    assert formats.angka(value) == shown


def test_decimals_asked_for() -> None:
    assert formats.angka(Fraction(200, 3), 0) == "67"
    assert formats.angka(Decimal("88.305"), 1) == "88,3"


def test_a_share_that_is_not_reached_never_looks_reached() -> None:
    assert formats.persen(Fraction(6999, 100)) == "69%"
    assert formats.persen(Decimal("69.96"), 1) == "69,9%"
    assert formats.persen(70) == "70%"
    assert formats.persen(None) == "–"


@pytest.mark.parametrize(
    ("value", "whole"), [(None, 0), (-3, 0), (Fraction(199, 3), 66), (Decimal("99.9"), 99), (140, 100)]
)
def test_the_class_of_a_percentage(value: Any, whole: int) -> None:
    assert formats.bulat(value) == whole


@pytest.mark.parametrize(
    ("filter_", "shown"),
    [
        (formats.tanggal, "23 November 2026"),
        (formats.waktu, "23 November 2026 10.42"),
        (formats.jam, "10.42"),
        (formats.jam_detik, "10.42.07"),
    ],
)
def test_instants_are_shown_in_jakarta(filter_: Callable[[datetime | None], str], shown: str) -> None:
    assert filter_(MORNING) == shown
    assert filter_(None) == "–"


def test_the_day_is_jakartas() -> None:
    assert formats.waktu(AFTER_MIDNIGHT) == "23 November 2026 00.30"
    assert formats.tanggal(date(2026, 8, 17)) == "17 Agustus 2026"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (AFTER_MIDNIGHT, "hari ini"),
        (AFTER_MIDNIGHT - timedelta(hours=1), "kemarin"),
        (date(2026, 11, 20), "3 hari lalu"),
        (None, "belum pernah"),
    ],
)
def test_how_long_ago(value: Any, shown: str) -> None:
    with clock.at(MORNING):
        assert formats.lalu(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (date(2026, 11, 21), "terlambat 2 hari"),
        (date(2026, 11, 23), "hari ini"),
        (date(2026, 11, 24), "besok"),
        (date(2026, 11, 27), "4 hari lagi"),
        (date(2026, 12, 31), "31 Desember 2026"),
        (None, "tanpa tenggat"),
    ],
)
def test_how_far_off(value: Any, shown: str) -> None:
    with clock.at(MORNING):
        assert formats.tenggat(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0 menit"),
        (12, "12 menit"),
        (60, "1 jam"),
        (80, "1 jam 20 menit"),
        (timedelta(seconds=45), "45 detik"),
        (timedelta(minutes=20), "20 menit"),
        (None, "–"),
    ],
)
def test_durations(value: Any, shown: str) -> None:
    assert formats.durasi(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(872, "14.32"), (3872, "1.04.32"), (5, "0.05"), (-4, "0.00"), (timedelta(minutes=20), "20.00")],
)
def test_time_left(value: Any, shown: str) -> None:
    assert formats.sisa(value) == shown
