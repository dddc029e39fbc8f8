"""Figures of the city that anybody may see, with no group of fewer than `ENOUGH` people in them.

Where a total is told, one hidden group could be found by subtraction: then the smallest shown one is hidden as well (complementary
suppression; Hundepool et al. 2012, Statistical Disclosure Control, 4.2).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from elearn import clock
from elearn.catalogue.queries import titles_of
from elearn.database import db
from elearn.study.after_models import Satisfaction
from elearn.study.models import Credit, FirstResult
from elearn.supervision.report import Span, earned, jp_of_year, known

ENOUGH = 10
FRESH = 600
"""Seconds for which figures are kept: whoever asks, the database is asked no oftener."""


@dataclass(frozen=True, slots=True)
class Group:
    """A module or a month. All is None where it is hidden; `rating` and `first_pass` are also where they are of too few."""

    name: str
    people: int | None
    completions: int | None
    jp: Decimal | None
    first_pass: Decimal | None = None
    gain: Decimal | None = None
    rating: Decimal | None = None
    """Mean of the three statements of satisfaction, 1 to 5."""

    @property
    def hidden(self) -> bool:
        return self.people is None


@dataclass(frozen=True, slots=True)
class OpenFigures:
    year: int
    day: date
    """Up to the end of which they are."""
    city: Group
    modules: list[Group]
    months: list[Group]
    years: list[int]
    """Of which there are any."""


_kept: dict[tuple[str, int], tuple[float, OpenFigures | None]] = {}


def open_figures(year: int) -> OpenFigures | None:
    """The figures of a year, at most ten minutes old; None for one in which nothing was completed."""
    key = (str(db.engine.url), year)
    kept = _kept.get(key)
    if kept is not None and time.monotonic() - kept[0] < FRESH:
        return kept[1]
    made = make(year)
    _kept[key] = (time.monotonic(), made)
    return made


def forget() -> None:
    """Make them anew when they are asked for next."""
    _kept.clear()


def make(year: int) -> OpenFigures | None:
    """The figures of a year, now. Eight statements."""
    years = sorted(db.session.scalars(select(Credit.year).distinct()), reverse=True)
    if year not in years:
        return None
    span = Span.of(min(date(year, 12, 31), clock.today()))
    city = _groups(span, None, None, None)[0]
    modules = _groups(span, Credit.module_id, FirstResult.module_id, Satisfaction.module_id)
    titles = titles_of(modules)
    months = _groups(span, span.month(Credit.earned_at), None, None)
    return OpenFigures(
        year=year,
        day=span.day,
        city=_hide([replace(city, people=_learners(span))], whole=False)[0],
        modules=_hide(sorted((replace(g, name=titles[k][1]) for k, g in modules.items()), key=lambda g: g.name)),
        months=_hide([replace(months[m], name=str(m)) for m in sorted(months)]),
        years=years,
    )


def _learners(span: Span) -> int:
    jp = jp_of_year(span)
    return db.session.scalar(select(func.count()).select_from(jp)) or 0


def _groups(span: Span, credit_key: Any, result_key: Any, rating_key: Any) -> dict[int, Group]:
    """By a column of each table; all in one, 0, without one. Where a table has no key of the group it tells nothing."""
    done = select(func.count(Credit.person_id.distinct()), func.count(), func.sum(Credit.jp), _key(credit_key)).where(
        earned(span)
    )
    found = {
        key: Group("", people, count, jp or Decimal(0))
        for people, count, jp, key in db.session.execute(_grouped(done, credit_key))
    }
    if credit_key is not None and result_key is None:
        return found
    first = select(
        func.count(FirstResult.passed),
        func.count().filter(FirstResult.passed.is_(True)),
        func.sum(FirstResult.gain),
        func.count(FirstResult.gain),
        _key(result_key),
    ).where(known(span))
    for tries, passes, gain, gains, key in db.session.execute(_grouped(first, result_key)):
        if key in found:
            found[key] = replace(
                found[key],
                first_pass=Decimal(100 * passes) / tries if tries >= ENOUGH else None,
                gain=gain / gains if gains >= ENOUGH else None,
            )
    rated = select(
        func.count(),
        func.sum(Satisfaction.useful + Satisfaction.easy + Satisfaction.recommend),
        _key(rating_key),
    ).where(span.within(Satisfaction.at))
    for people, total, key in db.session.execute(_grouped(rated, rating_key)):
        if key in found and people >= ENOUGH:
            found[key] = replace(found[key], rating=Decimal(int(total)) / (3 * people))
    return found


def _key(column: Any) -> Any:
    return (func.count() * 0 if column is None else column).label("key")


def _grouped(statement: Any, column: Any) -> Any:
    return statement if column is None else statement.group_by("key")


def _hide(groups: Sequence[Group], *, whole: bool = True) -> list[Group]:
    """The groups with those of too few people emptied, and one more where it could be found by subtraction (`whole`: a total of
    them is told)."""
    small = {place for place, group in enumerate(groups) if (group.people or 0) < ENOUGH}
    if whole and len(small) == 1 and len(groups) > 1:
        small.add(min((p for p in range(len(groups)) if p not in small), key=lambda p: groups[p].people or 0))
    return [Group(g.name, None, None, None) if place in small else g for place, g in enumerate(groups)]
