"""Pages of an atasan who is away: whom they appoint, and for how long."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response

from elearn import clock
from elearn.people import deputies
from elearn.people.deputies import NotAppointed
from elearn.supervision.forms import DeputyForm
from elearn.supervision.views import bp
from elearn.web.access import access

_REFUSED = {
    "person": _l("Tidak ada ASN aktif dengan nomor itu. Periksa ke-18 angkanya."),
    "self": _l("Anda tidak dapat mewakili diri sendiri."),
    "period": _l("Hari terakhirnya mendahului hari pertama, atau sudah lewat."),
    "long": _l("Paling lama 92 hari sekali tunjuk."),
    "twice": _l("Orang ini sudah menjadi wakil Anda pada hari-hari itu."),
}


@bp.route("/tim/wakil", methods=["GET", "POST"])
@access("atasan")
def deputy() -> str | Response | tuple[str, int]:
    """Appointing a deputy, and whom one has. Not for who is a deputy only: it is not theirs to pass on."""
    if not current_user.own_paths:
        abort(403)
    form, trouble = DeputyForm(), ""
    if form.validate_on_submit():
        first, last = form.dari.data, form.sampai.data
        assert first is not None and last is not None, "both are asked for"
        try:
            deputies.appoint(current_user.id, form.nomor.data or "", first, last)
            flash(_("Wakil Anda ditunjuk dan sudah diberi tahu."), "success")
            return redirect(url_for("supervision.deputy"))
        except NotAppointed as refused:
            trouble = str(_REFUSED[refused.code])
    listed = deputies.of_head(current_user.id)
    page = render_template("supervision/deputies.html", form=form, trouble=trouble, listed=listed, today=clock.today())
    return (page, 422) if form.is_submitted() else page


@bp.post("/tim/wakil/<int:deputy_id>/akhiri")
@access("atasan")
def end_deputy(deputy_id: int) -> Response:
    if not deputies.dismiss(current_user.id, deputy_id):
        abort(404)
    flash(_("Penunjukan diakhiri. Wakil Anda tidak lagi melihat tim ini."), "success")
    return redirect(url_for("supervision.deputy"))
