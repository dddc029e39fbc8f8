"""The map of people by module: every module that anybody the filter finds has begun, however many there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from sqlalchemy import func, select

from elearn.catalogue.models import CatalogueModule, ModuleVersion
from elearn.database import chunks, db
from elearn.study.models import Enrolment
from elearn.supervision.cells import Cell, cells_of, level_of, pass_mark
from elearn.supervision.queries import Figures, found_page
from elearn.supervision.scope import Supervisor, TeamUnit
from elearn.supervision.team_filter import TeamFilter


@dataclass(frozen=True, slots=True)
class HeatColumn:
    """A module, and how those stand in it whom the filter finds, on all pages."""

    id: int
    slug: str
    title: str
    topic: str
    begun: int
    """People."""
    completed: int
    scored: int
    mean: Decimal | None
    """Percent of the final quiz over those who have a score; None without any."""
    level: int
    """0 to 4, the colour of the mean."""


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A person, with a cell for each module they began."""

    public_id: str
    name: str
    position: str
    unit: str
    started: int
    completed: int
    cells: dict[int, Cell]


@dataclass(frozen=True, slots=True)
class HeatPage:
    filter: TeamFilter
    units: list[TeamUnit]
    figures: Figures
    topics: list[tuple[str, list[HeatColumn]]]
    """Columns by topic, both in the order of the alphabet; empty: without a topic, the last."""
    rows: list[HeatRow]
    total: int
    """People on all pages."""
    pages: int

    @property
    def columns(self) -> list[HeatColumn]:
        return [column for _topic, columns in self.topics for column in columns]


def heat(supervisor: Supervisor, wanted: TeamFilter, target: Decimal) -> HeatPage:
    """A page of the map. Seven statements at most, however many people and modules."""
    found = found_page(supervisor, wanted, target)
    columns = _columns(found.found.chosen)
    cells: dict[int, dict[int, Cell]] = {}
    for person_id, module_id, _slug, _title, cell in cells_of([row.id for row in found.rows]):
        cells.setdefault(person_id, {})[module_id] = cell
    rows = [
        HeatRow(
            public_id=row.public_id,
            name=row.name,
            position=row.position,
            unit=row.unit,
            started=row.started or 0,
            completed=row.completed or 0,
            cells=cells.get(row.id, {}),
        )
        for row in found.rows
    ]
    return HeatPage(found.filter, found.units, found.figures, _by_topic(columns), rows, found.total, found.pages)


def _columns(ids: Any) -> list[HeatColumn]:
    """`ids` selects the people. Two statements."""
    sums = db.session.execute(
        select(
            Enrolment.module_id,
            func.count().label("begun"),
            func.count(Enrolment.completed_at).label("completed"),
            func.count(Enrolment.score).label("scored"),
            func.sum(Enrolment.score).label("total"),
        )
        .where(Enrolment.person_id.in_(ids))
        .group_by(Enrolment.module_id)
    ).all()
    newest = _newest(row.module_id for row in sums)
    return [_column(row, newest[row.module_id]) for row in sums]


def _column(row: Any, version: Any) -> HeatColumn:
    mean = Decimal(row.total) / row.scored if row.scored else None
    return HeatColumn(
        id=row.module_id,
        slug=version.slug,
        title=version.title,
        topic=version.topic,
        begun=row.begun,
        completed=row.completed,
        scored=row.scored,
        mean=mean,
        level=level_of(mean, pass_mark(version.id)),
    )


def _newest(module_ids: Iterable[int]) -> dict[int, Any]:
    """The newest version of each module, taken down or not. A statement for some thousands of them."""
    found: dict[int, Any] = {}
    for some in chunks(module_ids):
        last = select(func.max(ModuleVersion.id)).where(ModuleVersion.module_id.in_(some))
        rows = db.session.execute(
            select(
                ModuleVersion.module_id,
                ModuleVersion.id,
                ModuleVersion.title,
                ModuleVersion.topic,
                CatalogueModule.slug,
            )
            .join(CatalogueModule, CatalogueModule.id == ModuleVersion.module_id)
            .where(ModuleVersion.id.in_(last.group_by(ModuleVersion.module_id)))
        )
        found |= {row.module_id: row for row in rows}
    return found


def _by_topic(columns: Sequence[HeatColumn]) -> list[tuple[str, list[HeatColumn]]]:
    ordered = sorted(columns, key=lambda column: (not column.topic, column.topic, column.title, column.id))
    return [(topic, list(some)) for topic, some in groupby(ordered, key=lambda column: column.topic)]
