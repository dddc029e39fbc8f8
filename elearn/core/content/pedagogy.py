"""What keeps a module from teaching or testing what it says: one function a rule. Warnings only, codes P."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from elearn.core.content.questions import Section
from elearn.core.content.text import FileReport
from elearn.core.questions.base import QuestionSource
from elearn.core.questions.shared import fold_text

Rule = Callable[[Sequence[QuestionSource], FileReport], None]

ENOUGH_TO_SEE = 4
"""Questions of one right answer that show a habit."""
_PAIRS = (
    {"benar", "salah"}, {"betul", "salah"}, {"ya", "tidak"}, {"ya", "bukan"}, {"setuju", "tidak setuju"},
    {"boleh", "tidak boleh"}, {"sesuai", "tidak sesuai"}, {"tepat", "tidak tepat"}, {"true", "false"},
    {"yes", "no"},
)  # fmt: skip
_EXCEPTION = re.compile(
    r"\bkecuali\b"
    r"|\b(?:yang|berikut|mana|manakah|apa|apakah)\b[^?.]{0,120}"
    r"\b(?:bukan(?:lah)?|tidak (?:termasuk|benar|tepat|sesuai|perlu|merupakan|mencerminkan|seharusnya))\b",
    re.IGNORECASE,
)
_SWEEPING = re.compile(
    r"(?:semua|semuanya|seluruh|seluruhnya)(?: (?:jawaban|pilihan|opsi))?(?: (?:di atas|tersebut|itu|ini))?"
    r"(?: (?:adalah )?(?:benar|betul|salah|tepat|keliru))?"
    r"|(?:benar|betul|salah) semua(?:nya)?"
    r"|tidak (?:ada|satu pun)(?: (?:jawaban|pilihan))?(?: yang| di atas)?(?: (?:benar|betul|tepat|salah))?"
    r"|(?:jawaban |pilihan )?[a-e](?: ?, ?[a-e])* dan [a-e](?: (?:benar|betul|salah))?"
)


def _single(sources: Sequence[QuestionSource]) -> list[QuestionSource]:
    """Questions of one right option; the areas of a picture have no length to compare."""
    return [s for s in sources if s.options and "hotspot" not in s.classes and all(o.bracket == "(" for o in s.options)]


def longest_is_right(sources: Sequence[QuestionSource], report: FileReport) -> None:
    """In a file of at least four single-choice questions, the right option is the longest in every one."""
    singles = _single(sources)
    if len(singles) < ENOUGH_TO_SEE:
        return
    for source in singles:
        right = [len(o.text) for o in source.options if o.mark.lower() == "x"]
        wrong = [len(o.text) for o in source.options if o.mark.lower() != "x"]
        if not right or not wrong or max(right) <= max(wrong):
            return
    message = f"Di semua {len(singles)} soal pilihan, pilihan terpanjang adalah yang benar."
    report.warning("P603", singles[0].line, 1, message, "Samakan panjangnya: peserta dapat menebak tanpa membaca.")


def all_of_the_above(sources: Sequence[QuestionSource], report: FileReport) -> None:
    for source in sources:
        for option in source.options:
            if _SWEEPING.fullmatch(fold_text(option.text)):
                hint = "Pakai - [x] bila yang benar memang lebih dari satu."
                report.warning("P604", option.line, option.col, "Pilihan seperti ini mudah ditebak.", hint)


def negative_stem(sources: Sequence[QuestionSource], report: FileReport) -> None:
    for source in sources:
        last = source.stem.rstrip().rsplit("\n", 1)[-1]
        asked = last if last.endswith(("?", "kecuali", "kecuali:", "kecuali …", "kecuali ...")) else ""
        if _EXCEPTION.search(source.heading) or _EXCEPTION.search(asked):
            hint = "Tanyakan yang benar, atau mintalah peserta memilih semua yang tepat."
            report.warning("P605", source.line, 1, "Soal yang menanyakan kekecualian mudah salah dibaca.", hint)


def few_options(sources: Sequence[QuestionSource], report: FileReport) -> None:
    for source in sources:
        texts = {fold_text(option.text) for option in source.options}
        if len(source.options) == 2 and source.options[0].bracket in "([" and texts not in _PAIRS:
            hint = "Tambahkan satu pengecoh yang masuk akal."
            report.warning("P606", source.line, 1, "Soal ini hanya punya dua pilihan.", hint)


QUESTION_RULES: tuple[Rule, ...] = (longest_is_right, all_of_the_above, negative_stem, few_options)


def small_pool(section: Section, draw: int | None, attempts: int | None, report: FileReport) -> None:
    """Where a quiz may be tried again, a pool that is drawn from holds at least twice what is drawn: then a
    second attempt can be of other questions. Pools that are given whole (no draw) are meant to be."""
    size = len(section.headings)
    if section.heading and draw and attempts != 1 and draw <= size < 2 * draw:
        message = f"Bagian ini berisi {size} soal, sedangkan setiap percobaan mengambil {draw}."
        hint = f"Percobaan kedua akan mengulang soal yang sama: sediakan sedikitnya {2 * draw} soal."
        report.warning("P607", section.heading.line, 1, message, hint)


def untested_outcomes(outcomes: Mapping[str, tuple[int, int]], tested: Collection[str], report: FileReport) -> None:
    """`outcomes` maps each key to its place in module.md; `tested` are those that graded quizzes name."""
    for key, place in outcomes.items():
        if key not in tested:
            hint = f"Tulis outcome={key} pada soal kuis yang mengujinya."
            report.warning("P601", *place, f"Tujuan {key} tidak diuji soal mana pun.", hint)


def honest_jp(jp: Decimal, minutes: int, jp_minutes: int, place: tuple[int, int], report: FileReport) -> None:
    """The declared JP lies within a factor of two of the estimated minutes."""
    declared = Fraction(jp) * jp_minutes
    if minutes and not Fraction(minutes, 2) <= declared <= 2 * minutes:
        message = f"{_number(jp)} JP berarti {round(declared)} menit, sedangkan isinya kira-kira {minutes} menit."
        fitting = (Decimal(minutes) / jp_minutes).quantize(Decimal("0.1"))
        report.warning("P602", *place, message, f"Isi ini kira-kira {_number(fitting)} JP.")


def _number(value: Decimal) -> str:
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")
