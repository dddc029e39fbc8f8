"""The team page as a table to take away: the same people, the same figures, all pages."""

from __future__ import annotations

from decimal import Decimal

from elearn.supervision.queries import TeamFilter, team_rows
from elearn.supervision.scope import Supervisor
from elearn.web.sheets import Value


def team_table(
    supervisor: Supervisor, wanted: TeamFilter, year: int, target: Decimal
) -> tuple[list[str], list[list[Value]], list[int]]:
    """(header, rows, ids of the people) of everyone the filter finds."""
    columns, members = team_rows(supervisor, wanted, target)
    header = ["NIP/NI PPPK", "Nama", "Jabatan", "Unit kerja", "Kepegawaian", f"JP {year}", "Target JP PNS"]
    header += ["Modul selesai", "Modul dimulai", "Terakhir aktif", "Tenggat terdekat", "Terlambat"]
    header += [f"Nilai: {column.title}" for column in columns]
    rows: list[list[Value]] = []
    for member in members:
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
        row += [member.cells[c.id].percent if c.id in member.cells else None for c in columns]
        rows.append(row)
    return header, rows, [member.id for member in members]
