"""Shapes that the format knows and this version does not: found, so that none is read as something else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from elearn.core.content.headings import Heading
from elearn.core.content.shapes import Shape

CLASSES = {
    "hotspot": "titik pada gambar",
}
MODES = {
    "immediate": "umpan balik langsung",
    "practice": "latihan berulang dengan petunjuk",
    "certainty": "tingkat keyakinan",
}
_AREA = re.compile(r"^(?:rect|circle|poly)[ \t]+[0-9]+,[0-9]+[ \t]")

Finding = tuple[str, int, int]
"""(type, line, column)"""


def not_yet(heading: Heading, shape: Shape, lines: Sequence[tuple[int, str, bool]]) -> Finding | None:
    """The first sign of a type that this version cannot read; None when there is none."""
    return next(_signs(heading, shape, lines), None)


def _signs(heading: Heading, shape: Shape, lines: Sequence[tuple[int, str, bool]]) -> Iterator[Finding]:
    for name in heading.classes:
        if name in CLASSES:
            yield name, heading.line, heading.col
    for option in shape.options:
        if _AREA.match(option.text):
            yield "hotspot", option.line, option.col
