"""Reading drafts while they are written: in one process beside this one that stays, since a person waits for each answer.

What a pengajar types can be hostile to the reader (Markdown that takes minutes), so it is never read in the process that
serves pages. A reading that takes too long costs that process its life and is told as a finding; the next one begins anew.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from typing import Any

from elearn.catalogue import publishing, sources
from elearn.catalogue.reading import Folder, OneFile, Readable, SafeReader
from elearn.core.content.media import Medium
from elearn.core.model import Diagnostic, Module

SECONDS = 6
KEPT = 32
"""Readings of whole modules that are remembered: pages ask again for what did not change."""
_reader = SafeReader(seconds=SECONDS)
_lock = Lock()
_whole: OrderedDict[tuple[str, str], tuple[Module | None, list[Diagnostic]]] = OrderedDict()


def read(slug: str, files: Mapping[str, bytes]) -> tuple[Module | None, list[Diagnostic]]:
    """A whole module and all its findings; None where one of them is an error."""
    key = (slug, sources.fingerprint(files))
    with _lock:
        if key in _whole:
            _whole.move_to_end(key)
            return _whole[key]
    found = read_source(_folder(slug, files))
    with _lock:
        _whole[key] = found
        if len(_whole) > KEPT:
            _whole.popitem(last=False)
    return found


def read_one(
    slug: str, files: Mapping[str, bytes], file: str, media: Mapping[str, Medium] | None = None
) -> tuple[Module | None, list[Diagnostic]]:
    """One file, and its own findings, as `core.content.read_one` gives them."""
    return read_source(OneFile(_folder(slug, files), file, media))


def _folder(slug: str, files: Mapping[str, bytes]) -> Folder:
    return publishing.folder_of(slug, files)


def read_source(source: Readable) -> tuple[Any, list[Diagnostic]]:
    """What any source gives when it is read in the other process, and its findings."""
    with _lock:
        return _reader.read(source)
