"""A lesson from a document: uploaded, made a lesson of the draft, with a list of what did not survive."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from flask_login import current_user

from elearn.authoring import document_desk
from elearn.authoring.documents import KINDS
from elearn.authoring.studio_views import opened
from elearn.authoring.views import bp
from elearn.core.exchange.base import ExchangeError
from elearn.web.access import access


@bp.get("/pengajar/<slug>/dari-dokumen")
@access("pengajar")
def from_document(slug: str) -> str:
    return _document_page(slug)


def _document_page(slug: str, **more: Any) -> str:
    module, _draft = opened(slug)
    return render_template("authoring/document.html", module=module, kinds=KINDS, **more)


@bp.post("/pengajar/<slug>/dari-dokumen")
@access("pengajar")
def make_lesson(slug: str) -> Any:
    """The uploaded document as a new lesson of the draft, which can be deleted like any other."""
    _module, draft = opened(slug)
    file = request.files.get("berkas")
    if file is None or not file.filename:
        return _document_page(slug, error=_("Pilih dulu sebuah dokumen.")), 422
    try:
        made = document_desk.bring_in(draft, file.filename, file.read(), current_user.id)
    except ExchangeError as trouble:
        return _document_page(slug, error=str(trouble)), 422
    return _document_page(slug, made=made)
