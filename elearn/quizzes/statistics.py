"""The graded attempts of a quiz as columns of points, for `core.statistics`; what was learned.

A quiz is followed through all versions of its module and all names that it had (`names`: `Quiz.names`, the present one
first): an item is a question id. It counts with the points that the newest
version with attempts gives it, so that attempts before and after a change of points can be compared.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from math import isnan, nan
from typing import Any, Literal, get_args

from sqlalchemy import CTE, BigInteger, Select, func, select, type_coerce

from elearn.catalogue import store
from elearn.core.model import Question, Quiz
from elearn.core.statistics import (
    LearningGain,
    TestStatistics,
    analyse,
    histogram,
    learning_gain,
)
from elearn.database import Exact, db
from elearn.quizzes.models import Attempt, ItemGrade

Which = Literal["first", "last", "highest", "all"]
WHICH: tuple[Which, ...] = get_args(Which)
ROWS = 20_000
"""Fetched at a time: what is in memory beside the columns."""


@dataclass(frozen=True, slots=True)
class Item:
    """A question as the newest version with attempts has it. `drawn`: an attempt may not have met it."""

    question: Question
    section: str
    drawn: bool


@dataclass(frozen=True, slots=True)
class QuizStatistics:
    """A quiz's figures; `items` in the order of `figures.items`. `distribution`: attempts by tenths of the percent."""

    title: str
    items: tuple[Item, ...]
    figures: TestStatistics
    distribution: tuple[int, ...]


def of_quiz(
    module_id: int, names: Sequence[str], which: Which = "first", versions: Collection[int] | None = None
) -> QuizStatistics | None:
    """Every figure of a quiz, over its graded attempts; None when no version that was attempted has it.

    `which` attempts of each person count, and of these only those on `versions` where some are named. Items that are worth
    nothing, such as those of a survey, are left out. Three statements, and two for each version that this process has not
    loaded yet.
    """
    chosen = attempts_that_count(module_id, names, which, versions=versions)
    quizzes = [quiz for id_, quiz in versions_of(module_id, names).items() if versions is None or id_ in versions]
    if not quizzes:
        return None
    items = items_of(quizzes)
    attempts = db.session.execute(select(chosen.c.id, chosen.c.percent)).all()
    row_of = {attempt_id: row for row, (attempt_id, _) in enumerate(attempts)}
    columns, places = _columns(chosen, items, row_of)
    figures = analyse(
        list(columns.values()),
        [Fraction(items[question].question.points) for question in columns],
        [_guess(items[question].question) for question in columns],
        positions=list(places.values()) if places else None,
    )
    return QuizStatistics(
        title=quizzes[0].title,
        items=tuple(items[question] for question in columns),
        figures=figures,
        distribution=histogram(percent / Exact.SCALE for _, percent in attempts),
    )


def attempts_counted(module_id: int, names: Sequence[str], which: Which = "first") -> int:
    """How many attempts count. One statement."""
    chosen = attempts_that_count(module_id, names, which)
    return db.session.scalar(select(func.count()).select_from(chosen)) or 0


def of_learning(module_id: int, pretest: Sequence[str], posttest: Sequence[str]) -> LearningGain:
    """From each person's first pretest to their last posttest, of those who have both graded. One statement."""
    before = attempts_that_count(module_id, pretest, "first")
    after = attempts_that_count(module_id, posttest, "last", name="after")
    rows = db.session.execute(
        select(before.c.percent, after.c.percent).join(after, after.c.person_id == before.c.person_id)
    )
    return learning_gain([(was / Exact.SCALE, became / Exact.SCALE) for was, became in rows])


_ORDERS: Mapping[Which, Callable[[], tuple[Any, ...]]] = {
    "first": lambda: (Attempt.number,),
    "last": lambda: (Attempt.number.desc(),),
    # Of equal ones the first: it was reached with less practice.
    "highest": lambda: (Attempt.percent.desc(), Attempt.number),
}


def attempts_that_count(
    module_id: int,
    names: Sequence[str],
    which: Which,
    name: str = "chosen",
    *,
    versions: Collection[int] | None = None,
) -> CTE:
    """The attempts that count: id, person_id, version_id, and percent in millionths. Somebody's first attempt is their first
    on whatever version; `versions` leaves out what was not on one of these."""
    percent = type_coerce(Attempt.percent, BigInteger).label("percent")
    graded = select(Attempt.id, Attempt.person_id, Attempt.version_id, percent).where(
        Attempt.module_id == module_id,
        Attempt.quiz_slug.in_(names),
        Attempt.state == "graded",
        Attempt.percent.is_not(None),
    )
    if which == "all":
        return (graded if versions is None else graded.where(Attempt.version_id.in_(versions))).cte(name)
    place = func.row_number().over(partition_by=Attempt.person_id, order_by=_ORDERS[which]())
    ranked = graded.add_columns(place.label("place")).subquery(f"{name}_ranked")
    columns = (ranked.c.id, ranked.c.person_id, ranked.c.version_id, ranked.c.percent)
    one = select(*columns).where(ranked.c.place == 1)
    return (one if versions is None else one.where(ranked.c.version_id.in_(versions))).cte(name)


def versions_of(module_id: int, names: Sequence[str]) -> dict[int, Quiz]:
    """The quiz as each version had it that was attempted, by the version's id, the newest first. One statement."""
    ids = db.session.scalars(
        select(Attempt.version_id).where(Attempt.module_id == module_id, Attempt.quiz_slug.in_(names)).distinct()
    )
    versions = sorted(map(store.version, ids), key=lambda version: version.number, reverse=True)
    parts = {version.id: part for version in versions for part in version.module.parts if part.slug in names}
    return {version_id: part for version_id, part in parts.items() if isinstance(part, Quiz)}


def items_of(quizzes: Sequence[Quiz]) -> dict[str, Item]:
    """Every question that any of these had, by id: in the newest's order, then those that only older ones had."""
    items: dict[str, Item] = {}
    for quiz in quizzes:
        for section in quiz.sections:
            drawn = section.draw is not None and section.draw < len(section.questions)
            for question in section.questions:
                items.setdefault(question.id, Item(question, section.id, drawn))
    return items


def _columns(
    chosen: CTE, items: Mapping[str, Item], row_of: Mapping[int, int]
) -> tuple[dict[str, Points], dict[Place, Points]]:
    """Points by item, and by place in the test where items are drawn: None where an attempt has none there."""
    missing = array("d", [nan]) * len(row_of)
    worth = {q: float(item.question.points) / Exact.SCALE for q, item in items.items() if item.question.points}
    marks: dict[str, array[float]] = {}
    places: dict[Place, array[float]] = {}
    drawn = {question for question in worth if items[question].drawn}
    statement = (
        select(
            ItemGrade.attempt_id, ItemGrade.position, ItemGrade.question, type_coerce(ItemGrade.fraction, BigInteger)
        )
        .join(chosen, chosen.c.id == ItemGrade.attempt_id)
        .where(ItemGrade.fraction.is_not(None))
    )
    for attempt_id, position, question, millionths in _tuples(statement):
        row = row_of.get(attempt_id)
        if row is None:
            continue  # graded since the attempts were read
        if question not in marks:
            marks[question] = missing[:]
        marks[question][row] = millionths
        if question in drawn:
            place = (items[question].section, position)
            if place not in places:
                places[place] = missing[:]
            places[place][row] = millionths * worth[question]
    columns = {question: _points(marks[question], worth[question]) for question in worth if question in marks}
    if not places:
        return columns, {}
    fixed: dict[Place, Points] = {
        (question, 0): points for question, points in columns.items() if question not in drawn
    }
    return columns, fixed | {place: _points(points, 1.0) for place, points in places.items()}


Points = Sequence[float | None]
Place = tuple[str, int]
"""What internal consistency is over: the section and position of drawn questions, whatever was drawn there; of any other the
question itself and 0, since a test that only shuffles asks everybody the same."""


def _points(marks: array[float], worth: float) -> Points:
    """Marks times what one is worth; not a number becomes None."""
    points = array("d", [mark * worth for mark in marks])
    return points if not isnan(sum(points)) else [None if isnan(mark) else mark for mark in points]


def _tuples(statement: Select[*tuple[Any, ...]]) -> Iterator[Any]:
    """The rows of a statement as the driver gives them, some at a time: for columns that need no conversion.

    To make a Row of each takes longer than all else together. `stream_results` must not be set: SQLAlchemy would then take
    the first row for itself. So psycopg holds all rows, in its compact form, and sqlite3 one.
    """
    cursor = db.session.connection().execute(statement).cursor
    assert cursor
    with closing(cursor):
        while rows := cursor.fetchmany(ROWS):
            yield from rows


def _guess(question: Question) -> float | None:
    """What choosing one option blindly earns on average, 0 to 1; None where an answer is more than one choice."""
    if question.type != "single":
        return None
    fractions = [Fraction(option["fraction"]) for option in question.body["options"]]
    return float(max(Fraction(0), sum(fractions, Fraction(0)) / len(fractions)))
