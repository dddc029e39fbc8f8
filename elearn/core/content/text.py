"""Bytes to lines, whatever the bytes; findings with a place; and what is too much for the renderer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from elearn.core.model import Diagnostic, Edit

FILE_LIMIT = 256 * 1024
LINE_LIMIT = 20_000
FRONT_LIMIT = 16 * 1024
NESTING_LIMIT = 24
# Python-Markdown is quadratic on long runs of these in one paragraph (10,000 brackets take 13 s).
DENSE = "[]*_`<>!$~^{}\\"
PARAGRAPH_DENSITY = 800
FILE_DENSITY = 6000
CELLS_LIMIT = 12_000

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
FENCE = re.compile(r"^( {0,3})(`{3,}|~{3,})\s*([^`]*)$")


@dataclass(slots=True)
class FileReport:
    """The findings of one file; the `Report` that question types write to."""

    file: str
    found: list[Diagnostic] = field(default_factory=list)

    def error(self, code: str, line: int, col: int, message: str, hint: str = "") -> None:
        self.found.append(Diagnostic(self.file, line, col, "error", code, message, hint))

    def warning(self, code: str, line: int, col: int, message: str, hint: str = "", edit: Edit | None = None) -> None:
        self.found.append(Diagnostic(self.file, line, col, "warning", code, message, hint, edit))

    @property
    def failed(self) -> bool:
        return any(d.severity == "error" for d in self.found)


def read_lines(data: bytes, report: FileReport) -> list[str] | None:
    """The lines without their ends; None when the file is too large to look at. Bad bytes are reported and replaced."""
    if len(data) > FILE_LIMIT:
        report.error(
            "M122", 1, 1, f"Berkas ini {len(data) // 1024} KB; batasnya {FILE_LIMIT // 1024} KB.", "Bagi menjadi beberapa materi."
        )
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as trouble:
        start = trouble.start + (3 if data.startswith(b"\xef\xbb\xbf") and trouble.start == 0 else 0)
        before = data[:start].decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
        line, col = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
        report.error("M120", line, col, "Berkas ini bukan UTF-8.", "Simpan ulang dengan pengodean UTF-8.")
        text = data.decode("utf-8", "replace").lstrip("\ufeff")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, line in enumerate(lines, start=1):
        bad = _CONTROL.search(line)
        if bad:
            report.error("M121", number, bad.start() + 1, f"Karakter kendali U+{ord(bad.group()):04X}.", "Hapus karakter ini.")
            lines[number - 1] = _CONTROL.sub("\ufffd", line)
    return lines


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block: first and last line (1-based, the fences themselves) and what stands after the opening fence."""

    first: int
    last: int
    indent: int
    info: str


def find_fences(lines: Sequence[str], start: int, report: FileReport) -> list[Fence]:
    """The fenced blocks from line `start` (1-based). An unclosed one is reported where it was opened."""
    fences: list[Fence] = []
    opened: tuple[int, str, int, str] | None = None
    for number in range(start, len(lines) + 1):
        match = re.match(r"^(\s*)(`{3,}|~{3,})\s*(.*)$", lines[number - 1])
        if not match:
            continue
        indent, marks, info = len(match.group(1)), match.group(2), match.group(3).strip()
        if opened is None:
            if marks[0] == "`" and "`" in info:
                continue
            opened = (number, marks, indent, info)
        elif marks[0] == opened[1][0] and len(marks) >= len(opened[1]) and not info:
            fences.append(Fence(opened[0], number, opened[2], opened[3]))
            opened = None
    if opened:
        report.error(
            "M124", opened[0], opened[2] + 1, "Pagar kode ini tidak ditutup.", f"Tambahkan baris {opened[1]} di akhir blok."
        )
        fences.append(Fence(opened[0], len(lines), opened[2], opened[3]))
    return fences


def outside(lines: Sequence[str], start: int, fences: Sequence[Fence]) -> Iterator[tuple[int, str]]:
    """(line number, line) of what is not fenced; code spans are blanked so that columns stay."""
    fenced = {n for fence in fences for n in range(fence.first, fence.last + 1)}
    for number in range(start, len(lines) + 1):
        if number not in fenced:
            line = lines[number - 1]
            yield number, re.sub(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)", lambda m: " " * len(m.group()), line) if "`" in line else line


def refuse_hostile(lines: Sequence[str], start: int, fences: Sequence[Fence], report: FileReport) -> bool:
    """Whether the text is too much for the renderer, with the finding. What a person writes never comes near."""
    fenced = {n for fence in fences for n in range(fence.first, fence.last + 1)}
    in_file = in_paragraph = cells = 0
    for number in range(start, len(lines) + 1):
        line = lines[number - 1]
        if len(line) > LINE_LIMIT:
            report.error("M123", number, LINE_LIMIT, f"Baris ini {len(line)} huruf.", "Bagi menjadi beberapa paragraf.")
            return True
        if number in fenced:
            continue
        dense = sum(line.count(c) for c in DENSE)
        in_paragraph = in_paragraph + dense if line.strip() else 0
        in_file += dense
        cells += line.count("|")
        depth = _depth(line)
        if in_paragraph > PARAGRAPH_DENSITY or in_file > FILE_DENSITY or cells > CELLS_LIMIT or depth > NESTING_LIMIT:
            report.error(
                "M123", number, 1, "Bagian ini terlalu padat tanda atau terlalu bersarang.", "Sederhanakan, atau bagi berkasnya."
            )
            return True
    return False


def _depth(line: str) -> int:
    lead = re.match(r"^[\s>*+\-0-9.)]*", line)
    head = lead.group() if lead else ""
    return head.count(">") + len(head.expandtabs(4).replace(">", "")) // 4
