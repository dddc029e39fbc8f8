"""What keeps someone from reading a text: one function a rule, each over one file. Warnings only, codes A."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from elearn.core.content.finish import Reference
from elearn.core.content.links import Places, is_recording
from elearn.core.content.source import Source
from elearn.core.questions.shared import fold_text

Rule = Callable[[Source, Sequence[Reference]], None]

_VAGUE = frozenset({
    "klik di sini", "klik disini", "di sini", "disini", "klik", "klik ini", "sini", "ini", "lihat",
    "lihat di sini", "selengkapnya", "baca selengkapnya", "link", "link ini", "tautan", "tautan ini", "unduh",
    "here", "click here",
})  # fmt: skip
_ATX = re.compile(r"^(#{1,6})[ \t]*[^\s#]")
_DELIMITER = re.compile(r"^[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")


def image_without_text(source: Source, references: Sequence[Reference]) -> None:
    places = Places(source, references)
    for number, reference in enumerate(references):
        if reference.element == "img" and not reference.text.strip():
            place = source.before(places.of(number), "![")
            if is_recording(reference.address):
                message, hint = "Rekaman ini tanpa judul.", "Tulis judulnya di antara [ dan ]."
            else:
                message, hint = "Gambar ini tanpa teks alternatif.", "Tulis isi gambarnya di antara [ dan ]."
            source.report.warning("A501", *place, message, hint)


def vague_link(source: Source, references: Sequence[Reference]) -> None:
    places = Places(source, references)
    for number, reference in enumerate(references):
        text = reference.text.strip()
        if reference.element == "a" and fold_text(text) in _VAGUE:
            place = source.before(places.of(number), "[")
            hint = "Pakai nama halaman yang dituju sebagai teks tautan."
            source.report.warning("A505", *place, f"'{text}' tidak mengatakan ke mana tautannya.", hint)


def table_without_header(source: Source, references: Sequence[Reference]) -> None:
    del references
    previous = (0, "")
    for number, line in source.free:
        if "|" in previous[1] and number == previous[0] + 1 and "-" in line and _DELIMITER.match(line):
            head = previous[1].strip(" \t>").removeprefix("|").removesuffix("|")
            cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", head)]
            if not any(cells):
                hint = "Isi baris pertamanya dengan nama kolom."
                source.report.warning("A506", previous[0], 1, "Tabel ini tanpa baris judul.", hint)
            elif not all(cells):
                hint = "Beri nama juga kolom itu, misalnya Hal: pembaca layar menyebut nama kolom di setiap sel."
                message = f"Kolom ke-{cells.index('') + 1} tabel ini tanpa nama."
                source.report.warning("A506", previous[0], 1, message, hint)
        previous = (number, line)
    text = "\n".join(line.lower() for _number, line in source.free)
    place = text.find("<table")
    if place >= 0 and "<th" not in text.replace("<thead", ""):
        line_place = next((n, line.lower().index("<table") + 1) for n, line in source.free if "<table" in line.lower())
        source.report.warning("A506", *line_place, "Tabel ini tanpa sel judul.", "Pakai <th> pada baris pertamanya.")


def skipped_heading(source: Source, references: Sequence[Reference]) -> None:
    """In lessons: the page's own title is level 1, so a text begins at level 2 and goes down one by one."""
    del references
    before = 1
    for number, level in _headings(source.prose):
        if level == 1:
            hint = "Mulai dari ## untuk judul di dalam materi."
            source.report.warning("A504", number, 1, "Judul tingkat satu sudah dipakai judul halamannya.", hint)
        elif level > before + 1:
            hint = f"Pakai {'#' * (before + 1)} di sini."
            source.report.warning("A503", number, 1, f"Tingkat judul melompat dari {before} ke {level}.", hint)
        before = level


def _headings(lines: Sequence[tuple[int, str]]) -> list[tuple[int, int]]:
    """(line, level) of headings with hashes, and of those underlined with = or -."""
    found: list[tuple[int, int]] = []
    previous = (0, "")
    for number, line in lines:
        match = _ATX.match(line)
        if match:
            found.append((number, len(match[1])))
        elif previous[1].strip() and previous[0] == number - 1 and re.fullmatch(r"=+[ \t]*|-+[ \t]*", line):
            found.append((previous[0], 1 if line[0] == "=" else 2))
        previous = (number, "" if match else line)
    return found


EVERYWHERE: tuple[Rule, ...] = (image_without_text, vague_link, table_without_header)
IN_PROSE: tuple[Rule, ...] = (skipped_heading,)
"""Rules for lessons and the introduction of a module."""
