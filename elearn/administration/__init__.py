"""Import of people, accounts, the audit log."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Bind this feature to the application."""
    from elearn.administration import (  # noqa: F401 - proof_views and unit_views: their routes
        import_views,
        proof_views,
        unit_views,
        views,
    )

    app.register_blueprint(views.bp)
    app.register_blueprint(import_views.bp)
