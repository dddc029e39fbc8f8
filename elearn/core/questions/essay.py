"""`essay`: a longer text, marked by a person.

`grade` cannot tell what a text is worth: it says `pending`, and the attempt waits. An essay without a word earns nothing
and waits for nobody. `mark` turns a marker's points for each criterion of the rubric into a grade: 3 of 4 and 4 of 6
points make 7/10 of the question's. Without a rubric there is one criterion, of 100.

`words=50..300` is told to the writer and counted. It takes no points: whether a text is too short to be good is the
marker's to say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from elearn.core.questions import shared
from elearn.core.questions.base import (
    BadResponse,
    Grade,
    Place,
    QuestionSource,
    Render,
    Report,
    Response,
    Review,
    TableRow,
)

name = "essay"
asks_for = "one"
shuffles = False
graded = True
holds_stem = False
attributes = ("words",)
draw = shared.draw_nothing
arrange = shared.arrange_nothing
AT_MOST = 20_000
"""Characters of a response."""
WHOLE = "nilai"
"""The criterion of an essay without a rubric."""
_WORDS = re.compile(r"([0-9]{1,4})\s*\.\.\s*([0-9]{1,4})")
_COLUMNS = ("kriteria", "poin", "deskriptor")
_LINE = re.compile(r":?-+:?")


def parse(source: QuestionSource, render: Render, report: Report) -> dict[str, Any] | None:
    words = _parse_words(source, report)
    rubric = _parse_rubric(source, render, report) if source.table else []
    if words is None or rubric is None:
        return None
    _compare_points(source, rubric, report)
    return {"words": words, "rubric": rubric}


def _parse_words(source: QuestionSource, report: Report) -> list[int] | None:
    """The least and the most words; empty when nothing is said of them."""
    written = source.attributes.get("words")
    if written is None:
        return []
    match = _WORDS.fullmatch(written)
    words = [int(match[1]), int(match[2])] if match else []
    if words and 0 < words[1] <= AT_MOST // 5 and words[0] <= words[1]:
        return words
    message = f"words={written[:20]} bukan rentang banyaknya kata."
    report.error("Q221", source.line, source.col, message, "Tulis dari yang kecil, misalnya words=50..300.")
    return None


def _parse_rubric(source: QuestionSource, render: Render, report: Report) -> list[dict[str, str]] | None:
    head, *rows = source.table
    if tuple(cell.casefold() for cell in head.cells) != _COLUMNS:
        message = "Baris judul rubrik bukan Kriteria | Poin | Deskriptor."
        report.error("Q246", head.line, head.col, message, "Tulis ketiga nama kolom itu.")
        return None
    if not rows or not all(_LINE.fullmatch(cell) for cell in rows[0].cells):
        report.error(
            "Q246", head.line, head.col, "Di bawah judul rubrik belum ada baris --- | --- | ---.", "Tambahkan."
        )
        return None
    if len(rows) == 1:
        report.error("Q246", head.line, head.col, "Rubrik ini belum punya kriteria.", "Tambahkan satu baris.")
        return None
    seen: dict[str, int] = {}
    criteria = [_parse_row(row, source, seen, render, report) for row in rows[1:]]
    sound = [criterion for criterion in criteria if criterion]
    return sound if len(sound) == len(criteria) else None


def _parse_row(
    row: TableRow, source: QuestionSource, seen: dict[str, int], render: Render, report: Report
) -> dict[str, str] | None:
    """One criterion. `seen` are the lines of those before."""
    if len(row.cells) != len(_COLUMNS) or not row.cells[0]:
        hint = "Tulis Kriteria | Poin | Deskriptor; tanda | yang bagian teks ditulis \\|."
        report.error("Q246", row.line, row.col, "Baris rubrik ini bukan tiga kolom dengan kriteria.", hint)
        return None
    criterion, written, descriptor = row.cells
    points = _points(written)
    if points is None:
        message = f"Poin '{written[:20]}' pada rubrik bukan bilangan di atas 0."
        report.error("Q246", row.line, row.col, message, "Misalnya 4 atau 2,5.")
        return None
    key = shared.option_id(source.id, criterion)
    if key in seen:
        message = f"Kriteria ini sama dengan yang di baris {seen[key]}."
        report.error("Q204", row.line, row.col, message, "Ubah salah satunya.")
        return None
    seen[key] = row.line
    return {
        "id": key,
        "html": shared.inline(render(criterion)),
        "text": criterion,
        "points": str(points),
        "descriptor_html": shared.inline(render(descriptor)) if descriptor else "",
    }


def _points(written: str) -> Decimal | None:
    try:
        points = Decimal(written.replace(",", "."))
    except InvalidOperation:
        return None
    return points if points.is_finite() and 0 < points <= 1000 and points == round(points, 4) else None


def _compare_points(source: QuestionSource, rubric: Sequence[Mapping[str, str]], report: Report) -> None:
    """A writer reads the points of the rubric, and is given those of the question."""
    total = sum((Decimal(criterion["points"]) for criterion in rubric), Decimal(0))
    worth = _points(source.attributes.get("points", "1"))
    if rubric and worth is not None and total != worth:
        said = shared.number_text(Fraction(total))
        message = f"Poin rubrik berjumlah {said}, sedangkan soal ini bernilai {shared.number_text(Fraction(worth))}."
        head = source.table[0]
        report.warning("Q247", head.line, head.col, message, f"Tulis points={said} di judul soal, atau ubah rubriknya.")


def option_ids(body: Mapping[str, Any]) -> tuple[str, ...]:
    return ()


def present(body: Mapping[str, Any], order: Sequence[str]) -> dict[str, Any]:
    """The rubric is shown: a writer may know what is looked for."""
    words = body["words"]
    return {
        "at_most": AT_MOST,
        "words": {"least": words[0], "most": words[1]} if words else None,
        "rubric": [
            {
                "id": criterion["id"],
                "html": criterion["html"],
                "points": shared.number_text(Fraction(criterion["points"])),
                "descriptor_html": criterion["descriptor_html"],
            }
            for criterion in body["rubric"]
        ],
    }


def clean(body: Mapping[str, Any], raw: Any) -> Response:
    """The text, trimmed, with line ends as they are stored: a form sends others than a script does."""
    if isinstance(raw, str):
        raw = raw.replace("\r\n", "\n").replace("\r", "\n")
    return shared.clean_text(raw, AT_MOST, exact=True)


def count_words(response: Response) -> int:
    return len((response or "").split())


def grade(body: Mapping[str, Any], response: Response) -> Grade:
    if response is None:
        return Grade(Fraction(0), "Tidak dijawab.")
    return Grade(Fraction(0), f"{count_words(response)} kata, menunggu dinilai pengajar.", status="pending")


def criteria(body: Mapping[str, Any]) -> dict[str, Fraction]:
    """What a marker gives points for, and how many at most."""
    return {c["id"]: Fraction(c["points"]) for c in body["rubric"]} or {WHOLE: Fraction(100)}


def mark(body: Mapping[str, Any], points: Mapping[str, Fraction | Decimal | int]) -> Grade:
    """The grade from a marker's points for every criterion. Raises BadResponse."""
    most = criteria(body)
    if set(points) != set(most) or not all(0 <= points[i] <= most[i] for i in most):
        raise BadResponse("points for every criterion expected, none above its most")
    earned, total = sum((Fraction(given) for given in points.values()), Fraction(0)), sum(most.values(), Fraction(0))
    sentence = f"{shared.number_text(earned)} dari {shared.number_text(total)} poin menurut penilai."
    return Grade(earned / total, sentence)


def key(body: Mapping[str, Any]) -> Response:
    return None


def review(body: Mapping[str, Any], response: Response, order: Sequence[str]) -> Review:
    return Review(response or "", "")


def analyse(body: Mapping[str, Any], response: Response) -> tuple[Place, ...]:
    return ()
