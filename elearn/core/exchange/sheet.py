"""Questions as a table (CSV), as a spreadsheet keeps them: a row a question, columns with Indonesian names in any order.

`soal` is the question, `jenis` its type, `pilihan 1` … its options, pairs (`kiri => kanan`) or steps, `umpan balik 1` … what is
said of each, `kunci` the key: letters of options (`A`, `A | C`, `A | B 50%`), or what is typed (`pelayanan | layanan`,
`20 ± 0,5`). Texts are Markdown. Excel in Indonesian writes semicolons, other programs commas or tabs: all are read.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from elearn.core.exchange.base import QUESTIONS, TEXT, ExchangeError, Exported, Imported, Item, Refused, Section, item
from elearn.core.exchange.plain import read_text
from elearn.core.exchange.sources import Names, answer, build, option, percent, understood
from elearn.core.model import Question
from elearn.core.questions.base import OptionLine, QuestionSource

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
OPTIONS, HINTS = len(LETTERS), 10
_TYPES = {
    "tunggal": "single", "ganda": "multiple", "teks": "text", "angka": "number", "menjodohkan": "matching",
    "mengurutkan": "ordering", "esai": "essay",
}  # fmt: skip
_NAMES = {kind: name for name, kind in _TYPES.items()}
_ATTRIBUTES = {"poin": "points", "tujuan": "outcome", "kesulitan": "difficulty", "tanda": "tags"}
_OWN = ("bagian", "id", "soal", "jenis", "kunci", "penjelasan", "ketentuan")
_KNOWN = re.compile(r"(?:pilihan|umpan balik|petunjuk) \d{1,2}")
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_PART = re.compile(r"^([A-Za-z]|\d{1,2})(?:\s+(-?\d{1,3}(?:[.,]\d{1,4})?)\s?%)?$")
_RULE = re.compile(r'([a-z]+)=("[^"]*"|\S+)')
Row = Mapping[str, str]


def recognised(data: bytes) -> bool:
    """Whether the first line names the columns."""
    mark = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    head = data[:8192].decode("utf-16" if mark else "utf-8", "replace").lstrip("\ufeff")
    first = head.split("\n", 1)[0]
    columns = {cell.strip().strip('"').casefold() for cell in re.split(r"[;,\t]", first)}
    return "soal" in columns and bool(columns & {"kunci", "jenis"})


def read_sheet(data: bytes) -> Imported:
    """A row that cannot be read is refused, the others are not. Raises ExchangeError."""
    notes: list[str] = []
    names, pools = Names(), Names()
    items: list[Item] = []
    sections: list[tuple[str, list[QuestionSource]]] = []
    for number, row in _rows(read_text(data, notes), notes):
        where = f"Baris {number}: {row.get('soal', '')[:80]}"
        told: list[str] = []
        try:
            source = _source(row, names, told)
        except Refused as trouble:
            items.append(
                Item(where, names.give(row.get("id", ""), row.get("soal", "")), "refused", (str(trouble),), None)
            )
            continue
        items.append(item(where, source, told))
        title = " ".join(row.get("bagian", "").split())
        if not sections or sections[-1][0] != title:
            sections.append((title, []))
        sections[-1][1].append(source)
    if not items:
        raise ExchangeError("Tidak ada baris soal di bawah nama kolomnya.")
    made = [Section(pools.give(title) if title else "", title, "", None, tuple(own)) for title, own in sections]
    return Imported(tuple(items), tuple(made), notes=tuple(notes))


def _rows(text: str, notes: list[str]) -> Iterator[tuple[int, Row]]:
    """(line, row) of each question: cells by the name of their column. Raises ExchangeError."""
    first = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=False)
    try:
        header = [" ".join(cell.split()).casefold() for cell in next(reader)]
        if "soal" not in header:
            raise ExchangeError("Baris pertama harus memuat nama kolom, paling sedikit: soal, jenis, kunci.")
        unknown = [name for name in header if name and not _is_known(name)]
        if unknown:
            notes.append(f"Kolom yang tidak dikenal tidak dibawa: {', '.join(unknown)[:300]}.")
        count = 0
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            count += 1
            if count > QUESTIONS:
                raise ExchangeError(f"Berkas ini memuat lebih dari {QUESTIONS} soal. Bagi menjadi beberapa berkas.")
            yield reader.line_num, {name: _plain(cell) for name, cell in zip(header, cells, strict=False) if name}
    except csv.Error as trouble:
        raise ExchangeError(f"Tabel ini tidak dapat dibaca di baris {reader.line_num}: {trouble}.") from None


def _is_known(name: str) -> bool:
    return name in _OWN or name in _ATTRIBUTES or bool(_KNOWN.fullmatch(name))


def _plain(cell: str) -> str:
    """A cell without the sign that kept a spreadsheet from computing it."""
    own = cell.replace("\r\n", "\n").strip()
    return own[1:] if own.startswith("'") and _FORMULA.match(own) else own


def _source(row: Row, names: Names, notes: list[str]) -> QuestionSource:
    """Raises Refused."""
    if any(len(cell) > TEXT for cell in row.values()):
        raise Refused(f"Teksnya lebih dari {TEXT} huruf.")
    text = row.get("soal", "")
    if not text:
        raise Refused("Kolom soal kosong.")
    kind, exact = _kind(row)
    # What else stands in the braces of a question, such as `words=50..300`.
    attributes = {name: value.strip('"') for name, value in _RULE.findall(row.get("ketentuan", ""))}
    attributes |= {key: row[name] for name, key in _ATTRIBUTES.items() if row.get(name)}
    if "points" in attributes:
        attributes["points"] = attributes["points"].replace(",", ".")
    options, answers = _answers(row, kind)
    classes = ["exact" if exact else kind] if kind in ("text", "ordering", "essay") else []
    source = build(
        "soal", text, title=text, classes=classes, attributes=attributes, options=options,
        answers=[answer(one) for one in answers], explanation=row.get("penjelasan", ""),
        hints=[row.get(f"petunjuk {n}", "") for n in range(1, HINTS + 1)],
    )  # fmt: skip
    question = understood(source)
    if question.type != kind:
        raise Refused(f"Soal ini tertulis sebagai {_NAMES.get(question.type, question.type)}, bukan {_NAMES[kind]}.")
    return replace(source, id=names.give(row.get("id", ""), source.heading))


def _kind(row: Row) -> tuple[str, bool]:
    """The type that the row says, or that its cells have; and whether letters count as they are."""
    said = row.get("jenis", "").casefold()
    exact = said == "teks persis"
    said = "teks" if exact else said
    if said and said not in _TYPES:
        raise Refused(f"Jenis '{said[:40]}' tidak dikenal. Yang ada: {', '.join(_TYPES)}, teks persis.")
    if said:
        return _TYPES[said], exact
    if any(row.get(f"pilihan {n}") for n in range(1, OPTIONS + 1)):
        return ("multiple" if "|" in row.get("kunci", "") else "single"), False
    return ("text" if row.get("kunci") else "essay"), False


def _answers(row: Row, kind: str) -> tuple[list[OptionLine], list[str]]:
    texts = [row.get(f"pilihan {n}", "") for n in range(1, OPTIONS + 1)]
    while texts and not texts[-1]:
        texts.pop()
    said = [row.get(f"umpan balik {n}", "") for n in range(1, len(texts) + 1)]
    keys = [part.strip() for part in re.split(r"(?<!\\)\|", row.get("kunci", "")) if part.strip()]
    if kind in ("text", "number"):
        if texts:
            raise Refused("Soal ketikan tidak memakai kolom pilihan; tulis jawabannya di kolom kunci.")
        if not keys:
            raise Refused("Kolom kunci kosong.")
        return [], [key.replace("\\|", "|") for key in keys]
    if kind == "essay":
        if keys or texts:
            raise Refused("Esai tidak memakai kolom kunci atau pilihan.")
        return [], []
    if "" in texts:
        raise Refused(f"Kolom pilihan {texts.index('') + 1} kosong, padahal sesudahnya terisi.")
    if kind in ("matching", "ordering"):
        if keys:
            raise Refused("Jenis ini tidak memakai kolom kunci: pasangan dan urutannya sudah di kolom pilihan.")
        bracket = "=>" if kind == "matching" else "."
        marks = ["" if kind == "matching" else str(n) for n in range(1, len(texts) + 1)]
    else:
        bracket, marks = ("(" if kind == "single" else "["), _marks(keys, len(texts))
    return [option(bracket, mark, text, told) for mark, text, told in zip(marks, texts, said, strict=True)], []


def _marks(keys: Sequence[str], count: int) -> list[str]:
    marks = [""] * count
    if not keys:
        raise Refused("Kolom kunci kosong.")
    for key in keys:
        found = _PART.match(key)
        place = (int(found[1]) - 1 if found[1].isdecimal() else LETTERS.index(found[1].upper())) if found else -1
        if found is None or not 0 <= place < count:
            raise Refused(f"Kunci '{key[:40]}' bukan salah satu pilihannya. Tulis hurufnya, misalnya A, atau A | C.")
        marks[place] = f"{found[2]}%" if found[2] else "x"
    return marks


def write_sheet(sections: Sequence[Section]) -> Exported:
    """A table that opens in a spreadsheet by itself; no cell is computed there."""
    rows: list[dict[str, str]] = []
    items: list[Item] = []
    notes: list[str] = []
    for section in sections:
        if section.draw is not None:
            notes.append(f"Bagian '{section.title}': draw={section.draw} tidak dibawa.")
        if section.stimulus.strip():
            notes.append(f"Bagian '{section.title}': bacaan bersamanya tidak dibawa.")
        for source in section.sources:
            where = f"#{source.id}"
            told: list[str] = []
            try:
                row = _row(source, understood(source), told)
            except Refused as trouble:
                items.append(Item(where, source.id, "refused", (str(trouble),), None))
                continue
            rows.append({"bagian": section.title, **row})
            items.append(item(where, source, told))
    return Exported(_table(rows), tuple(items), "text/csv", ".csv", tuple(notes))


def _row(source: QuestionSource, question: Question, notes: list[str]) -> dict[str, str]:
    """Raises Refused."""
    if question.type not in _NAMES:
        raise Refused(f"Tabel tidak dapat memuat soal jenis {question.type}.")
    if len(source.options) > OPTIONS or len(source.hints) > HINTS:
        raise Refused(f"Tabel memuat paling banyak {OPTIONS} pilihan dan {HINTS} petunjuk.")
    if "](media/" in source.text:
        notes.append("Gambarnya tidak ikut: unggah sendiri di Gambar dan berkas.")
    if source.table:
        notes.append("Rubrik tidak dibawa.")
    exact = question.type == "text" and question.body["exact"]
    row = {
        "id": source.id, "jenis": "teks persis" if exact else _NAMES[question.type], "soal": source.text,
        "kunci": _key(source, question.type), "penjelasan": source.explanation,
        "ketentuan": " ".join(f'{key}="{value}"' if " " in value else f"{key}={value}"
                              for key, value in source.attributes.items() if key not in _ATTRIBUTES.values()),
    }  # fmt: skip
    row |= {name: source.attributes[key] for name, key in _ATTRIBUTES.items() if source.attributes.get(key)}
    for n, one in enumerate(source.options, start=1):
        row |= {f"pilihan {n}": one.text, f"umpan balik {n}": one.feedback}
    return row | {f"petunjuk {n}": hint for n, hint in enumerate(source.hints, start=1)}


def _key(source: QuestionSource, kind: str) -> str:
    if kind in ("text", "number"):
        return " | ".join(one.text.replace("|", "\\|") for one in source.answers)
    if kind not in ("single", "multiple"):
        return ""
    marked = [(letter, one.mark) for letter, one in zip(LETTERS, source.options, strict=False) if one.mark]
    return " | ".join(letter if mark.casefold() == "x" else f"{letter} {_weight(mark)}" for letter, mark in marked)


def _weight(mark: str) -> str:
    return percent(Fraction(mark.rstrip("% ").replace(",", ".")) / 100)


def _table(rows: Sequence[Mapping[str, str]]) -> bytes:
    used = {name for row in rows for name, value in row.items() if value}
    numbered = [f"{word} {n}" for word in ("pilihan", "umpan balik", "petunjuk") for n in range(1, OPTIONS + 1)]
    order = ["bagian", "id", "jenis", "soal", "kunci", *numbered, "penjelasan", *_ATTRIBUTES, "ketentuan"]
    columns = [name for name in order if name in used or name in ("soal", "jenis", "kunci")]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_harmless(row.get(name, "")) for name in columns] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell
