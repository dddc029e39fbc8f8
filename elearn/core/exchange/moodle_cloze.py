"""Gaps inside a text as Moodle's embedded answers write them: `{1:SHORTANSWER:=Bandung~%50%Bdg#Hampir.}`.

A `}`, `#`, `~`, `/`, `"` or `\\` that is part of an answer has a backslash before it. Source: Moodle's documentation of
the question type "Embedded answers (Cloze)".
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from elearn.core.exchange.base import Refused
from elearn.core.exchange.sources import percent
from elearn.core.exchange.texts import plain_words
from elearn.core.questions.base import Gap
from elearn.core.questions.marks import gap_mark
from elearn.core.questions.shared import number_text

_OPEN = re.compile(r"\{(\d{0,4}):([A-Z_]{2,20}):")
_TEXT = {"SHORTANSWER", "SA", "MW", "SHORTANSWER_C", "SAC", "MWC"}
_NUMBER = {"NUMERICAL", "NM"}
_CHOICE = {
    "MULTICHOICE",
    "MC",
    "MCV",
    "MCH",
    "MCS",
    "MCVS",
    "MCHS",
    *(f"MULTICHOICE_{c}" for c in ("V", "H", "S", "VS", "HS")),
}
_WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d{1,5})?)%")
_ESCAPED = re.compile(r"\\([}#~/\"\\])")
_SPECIAL = re.compile(r"([\\}#~/\"])")


@dataclass(frozen=True, slots=True)
class _Answer:
    text: str
    fraction: Fraction


def read_gaps(text: str, notes: list[str]) -> tuple[str, list[Gap]]:
    """The text with a mark for each gap, before its markup is read. Raises Refused."""
    gaps: list[Gap] = []
    pieces, at, weights = [], 0, set()
    while match := _OPEN.search(text, at):
        end = _end(text, match.end())
        kind = match[2]
        answers = _answers(text[match.end() : end], notes)
        number = len(gaps) + 1
        gaps.append(Gap(gap_mark(number), _gap_text(kind, answers, notes), 1, 1))
        weights.add(match[1] or "1")
        pieces += [text[at : match.start()], gap_mark(number)]
        at = end + 1
    if len(weights) > 1:
        notes.append("Bobot rumpangnya berbeda-beda; di sini setiap rumpang bernilai sama.")
    if not gaps:
        raise Refused("Tidak ada rumpang {1:…} di dalam teksnya.")
    return "".join([*pieces, text[at:]]), gaps


def _end(text: str, start: int) -> int:
    """Where the brace of a gap closes. Raises Refused."""
    at = start
    while at < len(text):
        if text[at] == "\\":
            at += 1
        elif text[at] == "}":
            return at
        at += 1
    raise Refused("Satu rumpang tidak ditutup dengan }.")


def _answers(inside: str, notes: list[str]) -> list[_Answer]:
    found = []
    for piece in re.split(r"(?<!\\)~", html.unescape(re.sub(r"<[^>]*>", "", inside))):
        if not piece.strip():
            continue
        answer, *feedback = re.split(r"(?<!\\)#", piece, maxsplit=1)
        if feedback and feedback[0].strip():
            notes.append("Umpan balik tiap jawaban di dalam rumpang tidak dibawa.")
        answer, fraction = answer.strip(), Fraction(0)
        if weight := _WEIGHT.match(answer):
            answer, fraction = answer[weight.end() :], Fraction(weight[1]) / 100
        elif answer.startswith("="):
            answer, fraction = answer[1:], Fraction(1)
        found.append(_Answer(_ESCAPED.sub(r"\1", answer).strip(), fraction))
    return found


def _gap_text(kind: str, answers: Sequence[_Answer], notes: list[str]) -> str:
    """What stands in our `[[…]]`."""
    if kind in _CHOICE:
        return choice_gap([(answer.text, answer.fraction) for answer in answers], notes)
    right = [answer for answer in answers if answer.fraction > 0]
    if len(right) < len(answers):
        notes.append("Jawaban salah yang dikenali khusus di dalam rumpang tidak dibawa.")
    if not right:
        raise Refused("Satu rumpang tidak punya jawaban benar.")
    if kind in _NUMBER:
        if any(answer.fraction != 1 for answer in right):
            notes.append("Bilangan yang bernilai sebagian di dalam rumpang tidak dibawa.")
        return "|".join(f"= {_number(answer.text)}" for answer in right if answer.fraction == 1)
    if kind not in _TEXT:
        raise Refused(f"Rumpang jenis {kind} tidak ada padanannya di sini.")
    if kind in ("SHORTANSWER_C", "SAC", "MWC"):
        notes.append("Rumpang membedakan huruf besar dan kecil; di sini tidak dibedakan.")
    return "|".join(_bare(f"{percent(a.fraction)} {a.text}" if a.fraction != 1 else a.text) for a in right)


def choice_gap(options: Sequence[tuple[str, Fraction]], notes: list[str]) -> str:
    """`(x) right|( ) wrong`. A choice that takes points away takes none here."""
    if any(fraction < 0 for _text, fraction in options):
        notes.append("Pilihan rumpang yang mengurangi nilai menjadi bernilai nol.")
    marks = ["x" if f == 1 else percent(f) if f > 0 else " " for _text, f in options]
    return "|".join(f"({mark}) {_bare(text)}" for mark, (text, _f) in zip(marks, options, strict=True))


def _bare(text: str) -> str:
    """An answer in our brackets, where these cannot stand."""
    if "[" in text or "]" in text or "\n" in text:
        raise Refused("Jawaban di dalam rumpang memuat kurung siku atau baris baru.")
    return text.replace("|", "\\|")


def _number(text: str) -> str:
    """`20:0.5` as `20 ± 0,5`."""
    value, _, spread = text.partition(":")
    try:
        middle, width = Fraction(value.strip()), Fraction(spread.strip() or "0")
    except (ValueError, ZeroDivisionError) as trouble:
        raise Refused(f"'{text[:40]}' di dalam rumpang bukan bilangan.") from trouble
    return number_text(middle) + (f" ± {number_text(width)}" if width else "")


def write_gap(gap: dict[str, Any], notes: list[str]) -> str:
    """A gap of a parsed question as Moodle writes it."""
    kind, body = gap["kind"], gap["body"]
    if kind == "choice":
        options = [(plain_words(o["text"]), Fraction(o["fraction"])) for o in body["options"]]
        return "{1:MULTICHOICE:" + "~".join(_weighted(text, worth) for text, worth in options) + "}"
    if kind == "number":
        if any(answer["unit"] for answer in body["answers"]):
            notes.append("Satuan di dalam rumpang tidak dikenal Moodle; ditulis tanpa satuan.")
        return "{1:NUMERICAL:" + "~".join(_interval(answer) for answer in body["answers"]) + "}"
    answers = "~".join(_weighted(answer["text"], Fraction(answer["fraction"])) for answer in body["answers"])
    return "{1:SHORTANSWER:" + answers + "}"


def _weighted(text: str, worth: Fraction) -> str:
    said = _SPECIAL.sub(r"\\\1", text)
    if worth == 1:
        return f"={said}"
    return f"%{float(worth * 100):.5f}".rstrip("0").rstrip(".") + f"%{said}" if worth else said


def _interval(answer: dict[str, str]) -> str:
    low, high = Fraction(answer["low"]), Fraction(answer["high"])
    middle, width = (low + high) / 2, (high - low) / 2
    return f"={decimal(middle)}:{decimal(width)}"


def decimal(value: Fraction) -> str:
    """With a decimal point, as programs write numbers."""
    return number_text(value, 12).replace(",", ".")
