"""The texts of questions between HTML, plain text and our Markdown."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable

import markdown
from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, Tag
from markdownify import MarkdownConverter

from elearn.core.exchange.base import TEXT, Refused

_DROPPED = ("script", "style", "iframe", "object", "embed", "form", "input", "button", "applet")
_SPECIAL = re.compile(r"([\\`*_\[\]>#{}|])")
_ENTITY = re.compile(r"&(?:#\w+|\w+);")
_ENTITIES = {ord("<"): "&lt;", ord("$"): "&#36;"}
"""For signs that a backslash does not take the meaning from."""
_LEADING = re.compile(r"^(\s*)(?:([-+])(?=[-+\s]|$)|(\d+)([.)])(?=\s|$)|(=))", re.MULTILINE)
_BLANKS = re.compile(r"\n{3,}")
_BLOCK = re.compile(r"^(?:[-+*]\s|[>|#]|\d+[.)]\s|```|~~~| {4}|\t|!\[|<)")
_EXTENSIONS = ["tables", "sane_lists", "fenced_code", "attr_list"]
Link = Callable[[str], str]
"""What the address of a picture or a link becomes."""


class _Converter(MarkdownConverter):
    """HTML to the Markdown that our reader knows; superscript and subscript stay as the elements they are."""

    def escape(self, text: str, parent_tags: set[str]) -> str:
        return escape(text)

    def convert_br(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """As an element: blanks at the end of a line are easily lost."""
        return "<br>" if {"_inline", "td", "th"} & parent_tags else "<br>\n"

    def convert_sup(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return f"<sup>{text}</sup>" if text else ""

    def convert_sub(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return f"<sub>{text}</sub>" if text else ""


def escape(text: str) -> str:
    """Plain text as Markdown that shows it."""
    marked = _SPECIAL.sub(r"\\\1", text.replace("&", "&amp;") if _ENTITY.search(text) else text).translate(_ENTITIES)
    return _LEADING.sub(_no_list, marked)


def _no_list(match: re.Match[str]) -> str:
    """What begins a list or an answer at the beginning of a line, as a mere sign."""
    blank, bullet, number, point, equals = match.groups()
    if equals:
        return f"{blank}&#61;"
    return f"{blank}\\{bullet}" if bullet else f"{blank}{number}\\{point}"


def to_markdown(html: str, notes: list[str], link: Link = str) -> str:
    """What does not survive is added to the notes. Raises Refused for a text that is too long or too deep."""
    if len(html) > TEXT:
        raise Refused(f"Teksnya lebih dari {TEXT} huruf.")
    if "<" not in html and "&" not in html:
        return escape(" ".join(html.split()))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
            soup = BeautifulSoup(html, "html.parser")
        _clean(soup, notes, link)
        made: str = _Converter(heading_style="atx", bullets="-", autolinks=False).convert_soup(soup)
    except RecursionError as trouble:
        raise Refused("Teksnya bersarang terlalu dalam.") from trouble
    return _tidy(made)


def _tidy(text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.replace("\xa0", " ").split("\n"))
    return _BLANKS.sub("\n\n", lines).strip()


def _clean(soup: BeautifulSoup, notes: list[str], link: Link) -> None:
    for tag in soup.find_all(_DROPPED):
        notes.append(f"Unsur <{tag.name}> di dalam teks tidak dibawa.")
        tag.decompose()
    for tag in soup.find_all(("audio", "video")):
        source = tag.get("src") or next((s.get("src") for s in tag.find_all("source")), None)
        if source:
            tag.replace_with(soup.new_tag("img", src=str(source), alt=str(tag.get("title") or "Rekaman")))
    for tag in soup.find_all("img"):
        tag["src"] = link(str(tag.get("src", "")))
        del tag["title"]
    for tag in soup.find_all("a"):
        if tag.get("href"):
            tag["href"] = link(str(tag["href"]))


def to_xhtml(text: str, link: Link = str) -> str:
    """Markdown as well-formed XHTML of block elements."""
    html = markdown.markdown(text, extensions=_EXTENSIONS, output_format="xhtml")
    soup = BeautifulSoup(html, "html.parser")
    for name, attribute in (("img", "src"), ("a", "href")):
        for tag in soup.find_all(name):
            if tag.get(attribute):
                tag[attribute] = link(str(tag[attribute]))
    return str(soup)


def one_paragraph(html: str) -> str:
    """The inside of the only paragraph; the HTML as it is where there is more."""
    inner = html.strip()
    return inner[3:-4] if inner.startswith("<p>") and inner.endswith("</p>") and inner.count("<p>") == 1 else inner


def plain_words(text: str) -> str:
    """The words that Markdown shows, for places that hold plain text only."""
    soup = BeautifulSoup(markdown.markdown(text, extensions=_EXTENSIONS), "html.parser")
    return " ".join(soup.get_text().split())


def heading_and_stem(text: str, title: str) -> tuple[str, str]:
    """Our question begins with one line: the first paragraph, or the title where a picture, list or table is first."""
    first, _, rest = text.strip().partition("\n\n")
    if first.strip() and not _BLOCK.match(first):
        return " ".join(first.replace("<br>\n", " ").split()), rest.strip("\n")
    return escape(" ".join(title.split())[:200]) or "Soal", text.strip("\n")
