"""What a pengajar sees of their modules."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Bind this feature to the application."""
    from elearn.authoring import extension_views, statistics_views  # noqa: F401 - their routes
    from elearn.authoring.views import bp

    app.register_blueprint(bp)
