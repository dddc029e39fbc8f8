"""Media of modules."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, request, send_file

from elearn.catalogue.media import store
from elearn.catalogue.models import MediaFile
from elearn.catalogue.queries import media_file
from elearn.core.content.media import TYPES, suffix
from elearn.web.access import SIGNED_IN, access

bp = Blueprint("catalogue", __name__, template_folder="templates")

INLINE = ("image/", "video/", "audio/", "text/vtt")


@bp.get("/media/<sha256>/<name>")
@access(SIGNED_IN)
def media(sha256: str, name: str) -> Response:
    """A file by the hash of its content: it never changes, so a browser may keep it. Its name is for who saves it, and has
    to be of its type."""
    kind = TYPES.get(suffix(name))
    row = media_file(sha256) if kind and re.fullmatch(r"[0-9a-f]{64}", sha256) else None
    if row is None or kind is None or kind.type != row.media_type:
        abort(404)
    try:
        path = store().path(row.sha256)
    except FileNotFoundError as trouble:
        current_app.logger.error("%s", trouble)
        abort(404)
    except OSError as trouble:
        current_app.logger.error("%s", trouble)
        abort(503)
    response = _whole(row, path) if row.media_type in current_app.config["COMPRESS_MIMETYPES"] else _parts(row, path)
    disposition = "inline" if row.media_type.startswith(INLINE) else "attachment"
    response.headers.set("Content-Disposition", disposition, filename=name)
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    # Opened by itself, a drawing may show its own styles and do nothing else.
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


def _whole(row: MediaFile, path: Path) -> Response:
    """Sent compressed, so never in ranges: they would count the bytes of another form."""
    response = Response(path.read_bytes(), mimetype=row.media_type)
    response.set_etag(row.sha256)
    response.make_conditional(request)
    return response


def _parts(row: MediaFile, path: Path) -> Response:
    return send_file(path, mimetype=row.media_type, etag=row.sha256, conditional=True)
