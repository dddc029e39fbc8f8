"""Fenced blocks, found the way the renderer finds them, so that what counts as code is the same for both."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from elearn.core.content.text import FileReport

_OPEN = re.compile(r"^([> \t]*)(`{3,}|~{3,})(.*)$")
# What the renderer accepts after the marks: a language, then options in quotation marks or attributes in
# braces. Anything else it would read as text, and nothing that was counted as code may be read as text.
_INFO = re.compile(
    r"""(?x) ^[ \t]*
    (?:\.?[\w#.+-]{1,40}(?=[ \t]|$))?
    (?:
        [ \t]*\{[^{}\n]{0,200}\}
        | (?:[ \t]+(?:
            hl_lines=(?P<hl>["'])\d{1,5}(?:-\d{1,5})?(?:[ \t]+\d{1,5}(?:-\d{1,5})?){0,50}(?P=hl)
            | linenums=(?P<nums>["'])\d{1,5}(?:[ \t]+\d{1,5}){0,2}(?P=nums)
            | title=(?P<title>["'])[^"'\n]{0,200}(?P=title)
        )){1,3}
    )?
    [ \t]*$"""
)


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block: its first and last line (from 1, the marks' own) and what stands after the marks."""

    first: int
    last: int
    prefix: str
    """Blanks and `>` before the marks, tabs expanded."""
    info: str
    sound: bool
    """Whether the renderer would take it for code. When not, a finding says why."""

    @property
    def is_quiz(self) -> bool:
        return self.info.split()[:1] == ["quiz"]


def find_fences(lines: Sequence[str], first: int, last: int, report: FileReport) -> list[Fence]:
    """The fenced blocks from line `first` to `last` (from 1, inclusive).

    An unclosed one is reported where it was opened and taken to reach the end.
    """
    fences: list[Fence] = []
    number = first
    while number <= last:
        match = _OPEN.match(lines[number - 1])
        if not match or (match[2][0] == "`" and "`" in match[3]):
            number += 1
            continue
        prefix, col = match[1].expandtabs(4), len(match[1]) + 1
        end = _end(lines, number, last, prefix, match[2])
        readable = _INFO.match(match[3]) is not None
        if end is None:
            hint = f"Tambahkan baris {match[2]} di akhir blok, sama menjoroknya dengan baris ini."
            report.error("M124", number, col, "Pagar kode ini tidak ditutup.", hint)
        elif not readable:
            message = "Keterangan di belakang pagar kode tidak dapat dibaca."
            hint = f'Tulis hanya bahasanya, misalnya {match[2]}python, atau {match[2]}python title="contoh.py".'
            report.error("M128", number, col + len(match[2]), message, hint)
        sound = end is not None and readable
        fences.append(Fence(number, end or last, prefix, match[3].strip().lower(), sound))
        number = (end or last) + 1
    return fences


def _end(lines: Sequence[str], opened: int, last: int, prefix: str, marks: str) -> int | None:
    """The line that closes a fence: the same marks, equally far in. None when there is none before the block
    is left."""
    for number in range(opened + 1, last + 1):
        line = lines[number - 1].expandtabs(4).rstrip()
        if _is_blank(line, prefix):
            continue
        if not line.startswith(prefix):
            return None
        if line[len(prefix) :] == marks:
            return number
    return None


def _is_blank(line: str, prefix: str) -> bool:
    """Whether nothing stands on a line but marks of quotation, and no more of them than the fence lies in."""
    head = line[: len(prefix)]
    return not line.strip(" >") and len(line) <= len(prefix) and head.count(">") <= prefix.count(">")
