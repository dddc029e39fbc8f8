"""`number`: a number typed by hand, in Indonesian or plain notation, with a tolerance and a unit."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from elearn.core.questions import shared
from elearn.core.questions.base import AnswerLine, Grade, QuestionSource, Render, Report, Response, Review

name = "number"
asks_for = "one"
graded = True
holds_stem = False
attributes: tuple[str, ...] = ()
draw = shared.draw_nothing
shuffles = False
arrange = shared.arrange_nothing
analyse = shared.analyse_typed
AT_MOST = 60
MINUS = str.maketrans(dict.fromkeys("−–—‒﹣－", "-"))
_NUMBER = r"[+-]?\d(?:[\d.,]|[\u0020\u00a0\u2009\u202f](?=\d))*"
_ONE = re.compile(rf"^(?:rp\.?\s*)?({_NUMBER})\s*([^\d\s+±.,].*)?$", re.IGNORECASE)
_TOLERANCE = re.compile(rf"^(.*?)\s*(?:±|\+/-|\+-)\s*({_NUMBER})\s*(%)?\s*([^\d%].*)?$")
_RANGE = re.compile(rf"^({_NUMBER}?)\s*\.\.\s*({_NUMBER})\s*([^\d\s].*)?$")
_GROUPED = re.compile(r"^[+-]?\d{1,3}(?:\s\d{3})+(?:[.,]\d+)?$")
_MULTIPLES = ("ribu", "rb", "juta", "jt", "miliar", "milyar", "triliun")


def readings(text: str) -> tuple[Fraction, ...]:
    """What a number may mean, the Indonesian reading first: `1.234` is 1234, and 1,234 in plain notation."""
    spaced = text.translate(MINUS).strip()
    if re.search(r"\s", spaced) and not _GROUPED.match(spaced):
        return ()
    digits = re.sub(r"\s", "", spaced)
    sign = -1 if digits.startswith("-") else 1
    digits = digits.lstrip("+-")
    if not re.fullmatch(r"\d[\d.,]*", digits) or digits[-1] in ".," or len(digits) > 40:
        return ()
    found = [_read(digits, point, group) for point, group in ((",", "."), (".", ","))]
    return tuple(dict.fromkeys(sign * number for number in found if number is not None))


def _read(digits: str, point: str, group: str) -> Fraction | None:
    whole, _, part = digits.partition(point)
    if point in part or group in part:
        return None
    if group in whole:
        if not re.fullmatch(rf"\d{{1,3}}(?:{re.escape(group)}\d{{3}})+", whole) or whole[0] == "0":
            return None
        whole = whole.replace(group, "")
    return Fraction(f"{whole}.{part or '0'}")


def fold_unit(unit: str | None) -> str:
    return " ".join((unit or "").casefold().replace(".", " ").split())


def _split(text: str) -> tuple[tuple[Fraction, ...], str]:
    """(readings, unit) of a number with what follows it."""
    match = _ONE.match(text.translate(MINUS).strip())
    if not match or re.match(r"e[+-]?\d", match.group(2) or "", re.IGNORECASE):
        return (), ""
    unit = fold_unit(match.group(2))
    # A second number is no unit: `17 Agustus 1945` is a date, `45 menit 30 detik` two lengths of time.
    if any(word[0].isdigit() for word in unit.split()):
        return (), ""
    return readings(match.group(1)), unit


def parse_answer(text: str) -> dict[str, str] | None:
    """`20`, `20 ± 0,5`, `20 ± 5%`, `19..21`, each with a unit, as an interval of exact texts; else None."""
    text = text.translate(MINUS).strip()
    if match := _RANGE.match(text):
        low, high = readings(match.group(1)), readings(match.group(2))
        if low and high:
            return _interval(low[0], high[0], fold_unit(match.group(3)))
    if match := _TOLERANCE.match(text):
        middle, unit = _split(match.group(1))
        width = readings(match.group(2))
        if middle and width:
            spread = abs(middle[0]) * width[0] / 100 if match.group(3) else width[0]
            return _interval(middle[0] - spread, middle[0] + spread, unit or fold_unit(match.group(4)))
        return None
    value, unit = _split(text)
    return _interval(value[0], value[0], unit) if value else None


def _interval(low: Fraction, high: Fraction, unit: str) -> dict[str, str]:
    return {"low": str(low), "high": str(high), "unit": unit}


def parse(source: QuestionSource, render: Render, report: Report) -> dict[str, Any] | None:
    answers = []
    for line in source.answers:
        answer = parse_answer(line.text)
        if answer is None:
            report.error(
                "Q212",
                line.line,
                line.col,
                f"'{line.text}' bukan bilangan yang dapat dibaca.",
                "Tulis misalnya = 20, = 20 ± 0,5, = 20 ± 5%, = 19..21, atau = 45 menit.",
            )
            continue
        if Fraction(answer["low"]) > Fraction(answer["high"]):
            report.error("Q213", line.line, line.col, "Rentang ini terbalik atau toleransinya negatif.")
            continue
        warn_of_two_readings(line, report)
        answers.append({**answer, "shown": line.text})
    return {"answers": answers} if len(answers) == len(source.answers) else None


def warn_of_two_readings(line: AnswerLine, report: Report) -> None:
    for match in re.finditer(_NUMBER, line.text.translate(MINUS)):
        meant = readings(match.group())
        if len(meant) > 1:
            report.warning(
                "Q230",
                line.line,
                line.col,
                f"'{match.group().strip()}' dibaca sebagai {_plain(meant[0])}.",
                "Tulis tanpa pemisah ribuan, atau dengan angka di belakang koma yang bukan tiga.",
            )


def _plain(number: Fraction) -> str:
    return f"{float(number):g}".replace(".", ",")


def option_ids(body: Mapping[str, Any]) -> tuple[str, ...]:
    return ()


def present(body: Mapping[str, Any], order: Sequence[str]) -> dict[str, Any]:
    return {"at_most": AT_MOST}


def clean(body: Mapping[str, Any], raw: Any) -> Response:
    return shared.clean_text(raw, AT_MOST)


def grade(body: Mapping[str, Any], response: Response) -> Grade:
    if response is None:
        return Grade(Fraction(0), "Tidak dijawab.")
    values, unit = _split(response)
    if not values:
        return Grade(Fraction(0), "Jawaban Anda tidak terbaca sebagai bilangan.")
    for answer in body["answers"]:
        if any(Fraction(answer["low"]) <= value <= Fraction(answer["high"]) for value in values):
            if _unit_fits(unit, answer["unit"]):
                return Grade(Fraction(1), "Jawaban Anda tepat.")
            return Grade(Fraction(0), "Bilangannya tepat, satuannya belum.")
    return Grade(Fraction(0), "Jawaban Anda belum tepat.")


def _unit_fits(given: str, wanted: str) -> bool:
    """A unit may be left out; one that is given must be the right one. Where none is asked for, any word is
    let pass but one that multiplies the number."""
    if not given:
        return True
    if wanted:
        return given == wanted
    return given.split()[0] not in _MULTIPLES


def key(body: Mapping[str, Any]) -> Response:
    answer = body["answers"][0]
    low, high = Fraction(answer["low"]), Fraction(answer["high"])
    middle = (low + high) / 2
    for digits in range(45):
        scaled = round(middle * 10**digits)
        if low <= Fraction(scaled, 10**digits) <= high:
            return _decimal(scaled, digits)
    # Only a fraction without end would come here, and every answer is written in digits: at most 40 of them.
    raise ValueError(f"no decimal lies between {low} and {high}")


def _decimal(scaled: int, digits: int) -> str:
    text = str(abs(scaled)).rjust(digits + 1, "0")
    whole, part = (text[:-digits], text[-digits:]) if digits else (text, "")
    # Three decimals would read as thousands in plain notation; a fourth makes it certain.
    part = f"{part}0" if len(part) == 3 else part
    return ("-" if scaled < 0 else "") + whole + (f",{part}" if part else "")


def review(body: Mapping[str, Any], response: Response, order: Sequence[str]) -> Review:
    return Review(response or "", " atau ".join(answer["shown"] for answer in body["answers"][:3]))
