"""Interactions of QTI, each read into the type of ours that asks the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from xml.etree.ElementTree import Element

from elearn.core.exchange.base import Refused
from elearn.core.exchange.guarded_xml import child, children, descendants, words
from elearn.core.exchange.moodle_cloze import choice_gap
from elearn.core.exchange.moodle_text import number
from elearn.core.exchange.parts import Parts, weighted_options
from elearn.core.exchange.qti_item import Declaration, Reading, emptied
from elearn.core.exchange.sources import answer, gap, option, percent, row
from elearn.core.exchange.texts import escape
from elearn.core.questions.base import TableRow
from elearn.core.questions.marks import gap_mark
from elearn.core.questions.shared import number_text

INLINE = ("textEntryInteraction", "inlineChoiceInteraction")


def _worth(reading: Reading, declared: Declaration, identity: str) -> Fraction:
    """What one choice adds, of all that can be had."""
    if declared.mapped is None or reading.whole_only():
        return Fraction(identity in declared.correct)
    total = max(declared.mapped.values(), default=Fraction(0))
    if declared.cardinality != "single":
        total = sum((value for value in declared.mapped.values() if value > 0), Fraction(0))
    return declared.mapped.get(identity, Fraction(0)) / total if total > 0 else Fraction(0)


def _choice(reading: Reading, interaction: Element) -> Parts:
    declared = reading.declaration(interaction)
    texts, feedback, worths = [], [], []
    for found in children(interaction, "simpleChoice", "hottext"):
        said = [reading.text(part) for part in children(found, "feedbackInline")]
        for part in list(children(found, "feedbackInline")):
            found.remove(part)
        texts.append(reading.text(found))
        feedback.append("\n\n".join(said))
        worths.append(_worth(reading, declared, found.get("identifier", "")))
    if declared.cardinality == "single":
        return weighted_options("(", texts, feedback, worths, reading.notes)
    if declared.mapped is None or reading.whole_only():
        marked = zip(texts, worths, feedback, strict=True)
        options = [option("[", "x" if worth else "", text, said) for text, worth, said in marked]
        return Parts(options=options, attributes={"scoring": "all-or-nothing"})
    return weighted_options("[", texts, feedback, worths, reading.notes)


def _hottext(reading: Reading, interaction: Element) -> Parts:
    """Words of a text to be pointed at: the text stays, and the words become options below it."""
    reading.note("Kata yang dipilih di dalam teks menjadi pilihan di bawahnya.")
    declared = reading.declaration(interaction)
    found = list(descendants(interaction, "hottext"))
    worths = [_worth(reading, declared, one.get("identifier", "")) for one in found]
    texts = [reading.text(one) for one in found]
    bracket = "(" if declared.cardinality == "single" else "["
    parts = weighted_options(bracket, texts, [""] * len(texts), worths, reading.notes)
    for one in found:
        one.tag = "span"
    parts.text = reading.text(interaction)
    return parts


def _typed(reading: Reading, interaction: Element) -> Parts:
    declared = reading.declaration(interaction)
    if declared.base_type in ("float", "integer"):
        return Parts(answers=[answer(line) for line in _numbers(reading, interaction, declared)])
    return Parts(answers=[answer(line) for line in _texts(declared)], classes=["exact"] if declared.exact else ["text"])


def _texts(declared: Declaration) -> list[str]:
    worths = declared.mapped or dict.fromkeys(declared.correct, Fraction(1))
    best = max(worths.values(), default=Fraction(0))
    if best <= 0:
        raise Refused("Tidak ada jawaban benar yang dideklarasikan.")
    return [
        _literal(text) if worth == best else f"{percent(worth / best)} {_literal(text)}"
        for text, worth in worths.items()
        if worth > 0
    ]


def _literal(text: str) -> str:
    """A star is a star there, and anything here."""
    return text.replace("*", "\\*")


def _numbers(reading: Reading, interaction: Element, declared: Declaration) -> list[str]:
    ranges = reading.tolerances(interaction.get("responseIdentifier", "RESPONSE"))
    if not ranges:
        wanted = list(declared.mapped) if declared.mapped else list(declared.correct)
        ranges = [(number(value), Fraction(0), Fraction(0)) for value in wanted]
    if not ranges:
        raise Refused("Tidak ada bilangan benar yang dideklarasikan.")
    return [_range(*one) for one in ranges]


def _range(value: Fraction, below: Fraction, above: Fraction) -> str:
    if below != above:
        return f"{number_text(value - below, 12)}..{number_text(value + above, 12)}"
    return number_text(value, 12) + (f" ± {number_text(below, 12)}" if below else "")


def _slider(reading: Reading, interaction: Element) -> Parts:
    reading.note("Penggeser menjadi bilangan yang diketik.")
    return _typed(reading, interaction)


def read_gaps(reading: Reading, interactions: Sequence[Element]) -> Parts:
    """Every place in the text that is typed into or chosen at."""
    gaps = []
    for place, interaction in enumerate(interactions, start=1):
        declared = reading.declaration(interaction)
        if interaction.tag == "inlineChoiceInteraction":
            choices = [
                (words(found), _worth(reading, declared, found.get("identifier", "")))
                for found in children(interaction, "inlineChoice")
            ]
            text = choice_gap(choices, reading.notes)
        elif declared.base_type in ("float", "integer"):
            text = "|".join(f"= {line}" for line in _numbers(reading, interaction, declared))
        else:
            text = "|".join(line.replace("|", "\\|") for line in _texts(declared))
        gaps.append(gap(place, text))
        emptied(interaction, gap_mark(place))
    return Parts(gaps=gaps)


def _gap_match(reading: Reading, interaction: Element) -> Parts:
    """Words dragged into gaps: each gap becomes a list of all words."""
    reading.note("Kata yang diseret ke rumpang menjadi daftar pilihan di setiap rumpang.")
    declared = reading.declaration(interaction)
    choices = {found.get("identifier", ""): words(found) for found in children(interaction, "gapText")}
    if not choices:
        raise Refused("Rumpangnya diisi gambar, yang tidak ada di sini.")
    right = {pair.split()[1]: pair.split()[0] for pair in declared.correct if len(pair.split()) == 2}
    for pair in declared.mapped or ():
        sides = pair.split()
        if len(sides) == 2 and (declared.mapped or {})[pair] > 0:
            right.setdefault(sides[1], sides[0])
    gaps = []
    for place, found in enumerate(list(descendants(interaction, "gap")), start=1):
        wanted = right.get(found.get("identifier", ""))
        if wanted not in choices:
            raise Refused(f"Rumpang {place} tidak punya jawaban benar.")
        listed = [(text, Fraction(identity == wanted)) for identity, text in choices.items()]
        gaps.append(gap(place, choice_gap(listed, reading.notes)))
        emptied(found, gap_mark(place))
    for found in list(children(interaction, "gapText")):
        interaction.remove(found)
    return Parts(gaps=gaps, text=reading.text(interaction))


def _match(reading: Reading, interaction: Element) -> Parts:
    sets = [list(children(side, "simpleAssociableChoice")) for side in children(interaction, "simpleMatchSet")]
    if len(sets) != 2:
        raise Refused("Soal menjodohkan ini tidak punya dua sisi.")
    return _pairs(reading, interaction, *sets)


def _associate(reading: Reading, interaction: Element) -> Parts:
    reading.note("Pasangan bebas menjadi pasangan dengan sisi kiri dan kanan.")
    found = list(children(interaction, "simpleAssociableChoice"))
    firsts = {pair.split()[0] for pair in reading.declaration(interaction).correct if pair.split()}
    left = [one for one in found if one.get("identifier") in firsts]
    return _pairs(reading, interaction, left, [one for one in found if one not in left])


def _pairs(reading: Reading, interaction: Element, left: Sequence[Element], right: Sequence[Element]) -> Parts:
    declared = reading.declaration(interaction)
    wanted = [pair.split() for pair in declared.correct or tuple(declared.mapped or ()) if len(pair.split()) == 2]
    sides = {one.get("identifier", ""): _one_line(reading.text(one)) for one in (*left, *right)}
    partner = {pair[0]: pair[1] for pair in wanted}
    lefts = [one.get("identifier", "") for one in left]
    if len(partner) < len(wanted):
        raise Refused("Satu hal di kiri punya beberapa pasangan, padahal di sini hanya satu.")
    if any(partner.get(identity) not in sides for identity in lefts):
        raise Refused("Ada hal di kiri yang tidak punya pasangan.")
    if declared.mapped is None or reading.whole_only():
        reading.note("Penilaian utuh menjadi penilaian tiap pasangan.")
    options = [option("=>", "", f"{sides[identity]} => {sides[partner[identity]]}") for identity in lefts]
    used = set(partner.values())
    alone = [one.get("identifier", "") for one in right]
    return Parts(options=options + [option("=>", "", f"=> {sides[i]}") for i in alone if i not in used])


def _one_line(text: str) -> str:
    return " ".join(text.replace("=>", "`=>`").split())


def _order(reading: Reading, interaction: Element) -> Parts:
    declared = reading.declaration(interaction)
    found = {one.get("identifier", ""): reading.text(one) for one in children(interaction, "simpleChoice")}
    if sorted(declared.correct) != sorted(found):
        raise Refused("Urutan benarnya tidak memuat semua langkah.")
    reading.note("Urutan yang dinilai utuh menjadi dinilai tiap langkah di tempatnya.")
    steps = [option(".", str(n), found[identity]) for n, identity in enumerate(declared.correct, start=1)]
    return Parts(options=steps, classes=["ordering"])


def _extended(reading: Reading, interaction: Element) -> Parts:
    table: list[TableRow] = []
    for block in list(descendants(reading.body, "rubricBlock")):
        if "scorer" in block.get("view", "") or "author" in block.get("view", ""):
            rows = [row(*(words(cell) for cell in children(line, "td", "th"))) for line in descendants(block, "tr")]
            if rows and [cell.casefold() for cell in rows[0].cells] == ["kriteria", "poin", "deskriptor"]:
                table = [rows[0], row("---", "---", "---"), *rows[1:]]
            else:
                reading.note("Keterangan bagi penilai tidak dibawa; tulis sebagai rubrik Kriteria | Poin | Deskriptor.")
            emptied(block)
    return Parts(classes=["essay"], table=table)


def _hotspot(reading: Reading, interaction: Element) -> Parts:
    declared = reading.declaration(interaction)
    if declared.cardinality != "single":
        raise Refused("Lebih dari satu bidang harus dipilih, padahal di sini satu.")
    options = []
    for place, found in enumerate(children(interaction, "hotspotChoice"), start=1):
        name = found.get("hotspotLabel") or found.get("label") or ""
        if not name:
            reading.note("Bidang tanpa nama diberi nama Bidang dan nomornya.")
        worth = _worth(reading, declared, found.get("identifier", ""))
        mark = "x" if worth == 1 else percent(worth) if worth > 0 else ""
        options.append(option("(", mark, f"{_shape(found)} {escape(name) or f'Bidang {place}'}"))
    picture = next((p for p in interaction.iter() if p.tag in ("object", "img")), None)
    if picture is None:
        raise Refused("Soal titik pada gambar ini tanpa gambar.")
    link = reading.link(picture.get("data") or picture.get("src") or "")
    alt = escape(" ".join(words(picture).split()) or picture.get("alt", "")) or "Gambar soal"
    return Parts(options=options, classes=["hotspot"], text=f"![{alt}]({link})")


def _shape(found: Element) -> str:
    numbers = [part.strip() for part in found.get("coords", "").split(",")]
    shape = found.get("shape", "")
    if not all(part.isdecimal() for part in numbers):
        raise Refused("Bidangnya tidak ditulis dengan bilangan bulat.")
    if shape == "rect" and len(numbers) == 4:
        return f"rect {numbers[0]},{numbers[1]} {numbers[2]},{numbers[3]}"
    if shape == "circle" and len(numbers) == 3:
        return f"circle {numbers[0]},{numbers[1]} {numbers[2]}"
    if shape == "poly" and len(numbers) % 2 == 0:
        corners = list(zip(numbers[::2], numbers[1::2], strict=True))
        corners = corners[:-1] if len(corners) > 3 and corners[0] == corners[-1] else corners
        return "poly " + " ".join(f"{x},{y}" for x, y in corners)
    raise Refused(f"Bidang berbentuk '{shape[:20]}' tidak ada di sini.")


READERS: Mapping[str, Callable[[Reading, Element], Parts]] = {
    "choiceInteraction": _choice,
    "hottextInteraction": _hottext,
    "textEntryInteraction": _typed,
    "sliderInteraction": _slider,
    "extendedTextInteraction": _extended,
    "matchInteraction": _match,
    "associateInteraction": _associate,
    "orderInteraction": _order,
    "gapMatchInteraction": _gap_match,
    "hotspotInteraction": _hotspot,
}


def prompt_of(reading: Reading, interaction: Element) -> str:
    found = child(interaction, "prompt")
    text = reading.text(found)
    if found is not None:
        interaction.remove(found)
    return text
