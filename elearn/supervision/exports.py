"""Pages as tables to take away: the same people and the same figures, all pages of them, piece by piece.

What is asked for is the page and the query of its address, so that it can be made later, for whom it is then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from flask_babel import gettext as _

from elearn import clock
from elearn.database import chunks
from elearn.supervision import report_tables
from elearn.supervision.attention import Day
from elearn.supervision.members import Found, Member, ModuleColumn, columns_of
from elearn.supervision.report import Span, inside_of
from elearn.supervision.report_rows import AllRows, Behind
from elearn.supervision.scope import Supervisor, units_in_scope
from elearn.supervision.team_filter import TeamFilter
from elearn.web.sheets import Value

AT_A_TIME = 500
"""Rows that are in memory together."""

Row = tuple[int, list[Value]]
"""Whom a row is about, and its cells."""


class Limits(NamedTuple):
    """JP of a year: asked of a PNS, and the most that counts for a PPPK."""

    target: Decimal
    maximum: Decimal


class Gone(LookupError):
    """The page that was asked for is not theirs (any more): no such unit, no such figure."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be taken away: `what` is `team` or `rows` (behind a figure of the account, whose `query` holds unit, tanggal
    and angka), of the page that has this query."""

    what: str
    query: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """A table to take away: the name of its file, without an ending; the title of its sheet; its columns. `pages` gives its rows
    once, AT_A_TIME or fewer together; by then some of the `total` may be gone."""

    name: str
    title: str
    header: list[str]
    total: int
    pages: Iterator[list[Row]]


def count(supervisor: Supervisor, asked: Asked, limits: Limits) -> int:
    """How many rows that is. Two statements. Raises Gone."""
    if asked.what == "rows":
        return _behind(supervisor, asked.query, limits)[0].count()
    return Found.of(supervisor, TeamFilter.read(asked.query), Day.of(clock.now(), limits.target)).count()


def table(supervisor: Supervisor, asked: Asked, limits: Limits) -> Table:
    """All of it. Which rows there are is looked up now; what is in them as they are asked for, two statements a page. Raises
    Gone."""
    if asked.what == "rows":
        return rows_table(supervisor, asked.query, limits)
    return team_table(supervisor, TeamFilter.read(asked.query), limits.target)


def team_table(supervisor: Supervisor, wanted: TeamFilter, target: Decimal) -> Table:
    """Everyone the filter finds."""
    day = Day.of(clock.now(), target)
    found = Found.of(supervisor, wanted, day)
    ids = found.ids()
    columns = columns_of(ids)
    header = ["NIP/NI PPPK", "Nama", "Jabatan", "Unit kerja", "Kepegawaian", f"JP {clock.local_year(day.now)}"]
    header += ["Target JP PNS", "Modul selesai", "Modul dimulai", "Terakhir aktif", "Tenggat terdekat", "Terlambat"]
    header += [f"Nilai: {column.title}" for column in columns]
    pages = ([(m.id, _cells(m, columns, target)) for m in found.some(some)] for some in chunks(ids, AT_A_TIME))
    return Table(f"tim-{clock.today().isoformat()}", str(_("Tim saya")), header, len(ids), pages)


def _cells(member: Member, columns: list[ModuleColumn], target: Decimal) -> list[Value]:
    row: list[Value] = [
        member.number,
        member.name,
        member.position,
        member.unit,
        member.employment.upper(),
        member.jp,
        target if member.employment == "pns" else None,
        member.completed,
        member.started,
        member.active_at,
        member.due_at,
        "ya" if member.overdue else "tidak",
    ]
    return row + [member.cells[c.id].percent if c.id in member.cells else None for c in columns]


def rows_table(supervisor: Supervisor, query: Mapping[str, Any], limits: Limits) -> Table:
    """The rows behind a figure of the account. Raises Gone."""
    found, behind, day = _behind(supervisor, query, limits)
    ids = found.ids()
    pages = (
        [(line.id, report_tables.row_cells(behind, line)) for line in found.some(some)]
        for some in chunks(ids, AT_A_TIME)
    )
    header = report_tables.rows_header(behind, day.year)
    return Table(f"{behind.kind}-{day.isoformat()}", str(_("Rincian")), header, len(ids), pages)


def _behind(supervisor: Supervisor, query: Mapping[str, Any], limits: Limits) -> tuple[AllRows, Behind, date]:
    behind = Behind.read(query)
    unit = next((one for one in units_in_scope(supervisor) if one.code == query.get("unit")), None)
    if behind is None or unit is None:
        raise Gone(query)
    day = date.fromisoformat(query["tanggal"])
    span = Span.of(day)
    return AllRows.of(supervisor, span, inside_of(unit.id, span), behind, *limits), behind, day
