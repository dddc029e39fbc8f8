"""What QTI declares of a response, and the rules that make points of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from xml.etree.ElementTree import Element

from elearn.core.exchange.guarded_xml import add
from elearn.core.exchange.moodle_cloze import decimal


def add_declaration(
    declarations: list[Element],
    name: str,
    cardinality: str,
    base_type: str,
    right: Sequence[str],
    mapped: Mapping[str, Fraction] | None = None,
    *,
    bounded: bool = False,
    exact: bool = False,
) -> None:
    """`bounded` keeps what the entries sum up to between 0 and 1."""
    made = Element("responseDeclaration", identifier=name, cardinality=cardinality, baseType=base_type)
    if right:
        correct = add(made, "correctResponse")
        for value in right:
            add(correct, "value", value)
    if mapped:
        bounds = {"lowerBound": "0", "upperBound": "1"} if bounded else {}
        entries = add(made, "mapping", None, **bounds, defaultValue="0")
        for key, worth in mapped.items():
            case = {"caseSensitive": "true" if exact else "false"} if base_type == "string" else {}
            add(entries, "mapEntry", None, mapKey=key, mappedValue=decimal(worth), **case)
    declarations.append(made)


def add_matched(processing: Element, name: str) -> None:
    """All points for the right response, none for any other."""
    condition = add(processing, "responseCondition")
    passed = add(condition, "responseIf")
    match = add(passed, "match")
    add(match, "variable", None, identifier=name)
    add(match, "correct", None, identifier=name)
    _score(passed, "1")
    _score(add(condition, "responseElse"), "0")


def add_mapped(processing: Element, name: str) -> None:
    add(add(processing, "setOutcomeValue", None, identifier="SCORE"), "mapResponse", None, identifier=name)


def _score(parent: Element, value: str) -> None:
    rule = add(parent, "setOutcomeValue", None, identifier="SCORE")
    add(rule, "baseValue", value, baseType="float")


def _in_ranges(parent: Element, name: str, ranges: Sequence[tuple[Fraction, Fraction]]) -> None:
    """A condition: the number is in one of these, each a middle and a width to both sides."""
    holder = add(parent, "or") if len(ranges) > 1 else parent
    for middle, width in ranges:
        rule = add(holder, "equal", None, toleranceMode="absolute", tolerance=decimal(width))
        add(rule, "variable", None, identifier=name)
        add(rule, "baseValue", decimal(middle), baseType="float")


def add_ranges(processing: Element, name: str, ranges: Sequence[tuple[Fraction, Fraction]]) -> None:
    condition = add(processing, "responseCondition")
    passed = add(condition, "responseIf")
    _in_ranges(passed, name, ranges)
    _score(passed, "1")
    _score(add(condition, "responseElse"), "0")


def add_by_gap(processing: Element, gaps: Mapping[str, Sequence[tuple[Fraction, Fraction]]], share: Fraction) -> None:
    """Each gap adds its share: numbers by their ranges, all others by their mapping."""
    for name, ranges in gaps.items():
        parent = processing
        if ranges:
            parent = add(add(processing, "responseCondition"), "responseIf")
            _in_ranges(parent, name, ranges)
        total = add(add(parent, "setOutcomeValue", None, identifier="SCORE"), "sum")
        add(total, "variable", None, identifier="SCORE")
        if ranges:
            add(total, "baseValue", decimal(share), baseType="float")
        else:
            add(total, "mapResponse", None, identifier=name)
