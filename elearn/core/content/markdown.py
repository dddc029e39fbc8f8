"""Markdown to HTML that is safe to show: rendered by Python-Markdown, then sanitised, then finished by trusted code.

The sanitiser (nh3) runs after mathematics and highlighting, on everything; only what this file adds itself comes later.
"""

from __future__ import annotations

import html as html_module
import re
import struct
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import latex2mathml.converter
import markdown
import nh3
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor

from elearn.core.model import Heading

Resolve = Callable[[str, str, str], str | None]
"""(element, attribute, address) -> the address to write, or None to leave the attribute out."""

EXTENSIONS = [
    "tables",
    "footnotes",
    "abbr",
    "def_list",
    "attr_list",
    "admonition",
    "sane_lists",
    "toc",
    "pymdownx.details",
    "pymdownx.tabbed",
    "pymdownx.tasklist",
    "pymdownx.superfences",
    "pymdownx.highlight",
    "pymdownx.blocks.caption",
]
CONFIG: dict[str, dict[str, Any]] = {
    "pymdownx.tabbed": {"alternate_style": True},
    "pymdownx.highlight": {"use_pygments": True, "css_class": "highlight", "guess_lang": False},
    "footnotes": {"BACKLINK_TITLE": "Kembali ke catatan {} di teks"},
    "toc": {"permalink": False},
}
MATH_TAGS = set(
    "math mrow mi mn mo ms mtext mspace mfrac msqrt mroot msup msub msubsup munder mover munderover mtable mtr mtd "
    "mstyle mpadded mphantom menclose semantics".split()
)
TAGS = MATH_TAGS | set(
    "a abbr b blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 "
    "h6 hr i img input ins kbd label li mark ol p pre q s samp small span strong sub summary sup table tbody td tfoot th "
    "thead tr u ul var".split()
)
ATTRIBUTES: dict[str, set[str]] = {
    "*": {"class", "id", "lang", "dir", "title"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "input": {"type", "checked", "disabled", "name", "id"},
    "label": {"for"},
    "ol": {"start", "type", "reversed"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "align", "scope"},
    "details": {"open"},
    "math": {"display", "xmlns"},
    "mo": {"stretchy", "fence", "separator", "lspace", "rspace", "form", "minsize", "maxsize"},
    "mi": {"mathvariant"},
    "mstyle": {"displaystyle", "scriptlevel", "mathvariant"},
    "mspace": {"width"},
    "mfrac": {"linethickness"},
    "mtable": {"columnalign", "rowspacing", "columnspacing"},
    "mover": {"accent"},
    "munder": {"accentunder"},
}
TITLES = {
    "note": "Catatan",
    "info": "Info",
    "tip": "Kiat",
    "hint": "Petunjuk",
    "important": "Penting",
    "warning": "Peringatan",
    "caution": "Hati-hati",
    "danger": "Bahaya",
    "example": "Contoh",
    "question": "Pertanyaan",
    "quote": "Kutipan",
    "success": "Berhasil",
    "failure": "Gagal",
    "bug": "Masalah",
    "abstract": "Ringkasan",
    "summary": "Ringkasan",
}
VIDEO = (".mp4", ".webm")
AUDIO = (".mp3", ".ogg", ".m4a")


@dataclass(slots=True)
class Rendered:
    html: str
    headings: tuple[Heading, ...] = ()
    bad_formulas: list[str] = field(default_factory=list)


class _Formula(InlineProcessor):
    """`$a + b$` and `$$a + b$$` as MathML."""

    def __init__(self, pattern: str, md: markdown.Markdown, bad: list[str], display: bool) -> None:
        super().__init__(pattern, md)
        self.bad, self.display = bad, display

    def handleMatch(self, match: re.Match[str], data: str) -> tuple[Any, int | None, int | None]:  # type: ignore[override]  # noqa: N802
        formula = match.group(1).strip()
        try:
            mathml = latex2mathml.converter.convert(formula, display="block" if self.display else "inline")
            element = ElementTree.fromstring(mathml.replace(' xmlns="http://www.w3.org/1998/Math/MathML"', "", 1))
        except Exception:  # the converter raises whatever its tables raise; the trainer gets a finding with the line
            self.bad.append(formula)
            return None, None, None
        return element, match.start(0), match.end(0)


class _Mathematics(Extension):
    def __init__(self, bad: list[str]) -> None:
        super().__init__()
        self.bad = bad

    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802
        block = _Formula(r"(?<![\\$])\$\$([^$]{1,1000}?)\$\$", md, self.bad, True)
        inline = _Formula(r"(?<![\\$\w])\$(?![\s$])([^$\n]{1,300}?)(?<![\s\\])\$(?![\d$])", md, self.bad, False)
        md.inlinePatterns.register(block, "formula-block", 186)
        md.inlinePatterns.register(inline, "formula", 185)


class Renderer:
    """Renders many texts with one Markdown object: making one costs as much as a page."""

    def __init__(self, resolve: Resolve, sizes: Mapping[str, tuple[int, int]] | None = None) -> None:
        self._bad: list[str] = []
        self._markdown = markdown.Markdown(
            extensions=[*EXTENSIONS, _Mathematics(self._bad)], extension_configs=CONFIG, output_format="html"
        )
        self._resolve = resolve
        self._sizes = sizes or {}
        self.failed = False
        """Whether a text since the last look could not be rendered: nested beyond what the renderer's recursion takes."""

    def html(self, text: str) -> str:
        """Sanitised HTML of a short text."""
        return self.page(text).html

    def page(self, text: str, glossary: str = "") -> Rendered:
        """Sanitised HTML of a text with its headings. `glossary` is abbreviation lines put at its end."""
        self._bad.clear()
        self._markdown.reset()
        try:
            raw = self._markdown.convert(f"{text}\n\n{glossary}" if glossary else text)
        except Exception:  # whatever a parser of other people's text may raise, RecursionError first of all
            self.failed = True
            return Rendered("")
        headings = tuple(_headings(getattr(self._markdown, "toc_tokens", [])))
        return Rendered(self._finish(self._sanitise(raw)), headings, list(self._bad))

    def _sanitise(self, raw: str) -> str:
        return nh3.clean(
            raw,
            tags=TAGS,
            clean_content_tags={"script", "style", "template", "svg", "noscript", "iframe", "object", "embed"},
            attributes=ATTRIBUTES,
            attribute_filter=self._filter,
            generic_attribute_prefixes={"aria-"},
            url_schemes={"http", "https", "mailto", "tel"},
            link_rel="noopener noreferrer",
            strip_comments=True,
        )

    def _filter(self, element: str, attribute: str, value: str) -> str | None:
        if attribute in {"href", "src"}:
            return self._resolve(element, attribute, value)
        if element == "input" and attribute == "type":
            return value if value in {"checkbox", "radio"} else "checkbox"
        return value

    def _finish(self, html: str) -> str:
        html = re.sub(r"<input\b(?![^>]*type=\"radio\")[^>]*>", self._task, html)
        html = re.sub(r"<img\b[^>]*>", self._media, html)
        html = re.sub(r'(<p class="admonition-title">|<summary>)(\w+)(</p>|</summary>)', _title, html)
        return _frame_tables(html)

    @staticmethod
    def _task(match: re.Match[str]) -> str:
        done = " checked" in match.group()
        label = "selesai" if done else "belum"
        return f'<input type="checkbox" disabled aria-label="{label}"{" checked" if done else ""}>'

    def _media(self, match: re.Match[str]) -> str:
        """An image with its size and lazy loading; a video or audio where the address says so."""
        tag = match.group()
        found = re.search(r'src="([^"]*)"', tag)
        if not found:
            return ""
        address = found.group(1)
        label = _attribute(tag, "alt")
        path = address.lower().split("?")[0]
        if path.endswith(VIDEO):
            captions = self._resolve("track", "src", html_module.unescape(address))
            track = f'<track kind="captions" src="{html_module.escape(captions)}" srclang="id" label="Takarir" default>' if captions else ""
            return f'<video controls preload="metadata" aria-label="{label}" src="{address}">{track}</video>'
        if path.endswith(AUDIO):
            return f'<audio controls preload="metadata" aria-label="{label}" src="{address}"></audio>'
        size = self._sizes.get(html_module.unescape(address))
        extra = ' loading="lazy" decoding="async"'
        if size and "width=" not in tag:
            extra += f' width="{size[0]}" height="{size[1]}"'
        return tag[:-1].rstrip("/ ") + extra + ">"


def _title(match: re.Match[str]) -> str:
    """The title that an admonition without one got from its class, in Indonesian."""
    return match.group(1) + TITLES.get(match.group(2).lower(), match.group(2)) + match.group(3)


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'{name}="([^"]*)"', tag)
    return found.group(1) if found else ""


def _frame_tables(html: str) -> str:
    """Each table in a frame of its own that scrolls and takes the keyboard's focus."""
    count = 0

    def frame(match: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return f'<div class="table-frame" tabindex="0" role="region" aria-label="Tabel {count}">{match.group()}</div>'

    return re.sub(r"<table\b.*?</table>", frame, html, flags=re.DOTALL)


def _headings(tokens: list[Any]) -> list[Heading]:
    found = []
    for token in tokens:
        name = html_module.unescape(re.sub(r"<[^>]+>", "", token["name"]))
        found.append(Heading(token["level"], token["id"], name))
        found += _headings(token["children"])
    return found


def plain_text(html: str) -> str:
    """The words of some HTML, for search and for counting. Formulas and code count as they read."""
    spaced = re.sub(r"</?(p|li|h\d|td|th|tr|div|dt|dd|br|pre|figcaption)\b[^>]*>", " ", html)
    return " ".join(html_module.unescape(re.sub(r"<[^>]+>", "", spaced)).split())


def image_size(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG, JPEG, GIF, WebP (simple) or SVG with a viewBox."""
    if data.startswith(b"\x89PNG") and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        width, height = struct.unpack("<HH", data[6:10])
        return width, height
    if data.startswith(b"\xff\xd8"):
        return _jpeg_size(data)
    found = re.search(rb"<svg[^>]*?viewBox=[\"']\s*[-\d.]+[\s,]+[-\d.]+[\s,]+([\d.]+)[\s,]+([\d.]+)", data[:4000], re.DOTALL)
    if found:
        return round(float(found.group(1))), round(float(found.group(2)))
    return None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], struct.unpack(">H", data[at + 2 : at + 4])[0]
        if marker in (0xC0, 0xC1, 0xC2):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return None
