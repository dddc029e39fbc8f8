"""What is too much for the renderer, which is quadratic on hostile text (10,000 brackets take it 13 seconds).

The limits lie far above what a person writes, and below what takes a second. The text is measured before it
is rendered.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from elearn.core.content.fences import Fence
from elearn.core.content.text import FileReport

LINES = 4_000
"""Lines of a file that are not empty."""
BLANK_LINES = 12_000
PARAGRAPHS = 2_000
PARAGRAPH_LENGTH = 12_000
LINE_LENGTH = 12_000
CODE_LINE_LENGTH = 1_000
CODE_LENGTH = 64 * 1024
FENCES = 300
NESTING = 16
"""Quotation marks, list marks and steps of indentation before a line's text, together."""
DENSE = "[]*_`<>!$~^{}\\&"
"""Characters that make the renderer look back."""
DENSITY_OF_PARAGRAPH = 400
DENSITY_OF_FILE = 4_000
TAGS = 1_500
"""`<` outside of code: each may open an element of HTML that the renderer looks for the end of."""
CELLS = 12_000
"""Bars of tables."""
NOTES = 400
"""Marks of footnotes, abbreviations and captions."""

_NOTE = re.compile(r"\[\^|^\s*\*\[|^\s*/{3,}")
_LEAD = re.compile(r"^(?:[\s>*+-]|\d{1,9}[.)](?=\s))*")


def within_limits(lines: Sequence[str], first: int, last: int, fences: Sequence[Fence], report: FileReport) -> bool:
    """Whether lines `first` to `last` (from 1, inclusive) may be rendered; the finding is at the line that
    goes too far."""
    trouble = _code(lines, fences) or _text(lines, first, last, fences)
    if trouble is None:
        return True
    number, message = trouble
    report.error("M123", number, 1, message, "Sederhanakan bagian ini, atau bagi menjadi beberapa berkas.")
    return False


def _code(lines: Sequence[str], fences: Sequence[Fence]) -> tuple[int, str] | None:
    if len(fences) > FENCES:
        return fences[FENCES].first, f"Berkas ini memuat lebih dari {FENCES} blok kode."
    for fence in fences:
        inside = range(fence.first, fence.last + 1)
        if sum(len(lines[number - 1]) for number in inside) > CODE_LENGTH:
            return fence.first, f"Blok kode ini lebih besar dari {CODE_LENGTH // 1024} KB."
        for number in inside:
            if len(lines[number - 1]) > CODE_LINE_LENGTH:
                return number, f"Baris kode ini lebih dari {CODE_LINE_LENGTH} huruf."
    return None


def _text(lines: Sequence[str], first: int, last: int, fences: Sequence[Fence]) -> tuple[int, str] | None:
    fenced = {number for fence in fences for number in range(fence.first, fence.last + 1)}
    count = _Count()
    for number in range(first, last + 1):
        if number not in fenced:
            count.take(lines[number - 1])
            said = count.too_much()
            if said:
                return number, said
    return None


@dataclass(slots=True)
class _Count:
    blanks: int = 0
    lines: int = 0
    paragraphs: int = 0
    length: int = 0
    """Of the paragraph so far."""
    dense: int = 0
    """In the paragraph so far."""
    dense_in_file: int = 0
    cells: int = 0
    tags: int = 0
    notes: int = 0
    line_length: int = 0
    nesting: int = 0

    def take(self, line: str) -> None:
        self.line_length, self.nesting = len(line), 0
        if not line.strip(" \t>"):
            self.blanks += 1
            self.length = self.dense = 0
            return
        self.paragraphs += not self.length
        self.lines += 1
        self.length += len(line)
        if len(line) > LINE_LENGTH:
            return
        dense = sum(map(line.count, DENSE))
        self.dense += dense
        self.dense_in_file += dense
        self.cells += line.count("|")
        self.tags += line.count("<")
        self.notes += len(_NOTE.findall(line)) if "[" in line or "///" in line else 0
        self.nesting = nesting(line)

    def too_much(self) -> str | None:
        if self.line_length > LINE_LENGTH or self.length > PARAGRAPH_LENGTH:
            return f"Paragraf ini lebih dari {PARAGRAPH_LENGTH} huruf."
        if self.nesting > NESTING:
            return "Baris ini terlalu dalam bersarang."
        if self.lines > LINES or self.paragraphs > PARAGRAPHS or self.blanks > BLANK_LINES:
            return "Berkas ini terlalu banyak baris atau paragrafnya."
        if self.dense > DENSITY_OF_PARAGRAPH or self.dense_in_file > DENSITY_OF_FILE:
            return "Teks ini terlalu padat tanda baca Markdown."
        if self.tags > TAGS:
            return "Berkas ini memuat terlalu banyak elemen HTML."
        if self.cells > CELLS:
            return "Tabel di berkas ini terlalu besar."
        if self.notes > NOTES:
            return "Catatan kaki, singkatan, atau keterangan gambarnya terlalu banyak."
        return None


def nesting(line: str) -> int:
    """How deep a line lies: marks of quotation and lists, and steps of four blanks."""
    found = _LEAD.match(line)
    lead = found.group().expandtabs(4) if found else ""
    marks = len(re.findall(r">|[*+-](?=\s)|\d+[.)]", lead))
    return marks + len(re.sub(r"[^ ]", "", lead)) // 4
