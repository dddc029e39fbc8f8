"""What every question type is: four functions over plain data.

A type turns the trainer's Markdown into a JSON-able `body` (parse), shows it without its key (present), reads
a response that came from outside (clean), and scores it (grade). The trainer's shapes are read once, by
`core.content`, into a `QuestionSource`; a type never sees raw lines.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random
from typing import Any, Literal, Protocol

Response = Any
"""A JSON value in the canonical form of its type: single `"id"`, multiple `["id", …]` sorted, text `"…"`,
number `"…"` (as typed, blanks trimmed), matching `{item: right side}`, ordering
all ids in order, cloze `{gap: response}`, likert the
number of the step `"3"`, essay the text with its line ends as `\\n`. `None` is no response, for every type."""


class BadResponse(ValueError):
    """A response that the page could not have sent. The message is for the log, in English."""


@dataclass(frozen=True, slots=True)
class OptionLine:
    """`- (x) text`, `- [ ] text`, `- (50%) text`, and feedback. `mark` stands in the brackets, trimmed.

    Two other lists are lines of this kind too. The items of a matching question, `- left => right`, have `=>` for a
    bracket, and `text` is all that follows the bullet. The steps to order, `1. text`, have `.` for a bracket.
    """

    bracket: str
    """`(`, `[`, `=>` or `.`."""
    mark: str
    text: str
    feedback: str
    line: int
    col: int


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """`= 20 ± 0,5`: `text` is what follows the `=`, trimmed (`50% jawaban` stays in `text`)."""

    text: str
    line: int
    col: int


@dataclass(frozen=True, slots=True)
class TableRow:
    """A line of the table that an essay is marked by, its head and the line under that included."""

    cells: tuple[str, ...]
    line: int
    col: int


@dataclass(frozen=True, slots=True)
class Gap:
    """`[[answer]]` inside a text: `text` is what stands in the brackets. In the texts of the source, `mark` stands in
    its place: a sign that no answer follows from and that rendering leaves whole."""

    mark: str
    text: str
    line: int
    col: int


@dataclass(frozen=True, slots=True)
class VariableLine:
    """`a = 20..60 step 5`: `text` is what follows the `=`, trimmed."""

    name: str
    text: str
    line: int
    col: int


@dataclass(frozen=True, slots=True)
class NameUse:
    """`{a}` inside a text of a computed question. In the texts of the source a mark stands in its place."""

    name: str
    line: int
    col: int


@dataclass(frozen=True, slots=True)
class QuestionSource:
    """One question as the trainer wrote it, read but not understood. Markdown texts are not rendered."""

    file: str
    line: int
    col: int
    id: str
    heading: str
    stem: str
    classes: tuple[str, ...]
    attributes: Mapping[str, str]
    options: tuple[OptionLine, ...]
    answers: tuple[AnswerLine, ...]
    explanation: str
    hints: tuple[str, ...]
    gaps: tuple[Gap, ...] = ()
    table: tuple[TableRow, ...] = ()
    variables: tuple[VariableLine, ...] = ()
    names: tuple[NameUse, ...] = ()
    survey: bool = False
    """It stands in a survey: no option has to be right."""

    @property
    def text(self) -> str:
        """What is asked: the heading and what stands under it."""
        return f"{self.heading}\n\n{self.stem}".strip()


class Report(Protocol):
    """Collects findings while a question is read. `line` and `col` count from 1."""

    def error(self, code: str, line: int, col: int, message: str, hint: str = "") -> None: ...

    def warning(self, code: str, line: int, col: int, message: str, hint: str = "") -> None: ...


@dataclass(frozen=True, slots=True)
class Grade:
    """`fraction` of the points, 0..1 exactly. `sentence` explains the score to the peserta in Indonesian.

    `feedback_html` are the trainer's remarks that this response earned, in the order of the response.
    """

    fraction: Fraction
    sentence: str
    feedback_html: tuple[str, ...] = ()
    status: Literal["scored", "pending", "ungraded"] = "scored"
    """`pending`: to be marked by hand, and `fraction` says nothing yet. `ungraded`: no answer is right, no points."""

    @property
    def correct(self) -> bool:
        return self.fraction == 1


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What a review shows for one option: only used where the rule allows the key to be seen."""

    id: str
    html: str
    chosen: bool
    correct: bool
    feedback_html: str


@dataclass(frozen=True, slots=True)
class ReviewedPart:
    """What a review shows for one of several places that a question is answered in: an item to match. `html` says
    which place it is; an empty `response_html` is no answer."""

    id: str
    html: str
    response_html: str
    key_html: str
    correct: bool
    feedback_html: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """The response and the key side by side. Types without options and parts give only the two texts."""

    response_text: str
    key_text: str
    options: tuple[Reviewed, ...] = field(default=())
    parts: tuple[ReviewedPart, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Place:
    """A place that a question is answered in, and what one response says there: a row of statistics counts these.

    `html` says which place it is; empty where the question has only this one. `choices` are what can be chosen there,
    id -> HTML, and `key` the right ones; both are empty where an answer is typed. `given` are ids of choices, or what was
    typed; nothing where the place was left empty.
    """

    id: str
    html: str
    choices: Mapping[str, str]
    key: frozenset[str]
    given: tuple[str, ...]


Render = Callable[[str], str]
"""Markdown to sanitised HTML."""


class QuestionType(Protocol):
    """One file of this package each; registered in `core.questions.TYPES` by its `name`."""

    name: str
    asks_for: Literal["one", "some", "places", "order"]
    """What a response is made of: one value, a list of those chosen, `{place: value}`, or all entries in an order. Pages
    and forms go by this, and need not know the type."""
    shuffles: bool
    """Whether `present` has options whose order may be shuffled, when the quiz says so."""
    graded: bool
    """Whether a response can be better than another. Questions of a type that is not graded are worth no points."""
    holds_stem: bool
    """Whether `present` gives the stem itself, in `pieces` that something stands between. A page shows these in the
    place of the question's `stem_html`, which has blanks there."""
    attributes: tuple[str, ...]
    """Attributes of the heading that only this type knows."""

    def parse(self, source: QuestionSource, render: Render, report: Report) -> dict[str, Any] | None:
        """The body, or None when an error was reported."""

    def option_ids(self, body: Mapping[str, Any]) -> tuple[str, ...]:
        """Opaque ids of the options in the order that they are presented in when nothing shuffles them: the
        trainer's, where that says nothing of the key. Empty for a type without options."""

    def arrange(self, body: Mapping[str, Any], random: Random, *, shuffle: bool) -> tuple[str, ...]:
        """The order for one attempt, a permutation of `option_ids`. `shuffle` is what the quiz says."""

    def draw(self, body: Mapping[str, Any], random: Random) -> dict[str, str]:
        """What is drawn for one attempt: names of the texts, with exact numbers. Empty for most types. The attempt
        keeps it; `core.questions.as_drawn` puts it into the texts, and into the body as `drawn`."""

    def present(self, body: Mapping[str, Any], order: Sequence[str]) -> dict[str, Any]:
        """What the page may know: never the key. `order` permutes `option_ids`; the attempt keeps it."""

    def clean(self, body: Mapping[str, Any], raw: Any) -> Response:
        """The canonical response; None when it is empty. Raises BadResponse."""

    def grade(self, body: Mapping[str, Any], response: Response) -> Grade:
        """The score of a clean response, or that it is pending; an empty one scores 0."""

    def key(self, body: Mapping[str, Any]) -> Response:
        """A response that earns all points; None where there is none."""

    def review(self, body: Mapping[str, Any], response: Response, order: Sequence[str]) -> Review:
        """The response and the key in words and options."""

    def analyse(self, body: Mapping[str, Any], response: Response) -> tuple[Place, ...]:
        """The response place by place, for statistics. No places where answers are not counted: essays, which are long,
        all different, and may speak of people."""
