"""Small modules for tests of the content format."""

from __future__ import annotations

from elearn.core.content import read_module
from elearn.core.model import Diagnostic, Lesson, Module, Quiz

MODULE = """---
title: Dasar
jp: 0.1
outcomes:
  TP1: Menjelaskan
---
Pengantar.
"""
LESSON = """---
title: Apa itu
---
"""
QUIZ = """---
kind: quiz
title: Kuis akhir
---
"""
SOUND = """## Siapa? {#siapa outcome=TP1}
- (x) Presiden
- ( ) Menteri
- ( ) Wali kota
"""
Files = dict[str, str | bytes]


def files(changes: Files | None = None) -> dict[str, bytes]:
    """A module without findings, with these files put in; an empty text takes a file out."""
    plain: Files = {"module.md": MODULE, "01-apa.md": LESSON + "Isi.\n", "90-kuis.md": QUIZ + SOUND}
    merged = plain | (changes or {})
    return {name: data.encode() if isinstance(data, str) else data for name, data in merged.items() if data}


def check(changes: Files | None = None, slug: str = "dasar") -> tuple[Module | None, list[Diagnostic]]:
    return read_module(slug, files(changes))


def read(changes: Files | None = None) -> Module:
    """The module, which must be without errors."""
    module, found = check(changes)
    assert module is not None, found
    return module


def lesson(body: str, changes: Files | None = None) -> Lesson:
    """The lesson of this body."""
    part = read({"01-apa.md": LESSON + body, **(changes or {})}).part("apa")
    assert isinstance(part, Lesson)
    return part


def html(body: str, changes: Files | None = None) -> str:
    """The HTML of a lesson without checks."""
    return "".join(block.html for block in lesson(body, changes).blocks)


def quiz(body: str, keys: str = "") -> Quiz:
    """The quiz of this body, with these lines of front matter more."""
    head = QUIZ.replace("title: Kuis akhir\n", f"title: Kuis akhir\n{keys}")
    part = read({"90-kuis.md": head + body}).part("kuis")
    assert isinstance(part, Quiz)
    return part


def codes(changes: Files) -> list[str]:
    return [d.code for d in check(changes)[1]]
