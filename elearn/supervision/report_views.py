"""Pages of the account of a unit: its figures on a day, the rows behind each, and both to take away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, abort, current_app, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from elearn import clock
from elearn.database import transaction
from elearn.people import audit
from elearn.supervision import mastery, report_tables
from elearn.supervision.export_views import taken_away
from elearn.supervision.report import NotYet, Report, Span, inside_of, report
from elearn.supervision.report_rows import Behind, rows_page
from elearn.supervision.scope import TeamUnit, units_in_scope
from elearn.supervision.views import bp
from elearn.web.access import access
from elearn.web.sheets import sheet_response


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which unit, on which day, the account is asked for."""

    units: list[TeamUnit]
    unit: TeamUnit
    day: date
    today: date

    @classmethod
    def read(cls) -> Asked:
        """From the address: a unit of the supervisor's, the first where none is named, and a day that is over or today.

        A unit that is not theirs and one that there is not are the same: 404.
        """
        units = units_in_scope(current_user)
        wanted = request.args.get("unit", "")
        unit = next((one for one in units if not wanted or one.code == wanted), None)
        if unit is None:
            abort(404)
        today = clock.today()
        return cls(units, unit, _day(request.args.get("tanggal", ""), today), today)

    def query(self, **more: Any) -> dict[str, Any]:
        """The query of an address about the same."""
        now = {"unit": self.unit.code, "tanggal": "" if self.day == self.today else self.day.isoformat()} | more
        return {name: value for name, value in now.items() if value not in ("", None)}


def _day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    return min(max(day, date(2000, 1, 1)), today)


def _limits() -> tuple[Any, Any]:
    return current_app.config["JP_TARGET_PNS"], current_app.config["JP_MAXIMUM_PPPK"]


@bp.get("/tim/laporan")
@access("atasan")
def unit_report() -> str:
    asked = Asked.read()
    try:
        made: Report | None = report(asked.unit.id, asked.day, *_limits())
    except NotYet:
        made = None
    before = date(asked.day.year - 1, 12, 31)
    return render_template("supervision/report.html", asked=asked, report=made, before=before)


@bp.get("/tim/laporan/unduh.<kind>")
@access("atasan")
def report_download(kind: str) -> Response:
    asked = Asked.read()
    try:
        made = report(asked.unit.id, asked.day, *_limits())
    except NotYet:
        abort(404)
    header, rows = report_tables.units_table(made)
    with transaction():
        audit.record("report.exported", subject=asked.unit.code, after={"day": asked.day.isoformat(), "kind": kind})
    return sheet_response(kind, f"laporan-{asked.unit.code}-{asked.day.isoformat()}", _("Laporan"), header, rows)


@bp.get("/tim/laporan/capaian")
@access("atasan")
def report_mastery() -> str:
    """Which outcomes the unit masters best and least."""
    asked = Asked.read()
    lines = mastery.of_units(inside_of(asked.unit.id, Span.of(asked.day)), Span.of(asked.day))
    return render_template("supervision/mastery.html", asked=asked, lines=lines)


@bp.get("/tim/laporan/baris")
@access("atasan")
def report_rows() -> str:
    asked, behind = Asked.read(), _behind()
    span = Span.of(asked.day)
    page = rows_page(current_user, span, inside_of(asked.unit.id, span), behind, *_limits())
    return render_template("supervision/report_rows.html", asked=asked, page=page, words=report_tables.words(behind))


@bp.get("/tim/laporan/baris/unduh.<kind>")
@access("atasan")
def report_rows_download(kind: str) -> AnyResponse:
    asked, behind = Asked.read(), _behind()
    query = asked.query(tanggal=asked.day.isoformat(), **behind.as_query())
    return taken_away("rows", query, kind)


def _behind() -> Behind:
    behind = Behind.read(request.args)
    if behind is None:
        abort(404)
    return behind
