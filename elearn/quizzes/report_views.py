"""The page on which a peserta reports a question of their attempt."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from elearn.quizzes import queries, reports
from elearn.quizzes.grading import quiz_of
from elearn.quizzes.models import Attempt
from elearn.quizzes.views import bp
from elearn.web.access import SIGNED_IN, access


def _own(public_id: str, n: int) -> Attempt:
    attempt = queries.own_attempt(current_user.id, public_id)
    if attempt is None or not 1 <= n <= len(attempt.layout):
        abort(404)
    return attempt


def _back(attempt: Attempt, n: int) -> str:
    """Where the peserta came from."""
    if attempt.state == "open":
        return url_for("quizzes.question", public_id=attempt.public_id, n=n)
    return url_for("quizzes.result", public_id=attempt.public_id) + f"#soal-{n}"


@bp.get("/percobaan/<public_id>/<int:n>/lapor")
@access(SIGNED_IN)
def report_form(public_id: str, n: int) -> str:
    return _form(_own(public_id, n), n)


def _form(attempt: Attempt, n: int, error: str = "", text: str = "") -> str:
    return render_template(
        "quizzes/report.html",
        attempt=attempt,
        quiz=quiz_of(attempt),
        n=n,
        earlier=reports.reports_of(attempt, attempt.layout[n - 1]["question"]),
        back=_back(attempt, n),
        error=error,
        text=text,
    )


@bp.post("/percobaan/<public_id>/<int:n>/lapor")
@access(SIGNED_IN)
def report(public_id: str, n: int) -> str | Response:
    attempt = _own(public_id, n)
    text = request.form.get("isi", "")
    try:
        reports.report(current_user.id, public_id, n, text)
    except reports.Refused as trouble:
        return _form(attempt, n, str(trouble), text)
    flash(_("Laporan terkirim. Pengajar menjawabnya lewat pemberitahuan di Beranda."), "ok")
    return redirect(_back(attempt, n))
