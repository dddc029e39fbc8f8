"""Where links and images point: every one is checked at its place, and rewritten to an address of the product."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from elearn.core.content.text import FileReport

_LINK = re.compile(r"(!?)\[(?:[^\[\]]|\[[^\[\]]*\])*\]\(\s*<?([^)\s>]+)>?(?:\s+[\"'(][^)]*)?\)")
_REFERENCE = re.compile(r"^ {0,3}\[(?!\^)[^\]]+\]:\s*<?(\S+?)>?(?:\s|$)")
_HTML = re.compile(r"<(?:a|img|video|audio|source)\b[^>]*?\b(href|src)\s*=\s*[\"']([^\"']+)", re.IGNORECASE)
SCHEMES = ("http", "https", "mailto", "tel")


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link to a heading, to be checked when every file has been rendered."""

    file: str
    line: int
    col: int
    target: str
    """The file whose heading is meant."""
    id: str


@dataclass(slots=True)
class Links:
    """Knows a module's files: `pages` maps each lesson's and quiz's file to its slug, `media` each path to its hash."""

    module: str
    pages: Mapping[str, str]
    media: Mapping[str, str]
    used: set[str] = field(default_factory=set)
    anchors: list[Anchor] = field(default_factory=list)

    def check(self, file: str, lines: Iterable[tuple[int, str]], report: FileReport) -> None:
        """Report every dead link of a file."""
        for number, line in lines:
            for match in _LINK.finditer(line):
                self._one(file, match.group(2), number, match.start(2) + 1, match.group(1) == "!", report)
            for match in _REFERENCE.finditer(line):
                self._one(file, match.group(1), number, match.start(1) + 1, False, report)
            for match in _HTML.finditer(line):
                self._one(file, match.group(2), number, match.start(2) + 1, match.group(1).lower() == "src", report)

    def _one(self, file: str, address: str, line: int, col: int, image: bool, report: FileReport) -> None:
        path, _, anchor = unquote(address).partition("#")
        scheme = _scheme(address)
        if scheme:
            if scheme not in SCHEMES:
                report.error("X408", line, col, f"Tautan {scheme}: tidak diterima.", "Pakai https:, mailto:, atau berkas di modul ini.")
            elif image:
                report.error("X409", line, col, "Gambar dari luar modul.", "Simpan berkasnya di media/ lalu tautkan dari sana.")
            return
        path = path.removeprefix("./")
        if not path:
            if anchor and not anchor.startswith("fn"):
                self.anchors.append(Anchor(file, line, col, file, anchor))
        elif path.startswith("media/"):
            if path not in self.media:
                report.error("X401", line, col, f"Berkas {path} tidak ada.", _near(path, self.media))
            else:
                self.used.add(path)
                self._captions(path, line, col, image, report)
        elif path.startswith("/"):
            return
        elif path not in self.pages:
            report.error("X402", line, col, f"Materi {path} tidak ada di modul ini.", _near(path, self.pages))
        elif anchor:
            self.anchors.append(Anchor(file, line, col, path, anchor))

    def _captions(self, path: str, line: int, col: int, image: bool, report: FileReport) -> None:
        if image and path.lower().endswith((".mp4", ".webm")):
            captions = path.rsplit(".", 1)[0] + ".vtt"
            if captions in self.media:
                self.used.add(captions)
            else:
                report.warning("A502", line, col, "Video ini tanpa takarir.", f"Letakkan {captions} di sebelahnya.")

    def resolve(self, element: str, attribute: str, address: str) -> str | None:
        """The address to write for one found in rendered HTML; None drops it."""
        if element == "track":
            return self._captions_of(address)
        scheme = _scheme(address)
        if scheme:
            return address if scheme in SCHEMES and element != "img" else None
        if address.startswith("//"):
            return None
        path, hash_, anchor = address.partition("#")
        path = unquote(path).removeprefix("./")
        if not path:
            return address
        if path in self.media:
            return self.url(path)
        if path in self.pages and element == "a":
            return f"/modul/{self.module}/{self.pages[path]}{hash_}{anchor}"
        return address if path.startswith("/") and element == "a" else None

    def url(self, path: str) -> str:
        return f"/media/{self.media[path]}/{path.rsplit('/', 1)[-1]}"

    def _captions_of(self, address: str) -> str | None:
        for path in self.media:
            if self.url(path) == address:
                captions = path.rsplit(".", 1)[0] + ".vtt"
                return self.url(captions) if captions in self.media else None
        return None


def _scheme(address: str) -> str:
    """The scheme of an address, seen as a browser does: blanks and control characters do not hide one."""
    bare = re.sub(r"[\x00-\x20]", "", address)
    try:
        return urlsplit(bare).scheme.lower()
    except ValueError:
        return "?"


def _near(path: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(path, list(known), 1, 0.4)
    return f"Maksud Anda {near[0]}?" if near else ""
