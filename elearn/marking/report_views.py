"""Pages of reports: what waits for an answer, and one report beside its question."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from elearn.marking import report_pages
from elearn.marking.views import bp
from elearn.quizzes import reports as service
from elearn.web.access import access


@bp.get("/penilaian/laporan")
@access("pengajar")
def reports() -> str:
    answered = request.args.get("status") == "dijawab"
    lines = report_pages.reports(current_user.id, answered=answered)
    return render_template("marking/reports.html", lines=lines, answered=answered)


@bp.get("/penilaian/laporan/<int:report_id>")
@access("pengajar")
def report(report_id: int) -> str:
    return _page(report_id)


def _page(report_id: int, error: str = "", text: str = "") -> str:
    page = report_pages.report_page(current_user.id, report_id)
    if page is None:
        abort(404)
    return render_template("marking/report.html", page=page, error=error, text=text or page.report.answer)


@bp.post("/penilaian/laporan/<int:report_id>")
@access("pengajar")
def answer_report(report_id: int) -> str | Response:
    text = request.form.get("jawaban", "")
    try:
        service.answer(current_user.id, report_id, text)
    except service.NoSuchReport:
        abort(404)
    except service.Refused as trouble:
        return _page(report_id, str(trouble), text)
    flash(_("Jawaban terkirim. Peserta membacanya di Beranda."), "ok")
    return redirect(url_for("marking.reports"))
