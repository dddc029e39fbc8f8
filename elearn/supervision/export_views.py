"""Pages of what one takes away: at once where it is small, else made while one does something else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, abort, current_app, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from elearn.database import transaction
from elearn.people import audit
from elearn.people.audit import Change
from elearn.people.queries import unit_names
from elearn.supervision import export_jobs, export_worker, exports, report_tables
from elearn.supervision.exports import Asked, Limits
from elearn.supervision.report_rows import Behind
from elearn.supervision.team_filter import STATUS_WORDS, TeamFilter
from elearn.supervision.views import bp
from elearn.web.access import access
from elearn.web.sheets import XLSX, sheet_response

STOP_POLLING = 286
"""What htmx takes for an end of asking."""


def taken_away(what: str, query: Mapping[str, Any], kind: str) -> AnyResponse:
    """That page as a table: itself when it is small, else the page that says how it is made."""
    if kind not in {"csv", "xlsx"}:
        abort(404)
    config, asked = current_app.config, Asked(what, query)
    limits = Limits(config["JP_TARGET_PNS"], config["JP_MAXIMUM_PPPK"])
    total = exports.count(current_user, asked, limits)
    if total <= export_jobs.DIRECT:
        return _at_once(asked, kind, limits)
    try:
        export_jobs.ask(current_user.id, asked, kind, total)
    except export_jobs.TooMany:
        flash(_("Sudah ada %(n)s unduhan. Hapus salah satunya dahulu.", n=export_jobs.AT_MOST), "due")
    else:
        export_worker.wake()
    return redirect(url_for("supervision.exports_page"), 303)


def _at_once(asked: Asked, kind: str, limits: Limits) -> Response:
    table = exports.table(current_user, asked, limits)
    rows = [row for page in table.pages for row in page]
    people = sorted({person_id for person_id, _cells in rows})
    with transaction():
        figure = {"figure": asked.query["angka"]} if asked.what == "rows" else {}
        audit.record("team.exported", after={"people": len(people), "kind": kind} | figure)
        audit.record_many("person.exported", [Change(person_id) for person_id in people])
    return sheet_response(kind, table.name, table.title, table.header, (cells for _person, cells in rows))


@bp.get("/tim/unduh.<kind>")
@access("atasan")
def download(kind: str) -> AnyResponse:
    """'Tim saya' as it is filtered and sorted, all pages."""
    return taken_away("team", TeamFilter.read(request.args).as_query(hal=""), kind)


@bp.get("/tim/unduhan")
@access("atasan")
def exports_page() -> str:
    """One's own large tables: how they stand, to take, to delete."""
    lines = export_jobs.lines_of(current_user)
    return render_template(
        "supervision/exports.html", lines=lines, about=_about(lines), step=_step, direct=export_jobs.DIRECT
    )


@bp.get("/tim/unduhan/<export_id>/keadaan")
@access("atasan")
def export_state(export_id: str) -> AnyResponse | str | tuple[str, int]:
    """One of them, for a page that asks every few seconds until it is finished. `kabar` is how far it was when that was last
    said aloud. Without scripts nobody comes here."""
    line = export_jobs.line_of(current_user, export_id)
    if not request.headers.get("HX-Request"):
        return redirect(url_for("supervision.exports_page")) if line else abort(404)
    if line is None:
        return "", STOP_POLLING
    said = request.args.get("kabar", "")
    return render_template(
        "supervision/_export_state.html", line=line, about=_about([line]), step=_step, aloud=said != _step(line)
    )


@bp.get("/tim/unduhan/<export_id>")
@access("atasan")
def export_file(export_id: str) -> AnyResponse:
    """The file, for who asked for it: another's and a made-up address are the same."""
    found = export_jobs.opened(current_user, export_id)
    if found is None:
        abort(404)
    export, path = found
    if not path.is_file():
        current_app.logger.warning("the file of export %s is missing", export_id)
        flash(_("Berkasnya tidak ada di server ini. Hapus, lalu unduh lagi dari halamannya."), "late")
        return redirect(url_for("supervision.exports_page"))
    mimetype = "text/csv; charset=utf-8" if export.kind == "csv" else XLSX
    response = send_file(path, mimetype, as_attachment=True, download_name=f"{export.name}.{export.kind}", etag=False)
    response.headers["Cache-Control"] = "no-store"  # names and numbers: no proxy may keep them
    return response


@bp.post("/tim/unduhan/<export_id>/ulangi")
@access("atasan")
def export_again(export_id: str) -> AnyResponse:
    if not export_jobs.again(current_user, export_id):
        abort(404)
    export_worker.wake()
    return redirect(url_for("supervision.exports_page"))


@bp.post("/tim/unduhan/<export_id>/hapus")
@access("atasan")
def drop_export(export_id: str) -> AnyResponse:
    if not export_jobs.drop(current_user.id, export_id):
        abort(404)
    flash(_("Unduhan dihapus."), "ok")
    return redirect(url_for("supervision.exports_page"))


STEPS = 25
"""Percent between two words about one that is being made."""


def _step(line: export_jobs.Line) -> str:
    """How far it is, coarsely: what is said aloud changes with this."""
    return f"{line.state}-{line.percent // STEPS}"


def _about(lines: list[export_jobs.Line]) -> dict[int, str]:
    """What each holds, in words."""
    units = unit_names({line.export.query.get("unit", "") for line in lines} - {""})
    return {line.export.id: " · ".join(_words(line, units)) for line in lines}


def _words(line: export_jobs.Line, units: dict[str, str]) -> list[str]:
    query, what = line.export.query, line.export.what
    unit = [units[query["unit"]]] if query.get("unit") in units else []
    if what == "rows":
        behind = Behind.read(query)
        return [report_tables.words(behind) if behind else "", *unit]
    wanted = TeamFilter.read(query)
    words = [str(_("Tim saya")), *unit]
    if wanted.status != "semua":
        words.append(str(STATUS_WORDS[wanted.status]))
    return [*words, f"“{wanted.text}”"] if wanted.text else words
