"""Whether an SVG is only a picture: no script, nothing that acts, nothing from outside the file."""

from __future__ import annotations

import re
from typing import Any
from xml.parsers import expat

from elearn.core.content.text import FileReport, place_behind

_SVG = "http://www.w3.org/2000/svg"
_LINKS = frozenset({"http://www.w3.org/1999/xlink", "http://www.w3.org/XML/1998/namespace"})
_ACTIVE = frozenset({
    "script", "foreignobject", "iframe", "embed", "object", "handler", "listener", "set", "animate", "animatemotion",
    "animatetransform", "animatecolor", "discard", "audio", "video", "canvas",
})  # fmt: skip
_INSIDE = re.compile(r"\s*(?:#|data:image/(?:png|jpeg|gif|webp);base64,)", re.IGNORECASE)
_URL = re.compile(r"url\(\s*[\"']?\s*(?!#|data:image/(?:png|jpeg|gif|webp);base64,)[^)\s\"']", re.IGNORECASE)
_HINT = "Simpan ulang sebagai SVG biasa (plain SVG) tanpa skrip, animasi, dan tautan."
SIZE = 2 * 1024 * 1024
DEPTH = 100


class _RefusedError(Exception):
    pass


def check_svg(data: bytes, report: FileReport) -> None:
    """Report the first thing in an SVG that is no picture, at its line and column."""
    parser = expat.ParserCreate("UTF-8", "|")
    checker = _Checker(parser)
    parser.StartElementHandler = checker.start
    parser.EndElementHandler = checker.end
    parser.CharacterDataHandler = checker.characters
    parser.ProcessingInstructionHandler = checker.instruction
    parser.EntityDeclHandler = checker.entity
    parser.StartDoctypeDeclHandler = checker.doctype
    try:
        parser.Parse(data, True)
    except _RefusedError as trouble:
        place = place_behind(data[: checker.index])
        report.error("X405", *place, f"SVG ini memuat {trouble}.", _HINT)
    except expat.ExpatError as trouble:
        place = place_behind(data[: max(parser.ErrorByteIndex, 0)])
        report.error("X404", *place, f"SVG ini tidak dapat dibaca ({trouble.code}).", _HINT)
    except (UnicodeDecodeError, ValueError, LookupError):
        report.error("X404", 1, 1, "SVG ini bukan UTF-8.", "Simpan ulang dengan pengodean UTF-8.")


class _Checker:
    def __init__(self, parser: expat.XMLParserType) -> None:
        self._parser = parser
        self._depth = 0
        self._style: list[str] | None = None
        """The text of the open <style>, in the pieces it comes in: a word may be cut anywhere."""
        self.index = 0
        """Where the thing begins that is looked at, in bytes."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.index = self._parser.CurrentByteIndex
        namespace, _, local = name.rpartition("|")
        self._depth += 1
        if self._depth > DEPTH:
            raise _RefusedError("susunan yang terlalu dalam")
        if self._depth == 1 and (namespace != _SVG or local != "svg"):
            raise _RefusedError("isi yang bukan gambar SVG")
        if local.lower() in _ACTIVE or "xhtml" in namespace.lower():
            raise _RefusedError(f"elemen <{local[:30]}>")
        for key, value in attributes.items():
            owner, _, attribute = key.rpartition("|")
            if not owner or owner in _LINKS:
                _check_attribute(attribute.lower(), value)
        if local.lower() == "style":
            self._style = []

    def end(self, name: str) -> None:
        self._depth -= 1
        if self._style is not None and name.rpartition("|")[2].lower() == "style":
            _check_style("".join(self._style))
            self._style = None

    def characters(self, text: str) -> None:
        if self._style is not None:
            self._style.append(text)

    def instruction(self, target: str, _data: str) -> None:
        if "stylesheet" in target.lower():
            self.index = self._parser.CurrentByteIndex
            raise _RefusedError(f"perintah <?{target[:30]}?>")

    def entity(self, *_arguments: Any) -> None:
        self.index = self._parser.CurrentByteIndex
        raise _RefusedError("entitas XML")

    def doctype(self, _name: str, system: str | None, _public: str | None, internal: int) -> None:
        # Old drawing programs write the W3C's document type; it is never fetched. One with rules of its own
        # is refused.
        if internal or (system and not system.startswith(("http://www.w3.org/", "https://www.w3.org/"))):
            raise _RefusedError("jenis dokumen dengan aturan sendiri")


def _check_attribute(name: str, value: str) -> None:
    if name.startswith("on"):
        raise _RefusedError(f"atribut {name[:30]}")
    if name in {"href", "src", "base"} and not _INSIDE.match(value):
        raise _RefusedError("tautan ke luar berkas")
    if name == "style":
        _check_style(value)
    elif "(" in value and ("\\" in value or _URL.search(value)):
        # `fill` and its like are read as styles.
        raise _RefusedError("rujukan ke luar berkas")


def _check_style(text: str) -> None:
    """Nothing is fetched by a style: no url() but to an id, no import, no address in any other function."""
    if "\\" in text:
        raise _RefusedError("gaya dengan huruf tersandi")
    if "//" in text or "@import" in text.lower() or _URL.search(text):
        raise _RefusedError("rujukan ke luar berkas")
