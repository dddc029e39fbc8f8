"""Pages of an atasan: the team, one person of it, assignments, exports."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from elearn.database import transaction
from elearn.people import audit
from elearn.study.record_views import record_response
from elearn.supervision import filters, queries, reminders
from elearn.supervision.attention import Needy
from elearn.supervision.forms import RemindForm
from elearn.supervision.person import person_page
from elearn.supervision.scope import find_person
from elearn.supervision.team_filter import TeamFilter
from elearn.web.access import access

bp = Blueprint("supervision", __name__, template_folder="templates")


@bp.get("/tim")
@access("atasan")
def team() -> str:
    wanted = TeamFilter.read(request.args)
    page = queries.team(current_user, wanted, current_app.config["JP_TARGET_PNS"])
    return render_template("supervision/team.html", team=page, **filters.bar(current_user.id), **_targets())


@bp.get("/tim/<public_id>")
@access("atasan")
def person(public_id: str) -> str:
    page = person_page(current_user, public_id, current_app.config["JP_TARGET_PNS"])
    if page is None:
        abort(404)
    with transaction():
        audit.record("person.seen", person_id=page.person.id)
    return render_template("supervision/person.html", page=page, **_targets())


@bp.route("/tim/<public_id>/ingatkan", methods=["GET", "POST"])
@access("atasan")
def remind(public_id: str) -> Any:
    """A message to one person, in one's own words; a first draft of it says what there is to do."""
    target = current_app.config["JP_TARGET_PNS"]
    page = person_page(current_user, public_id, target)
    if page is None:
        abort(404)
    form = RemindForm(data={"pesan": _suggested(page.need)} if request.method == "GET" else None)
    trouble = ""
    if form.validate_on_submit():
        try:
            reminders.remind(current_user.id, page.person.id, form.pesan.data or "")
            flash(_("Pesan Anda tampil di Beranda %(nama)s.", nama=page.person.name), "success")
            return redirect(url_for("supervision.person", public_id=public_id))
        except reminders.NotSent as refused:
            trouble = _refused(refused)
    last = reminders.last_of(page.person.id)
    shown = render_template("supervision/remind.html", form=form, page=page, last=last, trouble=trouble, **_targets())
    return shown, 422 if form.is_submitted() else 200


@bp.get("/tim/<public_id>/riwayat.<kind>")
@access("atasan")
def record(public_id: str, kind: str) -> Response:
    """The development record of one person, of a year or of all, to take away."""
    person = find_person(current_user, public_id)
    if person is None:
        abort(404)
    response = record_response(person.id, kind)
    with transaction():
        audit.record("person.exported", person_id=person.id, after={"kind": kind})
    return response


def _refused(refused: reminders.NotSent) -> str:
    if refused.code == "text":
        return str(_("Tulis pesannya, satu atau dua kalimat."))
    who = refused.by or _("sistem")
    return str(
        _("Hari ini sudah ada pesan dari %(siapa)s. Paling banyak satu pesan sehari; kirimlah besok.", siapa=who)
    )


def _suggested(need: Needy) -> str:
    """What an atasan might write, to be changed."""
    kinds = dict(need.reasons)
    if kinds.get("overdue"):
        title = kinds["overdue"][0][0]
        words = _(
            "Modul %(judul)s sudah lewat tenggat. Apa yang menghambat? Saya siap membantu mencari waktunya.",
            judul=title,
        )
        return str(words)
    if kinds.get("failing"):
        title = kinds["failing"][0]
        words = _(
            "Kuis %(judul)s memang tidak mudah. Mari kita bahas bersama bagian yang masih membingungkan.", judul=title
        )
        return str(words)
    if "short" in kinds:
        return str(_("JP Anda tahun ini masih bisa dikejar. Mulailah dari satu modul pendek minggu ini."))
    return str(_("Sudah lama Anda tidak belajar di Diajar. Mulailah dari satu materi pendek minggu ini."))


def _targets() -> dict[str, Any]:
    """JP asked of a PNS in a year, and the most that counts for a PPPK."""
    return {
        "target_jp": current_app.config["JP_TARGET_PNS"],
        "maximum_jp": current_app.config["JP_MAXIMUM_PPPK"],
    }
