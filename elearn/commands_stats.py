"""`elearn stats items`: read a plain matrix of points and say what the answers tell about the test.

`elearn stats quiz` prints the same of what `elearn.quizzes.statistics` reads. This file needs no application and no
database: the matrix may come from anywhere. Sentences are Indonesian, for trainers.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from elearn.core.statistics import TestStatistics, analyse, verdict

BYTES_AT_MOST = 200_000_000
MAXIMUM_AT_MOST = 1_000_000_000
PROBLEMS_AT_MOST = 20
REMEMBERED = 1000
"""Distinct cells of a column whose numbers are kept: a test has few, and a file with many must not fill the memory."""

NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
ITEM_FIGURES = ("facility", "sd", "effective_weight", "discrimination_index", "discriminative_efficiency")
TEST_FIGURES = ("mean", "median", "sd", "skewness", "kurtosis", "cic", "error_ratio", "standard_error", "attempts")


class Unreadable(ValueError):
    """Why files are no matrix of points: sentences, each with its file, line and column where it has them."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Matrix:
    """Items by name, a column of points for each (None: not met by this attempt), and their maxima in points."""

    names: tuple[str, ...]
    columns: tuple[list[float | None], ...]
    maxima: tuple[float, ...]


class _Sheet:
    """A CSV file while it is read: its delimiter and header at once, its rows one by one."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        size = path.stat().st_size
        if size > BYTES_AT_MOST:
            raise Unreadable(f"{self.name}: berkas ini lebih dari {BYTES_AT_MOST // 1_000_000} MB.")
        lines = self._lines(path)
        first = next(lines, "")
        # A delimiter within quotes belongs to a name.
        self.delimiter = ";" if ";" in re.sub(r'"[^"]*"', "", first) else ","
        self._reader = csv.reader(self._with(first, lines), delimiter=self.delimiter, strict=True)
        header = next(self.rows(), None)
        if header is None:
            raise Unreadable(f"{self.name}: berkas ini kosong.")
        self.names = tuple(cell.strip() for cell in header[1])
        self._check_names()

    def _lines(self, path: Path) -> Iterator[str]:
        """The file's lines, decoded one by one so that the wrong one can be named."""
        with path.open("rb") as stream:
            for number, line in enumerate(stream, start=1):
                try:
                    yield line.decode("utf-8-sig" if number == 1 else "utf-8")
                except UnicodeDecodeError:
                    raise Unreadable(
                        f"{self.name} baris {number}: bukan teks UTF-8. Simpan ulang sebagai CSV UTF-8."
                    ) from None

    @staticmethod
    def _with(first: str, rest: Iterator[str]) -> Iterator[str]:
        yield first
        yield from rest

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """(line on which a row begins, cells). Rows without content are left out: spreadsheets leave them behind."""
        begins = self._reader.line_num + 1
        try:
            for cells in self._reader:
                if any(cells):
                    yield begins, cells
                begins = self._reader.line_num + 1
        except csv.Error:
            raise Unreadable(
                f"{self.name} baris {begins}: tidak dapat dibaca. Tanda kutipnya tidak berpasangan, isinya terlalu "
                "panjang, atau akhir barisnya tidak lazim."
            ) from None

    def _check_names(self) -> None:
        seen: set[str] = set()
        for column, name in enumerate(self.names, start=1):
            place = f"{self.name} baris 1, kolom {column}"
            if not name:
                raise Unreadable(f"{place}: kolom ini tidak bernama. Setiap kolom adalah satu soal.")
            if name in seen:
                raise Unreadable(f"{place}: soal {name!r} sudah ada di kolom lain.")
            seen.add(name)

    def points(self, cell: str) -> float | None:
        """The number in a cell, None for an empty one. Raises ValueError with the rest of a sentence."""
        text = cell.strip()
        if not text:
            return None
        # In a file that parts its cells by commas, one within a number is a mistake rather than a decimal sign.
        plain = text.replace(",", ".") if self.delimiter == ";" else text
        if not NUMBER.fullmatch(plain):
            raise ValueError(f"{text[:40]!r} bukan angka.")
        value = float(plain)
        if value < 0:
            raise ValueError(f"{text[:40]} negatif.")
        return value


def read_matrix(scores: Path, maxima: Path) -> Matrix:
    """The points in `scores` (a row an attempt, a column an item) with the maxima in `maxima` (one row, same header).

    Delimiter `;` (with 0,5 or 0.5) or `,` (with 0.5); UTF-8, with or without its mark. Raises Unreadable.
    """
    limits = _Sheet(maxima)
    highest = _read_maxima(limits)
    sheet = _Sheet(scores)
    _check_headers(sheet, limits)
    return Matrix(sheet.names, _read_points(sheet, highest), highest)


def _read_maxima(sheet: _Sheet) -> tuple[float, ...]:
    rows = list(sheet.rows())
    if len(rows) != 1:
        raise Unreadable(f"{sheet.name}: harus ada tepat satu baris nilai penuh di bawah judul, bukan {len(rows)}.")
    line, cells = rows[0]
    if len(cells) != len(sheet.names):
        raise Unreadable(_length(sheet, line, cells))
    values: list[float] = []
    problems: list[str] = []
    for column, cell in enumerate(cells):
        try:
            value = sheet.points(cell)
            if value is None:
                raise ValueError("nilai penuhnya kosong.")
            if value > MAXIMUM_AT_MOST:
                raise ValueError(f"{cell.strip()[:40]} terlalu besar untuk nilai penuh.")
            values.append(value)
        except ValueError as trouble:
            problems.append(f"{_place(sheet, line, column)}: {trouble}")
    if problems:
        raise Unreadable(*problems[:PROBLEMS_AT_MOST])
    return tuple(values)


def _check_headers(sheet: _Sheet, limits: _Sheet) -> None:
    if len(sheet.names) != len(limits.names):
        raise Unreadable(
            f"{sheet.name} baris 1: ada {len(sheet.names)} soal, tetapi {limits.name} punya {len(limits.names)}. "
            "Judul keduanya harus sama."
        )
    for column, (name, other) in enumerate(zip(sheet.names, limits.names, strict=True), start=1):
        if name != other:
            raise Unreadable(
                f"{sheet.name} baris 1, kolom {column}: {name!r}, tetapi di {limits.name} {other!r}. "
                "Judul keduanya harus sama."
            )


def _read_points(sheet: _Sheet, maxima: tuple[float, ...]) -> tuple[list[float | None], ...]:
    """The columns. Raises Unreadable with up to 20 sentences, so that a file need not be mended one cell a time."""
    columns: tuple[list[float | None], ...] = tuple([] for _ in maxima)
    known: tuple[dict[str, float | None], ...] = tuple({} for _ in maxima)
    problems: list[str] = []
    for line, cells in sheet.rows():
        if len(cells) != len(maxima):
            problems.append(_length(sheet, line, cells))
        else:
            for i, cell in enumerate(cells):
                try:
                    columns[i].append(known[i][cell])
                except KeyError:
                    try:
                        value = _points_below(sheet, cell, maxima[i])
                    except ValueError as trouble:
                        problems.append(f"{_place(sheet, line, i)}: {trouble}")
                        continue
                    columns[i].append(value)
                    if len(known[i]) < REMEMBERED:
                        known[i][cell] = value
        if len(problems) >= PROBLEMS_AT_MOST:
            raise Unreadable(
                *problems[:PROBLEMS_AT_MOST], "Mungkin masih ada yang lain; baris selanjutnya tidak dibaca."
            )
    if problems:
        raise Unreadable(*problems)
    if not columns[0]:
        raise Unreadable(f"{sheet.name}: tidak ada baris nilai di bawah judul kolom.")
    return columns


def _points_below(sheet: _Sheet, cell: str, maximum: float) -> float | None:
    value = sheet.points(cell)
    # 0.1 + 0.2, as another program wrote it, is a last digit more than 0.3.
    if value is not None and value > maximum * (1 + 1e-9):
        raise ValueError(f"{cell.strip()[:40]} melebihi nilai penuh {maximum:.15g}.")
    return value


def _place(sheet: _Sheet, line: int, column: int) -> str:
    return f"{sheet.name} baris {line}, kolom {column + 1} ({sheet.names[column][:40]!r})"


def _length(sheet: _Sheet, line: int, cells: list[str]) -> str:
    return f"{sheet.name} baris {line}: ada {len(cells)} kolom, seharusnya {len(sheet.names)}."


def statistics_of(matrix: Matrix) -> TestStatistics:
    """The analysis of a matrix that was read."""
    return analyse(matrix.columns, matrix.maxima)


def as_json(names: Sequence[str], found: TestStatistics) -> dict[str, Any]:
    """The figures by name; percentages, but mean, median, sd and standard_error of the test in its points."""
    items = {
        name: {figure: getattr(item, figure) for figure in ITEM_FIGURES}
        for name, item in zip(names, found.items, strict=True)
    }
    return {"items": items} | {figure: getattr(found, figure) for figure in TEST_FIGURES}


def show(console: Console, names: Sequence[str], found: TestStatistics) -> None:
    """Print the figures as tables, and below them what they mean for the trainer."""
    whole = Table("Tes", "", box=None, pad_edge=False, padding=(0, 3, 0, 0))
    for name, value in (
        ("Percobaan", str(found.attempts)),
        ("Rata-rata", _points(found.mean, found.mean_percent)),
        ("Median", _points(found.median, found.median_percent)),
        ("Simpangan baku", _points(found.sd, found.sd_percent)),
        ("Kemencengan", _figure(found.skewness)),
        ("Keruncingan", _figure(found.kurtosis)),
        ("Konsistensi internal (%)", _figure(found.cic, 1)),
        ("Rasio galat (%)", _figure(found.error_ratio, 1)),
        ("Galat baku", _points(found.standard_error, found.standard_error_percent)),
    ):
        whole.add_row(name, value)
    heads = ("Percobaan", "Kemudahan", "Simpangan baku", "Bobot efektif", "Daya beda", "Efisiensi beda")
    items = Table("Soal", box=None, pad_edge=False, padding=(0, 3, 0, 0), caption="Semua dalam persen.")
    items.caption_justify = "left"
    for head in heads:
        items.add_column(head, justify="right")
    said: dict[str, list[str]] = {}
    for name, item in zip(names, found.items, strict=True):
        figures = (_figure(getattr(item, figure), 1) for figure in ITEM_FIGURES)
        items.add_row(Text(name), str(item.attempts), *figures)
        for sentence in verdict(item):
            said.setdefault(sentence, []).append(name)
    console.print(whole)
    console.print()
    console.print(items)
    for sentence, these in said.items():
        console.print(Text(f"\n{', '.join(these)}: {sentence}"))


def _points(value: float | None, percent: float | None) -> str:
    return _figure(value) if percent is None else f"{_figure(value)} ({_figure(percent, 1)}%)"


def _figure(value: float | None, decimals: int = 2) -> str:
    return "–" if value is None else f"{value:.{decimals}f}".replace(".", ",")
