"""Files that are made to harm: a clear error within ten seconds and within bounded memory."""

from __future__ import annotations

import io
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from xml.etree.ElementTree import fromstring, tostring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elearn.core.exchange import archive
from elearn.core.exchange.archive import read_archive, write_archive
from elearn.core.exchange.base import ExchangeError, Imported
from elearn.core.exchange.cartridge import read_cartridge
from elearn.core.exchange.cartridge_write import write_cartridge
from elearn.core.exchange.guarded_xml import DEPTH, read_xml
from elearn.core.exchange.moodle import read_moodle
from elearn.core.exchange.moodle_write import write_moodle
from elearn.core.exchange.qti import read_qti
from elearn.core.exchange.qti_write import write_qti
from elearn.core.questions.base import QuestionSource
from tests.core import exchanged

SECONDS = 10
MEMORY = 400 * 1024 * 1024


def refused(read: Callable[[bytes], object], data: bytes) -> str:
    """The message of the error that this file comes to, in time and in memory."""
    tracemalloc.start()
    begun = time.monotonic()
    try:
        with pytest.raises(ExchangeError) as caught:
            read(data)
        taken, peak = time.monotonic() - begun, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert taken < SECONDS
    assert peak < MEMORY
    return str(caught.value)


BILLION = b"<!DOCTYPE q [<!ENTITY a 'ha'>%s]><quiz>&h;</quiz>" % b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(8)
)
OUTSIDE = b'<!DOCTYPE q [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz>&x;</quiz>'
PARAMETER = b'<!DOCTYPE q [<!ENTITY % x SYSTEM "http://contoh.test/x.dtd"> %x;]><quiz/>'


@pytest.mark.parametrize("data", [BILLION, OUTSIDE, PARAMETER])
def test_entities_are_refused(data: bytes) -> None:
    assert "entitas" in refused(read_moodle, data)


def test_a_document_type_without_entities_is_read() -> None:
    assert read_xml(b'<!DOCTYPE questestinterop SYSTEM "ims.dtd"><quiz/>').tag == "quiz"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<quiz>" + b"<a>" * (DEPTH + 1) + b"</a>" * (DEPTH + 1) + b"</quiz>", "bersarang"),
        (b"<quiz>" + b"<a>" * 2_000_000, "bersarang"),
        (b"<quiz>" + b"<a/>" * 4_000_000 + b"</quiz>", "unsur"),
        (b"<quiz " + b" ".join(b"a%d='1'" % n for n in range(500_000)) + b"/>", "unsur"),
        (b"<quiz>" + b"x" * (50 * 1024 * 1024) + b"</quiz>", "lebih besar"),
        (b"\xff\xfe\x00", "XML"),
        (b"<quiz>\x00</quiz>", "XML"),
        (b"<quiz>\xe9</quiz>", "XML"),
        (b'<?xml version="1.0" encoding="tiada-ini"?><quiz/>', ""),
        (b"", "XML"),
        (b"PK\x03\x04", "XML"),
    ],
)
def test_xml_beyond_what_a_person_makes(data: bytes, said: str) -> None:
    assert said in refused(read_moodle, data)


def test_a_text_too_long_or_too_deep_is_refused_and_the_next_is_read() -> None:
    wrap = '<question type="essay"><questiontext format="html"><text><![CDATA[%s]]></text></questiontext></question>'
    long, deep, sound = wrap % ("<b>a</b>" * 10_000), wrap % ("<div>" * 10_000 + "a"), wrap % "<p>Apa?</p>"
    begun = time.monotonic()
    imported = read_moodle(f"<quiz>{long}{deep}{sound}</quiz>".encode())
    assert time.monotonic() - begun < SECONDS
    assert [item.status for item in imported.items] == ["refused", "refused", "exact"]


def zipped(*entries: tuple[str, bytes], **changes: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries:
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = changes.get("attr", 0)
            made.writestr(entry, content)
    return out.getvalue()


@pytest.mark.parametrize("name", ["../luar.xml", "/etc/passwd", "a/../../b", "C:/x", "a\\..\\b", "a/..", "x\u202ey"])
def test_names_that_lead_outside(name: str) -> None:
    assert "ke luar paket" in refused(read_archive, zipped((name, b"x")))


def test_links_are_refused() -> None:
    assert "bukan berkas biasa" in refused(read_archive, zipped(("tautan", b"/etc/passwd"), attr=0o120777 << 16))


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(("one", "other"), [("a.xml", "a.xml"), ("a.xml", "A.XML"), ("\u00e9", "e\u0301")])
def test_names_that_are_used_twice(one: str, other: str) -> None:
    assert "dua kali" in refused(read_archive, zipped((one, b"1"), (other, b"2")))


def test_bombs_by_ratio_by_size_and_by_count() -> None:
    assert "mengembang" in refused(read_archive, zipped(("bom", bytes(50 * 1024 * 1024))))
    half = bytes(70 * 1024 * 1024)
    assert "lebih besar" in refused(read_archive, zipped(("satu", half), ("dua", half)))
    assert "lebih dari" in refused(read_archive, zipped(*((f"{n}", b"") for n in range(archive.ENTRIES + 1))))


def test_a_size_that_is_declared_smaller_than_it_is() -> None:
    honest = zipped(("bom", bytes(30 * 1024 * 1024)))
    lie = honest.replace(struct.pack("<L", 30 * 1024 * 1024), struct.pack("<L", 100))
    assert lie != honest
    assert "rusak" in refused(read_archive, lie)


def test_broken_encrypted_and_nested_packages() -> None:
    sound = zipped(("a.xml", b"halo" * 100))
    assert "rusak" in refused(read_archive, sound[:-30])
    assert "rusak" in refused(read_archive, b"PK\x03\x04 bukan zip")
    at = sound.index(b"PK\x01\x02") + 8
    assert "bersandi" in refused(read_archive, sound[:at] + b"\x01" + sound[at + 1 :])
    assert read_archive(zipped(("dalam.zip", sound), ("a.xml", b"1"))) == {"a.xml": b"1"}


def test_a_package_comes_back_as_it_was_written() -> None:
    files = {"imsmanifest.xml": b"<a/>", "media/denah.png": bytes(range(256))}
    assert read_archive(write_archive(files)) == files
    assert write_archive(files) == write_archive(files)


def spoilt(draw: st.DrawFn, document: bytes) -> bytes:
    """A document with some of its texts, attributes and elements changed or gone."""
    root = fromstring(document)
    for _time in range(draw(st.integers(1, 4))):
        elements = list(root.iter())
        element = elements[draw(st.integers(0, len(elements) - 1))]
        odd = draw(
            st.sampled_from(
                ["", "-1", "1e99", "0", "²", "a b c", "{1:X:", "..", "99999999999999999999", "[[1]]", "{=a}"]
            )
        )
        what = draw(st.sampled_from(["text", "attribute", "children", "twice"]))
        if what == "text":
            element.text = odd
        elif what == "attribute" and element.attrib:
            element.set(draw(st.sampled_from(sorted(element.attrib))), odd)
        elif what == "children":
            element[:] = element[1:]
        elif len(element):
            element.append(element[0])
    return tostring(root)


SPOILT: Callable[[bytes], st.SearchStrategy[bytes]] = st.composite(spoilt)
SOURCES = [
    exchanged.singles(), exchanged.multiples(), exchanged.typed(), exchanged.numbers(), exchanged.matchings(),
    exchanged.orderings(), exchanged.clozes(), exchanged.essays(), exchanged.computeds(),
]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(data=st.data(), source=st.one_of(SOURCES))
def test_a_file_with_anything_wrong_is_refused_or_read_and_nothing_else(
    data: st.DataObject, source: QuestionSource
) -> None:
    """No other exception than ours leaves a reader, and a refusal always says why."""
    section = [exchanged.section(source)]

    def spoil(document: bytes) -> bytes:
        return data.draw(SPOILT(document))

    def spoiled(package: bytes) -> bytes:
        files = read_archive(package)
        name = data.draw(st.sampled_from([name for name in files if name.endswith(".xml")]))
        return write_archive({**files, name: spoil(files[name])})

    made: list[tuple[Callable[[bytes], Imported], Callable[[], bytes]]] = [
        (read_moodle, lambda: spoil(write_moodle(section, {}).data)),
        (read_qti, lambda: spoiled(write_qti(section, {}).data)),
        (read_cartridge, lambda: spoiled(write_cartridge(section, {}).data)),
    ]
    for read, write in made:
        try:
            imported = read(write())
        except ExchangeError as trouble:
            assert str(trouble)
        else:
            assert all(item.notes for item in imported.items if item.status != "exact")
            assert sum(len(s.sources) for s in imported.sections) == sum(i.source is not None for i in imported.items)
