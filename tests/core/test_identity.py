"""NIP and NI PPPK: what they say, and what cannot be one. Every number here is made up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.core.identity import (
    BadNumber,
    Identity,
    as_text,
    make_nip,
    make_nippppk,
    normalise,
    parse,
    spaced,
)


def test_a_nip() -> None:
    expected = Identity("198705122010011005", "pns", date(1987, 5, 12), "L", 2010, 1)
    assert parse("198705122010011005") == expected
    for written in (
        "19870512 201001 1 005",
        " 19870512.201001.1.005",
        "'198705122010011005",
        "19870512-201001-1-005",
    ):
        assert parse(written) == expected


def test_a_ni_pppk() -> None:
    assert parse("199203142023212017") == Identity("199203142023212017", "pppk", date(1992, 3, 14), "P", 2023, None)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "digits"),
        ("1987051220100110O5", "digits"),
        ("１９８７０５１２２０１００１１００５", "digits"),
        ("19870512201001100", "length"),
        ("1987051220100110055", "length"),
        ("198713122010011005", "birth"),
        ("198702302010011005", "birth"),
        ("192905122010011005", "birth"),
        ("198705121999011005", "appointment"),
        ("198705122060011005", "appointment"),
        ("198705122010001005", "appointment"),
        ("198705122010131005", "appointment"),
        ("198705122010201005", "appointment"),
        ("198705122010301005", "appointment"),
        ("198705122010013005", "sex"),
        ("198705122010010005", "sex"),
        ("198705122010011000", "serial"),
    ],
)
def test_what_cannot_be_a_number_says_which_part(text: str, part: str) -> None:
    with pytest.raises(BadNumber) as trouble:
        parse(text)
    assert trouble.value.part == part
    assert str(trouble.value).endswith(".")


def test_leap_days_are_days() -> None:
    assert parse("198802292010011005").birth == date(1988, 2, 29)


BIRTHS = st.dates(date(1930, 1, 1), date(2005, 12, 31))


@given(BIRTHS, st.integers(15, 70), st.integers(1, 12), st.sampled_from("LP"), st.integers(1, 999))
def test_what_is_made_is_read(birth: date, age: int, month: int, sex: str, serial: int) -> None:
    year = birth.year + age
    nip = parse(make_nip(birth, year, month, sex, serial))
    assert (nip.kind, nip.birth, nip.year, nip.month, nip.sex) == ("pns", birth, year, month, sex)
    assert parse(spaced(nip.number)) == nip
    assert normalise(spaced(nip.number)) == nip.number
    frequency = 1 + month % 9
    pppk = parse(make_nippppk(birth, year, frequency, sex, serial))
    assert (pppk.kind, pppk.birth, pppk.year, pppk.month, pppk.sex) == ("pppk", birth, year, None, sex)


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        assert parse(text).number == normalise(text)
    except BadNumber as trouble:
        assert str(trouble)


def test_a_serial_beyond_three_digits_is_refused() -> None:
    with pytest.raises(BadNumber):
        make_nip(date(1987, 5, 12), 2010, 1, "L", 1000)


def test_what_is_no_number_is_printed_as_it_is() -> None:
    assert spaced("198705122010011005") == "19870512 201001 1 005"
    assert spaced("123") == "123"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (None, ""),
        ("", ""),
        (" '19870512 201001 1 005 ", "198705122010011005"),
        (198705122010011005, "198705122010011005"),
        (Decimal("198705122010011005"), "198705122010011005"),
        (12345.0, "12345"),
    ],
)
def test_a_cell_of_a_spreadsheet(cell: Any, expected: str) -> None:
    assert as_text(cell) == expected


@pytest.mark.parametrize("cell", [1.98705122010011e17, "1,98705E+17", "1.98705122010011E+17", "2e17", True, 0.5])
def test_a_cell_that_lost_its_last_digits_is_refused(cell: Any) -> None:
    with pytest.raises(BadNumber) as trouble:
        as_text(cell)
    assert trouble.value.part == "digits"
