"""Accounts and the audit log."""

from __future__ import annotations

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from elearn.administration import audit_log, queries, service
from elearn.administration.forms import CloseForm, NewPersonForm, PersonForm
from elearn.people.queries import all_units
from elearn.web.access import access

bp = Blueprint("administration", __name__, template_folder="templates")


@bp.get("/admin")
@access("admin")
def home() -> str:
    return render_template("administration/home.html", overview=queries.overview())


@bp.get("/admin/orang")
@access("admin")
def people() -> str:
    page = queries.people_page(queries.PeopleFilter.read(request.args))
    return render_template("administration/people.html", page=page)


@bp.route("/admin/orang/baru", methods=["GET", "POST"])
@access("admin")
def new_person() -> AnyResponse:
    form = NewPersonForm()
    form.offer(all_units(), ())
    troubles: list[str] = []
    if form.validate_on_submit():
        try:
            person, password = service.add(number=form.nomor.data or "", **form.values())
        except service.Refused as refusal:
            troubles = [str(refusal)]
        else:
            return _password_once(person.public_id, person.name, password, new=True)
    page = render_template("administration/person_new.html", form=form, troubles=troubles)
    return make_response(page, 400 if form.is_submitted() else 200)


def _password_once(public_id: str, name: str, password: str, *, new: bool) -> AnyResponse:
    """The answer to the POST itself: the password is in no session, no address and no second page."""
    page = render_template(
        "administration/password_once.html", public_id=public_id, name=name, password=password, new=new
    )
    return make_response(page)


@bp.route("/admin/orang/<public_id>", methods=["GET", "POST"])
@access("admin")
def person(public_id: str) -> AnyResponse:
    page = _existing(public_id)
    form = _person_form(page)
    troubles: list[str] = []
    if form.validate_on_submit():
        try:
            changed = service.change(current_user.id, page.person.id, **form.values())
        except service.Refused as refusal:
            troubles = [str(refusal)]
        else:
            flash(_("Perubahan disimpan.") if changed else _("Tidak ada perubahan."), "ok" if changed else "info")
            return redirect(url_for(".person", public_id=public_id))
    return _shown(page, form, CloseForm(formdata=None), troubles, 400 if form.is_submitted() else 200)


def _existing(public_id: str) -> queries.PersonPage:
    page = queries.person_page(public_id)
    if page is None:
        abort(404)
    return page


def _person_form(page: queries.PersonPage, *, submitted: bool = True) -> PersonForm:
    roles = {role for role, _unit in page.grants}
    held = [unit for _role, unit in page.grants if unit is not None]
    stored = {
        "nama": page.person.name,
        "jabatan": page.person.position,
        "unit": page.person.unit_id,
        "surel": page.person.email,
        "pengajar": "pengajar" in roles,
        "admin": "admin" in roles,
        "atasan": held,
    }
    form = PersonForm(data=stored) if submitted else PersonForm(formdata=None, data=stored)
    form.offer(page.units, held)
    return form


def _shown(
    page: queries.PersonPage, form: PersonForm, closing: CloseForm, troubles: list[str], status: int
) -> AnyResponse:
    body = render_template("administration/person.html", page=page, form=form, closing=closing, troubles=troubles)
    return make_response(body, status)


@bp.post("/admin/orang/<public_id>/nonaktif")
@access("admin")
def close(public_id: str) -> AnyResponse:
    page = _existing(public_id)
    closing = CloseForm()
    troubles: list[str] = []
    if closing.validate_on_submit():
        try:
            service.close(current_user.id, page.person.id, closing.alasan.data or "")
        except service.Refused as refusal:
            troubles = [str(refusal)]
        else:
            flash(_("Akun dinonaktifkan. Nilai dan riwayat belajarnya tetap tersimpan."), "ok")
            return redirect(url_for(".person", public_id=public_id))
    return _shown(page, _person_form(page, submitted=False), closing, troubles, 400)


@bp.post("/admin/orang/<public_id>/aktif")
@access("admin")
def reopen(public_id: str) -> AnyResponse:
    service.reopen(_existing(public_id).person.id)
    flash(_("Akun diaktifkan kembali. Pemiliknya dapat masuk dengan kata sandinya yang dulu."), "ok")
    return redirect(url_for(".person", public_id=public_id))


@bp.post("/admin/orang/<public_id>/kata-sandi")
@access("admin")
def reset_password(public_id: str) -> AnyResponse:
    page = _existing(public_id)
    try:
        password = service.reset_password(current_user.id, page.person.id)
    except service.Refused as refusal:
        flash(str(refusal), "late")
        return redirect(url_for(".person", public_id=public_id))
    return _password_once(public_id, page.person.name, password, new=False)


@bp.get("/admin/audit")
@access("admin")
def audit() -> str:
    page = audit_log.audit_page(audit_log.AuditFilter.read(request.args))
    return render_template("administration/audit.html", page=page, actions=audit_log.action_choices())
