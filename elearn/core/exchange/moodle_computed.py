"""Calculated questions of Moodle: formulas with `{a}` and sets of values, to and from our `computed`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from itertools import islice
from random import Random
from typing import Any
from xml.etree.ElementTree import Element

from elearn.core.exchange.base import Refused
from elearn.core.exchange.guarded_xml import add, child, children, descendants, words
from elearn.core.exchange.moodle_cloze import decimal
from elearn.core.exchange.moodle_text import Reading, add_plain, number
from elearn.core.exchange.sources import answer, name_use, variable
from elearn.core.questions import computed
from elearn.core.questions.base import AnswerLine, NameUse, VariableLine
from elearn.core.questions.expression import FUNCTIONS, BadExpression, read_expression
from elearn.core.questions.marks import name_mark
from elearn.core.questions.shared import number_text

_NAME = re.compile(r"\{([A-Za-z][A-Za-z0-9_]{0,19})\}")
_CALL = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)\s*\(")
_ALIKE = {"round", "floor", "ceil", "sqrt", "abs", "min", "max"}
ITEMS = 100
"""Sets of values that an export draws: the most that Moodle keeps."""


def formula(text: str) -> str:
    """Moodle's formula in our grammar. Raises Refused where ours cannot say it."""
    for called in _CALL.findall(text):
        if called not in _ALIKE and called not in ("pow", "pi"):
            raise Refused(f"Rumusnya memakai {called}(), yang tidak ada di sini.")
    # There, every comma parts arguments; here, one between digits is a decimal comma.
    plain = re.sub(r"\s*,\s*", "; ", _NAME.sub(r"\1", text)).replace("**", "^")
    plain = re.sub(r"(?<![\w.])(\d+)\.(\d+)", r"\1,\2", plain)
    plain = re.sub(r"\bpi\s*\(\s*\)", "3,141592653589793", plain)
    plain = re.sub(r"\bpow\s*\(([^();]+);([^();]+)\)", r"((\1)^(\2))", plain)
    if "pow" in plain:
        raise Refused("Rumusnya memakai pow() yang bersarang.")
    try:
        read_expression(plain)
    except BadExpression as trouble:
        raise Refused(f"Rumusnya tidak dapat dibaca: {trouble}.") from trouble
    return plain.strip()


def read_names(text: str) -> tuple[str, list[NameUse]]:
    """The text with marks in the place of `{a}`. Raises Refused for a formula inside of a text."""
    if "{=" in text:
        raise Refused("Teksnya memuat rumus {=…}, yang di sini hanya ada pada jawaban.")
    return _NAME.sub(lambda m: name_mark(m[1]), text), [name_use(name) for name in _NAME.findall(text)]


def read_answers(reading: Reading) -> list[AnswerLine]:
    """The formulas that earn all points."""
    found = []
    for element in children(reading.element, "answer"):
        if number(element.get("fraction", "0")) != 100:
            reading.note("Rumus yang bernilai sebagian atau nol tidak dibawa.")
            continue
        spread = number(words(child(element, "tolerance")) or "0")
        kind = words(child(element, "tolerancetype")) or "1"
        if kind == "3":
            reading.note("Toleransi geometris menjadi toleransi persen.")
        shown = ""
        if spread:
            shown = f" ± {number_text(spread)}" if kind == "2" else f" ± {number_text(spread * 100)}%"
        found.append(answer(formula(words(child(element, "text"))) + shown))
        if words(child(child(element, "feedback"), "text")):
            reading.note("Umpan balik tiap rumus tidak dibawa.")
    if not found:
        raise Refused("Tidak ada rumus yang bernilai penuh.")
    return found


def read_variables(reading: Reading) -> list[VariableLine]:
    """A range where the file says one that its own values keep to; else the list of these."""
    return [_variable(definition) for definition in descendants(reading.element, "dataset_definition")]


def _variable(definition: Element) -> VariableLine:
    name = words(child(definition, "name"))
    if name in FUNCTIONS or not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,19}", name):
        raise Refused(f"Nama peubah '{name[:30]}' tidak dapat dipakai di sini.")
    items = [number(words(child(item, "value"))) for item in descendants(definition, "dataset_item")]
    low, high = (number(words(child(definition, side)) or "0") for side in ("minimum", "maximum"))
    decimals = number(words(child(definition, "decimals")) or "0")
    if decimals.denominator != 1 or not 0 <= decimals <= computed.DIGITS:
        raise Refused("Banyaknya desimal peubahnya di luar 0 sampai 6.")
    step = Fraction(1, 10 ** int(decimals))
    whole = low < high and 1 < (high - low) / step < computed.VALUES
    if whole and all(low <= item <= high and ((item - low) / step).denominator == 1 for item in items):
        end = "" if step == 1 else f" step {number_text(step)}"
        return variable(name, f"{number_text(low)}..{number_text(high)}{end}")
    values = sorted(set(items))
    if len(values) < 2:
        raise Refused(f"Peubah {name} tidak punya sedikitnya dua nilai.")
    return variable(name, "; ".join(number_text(value) for value in values))


def add_answers(element: Element, body: Mapping[str, Any]) -> None:
    """The formulas with their tolerances, then nothing about units."""
    names = {variable["name"] for variable in body["variables"]}
    for line in body["answers"]:
        made = add(element, "answer", fraction="100")
        add(made, "text", _moodle_formula(line["expression"], names))
        spread = Fraction(line["spread"]) / (100 if line["percent"] else 1)
        add(made, "tolerance", decimal(spread))
        add(made, "tolerancetype", "1" if line["percent"] else "2")
        add(made, "correctanswerformat", "1")
        add(made, "correctanswerlength", "6")


def _moodle_formula(expression: str, names: set[str]) -> str:
    """Raises Refused for what Moodle cannot reckon."""
    if re.search(r"\b(sum|mean)\s*\(", expression):
        raise Refused("Moodle tidak mengenal sum() dan mean().")
    if "^" in expression:
        raise Refused("Moodle menulis pangkat sebagai pow(); rumus dengan ^ tidak diekspor.")
    plain = re.sub(r"(?<=\d),(?=\d)", ".", expression).replace(";", ",").translate({0xD7: "*", 0xB7: "*", 0xF7: "/"})
    return re.sub(r"[A-Za-z][A-Za-z0-9_]*", lambda m: f"{{{m[0]}}}" if m[0] in names else m[0], plain)


def add_datasets(element: Element, body: Mapping[str, Any], identity: str, notes: list[str]) -> None:
    """The values that Moodle draws from: combinations that have an answer."""
    random = Random(identity)  # noqa: S311 - not a secret
    combinations = [computed.draw(body, random) for _n in islice(iter(int, 1), ITEMS)]
    definitions = add(element, "dataset_definitions")
    for variable_ in body["variables"]:
        values = [Fraction(combination[variable_["name"]]) for combination in combinations]
        low, high, step = _range(variable_)
        decimals = next(n for n in range(computed.DIGITS + 1) if (step * 10**n).denominator == 1)
        if "values" in variable_ or step != Fraction(1, 10**decimals):
            notes.append(f"Langkah peubah {variable_['name']} hanya ada di nilai-nilai yang ikut ditulis.")
        made = add(definitions, "dataset_definition")
        add_plain(made, "status", "private")
        add_plain(made, "name", variable_["name"])
        add(made, "type", "calculated")
        add_plain(made, "distribution", "uniform")
        add_plain(made, "minimum", decimal(low))
        add_plain(made, "maximum", decimal(high))
        add_plain(made, "decimals", str(decimals))
        add(made, "itemcount", str(ITEMS))
        items = add(made, "dataset_items")
        for place, value in enumerate(values, start=1):
            item = add(items, "dataset_item")
            add(item, "number", str(place))
            add(item, "value", decimal(value))
        add(made, "number_of_items", str(ITEMS))


def _range(variable_: Mapping[str, Any]) -> tuple[Fraction, Fraction, Fraction]:
    """Lowest, highest, and the step between; of a list, the finest decimals that its values have."""
    if "values" in variable_:
        values = [Fraction(value) for value in variable_["values"]]
        digits = next(n for n in range(computed.DIGITS + 1) if all((v * 10**n).denominator == 1 for v in values))
        return min(values), max(values), Fraction(1, 10**digits)
    low, step = Fraction(variable_["low"]), Fraction(variable_["step"])
    return low, low + (variable_["count"] - 1) * step, step
