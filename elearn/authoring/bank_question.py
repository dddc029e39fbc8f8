"""One question of the bank: what it was in each version and how it was answered there, where it is used, and using it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from elearn.authoring import arranging, bank, drafts, figures
from elearn.authoring.bank import Entry
from elearn.authoring.drafts import NotPossible
from elearn.authoring.statistics_pages import ENOUGH
from elearn.catalogue import store
from elearn.catalogue.models import CatalogueModule, ModuleTrainer, ModuleVersion, PublishedQuestion
from elearn.catalogue.models import Part as PartRow
from elearn.core.content.borrowing import lendable, wanted
from elearn.core.content.headings import explicit_ids
from elearn.core.exchange.sources import Names
from elearn.core.model import Module, Part, Question, Quiz
from elearn.core.questions import type_of
from elearn.core.questions.base import Grade, Review
from elearn.core.statistics import ItemStatistics, verdict
from elearn.database import db
from elearn.quizzes import statistics
from elearn.quizzes.models import Attempt


@dataclass(frozen=True, slots=True)
class Form:
    """A question as it was through some versions in a row, the newest first. `figures` are of the people whose first attempt
    was on one of these, None with fewer than ENOUGH (`attempts`)."""

    numbers: tuple[int, ...]
    published_at: datetime
    part: Part
    question: Question
    shown: Mapping[str, Any]
    review: Review | None
    grade: Grade | None
    """Of the right answer; None where there is no key."""
    figures: ItemStatistics | None
    attempts: int
    verdicts: list[str]


@dataclass(frozen=True, slots=True)
class Use:
    """A place that borrows the question. `older`: it has it as it was before."""

    module: Module
    part: Part
    question: Question
    older: bool


@dataclass(frozen=True, slots=True)
class Target:
    """A quiz of a pengajar that could use it."""

    slug: str
    path: str
    title: str
    module_title: str

    @property
    def key(self) -> str:
        return f"{self.slug}/{self.path}"


@dataclass(frozen=True, slots=True)
class QuestionPage:
    entry: Entry
    forms: list[Form]
    uses: list[Use]
    targets: list[Target]


def question_page(person_id: int, slug: str, question: str) -> QuestionPage | None:
    """None where there is no such question. Three statements for each form of it, and some for all."""
    entry = find(slug, question)
    if entry is None:
        return None
    return QuestionPage(entry, _forms(entry), list(_uses(entry)), targets(person_id))


def find(slug: str, question: str) -> Entry | None:
    """A question by the module that wrote it and its id."""
    return next((entry for entry in bank.entries() if entry.name == f"{slug}/{question}"), None)


def _forms(entry: Entry) -> list[Form]:
    """What the question was, and between which versions it stayed that."""
    rows = db.session.execute(
        select(ModuleVersion.id, ModuleVersion.number, ModuleVersion.published_at)
        .join(PartRow, PartRow.version_id == ModuleVersion.id)
        .join(PublishedQuestion, PublishedQuestion.part_id == PartRow.id)
        .where(ModuleVersion.module_id == entry.module_id, PublishedQuestion.slug == entry.question.id)
        .order_by(ModuleVersion.number.desc())
        .distinct()
    ).all()
    groups: list[tuple[Part, Question, list[Any]]] = []
    for row in rows:
        module = store.version(row.id).module
        part, question = next((p, q) for p, q in bank.questions_of(module) if q.id == entry.question.id)
        if groups and _same(groups[-1][1], question):
            groups[-1][2].append(row)
        else:
            groups.append((part, question, [row]))
    return [_form(entry, part, question, versions) for part, question, versions in groups]


def _same(one: Question, other: Question) -> bool:
    """Whether people were asked the same: what it counts for and is filed under may differ."""

    def asked(question: Question) -> Question:
        return replace(question, points=one.points, outcome=None, tags=(), difficulty=None)

    return asked(one) == asked(other)


def _form(entry: Entry, part: Part, question: Question, versions: Sequence[Any]) -> Form:
    kind = type_of(question)
    order = kind.option_ids(question.body)
    key = kind.key(question.body)
    found = _figures(entry.module_id, part, question, [version.id for version in versions])
    attempts = found.attempts if found else 0
    shown = found if attempts >= ENOUGH else None
    return Form(
        numbers=tuple(version.number for version in versions),
        published_at=versions[-1].published_at,
        part=part,
        question=question,
        shown=kind.present(question.body, order),
        review=kind.review(question.body, key, order) if key is not None else None,
        grade=kind.grade(question.body, key) if key is not None else None,
        figures=shown,
        attempts=attempts,
        verdicts=verdict(shown) if shown else [],
    )


def _figures(module_id: int, part: Part, question: Question, versions: Sequence[int]) -> ItemStatistics | None:
    if not isinstance(part, Quiz):
        return None
    attempted = set(
        db.session.scalars(
            select(Attempt.version_id)
            .where(Attempt.module_id == module_id, Attempt.version_id.in_(versions), Attempt.state == "graded")
            .distinct()
        )
    )
    found = statistics.of_quiz(module_id, part.names, versions=attempted) if attempted else None
    items = zip(found.items, found.figures.items, strict=True) if found else ()
    return next((one for item, one in items if item.question.id == question.id), None)


def _uses(entry: Entry) -> Iterable[Use]:
    """Where it is borrowed now, and whether as it is now."""
    present = lendable(entry.module).get(entry.name)
    for module in figures.shown_modules().values():
        for part, question in bank.questions_of(module):
            if question.origin == entry.name and present is not None:
                own = replace(present, id=question.id, origin=question.origin)
                yield Use(module, part, question, older=not _same(own, question))


def targets(person_id: int) -> list[Target]:
    """The quizzes of a pengajar, as they stand in their drafts, or as published where there is no draft yet."""
    rows = db.session.execute(
        select(CatalogueModule.id, CatalogueModule.slug)
        .join(ModuleTrainer, ModuleTrainer.module_id == CatalogueModule.id)
        .where(ModuleTrainer.person_id == person_id)
        .order_by(CatalogueModule.slug)
    ).all()
    published = figures.shown_modules(row.id for row in rows)
    found: list[Target] = []
    for module_id, slug in rows:
        draft = drafts.find(module_id)
        module = published.get(module_id)
        title = module.title if module else slug
        if draft is not None:
            fronts = [(f.path, arranging.front_of(f.text or "")) for f in arranging.parts_of(drafts.present(draft))]
            quizzes = [(path, str(front.get("title", ""))) for path, front in fronts if front.get("kind") == "quiz"]
        else:
            quizzes = (
                [(p.file, p.title) for p in module.parts if isinstance(p, Quiz) and not p.survey] if module else []
            )
        found += [Target(slug, path, name or path, title) for path, name in quizzes]
    return found


def put_into(entry: Entry, target: str, by: int) -> tuple[str, str, int]:
    """Let a quiz use the question, as its last one: the module, the file, and the line where it stands.

    Raises NotPossible: `target` (no quiz of theirs), `twice`, and what opening and saving a draft raise.
    """
    place = next((one for one in targets(by) if one.key == target), None)
    if place is None:
        raise NotPossible("target")
    draft = drafts.open_draft(by, place.slug)
    files = drafts.present(draft)
    file = next((one for one in files if one.path == place.path and one.text is not None), None)
    if file is None:
        raise NotPossible("target")
    text = (file.text or "").rstrip("\n")
    if entry.question.id in wanted([text.encode()]).get(entry.module.slug, ()):
        raise NotPossible("twice")
    taken = {i for one in files if one.text for i in explicit_ids(one.text.split("\n"))}
    identity = Names(set(taken)).give(entry.question.id)
    words = entry.question.stem_text
    beside = "" if re.search(r"[{}]", words) else f"{words} "
    line = f"## {beside}{{#{identity} from={entry.name}}}"
    text += _own_section(text, taken)
    drafts.save(draft, place.path, f"{text}\n\n{line}\n", file.version, by)
    return place.slug, place.path, text.count("\n") + 3


SECTION = "dari-bank-soal"


def _own_section(text: str, taken: set[str]) -> str:
    """The heading of a section of its own, where the quiz ends in another one: that one's case and its draw are not meant for
    this question. Empty where the quiz has no sections, or ends in this one already."""
    sections = [line for line in text.split("\n") if line.startswith("# ")]
    if not sections or f"{{#{SECTION}" in sections[-1]:
        return ""
    return f"\n\n# Dari bank soal {{#{Names(set(taken)).give(SECTION)}}}"
