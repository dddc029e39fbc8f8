"""Names of variables in a question's texts, `{a}`: taken out before anything is rendered, since braces are Markdown too."""

from __future__ import annotations

import re
from collections.abc import Sequence

from elearn.core.content.headings import Heading
from elearn.core.content.shapes import VARIABLE, Line
from elearn.core.questions.base import NameUse
from elearn.core.questions.marks import name_mark
from elearn.core.questions.shared import blank_code

_NAME = re.compile(r"\{([A-Za-z][A-Za-z0-9_]{0,19})\}")
# Inside of a formula, braces are the formula's: \frac{a}{b}.
_FORMULA = re.compile(r"\$\$.*?\$\$|(?<![\\$\w])\$(?![\s$])[^$]*?(?<![\s\\])\$(?![\w$])")


def take_names(heading: Heading, lines: Sequence[Line]) -> tuple[list[Line], list[NameUse]]:
    """The lines under a heading, and the heading itself, with marks for the names; and where these stood."""
    uses: list[NameUse] = []
    before = heading.raw.find(heading.text)
    heading.text = _take(heading.text, heading.line, before, uses)
    taken: list[Line] = []
    in_formula = False
    for number, line, fenced in lines:
        begun = in_formula
        in_formula ^= not fenced and line.count("$$") % 2 == 1
        plain = fenced or begun or in_formula or line.startswith("=") or VARIABLE.match(line) is not None
        taken.append((number, line if plain else _take(line, number, 0, uses), fenced))
    return taken, uses


def _take(text: str, number: int, before: int, uses: list[NameUse]) -> str:
    masked = _FORMULA.sub(lambda match: " " * len(match.group()), blank_code(text))
    out, at = [], 0
    for match in _NAME.finditer(masked):
        uses.append(NameUse(match[1], number, before + match.start() + 1))
        out += [text[at : match.start()], name_mark(match[1])]
        at = match.end()
    return "".join([*out, text[at:]])
