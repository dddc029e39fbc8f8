"""Signs that stand in a text while it is rendered, for what is put there afterwards.

They are of the private use area: no Markdown, no HTML, and nobody's words. Should a text hold one of its own, it is
found twice, and that is a finding.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

GAP_MARK = re.compile("\ue000([0-9]{1,4})\ue001")
NAME_MARK = re.compile("\ue002([A-Za-z][A-Za-z0-9_]{0,19})\ue003")
BLANK = "____"
_TAG = re.compile(r'<(/?)([a-z][a-z0-9-]*)(?:"[^"]*"|[^">])*>')
# Elements that a field to type into may not stand in.
_CLOSED = frozenset({"a", "math", "label", "summary", "button"})


def gap_mark(number: int) -> str:
    return f"\ue000{number}\ue001"


def blanked(text: str) -> str:
    """The text with a blank in the place of every gap."""
    return GAP_MARK.sub(BLANK, text)


def cut(html: str) -> tuple[list[str], list[int]]:
    """The HTML in pieces around the gaps, and the numbers of these. Put together with fields between them, the pieces
    are as well-formed as they were: a gap that stands inside of a tag, or where no field may, is none of these."""
    pieces, numbers, at = [], [], 0
    for mark in GAP_MARK.finditer(html):
        if may_hold_field(html, mark.start()):
            pieces.append(html[at : mark.start()])
            numbers.append(int(mark[1]))
            at = mark.end()
    return [*pieces, html[at:]], numbers


def may_hold_field(html: str, place: int) -> bool:
    """Whether a form field may stand at this place of the HTML: outside of tags, and of links, formulas and labels."""
    depth = 0
    for tag in _TAG.finditer(html):
        if tag.end() > place:
            return depth == 0 and not tag.start() < place
        if tag[2] in _CLOSED:
            depth += -1 if tag[1] else 1
    return depth == 0


def name_mark(name: str) -> str:
    return f"\ue002{name}\ue003"


def names_in(text: str) -> set[str]:
    return set(NAME_MARK.findall(text))


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with the values in the place of their names. Numbers need no escaping, inside of a tag neither."""
    return NAME_MARK.sub(lambda match: values.get(match[1], match[1]), text)
