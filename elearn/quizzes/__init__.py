"""Attempts, answers, grades."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Bind this feature to the application."""
    from elearn.quizzes import report_views  # noqa: F401 - its routes are on the same blueprint
    from elearn.quizzes.views import bp

    app.register_blueprint(bp)
