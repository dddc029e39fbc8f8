"""Readers of single values of a front matter: the text that stands there -> what it means.

Each raises `unusable(message, hint)`, which Pydantic collects with the value's path, and knows its JSON Schema: what an
editor, which reads YAML with numbers and lists of its own, may let a person write.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

JAKARTA = ZoneInfo("Asia/Jakarta")
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
SLUG_LENGTH = 80
_OUTCOME_KEY = "[A-Za-z][A-Za-z0-9-]{0,19}"
_DURATION = r"(?:([0-9]{1,3})d)? ?(?:([0-9]{1,4})h)? ?(?:([0-9]{1,5})m)? ?(?:([0-9]{1,7})s)?"
_INSTANT = r"[0-9]{4}(?:-[0-9]{2}){2}[ T][0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:Z| ?[+-][0-9]{2}:[0-9]{2})?"
_DAY = "[0-9]{4}-[0-9][0-9]-[0-9][0-9]"
_YEARS = range(2000, 2100)
_UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
_LONGEST = 366 * 86400
Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reads:
    """What stands before a type in `Annotated`: reads the text first. `schema` makes the JSON Schema of what may be written
    from that of the type."""

    read: Callable[[Any], Any]
    schema: Callable[[Schema], Schema]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.read, handler(source))

    def __get_pydantic_json_schema__(self, inner: CoreSchema, handler: GetJsonSchemaHandler) -> Schema:
        return self.schema(handler(inner))


def reads(**schema: Any) -> Callable[[Callable[[Any], Any]], Reads]:
    """Make a reader of a function; `schema` says what may be written, whatever the type."""
    return lambda read: Reads(read, lambda _inner: dict(schema))


def _alone_or_listed(inner: Schema) -> Schema:
    return {"anyOf": [inner, inner["items"]]}


def unusable(message: str, hint: str = "") -> PydanticCustomError:
    # The message goes in as a value, because braces in a template are placeholders.
    return PydanticCustomError("unusable", "{message}", {"message": message, "hint": hint})


def is_slug(text: str) -> bool:
    return len(text) <= SLUG_LENGTH and SLUG.fullmatch(text) is not None


def nearest(name: str, known: list[str]) -> str:
    """The hint for a name that is not known."""
    near = difflib.get_close_matches(name.casefold()[:80], known, 1, 0.5)
    return f"Maksud Anda {near[0]}?" if near else f"Yang dikenal: {', '.join(known)}."


def line(limit: int) -> Reads:
    """A text on one line, of at most so many characters."""

    @reads(type="string", maxLength=limit)
    def read(value: Any) -> str:
        text = " ".join(one(value).split())
        if len(text) > limit:
            raise unusable(f"{len(text)} huruf; paling panjang {limit}.", "Persingkat.")
        return text

    return read


def one(value: Any) -> str:
    """A value that is a single text."""
    if not isinstance(value, str):
        raise unusable("seharusnya berisi satu nilai.")
    return value


def _several(value: Any) -> Any:
    """A list; a single text is a list of one."""
    if isinstance(value, dict):
        raise unusable("seharusnya berupa daftar.", "Tulis misalnya [satu, dua].")
    if isinstance(value, str) and "," in value:
        raise unusable("seharusnya berupa daftar.", f"Tulis di antara kurung siku: [{value[:80]}].")
    return [value] if isinstance(value, str) else value


several = Reads(_several, _alone_or_listed)


def _pairs(value: Any) -> Any:
    """A key and a text on each line."""
    if not isinstance(value, dict):
        raise unusable("seharusnya berisi pasangan kunci dan teks.", "Tulis satu pasangan pada setiap baris, menjorok.")
    return value


pairs = Reads(_pairs, lambda inner: {**inner, "additionalProperties": False})


@reads(type="string", maxLength=SLUG_LENGTH, pattern=f"^(?:{SLUG.pattern})$")
def slug(value: Any) -> str:
    text = one(value)
    if not is_slug(text):
        raise unusable(f"'{text[:80]}' bukan slug.", "Pakai huruf kecil, angka, dan tanda hubung, misalnya kuis-akhir.")
    return text


@reads(type="string", pattern=f"^(?:{_OUTCOME_KEY})$")
def outcome_key(value: Any) -> str:
    text = one(value)
    if not re.fullmatch(_OUTCOME_KEY, text):
        raise unusable(f"'{text[:80]}' bukan kunci tujuan.", "Pakai misalnya TP1.")
    return text


def choice(*choices: str, **meant: str) -> Reads:
    """One of some words; `meant` maps words that people write to the one they mean."""

    @reads(enum=list(choices))
    def read(value: Any) -> str:
        text = one(value)
        if text not in choices:
            near = meant.get(text.casefold().replace("-", "_"))
            hint = f"Maksud Anda {near}?" if near else nearest(text, list(choices))
            raise unusable(f"'{text[:80]}' tidak dikenal.", hint)
        return text

    return read


def decimal(low: int, high: int) -> Reads:
    """A number of at most two decimals, with a comma or a point."""
    written = "[0-9]{1,6}(?:[.,][0-9]{1,2})?"

    @reads(
        anyOf=[
            {"type": "number", "minimum": low, "maximum": high},
            {"type": "string", "pattern": f"^(?:{written})$"},
        ]
    )
    def read(value: Any) -> Decimal:
        text = one(value)
        readable = re.fullmatch(written, text)
        number = Decimal(text.replace(",", ".")) if readable else None
        if number is None or not low <= number <= high:
            raise unusable(
                f"'{text[:80]}' bukan bilangan {low} sampai {high}.",
                "Paling banyak dua angka di belakang koma.",
            )
        return number

    return read


def whole(low: int, high: int) -> Reads:
    """A whole number."""

    @reads(type="integer", minimum=low, maximum=high)
    def read(value: Any) -> int:
        text = one(value)
        if not re.fullmatch(r"[0-9]{1,6}", text) or not low <= int(text) <= high:
            raise unusable(f"'{text[:80]}' bukan bilangan bulat {low} sampai {high}.")
        return int(text)

    return read


@reads(anyOf=[{"type": "integer", "minimum": 1, "maximum": 100}, {"const": "unlimited"}])
def attempts(value: Any) -> int | None:
    """How often a quiz may be tried; None without limit."""
    text = one(value)
    if text == "unlimited":
        return None
    if not re.fullmatch(r"[0-9]{1,3}", text) or not 1 <= int(text) <= 100:
        raise unusable(f"'{text[:80]}' bukan bilangan 1 sampai 100.", "Tulis unlimited bila tanpa batas.")
    return int(text)


@reads(type="string", pattern=f"^(?=.)(?:{_DURATION})$")
def duration(value: Any) -> int:
    """Seconds of `90s`, `20m`, `1h`, `1h30m`, `2d`."""
    text = one(value)
    match = re.fullmatch(_DURATION, text)
    seconds = sum(int(n or 0) * unit for n, unit in zip(match.groups(), _UNITS.values(), strict=True)) if match else 0
    if not 1 <= seconds <= _LONGEST:
        hint = "Tulis misalnya 20m (menit), 1h (jam), 1h30m, atau 2d (hari)."
        raise unusable(f"'{text[:80]}' bukan lama waktu.", hint)
    return seconds


@reads(type="string", pattern=f"^(?:{_INSTANT})$")
def instant(value: Any) -> datetime:
    """`2026-01-05 08:00`, in Jakarta unless an offset follows."""
    text = one(value)
    moment = None
    if re.fullmatch(_INSTANT, text):
        try:
            moment = datetime.fromisoformat(text.replace(" +", "+").replace(" -", "-"))
        except ValueError:
            moment = None
    if moment is None or moment.year not in _YEARS:
        raise unusable(f"'{text[:80]}' bukan tanggal dan jam.", "Tulis misalnya 2026-01-05 08:00.")
    return moment if moment.tzinfo else moment.replace(tzinfo=JAKARTA)


@reads(type="string", pattern=f"^{_DAY}$")
def day(value: Any) -> str:
    """`2026-11-23`."""
    text = one(value)
    try:
        moment = date.fromisoformat(text) if re.fullmatch(_DAY, text) else None
    except ValueError:
        moment = None
    if moment is None or moment.year not in _YEARS:
        raise unusable(f"'{text[:80]}' bukan tanggal.", "Tulis misalnya 2026-11-23.")
    return moment.isoformat()
