"""Media of a draft: uploaded (by the editor too), replaced, and where each is used."""

from __future__ import annotations

from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from elearn.authoring import media_files
from elearn.authoring.drafts import Clash, NoSuchDraft
from elearn.authoring.media_files import Added
from elearn.authoring.models import Draft
from elearn.authoring.pictures import Unfit
from elearn.authoring.studio_views import base_version, opened
from elearn.authoring.views import bp
from elearn.core.content.media import media_type
from elearn.web.access import access

ALT = 300
"""Characters of an alternative text."""


@bp.get("/pengajar/<slug>/media")
@access("pengajar")
def media(slug: str) -> str:
    return _page(slug)


def _page(slug: str, **more: Any) -> str:
    return render_template("authoring/media.html", page=media_files.media_page(*opened(slug)), **more)


def _sent() -> tuple[str, bytes]:
    """The uploaded file. Raises Unfit where there is none."""
    file: FileStorage | None = request.files.get("berkas")
    if file is None or not file.filename:
        raise Unfit(_("Pilih dulu sebuah berkas."))
    return file.filename, file.read()


def _alt() -> str:
    return " ".join(request.form.get("alt", "").replace("[", "(").replace("]", ")").split())[:ALT]


@bp.post("/pengajar/<slug>/media")
@access("pengajar")
def upload(slug: str) -> Any:
    """A new file. The editor asks for JSON: where it is kept, and the words for it."""
    _module, draft = opened(slug)
    plain = request.accept_mimetypes.best != "application/json"
    try:
        added = media_files.add(draft, *_sent(), current_user.id)
    except Unfit as refused:
        if plain:
            return _page(slug, error=str(refused), alt=_alt()), 422
        return jsonify(message=str(refused)), 422
    if not plain:
        return jsonify(path=added.path, alt=_alt())
    return _page(slug, added=added, line=_line(added, _alt()))


def _line(added: Added, alt: str) -> str:
    """What to write into a lesson for this file."""
    shown = media_type(added.path).startswith(("image/", "video/", "audio/"))
    return f"{'!' if shown else ''}[{alt}]({added.path})"


@bp.post("/pengajar/<slug>/media/takarir")
@access("pengajar")
def captions(slug: str) -> Any:
    """The captions of the recording `path`."""
    _module, draft = opened(slug)
    try:
        added = media_files.add_captions(draft, request.form.get("path", ""), *_sent(), current_user.id)
    except Unfit as refused:
        return _page(slug, error=str(refused)), 422
    except NoSuchDraft:
        return _gone(slug)
    flash(_("%(nama)s terpasang di rekamannya.", nama=added.path), "ok")
    return redirect(url_for("authoring.media", slug=slug))


@bp.post("/pengajar/<slug>/media/ganti")
@access("pengajar")
def replace_medium(slug: str) -> Any:
    """Another content for `path`, which was at `versi`."""
    _module, draft = opened(slug)
    path = request.form.get("path", "")
    try:
        _replace(draft, path)
    except Unfit as refused:
        return _page(slug, error=str(refused)), 422
    except NoSuchDraft:
        return _gone(slug)
    except Clash as clash:
        flash(_("%(nama)s baru saja mengubah berkas itu. Lihat dulu, lalu ulangi.", nama=clash.by_name), "due")
        return redirect(url_for("authoring.media", slug=slug))
    flash(_("%(nama)s diganti. Setiap materi yang memakainya menampilkan yang baru.", nama=path), "ok")
    return redirect(url_for("authoring.media", slug=slug))


def _replace(draft: Draft, path: str) -> None:
    media_files.replace(draft, path, base_version(), *_sent(), current_user.id)


def _gone(slug: str) -> Response:
    flash(_("Berkas itu sudah dihapus. Daftar ini yang terbaru."), "due")
    return redirect(url_for("authoring.media", slug=slug))
