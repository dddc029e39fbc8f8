"""The content format (docs/format-konten.md): a folder of Markdown -> a Module and its diagnostics."""

from __future__ import annotations

from elearn.core.content.beside import LearningPath, read_glossary, read_path
from elearn.core.content.codes import CODES
from elearn.core.content.edits import apply_edits, content_hash
from elearn.core.content.module import read_module, read_one

__all__ = [
    "CODES",
    "LearningPath",
    "apply_edits",
    "content_hash",
    "read_glossary",
    "read_module",
    "read_one",
    "read_path",
]
