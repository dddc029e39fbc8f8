"""Pages of corrections: the questions of a quiz, one of them, what a correction would do, and its decision."""

from __future__ import annotations

from fractions import Fraction

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from elearn.core.questions.number import readings
from elearn.marking import correction_pages, corrections
from elearn.marking.views import bp
from elearn.quizzes.review_models import Correction
from elearn.web.access import access


@bp.get("/penilaian/soal/<slug>/<part>")
@access("pengajar")
def questions(slug: str, part: str) -> str:
    page = correction_pages.questions_page(current_user.id, slug, part)
    if page is None:
        abort(404)
    return render_template("marking/questions.html", page=page)


@bp.get("/penilaian/soal/<slug>/<part>/<question>")
@access("pengajar")
def question(slug: str, part: str, question: str) -> str:
    return _question(slug, part, question)


@bp.get("/penilaian/koreksi/<int:correction_id>")
@access("pengajar")
def correction(correction_id: int) -> str:
    page = correction_pages.correction_page(current_user.id, correction_id)
    if page is None:
        abort(404)
    return render_template("marking/correction.html", page=page)


def _question(slug: str, part: str, name: str, error: str = "") -> str:
    page = correction_pages.question_page(current_user.id, slug, part, name)
    if page is None:
        abort(404)
    return render_template("marking/question.html", page=page, error=error)


@bp.post("/penilaian/soal/<slug>/<part>/<question>")
@access("pengajar")
def correct(slug: str, part: str, question: str) -> str | Response:
    """First what it would do; then, with a reason, do it."""
    try:
        proposed = _proposed(slug, part, question)
        return _step(proposed, slug, part, request.path)
    except corrections.NoSuchQuestion:
        abort(404)
    except corrections.Refused as trouble:
        return _question(slug, part, question, str(trouble))


@bp.post("/penilaian/koreksi/<int:correction_id>")
@access("pengajar")
def withdraw(correction_id: int) -> str | Response:
    """The same for taking a correction back."""
    page = correction_pages.correction_page(current_user.id, correction_id)
    if page is None:
        abort(404)
    try:
        proposed = corrections.propose_withdrawal(current_user.id, correction_id)
        return _step(proposed, page.slug, page.quiz.slug, request.path)
    except corrections.NoSuchQuestion:
        abort(404)
    except corrections.Refused as trouble:
        return _question(page.slug, page.quiz.slug, page.question, str(trouble))


def _step(proposed: Correction, slug: str, part: str, action: str) -> str | Response:
    if request.form.get("langkah") == "terapkan":
        return _decide(proposed, slug, part, action)
    return _preview(proposed, slug, part, action)


def _proposed(slug: str, part: str, name: str) -> Correction:
    form = request.form
    percent = next(iter(readings(form.get("bagian", "100"))), Fraction(0))
    return corrections.propose(
        current_user.id, slug, part, name, form.get("jenis", ""), form.get("jawaban", "")[:500], percent / 100
    )


def _preview(proposed: Correction, slug: str, part: str, action: str, error: str = "") -> str:
    """`action` is where its form goes: the address of this page."""
    page = correction_pages.question_page(current_user.id, slug, part, proposed.question)
    assert page is not None
    effect = correction_pages.preview(proposed)
    return render_template(
        "marking/preview.html",
        page=page,
        proposed=proposed,
        fraction=Fraction(proposed.data.get("fraction", 1)),
        effect=effect,
        action=action,
        error=error,
        form=request.form,
    )


def _decide(proposed: Correction, slug: str, part: str, action: str) -> str | Response:
    try:
        correction_id = corrections.decide(proposed, request.form.get("alasan", ""))
    except corrections.Refused as trouble:
        return _preview(proposed, slug, part, action, str(trouble))
    if corrections.carry_out(correction_id):
        flash(_("Koreksi diterapkan. Peserta yang nilainya berubah diberi tahu."), "ok")
    else:
        flash(_("Koreksi disimpan. Sisanya dinilai ulang di latar; kemajuannya tampil di halaman ini."), "ok")
    return redirect(url_for("marking.question", slug=slug, part=part, question=proposed.question))
