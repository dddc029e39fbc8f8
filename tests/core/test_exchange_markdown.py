"""Questions written as our Markdown and read again: as they were, and whatever a text looks like."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elearn.core.exchange.base import Section
from elearn.core.exchange.markdown import (
    placeless,
    read_back,
    read_sections,
    same_shape,
    write_question,
    write_sections,
)
from elearn.core.exchange.sources import build, option
from elearn.core.questions.base import QuestionSource
from tests.core import exchanged

SHAPES = [
    "## Soal lain {#lain}", "# Bagian", "#Rapat", "- (x) ya", "- [ ] tidak", "* [50%] separuh", "-(x) rapat", "= 20",
    "a = 1..9", "> kutipan", "> [!hint] bocor", "[!hint] bocor", "```", "~~~ quiz", "```quiz", "1. langkah", "2) langkah",
    "- kiri => kanan", "Kriteria | Poin", "---", "[[rumpang]]", "`[[kode]]`", "{a}", "{#id}", "    menjorok", "\ttab",
    "<b>tebal", "|", "===", "\x00hantu\u202e", "\ue0001\ue001", "", "  ", "biasa", "baris\r\nwindows", "$x$", "\\",
]  # fmt: skip
ANYTHING = st.lists(st.one_of(st.sampled_from(SHAPES), st.text(max_size=12)), max_size=5).map("\n".join)
OURS = st.one_of(
    exchanged.singles(), exchanged.multiples(), exchanged.typed(), exchanged.numbers(), exchanged.matchings(),
    exchanged.orderings(), exchanged.clozes(), exchanged.essays(), exchanged.computeds(),
)  # fmt: skip


@settings(deadline=None)
@given(OURS)
def test_what_our_reader_can_make_is_read_back_equal(made: QuestionSource) -> None:
    once = read_back(made)
    assert once is not None
    assert same_shape(made, once)
    again = read_back(once)
    assert again is not None
    assert placeless(again) == placeless(once)


def test_a_line_further_in_stays_where_it_is() -> None:
    source = build("soal", "Apa?", options=[option("(", "x", "## ya\n    kode"), option("(", "", "tidak")])
    once = read_back(source)
    assert once is not None and once.options[0].text == "\\## ya\n    kode"
    assert read_back(once) is not None and placeless(read_back(once)) == placeless(once)  # type: ignore[arg-type]


@settings(deadline=None)
@given(OURS, ANYTHING, ANYTHING, ANYTHING, ANYTHING)
def test_no_text_becomes_a_shape(made: QuestionSource, stem: str, choice: str, said: str, hint: str) -> None:
    options = tuple(replace(o, text=choice, feedback=said) if o.bracket in "([" else o for o in made.options)
    gaps = "" if not made.gaps else made.stem
    wild = replace(made, stem=f"{stem}\n\n{gaps}", options=options, explanation=said, hints=(hint,), names=())
    once = read_back(wild)
    assert once is not None
    assert [(o.bracket, o.mark) for o in once.options] == [(o.bracket, o.mark) for o in wild.options]
    assert [a.text for a in once.answers] == [a.text for a in wild.answers]
    assert [g.text for g in once.gaps] == [g.text for g in wild.gaps]
    assert [r.cells for r in once.table] == [r.cells for r in wild.table]
    assert [(v.name, v.text) for v in once.variables] == [(v.name, v.text) for v in wild.variables]
    assert len(once.hints) <= 1
    again = read_back(once)
    assert again is not None
    assert placeless(again) == placeless(once)


@pytest.mark.parametrize("line", SHAPES)
def test_a_line_that_looks_like_a_shape_stays_in_the_stem(line: str) -> None:
    source = build(
        "soal", f"Apa ini?\n\nAwal\n{line}\nakhir", options=[option("(", "x", "ya"), option("(", "", "tidak")]
    )
    once = read_back(source)
    assert once is not None, write_question(source)
    assert once.stem.startswith("Awal")
    assert once.stem.endswith("akhir")
    assert [o.text for o in once.options] == ["ya", "tidak"]


@pytest.mark.parametrize("heading", ["a #", "a ##", "# a", "C#", "{a}", "a {#b}", "1. a", "#"])
def test_headings_keep_their_words(heading: str) -> None:
    source = replace(build("soal", "x", options=[option("(", "x", "ya")]), heading=heading)
    once = read_back(source)
    assert once is not None
    assert once.heading == heading


def test_sections_keep_id_title_draw_and_stimulus() -> None:
    sources = [build(f"soal-{n}", "Apa?", options=[option("(", "x", "ya"), option("(", "", "tidak")]) for n in (1, 2)]
    text = write_sections(
        [
            Section("satu", "Bagian satu", "Baca ini.\n\n## Bukan soal", 1, (sources[0],)),
            Section("", "", "", None, (sources[1],)),
        ]
    )
    first, second = read_sections(text)[0]
    assert first.heading is not None
    assert (first.heading.id, first.heading.text, first.heading.attributes) == ("satu", "Bagian satu", {"draw": "1"})
    assert first.stimulus == "Baca ini.\n\n\\## Bukan soal"
    assert [s.id for s in (*first.sources, *second.sources)] == ["soal-1", "soal-2"]
