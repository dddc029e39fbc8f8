"""Parts of pages that are the same in many of them: made once, with places for what differs.

A fragment may look at nothing but what its cache is keyed by. What differs is put in each time: the token against forgery
of the session that asks, and texts that were `place`d.
"""

from __future__ import annotations

from flask_wtf.csrf import generate_csrf
from markupsafe import Markup, escape


def place(name: str) -> str:
    """What to render where the text of that name will go. No page can hold it: what people write has no NUL in it."""
    return f"\0{name}\0"


def keep(html: str) -> str:
    """The fragment as it may be kept: without the token of the session it was made in."""
    return str(html).replace(generate_csrf(), place("token"))


def show(kept: str, **texts: str) -> Markup:
    """A kept fragment for the present session, with the texts (escaped here) in their places."""
    kept = kept.replace(place("token"), generate_csrf())
    for name, text in texts.items():
        kept = kept.replace(place(name), escape(text))
    return Markup(kept)  # noqa: S704 - rendered by our own templates
