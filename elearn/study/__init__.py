"""Enrolment, lessons, progress, assignments, credit."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Bind this feature to the application."""
    from elearn.study import after_views, receivers, record_views  # noqa: F401 - their routes
    from elearn.study.views import bp, fresh_check, shown, topbar

    app.register_blueprint(bp)
    app.context_processor(topbar)
    app.jinja_env.filters["shown"] = shown
    app.jinja_env.globals["fresh_check"] = fresh_check
    receivers.connect()
