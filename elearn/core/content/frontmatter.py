"""The block between two lines of `---`: YAML of texts, lists of texts and one level of pairs, each with its
place.

YAML's own types are not used: `2026-01-05 08:00`, `on` and `1e3` arrive as they were typed, and each key
reads its text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from elearn.core.content.text import FileReport

LENGTH = 16 * 1024
"""Characters of a front matter."""
BRACKETS = 200
Path = tuple[str | int, ...]
Value = str | list[str] | dict[str, str]


@dataclass(slots=True)
class FrontMatter:
    """What was written. `body` is the line after the closing `---`; keys left empty are in `empty`, not in
    `values`."""

    report: FileReport
    values: dict[str, Value] = field(default_factory=dict)
    empty: set[str] = field(default_factory=set)
    body: int = 1
    broken: bool = False
    """Whether something could not be read, so that a key that seems to be missing may be there."""
    _keys: dict[Path, tuple[int, int]] = field(default_factory=dict)
    _places: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def key_place(self, *path: str | int) -> tuple[int, int]:
        """Line and column of a key; of the top when it is not there."""
        return self._keys.get(path, (1, 1))

    def place(self, *path: str | int) -> tuple[int, int]:
        """Line and column of a value, or of the nearest value or key around it."""
        while path:
            if path in self._places:
                return self._places[path]
            if path in self._keys:
                return self._keys[path]
            path = path[:-1]
        return 1, 1


def read_front(lines: Sequence[str], report: FileReport) -> FrontMatter:
    """Read the block at the top of a file. Findings go to the report; what can be read is."""
    front = FrontMatter(report)
    if not lines or lines[0].rstrip() != "---":
        hint = "Mulai berkas dengan baris ---, lalu title: …, lalu --- lagi."
        report.error("M101", 1, 1, "Berkas ini tidak dimulai dengan blok keterangan.", hint)
        front.broken = True
        return front
    end = next((n for n in range(1, len(lines)) if lines[n].rstrip() == "---"), None)
    if end is None:
        hint = "Tambahkan baris --- setelah kunci terakhir."
        report.error("M102", 1, 1, "Blok keterangan tidak ditutup.", hint)
        front.broken, front.body = True, len(lines) + 1
        return front
    front.body = end + 2
    source = "\n".join(lines[1:end])
    try:
        if len(source) > LENGTH or sum(map(source.count, "[{")) > BRACKETS:
            raise _RefusedError("M109", None, "Blok keterangan terlalu panjang atau terlalu bersarang.")
        node = _compose(source)
        if node is not None:
            _read_pairs(node, front)
    except _RefusedError as trouble:
        _report(trouble, front)
    return front


class _RefusedError(Exception):
    def __init__(self, code: str, mark: Any, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code, self.hint = code, hint
        self.line: int
        self.col: int
        # YAML counts from 0 and from the line after the first `---`.
        self.line, self.col = (mark.line + 2, mark.column + 1) if mark else (2, 1)


def _report(trouble: _RefusedError, front: FrontMatter) -> None:
    front.report.error(trouble.code, trouble.line, trouble.col, str(trouble), trouble.hint)
    front.broken = True


def _compose(source: str) -> yaml.Node | None:
    try:
        for event in yaml.parse(source, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                hint = "Tulis nilainya apa adanya, di antara tanda kutip bila dimulai dengan & atau *."
                raise _RefusedError("M108", event.start_mark, "Tanda & dan * YAML tidak dipakai.", hint)
            if getattr(event, "tag", None) is not None:
                # A tag swallows the word: `title: !Penting sekali` would become "sekali".
                hint = "Taruh nilainya di antara tanda kutip bila dimulai dengan !."
                raise _RefusedError("M108", event.start_mark, "Tanda ! YAML tidak dipakai.", hint)
            if isinstance(event, yaml.DocumentStartEvent) and event.explicit:
                raise _RefusedError("M103", event.start_mark, "Blok keterangan berisi lebih dari satu dokumen.")
        node: yaml.Node | None = yaml.compose(source, Loader=yaml.SafeLoader)
    except RecursionError:
        raise _RefusedError("M109", None, "Blok keterangan terlalu bersarang.") from None
    except yaml.MarkedYAMLError as trouble:
        mark: Any = trouble.problem_mark or trouble.context_mark
        raise _RefusedError("M103", mark, "Baris ini tidak dapat dibaca.", _hint(source, mark)) from None
    except yaml.YAMLError:
        raise _RefusedError("M103", None, "Blok keterangan memuat karakter yang tidak dapat dibaca.") from None
    return node


def _hint(source: str, mark: Any) -> str:
    lines = source.split("\n")
    line = lines[mark.line] if mark and mark.line < len(lines) else ""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "Pakai spasi, bukan tab."
    if line.count(":") > 1:
        return 'Teks yang memuat titik dua perlu tanda kutip, misalnya title: "Survei: dari angka ke perbaikan".'
    return "Setiap baris berbentuk 'kunci: nilai'."


def _read_pairs(node: yaml.Node, front: FrontMatter) -> None:
    if not isinstance(node, yaml.MappingNode):
        raise _RefusedError("M103", node.start_mark, "Blok keterangan seharusnya berisi baris 'kunci: nilai'.")
    for key_node, value_node in node.value:
        try:
            key = _new_key(key_node, (), front)
            value = _value(key, value_node, front)
        except _RefusedError as trouble:
            _report(trouble, front)
            continue
        if value is None:
            front.empty.add(key)
        else:
            front.values[key] = value


def _new_key(node: yaml.Node, path: Path, front: FrontMatter) -> str:
    """The text of a key that was not there before."""
    key = _text(node)
    if (*path, key) in front._keys:
        first = front._keys[(*path, key)][0]
        raise _RefusedError(
            "M107", node.start_mark, f"'{key[:80]}' sudah ada di baris {first}.", "Hapus salah satunya."
        )
    front._keys[(*path, key)] = _place(node)
    return key


def _value(key: str, node: yaml.Node, front: FrontMatter) -> Value | None:
    front._places[(key,)] = _place(node)
    if isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            front._places[(key, number)] = _place(item)
        return [_text(item) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        found: dict[str, str] = {}
        for key_node, value_node in node.value:
            try:
                name = _new_key(key_node, (key,), front)
                found[name] = _text(value_node)
            except _RefusedError as trouble:
                _report(trouble, front)
                continue
            front._places[(key, name)] = _place(value_node)
        return found
    return _text(node) or None


def _text(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise _RefusedError("M105", node.start_mark, "Di sini seharusnya satu teks.", "Kurangi satu tingkat susunan.")
    text: str = node.value
    return text.strip()


def _place(node: yaml.Node) -> tuple[int, int]:
    return node.start_mark.line + 2, node.start_mark.column + 1
