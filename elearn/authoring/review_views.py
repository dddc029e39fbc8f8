"""Pages on which a draft is reviewed: who is asked, and the lines of a file with what is said of them."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from elearn.authoring import drafts, queries, reviews, studio_pages, trying
from elearn.authoring.drafts import NoSuchDraft
from elearn.authoring.publication_forms import AskForm, RemarkForm
from elearn.authoring.publish_views import module_of_mine
from elearn.authoring.reviews import BadReview
from elearn.authoring.views import bp
from elearn.catalogue import sources
from elearn.catalogue.models import CatalogueModule
from elearn.core.content.media import is_medium
from elearn.marking.scope import is_trainer
from elearn.web.access import access

PATH = "/pengajar/<slug>/tinjauan"


def _place(slug: str) -> tuple[CatalogueModule, dict[str, bytes]]:
    """A module whose draft who is signed in may look at, and the draft's files; 404 where there is none."""
    module = reviews.reviewed_module(current_user.id, slug)
    draft = drafts.find(module.id) if module else None
    if module is None or draft is None:
        abort(404)
    return module, drafts.files_of(draft)


@bp.get(PATH)
@access("pengajar")
def review(slug: str) -> str:
    return _page(*_place(slug), AskForm(formdata=None))


def _page(module: CatalogueModule, files: dict[str, bytes], form: AskForm) -> str:
    remarks = reviews.remarks(module.id, files)
    asked = reviews.reviewers(module.id, files)
    return render_template(
        "authoring/review.html",
        slug=module.slug,
        files=[path for path in sorted(files) if not is_medium(path)],
        lost={path: found for path, found in remarks.items() if path not in files},
        open={path: sum(r.comment.resolved_at is None for r in found) for path, found in remarks.items()},
        reviewers=asked,
        mine=next((one for one in asked if one.review.reviewer_id == current_user.id), None),
        trainer=is_trainer(current_user.id, module.id),
        state=sources.fingerprint(files),
        form=form,
    )


@bp.post(PATH)
@access("pengajar")
def ask_review(slug: str) -> tuple[str, int] | Response:
    module = module_of_mine(slug)
    form = AskForm()
    if form.validate_on_submit() and _ask(module, form):
        return redirect(url_for("authoring.review", slug=slug))
    return _page(*_place(slug), form), 422


def _ask(module: CatalogueModule, form: AskForm) -> bool:
    """Whether it was done; what is wrong is told at its field."""
    person = queries.person_by_number(form.nomor.data)
    try:
        if person is None:
            raise BadReview("person")
        if form.peran.data == "pengajar":
            reviews.add_trainer(current_user.id, module.id, person.id)
            flash(_("%(nama)s sekarang pengajar modul ini, dan diberi tahu.", nama=person.name), "ok")
        else:
            reviews.ask(current_user.id, module.id, person.id, form.catatan.data or "")
            flash(_("%(nama)s diminta meninjau, dan diberi tahu.", nama=person.name), "ok")
    except BadReview as trouble:
        form.nomor.errors = [
            {
                "person": _(
                    "Tidak ada pengajar aktif dengan nomor ini. Periksa angkanya, atau minta admin memberi peran."
                ),
                "self": _("Ini nomor Anda sendiri."),
                "trainer": _("Ia sudah pengajar modul ini."),
                "text": _("Pesan paling panjang 2.000 huruf."),
            }[trouble.code]
        ]
        return False
    return True


@bp.post(f"{PATH}/cabut/<int:reviewer_id>")
@access("pengajar")
def withdraw_review(slug: str, reviewer_id: int) -> Response:
    if reviews.withdraw(module_of_mine(slug).id, reviewer_id):
        flash(_("Permintaan tinjauan dicabut. Komentarnya tetap ada."), "ok")
    return redirect(url_for("authoring.review", slug=slug))


@bp.post(f"{PATH}/setujui")
@access("pengajar")
def approve(slug: str) -> Response:
    module, files = _place(slug)
    try:
        reviews.approve(current_user.id, module.id, files, request.form.get("keadaan", ""))
    except BadReview as trouble:
        if trouble.code == "reviewer":
            abort(404)
        flash(_("Belum disetujui: naskah berubah sejak halaman ini Anda buka. Lihat lagi perubahannya."), "late")
    else:
        flash(_("Naskah disetujui, dan pengajarnya diberi tahu."), "ok")
    return redirect(url_for("authoring.review", slug=slug))


@bp.get(f"{PATH}/berkas/<path:path>")
@access("pengajar")
def review_file(slug: str, path: str) -> str:
    return _file_page(*_place(slug), path, RemarkForm(formdata=None))


def _file_page(module: CatalogueModule, files: dict[str, bytes], path: str, form: RemarkForm) -> str:
    """The lines with their remarks, and the form under the line that was chosen (`?baris=`)."""
    lines = reviews.lines_of(files, path)
    if not lines:
        abort(404)
    by_line: dict[int, list[Any]] = {}
    for one in reviews.remarks(module.id, files).get(path, []):
        by_line.setdefault(one.line or 1, []).append(one)
    chosen = request.values.get("baris", type=int)
    return render_template(
        "authoring/review_file.html",
        slug=module.slug,
        path=path,
        lines=lines,
        remarks=by_line,
        chosen=chosen if chosen and 1 <= chosen <= len(lines) else None,
        form=form,
    )


@bp.route(f"{PATH}/tampilan/<path:path>", methods=["GET", "POST"])
@access("pengajar")
def review_shown(slug: str, path: str) -> str:
    """A file as a peserta will see it; its questions can be answered and are graded, and nothing is stored."""
    module = reviews.reviewed_module(current_user.id, slug)
    draft = drafts.find(module.id) if module else None
    if module is None or draft is None:
        abort(404)
    try:
        page = studio_pages.shown_file(module, draft, path)
    except NoSuchDraft:
        abort(404)
    tried = trying.tried(page.shown, request.form if request.method == "POST" else None)
    return render_template("authoring/review_shown.html", page=page, tried=tried)


@bp.post(f"{PATH}/berkas/<path:path>")
@access("pengajar")
def remark(slug: str, path: str) -> tuple[str, int] | Response:
    module, files = _place(slug)
    line = request.form.get("baris", 0, type=int)
    form = RemarkForm()
    if not form.validate_on_submit():
        return _file_page(module, files, path, form), 422
    try:
        reviews.remark(current_user.id, module.id, files, path, line, form.teks.data or "")
    except BadReview as trouble:
        if trouble.code == "line":
            flash(_("Baris ini tidak ada lagi: berkasnya berubah. Pilih barisnya lagi."), "late")
        form.teks.errors = [_("Komentar tidak dapat disimpan. Salin dulu, lalu coba lagi.")]
        return _file_page(module, files, path, form), 422
    return redirect(url_for("authoring.review_file", slug=slug, path=path, _anchor=f"baris-{line}"))


@bp.post(f"{PATH}/komentar/<int:comment_id>")
@access("pengajar")
def settle_remark(slug: str, comment_id: int) -> Response:
    module, files = _place(slug)
    comment = reviews.settle(current_user.id, module.id, comment_id, "selesai" in request.form)
    if comment is None:
        abort(404)
    placed = reviews.remarks(module.id, files)
    path = next(path for path, found in placed.items() if any(one.comment.id == comment.id for one in found))
    if path not in files:
        return redirect(url_for("authoring.review", slug=slug))
    return redirect(url_for("authoring.review_file", slug=slug, path=path, _anchor=f"komentar-{comment.id}"))
