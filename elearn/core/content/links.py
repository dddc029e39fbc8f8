"""Where links and images point: each is checked at its place, and written as an address of the product."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from elearn.core.content.finish import AUDIO, VIDEO, Reference
from elearn.core.content.sanitise import SCHEMES
from elearn.core.content.source import Source
from elearn.core.content.text import FileReport

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,30}):")
_WRITTEN = re.compile(
    r"""(?xi) \]\(\s*<?(?P<link>[A-Za-z][\w+.-]*:)           # [text](scheme:
    | ^[ ]{0,3}\[(?!\^)[^\]]+\]:\s*<?(?P<ref>[A-Za-z][\w+.-]*:)   # [name]: scheme:
    | <[a-z][^>]*?\b(?:href|src)\s*=\s*["']?\s*(?P<html>[A-Za-z][\w+.-]*:)
    """
)

_MODULE = re.compile(r"/modul/([a-z0-9-]+)")


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link to an id in another file, to be checked when every file has been rendered."""

    source: str
    line: int
    col: int
    file: str
    id: str


@dataclass(slots=True)
class Links:
    """Knows a module's files: `pages` maps each lesson's and quiz's file to its slug, `media` each path to
    its hash."""

    module: str
    pages: Mapping[str, str]
    media: Mapping[str, str]
    modules: Collection[str] | None = None
    """The slugs of the modules there are; None when that is not known."""
    used: set[str] = field(default_factory=set)
    anchors: list[Anchor] = field(default_factory=list)

    def resolve(self, element: str, address: str) -> str | None:
        """The address to write; None where there is none, which `check` reports."""
        if element == "track":
            captions = _captions(_inside(address)[0])
            return self.url(captions) if captions in self.media else None
        scheme = _SCHEME.match(address)
        if scheme:
            return address if element == "a" and scheme[1].lower() in SCHEMES else None
        path, anchor = _inside(address)
        if path in self.media:
            return self.url(path)
        if element == "a" and path in self.pages:
            # The ids of a page's text have a prefix there; the trainer writes them without.
            return f"/modul/{self.module}/{self.pages[path]}" + (f"#m-{quote(anchor)}" if anchor else "")
        return path if element == "a" and self._other_module(path) else None

    def url(self, path: str) -> str:
        return f"/media/{self.media[path]}/{quote(path.rsplit('/', 1)[-1])}"

    def check(self, source: Source, references: Sequence[Reference]) -> None:
        """Report every dead link of a file where it stands, and remember what points into other files."""
        _forbidden(source)
        places = Places(source, references)
        for number, reference in enumerate(references):
            if reference.lost:
                message = f"Tidak ada judul {reference.address[:80]} di sini."
                hint = "Id judul: hurufnya kecil, spasinya menjadi tanda hubung."
                source.report.error("X403", *places.of(number), message, hint)
            elif not _SCHEME.match(reference.address):
                self._own(source, reference, places, number)
            elif reference.element == "img":
                hint = "Simpan berkasnya di media/ lalu tautkan dari sana."
                source.report.error("X409", *places.of(number), "Gambar ini diambil dari luar modul.", hint)

    def _own(self, source: Source, reference: Reference, places: Places, number: int) -> None:
        """A link without scheme: to a file of this module, or to another module."""
        address, report = reference.address, source.report
        path, anchor = _inside(address)
        if address.startswith("#"):
            return
        if path in self.media:
            self.used.add(path)
            if reference.element == "img" and path.lower().endswith(VIDEO):
                self._captioned(path, places.of(number), report)
        elif reference.element == "img" or path.startswith("media/"):
            near = _near(path, self.media) or "Simpan berkasnya di folder media/ modul ini."
            report.error("X401", *places.of(number), f"Berkas {path or '(kosong)'} tidak ada.", near)
        elif path in self.pages:
            if anchor:
                self.anchors.append(Anchor(source.file, *places.of(number), path, anchor))
        elif not self._other_module(path):
            near = _near(path, self.pages) or "Tautan ke materi lain adalah nama berkasnya, misalnya 02-arsitektur.md."
            report.error("X402", *places.of(number), f"Tidak ada {path or '(kosong)'} di modul ini.", near)

    def _other_module(self, path: str) -> bool:
        match = _MODULE.fullmatch(path)
        return match is not None and (self.modules is None or match[1] in self.modules)

    def _captioned(self, path: str, place: tuple[int, int], report: FileReport) -> None:
        if _captions(path) in self.media:
            self.used.add(_captions(path))
        else:
            report.warning("A502", *place, "Video ini tanpa takarir.", f"Letakkan {_captions(path)} di sebelahnya.")

    def unused(self) -> list[str]:
        """Media that no text uses."""
        return [path for path in self.media if path not in self.used]


class Places:
    """Where the references of a file stand: the first one to an address at its first place, and so on."""

    def __init__(self, source: Source, references: Sequence[Reference]) -> None:
        self._source, self._references = source, references
        self._known: dict[str, list[tuple[int, int]]] = {}
        given: dict[str, int] = {}
        self._turns: list[int] = []
        for reference in references:
            self._turns.append(given.get(reference.address, 0))
            given[reference.address] = self._turns[-1] + 1

    def of(self, number: int) -> tuple[int, int]:
        """Line and column of the address of a reference, by its place in the list."""
        address = self._references[number].address
        if address not in self._known:
            bare = address.removeprefix("mailto:")
            self._known[address] = self._source.whole_places(address) or self._source.whole_places(bare)
        places = self._known[address]
        return places[min(self._turns[number], len(places) - 1)] if places else (self._source.body, 1)


def is_recording(address: str) -> bool:
    return _inside(address)[0].lower().endswith(VIDEO + AUDIO)


def _forbidden(source: Source) -> None:
    """Schemes that the sanitiser takes away, so that rendering does not show them."""
    for number, line in source.free:
        for match in _WRITTEN.finditer(line):
            name = match.lastgroup or "link"
            scheme = match[name][:-1]
            if scheme.lower() not in SCHEMES:
                hint = "Pakai https:, mailto:, tel:, atau nama berkas di modul ini."
                col = match.start(name) + 1
                source.report.error("X408", number, col, f"Tautan {scheme[:30]}: tidak diterima.", hint)


def _inside(address: str) -> tuple[str, str]:
    """Path inside the module and anchor of an address without scheme."""
    path, _, anchor = address.partition("#")
    return unquote(path).removeprefix("./"), unquote(anchor)


def _captions(path: str) -> str:
    return path.rsplit(".", 1)[0] + ".vtt"


def _near(path: str, known: Sequence[str] | Mapping[str, str]) -> str:
    near = difflib.get_close_matches(path[:120], list(known), 1, 0.5)
    return f"Maksud Anda {near[0]}?" if near else ""
