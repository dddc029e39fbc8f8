"""Mending files by the findings that know how, and telling one content from another."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from elearn.core.model import Diagnostic, Module, dump

_BOM = b"\xef\xbb\xbf"


def apply_edits(files: Mapping[str, bytes], diagnostics: Sequence[Diagnostic]) -> dict[str, bytes]:
    """The files with the edits of these findings applied. Every other line stays as it is, line ends
    included."""
    changed = dict(files)
    for diagnostic in diagnostics:
        edit = diagnostic.edit
        if edit is None or edit.file not in changed:
            continue
        # Lines at even places, their ends between them.
        lines = re.split(rb"(\r\n|\n|\r)", changed[edit.file])
        place = 2 * (edit.line - 1)
        if place < len(lines):
            mark = _BOM if edit.line == 1 and lines[0].startswith(_BOM) else b""
            lines[place] = mark + edit.text.encode()
            changed[edit.file] = b"".join(lines)
    return changed


def content_hash(module: Module) -> str:
    """The sha256 (hex) of everything that a version stores: equal for equal content, in whatever order the
    files came."""
    canonical = json.dumps(_as_hashed(dump(module)), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


_CAME_LATER = {"origin": None, "action": ""}
"""Attributes that content did not always have, and what says that it has none."""


def _as_hashed(stored: Any) -> Any:
    """Without what came later and is not used: content from before keeps its hash."""
    if isinstance(stored, dict):
        return {k: _as_hashed(v) for k, v in stored.items() if k not in _CAME_LATER or v != _CAME_LATER[k]}
    return [_as_hashed(value) for value in stored] if isinstance(stored, list) else stored
