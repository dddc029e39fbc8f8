"""What the team pages show: a constant number of statements, however large the unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, func, literal_column, or_, select
from sqlalchemy.engine import Row

from elearn import clock
from elearn.database import Exact, db
from elearn.people.models import Person, Unit
from elearn.study.models import LearnerSummary, LearnerYear
from elearn.supervision.attention import Bound, Day, Needy, needs, needs_of, needy, urgency
from elearn.supervision.cells import Cell, cells_of
from elearn.supervision.scope import Supervisor, TeamUnit, units_in_scope

PAGE_SIZE = 50
MANY_UNITS = 12
FIRST = 5
"""Of who needs help most, on the first page."""
COLUMNS_AT_MOST = 8
STATUSES = ("semua", "perlu", "terlambat", "belum-mulai", "hampir-selesai", "tidak-aktif")
SORTS = ("nama", "unit", "jp", "selesai", "terakhir", "perlu")


@dataclass(frozen=True, slots=True)
class TeamFilter:
    """What was asked for; anything unknown in an address falls back to the default."""

    text: str = ""
    unit: str = ""
    status: str = "semua"
    sort: str = "nama"
    descending: bool = False
    page: int = 1

    @classmethod
    def read(cls, arguments: Any) -> TeamFilter:
        """From the query of an address (a MultiDict)."""
        status, sort = arguments.get("status", ""), arguments.get("urut", "")
        page = arguments.get("hal", "1")
        return cls(
            text=" ".join(arguments.get("cari", "").split())[:80],
            unit=arguments.get("unit", "")[:64],
            status=status if status in STATUSES else "semua",
            sort=sort if sort in SORTS else "nama",
            descending=arguments.get("arah") == "turun",
            page=max(1, int(page)) if page.isdecimal() and len(page) < 7 else 1,
        )

    def as_query(self, **changes: Any) -> dict[str, Any]:
        """The query of an address that shows this, with changes; defaults are left out."""
        now = {
            "cari": self.text,
            "unit": self.unit,
            "status": "" if self.status == "semua" else self.status,
            "urut": "" if self.sort == "nama" else self.sort,
            "arah": "turun" if self.descending else "",
            "hal": "" if self.page == 1 else self.page,
        } | changes
        return {name: value for name, value in now.items() if value}


@dataclass(frozen=True, slots=True)
class Member:
    """A row of the team page."""

    id: int
    public_id: str
    number: str
    name: str
    position: str
    unit: str
    employment: str
    jp: Decimal
    completed: int
    started: int
    active_at: datetime | None
    due_at: datetime | None
    overdue: bool
    inactive: bool
    needs: tuple[str, ...]
    """Of NEEDS, why this person may need help."""
    cells: dict[int, Cell]


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
class ModuleColumn:
    id: int
    slug: str
    title: str


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
class Found:
    """A page of people that a filter finds. `filter` with the page that there is; `ids` selects those of all pages."""

    filter: TeamFilter
    units: list[TeamUnit]
    figures: Figures
    rows: Sequence[Row[Any]]
    total: int
    pages: int
    ids: Select[Any]
    scope: ColumnElement[bool]
    day: Day
    year: int


def found_people(supervisor: Supervisor, wanted: TeamFilter, target: Decimal) -> Found:
    """One page of a supervisor's people, without what they did. Four statements at most."""
    now = clock.now()
    year = clock.local_year(now)
    day = Day.of(now, target)
    units = units_in_scope(supervisor)
    unit_ids = _unit_ids(wanted, units)
    figures = _figures(supervisor, unit_ids, day, year, target)
    scope = _scope(supervisor, unit_ids)
    total = figures.of_status(wanted.status) if not wanted.text else _count(scope, wanted, day, year)
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(wanted.page, pages)
    rows = _rows(scope, wanted, day, year, limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE)
    ids = _found(_joined(select(Person.id), year), scope, wanted, day)
    return Found(replace(wanted, page=page), units, figures, rows, total, pages, ids, scope, day, year)


def team(supervisor: Supervisor, wanted: TeamFilter, target: Decimal) -> TeamPage:
    """One page of a supervisor's people. Five statements, and four more for those who need help most."""
    found = found_people(supervisor, wanted, target)
    day, shown, figures = found.day, found.filter, found.figures
    columns, members = _with_cells(found.rows, day, COLUMNS_AT_MOST)
    first: list[Needy] = []
    if shown.page == 1 and not wanted.text and wanted.status == "semua" and figures.attention:
        most = TeamFilter(unit=wanted.unit, status="perlu", sort="perlu")
        first = needy(_rows(found.scope, most, day, found.year, limit=FIRST, offset=0), day)
    return TeamPage(shown, found.units, figures, first, columns, members, found.total, found.pages, found.year)


def team_rows(supervisor: Supervisor, wanted: TeamFilter, target: Decimal) -> tuple[list[ModuleColumn], list[Member]]:
    """Everyone that the filter finds, for an export, with every module they are in. Three statements."""
    day = Day.of(clock.now(), target)
    scope = _scope(supervisor, _unit_ids(wanted, units_in_scope(supervisor)))
    rows = _rows(scope, wanted, day, clock.local_year(day.now), limit=None, offset=0)
    return _with_cells(rows, day, None)


def found_ids(supervisor: Supervisor, wanted: TeamFilter, target: Decimal) -> list[int]:
    """The ids of everyone that the filter finds now. Two statements."""
    day = Day.of(clock.now(), target)
    scope = _scope(supervisor, _unit_ids(wanted, units_in_scope(supervisor)))
    statement = _found(_joined(select(Person.id), clock.local_year(day.now)), scope, wanted, day)
    return list(db.session.scalars(statement.order_by(Person.id)))


def _unit_ids(wanted: TeamFilter, units: Sequence[TeamUnit]) -> list[int]:
    """The units asked for. `units` are all that the supervisor heads, from the one look at the tree."""
    chosen = next((unit for unit in units if unit.code == wanted.unit), None)
    return [unit.id for unit in units if chosen is None or unit.path.startswith(chosen.path)]


def _scope(supervisor: Supervisor, unit_ids: Sequence[int]) -> ColumnElement[bool]:
    """A condition on Person alone, for a page of them in some order.

    Where many units are asked for, the sign before the column keeps the database from collecting all their people before
    it sorts: walking the people in order and stopping at the page is far less (1 ms against 18 in a city of 5,000).
    """
    column = literal_column("+person.unit_id", Integer) if len(unit_ids) > MANY_UNITS else Person.unit_id
    return and_(column.in_(unit_ids), Person.active.is_(True), Person.id.not_in(supervisor.unseen))


def _joined(statement: Select[Any], year: Any) -> Select[Any]:
    return (
        statement.select_from(Person)
        .outerjoin(LearnerSummary, LearnerSummary.person_id == Person.id)
        .outerjoin(LearnerYear, and_(LearnerYear.person_id == Person.id, LearnerYear.year == year))
    )


def _status(status: str, day: Day | Bound) -> ColumnElement[bool] | None:
    """The condition of a status."""
    conditions: dict[str, ColumnElement[bool]] = {
        "perlu": or_(*needs(day).values()),
        "terlambat": LearnerSummary.due_at < day.now,
        "belum-mulai": func.coalesce(LearnerSummary.started, 0) == 0,
        "hampir-selesai": LearnerSummary.nearly_done > 0,
        "tidak-aktif": or_(LearnerSummary.active_at.is_(None), LearnerSummary.active_at < day.idle),
    }
    return conditions.get(status)


def _figures_statement() -> Select[Any]:
    """Made once: to build it takes longer than to run it in a small unit."""

    def count(condition: Any) -> ColumnElement[int]:
        return func.count().filter(condition)  # half the time of a sum over CASE

    day = Bound()
    statement: Any = select(
        func.count(Person.id),
        count(Person.employment == "pns"),
        count(and_(Person.employment == "pns", LearnerYear.jp >= bindparam("target", type_=Exact))),
        *(count(_status(status, day)) for status in STATUSES[1:]),
        func.coalesce(func.sum(LearnerSummary.first_tries), 0),
        func.coalesce(func.sum(LearnerSummary.first_passes), 0),
        func.sum(LearnerSummary.gain_sum),
        func.coalesce(func.sum(LearnerSummary.gain_count), 0),
    ).where(
        Person.unit_id.in_(bindparam("units", expanding=True)),
        Person.active.is_(True),
        Person.id.not_in(bindparam("unseen", expanding=True)),
    )
    return _joined(statement, bindparam("year"))


_FIGURES = _figures_statement()


def _figures(supervisor: Supervisor, units: list[int], day: Day, year: int, target: Decimal) -> Figures:
    values = {
        "unseen": list(supervisor.unseen),
        "units": units,
        "now": day.now,
        "idle": day.idle,
        "short": day.short,
        "year": year,
        "target": target,
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


def _found(statement: Select[Any], scope: ColumnElement[bool], wanted: TeamFilter, day: Day) -> Select[Any]:
    statement = statement.where(scope)
    status = _status(wanted.status, day)
    if status is not None:
        statement = statement.where(status)
    if wanted.text:
        digits = "".join(c for c in wanted.text if c.isdigit())
        matches = [Person.name.icontains(wanted.text, autoescape=True)]
        matches.append(Person.position.icontains(wanted.text, autoescape=True))
        if digits and len(digits) >= 4:
            matches.append(Person.number.startswith(digits))
        statement = statement.where(or_(*matches))
    return statement


def _count(scope: ColumnElement[bool], wanted: TeamFilter, day: Day, year: int) -> int:
    return db.session.scalar(_found(_joined(select(func.count(Person.id)), year), scope, wanted, day)) or 0


def _rows(
    scope: ColumnElement[bool],
    wanted: TeamFilter,
    day: Day,
    year: int,
    *,
    limit: int | None,
    offset: int,
) -> Sequence[Row[Any]]:
    statement: Any = select(
        Person.id,
        Person.public_id,
        Person.number,
        Person.name,
        Person.position,
        Person.employment,
        Unit.name.label("unit"),
        LearnerYear.jp,
        LearnerSummary.completed,
        LearnerSummary.started,
        LearnerSummary.active_at,
        LearnerSummary.due_at,
        LearnerSummary.failing,
    )
    keys: dict[str, Any] = {
        "nama": Person.name,
        "unit": Unit.name,
        "jp": func.coalesce(LearnerYear.jp, 0),
        "selesai": func.coalesce(LearnerSummary.completed, 0),
        "terakhir": LearnerSummary.active_at,
        "perlu": urgency(day),
    }
    key = keys[wanted.sort]
    order: list[Any] = [key.desc() if wanted.descending else key.asc()]
    if wanted.sort == "terakhir":
        order = [key.desc().nulls_last() if wanted.descending else key.asc().nulls_first()]
    if wanted.sort == "perlu":
        order.append(LearnerSummary.due_at.asc().nulls_last())
    order += [Person.name, Person.id]
    ids = select(Person.id)
    if wanted.sort == "unit":
        ids = ids.join(Unit, Unit.id == Person.unit_id)
    if wanted.status != "semua" or wanted.sort in {"selesai", "terakhir", "perlu"}:
        ids = ids.outerjoin(LearnerSummary, LearnerSummary.person_id == Person.id)
    if wanted.sort in {"jp", "perlu"} or wanted.status == "perlu":
        ids = ids.outerjoin(LearnerYear, and_(LearnerYear.person_id == Person.id, LearnerYear.year == year))
    page = _found(ids, scope, wanted, day).order_by(*order).limit(limit).offset(offset).subquery()
    shown = _joined(statement, year).join(Unit, Unit.id == Person.unit_id).join(page, page.c.id == Person.id)
    return db.session.execute(shown.order_by(*order)).all()


def _with_cells(
    rows: Sequence[Row[Any]], day: Day, columns_at_most: int | None
) -> tuple[list[ModuleColumn], list[Member]]:
    """The rows with their cells, and the modules these people are most often in, by title."""
    cells: dict[int, dict[int, Cell]] = {}
    columns: dict[int, ModuleColumn] = {}
    often: Counter[int] = Counter()
    for person_id, module_id, slug, title, cell in cells_of([row.id for row in rows]):
        cells.setdefault(person_id, {})[module_id] = cell
        columns[module_id] = ModuleColumn(module_id, slug, title)
        often[module_id] += 1
    kept = sorted((columns[i] for i, _ in often.most_common(columns_at_most)), key=lambda c: c.title)
    members = [
        Member(
            id=row.id,
            public_id=row.public_id,
            number=row.number,
            name=row.name,
            position=row.position,
            unit=row.unit,
            employment=row.employment,
            jp=row.jp or Decimal(0),
            completed=row.completed or 0,
            started=row.started or 0,
            active_at=row.active_at,
            due_at=row.due_at,
            overdue=row.due_at is not None and row.due_at < day.now,
            inactive=row.active_at is None or row.active_at < day.idle,
            needs=needs_of(row, day),
            cells=cells.get(row.id, {}),
        )
        for row in rows
    ]
    return kept, members
