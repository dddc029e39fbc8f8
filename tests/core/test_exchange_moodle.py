"""Moodle XML: what its question types become here, and that ours survive the way there and back."""

from __future__ import annotations

import base64
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elearn.core.exchange.base import ExchangeError, Imported, Item
from elearn.core.exchange.moodle import read_moodle
from elearn.core.exchange.moodle_write import write_moodle
from elearn.core.exchange.sources import build, option
from elearn.core.questions.base import QuestionSource
from tests.core import exchanged

PICTURE = base64.b64encode(b"\x89PNG picture").decode()


def read(*questions: str) -> Imported:
    return read_moodle(f"<?xml version='1.0'?><quiz>{''.join(questions)}</quiz>".encode())


def question(kind: str, inside: str, text: str = "<p>Apa ibu kota Jawa Barat?</p>") -> str:
    return (
        f'<question type="{kind}"><name><text>Soal satu</text></name><questiontext format="html"><text>'
        f"<![CDATA[{text}]]></text></questiontext>{inside}</question>"
    )


def one(kind: str, inside: str, text: str = "<p>Apa ibu kota Jawa Barat?</p>") -> Item:
    (item,) = read(question(kind, inside, text)).items
    return item


def understood(item: Item) -> QuestionSource:
    assert item.source is not None, item.notes
    return item.source


def choice(fraction: str, text: str, feedback: str = "") -> str:
    said = f'<feedback format="html"><text>{feedback}</text></feedback>'
    return f'<answer fraction="{fraction}" format="html"><text>{text}</text>{said}</answer>'


def test_one_choice_with_parts_of_the_points() -> None:
    inside = (
        "<single>true</single>"
        + choice("100", "Bandung", "Tepat.")
        + choice("33.33333", "Bogor")
        + choice("0", "Jakarta")
    )
    item = one("multichoice", f"<defaultgrade>2.0000000</defaultgrade>{inside}")
    source = understood(item)
    assert item.status == "exact"
    assert [(o.bracket, o.mark, o.text, o.feedback) for o in source.options] == [
        ("(", "x", "Bandung", "Tepat."), ("(", "33,33%", "Bogor", ""), ("(", "", "Jakarta", ""),
    ]  # fmt: skip
    assert source.attributes == {"points": "2"}
    assert (source.id, source.heading) == ("soal-satu", "Apa ibu kota Jawa Barat?")


def test_wrong_choices_that_cancel_right_ones_are_our_partial_scoring() -> None:
    inside = "<single>false</single>" + choice("50", "A1") + choice("50", "B2") + choice("-50", "C3")
    assert [o.mark for o in understood(one("multichoice", inside)).options] == ["x", "x", ""]
    weighted = (
        "<single>false</single>" + choice("50", "A1") + choice("50", "B2") + choice("-25", "C3") + choice("0", "D4")
    )
    assert [o.mark for o in understood(one("multichoice", weighted)).options] == ["50%", "50%", "-25%", ""]


def test_weights_that_do_not_add_up_are_scaled_and_said_to_be() -> None:
    item = one("multichoice", "<single>false</single>" + choice("50", "A1") + choice("30", "B2"))
    assert item.status == "approximated"
    assert [o.mark for o in understood(item).options] == ["62,5%", "37,5%"]


def test_several_full_choices_of_which_one_may_be_chosen_are_refused_with_the_reason() -> None:
    item = one("multichoice", "<single>true</single>" + choice("100", "A1") + choice("100", "B2"))
    assert (item.status, item.source) == ("refused", None)
    assert "hanya satu" in item.notes[0]


def test_true_and_false() -> None:
    item = one("truefalse", choice("0", "true") + choice("100", "false", "Betul, itu keliru."))
    assert [(o.text, o.mark) for o in understood(item).options] == [("Benar", ""), ("Salah", "x")]
    assert item.status == "exact"


def test_short_answers_keep_wildcards_and_weights() -> None:
    item = one("shortanswer", "<usecase>0</usecase>" + choice("100", "Bandung*") + choice("50", "Bdg"))
    assert [line.text for line in understood(item).answers] == ["Bandung*", "50% Bdg"]
    assert item.status == "exact"


def test_a_number_with_two_units_is_asked_for_in_either() -> None:
    units = (
        "<units><unit><multiplier>1</multiplier><unit_name>m</unit_name></unit>"
        "<unit><multiplier>100</multiplier><unit_name>cm</unit_name></unit></units>"
    )
    inside = f'<answer fraction="100"><text>1.5</text><tolerance>0.1</tolerance></answer>{units}'
    assert [line.text for line in understood(one("numerical", inside)).answers] == ["1,5 ± 0,1 m", "150 ± 10 cm"]


def test_pairs_and_a_right_side_that_belongs_to_nothing() -> None:
    pairs = "".join(
        f'<subquestion format="html"><text>{left}</text><answer><text>{right}</text></answer></subquestion>'
        for left, right in (("KTP", "Disdukcapil"), ("Izin", "DPMPTSP"), ("", "Bapenda"))
    )
    item = one("matching", pairs)
    assert [o.text for o in understood(item).options] == ["KTP => Disdukcapil", "Izin => DPMPTSP", "=> Bapenda"]


def test_essay_with_a_rubric_in_the_information_for_graders() -> None:
    rubric = "| Kriteria | Poin | Deskriptor |\n| --- | --- | --- |\n| Isi | 4 | Lengkap |"
    inside = "<minwordlimit>50</minwordlimit><maxwordlimit>300</maxwordlimit>"
    inside += f'<graderinfo format="markdown"><text>{rubric}</text></graderinfo>'
    source = understood(one("essay", inside))
    assert source.attributes["words"] == "50..300"
    assert [row.cells for row in source.table][2] == ("Isi", "4", "Lengkap")
    loose = one("essay", '<graderinfo format="html"><text>Lihat isi.</text></graderinfo>')
    assert loose.status == "approximated"


def test_embedded_answers_of_every_kind() -> None:
    text = (
        "<p>Kota {1:SHORTANSWER:=Bandung~%50%Bdg} punya {1:NM:=30:0.5} kecamatan "
        "dan {1:MULTICHOICE:=wali kota~bupati#Bukan~camat}.</p>"
    )
    item = one("cloze", "", text)
    source = understood(item)
    assert [gap.text for gap in source.gaps] == ["Bandung|50% Bdg", "= 30 ± 0,5", "(x) wali kota|( ) bupati|( ) camat"]
    assert item.status == "approximated"
    assert "Umpan balik" in item.notes[0]


def test_escapes_of_embedded_answers() -> None:
    source = understood(one("cloze", "", r"Tulis {1:SA:=a\}b\~c\#d}."))
    assert source.gaps[0].text == "a}b~c#d"


def test_an_open_gap_is_refused() -> None:
    assert one("cloze", "", "Kota {1:SA:=Bandung").status == "refused"


def test_words_to_select_and_to_drag_into_a_text() -> None:
    select = "".join(
        f"<selectoption><text>{w}</text><group>{g}</group></selectoption>"
        for w, g in (("a", 1), ("b", 1), ("c", 2), ("d", 2))
    )
    item = one("gapselect", select, "Pilih [[2]] lalu [[3]].")
    assert [gap.text for gap in understood(item).gaps] == ["( ) a|(x) b", "(x) c|( ) d"]
    assert item.status == "exact"
    drag = one("ddwtos", select.replace("selectoption", "dragbox"), "Seret [[1]].")
    assert drag.status == "approximated"


def test_ordering() -> None:
    steps = "".join(f'<answer fraction="{n}" format="html"><text>{s}</text></answer>' for n, s in enumerate("abc", 1))
    source = understood(one("ordering", f"<gradingtype>ABSOLUTE_POSITION</gradingtype>{steps}"))
    assert [o.text for o in source.options] == ["a", "b", "c"]


DATASET = (
    "<dataset_definition><name><text>{}</text></name><minimum><text>1</text></minimum><maximum><text>10</text></maximum>"
    "<decimals><text>0</text></decimals><dataset_items>"
    "<dataset_item><number>1</number><value>4</value></dataset_item>"
    "<dataset_item><number>2</number><value>7</value></dataset_item></dataset_items></dataset_definition>"
)


def calculated(formula: str, kind: str = "calculated", text: str = "Berapa {a} kali {b}?") -> Item:
    answer = f'<answer fraction="100"><text>{formula}</text><tolerance>0.01</tolerance><tolerancetype>1</tolerancetype></answer>'
    sets = f"<dataset_definitions>{DATASET.format('a')}{DATASET.format('b')}</dataset_definitions>"
    return one(kind, answer + sets, text)


def test_calculated_questions_become_computed_ones() -> None:
    source = understood(calculated("round({a}*{b}*1.5, 2) + pow({a},2)"))
    assert source.answers[0].text == "round(a*b*1,5; 2) + ((a)^( 2)) ± 1%"
    assert [(v.name, v.text) for v in source.variables] == [("a", "1..10"), ("b", "1..10")]


@pytest.mark.parametrize("formula", ["sin({a})", "{a}*", "log10({b})"])
def test_formulas_beyond_our_grammar_are_refused(formula: str) -> None:
    assert calculated(formula).status == "refused"


def test_calculated_choices_become_a_typed_number() -> None:
    item = calculated("{={a}+{b}}", "calculatedmulti")
    assert understood(item).answers[0].text == "a+b ± 1%"
    assert item.status == "approximated"


def test_marks_on_a_picture_become_pairs_with_places() -> None:
    drags = "".join(f"<drag><no>{n}</no><text>Loket {n}</text></drag>" for n in (1, 2, 3))
    drops = "".join(
        f"<drop><no>{n}</no><shape>circle</shape><coords>{n}0,40;15</coords><choice>{n}</choice></drop>" for n in (1, 2)
    )
    imported = read(question("ddmarker", f'<file name="denah.png" encoding="base64">{PICTURE}</file>{drags}{drops}'))
    source = understood(imported.items[0])
    assert [o.text for o in source.options] == [
        "Tempat 1 (x 10, y 40) => Loket 1",
        "Tempat 2 (x 20, y 40) => Loket 2",
        "=> Loket 3",
    ]
    assert imported.media == {"media/denah.png": b"\x89PNG picture"}
    assert imported.items[0].status == "approximated"


def test_files_in_texts_are_kept_and_linked() -> None:
    text = '<p>Lihat <img src="@@PLUGINFILE@@/Denah%20Loket.PNG" alt="Denah"></p>'
    body = f'<file name="Denah Loket.PNG" path="/" encoding="base64">{PICTURE}</file>'
    raw = question("essay", "", text).replace("</questiontext>", f"{body}</questiontext>")
    imported = read(raw)
    assert imported.media == {"media/denah-loket.png": b"\x89PNG picture"}
    assert "![Denah](media/denah-loket.png)" in understood(imported.items[0]).text


def test_a_missing_and_a_broken_file_are_said() -> None:
    text = '<p><img src="@@PLUGINFILE@@/tiada.png" alt="x"> Apa?</p>'
    assert "tiada.png" in one("essay", "", text).notes[0]


def test_categories_are_sections_and_descriptions_their_stimulus() -> None:
    imported = read(
        '<question type="category"><category><text>$course$/top/Konsep</text></category></question>',
        question("description", "", "<p>Sebuah <b>kasus</b>.</p>"),
        question("truefalse", choice("100", "true") + choice("0", "false")),
        '<question type="category"><category><text>$course$/top/Satu//dua</text></category></question>',
        question("essay", ""),
    )
    assert [(s.title, s.stimulus, len(s.sources)) for s in imported.sections] == [
        ("Konsep", "Sebuah **kasus**.", 1), ("Satu/dua", "", 1),
    ]  # fmt: skip
    assert len(imported.items) == 3


def test_tags_hints_and_identity() -> None:
    inside = (
        "<idnumber>nomor-7</idnumber><hint format='html'><text>Ingat peta.</text></hint>"
        "<tags><tag><text>tujuan:TP2</text></tag><tag><text>kesulitan:4</text></tag><tag><text>kota besar</text></tag></tags>"
    )
    source = understood(one("essay", inside))
    assert source.id == "nomor-7"
    assert source.hints == ("Ingat peta.",)
    assert source.attributes == {"outcome": "TP2", "difficulty": "4", "tags": "kota-besar"}


def test_unknown_types_and_unreadable_numbers_are_refused_one_by_one() -> None:
    imported = read(
        question("coderunner", ""),
        question("numerical", '<answer fraction="100"><text>dua</text></answer>'),
        question("essay", "<defaultgrade>1e9999</defaultgrade>"),
        question("essay", ""),
    )
    assert [item.status for item in imported.items] == ["refused", "refused", "refused", "exact"]
    assert all(item.notes for item in imported.items[:3])


def test_another_xml_is_an_error() -> None:
    with pytest.raises(ExchangeError, match="bukan ekspor bank soal Moodle"):
        read_moodle(b"<rss/>")


MADE = [
    exchanged.singles(), exchanged.multiples(), exchanged.typed(), exchanged.numbers(), exchanged.matchings(),
    exchanged.orderings(), exchanged.clozes(), exchanged.essays(), exchanged.computeds(),
]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(source=st.one_of(MADE))
def test_a_question_comes_back_equal(source: QuestionSource) -> None:
    exported = write_moodle([exchanged.section(source)], {})
    assert [item.status for item in exported.items] == ["exact"], exported.items[0].notes
    imported = read_moodle(exported.data)
    assert [item.status for item in imported.items] == ["exact"], imported.items[0].notes
    assert not exchanged.unequal(source, imported.sections[0].sources[0])


@settings(max_examples=20, deadline=None)
@given(sources=st.lists(st.one_of(MADE), min_size=1, max_size=6, unique_by=lambda s: s.id))
def test_a_section_keeps_its_questions_and_their_order(sources: list[QuestionSource]) -> None:
    exported = write_moodle([exchanged.section(*sources, stimulus="Sebuah **kasus**.")], {})
    (section,) = read_moodle(exported.data).sections
    assert (section.title, section.stimulus) == ("Konsep dasar", "Sebuah **kasus**.")
    assert [s.id for s in section.sources] == [s.id for s in sources]


def test_pictures_travel_with_the_question() -> None:
    source = build(
        "denah", "Apa ini?\n\n![Denah](media/denah.png)", options=[option("(", "x", "a"), option("(", "", "b")]
    )
    media = {"media/denah.png": b"\x89PNG picture", "media/lain.png": b"x"}
    imported = read_moodle(write_moodle([exchanged.section(source)], media).data)
    assert imported.media == {"media/denah.png": b"\x89PNG picture"}
    assert not exchanged.unequal(source, imported.sections[0].sources[0])


def test_what_moodle_has_no_type_for_is_refused_with_the_reason() -> None:
    scale = build("sikap", "Setuju?", classes=["likert"], attributes={"scale": "Tidak..Ya"})
    exported = write_moodle([exchanged.section(scale, draw=1)], {})
    assert [item.status for item in exported.items] == ["refused"]
    assert "draw=1" in exported.notes[0]


def test_weights_that_moodle_does_not_offer_become_the_nearest_and_are_said() -> None:
    source = build("s", "Apa?", options=[option("(", "x", "a"), option("(", "37%", "b"), option("(", "", "c")])
    exported = write_moodle([exchanged.section(source)], {})
    assert exported.items[0].status == "approximated"
    fractions = [answer.get("fraction") for answer in fromstring(exported.data).iter("answer")]
    assert fractions == ["100", "40", "0"]
