"""Pages of the studio: drafts, a draft's files, one file, its history, and trying out what was written."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from elearn.authoring import arranging, drafts, front_form, studio_pages, trying
from elearn.authoring.drafts import Clash, NoSuchDraft, NotPossible
from elearn.authoring.models import Draft
from elearn.authoring.views import bp
from elearn.catalogue.models import CatalogueModule
from elearn.core.content import apply_edits
from elearn.core.content.media import is_medium
from elearn.core.model import Diagnostic
from elearn.web.access import access

FILE = "/pengajar/<slug>/naskah/<path:path>"


def opened(slug: str) -> tuple[CatalogueModule, Draft]:
    """A module of who is signed in, and its draft; 404 where there is none."""
    try:
        return studio_pages.studio(current_user.id, slug)
    except NoSuchDraft:
        abort(404)


def _why(refused: NotPossible) -> str:
    """What a person reads of a change that cannot be made."""
    words: dict[str, str] = {
        "bad-title": _("Isi judulnya, paling panjang 200 huruf."),
        "bad-slug": _("Nama alamat berisi huruf kecil, angka, dan tanda hubung, misalnya antrean-loket."),
        "slug-taken": _("Nama alamat ini sudah dipakai. Pilih yang lain."),
        "needed": _("module.md memuat keterangan modul dan tidak dapat dihapus."),
        "too-large": _("Teks ini terlalu besar. Bagilah menjadi beberapa berkas."),
        "too-many": _("Tidak ada nomor lagi. Susun ulang urutannya."),
        "no-sources": _(
            "Versi ini terbit sebelum naskah disimpan. Terbitkan sekali lagi dari foldernya, lalu coba lagi."
        ),
    }
    return words[refused.code]


@bp.errorhandler(NotPossible)
def _not_possible(refused: NotPossible) -> Response:
    """Told on the page that one came from; never on one that refuses again."""
    flash(_why(refused), "late")
    came_from = request.referrer or ""
    ours = came_from.startswith(request.host_url) and came_from.split("?")[0] != request.base_url
    return redirect(came_from if ours else url_for("authoring.modules"))


@bp.get("/pengajar/modul-baru")
@access("pengajar")
def new_module() -> str:
    return render_template("authoring/new_module.html", title="", slug="", error="")


@bp.post("/pengajar/modul-baru")
@access("pengajar")
def make_module() -> tuple[str, int] | Response:
    title = request.form.get("judul", "").strip()
    slug = request.form.get("slug", "").strip() or arranging.slug_of(title)
    try:
        drafts.new_module(current_user.id, slug, title)
    except NotPossible as refused:
        return render_template("authoring/new_module.html", title=title, slug=slug, error=_why(refused)), 422
    flash(_("Modul baru dibuat. Hanya Anda yang melihatnya sampai diterbitkan."), "ok")
    return redirect(url_for("authoring.draft", slug=slug))


@bp.get("/pengajar/<slug>/naskah")
@access("pengajar")
def draft(slug: str) -> str:
    return render_template("authoring/draft.html", page=studio_pages.draft_page(*opened(slug)))


@bp.post("/pengajar/<slug>/berkas")
@access("pengajar")
def arrange(slug: str) -> Response:
    """One of the acts on the files of a draft: `aksi`, and the file's `path` and `versi`."""
    _module, found = opened(slug)
    form, by = request.form, current_user.id
    path, act = form.get("path", ""), form.get("aksi", "")
    try:
        if act in ("tambah-materi", "tambah-kuis"):
            kind = "quiz" if act == "tambah-kuis" else "lesson"
            path = arranging.add_part(found, kind, form.get("judul", ""), by)  # type: ignore[arg-type]
            return redirect(url_for("authoring.file", slug=slug, path=path))
        if act in ("naik", "turun"):
            steps = _number("langkah", 1)
            arranging.move(found, path, -steps if act == "naik" else steps, by)
        elif act == "salin":
            arranging.duplicate(found, path, by)
        elif act == "hapus":
            drafts.delete(found, path, base_version(), by)
            flash(_("%(nama)s dihapus. Anda dapat mengembalikannya di bawah daftar.", nama=path), "ok")
        elif act == "kembalikan":
            drafts.put_back(found, path, by)
            flash(_("%(nama)s ada lagi.", nama=path), "ok")
        else:
            abort(400)
    except NoSuchDraft:
        flash(_("Berkas itu sudah berubah nama atau dihapus. Daftar ini yang terbaru."), "due")
    except Clash as clash:
        flash(_("%(nama)s baru saja mengubah berkas itu. Lihat dulu, lalu ulangi.", nama=clash.by_name), "due")
    return redirect(url_for("authoring.media" if is_medium(path) else "authoring.draft", slug=slug))


def base_version() -> int:
    """The version that a form began from."""
    return _number("versi")


def _number(field: str, default: int | None = None) -> int:
    """A whole number of the form; 400 for anything else, or for none where there is no default."""
    value = request.form.get(field, "" if default is None else str(default))
    if not value.isdecimal() or len(value) > 9:
        abort(400)
    return int(value)


@bp.get(FILE)
@access("pengajar")
def file(slug: str, path: str) -> str:
    module, found = opened(slug)
    return _file_page(module, found, path)


def _file_page(module: CatalogueModule, found: Draft, path: str, text: str | None = None, **more: Any) -> str:
    try:
        page = studio_pages.file_page(module, found, path, current_user.id, text)
    except NoSuchDraft:
        abort(404)
    text = page.file.text or "" if text is None else text
    fields = front_form.filled(page.kind, text)
    return render_template("authoring/file.html", page=page, text=text, fields=fields, **more)


@bp.post(FILE)
@access("pengajar")
def save_file(slug: str, path: str) -> Any:
    """Save a file. `perbaiki` names a finding (its line and code) that is mended first."""
    module, found = opened(slug)
    text, base = drafts.normal(request.form.get("isi", "")), base_version()
    plain = request.accept_mimetypes.best != "application/json"
    mend = request.form.get("perbaiki", "")
    if mend:
        text = _mended(module, found, path, text, mend)
    try:
        saved = drafts.save(found, path, text, base, current_user.id)
    except Clash as clash:
        return _clash(module, path, text, clash) if plain else (jsonify(_told(clash)), 409)
    except NotPossible as refused:
        if plain:
            return _file_page(module, found, path, text, error=_why(refused)), 422
        return jsonify(message=_why(refused)), 422
    except NoSuchDraft:
        abort(404)
    if not plain:
        file = drafts.find_file(found, path)
        at = file.changed_at.isoformat() if file else ""
        return jsonify(version=saved.version, text=saved.text, saved_at=at)
    flash(_("Tersimpan."), "ok")
    return redirect(url_for("authoring.file", slug=slug, path=path))


def _told(clash: Clash) -> dict[str, Any]:
    return {"version": clash.version, "text": clash.text, "by": clash.by_name, "at": clash.at.isoformat()}


def _clash(module: CatalogueModule, path: str, text: str, clash: Clash) -> tuple[str, int]:
    lines = studio_pages.compare(clash.text or "", text)
    page = {"module": module, "path": path, "text": text, "clash": clash, "lines": lines}
    return render_template("authoring/clash.html", **page), 409


def _mended(module: CatalogueModule, found: Draft, path: str, text: str, mend: str) -> str:
    findings = _findings(module, found, path, text)
    wanted = [d for d in findings if d.edit and f"{d.line}:{d.code}" == mend]
    return apply_edits({path: text.encode()}, wanted)[path].decode()


def _findings(module: CatalogueModule, found: Draft, path: str, text: str) -> list[Diagnostic]:
    try:
        return studio_pages.file_page(module, found, path, current_user.id, text).findings
    except NoSuchDraft:
        abort(404)


@bp.post("/pengajar/<slug>/keterangan/<path:path>")
@access("pengajar")
def save_front(slug: str, path: str) -> Any:
    """Save the fields of the front matter; the text below it stays."""
    module, found = opened(slug)
    file = drafts.find_file(found, path)
    if file is None or file.text is None:
        abort(404)
    text = front_form.applied(studio_pages.kind_of(file), file.text, request.form)
    try:
        drafts.save(found, path, text, base_version(), current_user.id)
    except Clash as clash:
        return _clash(module, path, text, clash)
    except NoSuchDraft:
        abort(404)
    flash(_("Keterangan tersimpan."), "ok")
    return redirect(url_for("authoring.file", slug=slug, path=path))


@bp.post("/pengajar/<slug>/nama/<path:path>")
@access("pengajar")
def rename_file(slug: str, path: str) -> Response:
    _module, found = opened(slug)
    title, name = request.form.get("judul", ""), request.form.get("slug", "").strip()
    try:
        path = arranging.rename(found, path, base_version(), title, name or arranging.slug_of(title), current_user.id)
    except NoSuchDraft:
        abort(404)
    except Clash as clash:
        flash(_("%(nama)s baru saja mengubah berkas itu. Lihat dulu, lalu ulangi.", nama=clash.by_name), "due")
        return redirect(url_for("authoring.draft", slug=slug))
    flash(_("Nama tersimpan; tautan di berkas lain mengikuti."), "ok")
    return redirect(url_for("authoring.file", slug=slug, path=path))


@bp.post("/pengajar/<slug>/pratinjau/<path:path>")
@access("pengajar")
def preview(slug: str, path: str) -> Response:
    """What a text that is not saved looks like, and its findings, as JSON."""
    module, found = opened(slug)
    text = drafts.normal(request.form.get("isi", ""))
    try:
        page = studio_pages.file_page(module, found, path, current_user.id, text)
    except NoSuchDraft:
        abort(404)
    findings = [
        {key: getattr(d, key) for key in ("file", "line", "col", "severity", "code", "message", "hint")}
        | {"fix": {"line": d.edit.line, "text": d.edit.text} if d.edit else None}
        for d in page.findings
    ]
    return jsonify(html=render_template("authoring/_preview.html", page=page), findings=findings, others=page.others)


@bp.route("/pengajar/<slug>/coba/<path:path>", methods=["GET", "POST"])
@access("pengajar")
def try_out(slug: str, path: str) -> str:
    """A lesson or a quiz as it is saved, to be answered and graded. Nothing of it is stored."""
    module, found = opened(slug)
    try:
        page = studio_pages.file_page(module, found, path, current_user.id)
    except NoSuchDraft:
        abort(404)
    tried = trying.tried(page.shown, request.form if request.method == "POST" else None)
    return render_template("authoring/try.html", page=page, tried=tried)


@bp.get("/pengajar/<slug>/riwayat/<path:path>")
@access("pengajar")
def file_history(slug: str, path: str) -> str:
    module, found = opened(slug)
    file = drafts.find_file(found, path)
    lines = studio_pages.history(found, path)
    if file is None or not lines:
        abort(404)
    chosen = next((one for one in lines if str(one.revision.id) == request.args.get("versi")), None)
    changes = studio_pages.compare(chosen.revision.text or "", file.text or "") if chosen else []
    page = {"module": module, "file": file, "lines": lines, "chosen": chosen, "changes": changes}
    return render_template("authoring/history.html", **page)


@bp.post("/pengajar/<slug>/riwayat/<path:path>")
@access("pengajar")
def restore_file(slug: str, path: str) -> Any:
    _module, found = opened(slug)
    revision = request.form.get("revisi", "")
    if not revision.isdecimal() or len(revision) > 9:
        abort(400)
    try:
        drafts.restore(found, path, int(revision), base_version(), current_user.id)
    except NoSuchDraft:
        abort(404)
    except Clash as clash:
        flash(_("%(nama)s baru saja mengubah berkas itu. Lihat dulu, lalu ulangi.", nama=clash.by_name), "due")
        return redirect(url_for("authoring.file_history", slug=slug, path=path))
    flash(_("Isi yang dulu dipakai lagi. Yang sebelumnya tetap ada di riwayat."), "ok")
    return redirect(url_for("authoring.file", slug=slug, path=path))


@bp.get("/pengajar/<slug>/pelengkap.json")
@access("pengajar")
def completion(slug: str) -> Response:
    return jsonify(studio_pages.completion(*opened(slug)))
