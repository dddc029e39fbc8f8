"""Bytes to lines, whatever the bytes, and the findings of one file with their places."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from elearn.core.model import Diagnostic, Edit

FILE_LIMIT = 256 * 1024
"""Bytes of a Markdown file."""
FINDINGS_LIMIT = 300
"""Findings kept of one file: nobody reads more, and a hostile file could make millions."""

# Control characters, line separators other than LF, byte order marks inside the text, noncharacters, and the
# marks that turn the direction of writing: none can be seen, and each can make a text say something else than
# it seems to.
_HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")


@dataclass(slots=True)
class FileReport:
    """The findings of one file; the `Report` that question types write to."""

    file: str
    found: list[Diagnostic] = field(default_factory=list)
    exact: bool = True
    """Whether the lines are what the bytes say, so that a line may be written back."""

    def error(self, code: str, line: int, col: int, message: str, hint: str = "") -> None:
        self._add(Diagnostic(self.file, line, col, "error", code, message, hint))

    def warning(self, code: str, line: int, col: int, message: str, hint: str = "", edit: Edit | None = None) -> None:
        self._add(Diagnostic(self.file, line, col, "warning", code, message, hint, edit if self.exact else None))

    def _add(self, diagnostic: Diagnostic) -> None:
        if diagnostic in self.found:
            return  # a text of a question that could not be read may have been looked at twice
        if len(self.found) < FINDINGS_LIMIT:
            self.found.append(diagnostic)
        elif len(self.found) == FINDINGS_LIMIT:
            # Too much to read is an error, so that what is not said cannot be published either.
            said = f"Berkas ini punya lebih dari {FINDINGS_LIMIT} temuan; sisanya tidak ditampilkan."
            self.found.append(
                Diagnostic(
                    self.file,
                    diagnostic.line,
                    diagnostic.col,
                    "error",
                    "M127",
                    said,
                    "Perbaiki dulu yang di atas.",
                )
            )

    @property
    def failed(self) -> bool:
        return any(d.severity == "error" for d in self.found)


def read_lines(data: bytes, report: FileReport) -> list[str] | None:
    """The lines without their ends (LF, CRLF or CR); a byte order mark is no part of the first.

    Bad bytes and hidden characters are reported and replaced. None, with a finding, when the file is too
    large or is no text at all.
    """
    if len(data) > FILE_LIMIT:
        message = f"Berkas ini lebih besar dari {FILE_LIMIT // 1024} KB."
        report.error("M122", 1, 1, message, "Bagi menjadi beberapa materi.")
        return None
    if b"\0" in data:
        report.error(
            "M121",
            *place_behind(data[: data.index(b"\0")]),
            "Berkas ini bukan teks: ada karakter NUL.",
            "Simpan ulang sebagai teks UTF-8.",
        )
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as trouble:
        report.error(
            "M120",
            *place_behind(data[: trouble.start]),
            "Berkas ini bukan UTF-8.",
            "Simpan ulang dengan pengodean UTF-8.",
        )
        report.exact = False
        text = data.decode("utf-8", "replace")
    return _show_hidden(_unify(text.removeprefix("\ufeff")).split("\n"), report)


def _show_hidden(lines: list[str], report: FileReport) -> list[str]:
    """The lines with what cannot be seen replaced by a sign that can, and reported."""
    for number, line in enumerate(lines, start=1):
        hidden = _HIDDEN.search(line)
        if hidden:
            name = unicodedata.name(hidden.group(), "karakter kendali").lower()
            message = f"Ada karakter tersembunyi U+{ord(hidden.group()):04X} ({name})."
            hint = "Hapus karakter ini; biasanya terbawa saat menyalin dari aplikasi lain."
            report.error("M121", number, hidden.start() + 1, message, hint)
            report.exact = False
            lines[number - 1] = _HIDDEN.sub("\ufffd", line)
    return lines


def place_behind(before: bytes) -> tuple[int, int]:
    """Line and column, from 1, of what follows these bytes."""
    text = _unify(before.decode("utf-8", "replace").removeprefix("\ufeff"))
    return text.count("\n") + 1, len(text) - (text.rfind("\n") + 1) + 1


def _unify(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
