"""Enrolment, lessons, progress, assignments, credit."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Bind this feature to the application."""
    from elearn.study.views import bp

    app.register_blueprint(bp)
