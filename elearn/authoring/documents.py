"""A lesson from a document: DOCX, ODT, PPTX or HTML becomes our Markdown, with its pictures and a list of what did not survive.

Pandoc reads the document, as a process of its own without access to files or the network, with limits on time and memory; the
rest is made to fit our format (`pandoc_tree`). Every paragraph of the document is either in the lesson or in the report.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from xml.etree.ElementTree import Element

import pypandoc
from bs4 import BeautifulSoup

from elearn.authoring.pandoc_tree import AMPERSAND, Tidy, text_of
from elearn.core.content.media import TYPES, suffix
from elearn.core.content.text import FILE_LIMIT
from elearn.core.exchange.archive import read_archive
from elearn.core.exchange.base import ExchangeError
from elearn.core.exchange.guarded_xml import read_xml
from elearn.core.exchange.plain import read_text

SECONDS, HEAP = 8, "512M"
ELEMENTS = 100_000
KINDS = {".docx": "docx", ".odt": "odt", ".pptx": "pptx", ".html": "html", ".htm": "html"}
_MAIN = {"docx": "word/document.xml", "odt": "content.xml", "pptx": "ppt/presentation.xml"}
_FORMAT = "markdown_strict+pipe_tables+footnotes+definition_lists+backtick_code_blocks+tex_math_dollars+raw_html+four_space_rule"
_OLD = b"\xd0\xcf\x11\xe0"
_BLOCKLIKE = re.compile(r"^(\s*)(!!!|\?\?\?|===|///|---$|\*\[)", re.MULTILINE)
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg")
# What pandoc passes over, by what stands in the files of a document.
_PASSED_OVER = {
    "docx": (("komentar", rb"<w:commentReference\b"), ("kotak teks", rb"<w:txbxContent\b"), ("bagan", rb"<c:chart\b"),
             ("SmartArt", rb"<dgm:relIds\b"), ("objek tertanam", rb"<o:OLEObject\b"), ("perubahan yang dilacak", rb"<w:(?:ins|del)\s")),
    "pptx": (("bagan", rb"<c:chart\b"), ("SmartArt", rb"<dgm:relIds\b"), ("video atau audio", rb"<(?:a:videoFile|a:audioFile)\b"),
             ("animasi", rb"<p:timing\b")),
    "odt": (("komentar", rb"<office:annotation\b"), ("objek tertanam", rb"<draw:object\b")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lost:
    """What did not survive: what it is, how often, and where or how it begins."""

    kind: str
    count: int
    where: str = ""


@dataclass(frozen=True, slots=True)
class Converted:
    """`text` is Markdown without front matter; `pictures` are by the paths that it gives them."""

    title: str
    text: str
    pictures: Mapping[str, bytes]
    lost: tuple[Lost, ...]


def convert(name: str, data: bytes) -> Converted:
    """A document as a lesson. Raises ExchangeError with a sentence that says what to do."""
    kind = KINDS.get(suffix(name))
    if data.startswith(_OLD):
        raise ExchangeError(
            "Dokumen ini terkunci kata sandi atau berformat lama. Simpan ulang sebagai .docx atau .pptx tanpa sandi."
        )
    if kind is None:
        raise ExchangeError(f"Jenis berkas {suffix(name) or 'ini'} tidak dapat dibaca. Yang dapat: {', '.join(KINDS)}.")
    files = {} if kind == "html" else read_archive(data)
    if kind != "html" and _MAIN[kind] not in files:
        raise ExchangeError(f"Berkas ini bukan {kind.upper()} yang utuh. Simpan ulang dari aplikasi asalnya.")
    source = read_text(data, []).encode() if kind == "html" else data
    if kind == "html" and source.count(b"<") > ELEMENTS:
        raise ExchangeError(f"Halaman ini memuat lebih dari {ELEMENTS} unsur. Bagi menjadi beberapa dokumen.")
    tree = json.loads(_pandoc(["-f", kind, "-t", "json"], source))
    pictures = _Pictures(files)
    tidy = Tidy(pictures.path_of)
    title = text_of(tree["meta"].get("title", {}).get("c", [])) or _written_title(files)
    tidy.title = [{"t": "Str", "c": title}] if title else []
    blocks = tidy.blocks(tree["blocks"])
    if blocks and title and text_of(blocks[:1]) == title:
        del blocks[0]  # the title as it stands on the page
    tree["blocks"], tree["meta"] = blocks, {}
    text = _pandoc(["-f", "json", "-t", _FORMAT, "--wrap=none", "--columns=10000"], json.dumps(tree).encode()).decode()
    text = (
        _BLOCKLIKE.sub(lambda found: f"{found[1]}&#{ord(found[2][0])};{found[2][1:]}", text)
        .replace(AMPERSAND, "&amp;")
        .strip()
    )
    if not text and not pictures.used:
        raise ExchangeError("Dokumen ini tidak memuat teks yang dapat dibawa.")
    if len(text.encode()) > FILE_LIMIT - 1024:
        raise ExchangeError(f"Teks dokumen ini lebih dari {FILE_LIMIT // 1024} KB. Bagi menjadi beberapa dokumen.")
    paragraphs = list(_paragraphs(kind, source, files))
    said = f"{text_of(tidy.title)} {text_of(tree['blocks'])}"
    lost = [Lost(what, count) for what, count in sorted(tidy.lost.items())]
    lost += [Lost(what, count) for what, pattern in _PASSED_OVER.get(kind, ()) if (count := _count(pattern, files))]
    lost += [Lost("gambar yang tidak dapat ditampilkan peramban", 1, one) for one in pictures.refused]
    lost += [Lost("teks", 1, f"{where}: {words[:120]}") for where, words in _missing(paragraphs, said)]
    stem = PurePosixPath(name.replace("\\", "/")).stem.replace("_", " ").replace("-", " ").strip()
    title = text_of(tidy.title).replace(AMPERSAND, "&")
    return Converted(title[:200] or stem[:200] or "Materi", text + "\n", pictures.used, tuple(lost))


def _written_title(files: Mapping[str, bytes]) -> str:
    """The title that a package says it has; empty where it says none."""
    for name in ("docProps/core.xml", "meta.xml"):
        for element in read_xml(files[name], name).iter() if name in files else ():
            if _local(element) == "title":
                return " ".join((element.text or "").split())
    return ""


def _pandoc(options: list[str], data: bytes) -> bytes:
    command = [pypandoc.get_pandoc_path(), "+RTS", f"-M{HEAP}", "-RTS", "--sandbox", *options]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603 - no shell
    except subprocess.TimeoutExpired:
        raise ExchangeError(
            f"Dokumen ini tidak selesai dibaca dalam {SECONDS} detik. Bagi menjadi beberapa dokumen."
        ) from None
    if done.returncode == 251:  # GHC's exit code for a heap that is full
        raise ExchangeError("Dokumen ini terlalu besar untuk dibaca. Bagi menjadi beberapa dokumen.")
    if done.returncode:
        raise ExchangeError("Dokumen ini rusak dan tidak dapat dibaca. Simpan ulang dari aplikasi asalnya.")
    return done.stdout


class _Pictures:
    """The pictures of a document that its text shows, under names of ours."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self.used: dict[str, bytes] = {}
        self.refused: list[str] = []

    def path_of(self, target: str) -> str | None:
        name = next((name for name in self._files if name == target or name.endswith(f"/{target.lstrip('./')}")), None)
        kind = suffix(target)
        if name is None or kind not in _PICTURES or not TYPES[kind].fits(self._files[name]):
            self.refused.append(target[:120])
            return None
        path = f"media/{re.sub(r'[^A-Za-z0-9._-]', '-', PurePosixPath(name).name)}"
        if self.used.setdefault(path, self._files[name]) is not self._files[name]:
            path = f"media/{len(self.used)}-{path.removeprefix('media/')}"
            self.used[path] = self._files[name]
        return path


def _count(pattern: bytes, files: Mapping[str, bytes]) -> int:
    return sum(len(re.findall(pattern, data)) for name, data in files.items() if name.endswith(".xml"))


def _missing(paragraphs: list[tuple[str, str]], said: str) -> Iterator[tuple[str, str]]:
    """The paragraphs that the lesson does not have, whatever signs and blanks lie between their words."""
    whole = _letters(said)
    for where, words in paragraphs:
        plain = _letters(words)
        if plain and plain not in whole:
            yield where, words


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _paragraphs(kind: str, source: bytes, files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """(where, words) of each paragraph, read from the document itself and not by pandoc."""
    if kind == "html":
        soup = BeautifulSoup(source, "html.parser")
        for tag in soup(["script", "style", "head", "template"]):
            tag.decompose()
        for text in soup.stripped_strings:
            yield "Teks", " ".join(text.split())
        return
    for name, data in files.items():
        where = _part(kind, name)
        if where:
            yield from ((where, words) for words in _texts(read_xml(data, name)))


def _part(kind: str, name: str) -> str:
    """What a file of the package is to a reader; empty for what holds no text of the document."""
    if kind == "odt":
        return "Dokumen" if name == "content.xml" else ""
    parts = {
        r"word/document\.xml": "Dokumen", r"word/header\d*\.xml": "Kepala halaman", r"word/footer\d*\.xml": "Kaki halaman",
        r"word/footnotes\.xml": "Catatan kaki", r"word/endnotes\.xml": "Catatan akhir", r"word/comments\.xml": "Komentar",
    }  # fmt: skip
    if kind == "docx":
        return next((where for pattern, where in parts.items() if re.fullmatch(pattern, name)), "")
    slide = re.fullmatch(r"ppt/(slides/slide|notesSlides/notesSlide)(\d+)\.xml", name)
    return f"{'Salindia' if slide[1].startswith('slides') else 'Catatan salindia'} {slide[2]}" if slide else ""


_PARAGRAPHS = ("p", "h")
_LEFT_OUT = ("delText", "instrText", "tracked-changes", "note-citation", "fld", "page-number", "sequence")


def _texts(root: Element) -> Iterator[str]:
    """The words of each paragraph under an element; a paragraph inside another is one of its own."""
    stack = [root]
    while stack:
        element = stack.pop()
        if _local(element) in _PARAGRAPHS:
            inside: list[Element] = []
            words = " ".join("".join(_words(element, inside)).split())
            if words:
                yield words
            stack += inside
        else:
            stack += reversed([child for child in element if _local(child) not in _LEFT_OUT])


def _words(element: Element, inside: list[Element]) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        name = _local(child)
        if name in _PARAGRAPHS or name in ("note", "annotation", "txbxContent", "text-box"):
            inside.append(child)
        elif name not in _LEFT_OUT:
            yield " " if name in ("tab", "br", "s", "line-break") else ""
            yield from _words(child, inside)
        yield child.tail or ""


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
