"""One Markdown file as it is read: its lines, what of them is code, and where a text stands in it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from elearn.core.content.fences import Fence, find_fences
from elearn.core.content.limits import within_limits
from elearn.core.content.text import FileReport
from elearn.core.questions.shared import blank_code

_LONGER_BEFORE = re.compile(r"[\w/.#-]")
_LONGER_AFTER = re.compile(r"[\w/#-]|\.\w")


@dataclass
class Source:
    """Lines count from 1; `body` is the first line after the front matter."""

    file: str
    lines: list[str]
    body: int
    report: FileReport
    quizzes: list[Fence] = field(default_factory=list)
    """The ```quiz blocks at the margin."""
    code: list[Fence] = field(default_factory=list)
    """Every other fenced block, those inside of ```quiz blocks too."""
    text: list[str] = field(default_factory=list)
    """The lines that may be rendered: all but those of fenced blocks that the renderer would not take for code."""
    measured: bool = True
    """Whether the text is within the limits; when not, it is not looked at further."""

    @property
    def last(self) -> int:
        return len(self.lines)

    @cached_property
    def free(self) -> list[tuple[int, str]]:
        """(number, line) of all that is not code, checks included."""
        fenced = {number for fence in self.code for number in range(fence.first, fence.last + 1)}
        marks = {number for fence in self.quizzes for number in (fence.first, fence.last)}
        return [
            (number, blank_code(self.lines[number - 1]))
            for number in range(self.body, self.last + 1)
            if number not in fenced and number not in marks
        ]

    @cached_property
    def prose(self) -> list[tuple[int, str]]:
        """(number, line) of what is neither code nor a check."""
        checks = {number for fence in self.quizzes for number in range(fence.first, fence.last + 1)}
        return [(number, line) for number, line in self.free if number not in checks]

    @cached_property
    def _joined(self) -> tuple[str, list[int]]:
        starts, at = [], 0
        for _number, line in self.free:
            starts.append(at)
            at += len(line) + 1
        return "\n".join(line for _number, line in self.free), starts

    def places(self, text: str) -> list[tuple[int, int]]:
        """Line and column of every place where a text stands outside code, also over the end of a line."""
        joined, starts = self._joined
        found: list[tuple[int, int]] = []
        at = joined.find(text) if text else -1
        while at >= 0:
            found.append(self._place(at, starts))
            at = joined.find(text, at + len(text))
        return found

    def whole_places(self, text: str) -> list[tuple[int, int]]:
        """Like `places`, where the text is no part of a longer address."""
        joined, starts = self._joined
        found = []
        at = joined.find(text) if text else -1
        while at >= 0:
            end = at + len(text)
            if not _LONGER_BEFORE.search(joined[max(at - 1, 0) : at]) and not _LONGER_AFTER.match(joined, end):
                found.append(self._place(at, starts))
            at = joined.find(text, end)
        return found

    def before(self, place: tuple[int, int], mark: str) -> tuple[int, int]:
        """Where the nearest `mark` before a place stands; the place itself when there is none in the
        paragraph, or when the place is in code, as that of an address that was never found may be."""
        joined, starts = self._joined
        numbers = [number for number, _line in self.free]
        if place[0] not in numbers:
            return place
        here = starts[numbers.index(place[0])] + place[1] - 1
        paragraph = joined.rfind("\n\n", 0, here) + 1
        at = joined.rfind(mark, paragraph, here)
        return self._place(at, starts) if at >= 0 else place

    def _place(self, at: int, starts: Sequence[int]) -> tuple[int, int]:
        row = bisect_right(starts, at) - 1
        return self.free[row][0], at - starts[row] + 1


def open_source(file: str, lines: list[str], body: int, report: FileReport) -> Source:
    """Find the fenced blocks of a file and measure it."""
    source = Source(file, lines, body, report)
    for fence in find_fences(lines, body, len(lines), report):
        if not fence.is_quiz:
            source.code.append(fence)
        elif fence.prefix:
            source.code.append(fence)
            column = len(lines[fence.first - 1]) - len(lines[fence.first - 1].lstrip(" \t>")) + 1
            hint = "Mulai ```quiz di tepi kiri, di luar daftar."
            report.error("L305", fence.first, column, "Blok quiz ini menjorok.", hint)
        else:
            source.quizzes.append(fence)
            source.code += find_fences(lines, fence.first + 1, fence.last - fence.sound, report)
    source.measured = within_limits(lines, body, len(lines), source.code, report)
    source.text = list(lines)
    for fence in source.code:
        if not fence.sound:
            source.text[fence.first - 1 : fence.last] = [""] * (fence.last - fence.first + 1)
    return source
