"""Gaps in a question's texts, `[[answer]]`: taken out before anything is rendered, so that no answer is ever shown."""

from __future__ import annotations

import re
from collections.abc import Sequence

from elearn.core.content.headings import Heading
from elearn.core.content.shapes import Line
from elearn.core.content.text import FileReport
from elearn.core.questions.base import Gap
from elearn.core.questions.marks import gap_mark
from elearn.core.questions.shared import blank_code

# What is followed by `(` is a link whose text stands in brackets.
_GAP = re.compile(r"\[\[([^\[\]]*)\]\](?!\()")


def take_gaps(heading: Heading, lines: Sequence[Line], report: FileReport) -> tuple[list[Line], list[Gap]]:
    """The lines under a heading, and the heading itself, with a mark in the place of each gap; and the gaps."""
    gaps: list[Gap] = []
    before = heading.raw.find(heading.text)
    heading.text = _take(heading.text, heading.line, before, gaps)
    taken = [(number, line if fenced else _take(line, number, 0, gaps), fenced) for number, line, fenced in lines]
    if gaps or "cloze" in heading.classes:
        _report_open(heading.line, heading.raw, before, report)
        for number, line, fenced in lines:
            if not fenced:
                _report_open(number, line, 0, report)
    return taken, gaps


def _take(text: str, number: int, before: int, gaps: list[Gap]) -> str:
    """The text with marks for its gaps. `before` is how many characters of the line stand before it."""
    if "[[" not in text:
        return text
    out, at = [], 0
    for match in _GAP.finditer(blank_code(text)):
        mark = gap_mark(len(gaps) + 1)
        gaps.append(Gap(mark, text[match.start(1) : match.end(1)].strip(), number, before + match.start() + 1))
        out += [text[at : match.start()], mark]
        at = match.end()
    return "".join([*out, text[at:]])


def _report_open(number: int, line: str, start: int, report: FileReport) -> None:
    """Brackets that open a gap and do not close it: the answer would be shown."""
    rest = _GAP.sub(lambda match: " " * len(match.group()), blank_code(line))
    rest = re.sub(r"\[\[[^\[\]]*\]\]\(", lambda match: " " * len(match.group()), rest)
    place = rest.find("[[", start)
    if place >= 0:
        hint = "Tutup dengan ]] di baris yang sama. Kurung siku yang bagian teks diapit dengan `…`."
        report.error("Q243", number, place + 1, "Rumpang ini tidak ditutup.", hint)
