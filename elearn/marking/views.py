"""Pages of a pengajar after a quiz: what waits to be marked, and an answer beside its rubric."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from elearn.marking import queries, service
from elearn.marking.forms import MarkForm
from elearn.marking.queue import next_in_line, queue
from elearn.web.access import access

bp = Blueprint("marking", __name__, template_folder="templates")


@bp.get("/penilaian")
@access("pengajar")
def waiting() -> str:
    return render_template("marking/queue.html", queues=queue(current_user.id))


@bp.get("/penilaian/modul/<slug>/<part>")
@access("pengajar")
def quiz(slug: str, part: str) -> str:
    page = queries.quiz_page(current_user.id, slug, part)
    if page is None:
        abort(404)
    return render_template("marking/quiz.html", page=page)


@bp.get("/penilaian/modul/<slug>/<part>/berikutnya")
@access("pengajar")
def following(slug: str, part: str) -> Response:
    """On to the next answer of a quiz; back to what waits when there is none."""
    after = (request.args.get("percobaan", ""), request.args.get("soal", ""))
    item = next_in_line(current_user.id, slug, part, after)
    if item is None:
        if request.args.get("percobaan"):
            flash(_("Semua jawaban kuis ini sudah Anda nilai."), "ok")
        return redirect(url_for("marking.waiting"))
    return redirect(url_for("marking.answer", public_id=item.public_id, question=item.question))


def _page(public_id: str, question: str) -> queries.AnswerPage:
    page = queries.answer_page(current_user.id, public_id, question)
    if page is None:
        abort(404)
    return page


@bp.get("/penilaian/jawaban/<public_id>/<question>")
@access("pengajar")
def answer(public_id: str, question: str) -> str:
    return render_template("marking/answer.html", page=_page(public_id, question), form=None)


@bp.post("/penilaian/jawaban/<public_id>/<question>")
@access("pengajar")
def mark(public_id: str, question: str) -> str | tuple[str, int] | Response:
    page = _page(public_id, question)
    form = MarkForm.read(request.form, page.criteria)
    if form.errors:
        return render_template("marking/answer.html", page=page, form=form)
    try:
        marking = service.mark(current_user.id, public_id, question, form.points, form.comment, form.base)
    except service.NoSuchAnswer:
        abort(404)
    except service.Clash:
        clash = _("Rekan Anda menilai jawaban ini lebih dulu. Penilaian Anda belum disimpan; lihat nilainya di bawah.")
        page = _page(public_id, question)
        return render_template("marking/answer.html", page=page, form=form, clash=clash), 409
    flash(_SAVED[marking.status](), "due" if marking.status == "differ" else "ok")
    return redirect(
        url_for("marking.following", slug=page.module.slug, part=page.quiz.slug, percobaan=public_id, soal=question)
    )


_SAVED = {
    "settled": lambda: _("Tersimpan. Peserta diberi tahu begitu seluruh jawabannya dinilai."),
    "waiting": lambda: _("Tersimpan. Jawaban ini menunggu penilai kedua."),
    "differ": lambda: _("Tersimpan. Nilai kedua penilai berbeda lebih dari 10 persen, jadi perlu ditetapkan."),
}
