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
# A number with a decimal comma, which the converter takes for three things with a gap between.
_DECIMAL = re.compile(r"(?<![0-9,.])[0-9]+(?:\.[0-9]{3})*,[0-9]+(?![0-9,])")
_CHILDREN = {
    "mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "munder": 2, "mover": 2, "msubsup": 3, "munderover": 3,
}  # fmt: skip


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
        element = to_mathml(match.group(1), self._display)
        if element is None:
            self._bad.append(match.group(1))
            return None, None, None
        return element, match.start(0), match.end(0)


def to_mathml(formula: str, display: str) -> ElementTree.Element | None:
    """The formula as an element `math`; None when it cannot be read as LaTeX."""
    try:
        mathml: str = latex2mathml.converter.convert(" ".join(formula.split()), display=display)
        # Without the namespace the serialiser writes <math>, not <ns0:math>. The input is the converter's, not
        # a person's.
        bare = mathml.replace(' xmlns="http://www.w3.org/1998/Math/MathML"', "", 1)
        element = ElementTree.fromstring(bare)  # noqa: S314
    except Exception:  # the converter raises whatever its tables raise; the trainer gets a finding with the line
        return None
    if not _balanced(formula) or not all(map(_is_whole, element.iter())):
        return None
    _join_decimals(element, set(_DECIMAL.findall(formula)))
    return element


def _balanced(formula: str) -> bool:
    bare = formula.replace("\\\\", "").replace("\\{", "").replace("\\}", "")
    return bare.count("{") == bare.count("}")


def _is_whole(element: ElementTree.Element) -> bool:
    """The converter passes over what is missing, and shows commands that it does not know as they are typed."""
    enough = len(element) == _CHILDREN.get(element.tag, len(element))
    return enough and (element.tag == "mtext" or not re.match(r"\\[A-Za-z]", element.text or ""))


def _join_decimals(element: ElementTree.Element, decimals: set[str]) -> None:
    """Make `88`, `,`, `31` one number again where the formula says 88,31."""
    for parent in list(element.iter()) if decimals else ():
        children = list(parent)
        for whole, comma, part in zip(children, children[1:], children[2:], strict=False):
            joined = f"{whole.text}{comma.text}{part.text}"
            if [c.tag for c in (whole, comma, part)] == ["mn", "mo", "mn"] and joined in decimals:
                whole.text, whole.tail = joined, part.tail
                parent.remove(comma)
                parent.remove(part)
