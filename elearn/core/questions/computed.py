"""`computed`: a number that follows from variables, which are drawn for each attempt.

Variables are lines `a = 20..60 step 5` (both ends belong to it; a step of 1 when left out) or `a = 1, 2, 5` (commas with a
blank, or `;`, since `1,5` is one number). `{a}` in a text shows the value. The answer is an expression of them with a
tolerance, `= (a + b) / 2 ± 0,01` or `± 5%`; a typed number is read and scored as a `number` is: right or wrong.

`draw` picks the values, once for an attempt, and the layout keeps them. A body holds an example of its own, so that a
question is whole without an attempt: in a lesson everyone is asked that one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import prod
from random import Random
from typing import Any

from elearn.core.questions import marks, number, shared
from elearn.core.questions.base import (
    AnswerLine,
    Grade,
    QuestionSource,
    Render,
    Report,
    Response,
    Review,
    VariableLine,
)
from elearn.core.questions.expression import FUNCTIONS, BadExpression, Expression, read_expression

name = "computed"
asks_for = "one"
shuffles = False
graded = True
holds_stem = False
attributes: tuple[str, ...] = ()
arrange = shared.arrange_nothing
analyse = shared.analyse_typed
VARIABLES = 20
VALUES = 100_000
"""Values of one variable."""
DIGITS = 6
"""Decimals of a value, and of an answer without a tolerance."""
TRIES = 2_000
EFFORT = 20_000
"""Steps of reckoning while a question is checked: long formulas are tried with fewer combinations."""
_RANGE = re.compile(r"(\S+?)\s*\.\.\s*(\S+?)(?:\s+step\s+(\S+))?")
_LIST = re.compile(r"\s*;\s*|,\s+")
_TOLERANCE = re.compile(r"^(.*?)\s*(?:±|\+/-|\+-)\s*([\d.,]+)\s*(%)?$", re.DOTALL)


def parse(source: QuestionSource, render: Render, report: Report) -> dict[str, Any] | None:
    if not source.variables:
        hint = "Tulis misalnya a = 20..60 step 5 di baris sendiri."
        report.error("Q250", source.line, source.col, "Soal ini belum punya peubah.", hint)
    variables = _parse_variables(source, report)
    answers = [_parse_answer(line, report) for line in source.answers]
    known = {line.name for line in source.variables}
    _check_names(source, [(a[1], line) for a, line in zip(answers, source.answers, strict=True) if a], known, report)
    sound = [answer for answer, expression in (a for a in answers if a) if expression.names <= known]
    if variables is None or not variables or len(sound) != len(answers) or not _names(source) <= known:
        return None
    body = {"variables": variables, "answers": sound}
    example = _try_out(body, source, report)
    return None if example is None else {**body, "drawn": example}


def _names(source: QuestionSource) -> set[str]:
    return {use.name for use in source.names}


def _parse_variables(source: QuestionSource, report: Report) -> list[dict[str, Any]] | None:
    read = [_parse_variable(line, source.variables[:place], report) for place, line in enumerate(source.variables)]
    if len(read) > VARIABLES:
        line = source.variables[VARIABLES]
        report.error("Q114", line.line, line.col, f"Soal ini punya lebih dari {VARIABLES} peubah.", "Kurangi.")
        return None
    sound = [variable for variable in read if variable]
    return sound if len(sound) == len(read) else None


def _parse_variable(line: VariableLine, before: Sequence[VariableLine], report: Report) -> dict[str, Any] | None:
    twice = next((other for other in before if other.name == line.name), None)
    domain = None
    hint = "Tulis a = 20..60 step 5, atau daftar a = 1, 2, 5 dengan spasi sesudah koma."
    if line.name in FUNCTIONS:
        message, hint = f"{line.name} adalah nama fungsi.", "Pakai nama lain."
    elif twice:
        message, hint = f"Peubah {line.name} sudah ditulis di baris {twice.line}.", "Hapus salah satunya."
    else:
        domain = _domain(line.text)
        message = f"Nilai peubah '{line.text[:60]}' tidak dapat dibaca, atau bukan 2 sampai {VALUES} nilai."
    if domain is None:
        report.error("Q250", line.line, line.col, message, hint)
        return None
    number.warn_of_two_readings(AnswerLine(line.text.replace("..", " ; "), line.line, line.col), report)
    return {"name": line.name, **domain}


def _domain(text: str) -> dict[str, Any] | None:
    """`low`, `step` and `count`, or `values`; None when the text is no set of at least two numbers."""
    if match := _RANGE.fullmatch(text):
        low, high, step = (_number(part) for part in (match[1], match[2], match[3] or "1"))
        if low is None or high is None or step is None or step <= 0 or low >= high:
            return None
        count = int((high - low) / step) + 1
        return {"low": str(low), "step": str(step), "count": count} if 2 <= count <= VALUES else None
    values = [_number(part) for part in _LIST.split(text)]
    if None in values or not 2 <= len(values) <= VALUES or len(set(values)) != len(values):
        return None
    return {"values": [str(value) for value in values]}


def _number(text: str) -> Fraction | None:
    meant = number.readings(text)
    return meant[0] if meant and _is_decimal(meant[0]) and abs(meant[0]) <= 10**12 else None


def _is_decimal(value: Fraction) -> bool:
    """Whether a person can write it down with a few decimals."""
    return bool(10**DIGITS % value.denominator == 0)


def _parse_answer(line: AnswerLine, report: Report) -> tuple[dict[str, Any], Expression] | None:
    match = _TOLERANCE.match(line.text)
    text, spread = (match[1], _number(match[2])) if match else (line.text, Fraction(0))
    if spread is None:
        message = f"Toleransi '{line.text[-40:]}' tidak dapat dibaca."
        report.error("Q252", line.line, line.col, message, "Misalnya ± 0,01 atau ± 5%.")
        return None
    try:
        expression = read_expression(text)
    except BadExpression as trouble:
        hint = "Pakai + - * / ^, kurung, dan fungsi; misalnya = (a + b) / 2 ± 0,01."
        report.error("Q252", line.line, line.col, f"{trouble}.", hint)
        return None
    answer = {"expression": text, "spread": str(spread), "percent": bool(match and match[3])}
    return answer, expression


def _check_names(
    source: QuestionSource, answers: Sequence[tuple[Expression, AnswerLine]], known: set[str], report: Report
) -> None:
    """Names that are no variable, and variables that a learner does not see."""
    hint = f"Yang ada: {', '.join(sorted(known)) or 'belum ada'}. Tulis misalnya a = 20..60."
    for use in source.names:
        if use.name not in known:
            report.error("Q251", use.line, use.col, f"Peubah {use.name} tidak ada.", hint)
    for expression, line in answers:
        for unknown in sorted(expression.names - known):
            report.error("Q251", line.line, line.col, f"Peubah {unknown} tidak ada.", hint)
    asked = marks.names_in(source.text)
    for variable in source.variables:
        if variable.name not in asked:
            message = f"Peubah {variable.name} tidak tampil di dalam soal."
            mend = f"Tulis {{{variable.name}}} di dalam soal, atau hapus barisnya."
            report.warning("Q255", variable.line, variable.col, message, mend)


def _try_out(body: Mapping[str, Any], source: QuestionSource, report: Report) -> dict[str, str] | None:
    """Reckon with many combinations; a finding at the first that has no answer. The last one is the example."""
    expressions = [read_expression(answer["expression"]) for answer in body["answers"]]
    tries = min(TRIES, max(50, EFFORT // sum(e.size for e in expressions)))
    combination: dict[str, Fraction] = {}
    for combination in _combinations(body["variables"], tries, Random(source.id)):  # noqa: S311 - not a secret
        for answer, expression, line in zip(body["answers"], expressions, source.answers, strict=True):
            try:
                value = expression.value(combination)
            except BadExpression as trouble:
                message = f"{trouble} pada {_said(combination)}."
                hint = "Ubah nilai peubah atau rumusnya, supaya setiap gabungan punya jawaban."
                report.error("Q253", line.line, line.col, message, hint)
                return None
            if not Fraction(answer["spread"]) and not _is_decimal(value):
                message = f"Pada {_said(combination)} jawabannya lebih dari {DIGITS} desimal."
                hint = f"Beri toleransi, misalnya = {answer['expression']} ± 0,01, atau bulatkan dengan round(…; 2)."
                report.error("Q254", line.line, line.col, message, hint)
                return None
    return {name: str(value) for name, value in combination.items()}


def _said(combination: Mapping[str, Fraction]) -> str:
    return ", ".join(f"{name} = {shared.number_text(value)}" for name, value in sorted(combination.items()))


def _combinations(variables: Sequence[Mapping[str, Any]], tries: int, random: Random) -> Iterator[dict[str, Fraction]]:
    """All of them where they are few; else those of the smallest and largest values, and some by chance."""
    names = [variable["name"] for variable in variables]
    if prod(_count(variable) for variable in variables) <= tries:
        choices = [[_nth(variable, n) for n in range(_count(variable))] for variable in variables]
        combinations = [*product(*choices)]
        random.shuffle(combinations)
        yield from (dict(zip(names, values, strict=True)) for values in combinations)
        return
    if 2 ** len(names) <= tries // 2:
        ends = [(_nth(variable, 0), _nth(variable, _count(variable) - 1)) for variable in variables]
        yield from (dict(zip(names, values, strict=True)) for values in product(*ends))
        tries -= 2 ** len(names)
    for _try in range(tries):
        yield _pick(variables, random)


def _count(variable: Mapping[str, Any]) -> int:
    return variable["count"] if "count" in variable else len(variable["values"])


def _nth(variable: Mapping[str, Any], n: int) -> Fraction:
    if "values" in variable:
        return Fraction(variable["values"][n])
    return Fraction(variable["low"]) + n * Fraction(variable["step"])


def _pick(variables: Sequence[Mapping[str, Any]], random: Random) -> dict[str, Fraction]:
    return {variable["name"]: _nth(variable, random.randrange(_count(variable))) for variable in variables}


def draw(body: Mapping[str, Any], random: Random) -> dict[str, str]:
    """Values by chance that have an answer. Where the check could not try everything, a few may have none: then
    others are drawn, and the example at last."""
    for _try in range(50):
        values = _pick(body["variables"], random)
        if _has_answers(body, values):
            return {name: str(value) for name, value in values.items()}
    return dict(body["drawn"])


def _has_answers(body: Mapping[str, Any], values: Mapping[str, Fraction]) -> bool:
    for answer in body["answers"]:
        try:
            value = read_expression(answer["expression"]).value(values)
        except BadExpression:
            return False
        if not Fraction(answer["spread"]) and not _is_decimal(value):
            return False
    return True


def _as_number(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body of a `number` question with the answers that follow from the drawn values."""
    values = {name: Fraction(value) for name, value in body["drawn"].items()}
    answers = []
    for answer in body["answers"]:
        value = read_expression(answer["expression"]).value(values)
        spread = Fraction(answer["spread"])
        wide = abs(value) * spread / 100 if answer["percent"] else spread
        shown = shared.number_text(value, grouped=True)
        if spread:
            shown += f" ± {shared.number_text(spread)}{' %' if answer['percent'] else ''}"
        answers.append({"low": str(value - wide), "high": str(value + wide), "unit": "", "shown": shown})
    return {"answers": answers}


def option_ids(body: Mapping[str, Any]) -> tuple[str, ...]:
    return ()


def present(body: Mapping[str, Any], order: Sequence[str]) -> dict[str, Any]:
    """The values stand in the texts of the question already."""
    return number.present(body, order)


def clean(body: Mapping[str, Any], raw: Any) -> Response:
    return number.clean(body, raw)


def grade(body: Mapping[str, Any], response: Response) -> Grade:
    return number.grade(_as_number(body), response)


def key(body: Mapping[str, Any]) -> Response:
    return number.key(_as_number(body))


def review(body: Mapping[str, Any], response: Response, order: Sequence[str]) -> Review:
    return number.review(_as_number(body), response, order)
