"""The block between two lines of `---`: YAML of texts, lists of texts and one level of pairs, each with its place."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import yaml

from elearn.core.content.text import FRONT_LIMIT, FileReport

JAKARTA = ZoneInfo("Asia/Jakarta")
SLUG = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Scalar:
    text: str
    line: int
    col: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A key with its value: a Scalar, a list of them, or pairs of them; None where the value is left empty."""

    key: Scalar
    value: Scalar | list[Scalar] | list[tuple[Scalar, Scalar]] | None


class Unusable(ValueError):
    """A value that cannot be used: the message and the hint are for the trainer."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(slots=True)
class FrontMatter:
    """What was written, and readers that report what is wrong with it. `body` is the line after the closing `---`."""

    report: FileReport
    entries: dict[str, Entry] = field(default_factory=dict)
    body: int = 1
    broken: bool = False

    def allow(self, known: Sequence[str]) -> None:
        """Report every key that is not known, with the nearest one that is."""
        for name, entry in self.entries.items():
            if name not in known:
                near = difflib.get_close_matches(name.lower(), known, 1, 0.5)
                hint = f"Maksud Anda {near[0]}?" if near else f"Yang dikenal: {', '.join(known)}."
                self.report.error("M104", entry.key.line, entry.key.col, f"Kunci '{name}' tidak dikenal.", hint)

    def require(self, name: str) -> None:
        if name not in self.entries and not self.broken:
            self.report.error("M106", 1, 1, f"Kunci '{name}' belum ada.", f"Tambahkan baris '{name}: …'.")

    def text(self, name: str, read: Callable[[str], T], default: T) -> T:
        """The value of a key that is one text, through `read`, which raises Unusable."""
        entry = self.entries.get(name)
        if entry is None:
            return default
        value = entry.value
        if not isinstance(value, Scalar):
            place = entry.key
            self.report.error("M105", place.line, place.col, f"'{name}' seharusnya berisi satu nilai.")
            return default
        try:
            return read(value.text)
        except Unusable as trouble:
            self.report.error("M105", value.line, value.col, f"'{name}': {trouble}", trouble.hint)
            return default

    def maybe(self, name: str, read: Callable[[str], T]) -> T | None:
        """Like `text` for a key that may be left out."""
        absent: T | None = None
        return self.text(name, read, absent) if name in self.entries else absent  # type: ignore[type-var, arg-type]

    def texts(self, name: str, read: Callable[[str], str]) -> tuple[str, ...]:
        """The value of a key that is a list of texts (one text is a list of one)."""
        entry = self.entries.get(name)
        if entry is None or entry.value is None:
            return ()
        values = [entry.value] if isinstance(entry.value, Scalar) else entry.value
        out = []
        for value in values:
            if not isinstance(value, Scalar):
                self.report.error(
                    "M105", entry.key.line, entry.key.col, f"'{name}' seharusnya berupa daftar.", f"Misalnya {name}: [satu, dua]."
                )
                return ()
            try:
                out.append(read(value.text))
            except Unusable as trouble:
                self.report.error("M105", value.line, value.col, f"'{name}': {trouble}", trouble.hint)
        return tuple(out)

    def pairs(self, name: str) -> list[tuple[Scalar, Scalar]]:
        entry = self.entries.get(name)
        if entry is None or entry.value is None:
            return []
        if isinstance(entry.value, list) and all(isinstance(item, tuple) for item in entry.value):
            return [item for item in entry.value if isinstance(item, tuple)]
        self.report.error("M105", entry.key.line, entry.key.col, f"'{name}' seharusnya berisi pasangan kunci dan teks.")
        return []

    def place(self, name: str) -> tuple[int, int]:
        """Where the value of a key stands; the top when it is not there."""
        entry = self.entries.get(name)
        if entry is None:
            return 1, 1
        at = entry.value if isinstance(entry.value, Scalar) else entry.key
        return at.line, at.col


def read_front(lines: Sequence[str], report: FileReport) -> FrontMatter:
    """Read the block at the top of a file. Findings go to the report; what can be read is."""
    front = FrontMatter(report)
    if not lines or lines[0].rstrip() != "---":
        report.error("M101", 1, 1, "Berkas ini tidak dimulai dengan blok keterangan.", "Mulai dengan baris ---, title: …, lalu ---.")
        front.broken = True
        return front
    end = next((n for n in range(1, len(lines)) if lines[n].rstrip() == "---"), None)
    if end is None:
        report.error("M102", 1, 1, "Blok keterangan tidak ditutup.", "Tambahkan baris --- setelah kunci terakhir.")
        front.broken, front.body = True, len(lines) + 1
        return front
    front.body = end + 2
    source = "\n".join(lines[1:end])
    if len(source) > FRONT_LIMIT or sum(source.count(c) for c in "[{") > 200:
        report.error("M109", 2, 1, "Blok keterangan terlalu panjang atau terlalu bersarang.")
        front.broken = True
        return front
    try:
        node = _compose(source)
        if node is not None:
            _entries(node, front)
    except _Refused as trouble:
        report.error(trouble.code, trouble.line + 2, trouble.col + 1, str(trouble), trouble.hint)
        front.broken = True
    return front


class _Refused(Exception):
    def __init__(self, code: str, mark: Any, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code, self.hint = code, hint
        self.line, self.col = (mark.line, mark.column) if mark else (0, 0)


def _compose(source: str) -> yaml.Node | None:
    try:
        for event in yaml.parse(source, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise _Refused("M108", event.start_mark, "Jangkar & dan alias * tidak dipakai.", "Tulis nilainya apa adanya.")
        node: yaml.Node | None = yaml.compose(source, Loader=yaml.SafeLoader)
        return node
    except RecursionError:
        raise _Refused("M109", None, "Blok keterangan terlalu bersarang.") from None
    except yaml.MarkedYAMLError as trouble:
        mark = trouble.problem_mark or trouble.context_mark
        raise _Refused("M103", mark, "Baris ini tidak dapat dibaca.", _yaml_hint(source, mark)) from None
    except yaml.YAMLError as trouble:
        position = getattr(trouble, "position", 0) or 0
        before = source[:position]
        mark = yaml.Mark("", 0, before.count("\n"), position - (before.rfind("\n") + 1), None, None)
        raise _Refused("M103", mark, "Ada karakter yang tidak dapat dibaca.") from None


def _yaml_hint(source: str, mark: Any) -> str:
    line = source.split("\n")[mark.line] if mark and mark.line < source.count("\n") + 1 else ""
    if line.startswith("\t") or "\t" in line[: len(line) - len(line.lstrip())]:
        return "Pakai spasi, bukan tab."
    if line.count(":") > 1:
        return 'Teks yang memuat titik dua perlu tanda kutip, misalnya title: "Survei: dari angka ke perbaikan".'
    return "Setiap baris berbentuk 'kunci: nilai'."


def _scalar(node: yaml.Node) -> Scalar:
    mark = node.start_mark
    if not isinstance(node, yaml.ScalarNode):
        raise _Refused("M105", mark, "Di sini seharusnya teks.")
    return Scalar(node.value.strip(), mark.line + 2, mark.column + 1)


def _entries(node: yaml.Node, front: FrontMatter) -> None:
    if not isinstance(node, yaml.MappingNode):
        raise _Refused("M103", node.start_mark, "Blok keterangan seharusnya berisi baris 'kunci: nilai'.")
    for key_node, value_node in node.value:
        try:
            key = _scalar(key_node)
            value = _value(value_node)
        except _Refused as trouble:
            front.report.error(trouble.code, trouble.line + 2, trouble.col + 1, str(trouble), trouble.hint)
            front.broken = True
            continue
        if key.text in front.entries:
            first = front.entries[key.text].key.line
            front.report.error(
                "M107", key.line, key.col, f"Kunci '{key.text}' sudah ada di baris {first}.", "Hapus salah satunya."
            )
            continue
        front.entries[key.text] = Entry(key, value)


def _value(node: yaml.Node) -> Scalar | list[Scalar] | list[tuple[Scalar, Scalar]] | None:
    if isinstance(node, yaml.SequenceNode):
        return [_scalar(item) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        return [(_scalar(key), _scalar(value)) for key, value in node.value]
    scalar = _scalar(node)
    return scalar if scalar.text else None


# Readers of single values: text -> value, or Unusable.


def any_text(limit: int = 200) -> Callable[[str], str]:
    def read(text: str) -> str:
        text = " ".join(text.split())
        if not text:
            raise Unusable("masih kosong.")
        if len(text) > limit:
            raise Unusable(f"{len(text)} huruf; paling panjang {limit}.")
        return text

    return read


def slug(text: str) -> str:
    if not SLUG.match(text) or len(text) > 80:
        raise Unusable(f"'{text}' bukan slug.", "Pakai huruf kecil, angka, dan tanda hubung, misalnya kuis-akhir.")
    return text


def one_of(*choices: str) -> Callable[[str], Any]:
    def read(text: str) -> str:
        if text not in choices:
            near = difflib.get_close_matches(text.lower(), choices, 1, 0.5)
            raise Unusable(
                f"'{text}' tidak dikenal.", f"Maksud Anda {near[0]}?" if near else f"Pilih: {', '.join(choices)}."
            )
        return text

    return read


def decimal(low: int, high: int) -> Callable[[str], Decimal]:
    def read(text: str) -> Decimal:
        try:
            number = Decimal(text.replace(",", "."))
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or not low <= number <= high or number != round(number, 2):
            raise Unusable(f"'{text}' bukan bilangan {low} sampai {high}.", "Paling banyak dua angka di belakang koma.")
        return number

    return read


def whole(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,6}", text) or not low <= int(text) <= high:
            raise Unusable(f"'{text}' bukan bilangan bulat {low} sampai {high}.")
        return int(text)

    return read


def attempts(text: str) -> int | None:
    if text == "unlimited":
        return None
    try:
        return whole(1, 100)(text)
    except Unusable:
        raise Unusable(f"'{text}' bukan bilangan 1 sampai 100 atau unlimited.") from None


def duration(text: str) -> int:
    """Seconds of `90s`, `20m`, `1h`, `1h30m`, `2d`."""
    match = re.fullmatch(r"(?:(\d{1,3})d)?(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s)?", text.replace(" ", ""))
    seconds = sum(int(n or 0) * unit for n, unit in zip(match.groups(), (86400, 3600, 60, 1), strict=True)) if match else 0
    if not seconds:
        raise Unusable(f"'{text}' bukan lama waktu.", "Tulis misalnya 20m, 1h, atau 1h30m.")
    return seconds


def instant(text: str) -> datetime:
    """`2026-01-05 08:00`, in Jakarta unless an offset is given."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Unusable(f"'{text}' bukan tanggal dan jam.", "Tulis misalnya 2026-01-05 08:00.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=JAKARTA)


def day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Unusable(f"'{text}' bukan tanggal.", "Tulis misalnya 2026-11-23.") from None
