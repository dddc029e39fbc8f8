"""Arithmetic as a trainer writes it, read by hand and reckoned exactly: no code of anybody is run.

    expression  sum
    sum         product (("+" | "-") product)*
    product     signed (("*" | "/") signed)*
    signed      "-" signed | power
    power       atom ("^" signed)?
    atom        number | name | function "(" sum (";" | ",") … ")" | "(" sum ")"

`-2^2` is -4 and `2^3^2` is 2^9, as on paper. A comma between two digits is a decimal comma: arguments are parted by `;` or
by a comma and a blank. Numbers are fractions; only `sqrt` of what is no square is rounded, at the thirtieth decimal.
Lengths, depth, exponents and results are bounded, so that reckoning takes no time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, isqrt
from typing import Any

from elearn.core.questions.number import MINUS, readings

LENGTH = 200
DEPTH = 20
EXPONENT = 20
LARGEST = 10**15
BITS = 512
"""Of a denominator."""
_TOKEN = re.compile(r"\s*(?:(?P<number>\d(?:[\d.,]*\d)?)|(?P<name>[A-Za-z][A-Za-z0-9_]*)|(?P<sign>[-+*/^();,]))")
_SIGNS = MINUS | str.maketrans({"×": "*", "·": "*", "÷": "/"})

Node = tuple[Any, ...]
"""("number", value), ("name", name), ("-", node), (sign, left, right) or (function, *arguments)."""


class BadExpression(ValueError):
    """What is wrong, in Indonesian, for the trainer; it begins with a capital and ends without a full stop."""


def _round(value: Fraction, digits: Fraction = Fraction(0)) -> Fraction:
    """Halves go away from zero, as at school."""
    if digits.denominator != 1 or not 0 <= digits <= 6:
        raise BadExpression("round() membulatkan ke 0 sampai 6 desimal")
    scaled = abs(value) * 10 ** int(digits)
    return Fraction(floor(scaled + Fraction(1, 2)), 10 ** int(digits)) * (-1 if value < 0 else 1)


def _sqrt(value: Fraction) -> Fraction:
    if value < 0:
        raise BadExpression("Akar dari bilangan negatif")
    root = Fraction(isqrt(value.numerator), isqrt(value.denominator))
    return root if root * root == value else Fraction(isqrt(value.numerator * 10**60 // value.denominator), 10**30)


def _mean(*values: Fraction) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


FUNCTIONS: Mapping[str, tuple[Callable[..., Fraction], int, int]] = {
    "abs": (abs, 1, 1),
    "floor": (lambda x: Fraction(floor(x)), 1, 1),
    "ceil": (lambda x: Fraction(ceil(x)), 1, 1),
    "sqrt": (_sqrt, 1, 1),
    "round": (_round, 1, 2),
    "min": (min, 2, 30),
    "max": (max, 2, 30),
    "sum": (lambda *values: sum(values, Fraction(0)), 2, 30),
    "mean": (_mean, 2, 30),
}
"""What they do, and how many arguments they take at least and at most."""


@dataclass(frozen=True, slots=True)
class Expression:
    node: Node
    names: frozenset[str]
    size: int
    """About how long reckoning takes: its numbers, names, signs and functions, some of them counted more."""

    def value(self, values: Mapping[str, Fraction]) -> Fraction:
        """What it comes to. Raises BadExpression: a division by zero, or a result out of bounds."""
        return _value(self.node, values)


def read_expression(text: str) -> Expression:
    """Raises BadExpression."""
    if len(text) > LENGTH:
        raise BadExpression(f"Rumus ini lebih dari {LENGTH} huruf")
    reading = _Reading(_tokens(text.translate(_SIGNS)))
    node = reading.sum(0)
    if reading.next is not None:
        raise BadExpression(f"'{reading.next}' tidak diharapkan di sini")
    return Expression(node, frozenset(reading.names), reading.size)


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            raise BadExpression(f"'{text[at:].strip()[0]}' tidak dikenal di dalam rumus")
        found.append(match.group().strip())
        at = match.end()
    return found


class _Reading:
    """Recursive descent over the tokens. Every function takes how deep it is called."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self._tokens, self._at = tokens, 0
        self.names: set[str] = set()
        self.size = len(tokens) + 5 * sum(token in ("sqrt", "^", "/") for token in tokens)

    @property
    def next(self) -> str | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _take(self) -> str:
        token = self.next
        if token is None:
            raise BadExpression("Rumus ini belum selesai")
        self._at += 1
        return token

    def _expect(self, sign: str) -> None:
        token = self._take()
        if token != sign:
            raise BadExpression(f"'{sign}' diharapkan, bukan '{token}'")

    def sum(self, depth: int) -> Node:
        node = self._product(depth)
        while self.next in ("+", "-"):
            node = (self._take(), node, self._product(depth))
        return node

    def _product(self, depth: int) -> Node:
        node = self._signed(depth)
        while self.next in ("*", "/"):
            node = (self._take(), node, self._signed(depth))
        return node

    def _signed(self, depth: int) -> Node:
        if depth > DEPTH:
            raise BadExpression(f"Rumus ini bersarang lebih dari {DEPTH} tingkat")
        if self.next == "-":
            self._take()
            return ("neg", self._signed(depth + 1))
        node = self._atom(depth)
        if self.next == "^":
            self._take()
            return ("^", node, self._signed(depth + 1))
        return node

    def _atom(self, depth: int) -> Node:
        word = self._take()
        if word == "(":
            node = self.sum(depth + 1)
            self._expect(")")
            return node
        if word[0].isdigit():
            values = readings(word)
            if not values:
                raise BadExpression(f"'{word}' bukan bilangan yang dapat dibaca")
            return ("number", values[0])
        if not word[0].isalpha():
            raise BadExpression(f"'{word}' tidak diharapkan di sini")
        if self.next == "(":
            return self._call(word, depth)
        if word in FUNCTIONS:
            raise BadExpression(f"{word} adalah fungsi: tulis {word}(…)")
        self.names.add(word)
        return ("name", word)

    def _call(self, function: str, depth: int) -> Node:
        if function not in FUNCTIONS:
            raise BadExpression(f"Fungsi {function}() tidak dikenal; yang ada {', '.join(FUNCTIONS)}")
        self._expect("(")
        arguments = [self.sum(depth + 1)]
        while self.next in (";", ","):
            self._take()
            arguments.append(self.sum(depth + 1))
        self._expect(")")
        _does, least, most = FUNCTIONS[function]
        if not least <= len(arguments) <= most:
            raise BadExpression(f"{function}() di sini menerima {len(arguments)} bilangan; pisahkan dengan titik koma")
        return (function, *arguments)


def _value(node: Node, values: Mapping[str, Fraction]) -> Fraction:
    kind, *rest = node
    if kind == "number":
        result: Fraction = rest[0]
    elif kind == "name":
        result = values[rest[0]]
    else:
        result = _apply(kind, [_value(child, values) for child in rest])
    if abs(result) > LARGEST:
        raise BadExpression("Hasilnya terlalu besar")
    if result.denominator.bit_length() > BITS:
        raise BadExpression("Hasilnya pecahan yang terlalu panjang")
    return result


def _apply(kind: str, values: Sequence[Fraction]) -> Fraction:
    if kind in FUNCTIONS:
        return FUNCTIONS[kind][0](*values)
    if kind == "neg":
        return -values[0]
    left, right = values
    if kind == "+":
        return left + right
    if kind == "-":
        return left - right
    if kind == "*":
        return left * right
    if kind == "^":
        return _power(left, right)
    if not right:
        raise BadExpression("Pembagian dengan nol")
    return left / right


def _power(base: Fraction, exponent: Fraction) -> Fraction:
    if exponent.denominator != 1 or abs(exponent) > EXPONENT:
        raise BadExpression(f"Pangkat {exponent} bukan bilangan bulat paling besar {EXPONENT}")
    if not base and exponent < 0:
        raise BadExpression("Pembagian dengan nol")
    return base ** int(exponent)
