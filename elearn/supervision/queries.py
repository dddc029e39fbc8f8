"""What the team pages show: a constant number of statements, however large the unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select
from sqlalchemy.engine import Row

from elearn import clock
from elearn.database import Exact, db
from elearn.people.models import Person
from elearn.study.models import LearnerSummary, LearnerYear
from elearn.supervision.attention import Bound, Day, Needy, needy
from elearn.supervision.members import Found, Member, ModuleColumn, joined, scope_of, status_of, unit_ids, with_cells
from elearn.supervision.scope import Supervisor, TeamUnit, units_in_scope
from elearn.supervision.team_filter import STATUSES, TeamFilter

PAGE_SIZE = 50
FIRST = 5
"""Of who needs help most, on the first page."""
COLUMNS_AT_MOST = 6
"""Modules beside the people: those that most of them are in. The map has all."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts over the people of the chosen unit, before search and status."""

    people: int
    pns: int
    pns_reached: int
    overdue: int
    not_started: int
    nearly_done: int
    inactive: int
    attention: int
    first_tries: int
    first_passes: int
    gain_sum: Decimal
    gain_count: int

    @property
    def pass_rate(self) -> Decimal | None:
        """Percent of first attempts of final quizzes that passed."""
        return Decimal(100 * self.first_passes) / self.first_tries if self.first_tries else None

    @property
    def gain(self) -> Decimal | None:
        """Mean of posttest minus pretest, in points of percent."""
        return self.gain_sum / self.gain_count if self.gain_count else None

    def of_status(self, status: str) -> int:
        return {
            "semua": self.people,
            "perlu": self.attention,
            "terlambat": self.overdue,
            "belum-mulai": self.not_started,
            "hampir-selesai": self.nearly_done,
            "tidak-aktif": self.inactive,
        }[status]


@dataclass(frozen=True, slots=True)
class TeamPage:
    filter: TeamFilter
    units: list[TeamUnit]
    figures: Figures
    first: list[Needy]
    """Who needs help most, on the first page of everyone."""
    columns: list[ModuleColumn]
    members: list[Member]
    total: int
    pages: int
    year: int


@dataclass(frozen=True, slots=True)
class FoundPage:
    """A page of the people that a filter finds. `filter` with the page that there is."""

    filter: TeamFilter
    units: list[TeamUnit]
    figures: Figures
    found: Found
    rows: Sequence[Row[Any]]
    total: int
    pages: int


def found_page(supervisor: Supervisor, wanted: TeamFilter, target: Decimal) -> FoundPage:
    """One page of a supervisor's people, without what they did. Four statements at most."""
    day = Day.of(clock.now(), target)
    units = units_in_scope(supervisor)
    asked = unit_ids(wanted, units)
    figures = _figures(supervisor, asked, day)
    found = Found(scope_of(supervisor, asked), wanted, day)
    counted = not wanted.text and wanted.status in STATUSES
    total = figures.of_status(wanted.status) if counted else found.count()
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(wanted.page, pages)
    rows = found.rows(PAGE_SIZE, (page - 1) * PAGE_SIZE)
    return FoundPage(replace(wanted, page=page), units, figures, found, rows, total, pages)


def team(supervisor: Supervisor, wanted: TeamFilter, target: Decimal) -> TeamPage:
    """One page of a supervisor's people. Five statements, and four more for those who need help most."""
    page = found_page(supervisor, wanted, target)
    day, shown, figures = page.found.day, page.filter, page.figures
    columns, members = with_cells(page.rows, day, COLUMNS_AT_MOST)
    first: list[Needy] = []
    if shown.page == 1 and not wanted.text and wanted.status == "semua" and figures.attention:
        most = TeamFilter(unit=wanted.unit, status="perlu", sort="perlu")
        first = needy(Found(page.found.scope, most, day).rows(FIRST), day)
    year = clock.local_year(day.now)
    return TeamPage(shown, page.units, figures, first, columns, members, page.total, page.pages, year)


def found_ids(supervisor: Supervisor, wanted: TeamFilter, target: Decimal) -> list[int]:
    """The ids of everyone that the filter finds now. Two statements."""
    return list(Found.of(supervisor, wanted, Day.of(clock.now(), target)).ids())


def team_figures(supervisor: Supervisor, day: Day) -> Figures:
    """What stands above a supervisor's people on their page. Two statements."""
    return _figures(supervisor, unit_ids(TeamFilter(), units_in_scope(supervisor)), day)


def _figures_statement() -> Select[Any]:
    """Made once: to build it takes longer than to run it in a small unit."""

    def count(condition: Any) -> ColumnElement[int]:
        return func.count().filter(condition)  # half the time of a sum over CASE

    day = Bound()
    statement: Any = select(
        func.count(Person.id),
        count(Person.employment == "pns"),
        count(and_(Person.employment == "pns", LearnerYear.jp >= bindparam("target", type_=Exact))),
        *(count(status_of(status, day)) for status in STATUSES[1:]),
        func.coalesce(func.sum(LearnerSummary.first_tries), 0),
        func.coalesce(func.sum(LearnerSummary.first_passes), 0),
        func.sum(LearnerSummary.gain_sum),
        func.coalesce(func.sum(LearnerSummary.gain_count), 0),
    ).where(
        Person.unit_id.in_(bindparam("units", expanding=True)),
        Person.active.is_(True),
        Person.id.not_in(bindparam("unseen", expanding=True)),
    )
    return joined(statement, bindparam("year"))


_FIGURES = _figures_statement()


def _figures(supervisor: Supervisor, units: list[int], day: Day) -> Figures:
    values = {
        "unseen": list(supervisor.unseen),
        "units": units,
        "now": day.now,
        "idle": day.idle,
        "short": day.short,
        "year": clock.local_year(day.now),
        "target": day.target,
    }
    row: Any = db.session.execute(_FIGURES, values).one()
    people, pns, reached, attention, overdue, not_started, nearly, inactive, tries, passes, gain, gains = row
    return Figures(
        people=people,
        pns=pns,
        pns_reached=reached,
        overdue=overdue,
        not_started=not_started,
        nearly_done=nearly,
        inactive=inactive,
        attention=attention,
        first_tries=tries,
        first_passes=passes,
        gain_sum=gain or Decimal(0),
        gain_count=gains,
    )
