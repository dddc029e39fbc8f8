"""Pages of the tree of units: what there is, a new one, and one that is renamed, moved or merged."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from elearn.administration.forms import MergeForm, NewUnitForm, UnitForm
from elearn.administration.views import bp
from elearn.database import db
from elearn.people import units
from elearn.people.models import Unit
from elearn.people.queries import all_units
from elearn.people.service import Refused
from elearn.web.access import access


@bp.route("/admin/unit", methods=["GET", "POST"])
@access("admin")
def unit_list() -> str | Response | tuple[str, int]:
    listed = all_units()
    form, troubles = NewUnitForm(), []
    form.offer(listed)
    if form.validate_on_submit():
        try:
            made = units.create_unit(**form.values())
            flash(_("Unit %(unit)s dibuat.", unit=made.name), "ok")
            return redirect(url_for(".unit_list"))
        except Refused as refusal:
            troubles = [str(refusal)]
    page = render_template(
        "administration/units.html", units=listed, counts=units.head_counts(), form=form, troubles=troubles
    )
    return (page, 400) if form.is_submitted() else page


@bp.route("/admin/unit/<int:unit_id>", methods=["GET", "POST"])
@access("admin")
def unit(unit_id: int) -> str | Response | tuple[str, int]:
    found = _existing(unit_id)
    form, troubles = _unit_form(found), []
    if form.validate_on_submit():
        try:
            changed = units.change_unit(unit_id, **form.values())
            flash(_("Perubahan disimpan.") if changed else _("Tidak ada perubahan."), "ok" if changed else "info")
            return redirect(url_for(".unit", unit_id=unit_id))
        except Refused as refusal:
            troubles = [str(refusal)]
    page = _shown(found, form, _merge_form(found, submitted=False), troubles)
    return (page, 400) if form.is_submitted() else page


@bp.post("/admin/unit/<int:unit_id>/gabung")
@access("admin")
def merge_unit(unit_id: int) -> Response | tuple[str, int]:
    found = _existing(unit_id)
    merging, troubles = _merge_form(found), []
    if merging.validate_on_submit():
        try:
            count = units.merge_unit(unit_id, merging.tujuan.data)
            flash(_("Digabung. %(n)s orang pindah; nilai dan JP lama tetap milik unit asalnya.", n=count), "ok")
            return redirect(url_for(".unit_list"))
        except Refused as refusal:
            troubles = [str(refusal)]
    return _shown(found, _unit_form(found, submitted=False), merging, troubles), 400


def _existing(unit_id: int) -> Unit:
    found = db.session.get(Unit, unit_id)
    if found is None or found.closed_at is not None:
        abort(404)
    return found


def _unit_form(found: Unit, *, submitted: bool = True) -> UnitForm:
    stored = {"nama": found.name, "singkat": found.short_name, "induk": found.parent_id or 0}
    form = UnitForm(data=stored) if submitted else UnitForm(formdata=None, data=stored)
    form.offer([one for one in all_units() if not one.path.startswith(found.path)])
    return form


def _merge_form(found: Unit, *, submitted: bool = True) -> MergeForm:
    form = MergeForm() if submitted else MergeForm(formdata=None)
    form.offer([one for one in all_units() if not one.path.startswith(found.path)])
    return form


def _shown(found: Unit, form: UnitForm, merging: MergeForm, troubles: list[str]) -> str:
    return render_template(
        "administration/unit.html",
        unit=found,
        form=form,
        merging=merging,
        troubles=troubles,
        count=units.head_counts().get(found.id, 0),
    )
