"""Aiken: blocks as people write them, one error a block, and round trips."""

from __future__ import annotations

import html
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elearn.core.content.markdown import Renderer
from elearn.core.exchange.aiken import read_aiken, recognised, write_aiken
from elearn.core.exchange.base import ExchangeError, Section
from elearn.core.exchange.sources import answer, build, option
from elearn.core.exchange.texts import escape
from elearn.core.questions.base import QuestionSource
from tests.core import exchanged

GOOD = """Kanal mana yang menerima laporan warga?
A. Lapor!
B) Papan pengumuman
C. Buku tamu
ANSWER: A
"""


def test_a_question_is_read() -> None:
    (item,) = read_aiken(GOOD.encode()).items
    assert item.status == "exact"
    assert item.source is not None
    assert item.source.heading == "Kanal mana yang menerima laporan warga?"
    assert [(o.mark, o.text) for o in item.source.options] == [
        ("x", escape("Lapor!")), ("", "Papan pengumuman"), ("", "Buku tamu"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "blemished",
    [
        GOOD.replace("\n", "\r\n"), GOOD.replace("ANSWER: A", "answer: a."), GOOD.replace("ANSWER", "KUNCI"),
        GOOD.replace("A. ", "a: "), GOOD.replace("\n", "\n\n"), "\ufeff" + GOOD, GOOD.rstrip("\n"),
    ],
)  # fmt: skip
def test_common_blemishes_do_not_matter(blemished: str) -> None:
    assert [i.source for i in read_aiken(blemished.encode()).items] == [
        i.source for i in read_aiken(GOOD.encode()).items
    ]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("Tanpa pilihan?\nANSWER: A\n", "Tidak ada pilihan"),
        ("Kunci salah?\nA. satu\nB. dua\nANSWER: C\n", "bukan salah satu"),
        ("Huruf ganda?\nA. satu\nA. dua\nANSWER: A\n", "dua pilihan"),
        ("Tanpa kunci?\nA. satu\nB. dua\n", "Tidak ada baris ANSWER"),
        ("ANSWER: B\n", "Tidak ada kalimat tanya"),
    ],
)
def test_one_bad_block_leaves_the_others(bad: str, said: str) -> None:
    first, wrong, last = read_aiken(f"{GOOD}\n{bad}\n{GOOD}".encode()).items
    assert (first.status, wrong.status, last.status) == ("exact", "refused", "exact")
    assert said in wrong.notes[0]
    assert first.id != last.id


def test_sniffing_looks_for_an_answer() -> None:
    assert recognised(GOOD.encode())
    assert not recognised(b"::judul:: Apa? {=ya ~tidak}")


@pytest.mark.parametrize("data", [b"", b"  \n", b"a\x00b", b"\x89PNG\r\n\x1a\n\x00\x00", b"tanpa apa pun\x81\x8d"])
def test_what_is_no_text_is_said_so(data: bytes) -> None:
    with pytest.raises(ExchangeError):
        read_aiken(data)


def test_windows_letters_are_noted() -> None:
    assert read_aiken(GOOD.replace("Buku", "Caf\xe9").encode("cp1252")).notes


@pytest.mark.parametrize("data", [b"x" * 50_000_000, b"A. x\n" * 4_000_000, b"a\n" * 90_000, b"A. b\n" * 90_000])
def test_large_files_are_answered_in_time(data: bytes) -> None:
    begun = time.perf_counter()
    try:
        imported = read_aiken(data)
    except ExchangeError:
        pass
    else:
        assert all(item.status == "refused" for item in imported.items)
    assert time.perf_counter() - begun < 10


@settings(deadline=None)
@given(exchanged.singles(exchanged.PLAIN, partial=False))
def test_an_export_says_what_it_leaves_out_and_reads_back(source: QuestionSource) -> None:
    exported = write_aiken([Section("", "", "", None, (source,))])
    (said,) = exported.items
    (item,) = read_aiken(exported.data).items
    assert item.source is not None
    assert [(o.mark, o.text) for o in item.source.options] == [(o.mark, o.text) for o in source.options]
    whole = not (source.stem or source.explanation or source.hints or source.attributes)
    assert (said.status == "exact") == (whole and not any(o.feedback for o in source.options))


@settings(deadline=None)
@given(st.lists(exchanged.SENTENCE, min_size=2, max_size=5, unique=True))
def test_bare_questions_come_back_equal(words: list[str]) -> None:
    options = [option("(", "x" if n == 0 else "", escape(w)) for n, w in enumerate(words)]
    source = build("soal", escape(words[0]), options=options)
    exported = write_aiken([Section("", "", "", None, (source,))])
    assert exported.items[0].status == "exact"
    (item,) = read_aiken(exported.data).items
    assert item.source is not None
    assert (item.source.heading, [(o.mark, o.text) for o in item.source.options]) == (
        source.heading, [(o.mark, o.text) for o in source.options],
    )  # fmt: skip


def test_what_aiken_cannot_hold_is_refused() -> None:
    typed = build("ketik", "Apa?", answers=[answer("ya")])
    exported = write_aiken([Section("", "", "", None, (typed,))])
    assert [item.status for item in exported.items] == ["refused"]
    assert exported.data == b""


@settings(deadline=None)
@given(st.text(st.sampled_from("ab `*_[]{}#<>&~$^|=-+1.)!?:\\"), max_size=20))
def test_plain_text_is_shown_as_it_is(text: str) -> None:
    wanted = " ".join(text.split())
    shown = Renderer(lambda *_args, **_kwargs: None, {}, {}).fragment(f"x {escape(wanted)}", "soal")  # type: ignore[arg-type]
    assert html.unescape(re.sub(r"<[^>]*>", "", shown)).split() == ["x", *wanted.split()]
