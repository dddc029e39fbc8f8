"""The account of a unit on a day: what was achieved in the year of that day, until its end, by the units and people of that day.

Two rules give every figure its place. JP attainment is of people: who was in the unit on that day, with all JP of their year, wherever
they earned them. Everything else is of what happened: a completion and a first result belong to the unit that the person was in at the
time. Whatever was known only after that day (a later mark, a correction, a move) is left out, so that a day's figures stay what they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    and_,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
    type_coerce,
)

from elearn import clock
from elearn.catalogue.queries import titles_of
from elearn.database import Exact, Instant, db
from elearn.people import places
from elearn.people.models import Person, Placement, Unit
from elearn.study.models import Credit, FirstResult

BANDS = 10
"""Of scores, ten points each; full marks are in the last."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Figures that add up, so that those of a unit are those of the units in it."""

    people: int = 0
    pns: int = 0
    pns_reached: int = 0
    """PNS with at least the JP asked of them in a year."""
    pppk: int = 0
    pppk_over: int = 0
    """PPPK with more JP than count in a year of contract."""
    learners: int = 0
    """People with any JP in the year."""
    jp: Decimal = Decimal(0)
    """Of these people."""
    completions: int = 0
    jp_earned: Decimal = Decimal(0)
    """In the unit, by whoever was in it then."""
    tries: int = 0
    passes: int = 0
    gain: Decimal = Decimal(0)
    gains: int = 0

    def __add__(self, other: Sums) -> Sums:
        return Sums(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Sums)))

    @property
    def reached(self) -> Decimal | None:
        """Percent of PNS that reached the target."""
        return _percent(self.pns_reached, self.pns)

    @property
    def first_pass(self) -> Decimal | None:
        """Percent of first attempts of final quizzes that passed."""
        return _percent(self.passes, self.tries)

    @property
    def mean_gain(self) -> Decimal | None:
        """Posttest minus pretest in points of percent, mean over pairs."""
        return self.gain / self.gains if self.gains else None

    @property
    def mean_jp(self) -> Decimal | None:
        """JP a person."""
        return self.jp / self.people if self.people else None

    @property
    def nothing(self) -> bool:
        return self == Sums()


def _percent(part: int, whole: int) -> Decimal | None:
    return Decimal(100 * part) / whole if whole else None


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit with all below it. `own`: the unit itself, without the units below."""

    id: int
    code: str
    name: str
    sums: Sums
    own: bool = False


@dataclass(frozen=True, slots=True)
class MonthLine:
    """1 to 12."""

    month: int
    completions: int
    jp: Decimal
    tries: int
    passes: int

    @property
    def first_pass(self) -> Decimal | None:
        return _percent(self.passes, self.tries)


@dataclass(frozen=True, slots=True)
class ModuleLine:
    slug: str
    title: str
    sums: Sums


@dataclass(frozen=True, slots=True)
class Span:
    """The year of a day, until the end of that day in Jakarta: [begin, end)."""

    day: date
    begin: datetime
    end: datetime

    @classmethod
    def of(cls, day: date) -> Span:
        return cls(day, _midnight(date(day.year, 1, 1)), _midnight(day + timedelta(days=1)))

    @property
    def year(self) -> int:
        return self.day.year

    @property
    def last(self) -> datetime:
        """The last instant: what was known by then counts."""
        return self.end - timedelta(microseconds=1)

    def within(self, column: Any) -> ColumnElement[bool]:
        return and_(column >= self.begin, column < self.end)

    def month(self, column: Any) -> ColumnElement[int]:
        """The month of an instant of the year, in Jakarta: the same expression for both databases."""
        return _month(column, self.year, 1, 12)

    def bounds(self, month: int) -> tuple[datetime, datetime]:
        begin = _midnight(date(self.year, month, 1))
        return begin, _midnight(date(self.year + month // 12, month % 12 + 1, 1))


def _month(column: Any, year: int, low: int, high: int) -> ColumnElement[int]:
    """By halves: four comparisons of instants, which are texts in SQLite, instead of eleven."""
    if low == high:
        return literal_column(str(low), Integer)
    middle = (low + high) // 2
    before = column < literal(_midnight(date(year, middle + 1, 1)), Instant)
    return case((before, _month(column, year, low, middle)), else_=_month(column, year, middle + 1, high))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.JAKARTA).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Report:
    unit: UnitLine
    span: Span
    target: Decimal
    maximum: Decimal
    city: Sums
    """Of all units there were, to compare with."""
    below: list[UnitLine]
    """The unit itself where anybody is in it, then the units right below it, each with all of theirs."""
    months: list[MonthLine]
    bands: list[int]
    """First attempts by score: [0, 10), [10, 20), … [90, 100]."""
    modules: list[ModuleLine]
    unit_ids: list[int] = field(repr=False)
    """The unit and all below it on that day."""


class NotYet(LookupError):
    """The unit was not there on that day."""


def report(unit_id: int, day: date, target: Decimal, maximum: Decimal) -> Report:
    """The account of a unit on a day. Eight statements, whatever its size; the scope is the caller's to check. Raises NotYet."""
    span = Span.of(day)
    paths = places.paths_at(span.last)
    inside = _inside(unit_id, paths)
    cells = _cells(span)
    each = _sums_by_unit(span, cells, target, maximum)
    units = {row.id: row for row in db.session.execute(select(Unit.id, Unit.code, Unit.name))}

    def line(top: int, ids: Iterable[int], *, own: bool = False) -> UnitLine:
        sums = _total(each.get(one, Sums()) for one in ids)
        return UnitLine(top, units[top].code, units[top].name, sums, own)

    depth = paths[unit_id].count(".") + 1
    children = [one for one in inside if paths[one].count(".") == depth]
    below = [line(one, [i for i in inside if paths[i].startswith(paths[one])]) for one in children]
    own = [line(unit_id, [unit_id], own=True)] if children else []
    months, bands = _months_and_bands(span, inside)
    return Report(
        unit=line(unit_id, inside),
        span=span,
        target=target,
        maximum=maximum,
        city=_total(each.values()),
        below=[*(one for one in own if not one.sums.nothing), *sorted(below, key=lambda one: one.name)],
        months=months,
        bands=bands,
        modules=_modules(cells, inside),
        unit_ids=inside,
    )


def inside_of(unit_id: int, span: Span) -> list[int]:
    """The unit and all below it on that day; none where it was not there. One statement."""
    try:
        return _inside(unit_id, places.paths_at(span.last))
    except NotYet:
        return []


def _inside(unit_id: int, paths: Mapping[int, str]) -> list[int]:
    if unit_id not in paths:
        raise NotYet(unit_id)
    return [one for one, path in paths.items() if path.startswith(paths[unit_id])]


def _total(some: Iterable[Sums]) -> Sums:
    return sum(some, Sums())


def jp_of_year(span: Span) -> Any:
    """(person_id, jp) of the JP that each earned in the year until the end of the day."""
    return (
        select(Credit.person_id, func.sum(Credit.jp).label("jp"))
        .where(earned(span))
        .group_by(Credit.person_id)
        .subquery()
    )


def earned(span: Span) -> ColumnElement[bool]:
    """Of Credit: earned in the year until the end of the day, and not revoked by then."""
    holds = or_(Credit.revoked_at.is_(None), Credit.revoked_at >= span.end)
    return and_(Credit.year == span.year, Credit.earned_at < span.end, holds)


def known(span: Span) -> ColumnElement[bool]:
    """Of FirstResult: it happened in the year, and this is what was known of it at the end of the day."""
    return and_(span.within(FirstResult.at), places.valid(FirstResult, span.last))


def _sums_by_unit(span: Span, cells: Cells, target: Decimal, maximum: Decimal) -> dict[int, Sums]:
    """The figures of each unit itself, of the whole city. One statement."""
    jp = jp_of_year(span)
    is_pns = Person.employment == "pns"
    people = (
        select(
            Placement.unit_id,
            func.count(),
            func.count().filter(is_pns),
            func.count().filter(and_(is_pns, jp.c.jp >= target)),
            func.count().filter(and_(~is_pns, jp.c.jp > maximum)),
            func.count(jp.c.jp),
            func.coalesce(func.sum(jp.c.jp), 0),
        )
        .join(Person, Person.id == Placement.person_id)
        .outerjoin(jp, jp.c.person_id == Placement.person_id)
        .where(places.valid(Placement, span.last))
        .group_by(Placement.unit_id)
    )
    found: dict[int, Sums] = {}
    for unit_id, count, pns, reached, over, learners, total in db.session.execute(people):
        found[unit_id] = Sums(count, pns, reached, count - pns, over, learners, total or Decimal(0))
    for unit_id, sums in cells.by(0).items():
        found[unit_id] = found.get(unit_id, Sums()) + sums
    return found


@dataclass(frozen=True, slots=True)
class Cells:
    """What was done of each module in each unit itself, as rows: (unit, module, completions, JP) and (unit, module, first tries,
    passes, sum of gains, gains)."""

    completed: Sequence[Any]
    first: Sequence[Any]

    def by(self, place: int, inside: frozenset[int] | None = None) -> dict[int, Sums]:
        """Summed by unit (`place` 0) or by module (1), over these units; None: over all."""
        done: dict[int, list[Any]] = {}
        for row in self.completed:
            if inside is None or row[0] in inside:
                have = done.setdefault(row[place], [0, Decimal(0)])
                have[0] += row[2]
                have[1] += row[3]
        tried: dict[int, list[Any]] = {}
        for row in self.first:
            if inside is None or row[0] in inside:
                have = tried.setdefault(row[place], [0, 0, Decimal(0), 0])
                have[0] += row[2]
                have[1] += row[3]
                have[2] += row[4] or 0
                have[3] += row[5]
        none, nothing = (0, Decimal(0)), (0, 0, Decimal(0), 0)
        return {key: _done(*done.get(key, none), *tried.get(key, nothing)) for key in done.keys() | tried.keys()}


def _done(completions: int, jp: Decimal, tries: int, passes: int, gain: Decimal, gains: int) -> Sums:
    return Sums(completions=completions, jp_earned=jp, tries=tries, passes=passes, gain=gain, gains=gains)


def _cells(span: Span) -> Cells:
    """Of the whole city, read from two indexes in their order. Two statements."""
    completed = (
        select(Credit.unit_id, Credit.module_id, func.count(), func.sum(Credit.jp))
        .where(earned(span))
        .group_by(Credit.unit_id, Credit.module_id)
    )
    first = (
        select(
            FirstResult.unit_id,
            FirstResult.module_id,
            func.count(FirstResult.passed),
            func.count().filter(FirstResult.passed.is_(True)),
            func.sum(FirstResult.gain),
            func.count(FirstResult.gain),
        )
        .where(known(span))
        .group_by(FirstResult.unit_id, FirstResult.module_id)
    )
    return Cells(db.session.execute(completed).all(), db.session.execute(first).all())


def _months_and_bands(span: Span, inside: list[int]) -> tuple[list[MonthLine], list[int]]:
    """Each month of the year until the day's, and the scores of first attempts. Two statements."""
    month = span.month(Credit.earned_at).label("month")
    completed = (
        select(month, func.count(), func.sum(Credit.jp))
        .where(earned(span), Credit.unit_id.in_(inside))
        .group_by("month")
    )
    done = {month: (count, jp or Decimal(0)) for month, count, jp in db.session.execute(completed)}
    first = (
        select(
            span.month(FirstResult.at).label("month"),
            band_of(FirstResult.percent).label("band"),
            func.count(FirstResult.passed),
            func.count().filter(FirstResult.passed.is_(True)),
        )
        .where(known(span), FirstResult.unit_id.in_(inside), FirstResult.percent.is_not(None))
        .group_by("month", "band")
    )
    bands, tried = [0] * BANDS, dict.fromkeys(range(1, 13), (0, 0))
    for one, band, tries, passes in db.session.execute(first):
        bands[min(band, BANDS - 1)] += tries
        tried[one] = (tried[one][0] + tries, tried[one][1] + passes)
    lines = [MonthLine(one, *done.get(one, (0, Decimal(0))), *tried[one]) for one in range(1, span.day.month + 1)]
    return lines, bands


def band_of(percent: Any) -> ColumnElement[int]:
    """0 to 9, and 10 for full marks: percents are kept as whole millionths, so this is a division of integers."""
    return type_coerce(percent, BigInteger).op("/")(literal_column(str(10 * Exact.SCALE), Integer))


def _modules(cells: Cells, inside: list[int]) -> list[ModuleLine]:
    """What was done of each module, by title. One statement."""
    found = cells.by(1, frozenset(inside))
    titles = titles_of(found)
    return sorted((ModuleLine(*titles[one], sums) for one, sums in found.items()), key=lambda line: line.title)
