"""What a pengajar sees of their modules."""

from __future__ import annotations

from typing import Any

from flask import Flask

from elearn.authoring import figures, plans
from elearn.quizzes.signals import swept


def init_app(app: Flask) -> None:
    """Bind this feature to the application."""
    from elearn.authoring import (  # noqa: F401 - their routes
        bank_views,
        document_views,
        exchange_views,
        extension_views,
        media_views,
        publish_views,
        review_views,
        statistics_views,
        studio_views,
    )
    from elearn.authoring.views import bp

    app.register_blueprint(bp)
    swept.connect(_on_swept)


def _on_swept(_sender: Any) -> None:
    """Each round of the sweep publishes what was planned for a time that has come, and looks after the figures of questions."""
    plans.run_due()
    figures.on_swept()
