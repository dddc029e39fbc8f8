"""The page on which a pengajar gives one person more time, attempts or other dates."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from elearn.authoring import queries
from elearn.authoring.forms import ExtensionForm
from elearn.authoring.views import bp, quiz_of_mine
from elearn.catalogue.store import PublishedVersion
from elearn.core.model import Quiz
from elearn.quizzes import extensions
from elearn.quizzes.extensions import BadExtension
from elearn.web.access import access

PATH = "/pengajar/<slug>/<part>/kelonggaran"


def _page(version: PublishedVersion, quiz: Quiz, form: ExtensionForm) -> str:
    given = extensions.extensions_of(version.module_id, quiz)
    return render_template("authoring/extensions.html", module=version.module, quiz=quiz, given=given, form=form)


@bp.get(PATH)
@access("pengajar")
def quiz_extensions(slug: str, part: str) -> str:
    return _page(*quiz_of_mine(slug, part), ExtensionForm(formdata=None))


@bp.post(PATH)
@access("pengajar")
def extend(slug: str, part: str) -> str | tuple[str, int] | Response:
    version, quiz = quiz_of_mine(slug, part)
    form = ExtensionForm()
    if form.validate_on_submit() and _give(version, quiz, form):
        flash(_("Kelonggaran tersimpan dan langsung berlaku."), "ok")
        return redirect(url_for("authoring.quiz_extensions", slug=slug, part=part))
    return _page(version, quiz, form), 422


def _give(version: PublishedVersion, quiz: Quiz, form: ExtensionForm) -> bool:
    """Whether it was given; what is wrong is told at its field."""
    person = queries.person_by_number(form.nomor.data)
    if person is None:
        form.nomor.errors = [_("Tidak ada akun dengan nomor ini. Periksa angkanya.")]
        return False
    try:
        extensions.give(
            current_user.id,
            person.id,
            version,
            quiz.slug,
            minutes=form.menit.data or 0,
            attempts=form.percobaan.data or 0,
            opens_at=form.buka.data,
            closes_at=form.tutup.data,
            reason=form.alasan.data or "",
        )
    except BadExtension as trouble:
        field, message = {
            "nothing": (form.menit, _("Isi tambahan waktu, percobaan, atau tanggalnya.")),
            "dates": (form.tutup, _("Waktu tutup sudah lewat, atau tidak sesudah waktu buka.")),
            "reason": (form.alasan, _("Isi alasannya.")),
            "range": (form.menit, _("Angkanya terlalu besar.")),
            "person": (form.nomor, _("Akun ini tidak aktif.")),
            "quiz": (form.nomor, _("Kuis ini tidak ada lagi.")),
        }[trouble.code]
        field.errors = [message]
        return False
    return True


@bp.post(f"{PATH}/<int:extension_id>/cabut")
@access("pengajar")
def withdraw_extension(slug: str, part: str, extension_id: int) -> Response:
    version, quiz = quiz_of_mine(slug, part)
    if extensions.withdraw(current_user.id, version, quiz.slug, extension_id):
        flash(_("Kelonggaran dicabut. Percobaan yang sedang berjalan tidak diperpendek."), "ok")
    return redirect(url_for("authoring.quiz_extensions", slug=slug, part=part))
