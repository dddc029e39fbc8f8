"""XML from strangers: read without entities, without anything from elsewhere, and within bounds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, indent, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from elearn.core.exchange.base import BYTES, ExchangeError

ELEMENTS = 200_000
ATTRIBUTES = 400_000
DEPTH = 100
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PIECE = 64 * 1024


class _Bounded(TreeBuilder):
    """Builds the tree of a document until it becomes too large to be one that a person made."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = self._elements = self._attributes = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        self._depth += 1
        self._elements += 1
        self._attributes += len(attrs)
        if self._depth > DEPTH:
            raise ExchangeError(f"Berkas XML ini bersarang lebih dari {DEPTH} tingkat.")
        if self._elements > ELEMENTS or self._attributes > ATTRIBUTES:
            raise ExchangeError(f"Berkas XML ini memuat lebih dari {ELEMENTS} unsur. Bagi menjadi beberapa berkas.")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self._depth -= 1
        return super().end(tag)


def read_xml(data: bytes, name: str = "Berkas ini") -> Element:
    """The root of the document. Raises ExchangeError, which names the file as `name`."""
    if len(data) > BYTES:
        raise ExchangeError(f"{name} lebih besar dari {BYTES // 1024**2} MB. Bagi menjadi beberapa berkas.")
    parser = DefusedXMLParser(target=_Bounded(), forbid_dtd=False, forbid_entities=True, forbid_external=True)
    try:
        for at in range(0, len(data), _PIECE):
            parser.feed(data[at : at + _PIECE])
        root: Element = parser.close()
    except DefusedXmlException as trouble:
        message = f"{name} mendefinisikan entitas XML, yang tidak dibaca demi keamanan. Ekspor ulang tanpa entitas."
        raise ExchangeError(message) from trouble
    except ParseError as trouble:
        line, column = trouble.position
        message = f"{name} bukan XML yang utuh: baris {line}, kolom {column + 1}. Ekspor ulang dari sistem asalnya."
        raise ExchangeError(message) from trouble
    except (ValueError, LookupError) as trouble:
        if isinstance(trouble, ExchangeError):
            raise
        raise ExchangeError(f"{name} memakai pengodean huruf yang tidak dikenal. Simpan sebagai UTF-8.") from trouble
    return root


def local(element: Element) -> str:
    """The name without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def children(element: Element | None, *names: str) -> Iterator[Element]:
    """Those of these names, whatever namespace they are in; all without a name."""
    for child in element if element is not None else ():
        if not names or local(child) in names:
            yield child


def child(element: Element | None, name: str) -> Element | None:
    return next(children(element, name), None)


def descendants(element: Element | None, *names: str) -> Iterator[Element]:
    for found in element.iter() if element is not None else ():
        if local(found) in names:
            yield found


def words(element: Element | None) -> str:
    """All text inside, trimmed."""
    return "".join(element.itertext()).strip() if element is not None else ""


def legal(text: str) -> str:
    """Without the control characters that XML cannot hold."""
    return _ILLEGAL.sub("", text)


def add(parent: Element, name: str, text: str | None = None, /, **attributes: str) -> Element:
    """A new element at the end of the parent; a `_` in an attribute's name is left off its end (`class_`)."""
    made = Element(name, {key.rstrip("_"): legal(value) for key, value in attributes.items()})
    made.text = legal(text) if text is not None else None
    parent.append(made)
    return made


def write_xml(root: Element, *, pretty: bool = False) -> bytes:
    if pretty:
        indent(root)
    written: bytes = tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + written
