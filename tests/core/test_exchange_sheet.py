"""Questions as a table: as a trainer fills it in, what is wrong row by row, spreadsheets' habits, and round trips."""

from __future__ import annotations

import csv
import io
import time
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elearn.core.exchange.base import ExchangeError
from elearn.core.exchange.sheet import read_sheet, recognised, write_sheet
from elearn.core.exchange.sources import build, option
from elearn.core.questions.base import QuestionSource
from tests.core import exchanged

HEADER = "soal;jenis;kunci;pilihan 1;pilihan 2;pilihan 3;umpan balik 2;penjelasan;poin;tujuan"


def table(*rows: str, header: str = HEADER) -> bytes:
    return "\r\n".join([header, *rows]).encode("utf-8-sig")


def test_a_table_as_a_trainer_fills_it_in() -> None:
    found = read_sheet(
        table(
            "Kanal mana?;tunggal;A;Lapor;Buku tamu;Papan;Hanya di kantor.;Nasional.;2;TP1",
            "Apa saja?;ganda;A | c;KTP;Meterai;KK;;;;",
            "Ibu kota?;teks;Bandung | 50% Kota Bandung;;;;;;;",
            "Berapa menit?;angka;20 ± 0,5;;;;;;0,5;",
            "Jodohkan;menjodohkan;;Walidata => memeriksa;Produsen => menghasilkan;;;;;",
            "Urutkan;mengurutkan;;Sapa;Dengar;Catat;;;;",
            "Ceritakan;esai;;;;;;;;",
            "Tanpa jenis?;;B;ya;tidak;mungkin;;;;",
        )
    )
    assert [item.status for item in found.items] == ["exact"] * 8, [item.notes for item in found.items]
    sources = found.sections[0].sources
    assert [(o.mark, o.text, o.feedback) for o in sources[0].options] == [
        ("x", "Lapor", ""), ("", "Buku tamu", "Hanya di kantor."), ("", "Papan", ""),
    ]  # fmt: skip
    assert sources[0].attributes == {"points": "2", "outcome": "TP1"} and sources[0].explanation == "Nasional."
    assert [o.mark for o in sources[1].options] == ["x", "", "x"]
    assert [a.text for a in sources[2].answers] == ["Bandung", "50% Kota Bandung"]
    assert sources[3].attributes == {"points": "0.5"}
    assert [o.mark for o in sources[7].options] == ["", "x", ""]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (";tunggal;A;a;b", "Kolom soal kosong"), ("Apa?;pilgan;A;a;b", "tidak dikenal"), ("Apa?;tunggal;D;a;b", "bukan salah satu"),
        ("Apa?;tunggal;;a;b", "Kolom kunci kosong"), ("Apa?;tunggal;A;a;;c", "pilihan 2 kosong"), ("Apa?;teks;ya;a", "tidak memakai"),
        ("Apa?;teks;", "Kolom kunci kosong"), ("Apa?;esai;ya", "Esai tidak memakai"), ("Apa?;angka;banyak", ""),
        ("Apa?;mengurutkan;A;a;b;c", "tidak memakai kolom kunci"), ("Apa?;tunggal;A | B;a;b;c", ""),
    ],
)  # fmt: skip
def test_one_bad_row_leaves_the_others(row: str, said: str) -> None:
    good = "Apa?;tunggal;A;a;b"
    first, wrong, last = read_sheet(table(good, row, good)).items
    assert (first.status, wrong.status, last.status) == ("exact", "refused", "exact")
    assert said in wrong.notes[0] and wrong.where.startswith("Baris 3")


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_what_spreadsheets_write(delimiter: str, encoding: str) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerows([["Jenis", " SOAL ", "Kunci", "Pilihan 1", "Pilihan 2", "catatan"]])
    writer.writerow(["tunggal", "Kapan café\nbuka; pagi, siang?", "A", "Pagi", "Siang", "rahasia"])
    writer.writerow([""] * 6)
    data = out.getvalue().encode(encoding)
    assert recognised(data)
    found = read_sheet(data)
    assert [item.status for item in found.items] == ["exact"]
    assert "café" in found.sections[0].sources[0].heading
    assert any("catatan" in note for note in found.notes)
    assert any("Windows-1252" in note for note in found.notes) == (encoding == "cp1252")


def test_sections_are_neighbours_of_one_name() -> None:
    rows = ("Satu;A;a;b;Loket", "Dua;A;a;b;Loket", "Tiga;A;a;b;Aduan", "Empat;A;a;b;Loket")
    found = read_sheet(table(*rows, header="soal;kunci;pilihan 1;pilihan 2;bagian"))
    assert [(s.title, len(s.sources)) for s in found.sections] == [("Loket", 2), ("Aduan", 1), ("Loket", 1)]
    assert len({s.id for s in found.sections}) == 3


@pytest.mark.parametrize("data", [b"", b"soal;kunci\n", b"nama;alamat\nA;B\n", b"soal\x00;kunci", b"\xff\xfeab"])
def test_what_is_no_table_of_questions_is_said_so(data: bytes) -> None:
    with pytest.raises(ExchangeError):
        read_sheet(data)


def test_it_is_known_by_its_columns() -> None:
    assert recognised(table("x")) and recognised(b'"Soal","Kunci"\n')
    assert not recognised(b"nama;kunci\n") and not recognised(b"Apa soal ini?\nA. satu\nANSWER: A")


@pytest.mark.parametrize(
    "data",
    [
        table(*["Apa?;tunggal;A;a;b"] * 3000), b"soal;kunci\n" + b'"' * 1_000_000, b"soal;kunci\n" + b"x" * 5_000_000,
        b"soal;kunci\n" + b";" * 5_000_000, b"soal;kunci\n" + b"a;b\n" * 99_000,
    ],
)  # fmt: skip
def test_hostile_files_end_in_time(data: bytes) -> None:
    began = time.perf_counter()
    with suppress(ExchangeError):
        read_sheet(data)
    assert time.perf_counter() - began < 10


def test_no_cell_is_computed_and_none_is_changed() -> None:
    sent = build("rumus", "=HYPERLINK(1)", options=[
        option("(", "x", "-5 derajat"), option("(", "", "@admin"), option("(", "", "'=1"), option("(", "", "+62"),
    ])  # fmt: skip
    data = write_sheet([exchanged.section(sent)]).data
    cells = [cell for row in csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";") for cell in row]
    assert not [cell for cell in cells if cell[:1] in "=+-@\t\r" and cell]
    (back,) = read_sheet(data).sections[0].sources
    assert [one.text for one in back.options] == [one.text for one in sent.options]


MADE = [
    exchanged.singles(), exchanged.multiples(), exchanged.typed(), exchanged.numbers(), exchanged.matchings(),
    exchanged.orderings(), exchanged.essays(rubric=False),
]  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(made=st.one_of(MADE))
def test_a_question_comes_back_equal(made: QuestionSource) -> None:
    sent = made
    if (
        sent.answers
        and "exact" not in sent.classes
        and not any(ch.isdigit() for a in sent.answers for ch in a.text.partition("%")[2] or a.text)
    ):
        sent = replace(sent, classes=("text",))
    exported = write_sheet([exchanged.section(sent)])
    assert [item.status for item in exported.items] == ["exact"], exported.items[0].notes
    imported = read_sheet(exported.data)
    assert [item.status for item in imported.items] == ["exact"], (imported.items[0].notes, exported.data.decode())
    assert imported.sections[0].title == "Konsep dasar"
    assert not exchanged.unequal(sent, imported.sections[0].sources[0]), exported.data.decode()


@settings(max_examples=40, deadline=None)
@given(made=st.one_of(exchanged.clozes(), exchanged.computeds(), exchanged.essays()))
def test_what_is_left_out_is_said(made: QuestionSource) -> None:
    exported = write_sheet([exchanged.section(made, stimulus="Kasus.", draw=1)])
    assert len(exported.notes) == 2
    (item,) = exported.items
    assert item.status == ("refused" if made.gaps or made.variables else "approximated" if made.table else "exact")
