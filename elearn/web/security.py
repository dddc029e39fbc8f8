"""The headers of every answer: nothing inline, nothing from elsewhere, nothing kept by a shared browser. And what no request
may hold."""

from __future__ import annotations

import secrets

from flask import Flask, Response, abort, g, request

POLICY = (
    "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'; img-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), "
        "microphone=(), midi=(), payment=(), usb=()"
    ),
    # A page may name a person: neither a proxy nor the next user of a counter's computer may keep it. A view
    # whose answer is the same for everyone (media) sets its own Cache-Control, which stays.
    "Cache-Control": "no-store",
}
HSTS = "max-age=31536000; includeSubDomains"


def style_nonce() -> str:
    """For the one script that brings its own style sheet, the editor: a word that only this answer's policy knows. A page that
    does not ask for it allows no style but those of our files."""
    if "style_nonce" not in g:
        g.style_nonce = secrets.token_urlsafe(16)
    return str(g.style_nonce)


def protect(response: Response) -> Response:
    """Set what the view has not set itself."""
    own = {name.lower() for name in response.headers.keys()}  # noqa: SIM118 - without a value each
    if "style_nonce" in g and "content-security-policy" not in own:
        response.headers["Content-Security-Policy"] = f"{POLICY}; style-src 'self' 'nonce-{g.style_nonce}'"
        own.add("content-security-policy")
    response.headers.extend([(name, value) for name, value in HEADERS.items() if name.lower() not in own])
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", HSTS)
    return response


def refuse_nul() -> None:
    """400 for a NUL in an address or a form: no keyboard types one, and PostgreSQL stores none. JSON is its view's to check."""
    if "\0" in request.path or b"%00" in request.query_string:
        abort(400)
    if request.method == "POST" and any("\0" in text for texts in request.form.listvalues() for text in texts):
        abort(400)


def init_app(app: Flask) -> None:
    app.before_request(refuse_nul)
    app.after_request(protect)
    app.jinja_env.globals.update(style_nonce=style_nonce)
