"""`$a + b$` and `$$a + b$$` as MathML."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import latex2mathml.converter
import markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor

# A dollar sign before a figure or a blank is money: "$5", "dari $ 5 sampai $ 10".
_BLOCK = r"(?<![\\$])\$\$([^$]{1,1000}?)\$\$"
_INLINE = r"(?<![\\$\w])\$(?![\s$])([^$]{1,300}?)(?<![\s\\])\$(?![\w$])"


class Mathematics(Extension):
    """Formulas; those that cannot be read are left as they are and put into `bad`."""

    def __init__(self, bad: list[str]) -> None:
        super().__init__()
        self._bad = bad

    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802
        # Below code between backticks (190), above the escapes of backslashes (180).
        md.inlinePatterns.register(_Formula(_BLOCK, md, self._bad, "block"), "formula-block", 186)
        md.inlinePatterns.register(_Formula(_INLINE, md, self._bad, "inline"), "formula", 185)


class _Formula(InlineProcessor):
    def __init__(self, pattern: str, md: markdown.Markdown, bad: list[str], display: str) -> None:
        super().__init__(pattern, md)
        self._bad, self._display = bad, display

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, match: re.Match[str], data: str
    ) -> tuple[ElementTree.Element | None, int | None, int | None]:
        formula = match.group(1)
        try:
            mathml: str = latex2mathml.converter.convert(" ".join(formula.split()), display=self._display)
            # Without the namespace the serialiser writes <math>, not <ns0:math>. The input is the
            # converter's, not a person's.
            bare = mathml.replace(' xmlns="http://www.w3.org/1998/Math/MathML"', "", 1)
            element = ElementTree.fromstring(bare)  # noqa: S314
        except Exception:  # the converter raises whatever its tables raise; the trainer gets a finding with the line
            self._bad.append(formula)
            return None, None, None
        return element, match.start(0), match.end(0)
