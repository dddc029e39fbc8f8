"""GIFT: every kind of question that it has, what people write besides, hostile files, and round trips."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elearn.core.exchange.base import ExchangeError, Item
from elearn.core.exchange.gift import read_gift, recognised
from elearn.core.exchange.gift_write import write_gift
from elearn.core.exchange.sources import answer, build, option
from elearn.core.questions.base import QuestionSource
from tests.core import exchanged


def one(text: str) -> Item:
    (item,) = read_gift(text.encode()).items
    return item


def source(text: str) -> QuestionSource:
    item = one(text)
    assert item.source is not None, item.notes
    return item.source


def options(text: str) -> list[tuple[str, str, str]]:
    return [(o.mark, o.text, o.feedback) for o in source(text).options]


def test_a_choice_with_title_feedback_and_explanation() -> None:
    text = """// [id:kanal-laporan] [tag:tujuan:TP1] [tag:kesulitan:3] [tag:laporan warga]
::Kanal::Kanal mana yang menerima laporan warga? {
=SP4N-LAPOR!#Benar, nasional.
~Buku tamu # Hanya dibaca di kantor.
~%50%Media sosial dinas
####Laporan tercatat dan dapat dilacak.}
"""
    item = one(text)
    made = source(text)
    assert item.status == "exact" and made.id == "kanal-laporan"
    assert made.heading == "Kanal mana yang menerima laporan warga?"
    assert made.attributes == {"outcome": "TP1", "difficulty": "3", "tags": "laporan-warga"}
    assert made.explanation == "Laporan tercatat dan dapat dilacak."
    assert [(o.mark, o.feedback) for o in made.options] == [
        ("x", "Benar, nasional."), ("", "Hanya dibaca di kantor."), ("50%", ""),
    ]  # fmt: skip


def test_several_answers_by_weights() -> None:
    text = "Apa saja syaratnya? {~%50%KTP ~%50%KK ~%-100%Meterai}"
    assert [(o.bracket, o.mark) for o in source(text).options] == [("[", "50%"), ("[", "50%"), ("[", "-100%")]
    equal = "Apa saja? {~%33.33333%a ~%33.33333%b ~%33.33333%c ~%-33.33333%d}"
    assert [o.mark for o in source(equal).options] == ["x", "x", "x", ""]
    assert [o.bracket for o in source("Satu saja? {~%100%a ~b ~c}").options] == ["(", "(", "("]


@pytest.mark.parametrize(
    ("braces", "right", "said"),
    [
        ("{TRUE}", "Benar", ("", "")), ("{F}", "Salah", ("", "")), ("{ false # wah keliru # tepat}", "Salah", ("wah keliru", "tepat")),
        ("{T#bukan}", "Benar", ("", "bukan")),
    ],
)  # fmt: skip
def test_true_and_false(braces: str, right: str, said: tuple[str, str]) -> None:
    found = options(f"Layanan dasar gratis. {braces}")
    assert [text for mark, text, _said in found if mark] == [right]
    assert tuple(feedback for _m, _t, feedback in found) == said


def test_words_that_are_typed() -> None:
    made = source("Nama ibu kota Jawa Barat? {=Bandung =%50%Kota Bandung #Hampir.}")
    assert [a.text for a in made.answers] == ["Bandung", "50% Kota Bandung"]
    assert one("Apa? {=ya #bagus}").notes == ("Umpan balik tiap jawaban tidak dibawa.",)
    assert [a.text for a in source("Tahun berapa? {=2018}").answers] == ["2018"]
    assert source("Tahun berapa? {=2018}").classes == ("text",)


@pytest.mark.parametrize(
    ("braces", "wanted"),
    [
        ("{#20}", ["20"]), ("{#20:0.5}", ["20 ± 0,5"]), ("{#19..21}", ["19..21"]), ("{#-5}", ["-5"]), ("{#=20:1 =25}", ["20 ± 1", "25"]),
        ("{# =20:0 =%50%20:2 ~#salah}", ["20"]),
    ],
)  # fmt: skip
def test_numbers(braces: str, wanted: list[str]) -> None:
    assert [a.text for a in source(f"Berapa menit? {braces}").answers] == wanted


def test_pairs() -> None:
    made = source("Jodohkan. {=Walidata -> memeriksa =Produsen -> menghasilkan = -> menjual}")
    assert [o.text for o in made.options] == ["Walidata => memeriksa", "Produsen => menghasilkan", "=> menjual"]


def test_an_essay_a_missing_word_and_an_escaped_sign() -> None:
    assert source("Ceritakan. {}").classes == ("essay",)
    assert source("Warga {=berhak ~wajib ~dilarang} mengadu.").heading == "Warga \\_\\_\\_\\_\\_ mengadu."
    made = source("Apa arti \\{a\\} \\= b\\: c\\~d? {=x\\=1 ~y\\#2 ~z\\\\}")
    assert "a" in made.heading and "= b: c~d?" in made.heading
    assert [o.text for o in made.options] == ["x=1", "y\\#2", "z\\\\"]


def test_formats_of_texts() -> None:
    assert source("[html]<b>Apa</b>? {=<i>ya</i> ~tidak}").heading == "**Apa**?"
    assert source("[markdown]Apa *itu*? {=ya ~tidak}").heading == "Apa *itu*?"
    assert source("[plain]Apa *itu*? {=ya ~[markdown]*tidak*}").heading == "Apa \\*itu\\*?"
    assert [o.text for o in source("[plain]Apa? {=ya ~[markdown]*tidak*}").options] == ["ya", "*tidak*"]
    assert source("[markdown]Satu.\\n\\nDua. {=ya ~tidak}").stem == "Dua."


def test_categories_and_descriptions_become_sections() -> None:
    text = """$CATEGORY: $course$/top/Loket//antrean

::Kasus::Bu Sari datang tanpa KTP.

Apa dulu? {=dengar ~tolak}

$CATEGORY: Lain
Apa lagi? {=ya ~tidak}
"""
    found = read_gift(text.encode())
    assert [(s.title, s.stimulus, len(s.sources)) for s in found.sections] == [
        ("Loket/antrean", "Bu Sari datang tanpa KTP.", 1), ("Lain", "", 1),
    ]  # fmt: skip
    assert [item.status for item in found.items] == ["approximated", "exact", "exact"]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("Apa? {=ya ~tidak", "tidak berpasangan"), ("Apa? }", "tidak berpasangan"), ("Apa? {{=ya}", "tidak berpasangan"),
        ("Apa? {ya tidak}", "diawali = atau ~"), ("Apa? {~a ~b}", "Tidak ada pilihan yang bernilai"),
        ("Berapa? {#banyak}", "bukan bilangan"), ("{=ya ~tidak}", "Tidak ada teks"),
    ],
)  # fmt: skip
def test_one_bad_block_leaves_the_others(bad: str, said: str) -> None:
    good = "Apa? {=ya ~tidak}"
    first, wrong, last = read_gift(f"{good}\n\n{bad}\n\n{good}\n".encode()).items
    assert (first.status, wrong.status, last.status) == ("exact", "refused", "exact")
    assert said in wrong.notes[0] and first.id != last.id


def test_it_is_known_by_its_braces() -> None:
    assert recognised(b"::a::Apa? {=ya ~tidak}") and recognised(b"Esai {}") and recognised(b"x {#1..2}")
    assert not recognised(b"Apa?\nA. {satu}\nB. dua\nANSWER: A") and not recognised(b"<quiz></quiz>")


@pytest.mark.parametrize(
    "data",
    [b"", b"\x00{=a}", b"hanya teks }", b"{" * 2_000_000, b"Apa? {=" + b"~a" * 3_000_000 + b"}", b"a{=b}\n\n" * 9000],
)
def test_hostile_files_end_in_time(data: bytes) -> None:
    began = time.perf_counter()
    try:
        found = read_gift(data)
        assert all(item.status == "refused" for item in found.items)
    except ExchangeError:
        pass
    assert time.perf_counter() - began < 10


MADE = [
    exchanged.singles(), exchanged.multiples(), exchanged.typed(), exchanged.numbers(units=False), exchanged.matchings(),
    exchanged.essays(rubric=False),
]  # fmt: skip


def fitting(made: QuestionSource) -> QuestionSource:
    """Without what GIFT has no place for."""
    kept = {key: value for key, value in made.attributes.items() if key not in ("points", "words")}
    return replace(made, hints=(), attributes=kept, classes=tuple(c for c in made.classes if c != "exact"))


@settings(max_examples=150, deadline=None)
@given(made=st.one_of(MADE))
def test_a_question_comes_back_equal(made: QuestionSource) -> None:
    sent = fitting(made)
    if sent.answers and not sent.classes and made.classes == ("exact",):
        sent = replace(sent, classes=("text",))
    exported = write_gift([exchanged.section(sent)])
    assert [item.status for item in exported.items] == ["exact"], exported.items[0].notes
    imported = read_gift(exported.data)
    assert [item.status for item in imported.items] == ["exact"], (imported.items[0].notes, exported.data.decode())
    assert not exchanged.unequal(sent, imported.sections[0].sources[0]), exported.data.decode()


@settings(max_examples=60, deadline=None)
@given(made=st.one_of(*MADE, exchanged.orderings(), exchanged.clozes(), exchanged.computeds(), exchanged.essays()))
def test_what_is_left_out_is_said(made: QuestionSource) -> None:
    exported = write_gift([exchanged.section(made, stimulus="Sebuah **kasus**.", draw=1)])
    (item,) = exported.items
    assert "draw=1" in exported.notes[0]
    if item.status == "refused":
        assert "GIFT tidak punya jenis soal" in item.notes[0]
        return
    (section,) = read_gift(exported.data).sections
    assert section.stimulus == "Sebuah **kasus**."
    lost = bool(
        made.hints or made.table or "points" in made.attributes or "words" in made.attributes or "exact" in made.classes
    )
    assert (item.status == "approximated") >= lost


def test_pictures_are_refused() -> None:
    drawn = build("a", "Apa ini?\n\n![Denah](media/a.png)", options=[option("(", "x", "a"), option("(", "", "b")])
    assert write_gift([exchanged.section(drawn)]).items[0].status == "refused"


def test_units_and_cases_are_said() -> None:
    (item,) = write_gift([exchanged.section(build("a", "Berapa?", answers=[answer("20 menit")]))]).items
    assert item.notes == ("Satuan tidak dibawa.",)
