"""Light, dark, or as the system says: a cookie the server reads, so that no page flashes in the wrong one."""

from __future__ import annotations

from flask import Flask, Response, request

COOKIE = "tema"
CHOICES = ("terang", "gelap", "otomatis")
_ATTRIBUTE = {"terang": "light", "gelap": "dark"}


def theme() -> str:
    """The reader's choice: `terang`, `gelap` or `otomatis`."""
    chosen = request.cookies.get(COOKIE, "otomatis")
    return chosen if chosen in CHOICES else "otomatis"


def theme_attribute() -> str | None:
    """The value of data-bs-theme on <html>; None leaves it to prefers-color-scheme."""
    return _ATTRIBUTE.get(theme())


def remember(response: Response, choice: str) -> None:
    """Keep a choice for a year; scripts of the page need not read it."""
    response.set_cookie(
        COOKIE, choice, max_age=365 * 24 * 3600, samesite="Lax", httponly=True, secure=request.is_secure
    )


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(theme=theme, theme_attribute=theme_attribute)
