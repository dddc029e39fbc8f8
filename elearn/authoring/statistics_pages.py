"""What the pages of a quiz's statistics show: its figures in words, and the geometry of its plots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from elearn.core.model import Module, Quiz
from elearn.core.statistics import ItemStatistics, LearningGain, ResponseRow, verdict
from elearn.quizzes import statistics
from elearn.quizzes.statistics import UNANSWERED, Answers, Item, QuizStatistics, Which
from elearn.web.sheets import Value

ENOUGH = 5
"""Graded attempts below which a page shows no figures: they would say more of chance than of the quiz."""
FEW = 30
"""Below this the figures are shown with a word on how uncertain they are."""
WHICH: dict[str, Which] = {"pertama": "first", "terakhir": "last", "tertinggi": "highest", "semua": "all"}
"""What an address may ask for; the first is the default."""

# A plot is drawn in these units; the page scales it.
WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 400, 200, 34, 10, 24


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of the histogram: attempts with `low`..`low + 10` percent."""

    low: int
    count: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An item in the table: its number there, its figures, and what they mean in sentences."""

    n: int
    item: Item
    figures: ItemStatistics
    verdicts: list[str]

    @property
    def point(self) -> tuple[float, float] | None:
        """Where it lies among facility (across, 0..100) and discrimination (up, -100..100)."""
        if self.figures.facility is None or self.figures.discrimination_index is None:
            return None
        across = LEFT + self.figures.facility / 100 * (WIDTH - LEFT - 10)
        up = (self.figures.discrimination_index + 100) / 200
        return round(across, 1), round(TOP + (1 - up) * (HEIGHT - TOP - BOTTOM), 1)


@dataclass(frozen=True, slots=True)
class StatisticsPage:
    module: Module
    quiz: Quiz
    which: str
    found: QuizStatistics | None
    """None when there is nothing to show yet."""
    attempts: int
    bars: list[Bar]
    lines: list[ItemLine]
    gain: LearningGain | None
    """From the pretest of the module, where this quiz is its posttest."""

    @property
    def few(self) -> bool:
        return self.attempts < FEW


def statistics_page(module_id: int, module: Module, quiz: Quiz, which: str) -> StatisticsPage:
    """Three statements, one more with a learning gain, and two for each version that is not loaded yet."""
    found = statistics.of_quiz(module_id, quiz.slug, WHICH[which])
    attempts = sum(found.distribution) if found else 0
    if found is None or attempts < ENOUGH:
        return StatisticsPage(module, quiz, which, None, attempts, [], [], None)
    gain = None
    if quiz.slug == module.posttest and module.pretest:
        gain = statistics.of_learning(module_id, module.pretest, module.posttest)
    return StatisticsPage(
        module=module,
        quiz=quiz,
        which=which,
        found=found,
        attempts=attempts,
        bars=_bars(found.distribution),
        lines=[
            ItemLine(n, item, figures, verdict(figures))
            for n, (item, figures) in enumerate(zip(found.items, found.figures.items, strict=True), start=1)
        ],
        gain=gain if gain and gain.pairs else None,
    )


def _bars(counts: tuple[int, ...]) -> list[Bar]:
    most = max(counts) or 1
    step = (WIDTH - LEFT - 10) / len(counts)
    room = HEIGHT - TOP - BOTTOM
    return [
        Bar(
            low=100 * n // len(counts),
            count=count,
            x=round(LEFT + n * step + 1, 1),
            y=round(TOP + room * (1 - count / most), 1),
            width=round(step - 2, 1),
            height=round(room * count / most, 1),
        )
        for n, count in enumerate(counts)
    ]


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """An answer: what it was, whether it is right (None for types without options), by whom, and its curve."""

    text: str
    right: bool | None
    row: ResponseRow

    @property
    def curve(self) -> str:
        """The points of a line from the lower over the middle to the upper third, in a field of 96 by 40."""
        shares = (self.row.lower.share, self.row.middle.share, self.row.upper.share)
        return " ".join(f"{4 + 44 * n},{36 - 0.32 * share:.1f}" for n, share in enumerate(shares) if share is not None)


@dataclass(frozen=True, slots=True)
class ItemPage:
    module: Module
    quiz: Quiz
    which: str
    line: ItemLine
    answers: list[AnswerLine]


def item_page(module_id: int, module: Module, quiz: Quiz, question: str, which: str) -> ItemPage | None:
    """One item; None when it is unknown, or there are too few attempts. As many statements as both pages' reading."""
    page = statistics_page(module_id, module, quiz, which)
    line = next((line for line in page.lines if line.item.question.id == question), None)
    answers = statistics.of_item(module_id, quiz.slug, question, WHICH[which]) if line else None
    if line is None or answers is None:
        return None
    return ItemPage(module, quiz, which, line, [_answer(answers, row) for row in answers.rows])


def _answer(answers: Answers, row: ResponseRow) -> AnswerLine:
    text = "" if row.label == UNANSWERED else answers.options.get(row.label, row.label)
    return AnswerLine(text, row.label in answers.key if row.label in answers.options else None, row)


def table(page: StatisticsPage) -> tuple[list[str], list[list[Value]]]:
    """The items as a sheet: header and rows. Figures are percentages with two decimals."""
    header = [
        "soal", "pertanyaan", "percobaan", "tingkat kemudahan", "simpangan baku", "tebakan", "bobot direncanakan",
        "bobot efektif", "daya beda", "efisiensi daya beda", "catatan",
    ]  # fmt: skip
    rows: list[list[Value]] = []
    for line in page.lines:
        f = line.figures
        numbers: list[Any] = [
            f.facility, f.sd, f.guess_score, f.intended_weight, f.effective_weight, f.discrimination_index,
            f.discriminative_efficiency,
        ]  # fmt: skip
        rows.append(
            [
                line.item.question.id,
                line.item.question.stem_text,
                f.attempts,
                *(statistics.rounded(number) for number in numbers),
                " ".join(line.verdicts),
            ]
        )
    return header, rows
