"""Pages of the action plans of a team."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response

from elearn.study import after
from elearn.supervision import plans
from elearn.supervision.views import bp
from elearn.web.access import access

_NOT_KEPT = {
    "choice": _l("Pilih apakah terlihat, dan bagaimana hasilnya."),
    "text": _l("Tulis apa yang Anda lihat, 3 sampai 600 huruf."),
    "answered": _l("Rencana ini sudah dijawab."),
    "early": _l("Rencana ini belum sampai tanggalnya."),
}


@bp.get("/tim/rencana")
@access("atasan")
def team_plans() -> str:
    return _page({})


def _page(trouble: dict[int, str]) -> str:
    waiting = request.args.get("keadaan") != "dijawab"
    page = request.args.get("halaman", "1")
    number = int(page) if page.isdecimal() and len(page) < 7 else 1
    shown = plans.plans_page(current_user, waiting=waiting, page=number)
    return render_template("supervision/plans.html", page=shown, trouble=trouble)


@bp.post("/tim/rencana/<int:plan_id>")
@access("atasan")
def answer_plan(plan_id: int) -> Response | tuple[str, int]:
    if not plans.may_answer(current_user, plan_id):
        abort(404)
    form = request.form
    try:
        after.answer(
            current_user.id, plan_id, form.get("terlihat", ""), form.get("hasil", ""), form.get("bagaimana", "")
        )
    except after.NotKept as refused:
        return _page({plan_id: str(_NOT_KEPT[refused.code])}), 422
    flash(_("Jawaban Anda tersimpan, dan terlihat oleh yang menulis rencana."), "success")
    return redirect(url_for("supervision.team_plans"))
