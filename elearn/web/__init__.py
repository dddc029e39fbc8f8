"""What pages share: layout, components, errors, access, formats, static assets."""

from __future__ import annotations

from flask import Flask

from elearn.web import assets, errors, formats, layout, redirects, security, theme, views


def init_app(app: Flask) -> None:
    """Bind globals, filters, headers and error pages to the application."""
    assets.init_app(app)
    formats.init_app(app)
    layout.init_app(app)
    theme.init_app(app)
    redirects.init_app(app)
    errors.init_app(app)
    security.init_app(app)
    views.init_app(app)
