"""Headings of sections and questions, with the braces that close them: `## Apa? {#apa points=2 .exact}`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from elearn.core.content.text import FileReport
from elearn.core.content.values import is_slug
from elearn.core.model import Edit

_HEADING = re.compile(r"^(#{1,2})[ \t]+(?=\S)")
CROWDED = re.compile(r"^(#{1,2})[^\s#]")
_TOKEN = re.compile(
    r"""\s*(?:\#(?P<id>[^\s#."']+)|\.(?P<class>[\w-]+)|(?P<key>[\w-]+)=(?:"(?P<quoted>[^"]*)"|(?P<plain>[^\s"“”]+)))(?=\s|$)"""
)


@dataclass(slots=True)
class Heading:
    """A heading of level 1 or 2, its braces taken off."""

    level: int
    line: int
    text: str
    raw: str
    col: int
    """Where the braces stand; without any, after the text."""
    braced: bool = False
    sound: bool = True
    """Whether the braces could be read to their end."""
    id: str | None = None
    classes: list[str] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)

    def with_id(self, identity: str, file: str) -> Edit:
        """The line with this id written in, all else as it was."""
        if self.braced:
            rest = self.raw[self.col :].strip()
            blank = "" if rest.startswith("}") else " "
            return Edit(file, self.line, f"{self.raw[: self.col]}#{identity}{blank}{rest}")
        return Edit(file, self.line, f"{self.raw.rstrip()} {{#{identity}}}")


def explicit_ids(lines: list[str]) -> set[str]:
    """The ids that headings are given anywhere in these lines: one that is made up must be none of them."""
    ids: set[str] = set()
    for line in lines:
        _, brace, inside = line.rpartition("{")
        if brace and line.startswith("#") and line.rstrip().endswith("}"):
            ids.update(word[1:].rstrip("}") for word in inside.split() if word[0] == "#")
    return ids


def read_heading(line: int, raw: str, report: FileReport) -> Heading | None:
    """The heading on a line; None when it is none."""
    match = _HEADING.match(raw)
    if not match:
        return None
    text, level = raw[match.end() :].rstrip(), len(match[1])
    opening = text.rfind("{")
    if opening >= 0 and text.endswith("}") and "}" not in text[opening:-1]:
        col = match.end() + opening + 1
        heading = Heading(level, line, _bare(text[:opening]), raw, col, braced=True)
        _read_braces(heading, text[opening + 1 : -1], col, report)
        return heading
    if opening >= 0 and "}" not in text[opening:] and re.match(r"\{\s*[#.]\w|\{\s*\w+=", text[opening:]):
        col = match.end() + opening + 1
        report.error("Q107", line, col, "Kurung kurawal ini tidak ditutup.", "Tutup dengan } di akhir baris.")
        return Heading(level, line, _bare(text), raw, col, sound=False)
    return Heading(level, line, _bare(text), raw, len(raw.rstrip()) + 1)


def _bare(text: str) -> str:
    """Without the marks that may close a heading."""
    bare = text.rstrip().rstrip("#")
    return bare.rstrip() if bare.endswith((" ", "\t")) else text.strip()


def _read_braces(heading: Heading, inside: str, col: int, report: FileReport) -> None:
    at = 0
    while inside[at:].strip():
        token = _TOKEN.match(inside, at)
        here = col + at + len(inside[at:]) - len(inside[at:].lstrip()) + 1
        if token is None:
            hint = 'Tulis misalnya {#id points=2 outcome=TP1 tags="a b"}, sesudah kurung yang bagian kalimat.'
            if "“" in inside or "”" in inside:
                hint = 'Pakai tanda kutip lurus ("), bukan yang melengkung.'
            report.error("Q107", heading.line, here, f"'{inside[at:].strip()[:60]}' tidak dapat dibaca.", hint)
            heading.sound = False
            return
        twice = _take(heading, token, here, report)
        if twice:
            report.error("Q107", heading.line, here, f"{twice} tertulis dua kali.", "Sisakan satu.")
        at = token.end()


def _take(heading: Heading, token: re.Match[str], col: int, report: FileReport) -> str | None:
    """Note what a token says; the name of what was said before."""
    if token["id"]:
        if not is_slug(token["id"]):
            hint = "Pakai huruf kecil, angka, dan tanda hubung."
            report.error("Q108", heading.line, col + 1, f"#{token['id'][:60]} bukan id yang sah.", hint)
        if heading.id is not None:
            return "#id"
        heading.id = token["id"]
    elif token["class"]:
        heading.classes.append(token["class"])
    else:
        if token["key"] in heading.attributes:
            return f"{token['key']}="
        heading.attributes[token["key"]] = token["quoted"] if token["quoted"] is not None else token["plain"]
    return None
