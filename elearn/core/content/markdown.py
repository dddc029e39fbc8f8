"""Markdown to HTML that is safe to show: rendered by Python-Markdown, sanitised, then finished by trusted
code."""

from __future__ import annotations

import dataclasses
import hashlib
import html as html_module
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import markdown
from markdown.extensions.toc import slugify

from elearn.core.content.code import CodeExtension
from elearn.core.content.finish import Beside, Finisher, Reference, Resolve
from elearn.core.content.mathematics import Mathematics
from elearn.core.content.sanitise import sanitise
from elearn.core.model import Heading

PAGE_PREFIX = "m-"
"""Before every id of a page's text; the product's own pages use none that begins so."""
_EXTENSIONS = [
    "tables", "footnotes", "abbr", "def_list", "attr_list", "admonition", "sane_lists", "toc",
    "pymdownx.details", "pymdownx.tabbed", "pymdownx.tasklist", "pymdownx.superfences", "pymdownx.blocks.caption",
]  # fmt: skip
_CAPTIONS = [
    {"name": "caption"},
    {"name": "figure-caption", "prefix": "Gambar {}."},
    {"name": "table-caption", "prefix": "Tabel {}."},
]
# One line of words and their signs: nothing in it is Markdown. Most options and many stems are such.
_PLAIN = re.compile(r"[^\W\d_](?:[^\W_]|[ ,.;:?!()/%'\"“”‘’–—-])*")


@dataclass(slots=True)
class Found:
    """What rendering the texts of one file came upon."""

    references: list[Reference] = field(default_factory=list)
    formulas: list[str] = field(default_factory=list)
    """Formulas that could not be read."""
    failed: bool = False
    """Whether a text could not be rendered: nested beyond what the renderer's recursion takes."""


@dataclass(frozen=True, slots=True)
class Page:
    """A long text: its HTML in the pieces between marks, each balanced, and what can be linked to."""

    pieces: tuple[str, ...]
    headings: tuple[Heading, ...]
    ids: frozenset[str]


class Renderer:
    """Renders the texts of a module: making a Markdown object costs as much as a page, so two serve all of
    them.

    Questions do not explain the glossary's terms: the title of an abbreviation could be the answer.
    """

    def __init__(self, resolve: Resolve, sizes: Mapping[str, tuple[int, int]], glossary: Mapping[str, str]) -> None:
        self._formulas: list[str] = []
        self._finisher = Finisher(resolve, sizes)
        self._pages = _markdown(self._formulas, glossary)
        self._fragments = _markdown(self._formulas, {})
        self._found = Found()

    def take_found(self) -> Found:
        """What was found since the last call."""
        found, self._found = self._found, Found()
        found.formulas += self._formulas
        self._formulas.clear()
        return found

    def page(self, text: str, mark: str = "") -> Page:
        """A text with headings. A paragraph that is only `mark` divides it."""
        raw = self._convert(self._pages, text)
        headings = tuple(_headings(getattr(self._pages, "toc_tokens", []))) if raw else ()
        pieces = raw.split(f"<p>{mark}</p>") if mark else [raw]
        beside = Beside()
        finished = [self._finisher.finish(sanitise(piece), PAGE_PREFIX, beside) for piece in pieces]
        self._note([reference for piece in finished for reference in piece.references], beside.ids)
        return Page(tuple(piece.html for piece in finished), headings, frozenset(beside.ids))

    def fragment(self, text: str, scope: str) -> str:
        """A text that is shown beside others: `scope` and the text itself make its ids unlike theirs."""
        text = text.strip()
        if _PLAIN.fullmatch(text):
            return f"<p>{html_module.escape(text, quote=False)}</p>"
        digest = hashlib.sha256(text.encode()).hexdigest()[:6]
        raw, beside = self._convert(self._fragments, text), Beside()
        finished = self._finisher.finish(sanitise(raw), f"s-{scope}-{digest}-", beside)
        self._note(finished.references, beside.ids)
        return finished.html

    def _convert(self, renderer: markdown.Markdown, text: str) -> str:
        renderer.reset()
        try:
            return renderer.convert(text)
        except Exception:  # whatever a parser of other people's text may raise, RecursionError first of all
            self._found.failed = True
            return ""

    def _note(self, references: list[Reference], ids: set[str]) -> None:
        for reference in references:
            lost = reference.address.startswith("#") and reference.address[1:] not in ids
            self._found.references.append(dataclasses.replace(reference, lost=lost))


def _markdown(bad: list[str], glossary: Mapping[str, str]) -> markdown.Markdown:
    config: dict[str, dict[str, Any]] = {
        "abbr": {"glossary": dict(glossary)},
        "footnotes": {"BACKLINK_TITLE": "Kembali ke catatan {} di teks"},
        "tables": {"use_align_attribute": True},
        "toc": {"marker": "", "slugify": _slug},
        "pymdownx.tabbed": {"alternate_style": True},
        "pymdownx.blocks.caption": {"types": _CAPTIONS},
    }
    return markdown.Markdown(
        extensions=[CodeExtension(), *_EXTENSIONS, Mathematics(bad)], extension_configs=config, output_format="html"
    )


def _slug(text: str, separator: str) -> str:
    return slugify(text, separator) or "bagian"


def _headings(tokens: list[dict[str, Any]]) -> list[Heading]:
    found: list[Heading] = []
    for token in tokens:
        name = html_module.unescape(re.sub(r"<[^>]+>", "", token["name"]))
        found.append(Heading(token["level"], f"{PAGE_PREFIX}{token['id']}", name))
        found += _headings(token["children"])
    return found
