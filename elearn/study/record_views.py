"""One's own record and certificates to take away, and the public page that confirms a proof."""

from __future__ import annotations

import re

from flask import Response, abort, current_app, redirect, render_template, request, url_for
from flask_login import current_user
from limits import parse
from werkzeug.wrappers import Response as AnyResponse

from elearn.people.limits import take
from elearn.study import records, signing
from elearn.study.views import bp
from elearn.web.access import EVERYONE, SIGNED_IN, access
from elearn.web.sheets import sheet_response

PROOF = re.compile(r"DJR-\d{4}-[A-Z2-9]{10}")
LOOKS = parse("60 per 10 minutes")
"""Of one address at the page that confirms: numbers cannot be guessed, and nobody may try all the same."""


@bp.get("/nilai/riwayat.<kind>")
@access(SIGNED_IN)
def record(kind: str) -> Response:
    """One's own development record, of a year (`tahun`) or of all."""
    return record_response(current_user.id, kind)


def record_response(person_id: int, kind: str) -> Response:
    """The record as csv, xlsx or pdf; 404 for any other."""
    written = request.args.get("tahun", "")
    year = int(written) if re.fullmatch(r"20\d\d", written) else None
    name = f"riwayat-{year}" if year is not None else "riwayat"
    if kind == "pdf":
        return _pdf(records.record_pdf(person_id, year), name)
    header, rows = records.record_table(records.lines_of(person_id, year))
    return sheet_response(kind, name, "Riwayat", header, rows)


def _pdf(data: bytes, name: str) -> Response:
    response = Response(data, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return response


@bp.get("/nilai/sertifikat/<proof>.pdf")
@access(SIGNED_IN)
def certificate(proof: str) -> Response:
    """One's own certificate of a module."""
    return certificate_response(current_user.id, proof)


def certificate_response(person_id: int, proof: str) -> Response:
    found = records.certificate_of(person_id, proof)
    if found is None:
        abort(404)
    base = current_app.config["URL"] or request.url_root.rstrip("/")
    address = base + url_for("study.confirm", proof=proof)
    return _pdf(records.certificate_pdf(found, address), f"sertifikat-{proof}")


@bp.get("/bukti")
@access(EVERYONE)
def confirm_form() -> str | AnyResponse:
    """Where anybody writes the number of a proof."""
    written = "".join(request.args.get("nomor", "").upper().split())
    if PROOF.fullmatch(written):
        return redirect(url_for("study.confirm", proof=written))
    return render_template("study/confirm.html", found=None, written=written)


@bp.get("/bukti/<proof>")
@access(EVERYONE)
def confirm(proof: str) -> tuple[str, int]:
    """Whether a proof holds, and what to compare with a copy."""
    if not take(LOOKS, "confirm", request.remote_addr or ""):
        abort(429)
    found = records.confirm(proof.upper()) if PROOF.fullmatch(proof.upper()) else None
    return render_template("study/confirm.html", found=found, written=proof[:40]), 200 if found else 404


@bp.get("/bukti/kunci.pem")
@access(EVERYONE)
def public_key() -> Response:
    """The key with which a signed certificate is checked."""
    return Response(signing.public_pem(), mimetype="application/x-pem-file")
