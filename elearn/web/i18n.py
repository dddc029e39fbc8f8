"""Language and time zone of a page: Indonesian first, English for who asks for it."""

from __future__ import annotations

from flask import request

LANGUAGES = ("id", "en")


def locale() -> str:
    """`id`, unless the person chose English (the cookie `bahasa`)."""
    chosen = request.cookies.get("bahasa", "id") if request else "id"
    return chosen if chosen in LANGUAGES else "id"


def timezone() -> str:
    """The city's clock is Jakarta's, wherever a phone is."""
    return "Asia/Jakarta"
