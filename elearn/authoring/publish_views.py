"""Pages on which a pengajar publishes a draft now or later, takes a module down, and goes back to an earlier version."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from elearn.authoring import plans, publication, queries, reviews
from elearn.authoring.plans import BadPlan
from elearn.authoring.publication import DraftChanged, Looked
from elearn.authoring.publication_forms import PlanForm, ReasonForm
from elearn.authoring.publication_words import part_title, setting_lines
from elearn.authoring.views import bp
from elearn.catalogue import current
from elearn.catalogue.current import NotPossible
from elearn.catalogue.models import CatalogueModule
from elearn.marking.scope import find_module
from elearn.web.access import access


def module_of_mine(slug: str) -> CatalogueModule:
    """A module of who is signed in; 404 where it is not theirs."""
    module = find_module(current_user.id, slug)
    if module is None:
        abort(404)
    return module


@bp.get("/pengajar/<slug>/terbitkan")
@access("pengajar")
def publish_page(slug: str) -> str:
    module = module_of_mine(slug)
    return _page(module, publication.look(module, anew=False), PlanForm(formdata=None))


def _page(module: CatalogueModule, looked: Looked | None, form: PlanForm) -> str:
    files = looked.files if looked else {}
    after = looked.read.module if looked else None
    before = looked.before.module if looked and looked.before else None
    return render_template(
        "authoring/publish.html",
        slug=module.slug,
        title=after.title if after else before.title if before else module.slug,
        looked=looked,
        setting_rows=setting_lines(looked.changes, after) if looked and after else [],
        titles={part.slug: part_title(part.slug, *[m for m in (after, before) if m])
                for m in (after, before) if m for part in m.parts},
        people=publication.people_of(module.id),
        plan=plans.pending(module.id),
        reviewers=reviews.reviewers(module.id, files),
        remarks=reviews.open_remarks(module.id),
        form=form,
    )  # fmt: skip


@bp.post("/pengajar/<slug>/terbitkan")
@access("pengajar")
def publish(slug: str) -> str | tuple[str, int] | Response:
    module = module_of_mine(slug)
    looked = publication.look(module)
    if looked is None:
        abort(404)
    form = PlanForm()
    state = request.form.get("keadaan", "")
    if looked.state != state:
        return _changed(module, looked)
    if "jadwalkan" in request.form:
        done = form.validate_on_submit() and _plan(module, looked, form)
    else:
        form = PlanForm(formdata=None)
        try:
            done = _publish(looked, state)
        except DraftChanged:
            return _changed(module, looked)
    if done:
        return redirect(url_for("authoring.publish_page", slug=slug))
    return _page(module, looked, form), 422


def _changed(module: CatalogueModule, looked: Looked) -> tuple[str, int]:
    flash(
        _(
            "Belum diterbitkan: naskah atau versi yang berlaku berubah sejak halaman ini Anda buka. Periksa lagi di bawah."
        ),
        "late",
    )
    return _page(module, looked, PlanForm(formdata=None)), 409


def _publish(looked: Looked, state: str) -> bool:
    published = publication.publish(current_user.id, looked, state)
    if published.outcome == "refused":
        return False
    flash(_("Terbit sebagai versi %(n)s. Peserta baru langsung melihatnya.", n=published.number), "ok")
    return True


def _plan(module: CatalogueModule, looked: Looked, form: PlanForm) -> bool:
    """Whether it was planned; what is wrong is told at its field."""
    assert form.waktu.data is not None, "the form needs it"
    try:
        plans.plan(current_user.id, module.id, looked.read, form.waktu.data)
    except BadPlan as trouble:
        form.waktu.errors = [
            {
                "past": _("Waktu ini sudah lewat. Pilih waktu yang akan datang."),
                "waiting": _("Sudah ada jadwal. Batalkan dulu yang lama."),
                "errors": _("Perbaiki dulu kesalahan pada pemeriksaan."),
            }[trouble.code]
        ]
        return False
    flash(_("Terjadwal. Perubahan naskah sesudah ini tidak ikut terbit."), "ok")
    return True


@bp.post("/pengajar/<slug>/terbitkan/batal")
@access("pengajar")
def cancel_plan(slug: str) -> Response:
    if plans.cancel(module_of_mine(slug).id):
        flash(_("Jadwal dibatalkan. Naskah tidak berubah."), "ok")
    return redirect(url_for("authoring.publish_page", slug=slug))


@bp.get("/pengajar/<slug>/versi")
@access("pengajar")
def versions(slug: str) -> str:
    return _versions_page(slug, {})


def _versions_page(slug: str, forms: dict[int, ReasonForm]) -> str:
    """`forms`: the form that came back, by the number of its version; 0 is taking down."""
    page = queries.module_page(current_user.id, slug)
    if page is None:
        abort(404)
    module = module_of_mine(slug)

    def form_of(number: int) -> ReasonForm:
        return forms.get(number) or ReasonForm(formdata=None, prefix=f"v{number}")

    return render_template(
        "authoring/versions.html", page=page, people=publication.people_of(module.id), form_of=form_of
    )


@bp.post("/pengajar/<slug>/turunkan")
@access("pengajar")
def take_down(slug: str) -> tuple[str, int] | Response:
    return _decide(slug, 0, _("Modul diturunkan. Tidak ada lagi yang dapat memulainya."))


@bp.post("/pengajar/<slug>/versi/<int:n>")
@access("pengajar")
def choose_version(slug: str, n: int) -> tuple[str, int] | Response:
    return _decide(slug, n, _("Versi %(n)s berlaku sekarang.", n=n))


def _decide(slug: str, number: int, done: str) -> tuple[str, int] | Response:
    """Take a module down (number 0), or make a version of it current."""
    module = module_of_mine(slug)
    form = ReasonForm(prefix=f"v{number}")
    if not form.validate_on_submit():
        return _versions_page(slug, {number: form}), 422
    try:
        if number:
            current.choose_version(module.id, number, form.alasan.data or "")
        else:
            current.take_down(module.id, form.alasan.data or "")
    except NotPossible as trouble:
        if trouble.code == "version":
            abort(404)
        form.alasan.errors = [
            {
                "reason": _("Isi alasannya: riwayatnya disimpan."),
                "down": _("Modul ini sudah diturunkan."),
                "current": _("Versi ini sudah berlaku."),
            }[trouble.code]
        ]
        return _versions_page(slug, {number: form}), 422
    flash(done, "ok")
    return redirect(url_for("authoring.versions", slug=slug))
