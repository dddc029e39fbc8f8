"""What stands beside the modules of a content folder: the glossary and the learning paths."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from elearn.core.content.accessibility import EVERYWHERE
from elearn.core.content.frontmatter import read_front
from elearn.core.content.keys import PathKeys, read_keys
from elearn.core.content.links import Links
from elearn.core.content.markdown import Renderer
from elearn.core.content.source import open_source
from elearn.core.content.text import FileReport, read_lines
from elearn.core.model import Diagnostic

TERMS = 1000
_TERM = re.compile(r"\*\[([^\[\]]{1,60})\]:[ \t]*(\S.{0,399})")


@dataclass(frozen=True, slots=True)
class LearningPath:
    """An ordered list of modules with an introduction."""

    slug: str
    title: str
    summary: str
    modules: tuple[str, ...]
    intro_html: str


def read_glossary(data: bytes) -> tuple[dict[str, str], list[Diagnostic]]:
    """Terms and their explanations from lines `*[SPBE]: Sistem …`; headings and paragraphs between are let
    be."""
    report = FileReport("glossary.md")
    terms: dict[str, str] = {}
    first: dict[str, int] = {}
    for number, line in enumerate(read_lines(data, report) or [], start=1):
        if not line.startswith("*["):
            continue
        match = _TERM.fullmatch(line.rstrip())
        if match is None or not match[1].strip():
            hint = "Tulis *[ISTILAH]: penjelasan, paling panjang 400 huruf."
            report.error("M126", number, 1, "Baris glosarium ini tidak dapat dibaca.", hint)
        elif match[1].strip() in terms:
            message = f"Istilah {match[1].strip()} sudah dijelaskan di baris {first[match[1].strip()]}."
            report.error("M129", number, 3, message, "Hapus salah satunya.")
        elif len(terms) == TERMS:
            report.error("M129", number, 1, f"Glosarium ini lebih dari {TERMS} istilah.", "Kurangi.")
            break
        else:
            terms[match[1].strip()] = " ".join(match[2].split())
            first[match[1].strip()] = number
    return terms, sorted(report.found)


def read_path(
    slug: str, data: bytes, *, known_modules: Collection[str]
) -> tuple[LearningPath | None, list[Diagnostic]]:
    """A learning path; each of its modules must be known. None when there is an error."""
    report = FileReport(f"{slug}.md")
    lines = read_lines(data, report)
    if lines is None:
        return None, sorted(report.found)
    front = read_front(lines, report)
    keys = read_keys(PathKeys, front)
    for number, name in enumerate(keys.modules):
        if name not in known_modules or name in keys.modules[:number]:
            said = "tidak ada" if name not in known_modules else "tertulis dua kali"
            report.error(
                "M113",
                *front.place("modules", number),
                f"Modul {name} {said}.",
                "Tulis nama folder modulnya.",
            )
    source = open_source(report.file, lines, front.body, report)
    links = Links(slug, {}, {}, known_modules)
    renderer = Renderer(links.resolve, {}, {})
    intro = ""
    if source.measured:
        intro = renderer.page("\n".join(source.text[front.body - 1 :])).pieces[0]
        found = renderer.take_found()
        links.check(source, found.references)
        for rule in EVERYWHERE:
            rule(source, found.references)
        if found.failed:
            report.error("M123", front.body, 1, "Susunan teks ini terlalu dalam untuk diolah.", "Sederhanakan.")
    path = LearningPath(slug, keys.title, keys.summary, keys.modules, intro)
    return (None if report.failed else path), sorted(report.found)
