"""What a module's next content changes against what it was: parts, questions, and the settings that people feel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from elearn.core.model import Lesson, Module, Part, Question, Quiz

MODULE_SETTINGS = ("title", "jp", "level", "prerequisites", "outcomes", "pretest", "posttest")
QUIZ_SETTINGS = (
    "title", "passing", "attempts", "time_limit", "shuffle", "grading", "mode", "review", "cooldown", "opens", "closes",
    "graded", "survey", "marking", "markers", "length",
)  # fmt: skip

_SHOWN = frozenset(
    {"html", "feedback_html", "descriptor_html", "shown", "pieces", "picture", "labels", "texts", "drawn"}
)
"""Of a question's body: what is read, and no part of how an answer is judged."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting that differs. `part` is the slug of a quiz, empty for the module's own; `name` is the attribute's."""

    part: str
    name: str
    before: Any
    after: Any


@dataclass(slots=True)
class Changes:
    """Parts by slug, questions by id, in the order of the new content."""

    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)
    """The former slug of a part -> its slug now: what was done under the former counts for it."""
    questions_added: list[str] = field(default_factory=list)
    questions_removed: list[str] = field(default_factory=list)
    questions_changed: list[str] = field(default_factory=list)
    """Said otherwise; an answer is judged as before."""
    keys_changed: list[str] = field(default_factory=list)
    """An answer is judged otherwise, or earns other points."""
    settings: list[Setting] = field(default_factory=list)

    def __str__(self) -> str:
        names = (
            ("baru", self.added),
            ("hilang", self.removed),
            ("berubah", self.changed),
            ("berganti nama", [f"{old} menjadi {new}" for old, new in self.renamed.items()]),
        )
        return "; ".join(f"{name}: {', '.join(slugs)}" for name, slugs in names if slugs) or "keterangan berubah"


def compare(before: Module, after: Module) -> Changes:
    """What became of each part, question and setting."""
    old, new = ({part.slug: part for part in module.parts} for module in (before, after))
    gone = [slug for slug in old if slug not in new]
    fresh = [slug for slug in new if slug not in old]
    renamed = {alias: slug for slug in fresh for alias in new[slug].aliases if alias in gone}
    changes = Changes(
        added=[slug for slug in fresh if slug not in renamed.values()],
        removed=[slug for slug in gone if slug not in renamed],
        changed=[slug for slug in new if slug in old and old[slug] != new[slug]],
        renamed=renamed,
    )
    _questions(changes, before, after)
    changes.settings += _differing("", MODULE_SETTINGS, before, after)
    former = {slug: alias for alias, slug in renamed.items()}
    for slug, part in new.items():
        was = old.get(former.get(slug, slug))
        if isinstance(part, Quiz) and isinstance(was, Quiz):
            changes.settings += _differing(slug, QUIZ_SETTINGS, was, part)
    return changes


def _differing(part: str, names: tuple[str, ...], before: Any, after: Any) -> list[Setting]:
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in names)
    return [Setting(part, name, old, new) for name, old, new in pairs if old != new]


def _questions(changes: Changes, before: Module, after: Module) -> None:
    old, new = _all(before), _all(after)
    changes.questions_added = [name for name in new if name not in old]
    changes.questions_removed = [name for name in old if name not in new]
    for name, question in new.items():
        if name in old and old[name] != question:
            same = _judged(old[name]) == _judged(question)
            (changes.questions_changed if same else changes.keys_changed).append(name)


def _all(module: Module) -> dict[str, Question]:
    """Every question of a module by its id, which no other of it has."""
    return {name: question for part in module.parts for name, question in _of(part).items()}


def _of(part: Part) -> dict[str, Question]:
    return part.checks if isinstance(part, Lesson) else part.questions


def _judged(question: Question) -> tuple[Any, ...]:
    """All that decides what an answer earns."""
    return question.type, question.points, _without_words(question.body)


def _without_words(value: Any) -> Any:
    """A body without what is only read. An option has an id, made of its text: a right one that is reworded is another."""
    if isinstance(value, Mapping):
        skipped = _SHOWN | {"text"} if "id" in value else _SHOWN
        return {name: _without_words(inner) for name, inner in value.items() if name not in skipped}
    if isinstance(value, list | tuple):
        rows = [_without_words(row) for row in value]
        if all(isinstance(row, dict) and {"id", "fraction"} <= row.keys() for row in rows):
            # Options in another order, or another wrong one, judge no right answer otherwise.
            return sorted((row for row in rows if row["fraction"] != "0"), key=lambda row: str(row["id"]))
        return rows
    return value
