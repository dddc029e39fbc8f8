"""What trusted code adds to sanitised HTML: addresses of the product, ids of its own, players, frames, names.

Sanitised HTML is regular: every `<` begins a tag, every attribute has double quotation marks and none inside.
So one pass over its tags is enough, and what is put in is escaped here.
"""

from __future__ import annotations

import html as html_module
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from elearn.core.content.sanitise import CALLOUTS

VIDEO = (".mp4", ".webm")
AUDIO = (".mp3", ".ogg", ".m4a")
TAG = re.compile(r'<(/?)([a-z][a-z0-9-]*)((?:\s+[^\s="<>]+(?:="[^"]*")?)*)\s*/?>')
_ATTRIBUTE = re.compile(r'([^\s="<>]+)(?:="([^"]*)")?')
_UNTITLED = re.compile(r'(<p class="admonition-title">|<summary>)(\w+)(</p>|</summary>)')
_EMPTY = re.compile(r"<p>\s*</p>\n?")
_BREAKS = frozenset({
    "p", "li", "h1", "h2", "h3", "h4", "h5", "h6",
    "td", "th", "tr", "div", "dt", "dd", "br", "pre", "figcaption",
    "caption", "summary", "mtd",
})  # fmt: skip
TABS = re.compile(r"__tabbed_\d+(?:_\d+)?")

Resolve = Callable[[str, str], str | None]
"""(element, address) -> the address to write, or None when there is none. The element is a, img, or track
(captions)."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A link or an image: where it points as the trainer wrote it, and its text."""

    element: str
    address: str
    text: str
    lost: bool = False
    """Whether it is an id that the same text does not have."""


@dataclass(slots=True)
class Beside:
    """What the pieces of one text must not repeat."""

    ids: set[str] = field(default_factory=set)
    """As the trainer wrote them, or as the renderer made them, without prefix."""
    names: dict[str, int] = field(default_factory=dict)
    """How many tables bear a name."""


@dataclass(frozen=True, slots=True)
class Finished:
    html: str
    references: list[Reference]


@dataclass(slots=True)
class Finisher:
    """`sizes` maps addresses of the product to the width and height of their pictures."""

    resolve: Resolve
    sizes: Mapping[str, tuple[int, int]]

    def finish(self, html: str, prefix: str, beside: Beside) -> Finished:
        """`prefix` goes before every id: ids of one text must not meet those of another, or of the page
        around it."""
        run = _Run(self, prefix, beside)
        html = run.over(html)
        return Finished(html, run.references)


@dataclass(slots=True)
class _Run:
    owner: Finisher
    prefix: str
    beside: Beside
    references: list[Reference] = field(default_factory=list)
    _out: list[str] = field(default_factory=list)
    _link: tuple[int, str] | None = None
    """Where the open link begins in `_out`, and its address."""
    _tables: int = 0
    """How many tables are open."""
    _frame: int = 0
    _frames: list[tuple[int, str]] = field(default_factory=list)
    """Where each frame stands in `_out`, with its name."""
    _figures: list[tuple[int, str]] = field(default_factory=list)
    """For each open figure, how many frames there were before it, and its caption."""
    _caption: int = 0

    def over(self, html: str) -> str:
        at = 0
        for match in TAG.finditer(html):
            self._out.append(html[at : match.start()])
            at = match.end()
            if match[1]:
                self._end(match[2])
            else:
                self._start(match[2], {m[1]: m[2] or "" for m in _ATTRIBUTE.finditer(match[3])})
        self._out.append(html[at:])
        self._name_frames()
        return _EMPTY.sub("", _UNTITLED.sub(_title, "".join(self._out))).strip()

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._own_ids(attributes)
        if tag == "img":
            self._out.append(self._picture(attributes))
            return
        if tag == "input":
            self._out.append(self._input(attributes))
            return
        if tag == "a":
            self._open_link(attributes)
        elif tag == "figure":
            self._figures.append((len(self._frames), ""))
        elif tag == "figcaption":
            self._caption = len(self._out)
        elif tag == "pre" or (tag == "math" and attributes.get("display") == "block"):
            # They scroll sideways, and what scrolls must take the keyboard's focus.
            attributes["tabindex"] = "0"
        elif tag == "table":
            self._tables += 1
            if self._tables == 1:
                self._frame = len(self._out)
                self._out.append("")
        self._out.append(_tag(tag, attributes))

    def _end(self, tag: str) -> None:
        self._out.append(f"</{tag}>")
        if tag == "a" and self._link is not None:
            start, address = self._link
            self.references.append(Reference("a", address, plain_text("".join(self._out[start:]))))
            self._link = None
        elif tag == "table" and self._tables:
            self._tables -= 1
            if not self._tables:
                self._frames.append((self._frame, _name_of("".join(self._out[self._frame :]))))
                self._out.append("</div>")
        elif tag == "figcaption" and self._figures:
            self._figures[-1] = (self._figures[-1][0], plain_text("".join(self._out[self._caption :])))
        elif tag == "figure" and self._figures:
            first, said = self._figures.pop()
            for number in range(first, len(self._frames)):
                place, name = self._frames[number]
                self._frames[number] = (place, said[:160] or name)

    def _own_ids(self, attributes: dict[str, str]) -> None:
        if "id" in attributes:
            written = html_module.unescape(attributes["id"])
            if written in self.beside.ids:
                del attributes["id"]
            self.beside.ids.add(written)
        for name in ("id", "for", "name"):
            if name in attributes:
                attributes[name] = self.prefix + attributes[name]
        for name in ("aria-labelledby", "aria-describedby"):
            if name in attributes:
                attributes[name] = " ".join(self.prefix + target for target in attributes[name].split())

    def _open_link(self, attributes: dict[str, str]) -> None:
        if attributes.get("class") == "footnote-backref":
            attributes["aria-label"] = attributes.pop("title", "Kembali ke teks")
        if "href" not in attributes:
            return
        address = html_module.unescape(attributes.pop("href"))
        if attributes.get("class") not in {"footnote-ref", "footnote-backref"}:
            self._link = (len(self._out) + 1, address)
        target = f"#{self.prefix}{address[1:]}" if address.startswith("#") else self.owner.resolve("a", address)
        if target is not None:
            attributes["href"] = html_module.escape(target)
            if re.match(r"(?i)https?:", target):
                attributes["rel"] = "noopener"

    def _input(self, attributes: dict[str, str]) -> str:
        """The renderer makes two kinds: tabs, and tasks that are shown only. Every other is dropped."""
        checked = {"checked": ""} if "checked" in attributes else {}
        if attributes.get("type") == "radio":
            name = attributes.get("name", "").removeprefix(self.prefix)
            kept = {key: value for key, value in attributes.items() if key in {"id", "name"}}
            return _tag("input", {"type": "radio", **kept, **checked}) if TABS.fullmatch(name) else ""
        if attributes.get("type") == "checkbox" and "id" not in attributes:
            label = "Sudah" if checked else "Belum"
            return _tag("input", {"type": "checkbox", "disabled": "", "aria-label": label, **checked})
        return ""

    def _picture(self, attributes: dict[str, str]) -> str:
        """An image with its size, loaded when it comes near; a video or audio where the address says so."""
        address = html_module.unescape(attributes.get("src", ""))
        text = attributes.get("alt", "")
        self.references.append(Reference("img", address, html_module.unescape(text)))
        target = self.owner.resolve("img", address)
        if target is None:
            return ""
        source = html_module.escape(target)
        path = target.lower()
        if path.endswith(VIDEO):
            return self._player("video", source, text or "Video", self.owner.resolve("track", address))
        if path.endswith(AUDIO):
            return self._player("audio", source, text or "Rekaman suara", None)
        size = self.owner.sizes.get(target)
        if size and not {"width", "height"} & attributes.keys():
            attributes |= {"width": str(size[0]), "height": str(size[1])}
        return _tag("img", attributes | {"alt": text, "src": source, "loading": "lazy", "decoding": "async"})

    @staticmethod
    def _player(tag: str, source: str, name: str, captions: str | None) -> str:
        track = ""
        if captions:
            written = html_module.escape(captions)
            track = f'<track kind="captions" src="{written}" srclang="id" label="Takarir" default>'
        return f'<{tag} controls preload="metadata" aria-label="{name}" src="{source}">{track}</{tag}>'

    def _name_frames(self) -> None:
        """Each frame gets a name of its own: two regions of one name are one to a person who listens."""
        used = self.beside.names
        for place, name in self._frames:
            used[name] = used.get(name, 0) + 1
            label = html_module.escape(f"{name} ({used[name]})" if used[name] > 1 else name)
            self._out[place] = f'<div class="table-frame" tabindex="0" role="region" aria-label="{label}">'


def _tag(name: str, attributes: Mapping[str, str]) -> str:
    written = [f'{key}="{value}"' for key, value in attributes.items()]
    return f"<{' '.join([name, *written])}>"


def _name_of(table: str) -> str:
    """A table's name: its caption, or the names of its columns."""
    for element in ("caption", "th"):
        cells = re.findall(rf"<{element}\b(?:[^\">]|\"[^\"]*\")*>(.*?)</{element}>", table, re.DOTALL)
        words = [word for word in map(plain_text, cells[:8]) if word]
        if words:
            return f"Tabel {', '.join(words)}"[:160]
    return "Tabel"


def _title(match: re.Match[str]) -> str:
    """The title that a block without one got from its kind, in Indonesian."""
    return match[1] + CALLOUTS.get(match[2].lower(), match[2]) + match[3]


def plain_text(html: str) -> str:
    """The words of sanitised HTML, for search and for counting. Formulas and code count as they read."""
    words = TAG.sub(lambda match: " " if match[2] in _BREAKS else "", html)
    return " ".join(html_module.unescape(words).replace("↩", " ").split())
