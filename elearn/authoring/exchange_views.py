"""Pages of import and export: questions of other systems into a quiz of a draft, and out of it."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from elearn.authoring import exchange_desk
from elearn.authoring.drafts import Clash, NoSuchDraft
from elearn.authoring.exchange_desk import Brought
from elearn.authoring.studio_views import opened
from elearn.authoring.views import bp
from elearn.core.exchange.base import ExchangeError
from elearn.core.exchange.formats import FORMATS
from elearn.web.access import access


@bp.get("/pengajar/<slug>/impor")
@access("pengajar")
def import_page(slug: str) -> str:
    return _import_page(slug)


def _import_page(slug: str, **more: Any) -> str:
    module, draft = opened(slug)
    page = {"module": module, "quizzes": exchange_desk.quizzes_of(draft), "formats": FORMATS}
    chosen = request.values.get("ke", "")
    return render_template("authoring/import.html", **page, chosen=chosen, **more)


@bp.post("/pengajar/<slug>/impor")
@access("pengajar")
def import_questions(slug: str) -> Any:
    """A file of questions into the quiz `ke`, or into a new one; then what became of each question."""
    _module, draft = opened(slug)
    file, name = request.files.get("berkas"), request.form.get("format", "")
    if file is None or not file.filename:
        return _import_page(slug, error=_("Pilih dulu sebuah berkas.")), 422
    if name and name not in FORMATS:
        abort(400)
    try:
        done = exchange_desk.bring_in(
            draft, request.form.get("ke", ""), file.filename, file.read(), name or None, current_user.id
        )
    except ExchangeError as trouble:
        return _import_page(slug, error=str(trouble)), 422
    except NoSuchDraft:
        return _import_page(slug, error=_("Kuis itu sudah dihapus atau berganti nama. Pilih lagi.")), 422
    except Clash as clash:
        text = _("%(nama)s baru saja mengubah kuis itu. Ulangi impornya.", nama=clash.by_name)
        return _import_page(slug, error=text), 409
    return _import_page(slug, done=done, counts=_counts(done))


def _counts(done: Brought) -> dict[str, int]:
    said = [item.status for item in done.report.items]
    return {status: said.count(status) for status in ("exact", "approximated", "refused")}


@bp.get("/pengajar/<slug>/ekspor/<path:path>")
@access("pengajar")
def export_page(slug: str, path: str) -> Any:
    """What another system would get of a quiz; with `unduh`, the file itself."""
    module, draft = opened(slug)
    name = request.args.get("format", "")
    if name and name not in FORMATS:
        abort(404)
    exported = None
    try:
        exported = exchange_desk.take_out(draft, path, name) if name else None
    except NoSuchDraft:
        abort(404)
    except ExchangeError as trouble:
        flash(str(trouble), "late")
        return redirect(url_for("authoring.file", slug=slug, path=path))
    if exported and "unduh" in request.args:
        filename = f"{path.removesuffix('.md')}{exported.suffix}"
        headers = {"Content-Disposition": f'attachment; filename="{filename}"'}
        return Response(exported.data, mimetype=exported.media_type, headers=headers)
    page = {"module": module, "path": path, "formats": FORMATS, "name": name, "exported": exported}
    return render_template("authoring/export.html", **page)
