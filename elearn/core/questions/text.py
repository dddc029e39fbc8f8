"""`text`: a short answer typed by hand, several accepted."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from elearn.core.questions import shared
from elearn.core.questions.base import Grade, QuestionSource, Render, Report, Response, Review

name = "text"
asks_for = "one"
graded = True
holds_stem = False
attributes: tuple[str, ...] = ()
draw = shared.draw_nothing
shuffles = False
arrange = shared.arrange_nothing
analyse = shared.analyse_typed
AT_MOST = 200
WEIGHTED = re.compile(r"^(\d{1,3}(?:[.,]\d{1,4})?%)\s+(.+)$", re.DOTALL)
_STARS = re.compile(r"(?<!\\)\*")


def parse(source: QuestionSource, render: Render, report: Report) -> dict[str, Any] | None:
    """Lines `= answer`; `*` stands for anything; `= 50% answer` earns part of the points."""
    exact = "exact" in source.classes
    answers: list[dict[str, str]] = []
    lines: dict[str, int] = {}
    sound = True
    for line in source.answers:
        match = WEIGHTED.match(line.text)
        fraction = shared.read_percent(match.group(1)) if match else Fraction(1)
        text = match.group(2).strip() if match else line.text
        if fraction is None or not 0 < fraction <= 1:
            report.error("Q215", line.line, line.col, f"Bobot {line.text.split()[0]} di luar 0 sampai 100 %.")
            sound = False
            continue
        folded = text if exact else shared.fold_text(text)
        if not folded.replace("*", "").strip():
            report.error("Q214", line.line, line.col, "Jawaban ini kosong.", "Tulis jawaban setelah tanda =.")
            sound = False
            continue
        if folded in lines:
            report.warning("Q231", line.line, line.col, f"Jawaban ini sama dengan yang di baris {lines[folded]}.")
            continue
        lines[folded] = line.line
        answers.append({"text": text, "fraction": str(fraction)})
    if not sound:
        return None
    if not any(Fraction(a["fraction"]) == 1 for a in answers):
        message = "Tidak ada jawaban yang bernilai penuh."
        report.error("Q201", source.line, source.col, message, "Tulis satu baris '= jawaban' tanpa bobot.")
        return None
    return {"answers": answers, "exact": exact}


def option_ids(body: Mapping[str, Any]) -> tuple[str, ...]:
    return ()


def present(body: Mapping[str, Any], order: Sequence[str]) -> dict[str, Any]:
    return {"at_most": AT_MOST}


def clean(body: Mapping[str, Any], raw: Any) -> Response:
    return shared.clean_text(raw, AT_MOST, exact=body["exact"])


def grade(body: Mapping[str, Any], response: Response) -> Grade:
    if response is None:
        return Grade(Fraction(0), "Tidak dijawab.")
    best = max(
        (Fraction(a["fraction"]) for a in body["answers"] if _matches(a["text"], response, body["exact"])),
        default=None,
    )
    if best is None:
        return Grade(Fraction(0), "Jawaban Anda belum tepat.")
    if best == 1:
        return Grade(best, "Jawaban Anda tepat.")
    return Grade(best, f"Jawaban Anda mendapat {shared.percent_text(best)} nilai soal ini.")


def _matches(pattern: str, response: str, exact: bool) -> bool:
    """Whether the response fits; `*` is any run of characters. Linear: pieces are sought in order."""
    given = response if exact else shared.fold_text(response)
    pieces = [_piece(p, exact, place) for place, p in enumerate(_STARS.split(pattern))]
    if len(pieces) == 1:
        return given == pieces[0].strip()
    first, *middle, last = pieces
    if not given.startswith(first):
        return False
    at = len(first)
    for piece in middle:
        found = given.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return given.endswith(last) and len(given) - len(last) >= at


def _piece(piece: str, exact: bool, place: int) -> str:
    """A stretch between stars, folded but with the blanks at its ends kept: `kartu *` needs the blank."""
    plain = piece.replace("\\*", "*")
    if exact:
        return plain
    folded = shared.fold_text(plain)
    if not folded:
        return " " if plain and not plain.strip() else ""
    before = " " if plain[0].isspace() and place else ""
    after = " " if plain[-1].isspace() else ""
    return f"{before}{folded}{after}"


def key(body: Mapping[str, Any]) -> Response:
    """An answer of full points; a star is read as nothing, or as a letter where nothing would not do."""
    full = [a["text"] for a in body["answers"] if Fraction(a["fraction"]) == 1]
    plain = next((t for t in full if not _STARS.search(t)), full[0])
    filled = (_tidy(_STARS.sub(star, plain).replace("\\*", "*"), body["exact"]) for star in ("", "x"))
    return next((answer for answer in filled if grade(body, answer).fraction == 1), plain)


def _tidy(text: str, exact: bool) -> str:
    return text.strip() if exact else " ".join(text.split())


def review(body: Mapping[str, Any], response: Response, order: Sequence[str]) -> Review:
    full = [a["text"].replace("\\*", "*") for a in body["answers"] if Fraction(a["fraction"]) == 1]
    return Review(response or "", " atau ".join(full[:3]))
