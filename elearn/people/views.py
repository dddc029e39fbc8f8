"""Signing in and out, one's own account and password."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from elearn import clock
from elearn.core.identity import normalise
from elearn.database import db
from elearn.people import audit, limits, passwords, service, sessions
from elearn.people.forms import PasswordForm, SignInForm
from elearn.people.models import Person
from elearn.web import formats
from elearn.web.access import EVERYONE, SIGNED_IN, access
from elearn.web.redirects import safe_next

bp = Blueprint("people", __name__, template_folder="templates")


@bp.route("/masuk", methods=["GET", "POST"])
@access(EVERYONE)
def sign_in() -> AnyResponse:
    if current_user.is_authenticated:
        return redirect(safe_next())
    form = SignInForm()
    troubles: list[str] = []
    status = 200
    if form.validate_on_submit():
        number, password = normalise(form.nomor.data or ""), form.sandi.data or ""
        wait = limits.take_try(number)
        if wait:
            page = _sign_in_page(form, [_wait_until(wait)])
            return make_response(page, 429, {"Retry-After": str(wait)})
        person = _authenticate(number, password)
        if person is not None:
            return _welcome(person, number, password)
        troubles = [_("Nomor atau kata sandi tidak cocok. Periksa keduanya, lalu coba lagi.")]
        status = 401
    elif form.is_submitted():
        status = 400
    return make_response(_sign_in_page(form, troubles), status)


def _sign_in_page(form: SignInForm, troubles: list[str]) -> str:
    return render_template(
        "people/sign_in.html", form=form, troubles=troubles, accounts=demo_accounts(), next=safe_next()
    )


def _wait_until(wait: int) -> str:
    """When the next try is: the same for an account that exists and one that does not."""
    again = clock.now() + timedelta(seconds=wait + 59)  # in whole minutes, and not too early
    words = _(
        "Terlalu banyak percobaan. Coba lagi pukul %(jam)s (%(lama)s lagi). Akun Anda tetap aman.",
        jam=formats.jam(again),
        lama=formats.durasi(-(-wait // 60)),
    )
    return str(words)


def _authenticate(number: str, password: str) -> Person | None:
    """The active person with this number and password. As much work is done when there is none."""
    person = db.session.scalars(select(Person).where(Person.number == number)).one_or_none()
    right = passwords.verify(person.password_hash if person else "", password)
    if person is None or not right or not person.active:
        return None
    return person


def _welcome(person: Person, number: str, password: str) -> AnyResponse:
    limits.forgive(number)
    if passwords.needs_rehash(person.password_hash) and not person.must_change_password:
        service.renew_hash(person.id, password)
    sessions.sign_in(person.id)
    response = redirect(url_for("people.change_password") if person.must_change_password else safe_next())
    limits.remember_device(response, number)  # type: ignore[arg-type]
    return response


def demo_accounts() -> list[dict[str, Any]]:
    """The accounts to try, on a demo installation only."""
    path = Path(current_app.config["INSTANCE_DIR"]) / "demo.json"
    if not current_app.config["DEMO"] or not path.is_file():
        return []
    accounts: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["accounts"]
    return accounts


@bp.post("/keluar")
@access(SIGNED_IN, before_password_change=True)
def sign_out() -> AnyResponse:
    sessions.sign_out()
    flash(_("Anda sudah keluar. Kemajuan dan jawaban Anda tersimpan."), "ok")
    return redirect(url_for("people.sign_in"))


@bp.get("/akun")
@access(SIGNED_IN)
def account() -> str:
    living = sessions.of_person(current_user.id)
    here = sessions.hash_token(current_user.token)
    return render_template("people/account.html", sign_ins=living, here=here)


@bp.get("/akun/jejak")
@access(SIGNED_IN)
def trail() -> str:
    """Who looked at one's data."""
    return render_template("people/trail.html", looks=audit.looks_at(current_user.id))


@bp.route("/akun/kata-sandi", methods=["GET", "POST"])
@access(SIGNED_IN, before_password_change=True)
def change_password() -> AnyResponse:
    form = PasswordForm()
    trouble, wait = "", 0
    if form.validate_on_submit():
        # Who finds a signed-in phone must not be able to try out passwords here either.
        wait = limits.take_try(current_user.number)
        trouble = _wait_until(wait) if wait else _change_password(form)
        if not trouble:
            flash(_("Kata sandi sudah diganti. Perangkat lain yang masuk dengan akun ini sudah dikeluarkan."), "ok")
            return redirect(safe_next())
    page = render_template(
        "people/change_password.html",
        form=form,
        troubles=[trouble] if trouble else [],
        first=current_user.must_change_password,
        next=safe_next(),
    )
    return make_response(page, 429 if wait else 400 if form.is_submitted() else 200)


def _change_password(form: PasswordForm) -> str:
    """Why it was not changed; empty when it was. Only a wrong present password stays counted."""
    user, trouble = current_user, ""
    try:
        service.change_own_password(user.id, form.lama.data or "", form.baru.data or "", keep_token=user.token)
    except service.WrongPassword as refusal:
        return str(refusal)
    except service.Refused as refusal:
        trouble = str(refusal)
    else:
        # The sign-in is made anew: whoever copied the old cookie holds nothing.
        person_id = user.id
        sessions.end(user.token)
        sessions.sign_in(person_id)
    limits.forgive(current_user.number)
    return trouble


@bp.post("/akun/keluarkan")
@access(SIGNED_IN)
def end_one() -> AnyResponse:
    if not sessions.end_by_hash(current_user.id, request.form.get("perangkat", "")):
        abort(404)
    flash(_("Perangkat itu sudah dikeluarkan."), "ok")
    return redirect(url_for("people.account"))


@bp.post("/akun/keluar-semua")
@access(SIGNED_IN)
def end_everywhere() -> AnyResponse:
    sessions.end_everywhere(current_user.id)
    sessions.sign_out()
    flash(_("Semua perangkat sudah dikeluarkan, termasuk yang ini."), "ok")
    return redirect(url_for("people.sign_in"))
