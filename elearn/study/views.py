"""Pages of a learner: home, catalogue, module, lesson, the rules of a quiz, scores."""

from __future__ import annotations

import secrets
from datetime import datetime
from functools import lru_cache
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response

from elearn.catalogue import store
from elearn.catalogue.store import PublishedVersion
from elearn.core.model import Lesson, Question
from elearn.core.questions import type_of
from elearn.core.questions.base import BadResponse
from elearn.database import transaction
from elearn.people import notices
from elearn.quizzes import service as quizzes
from elearn.quizzes.forms import read_answer
from elearn.quizzes.queries import quiz_rules
from elearn.study import catalogue_page, lessons, module_pages, queries, service
from elearn.study.module_pages import LessonPage, QuizPlace
from elearn.web import fragments
from elearn.web.access import SIGNED_IN, access
from elearn.web.i18n import locale

bp = Blueprint("study", __name__, template_folder="templates")


def topbar() -> dict[str, Any]:
    """The year's JP for the bar at the top: asked of the database only when a page shows it."""
    return {"topbar": _Topbar() if current_user.is_authenticated and not current_user.must_change_password else None}


def shown(question: Question) -> dict[str, Any]:
    """What a check presents: its options in the trainer's order, without the key."""
    kind = type_of(question)
    return kind.present(question.body, kind.option_ids(question.body))


@lru_cache(maxsize=4000)
def _check_form(version_id: int, _published: datetime, _language: str, slug: str, part: str, question_id: str) -> str:
    """A check before its first answer: the same for everyone, for ever, since a version never changes."""
    lesson = store.version(version_id).module.part(part)
    assert isinstance(lesson, Lesson)
    page = render_template(
        "study/_check.html",
        slug=slug,
        part=part,
        question=lesson.checks[question_id],
        result=None,
        empty=False,
    )
    return fragments.keep(page)


def fresh_check(version: PublishedVersion, slug: str, part: str, question: Question) -> Markup:
    """The form of a check that is not answered yet, for this session."""
    return fragments.show(_check_form(version.id, version.published_at, locale(), slug, part, question.id))


class _Topbar:
    """Lazy: `jp` and `jp_target` cost one statement at the first look, once a request."""

    def __init__(self) -> None:
        self._year: queries.YearJp | None = None

    def _read(self) -> queries.YearJp:
        if self._year is None:
            self._year = queries.year_jp(current_user.id, current_user.employment)
        return self._year

    @property
    def jp(self) -> Any:
        return self._read().jp

    @property
    def jp_target(self) -> Any:
        return self._read().target.jp


@bp.get("/")
@access(SIGNED_IN)
def home() -> str:
    return render_template("study/home.html", page=queries.home(current_user.id, current_user.employment))


@bp.post("/pemberitahuan/<int:notice_id>")
@access(SIGNED_IN)
def close_notice(notice_id: int) -> Response:
    """Close a notice; on to what it is about when that was pressed."""
    notice = notices.close(current_user.id, notice_id)
    if notice is None:
        abort(404)
    if "lihat" in request.form and "to" in notice.data:
        return redirect(notice.data["to"])
    if "lihat" in request.form and notice.kind == "report-answered":
        return redirect(url_for("quizzes.report_form", public_id=notice.subject, n=notice.data["n"]))
    if "lihat" in request.form:
        return redirect(url_for("quizzes.result", public_id=notice.subject))
    return redirect(url_for("study.home"))


@bp.get("/modul")
@access(SIGNED_IN)
def catalogue() -> str:
    wanted = catalogue_page.Wanted.read(request.args)
    page = catalogue_page.catalogue_page(current_user.id, wanted)
    template = "study/_catalogue_results.html" if request.headers.get("HX-Request") else "study/catalogue.html"
    return render_template(template, page=page)


@bp.get("/modul/<slug>")
@access(SIGNED_IN)
def module(slug: str) -> str:
    page = module_pages.module_page(current_user.id, slug)
    if page is None:
        abort(404)
    return render_template("study/module.html", page=page)


@bp.post("/modul/<slug>/mulai")
@access(SIGNED_IN)
def begin(slug: str) -> Response:
    try:
        enrolment = service.enrol(current_user.id, slug)
    except service.NoSuchModule:
        abort(404)
    progress = queries.progressed(enrolment)
    target = progress.next or progress.module.parts[0]
    return redirect(url_for("study.part", slug=slug, part=target.slug))


@bp.post("/modul/<slug>/versi-baru")
@access(SIGNED_IN)
def move(slug: str) -> Response:
    try:
        moved = service.move_to_current(current_user.id, slug)
    except service.NoSuchModule:
        abort(404)
    if moved:
        flash(_("Anda sekarang di versi terbaru. Kemajuan Anda ikut pindah."), "ok")
    else:
        flash(_("Versi belum dapat diganti: selesaikan dulu percobaan kuis yang sedang berjalan."), "due")
    return redirect(url_for("study.module", slug=slug))


@bp.get("/modul/<slug>/<part>")
@access(SIGNED_IN)
def part(slug: str, part: str) -> str | Response:
    page = module_pages.part_page(current_user.id, slug, part)
    if page is None:
        renamed = module_pages.renamed_part(current_user.id, slug, part)
        if renamed is None:
            abort(404)
        return redirect(url_for("study.part", slug=slug, part=renamed))
    if isinstance(page, QuizPlace):
        return _rules(page)
    return _lesson(slug, page)


def _lesson(slug: str, page: LessonPage) -> str:
    with transaction() as session:
        if page.enrolment is None:
            enrolment = service.open_lesson(current_user.id, slug, page.lesson.slug)
        else:
            enrolment = page.enrolment
            lessons.note_opened(session, enrolment, page.lesson.slug)
    return render_template("study/lesson.html", page=page, enrolment=enrolment, done=set(enrolment.done_slugs))


def _rules(page: QuizPlace) -> str:
    rules = quiz_rules(current_user.id, page.version, page.quiz.slug)
    done = set(page.enrolment.done_slugs) if page.enrolment else set()
    waiting = [p for p in page.version.module.parts if isinstance(p, Lesson) and p.slug not in done]
    return render_template("study/quiz_rules.html", page=page, rules=rules, done=done, unread=waiting)


@bp.post("/modul/<slug>/<part>/kerjakan")
@access(SIGNED_IN)
def start_quiz(slug: str, part: str) -> Response:
    try:
        service.enrol(current_user.id, slug)
        version = service.enrolled_version(current_user.id, slug)
        attempt = quizzes.start(current_user.id, current_user.unit_id, version, part)
    except quizzes.QuizRefused:
        return redirect(url_for("study.part", slug=slug, part=part))  # the rules say why
    except LookupError:
        abort(404)
    return redirect(url_for("quizzes.question", public_id=attempt.public_id, n=1))


@bp.post("/modul/<slug>/<part>/selesai")
@access(SIGNED_IN)
def mark_done(slug: str, part: str) -> Response:
    try:
        enrolment = service.mark_done(current_user.id, slug, part)
    except LookupError:
        abort(404)
    progress = queries.progressed(enrolment)
    parts = progress.module.parts
    place = parts.index(lessons.lesson_of(enrolment, part))
    if progress.next is None:
        flash(_("Selesai. Semua bagian modul ini sudah Anda kerjakan."), "ok")
        return redirect(url_for("study.module", slug=slug))
    following = next((p for p in parts[place + 1 :] if p.slug not in enrolment.done_slugs), progress.next)
    return redirect(url_for("study.part", slug=slug, part=following.slug))


@bp.post("/modul/<slug>/<part>/posisi")
@access(SIGNED_IN)
def position(slug: str, part: str) -> Response:
    try:
        service.save_position(current_user.id, slug, part, request.form.get("jangkar", ""))
    except service.NoSuchModule:
        abort(404)
    return Response(status=204)


@bp.post("/modul/<slug>/<part>/cek/<question>")
@access(SIGNED_IN)
def check(slug: str, part: str, question: str) -> str | Response:
    """Answer a check: a fragment for the page's script, the page again where scripts are off."""
    client_id = request.form.get("id") or secrets.token_hex(16)
    try:
        version = service.enrolled_version(current_user.id, slug)
        lesson = version.module.part_named(part)
        asked = lesson.checks.get(question) if isinstance(lesson, Lesson) else None
        if asked is None:
            abort(404)
        given = read_answer(request.form, asked).response
        result = service.answer_check(current_user.id, slug, part, question, given, client_id)
    except (service.BadAnswer, BadResponse) as trouble:
        current_app.logger.warning("refused a check answer: %s", trouble)
        abort(400)
    except LookupError:
        abort(404)
    if request.headers.get("HX-Request"):
        return render_template(
            "study/_check.html", slug=slug, part=part, question=asked, result=result, empty=result is None
        )
    if result is None:
        flash(_("Pilih atau tulis jawaban dulu, lalu periksa."), "due")
    return redirect(url_for("study.part", slug=slug, part=part) + f"#cek-{question}")


@bp.get("/nilai")
@access(SIGNED_IN)
def scores() -> str:
    return render_template("study/scores.html", page=queries.scores(current_user.id, current_user.employment))
