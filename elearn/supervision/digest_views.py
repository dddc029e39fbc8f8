"""The page on which an atasan switches the mail of a Monday on and off."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from elearn.supervision import digests
from elearn.supervision.views import bp
from elearn.web.access import access


@bp.get("/tim/surel")
@access("atasan")
def digest() -> str:
    return render_template(
        "supervision/digest.html", wanted=digests.wanted(current_user.id), mails=bool(current_app.config["SMTP"])
    )


@bp.post("/tim/surel")
@access("atasan")
def choose_digest() -> Response:
    wants = request.form.get("surel") == "ya"
    digests.choose(current_user.id, wants)
    flash(_("Surel tiap Senin dinyalakan.") if wants else _("Surel tiap Senin dimatikan."), "ok")
    return redirect(url_for("supervision.digest"))
