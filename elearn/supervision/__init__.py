"""Team, one person, assignments, reminders, exports."""

from __future__ import annotations

from typing import Any

from flask import Flask

from elearn.quizzes.signals import swept
from elearn.supervision import digests, export_jobs, plans, reminders


def init_app(app: Flask) -> None:
    """Bind this feature to the application."""
    from elearn.supervision import (  # noqa: F401 - their routes
        assign_views,
        deputy_views,
        digest_views,
        export_views,
        heat_views,
        open_views,
        plan_views,
        report_views,
        sheet_views,
    )
    from elearn.supervision.views import bp

    app.register_blueprint(bp)
    swept.connect(_on_swept)


def _on_swept(_sender: Any) -> None:
    """Rounds of the sweep remind people of what is due, ask atasan about plans, mail them on Mondays how their team stands, and
    remove exports that are over."""
    reminders.on_swept()
    plans.on_swept()
    digests.on_swept()
    export_jobs.tidy()
