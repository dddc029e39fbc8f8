"""Units, persons, roles, sign-in, and the audit log."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Bind this feature to the application."""
    from elearn.core.identity import spaced
    from elearn.people import agents, limits, sessions
    from elearn.people.views import bp

    sessions.init_app(app)
    limits.init_app(app)
    app.jinja_env.filters["peramban"] = agents.peramban
    app.jinja_env.filters["nomor"] = spaced
    app.register_blueprint(bp)
