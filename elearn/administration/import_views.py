"""The import of people: upload, see what it would do, agree, hand out the first passwords."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from elearn.administration import sheets, uploads
from elearn.administration.audit_log import FieldChange, field_changes, in_words
from elearn.administration.forms import UploadForm
from elearn.administration.importing import Difference, Plan, Stale, Unreadable, apply_plan, make_plan, read_table
from elearn.people import bulk
from elearn.people.queries import all_units
from elearn.people.service import named_grants
from elearn.web.access import access

bp = Blueprint("imports", __name__, template_folder="templates")
PAGE_SIZE = 100
TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@bp.route("/admin/impor", methods=["GET", "POST"])
@access("admin")
def upload() -> AnyResponse:
    form = UploadForm()
    troubles: list[str] = []
    if form.validate_on_submit():
        file = form.berkas.data
        try:
            table = read_table(file.filename or "", file.read())
        except Unreadable as trouble:
            troubles = [str(trouble)]
        else:
            return redirect(url_for(".review", key=uploads.keep(current_user.id, table)))
    page = render_template("administration/import.html", form=form, troubles=troubles)
    return make_response(page, 400 if form.is_submitted() else 200)


@bp.get("/admin/impor/templat.<kind>")
@access("admin")
def template(kind: str) -> Response:
    if kind not in TYPES:
        abort(404)
    return _file(sheets.template(kind, all_units()), "templat-pegawai", kind)


def _file(data: bytes, name: str, kind: str) -> Response:
    response = Response(data, content_type=TYPES[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


def _kept(key: str) -> uploads.Upload:
    kept = uploads.load(current_user.id, key)
    if kept is None:
        abort(404)
    return kept


def _plan(key: str) -> Plan:
    """What the upload would do to the people of this moment."""
    kept = _kept(key)
    if kept.table is None:
        abort(404)
    return make_plan(kept.table, by=current_user.id)


@bp.get("/admin/impor/<key>")
@access("admin")
def review(key: str) -> str:
    kept = _kept(key)
    if kept.outcome is not None:
        return render_template("administration/import_done.html", key=key, outcome=kept.outcome)
    return _review(key, _plan(key))


def _review(key: str, plan: Plan) -> str:
    lists: dict[str, tuple[Any, ...]] = {"galat": plan.problems, "baru": plan.created, "berubah": plan.changed}
    asked = request.args.get("lihat", "")
    shown = asked if lists.get(asked) else next((name for name, rows in lists.items() if rows), "")
    rows = lists.get(shown, ())
    pages = max(1, -(-len(rows) // PAGE_SIZE))
    page = min(max(request.args.get("halaman", 1, type=int), 1), pages)
    units = {unit.id: unit.name for unit in all_units()}
    return render_template(
        "administration/import_review.html",
        key=key,
        plan=plan,
        shown=shown,
        rows=rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        page=page,
        pages=pages,
        units=units,
        changes_of=lambda difference: _changes(difference, units),
        roles_of=lambda wanted: in_words("roles", named_grants(wanted.grants or ()), units),
    )


def _changes(difference: Difference, units: dict[int, str]) -> list[FieldChange]:
    before, after = dict(difference.change.before), dict(difference.change.after)
    if difference.change.grants is not None:
        before["roles"], after["roles"] = (named_grants(grants) for grants in difference.change.grants)
    return field_changes(before, after, units)


@bp.post("/admin/impor/<key>")
@access("admin")
def confirm(key: str) -> AnyResponse:
    if _kept(key).outcome is not None:
        return redirect(url_for(".review", key=key))  # agreed to twice: it was done once
    plan = _plan(key)
    # The seal says what the administrator saw: if today's plan is another one, that is shown first.
    if not plan.problems and request.form.get("segel") == plan.seal:
        try:
            uploads.finish(current_user.id, key, apply_plan(plan))
            return redirect(url_for(".review", key=key))
        except Stale as stale:
            plan = stale.plan
    flash(_("Data berubah sejak pemeriksaan ini dibuat. Belum ada yang diimpor: periksa sekali lagi."), "due")
    return make_response(_review(key, plan), 409)


@bp.post("/admin/impor/<key>/batal")
@access("admin")
def cancel(key: str) -> AnyResponse:
    _kept(key)
    uploads.discard(current_user.id, key)
    flash(_("Impor dibatalkan. Tidak ada yang berubah."), "info")
    return redirect(url_for(".upload"))


@bp.get("/admin/impor/<key>/galat.csv")
@access("admin")
def problems(key: str) -> Response:
    return _file(sheets.bad_rows(_plan(key).problems), "baris-keliru", "csv")


@bp.post("/admin/impor/<key>/kata-sandi.<kind>")
@access("admin")
def first_passwords(key: str, kind: str) -> AnyResponse:
    """Made as they are downloaded: they are kept nowhere, and once more makes others."""
    kept = _kept(key)
    if kept.outcome is None or kind not in TYPES:
        abort(404)
    people = bulk.first_passwords(kept.outcome.created)
    if not people:
        flash(_("Semua orang di impor ini sudah memiliki kata sandi sendiri."), "info")
        return redirect(url_for(".review", key=key))
    return _file(sheets.first_passwords(kind, people), "kata-sandi-awal", kind)
