"""What a module can borrow of the folders beside it. Of what is published: see `publishing`. Needs no database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from elearn.catalogue.reading import Folder
from elearn.catalogue.source import read_folder
from elearn.core.content.borrowing import lendable, wanted
from elearn.core.model import Diagnostic, Module, Question

Read = Callable[[Folder], tuple[Module | None, list[Diagnostic]]]
"""A way to read a folder, whatever is written in it."""


def borrowed_of(files: Mapping[str, bytes]) -> dict[str, set[str]]:
    """Module -> the questions that these files of a module ask for."""
    return wanted(data for path, data in files.items() if path.endswith(".md"))


def asked_for(module: Module | None, questions: Iterable[str]) -> dict[str, Question]:
    """Of what a module lends, these: nothing else need travel to the process that reads."""
    lent = lendable(module) if module else {}
    names = (f"{module.slug}/{question}" for question in questions) if module else ()
    return {name: lent[name] for name in names if name in lent}


def beside(folder: Folder, places: Mapping[str, Path], read: Read) -> dict[str, Question]:
    """What a folder borrows of those there are (`places`: module -> where); one with an error lends nothing."""
    lent: dict[str, Question] = {}
    for lender, questions in borrowed_of(folder.files).items():
        if lender != folder.slug and lender in places:
            module, _found = read(replace(folder, slug=lender, files=read_folder(places[lender]), lent=None))
            lent |= asked_for(module, questions)
    return lent
