"""Addresses of this site made from the present request: the way back, and the same page asked differently."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from flask import Flask, request


def is_local(target: str | None) -> bool:
    """Whether an address stays on this site: a path, and nothing a browser could read as another host."""
    if not target or not target.startswith("/") or target.startswith("//"):
        return False
    if "\\" in target or any(ord(character) < 32 for character in target):
        return False
    parts = urlsplit(target)
    return not parts.scheme and not parts.netloc


def safe_next(default: str = "/") -> str:
    """Where a form wants to go on to (`next`, posted or in the address) if on this site, else `default`."""
    target = request.form.get("next") or request.args.get("next")
    return target if target is not None and is_local(target) else default


def previous_page(default: str = "/") -> str:
    """The page of this site the request came from (its path and query), else `default`."""
    parts = urlsplit(request.referrer or "")
    if parts.netloc != request.host:
        return default
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    return target if is_local(target) else default


def query_url(**changes: object) -> str:
    """This page with parts of its query changed: `query_url(halaman=2)`; None takes a part away."""
    query = request.args.to_dict(flat=False)
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = [str(value)]
    encoded = urlencode(query, doseq=True)
    path = request.script_root + request.path
    return f"{path}?{encoded}" if encoded else path


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(query_url=query_url)
