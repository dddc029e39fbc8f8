"""Media of modules."""

from __future__ import annotations

import re

from flask import Blueprint, Response, abort, current_app, send_file

from elearn.catalogue.publishing import media_path
from elearn.catalogue.queries import media_file
from elearn.web.access import SIGNED_IN, access

bp = Blueprint("catalogue", __name__, template_folder="templates")

INLINE = ("image/", "video/", "audio/", "text/vtt")


@bp.get("/media/<sha256>/<name>")
@access(SIGNED_IN)
def media(sha256: str, name: str) -> Response:
    """A file by the hash of its content: it never changes, so a browser may keep it."""
    row = media_file(sha256) if re.fullmatch(r"[0-9a-f]{64}", sha256) else None
    if row is None:
        abort(404)
    path = media_path(current_app.config["MEDIA_DIR"], row.sha256)
    if not path.is_file():
        current_app.logger.error("the media file %s is missing", row.sha256)
        abort(404)
    response = send_file(
        path,
        mimetype=row.media_type,
        as_attachment=not row.media_type.startswith(INLINE),
        download_name=name,
        etag=row.sha256,
        conditional=True,
        max_age=365 * 24 * 3600,
    )
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    # Opened by itself, a drawing may show its own styles and do nothing else.
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response
