"""The question bank: every question of the modules there are, found by its words, its marks and its figures.

Questions are looked through in memory, in the versions that this process keeps anyway; only their figures are in tables.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import select

from elearn.authoring import figures
from elearn.authoring.figure_models import ItemFigures, PartFigures
from elearn.core.content.finish import plain_text
from elearn.core.model import Module, Part, Question, Quiz
from elearn.core.questions import TYPES
from elearn.core.questions.shared import fold_text
from elearn.core.statistics.verdict import EASY, ENOUGH, HARD, WEAK
from elearn.database import db

AT_A_TIME = 20
USES = ("terbalik", "lemah", "mudah", "sulit", "belum")
"""What one can ask of the figures: they discriminate backwards or hardly, are too easy or too hard, or there are none."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A question where it was written. `figures` is None where nobody has answered it, or it was not computed yet; `used`
    counts the places that borrow it."""

    module_id: int
    module: Module
    part: Part
    question: Question
    figures: ItemFigures | None
    used: int = 0

    @property
    def name(self) -> str:
        """What `from=` says."""
        return f"{self.module.slug}/{self.question.id}"

    @property
    def judged(self) -> bool:
        """Whether so many have answered it that its figures say something."""
        return self.figures is not None and self.figures.attempts >= ENOUGH

    @property
    def use(self) -> str:
        """The first of USES that holds; empty where its figures give no reason to look at it."""
        if self.figures is None or self.figures.attempts == 0:
            return "belum"
        if not self.judged:
            return ""
        facility, discrimination = self.figures.facility, self.figures.discrimination
        if discrimination is not None and discrimination < 0:
            return "terbalik"
        if facility is not None and facility > EASY:
            return "mudah"
        if facility is not None and facility < HARD:
            return "sulit"
        return "lemah" if discrimination is not None and discrimination < WEAK else ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; empty parts ask for nothing. `difficulty` is what the pengajar wrote, 1 to 5."""

    text: str = ""
    module: str = ""
    type: str = ""
    outcome: str = ""
    tag: str = ""
    difficulty: str = ""
    use: str = ""
    page: int = 1

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> Wanted:
        """From an address; what makes no sense is left out."""
        asked = {name: arguments.get(name, "").strip()[:100] for name in ("cari", "modul", "jenis", "tujuan", "tanda")}
        page, level, use = (arguments.get(name, "") for name in ("halaman", "tingkat", "angka"))
        return cls(
            text=asked["cari"],
            module=asked["modul"],
            type=asked["jenis"] if asked["jenis"] in TYPES else "",
            outcome=asked["tujuan"],
            tag=asked["tanda"],
            difficulty=level if level in {"1", "2", "3", "4", "5"} else "",
            use=use if use in USES else "",
            page=int(page) if page.isdecimal() and len(page) < 6 and int(page) else 1,
        )

    def takes(self, entry: Entry) -> bool:
        """Whether a question is one of those, whatever its text."""
        question = entry.question
        return (
            self.module in ("", entry.module.slug)
            and self.type in ("", question.type)
            and self.outcome in ("", question.outcome)
            and (not self.tag or self.tag in question.tags)
            and self.difficulty in ("", str(question.difficulty))
            and self.use in ("", entry.use)
        )


@dataclass(frozen=True, slots=True)
class BankPage:
    wanted: Wanted
    entries: list[Entry]
    total: int
    pages: int
    modules: list[Module]
    types: list[str]
    outcomes: list[tuple[str, str]]
    """Of the module that is chosen: key and words."""
    tags: list[str]
    uses: Counter[str]
    """Of what else is asked for, how many questions there are of each of USES."""
    computed: PartFigures | None
    """The figures that were computed last."""


def bank_page(wanted: Wanted) -> BankPage:
    """Three statements, and two for each version that is not loaded yet."""
    everything = list(entries())
    words = fold_text(wanted.text).split()
    any_use = replace(wanted, use="")
    found = [entry for entry in everything if any_use.takes(entry) and _says(entry, words)]
    uses = Counter(entry.use for entry in found if entry.use)
    # As they stand in their modules: these are in the order of titles, and sorting keeps what is within.
    found = sorted((entry for entry in found if wanted.use in ("", entry.use)), key=lambda entry: entry.module.title)
    pages = max(1, -(-len(found) // AT_A_TIME))
    page = min(wanted.page, pages)
    modules = {entry.module_id: entry.module for entry in everything}
    chosen = next((module for module in modules.values() if module.slug == wanted.module), None)
    return BankPage(
        wanted=wanted,
        entries=found[(page - 1) * AT_A_TIME : page * AT_A_TIME],
        total=len(found),
        pages=pages,
        modules=sorted(modules.values(), key=lambda module: module.title),
        types=sorted({entry.question.type for entry in everything}, key=list(TYPES).index),
        outcomes=list(chosen.outcomes.items()) if chosen else [],
        tags=sorted({tag for entry in everything for tag in entry.question.tags}),
        uses=uses,
        computed=db.session.scalars(select(PartFigures).order_by(PartFigures.computed_at.desc()).limit(1)).first(),
    )


def _says(entry: Entry, words: Iterable[str]) -> bool:
    """Whether all words stand somewhere in the question: in what is asked, offered, explained, or in its marks."""
    if not words:
        return True
    said = text_of(entry.question)
    return all(word in said for word in words)


def text_of(question: Question) -> str:
    """What a question says, folded for searching."""
    options = question.body.get("options") or ()
    offered = " ".join(str(option.get("text", "")) for option in options if isinstance(option, Mapping))
    stem = plain_text(question.stem_html)
    explained = plain_text(question.explanation_html)
    return fold_text(f"{question.id} {stem} {offered} {explained} {' '.join(question.tags)}")


def entries() -> Iterable[Entry]:
    """Every question where it was written, in no order. Two statements, two more for each version not loaded yet."""
    known = {(row.module_id, row.question, row.part_slug): row for row in db.session.scalars(select(ItemFigures))}
    modules = figures.shown_modules()
    used = Counter(question.origin for module in modules.values() for _part, question in questions_of(module))
    for module_id, module in modules.items():
        for part, question in questions_of(module):
            if question.origin is None:
                found = [row for name in part.names if (row := known.get((module_id, question.id, name))) is not None]
                times = used[f"{module.slug}/{question.id}"]
                yield Entry(module_id, module, part, question, found[0] if found else None, times)


def questions_of(module: Module) -> Iterable[tuple[Part, Question]]:
    """Every question of a module with the part it stands in; those of surveys have no key and are left out."""
    for part in module.parts:
        if not isinstance(part, Quiz):
            yield from ((part, question) for question in part.checks.values())
        elif not part.survey:
            yield from ((part, question) for question in part.questions.values())
