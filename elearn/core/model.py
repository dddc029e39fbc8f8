"""What a folder of Markdown becomes and what quizzes run on: a `Module` of lessons and quizzes, already
rendered, and its diagnostics.

Every class here is a frozen dataclass of JSON-able parts (Decimal, Fraction and datetime as text), so that a
published version is stored as `dump(part)` and comes back as the equal object from `load(Lesson, stored)`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, Literal, TypeVar

from pydantic import TypeAdapter

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Edit:
    """A replacement of one whole line of a file, for `content check --fix`. Lines count from 1."""

    file: str
    line: int
    text: str


@dataclass(frozen=True, slots=True, order=True)
class Diagnostic:
    """One finding. `file` is relative to the checked folder; `line` and `col` count characters from 1."""

    file: str
    line: int
    col: int
    severity: Severity
    code: str
    message: str
    hint: str = ""
    edit: Edit | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Question:
    """A question of any type. `body` is the type's own JSON-able payload and holds the key: it never leaves
    the server except through the type's `present`."""

    id: str
    type: str
    points: Decimal
    stem_html: str
    stem_text: str
    body: Mapping[str, Any]
    explanation_html: str = ""
    hints_html: tuple[str, ...] = ()
    outcome: str | None = None
    tags: tuple[str, ...] = ()
    difficulty: int | None = None
    origin: str | None = None
    """`module/question` where it was written, when it is borrowed."""


@dataclass(frozen=True, slots=True)
class Quota:
    """Of the questions that a section draws, at least `count` are of this kind: `value` is an outcome, a tag, or the
    difficulties `low..high`."""

    by: Literal["outcome", "tag", "difficulty"]
    value: str
    count: int

    def takes(self, question: Question) -> bool:
        """Whether a question is of this kind."""
        if self.by == "outcome":
            return question.outcome == self.value
        if self.by == "tag":
            return self.value in question.tags
        low, high = (int(end) for end in self.value.split(".."))
        return question.difficulty is not None and low <= question.difficulty <= high

    @property
    def words(self) -> str:
        """As a trainer writes it."""
        return f"{self.by}:{self.value}"


@dataclass(frozen=True, slots=True)
class Section:
    """A pool of questions. `draw` is how many of them an attempt gets (None: all), with at least so many of some kinds
    (`quotas`); `stimulus_html` is shown with each."""

    id: str
    title: str
    draw: int | None
    stimulus_html: str
    questions: tuple[Question, ...]
    quotas: tuple[Quota, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a lesson: sanitised HTML, or one check."""

    html: str = ""
    check: Question | None = None


class _Named:
    """A part of a module, which progress and attempts point at by a slug."""

    __slots__ = ()
    slug: str
    aliases: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Every slug it has had, the present one first."""
        return (self.slug, *self.aliases)


@dataclass(frozen=True, slots=True)
class Lesson(_Named):
    slug: str
    file: str
    title: str
    summary: str
    minutes: int
    outcomes: tuple[str, ...]
    aliases: tuple[str, ...]
    blocks: tuple[Block, ...]
    headings: tuple[Heading, ...]
    text: str
    kind: Literal["lesson"] = "lesson"

    @property
    def checks(self) -> dict[str, Question]:
        return {block.check.id: block.check for block in self.blocks if block.check}


@dataclass(frozen=True, slots=True)
class Quiz(_Named):
    slug: str
    file: str
    title: str
    minutes: int
    aliases: tuple[str, ...]
    passing: Decimal
    attempts: int | None
    time_limit: int | None
    """Seconds, measured by the server."""
    shuffle: tuple[Literal["questions", "options"], ...]
    grading: Literal["highest", "latest", "average", "first"]
    mode: Literal["deferred", "immediate", "practice", "certainty"]
    review: Literal["after-submit", "after-passing", "after-close", "never"]
    cooldown: int | None
    """Seconds between the end of one attempt and the start of the next."""
    opens: datetime | None
    closes: datetime | None
    intro_html: str
    sections: tuple[Section, ...]
    graded: bool
    """False for the pretest and for surveys: it counts as done when submitted, passed or not."""
    text: str = ""
    survey: bool = False
    """A survey is never graded: no answer is right, and it counts as done when submitted."""
    marking: Literal["named", "anonymous"] = "anonymous"
    """Whether who marks an answer by hand sees whose it is."""
    markers: int = 1
    """How many people mark each answer, without seeing each other's marks until all are in."""
    kind: Literal["quiz"] = "quiz"

    @property
    def length(self) -> int:
        """How many questions an attempt has."""
        return sum(s.draw if s.draw is not None else len(s.questions) for s in self.sections)

    @property
    def questions(self) -> dict[str, Question]:
        return {q.id: q for s in self.sections for q in s.questions}

    def section(self, identity: str) -> Section:
        """The section of this id, which a question of an attempt names. Raises StopIteration."""
        return next(s for s in self.sections if s.id == identity)


Part = Lesson | Quiz


@dataclass(frozen=True, slots=True)
class Module:
    """A checked module. `media` maps each path under the module (`media/alur.svg`) to its sha256 (hex)."""

    slug: str
    title: str
    summary: str
    topic: str
    jp: Decimal
    level: Literal["dasar", "menengah", "lanjut"]
    audience: tuple[str, ...]
    prerequisites: tuple[str, ...]
    outcomes: Mapping[str, str]
    completion: Literal["all"]
    pretest: str | None
    posttest: str | None
    aliases: tuple[str, ...]
    reviewed: str
    changes: str
    intro_html: str
    intro_text: str
    minutes: int
    parts: tuple[Part, ...]
    media: Mapping[str, str]
    action: str = ""
    """What the page after the module asks for: one thing to apply at work. Empty: a question in general words."""

    def part(self, slug: str) -> Part | None:
        return next((p for p in self.parts if p.slug == slug), None)

    def part_named(self, slug: str) -> Part | None:
        """A part by its slug, or by one it had before."""
        return self.part(slug) or next((p for p in self.parts if slug in p.aliases), None)


T = TypeVar("T")


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def dump(thing: Any) -> dict[str, Any]:
    """A JSON-able dict of one of the classes here."""
    kind: Any = type(thing)
    dumped: dict[str, Any] = _adapter(kind).dump_python(thing, mode="json")
    return dumped


def load(kind: type[T], stored: Mapping[str, Any]) -> T:
    """The object that `dump` made `stored` from."""
    wanted: Any = kind
    loaded: T = _adapter(wanted).validate_python(stored)
    return loaded
