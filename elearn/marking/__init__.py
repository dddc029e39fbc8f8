"""After a quiz: answers marked by hand, questions corrected, reports of doubtful ones."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Bind this feature to the application."""
    from elearn.marking.views import bp

    app.register_blueprint(bp)
