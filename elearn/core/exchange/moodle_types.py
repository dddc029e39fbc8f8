"""Question types of Moodle XML, each read into the type of ours that asks the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction

from elearn.core.exchange.base import Refused
from elearn.core.exchange.guarded_xml import child, children, words
from elearn.core.exchange.moodle_cloze import choice_gap, read_gaps
from elearn.core.exchange.moodle_computed import read_answers, read_names, read_variables
from elearn.core.exchange.moodle_places import read_placed
from elearn.core.exchange.moodle_text import Reading, fraction_of, number
from elearn.core.exchange.parts import Parts, weighted_options
from elearn.core.exchange.sources import answer, option, percent, row
from elearn.core.exchange.texts import escape, to_markdown
from elearn.core.questions.base import Gap, TableRow
from elearn.core.questions.marks import gap_mark
from elearn.core.questions.shared import number_text

_PLACE = re.compile(r"\[\[(\d{1,3})\]\]")


def _multichoice(reading: Reading) -> Parts:
    found = list(children(reading.element, "answer"))
    texts = [reading.text(a) for a in found]
    feedback = [reading.text(child(a, "feedback")) for a in found]
    worths = [fraction_of(a) for a in found]
    for name in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"):
        if words(child(child(reading.element, name), "text")) not in ("", *_STANDARD_FEEDBACK):
            reading.note("Umpan balik gabungan (benar, sebagian benar, salah) tidak dibawa.")
    if reading.flag("single", default=True):
        return weighted_options("(", texts, feedback, worths, reading.notes)
    return weighted_options("[", texts, feedback, worths, reading.notes)


_STANDARD_FEEDBACK = (
    "Your answer is correct.", "Your answer is partially correct.", "Your answer is incorrect.",
    "Jawaban Anda benar.", "Jawaban Anda sebagian benar.", "Jawaban Anda salah.",
)  # fmt: skip


def _multichoiceset(reading: Reading) -> Parts:
    found = list(children(reading.element, "answer"))
    return Parts(
        options=[
            option("[", "x" if fraction_of(a) > 0 else "", reading.text(a), reading.text(child(a, "feedback")))
            for a in found
        ],
        attributes={"scoring": "all-or-nothing"},
    )


def _truefalse(reading: Reading) -> Parts:
    said = {words(child(a, "text")).lower(): a for a in children(reading.element, "answer")}
    options = []
    for word, name in (("true", "Benar"), ("false", "Salah")):
        if word not in said:
            raise Refused("Soal benar/salah ini tidak punya kedua jawabannya.")
        worth = fraction_of(said[word])
        options.append(option("(", "x" if worth == 1 else "", name, reading.text(child(said[word], "feedback"))))
    return Parts(options=options)


def _shortanswer(reading: Reading) -> Parts:
    answers = []
    for found in children(reading.element, "answer"):
        worth, text = fraction_of(found), " ".join(words(child(found, "text")).split())
        if words(child(child(found, "feedback"), "text")):
            reading.note("Umpan balik tiap jawaban tidak dibawa.")
        if worth <= 0:
            reading.note("Jawaban salah yang dikenali khusus tidak dibawa.")
        else:
            answers.append(answer(text if worth == 1 else f"{percent(worth)} {text}"))
    exact = reading.flag("usecase")
    # The shape of `= 20` alone would be a number's.
    return Parts(answers=answers, classes=["exact"] if exact else ["text"])


def _numerical(reading: Reading) -> Parts:
    units = [
        (words(child(unit, "unit_name")), number(words(child(unit, "multiplier")) or "1"))
        for unit in children(child(reading.element, "units"), "unit")
    ]
    answers = []
    for found in children(reading.element, "answer"):
        if words(child(child(found, "feedback"), "text")):
            reading.note("Umpan balik tiap jawaban tidak dibawa.")
        if fraction_of(found) != 1:
            reading.note("Bilangan yang bernilai sebagian atau nol tidak dibawa.")
            continue
        value, spread = number(words(child(found, "text"))), number(words(child(found, "tolerance")) or "0")
        if words(child(found, "tolerancetype")) == "1":
            spread *= abs(value)
        for name, multiplier in units or [("", Fraction(1))]:
            answers.append(answer(_measured(value * multiplier, spread * multiplier, name)))
    if reading.flag("unitgradingtype") and units:
        reading.note("Nilai yang hilang karena satuan salah tidak dibawa.")
    return Parts(answers=answers)


def _measured(value: Fraction, spread: Fraction, unit: str) -> str:
    shown = number_text(value, 12) + (f" ± {number_text(spread, 12)}" if spread else "")
    return f"{shown} {unit}".strip()


def _matching(reading: Reading) -> Parts:
    options = []
    for pair in children(reading.element, "subquestion"):
        left = reading.text(pair).replace("=>", "`=>`")
        right_field = child(pair, "answer")
        plain = right_field is not None and right_field.get("format") is None
        right = escape(words(child(right_field, "text"))) if plain else reading.text(right_field)
        one_line = " ".join(left.split()), " ".join(right.replace("=>", "`=>`").split())
        options.append(option("=>", "", f"{one_line[0]} => {one_line[1]}".strip()))
    return Parts(options=options)


def _essay(reading: Reading) -> Parts:
    least, most = reading.value("minwordlimit"), reading.value("maxwordlimit")
    attributes = {"words": f"{least or 0}..{most}"} if most.isdigit() and int(most) > 0 else {}
    if least and not attributes:
        reading.note("Batas kata tanpa jumlah terbanyak tidak dibawa.")
    if reading.value("attachments") not in ("", "0"):
        reading.note("Lampiran berkas tidak ada di sini: jawabannya teks.")
    if words(child(child(reading.element, "responsetemplate"), "text")):
        reading.note("Teks awal jawaban tidak dibawa.")
    return Parts(classes=["essay"], attributes=attributes, table=_rubric(reading))


def _rubric(reading: Reading) -> list[TableRow]:
    """A rubric that stands in the graders' information as our table; other words there become one note."""
    said = reading.text(child(reading.element, "graderinfo"))
    lines = [line.strip().strip("|") for line in said.splitlines() if line.strip()]
    cells = [[cell.replace("\\|", "|").strip() for cell in re.split(r"(?<!\\)\|", line)] for line in lines]
    if cells and [c.casefold() for c in cells[0]] == ["kriteria", "poin", "deskriptor"]:
        return [row(*line) for line in cells]
    if said:
        reading.note("Keterangan bagi penilai tidak dibawa; tulis sebagai rubrik Kriteria | Poin | Deskriptor.")
    return []


def _multianswer(reading: Reading) -> Parts:
    text_field = child(reading.element, "questiontext")
    raw = child(text_field, "text")
    if raw is None or text_field is None:
        raise Refused("Soal ini tanpa teks.")
    marked, gaps = read_gaps("".join(raw.itertext()), reading.notes)
    raw.text, raw[:] = marked, []
    return Parts(gaps=gaps, text=reading.text(text_field))


def _gapselect(reading: Reading) -> Parts:
    """Numbers `[[2]]` in the text are the choice that is right there; all choices of its group are offered."""
    choices = [
        (to_markdown(words(child(c, "text")), reading.notes).replace("\\", ""), words(child(c, "group")) or "1")
        for c in children(reading.element, "selectoption", "dragbox")
    ]
    if reading.element.get("type") == "ddwtos":
        reading.note("Kata yang diseret ke tempatnya menjadi daftar pilihan di setiap rumpang.")
    gaps: list[Gap] = []

    def mark(match: re.Match[str]) -> str:
        place = int(match[1]) - 1
        if not 0 <= place < len(choices):
            raise Refused(f"Rumpang [[{match[1]}]] tidak punya pilihan.")
        group = [
            (text, Fraction(number_ == place)) for number_, (text, g) in enumerate(choices) if g == choices[place][1]
        ]
        gaps.append(Gap(gap_mark(len(gaps) + 1), choice_gap(group, reading.notes), 1, 1))
        return gap_mark(len(gaps))

    text_field = child(reading.element, "questiontext")
    raw = child(text_field, "text")
    if raw is None or text_field is None:
        raise Refused("Soal ini tanpa teks.")
    raw.text, raw[:] = _PLACE.sub(mark, "".join(raw.itertext())), []
    return Parts(gaps=gaps, text=reading.text(text_field))


def _ordering(reading: Reading) -> Parts:
    if reading.value("gradingtype") not in ("0", "ABSOLUTE_POSITION"):
        reading.note("Cara menilai urutannya berbeda; di sini setiap langkah di tempatnya bernilai sama.")
    if reading.value("selecttype") not in ("", "0", "ALL"):
        reading.note("Langkah yang dipilih acak menjadi semua langkah.")
    steps = [reading.text(a) for a in children(reading.element, "answer")]
    return Parts(classes=["ordering"], options=[option(".", str(n), step) for n, step in enumerate(steps, start=1)])


def _calculated(reading: Reading) -> Parts:
    for unit in children(child(reading.element, "units"), "unit"):
        reading.note(f"Satuan {words(child(unit, 'unit_name'))[:20]} tidak dibawa.")
    text, names = read_names(
        reading.text(child(reading.element, "questiontext")).replace("\\{", "{").replace("\\}", "}")
    )
    return Parts(
        text=text, names=names, classes=["computed"], answers=read_answers(reading), variables=read_variables(reading)
    )


def _calculatedmulti(reading: Reading) -> Parts:
    reading.note("Pilihan berisi rumus menjadi jawaban bilangan yang diketik.")
    for found in children(reading.element, "answer"):
        said = child(found, "text")
        inner = re.fullmatch(r"\s*(?:<p>)?\s*\{=(.*)\}\s*(?:</p>)?\s*", words(said), re.DOTALL)
        if said is None or inner is None:
            raise Refused("Pilihannya bukan satu rumus {=…}.")
        said.text = inner[1]
    return _calculated(reading)


READERS: Mapping[str, Callable[[Reading], Parts]] = {
    "multichoice": _multichoice,
    "multichoiceset": _multichoiceset,
    "truefalse": _truefalse,
    "shortanswer": _shortanswer,
    "numerical": _numerical,
    "matching": _matching,
    "ddmatch": _matching,
    "essay": _essay,
    "cloze": _multianswer,
    "multianswer": _multianswer,
    "gapselect": _gapselect,
    "ddwtos": _gapselect,
    "ordering": _ordering,
    "calculated": _calculated,
    "calculatedsimple": _calculated,
    "calculatedmulti": _calculatedmulti,
    "ddmarker": read_placed,
    "ddimageortext": read_placed,
}
