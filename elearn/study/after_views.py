"""The page after a module: one thing to apply at work, and what one thought of the module."""

from __future__ import annotations

from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response

from elearn import clock
from elearn.study import after
from elearn.study.views import bp
from elearn.web.access import SIGNED_IN, access

_NOT_KEPT = {
    "text": _l("Tulis 15 sampai 600 huruf: apa yang Anda lakukan, di mana, untuk siapa."),
    "day": _l("Pilih tanggal dari hari ini sampai setahun lagi."),
    "answered": _l("Rencana ini sudah dijawab atasan dan tidak dapat diubah lagi."),
    "choice": _l("Pilih satu angka untuk setiap pernyataan."),
}


@bp.get("/sesudah/<slug>")
@access(SIGNED_IN)
def after_module(slug: str) -> str:
    return _page(slug, {})


def _page(slug: str, troubles: dict[str, str]) -> str:
    try:
        page = after.after_page(current_user.id, slug)
    except after.NotCompleted:
        abort(404)
    return render_template(
        "study/after.html", page=page, troubles=troubles, today=clock.today(), latest=clock.today() + after.LATEST
    )


@bp.post("/sesudah/<slug>/rencana")
@access(SIGNED_IN)
def write_plan(slug: str) -> Response | tuple[str, int]:
    try:
        after.write_plan(current_user.id, slug, request.form.get("rencana", ""), _day(request.form.get("tanggal", "")))
    except after.NotCompleted:
        abort(404)
    except after.NotKept as refused:
        field = "tanggal" if refused.code == "day" else "rencana"
        return _page(slug, {field: str(_NOT_KEPT[refused.code])}), 422
    flash(_("Rencana Anda tersimpan. Atasan Anda ditanya sesudah tanggal itu."), "ok")
    return redirect(url_for("study.after_module", slug=slug))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@bp.post("/sesudah/<slug>/kepuasan")
@access(SIGNED_IN)
def rate_module(slug: str) -> Response | tuple[str, int]:
    def number(name: str) -> int:
        text = request.form.get(name, "")
        return int(text) if text in {"1", "2", "3", "4", "5"} else 0

    try:
        after.rate(
            current_user.id,
            slug,
            useful=number("berguna"),
            easy=number("mudah"),
            recommend=number("sarankan"),
            comment=request.form.get("komentar", ""),
        )
    except after.NotCompleted:
        abort(404)
    except after.NotKept as refused:
        field = "kepuasan" if refused.code == "choice" else "komentar"
        words = _NOT_KEPT["choice"] if refused.code == "choice" else _("Komentar paling panjang 600 huruf.")
        return _page(slug, {field: str(words)}), 422
    flash(_("Terima kasih. Pengajar membacanya tanpa nama Anda."), "ok")
    return redirect(url_for("study.after_module", slug=slug))
