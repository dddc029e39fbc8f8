"""Formulas: what they become, and which are refused."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pytest

from elearn.core.content.mathematics import to_mathml
from tests.core.modules import LESSON, check, html


def shown(formula: str) -> str:
    element = to_mathml(formula, "inline")
    assert element is not None
    return ElementTree.tostring(element, encoding="unicode")


@pytest.mark.parametrize(
    ("formula", "piece"),
    [
        (r"\frac{a}{b}", "<mfrac><mrow><mi>a</mi></mrow><mrow><mi>b</mi></mrow></mfrac>"),
        ("x_1^2", "<msubsup><mi>x</mi><mn>1</mn><mn>2</mn></msubsup>"),
        (r"\text{IKM} \times 25", "<mtext>IKM</mtext><mo>×</mo><mn>25</mn>"),
        ("88,31 > 4", "<mn>88,31</mn><mo>&gt;</mo><mn>4</mn>"),
        ("1.234,56", "<mn>1.234,56</mn>"),
        (r"\frac{3,5}{4}", "<mrow><mn>3,5</mn></mrow>"),
        ("f(1, 2)", "<mn>1</mn><mo>,</mo><mn>2</mn>"),
        ("1,2,3", "<mn>1</mn><mo>,</mo><mn>2</mn><mo>,</mo><mn>3</mn>"),
        (r"\{a\}", "<mi>a</mi>"),
    ],
)
def test_a_formula(formula: str, piece: str) -> None:
    assert piece in shown(formula)


@pytest.mark.parametrize(
    "formula",
    ["a^", r"\frac{a", r"\frac{a}", r"\tidakada{a}", "{", "a}", r"\begin{cases} a", r"\left( a", "_"],
)
def test_what_is_no_formula(formula: str) -> None:
    assert to_mathml(formula, "inline") is None


def test_a_formula_over_two_lines_is_found_in_its_place() -> None:
    _module, found = check({"01-apa.md": f"{LESSON}Awal.\n\n$$\n\\frac{{a}}\n$$\n"})
    assert [(d.line, d.col, d.code) for d in found] == [(6, 1, "L304")]


@pytest.mark.parametrize("text", ["Harga $5 dan $6.", "Dari $ 5 sampai $ 6.", r"Harga \$5 dan \$6.", "`$a$`"])
def test_money_is_no_formula(text: str) -> None:
    assert "<math" not in html(text)
