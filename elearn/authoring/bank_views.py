"""Pages of the question bank: looking for a question, one question, and using it in a quiz of one's own."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from elearn.authoring import bank, bank_question
from elearn.authoring.bank import Wanted
from elearn.authoring.drafts import Clash, NoSuchDraft, NotPossible
from elearn.authoring.views import bp
from elearn.web.access import access

TYPES = {
    "single": _l("Pilihan tunggal"),
    "multiple": _l("Pilihan ganda"),
    "text": _l("Isian kata"),
    "number": _l("Isian angka"),
    "matching": _l("Menjodohkan"),
    "ordering": _l("Mengurutkan"),
    "cloze": _l("Rumpang"),
    "essay": _l("Uraian"),
    "hotspot": _l("Titik pada gambar"),
    "computed": _l("Hitungan"),
    "likert": _l("Skala sikap"),
}
USES = {
    "terbalik": _l("Membedakan terbalik"),
    "lemah": _l("Daya beda rendah"),
    "mudah": _l("Terlalu mudah"),
    "sulit": _l("Terlalu sulit"),
    "belum": _l("Belum pernah dijawab"),
}
_REFUSED = {
    "target": _l("Kuis itu tidak ada lagi, atau bukan milik Anda. Pilih lagi."),
    "twice": _l("Kuis itu sudah memakai soal ini."),
}
_CLOSED = _l("Naskah kuis itu tidak dapat dibuka. Pilih kuis lain.")


@bp.get("/pengajar/bank-soal")
@access("pengajar")
def question_bank() -> str:
    page = bank.bank_page(Wanted.of(request.args))
    return render_template("authoring/bank.html", page=page, types=TYPES, uses=USES)


@bp.get("/pengajar/bank-soal/<slug>/<question>")
@access("pengajar")
def bank_question_page(slug: str, question: str) -> str:
    return _question_page(slug, question)


def _question_page(slug: str, question: str, error: str = "") -> str:
    page = bank_question.question_page(current_user.id, slug, question)
    if page is None:
        abort(404)
    chosen = request.form.get("ke", "")
    return render_template("authoring/bank_question.html", page=page, types=TYPES, error=error, chosen=chosen)


@bp.post("/pengajar/bank-soal/<slug>/<question>")
@access("pengajar")
def use_question(slug: str, question: str) -> Any:
    """Let the quiz `ke` of one's own use it, and go to the line where it stands there."""
    entry = bank_question.find(slug, question)
    if entry is None:
        abort(404)
    try:
        module, path, line = bank_question.put_into(entry, request.form.get("ke", ""), current_user.id)
    except (NoSuchDraft, NotPossible) as trouble:
        return _question_page(slug, question, str(_REFUSED.get(getattr(trouble, "code", ""), _CLOSED))), 422
    except Clash as clash:
        text = _("%(nama)s baru saja mengubah kuis itu. Ulangi sekali lagi.", nama=clash.by_name)
        return _question_page(slug, question, text), 409
    flash(_("Soal ini kini dipakai di akhir kuis. Pindahkan barisnya bila perlu, lalu terbitkan."), "ok")
    return redirect(url_for("authoring.file", slug=module, path=path, baris=line))
