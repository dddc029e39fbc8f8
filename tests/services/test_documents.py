"""A lesson from a document: what survives, what is told of the rest, and hostile files."""

from __future__ import annotations

import io
import json
import time
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from elearn import cli
from elearn.authoring import desk, document_desk, documents, drafts
from elearn.authoring.documents import Converted, convert
from elearn.authoring.models import Draft
from elearn.core.content import read_one
from elearn.core.exchange.base import ExchangeError
from tests.content import MODULE, published
from tests.documents import changed, document
from tests.helpers import trainer_of

KINDS = ("docx", "odt", "pptx", "html")
W = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def kinds(found: Converted) -> dict[str, int]:
    return {one.kind: one.count for one in found.lost}


@pytest.mark.parametrize("kind", ["docx", "odt", "html"])
def test_a_document_becomes_a_lesson(kind: str, tmp_path: Path) -> None:
    found = convert(f"Panduan_loket.{kind}", document(kind, tmp_path))
    text = found.text
    assert found.title == "Melayani di loket" and "Melayani" not in text
    for wanted in (
        "\n### Tiga langkah\n", "\n#### Bila ramai\n", "**ramah** dan *sabar*", "[^1]: Menurut standar pelayanan.", "1.  Dengar",
        "    -   nama", "| Loket |", "[situs kota](https://bandung.go.id)", "&#33;!! bukan kotak catatan", "> Warga datang",
    ):  # fmt: skip
        assert wanted in text, wanted
    assert text.startswith("## Menyapa") and "<sub>2</sub>" in text
    assert "$a + b$" in text or kinds(found).get("objek tertanam") or "*a*" in text, "a formula, or word of it"
    assert kinds(found)["tautan di dalam dokumen"] >= 1
    assert "teks" not in kinds(found), [one.where for one in found.lost]
    if kind != "html":
        ((path, picture),) = found.pictures.items()
        assert path in text and picture.startswith(b"\x89PNG")


def test_slides_become_headings(tmp_path: Path) -> None:
    found = convert(
        "paparan.pptx",
        document("pptx", tmp_path, "# Menyapa\n\n- ramah\n- sabar\n\n# Mencatat\n\n![Denah](denah.png)\n"),
    )
    assert "## Menyapa" in found.text and "ramah" in found.text and "## Mencatat" in found.text
    assert len(found.pictures) == 1 and "teks" not in kinds(found)


@pytest.mark.parametrize("kind", KINDS)
def test_our_reader_takes_the_result(kind: str, tmp_path: Path) -> None:
    found = convert(f"a.{kind}", document(kind, tmp_path))
    files = {"module.md": MODULE.encode(), "01-a.md": document_desk.lesson_text(found).encode(), **found.pictures}
    lesson, findings = read_one("modul", files, "01-a.md")
    assert lesson is not None
    assert not [d for d in findings if d.severity == "error"], findings
    assert not {"A503", "A504"} & {d.code for d in findings}


def test_a_single_first_heading_is_the_title_and_levels_do_not_jump() -> None:
    page = b"<h1>Judul</h1><p>a</p><h3>Satu</h3><h6>Dua</h6><h3>Tiga</h3>"
    found = convert("a.html", page)
    assert found.title == "Judul"
    assert [line for line in found.text.splitlines() if line.startswith("#")] == ["## Satu", "### Dua", "## Tiga"]
    assert convert("nama-berkas.html", b"<p>isi</p>").title == "nama berkas"


def test_what_does_not_survive_is_told_with_its_place(tmp_path: Path) -> None:
    data = document("docx", tmp_path)
    header = b"<w:hdr " + W + b"><w:p><w:r><w:t>Rahasia dinas</w:t></w:r></w:p></w:hdr>"
    comment = (
        b"<w:comments "
        + W
        + b'><w:comment w:id="0"><w:p><w:r><w:t>Tolong dicek</w:t></w:r></w:p></w:comment></w:comments>'
    )
    box = (
        b"<w:p><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>Di dalam kotak teks</w:t></w:r></w:p></w:txbxContent></w:pict>"
        b"</w:r></w:p></w:body>"
    )
    found = convert(
        "a.docx",
        changed(
            data, {"word/header1.xml": header, "word/comments.xml": comment}, {"word/document.xml": (b"</w:body>", box)}
        ),
    )
    told = [one.where for one in found.lost if one.kind == "teks"]
    assert "Kepala halaman: Rahasia dinas" in told and "Komentar: Tolong dicek" in told
    assert "Dokumen: Di dalam kotak teks" in told or "kotak teks" in found.text
    assert kinds(found)["kotak teks"] == 1


def test_cells_that_are_merged_or_hold_lines_are_flattened_and_told() -> None:
    head = b"<p>x</p><table><tr><th>A</th><th colspan='2'>B</th></tr>"
    page = head + b"<tr><td><ul><li>satu</li><li>dua</li></ul></td><td>3</td><td>4</td></tr></table>"
    found = convert("a.html", page)
    assert "| • satu • dua | 3" in found.text
    assert kinds(found)["sel tabel yang digabung"] == 1


def test_pictures_that_no_browser_shows_are_told(tmp_path: Path) -> None:
    data = document("docx", tmp_path)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        name = next(name for name in package.namelist() if name.endswith(".png"))
    broken = changed(data, {}, {name: (b"\x89PNG", b"EMF!")})
    found = convert("a.docx", broken)
    assert not found.pictures and kinds(found)["gambar yang tidak dapat ditampilkan peramban"] == 1
    assert "media/" not in found.text


WORDS = st.lists(
    st.text("abcdefghij ZÉé0123456789*_#[](){}<>!|`~-+=$&\\:.", min_size=1, max_size=30), min_size=1, max_size=6
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(paragraphs=WORDS)
def test_every_paragraph_is_in_the_lesson_or_in_the_report(paragraphs: list[str], tmp_path: Path) -> None:
    from xml.sax.saxutils import escape

    base = tmp_path / "leer.docx"
    if not base.exists():
        base.write_bytes(document("docx", tmp_path, "Awal.\n"))
    body = "".join(f"<w:p><w:r><w:t xml:space='preserve'>{escape(text)}</w:t></w:r></w:p>" for text in paragraphs)
    found = convert(
        "a.docx", changed(base.read_bytes(), {}, {"word/document.xml": (b"</w:body>", f"{body}</w:body>".encode())})
    )
    files = {"module.md": MODULE.encode(), "01-a.md": document_desk.lesson_text(found).encode()}
    lesson, findings = read_one("modul", files, "01-a.md")
    assert lesson is not None and not [d for d in findings if d.severity == "error"], (findings, found.text)
    shown = documents._letters(lesson.parts[0].text)  # type: ignore[union-attr]
    told = documents._letters(" ".join(one.where for one in found.lost))
    for text in paragraphs:
        assert documents._letters(text) in shown or documents._letters(text) in told, found.text


def bomb(kind: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(documents._MAIN[kind], b"<a>" + b" " * 300_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.docx", b"PK\x03\x04 rusak"), ("a.docx", b"\xd0\xcf\x11\xe0lama"), ("a.exe", b"MZ"), ("a.pptx", b""), ("a.html", b""),
        ("a.html", b"\x00\x01"), ("a.odt", b"bukan zip"), ("a.docx", bomb("docx")), ("a.odt", bomb("odt")),
        ("a.html", b"<script>x</script>"),
        ("a.html", b"<b>" * 400_000), ("a.html", b"<table>" * 20_000), ("a.html", b"<p>" + b"x" * 3_000_000),
    ],
)  # fmt: skip
def test_hostile_files_get_a_sentence_in_time(name: str, data: bytes) -> None:
    began = time.perf_counter()
    with pytest.raises(ExchangeError):
        convert(name, data)
    assert time.perf_counter() - began < 12


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    data = document("docx", tmp_path)
    evil = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;">]><w:hdr '
        + W
        + b">&b;</w:hdr>"
    )
    with pytest.raises(ExchangeError, match="entitas"):
        convert("a.docx", changed(data, {"word/header1.xml": evil}))


@pytest.fixture
def draft(app: Flask, tmp_path: Path) -> Draft:
    return drafts.open_draft(trainer_of(published(tmp_path).module_id).id, "modul-coba")


def test_into_a_draft(draft: Draft, tmp_path: Path) -> None:
    before = set(drafts.files_of(draft))
    made = document_desk.bring_in(draft, "panduan.docx", document("docx", tmp_path), draft.created_by_id)
    files = drafts.files_of(draft)
    assert set(files) - before == {made.path, *made.pictures} and len(made.pictures) == 1
    assert made.pictures[0] in files[made.path].decode()
    _module, found = desk.read("modul-coba", files)
    assert not [d for d in found if d.severity == "error"], found
    again = document_desk.bring_in(draft, "panduan.docx", document("docx", tmp_path), draft.created_by_id)
    assert again.path != made.path and again.pictures == made.pictures


def test_into_a_folder_by_command(tmp_path: Path) -> None:
    folder = tmp_path / "modul"
    folder.mkdir()
    file = tmp_path / "panduan.docx"
    file.write_bytes(document("docx", tmp_path))
    command = ["content", "from", str(file), "--into", str(folder)]
    refused = CliRunner().invoke(cli.main, command)
    assert refused.exit_code == 1 and "module.md" in refused.output
    (folder / "module.md").write_text(MODULE)
    told = json.loads(CliRunner().invoke(cli.main, [*command, "--json"]).output)
    assert Path(told["file"]).name == "01-melayani-di-loket.md" and told["lost"]
    again = CliRunner().invoke(cli.main, command).output
    assert "02-melayani-di-loket-2.md" in again and "tidak terbawa: tautan di dalam dokumen" in again
    assert len(list((folder / "media").iterdir())) == 2
