"""What the pages of a quiz's statistics show: its figures in words, and the geometry of its plots."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from elearn.core.model import Module, Quiz
from elearn.core.statistics import ItemStatistics, LearningGain, verdict
from elearn.quizzes import statistics
from elearn.quizzes.statistics import Item, QuizStatistics, Which
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
        # Where certainty counts, an item can take points away; such a one stands at the left edge.
        across = LEFT + max(0.0, self.figures.facility) / 100 * (WIDTH - LEFT - 10)
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
    found = statistics.of_quiz(module_id, quiz.names, WHICH[which])
    attempts = sum(found.distribution) if found else 0
    if found is None or attempts < ENOUGH:
        return StatisticsPage(module, quiz, which, None, attempts, [], [], None)
    gain = gain_of(module_id, module) if quiz.slug == module.posttest else None
    return StatisticsPage(
        module=module,
        quiz=quiz,
        which=which,
        found=found,
        attempts=attempts,
        bars=_bars(found.distribution),
        lines=lines_of(found),
        gain=gain if gain and gain.pairs else None,
    )


def gain_of(module_id: int, module: Module) -> LearningGain | None:
    """What was learned from the pretest to the posttest of a module; None where it has not both. One statement."""
    before, after = (module.part(slug) if slug else None for slug in (module.pretest, module.posttest))
    return statistics.of_learning(module_id, before.names, after.names) if before and after else None


def lines_of(found: QuizStatistics) -> list[ItemLine]:
    """The items as they are numbered on every page."""
    return [
        ItemLine(n, item, figures, verdict(figures))
        for n, (item, figures) in enumerate(zip(found.items, found.figures.items, strict=True), start=1)
    ]


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
                *(_rounded(number) for number in numbers),
                " ".join(line.verdicts),
            ]
        )
    return header, rows


def _rounded(figure: float | None) -> Decimal | None:
    """A figure for a sheet, to two decimals."""
    return None if figure is None else Decimal(figure).quantize(Decimal("0.01"))
