"""Pages of an atasan: giving modules and paths, changing and ending what was given, letting somebody off, saved filters."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from elearn.catalogue import store
from elearn.catalogue.queries import learning_paths, published_modules
from elearn.people.models import Person
from elearn.study import assignments, excuses
from elearn.study.assignments import Target
from elearn.supervision import filters, queries, service
from elearn.supervision.forms import AssignForm, DueForm, ExcuseForm
from elearn.supervision.person_rows import DutyLine, duty_of
from elearn.supervision.scope import find_people, find_person, positions_in_scope, units_in_scope
from elearn.supervision.team_filter import TeamFilter
from elearn.supervision.views import bp
from elearn.web.access import access

MANY = 200
"""People who can be chosen one by one; more are found by a filter."""


@bp.route("/tim/tugaskan", methods=["GET", "POST"])
@access("atasan")
def assign() -> Any:
    chosen = find_people(current_user, request.args.getlist("orang")[:MANY])
    form = AssignForm(data={"modul": request.args.get("modul")} if request.method == "GET" else None)
    _fill(form, chosen)
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate() and (to := _target(form, chosen)) is not None:
            return _give(form, to)
    listed = service.assignments_in_scope(current_user)
    shown = render_template(
        "supervision/assign.html",
        form=form,
        people=chosen,
        assignments=listed,
        positions=positions_in_scope(current_user),
    )
    return shown, status


def _fill(form: AssignForm, chosen: list[Person]) -> None:
    """What may be given, and to whom, of what this atasan sees."""
    paths = _group(_("Jalur belajar"), [(f"j{path.slug}", path.title) for path in learning_paths()])
    none = [SelectChoice(value="", label=_("Pilih …"))]
    form.modul.choices = (
        none + paths + _group(_("Modul"), [(f"m{module.id}", module.title) for module in published_modules()])
    )
    people = []
    if chosen:
        name = chosen[0].name if len(chosen) == 1 else _("%(n)s orang yang dipilih", n=len(chosen))
        people += _group(_("Orang"), [("dipilih", name)])
    if TeamFilter.read(request.args).as_query(hal=""):
        people += _group(_("Yang sedang tampil"), [("tampil", _("Semua orang yang tampil di Tim saya"))])
    saved = [(f"s{one.id}", one.name) for one in filters.saved_filters(current_user.id)]
    units = [(f"u{unit.id}", unit.name) for unit in units_in_scope(current_user)]
    form.untuk.choices = people + _group(_("Saringan tersimpan"), saved) + _group(_("Unit kerja"), units)


def _group(name: str, choices: list[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice(value=value, label=label, optgroup=str(name)) for value, label in choices]


def _target(form: AssignForm, chosen: list[Person]) -> Target | None:
    """Whom the form means; None with an error at its field where that is nobody."""
    kind, number = form.untuk.data[0], form.untuk.data[1:]
    if kind == "u":
        if form.siapa.data == "jabatan" and (form.jabatan.data or "").strip() not in positions_in_scope(current_user):
            form.jabatan.errors = [str(_("Tidak ada orang di tim Anda dengan jabatan itu. Periksa ejaannya."))]
            return None
        return Target(unit_id=int(number), audience=form.audience)
    if form.untuk.data == "dipilih":
        if len(chosen) == 1:
            return Target(person_id=chosen[0].id)
        label = _("%(n)s orang yang dipilih", n=len(chosen))
        return Target(people=tuple(person.id for person in chosen), label=label)
    saved = next((s for s in filters.saved_filters(current_user.id) if kind == "s" and str(s.id) == number), None)
    wanted = filters.as_filter(saved) if saved else TeamFilter.read(request.args)
    people = queries.found_ids(current_user, wanted, current_app.config["JP_TARGET_PNS"])
    if not people:
        form.untuk.errors = [str(_("Saat ini tidak ada orang dalam saringan itu."))]
        return None
    label = _("%(n)s orang dari saringan %(nama)s", n=len(people), nama=saved.name if saved else _("Tim saya"))
    return Target(people=tuple(people), label=label)


def _give(form: AssignForm, to: Target) -> Response:
    given = form.modul.data
    title, module_ids = "", []
    if given[0] == "j":
        path = next(path for path in learning_paths() if path.slug == given[1:])
        title = path.title
        module_ids = [version.module_id for slug in path.modules if (version := store.current(slug))]
    else:
        module_ids = [int(given[1:])]
    count = assignments.assign(
        by=current_user.id,
        module_ids=module_ids,
        to=to,
        due_on=form.tenggat.data,
        note=(form.catatan.data or "").strip(),
        path_title=title,
    )
    if title:
        words = _("Jalur %(judul)s ditugaskan kepada %(n)s orang. Mereka melihatnya di Beranda.", judul=title, n=count)
    else:
        words = _("Modul ditugaskan kepada %(n)s orang. Mereka melihatnya di Beranda.", n=count)
    flash(words, "success")
    return redirect(url_for("supervision.assign"))


@bp.route("/tim/tugaskan/<batch>", methods=["GET", "POST"])
@access("atasan")
def change_assignment(batch: str) -> Any:
    """Move the due date, or say the reason otherwise."""
    given = service.find_given(current_user, batch)
    if given is None or not service.may_change(current_user, batch):
        abort(404)
    form = DueForm(data={"tenggat": given.due_on, "catatan": given.note} if request.method == "GET" else None)
    if form.validate_on_submit():
        assignments.change(batch, due_on=form.tenggat.data, note=(form.catatan.data or "").strip())
        flash(_("Tenggat dan alasannya sudah diubah. Peserta melihat yang baru di Beranda."), "success")
        return redirect(url_for("supervision.assign"))
    shown = render_template("supervision/assignment.html", form=form, given=given)
    return shown, 422 if form.is_submitted() else 200


@bp.post("/tim/tugaskan/<batch>/akhiri")
@access("atasan")
def end_assignment(batch: str) -> Response:
    if not service.may_change(current_user, batch):
        abort(404)
    assignments.end(batch)
    flash(_("Penugasan diakhiri. Kemajuan dan nilai peserta tetap tersimpan."), "success")
    return redirect(url_for("supervision.assign"))


def _duty(public_id: str, slug: str) -> tuple[Person, DutyLine]:
    """What that person of theirs was given and has not done; 404 for everything else."""
    person = find_person(current_user, public_id)
    duty = duty_of(person.id, slug) if person else None
    if person is None or duty is None:
        abort(404)
    return person, duty


@bp.route("/tim/<public_id>/bebaskan/<slug>", methods=["GET", "POST"])
@access("atasan")
def excuse(public_id: str, slug: str) -> Any:
    """Let somebody off a module that was given to them, with a reason."""
    person, duty = _duty(public_id, slug)
    form = ExcuseForm()
    if form.validate_on_submit():
        excuses.excuse(current_user.id, person.id, duty.module_id, form.alasan.data or "")
        flash(
            _("%(nama)s tidak perlu mengerjakan modul itu. Alasan Anda tampil di Berandanya.", nama=person.name),
            "success",
        )
        return redirect(url_for("supervision.person", public_id=public_id))
    shown = render_template("supervision/excuse.html", form=form, person=person, duty=duty)
    return shown, 422 if form.is_submitted() else 200


@bp.post("/tim/<public_id>/berlakukan/<slug>")
@access("atasan")
def restore(public_id: str, slug: str) -> Response:
    """Take an excuse back."""
    person, duty = _duty(public_id, slug)
    excuses.restore(current_user.id, person.id, duty.module_id)
    flash(_("Penugasan itu berlaku lagi."), "success")
    return redirect(url_for("supervision.person", public_id=public_id))


_NOT_SAVED = {
    "name": lambda: _("Beri nama, paling panjang 60 huruf."),
    "nothing": lambda: _("Pilih dulu saringannya: unit, keadaan, atau kata yang dicari."),
    "many": lambda: _("Anda sudah menyimpan 20 saringan. Hapus yang tidak dipakai lagi."),
}


@bp.post("/tim/saringan")
@access("atasan")
def save_filter() -> Response:
    """Keep the filter of the address under a name."""
    wanted = TeamFilter.read(request.args)
    try:
        filters.save(current_user.id, request.form.get("nama", ""), wanted)
        flash(_("Saringan tersimpan. Ia ada di atas daftar, dan dapat ditugasi modul."), "success")
    except filters.NotSaved as refused:
        flash(_NOT_SAVED[refused.code](), "danger")
    return redirect(url_for("supervision.team", **wanted.as_query(hal="")))


@bp.post("/tim/saringan/<int:filter_id>/hapus")
@access("atasan")
def forget_filter(filter_id: int) -> Response:
    if not filters.forget(current_user.id, filter_id):
        abort(404)
    flash(_("Saringan dihapus. Orang dan penugasannya tidak berubah."), "success")
    return redirect(url_for("supervision.team"))
