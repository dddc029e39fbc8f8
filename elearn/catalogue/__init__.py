"""Published modules and their versions, media, search."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Bind this feature to the application."""
    from elearn.catalogue import media
    from elearn.catalogue.views import bp

    media.init_app(app)
    app.register_blueprint(bp)
