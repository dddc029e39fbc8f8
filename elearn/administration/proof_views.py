"""The page on which an administrator takes a proof back that was wrong."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from elearn.administration.forms import RevokeForm
from elearn.administration.views import bp
from elearn.study import credit, records
from elearn.web.access import access


@bp.route("/admin/bukti", methods=["GET", "POST"])
@access("admin")
def proofs() -> str | Response | tuple[str, int]:
    written = "".join(request.values.get("nomor", "").upper().split())[:40]
    found = records.confirm(written) if written else None
    form = RevokeForm(data={"nomor": written}) if request.method == "GET" else RevokeForm()
    if form.validate_on_submit() and found is not None:
        try:
            credit.revoke(found.proof, form.alasan.data or "")
            flash(_("Bukti %(nomor)s dicabut. Pemiliknya sudah diberi tahu.", nomor=found.proof), "ok")
        except credit.NotRevoked:
            flash(_("Bukti ini sudah dicabut sebelumnya."), "info")
        return redirect(url_for(".proofs", nomor=found.proof))
    page = render_template("administration/proofs.html", form=form, found=found, written=written)
    return (page, 400) if form.is_submitted() else page
