"""The headers of every answer. Nothing inline, nothing from elsewhere, nothing kept by a shared browser."""

from __future__ import annotations

from flask import Flask, Response, request

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


def protect(response: Response) -> Response:
    """Set what the view has not set itself."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", HSTS)
    return response


def init_app(app: Flask) -> None:
    app.after_request(protect)
