"""Which type a question is: by the class in its heading, else by its shape."""

from __future__ import annotations

import difflib
from collections.abc import Collection

from elearn.core.questions import hotspot, number, text
from elearn.core.questions.base import QuestionSource, Report

MODIFIERS = frozenset({"exact"})
_BRACKETS = {"(": "single", "[": "multiple", "=>": "matching", ".": "ordering"}
_ALIKE = ({"text", "number", "computed"}, {"single", "hotspot"})
"""Types of one shape: between them the class decides."""
_BARE = frozenset({"likert", "essay"})
"""Types without lines of answers."""
_WAYS = {
    "hotspot": "Tulis bidangnya sebagai pilihan: - (x) rect 10,10 200,80 Loket 3.",
    "computed": "Tulis rumus jawabannya, misalnya = (a + b) / 2 ± 0,01.",
    "cloze": "Tulis rumpangnya di dalam kalimat: [[jawaban]].",
    "ordering": "Tulis langkahnya sebagai daftar bernomor, 1. lalu 2., dalam urutan yang benar.",
    "matching": "Tulis pasangannya: - kiri => kanan.",
}


def kind_of(source: QuestionSource, types: Collection[str], report: Report) -> str | None:
    """The type's name; None after an error."""
    named = _named(source, types, report)
    if named is None or _mixed(source, report):
        return None
    shape = _shape(source)
    if shape is None and named in _BARE:
        return named
    if shape is None:
        hint = _WAYS.get(named, "Tulis pilihan '- (x) …' dan '- ( ) …', atau baris '= jawaban'.")
        report.error("Q210", source.line, source.col, "Soal ini belum punya pilihan atau jawaban.", hint)
        return None
    if named and named != shape and not any({named, shape} <= alike for alike in _ALIKE):
        report.error("Q222", source.line, source.col, f"Bentuk soal ini adalah {shape}, bukan .{named}.")
        return None
    area = next((option for option in source.options if hotspot.AREA.match(option.text)), None)
    if area is not None and named != "hotspot":
        hint = "Tulis .hotspot di dalam {…} pada judul soal, atau ubah pilihannya."
        report.error("Q263", area.line, area.col, "Pilihan ini tampak seperti bidang pada gambar.", hint)
        return None
    return named or shape


def _named(source: QuestionSource, types: Collection[str], report: Report) -> str | None:
    """The type that the heading names, empty when it names none; None after an error."""
    for name in source.classes:
        if name not in types and name not in MODIFIERS:
            near = difflib.get_close_matches(name, [*types, *MODIFIERS], 1)
            hint = f"Maksud Anda .{near[0]}?" if near else f"Yang dikenal: {', '.join(types)}."
            report.error("Q222", source.line, source.col, f"Jenis soal .{name} tidak dikenal.", hint)
            return None
    named = list(dict.fromkeys(name for name in source.classes if name in types))
    if len(named) > 1:
        message = f"Soal ini disebut .{named[0]} dan .{named[1]} sekaligus."
        report.error("Q222", source.line, source.col, message, "Sisakan satu jenis.")
        return None
    return named[0] if named else ""


def _mixed(source: QuestionSource, report: Report) -> bool:
    """Whether the question is to be answered in two ways at once."""
    if source.options and source.answers:
        line = source.answers[0]
        report.error(
            "Q211",
            line.line,
            line.col,
            "Soal ini punya pilihan dan baris jawaban sekaligus.",
            "Sisakan salah satu: pilihan '- ( )' atau jawaban '= …'.",
        )
        return True
    if source.gaps and (source.options or source.answers):
        gap = source.gaps[0]
        message = "Soal ini punya rumpang [[…]], juga pilihan atau baris jawaban."
        report.error("Q211", gap.line, gap.col, message, "Sisakan salah satu; kurung siku biasa diapit dengan `…`.")
        return True
    other = next((o for o in source.options if o.bracket != source.options[0].bracket), None)
    if other is None:
        return False
    if {other.bracket, source.options[0].bracket} == {"(", "["}:
        report.error(
            "Q208",
            other.line,
            other.col,
            "Kurung bulat dan kurung siku bercampur.",
            "( ) untuk satu jawaban benar, [ ] untuk beberapa.",
        )
    else:
        message = "Baris ini jawaban dalam bentuk lain daripada yang di atasnya."
        report.error("Q211", other.line, other.col, message, "Sisakan satu bentuk.")
    return True


def _shape(source: QuestionSource) -> str | None:
    if source.options:
        return _BRACKETS[source.options[0].bracket]
    if source.answers:
        readable = all(_is_number(a.text) for a in source.answers)
        return "number" if readable and "exact" not in source.classes else "text"
    return "cloze" if source.gaps else None


def _is_number(answer: str) -> bool:
    """Whether an answer reads as a number; `50% jawaban` is a weighted text."""
    return number.parse_answer(answer) is not None and not text.WEIGHTED.match(answer)
