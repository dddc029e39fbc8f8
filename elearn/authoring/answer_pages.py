"""What the pages of one item and of a survey show: who answered what."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from html import escape

from elearn.authoring.statistics_pages import ENOUGH, WHICH, ItemLine, lines_of
from elearn.core.content.finish import plain_text
from elearn.core.model import Module, Quiz
from elearn.core.questions import type_of
from elearn.core.statistics import ResponseRow
from elearn.quizzes import answers, statistics
from elearn.quizzes.answers import OTHERS, UNANSWERED, Answers, ItemAnswers
from elearn.web.sheets import Value

SHOWN = 160
"""Characters of a typed answer."""


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """An answer: what it was (empty: none), whether it is right, by whom it was given, and its curve."""

    html: str
    others: bool
    """All the answers that are too rare for a line of their own."""
    right: bool
    row: ResponseRow

    @property
    def curve(self) -> str:
        """The points of a line from the lower over the middle to the upper third, in a field of 96 by 40."""
        shares = (self.row.lower.share, self.row.middle.share, self.row.upper.share)
        return " ".join(f"{4 + 44 * n},{36 - 0.32 * share:.1f}" for n, share in enumerate(shares) if share is not None)


@dataclass(frozen=True, slots=True)
class AnsweredPlace:
    """A place that an item is answered in, `html` where it has several. `mean`: of the steps of a scale, and `steps`."""

    html: str
    lines: list[AnswerLine]
    mean: float | None = None
    steps: int = 0


@dataclass(frozen=True, slots=True)
class ItemPage:
    module: Module
    quiz: Quiz
    which: str
    line: ItemLine
    given: int
    places: list[AnsweredPlace]
    """None where answers are not counted."""


@dataclass(frozen=True, slots=True)
class SurveyItem:
    n: int
    answers: ItemAnswers
    places: list[AnsweredPlace]


@dataclass(frozen=True, slots=True)
class SurveyPage:
    module: Module
    quiz: Quiz
    people: int
    items: list[SurveyItem]
    """Empty with too few attempts: what so few said is not theirs alone to know any more."""


def item_page(module_id: int, module: Module, quiz: Quiz, question: str, which: str) -> ItemPage | None:
    """One item; None when it is unknown, or there are too few attempts. Five statements, and two for each version that is
    not loaded yet."""
    found = statistics.of_quiz(module_id, quiz.names, WHICH[which])
    if found is None or sum(found.distribution) < ENOUGH:
        return None
    line = next((line for line in lines_of(found) if line.item.question.id == question), None)
    given = answers.of_item(module_id, quiz.names, question, WHICH[which]) if line else None
    if line is None or given is None:
        return None
    return ItemPage(module, quiz, which, line, given.given, [_place(place) for place in given.places])


def survey_page(module_id: int, module: Module, quiz: Quiz) -> SurveyPage:
    """Every item of a survey, as each person last filled it in. Three statements, and two for each version that is not
    loaded yet."""
    people = statistics.attempts_counted(module_id, quiz.names, "last")
    if people < ENOUGH:
        return SurveyPage(module, quiz, people, [])
    items = [
        SurveyItem(n, found, [_place(place, scale=not type_of(found.item.question).graded) for place in found.places])
        for n, found in enumerate(answers.of_survey(module_id, quiz.names), start=1)
    ]
    return SurveyPage(module, quiz, people, items)


def _place(place: Answers, *, scale: bool = False) -> AnsweredPlace:
    lines = [
        AnswerLine(_html(place, row.label), row.label == OTHERS, row.label in place.right, row) for row in place.rows
    ]
    if not scale:
        return AnsweredPlace(place.html, lines)
    counts = {int(row.label): row.overall.count for row in place.rows if row.label != UNANSWERED}
    said = sum(counts.values())
    mean = sum(step * count for step, count in counts.items()) / said if said else None
    return AnsweredPlace(place.html, lines, mean, len(place.choices))


def _html(place: Answers, label: str) -> str:
    if label in (UNANSWERED, OTHERS):
        return ""
    if label in place.choices:
        return place.choices[label]
    return escape(label if len(label) <= SHOWN else label[: SHOWN - 1] + "…", quote=False)


def survey_table(page: SurveyPage) -> tuple[list[str], list[list[Value]]]:
    """A survey as a sheet: header, and a row for each answer to each item."""
    header = ["soal", "pertanyaan", "bagian", "jawaban", "banyaknya", "persen"]
    rows: list[list[Value]] = []
    for item in page.items:
        question = item.answers.item.question
        rows += [[question.id, question.stem_text, "", text, count, None] for text, count in item.answers.texts]
        for place in item.answers.places:
            for row in place.rows:
                share = None if row.overall.share is None else Decimal(row.overall.share).quantize(Decimal("0.01"))
                text = {UNANSWERED: "tidak dijawab", OTHERS: "jawaban lain"}.get(row.label) or plain_text(
                    _html(place, row.label)
                )
                rows.append([question.id, question.stem_text, plain_text(place.html), text, row.overall.count, share])
    return header, rows
