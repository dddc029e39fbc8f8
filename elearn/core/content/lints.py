"""What is not wrong but could be better: accessibility (A) and pedagogy (P). One function a rule."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from elearn.core.model import Part, Quiz
from elearn.core.content.questions import RawSection
from elearn.core.content.text import FileReport
from elearn.core.questions.base import QuestionSource
from elearn.core.questions.shared import fold_text

Lines = Sequence[tuple[int, str]]
"""(line number, line) of what is not fenced."""

VAGUE = {"klik di sini", "di sini", "klik", "sini", "selengkapnya", "baca selengkapnya", "link", "tautan", "ini", "here", "click here"}
PAIRS = ({"benar", "salah"}, {"ya", "tidak"}, {"setuju", "tidak setuju"}, {"boleh", "tidak boleh"})
_NEGATIVE = re.compile(
    r"\bkecuali\b|\b(yang|berikut|mana|manakah|apa)\b[^?.]*\b(bukan(lah)?|tidak termasuk|tidak benar|tidak tepat)\b", re.IGNORECASE
)
_ALL = re.compile(r"^(semua(nya)?|seluruh(nya)?)( (jawaban|pilihan))?( di atas)?( itu)? (benar|betul|salah)$|^tidak ada (jawaban )?yang benar$")


def image_without_text(lines: Lines, report: FileReport) -> None:
    for number, line in lines:
        for match in re.finditer(r"!\[\s*\]\(", line):
            report.warning(
                "A501", number, match.start() + 1, "Gambar ini tanpa teks alternatif.", "Tulis isi gambarnya di antara [ dan ]."
            )


def skipped_heading(lines: Lines, report: FileReport) -> None:
    before = 1
    for number, line in lines:
        match = re.match(r"^(#{1,6})\s+\S", line)
        if not match:
            continue
        level = len(match.group(1))
        if level == 1:
            report.warning(
                "A504", number, 1, "Judul tingkat satu sudah dipakai judul materi.", "Mulai dari ## untuk judul di dalam materi."
            )
        elif level > before + 1:
            report.warning(
                "A503", number, 1, f"Tingkat judul melompat dari {before} ke {level}.", f"Pakai {'#' * (before + 1)} di sini."
            )
        before = max(level, 1)


def vague_link(lines: Lines, report: FileReport) -> None:
    for number, line in lines:
        for match in re.finditer(r"(?<!!)\[([^\]]+)\]\(", line):
            if fold_text(match.group(1)) in VAGUE:
                report.warning(
                    "A505",
                    number,
                    match.start() + 1,
                    f"'{match.group(1)}' tidak mengatakan ke mana tautannya.",
                    "Pakai nama halaman yang dituju sebagai teks tautan.",
                )


def table_without_header(lines: Lines, report: FileReport) -> None:
    previous = (0, "")
    for number, line in lines:
        rule = re.match(r"^\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?\s*$", line) and "|" in line
        if rule and previous[1] and not re.sub(r"[|\s]", "", previous[1]) and "|" in previous[1]:
            report.warning("A506", previous[0], 1, "Tabel ini tanpa baris judul.", "Isi baris pertamanya dengan nama kolom.")
        if re.search(r"<table\b", line, re.IGNORECASE) and not any("<th" in text.lower() for _, text in lines):
            report.warning("A506", number, 1, "Tabel HTML ini tanpa sel judul <th>.")
        previous = (number, line)


TEXT_RULES: tuple[Callable[[Lines, FileReport], None], ...] = (
    image_without_text,
    skipped_heading,
    vague_link,
    table_without_header,
)


def _choices(sources: Iterable[QuestionSource]) -> list[QuestionSource]:
    return [s for s in sources if s.options and all(o.bracket == "(" for o in s.options)]


def longest_is_right(sections: Sequence[RawSection], report: FileReport) -> None:
    """In a file of at least four single-choice questions, the right option is the longest in every one of them."""
    singles = _choices(source for section in sections for source in section.sources)
    longest = 0
    for source in singles:
        lengths = {o.mark.lower() == "x": 0 for o in source.options}
        for option in source.options:
            right = option.mark.lower() == "x"
            lengths[right] = max(lengths[right], len(option.text))
        longest += lengths.get(True, 0) > lengths.get(False, 0)
    if len(singles) >= 4 and longest == len(singles):
        report.warning(
            "P603", singles[0].line, 1, "Di semua soal, pilihan terpanjang adalah yang benar.", "Samakan panjang pilihan."
        )


def all_of_the_above(sections: Sequence[RawSection], report: FileReport) -> None:
    for source in (s for section in sections for s in section.sources):
        for option in source.options:
            if _ALL.match(fold_text(option.text)):
                report.warning(
                    "P604", option.line, option.col, "Pilihan seperti ini mudah ditebak.", "Pakai [x] bila yang benar lebih dari satu."
                )


def negative_stem(sections: Sequence[RawSection], report: FileReport) -> None:
    for source in (s for section in sections for s in section.sources):
        if _NEGATIVE.search(source.heading):
            report.warning(
                "P605", source.line, source.col, "Kalimat tanya bernada negatif mudah salah dibaca.", "Tanyakan yang benar."
            )


def few_options(sections: Sequence[RawSection], report: FileReport) -> None:
    for source in _choices(s for section in sections for s in section.sources):
        texts = {fold_text(option.text) for option in source.options}
        if len(source.options) == 2 and texts not in PAIRS:
            report.warning("P606", source.line, source.col, "Soal ini hanya punya dua pilihan.", "Tambahkan satu pengecoh yang masuk akal.")


QUESTION_RULES: tuple[Callable[[Sequence[RawSection], FileReport], None], ...] = (
    longest_is_right,
    all_of_the_above,
    negative_stem,
    few_options,
)


def small_pool(sections: Sequence[RawSection], draws: Sequence[int | None], attempts: int | None, report: FileReport) -> None:
    """Where a quiz may be tried again, a pool should hold at least twice what is drawn."""
    for section, draw in zip(sections, draws, strict=True):
        if draw and attempts != 1 and draw <= len(section.sources) < 2 * draw:
            report.warning(
                "P607",
                section.line,
                1,
                f"Kumpulan ini berisi {len(section.sources)} soal untuk {draw} yang diambil.",
                "Percobaan kedua akan mengulang soal: sediakan sedikitnya dua kali lipat.",
            )


def untested_outcomes(outcomes: dict[str, int], parts: Sequence[Part], report: FileReport) -> None:
    """`outcomes` maps each key to its line in module.md. Only questions of graded quizzes test one."""
    quizzes = [part for part in parts if isinstance(part, Quiz) and part.graded]
    tested = {question.outcome for quiz in quizzes for question in quiz.questions.values()}
    for key, line in outcomes.items():
        if quizzes and key not in tested:
            report.warning(
                "P601", line, 3, f"Tujuan {key} tidak diuji soal mana pun.", f"Beri outcome={key} pada soal yang mengujinya."
            )


def honest_jp(jp: Decimal, minutes: int, jp_minutes: int, place: tuple[int, int], report: FileReport) -> None:
    """Declared JP is within a factor of two of the estimated minutes."""
    declared = Fraction(jp) * jp_minutes
    if minutes and not Fraction(minutes, 2) <= declared <= 2 * minutes:
        report.warning(
            "P602",
            *place,
            f"{jp} JP berarti {round(declared)} menit, sedangkan isinya kira-kira {minutes} menit.",
            f"Isi ini kira-kira {_jp(minutes, jp_minutes)} JP.",
        )


def _jp(minutes: int, jp_minutes: int) -> str:
    return format((Decimal(minutes) / jp_minutes).quantize(Decimal("0.1")), "f").replace(".", ",")

