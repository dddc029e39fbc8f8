"""After a quiz: answers marked by hand, questions corrected, reports of doubtful ones."""

from __future__ import annotations

from typing import Any

from flask import Flask

from elearn.marking import corrections
from elearn.quizzes.signals import swept


def init_app(app: Flask) -> None:
    """Bind this feature to the application."""
    from elearn.marking import correction_views, report_views  # noqa: F401 - their routes are on the same blueprint
    from elearn.marking.views import bp

    app.register_blueprint(bp)
    swept.connect(_on_swept)


def _on_swept(_sender: Any) -> None:
    """Each round of the sweep carries corrections on that were not finished."""
    corrections.resume()
