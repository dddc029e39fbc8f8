"""Slowing down who guesses passwords, without letting one person lock another out.

Failures are counted in three kinds of buckets (OWASP, "Slow down online guessing attacks with device cookies"):
an account from one address, an address over all accounts, and, for a browser that has signed in to an account before, that
browser and account alone. A known browser looks only at its own bucket, so nobody elsewhere, not even behind the same
office address, can use up its tries; an unknown one must pass both of the others.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from typing import Any

from flask import Response, current_app, request
from itsdangerous import BadSignature, URLSafeSerializer
from limits import RateLimitItem, parse

from elearn.extensions import limiter

COOKIE = "perangkat"
A_YEAR = 365 * 24 * 3600


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="known-device")


def _account(number: str) -> str:
    return hashlib.sha256(number.encode()).hexdigest()[:32]


def _known_device(number: str) -> str | None:
    """The name of this browser, when it has signed in to that account before."""
    try:
        known: dict[str, Any] = _signer().loads(request.cookies.get(COOKIE, ""))
        return str(known["d"]) if _account(number) in known["a"] else None
    except (BadSignature, KeyError, TypeError):
        return None


def _buckets(number: str) -> list[tuple[RateLimitItem, tuple[str, ...]]]:
    account, address = _account(number), request.remote_addr or ""
    per_account = parse(current_app.config["SIGN_IN_LIMIT_ACCOUNT"])
    device = _known_device(number)
    if device:
        return [(per_account, ("device", device, account))]
    return [
        (per_account, ("account", account, address)),
        (parse(current_app.config["SIGN_IN_LIMIT_ADDRESS"]), ("address", address)),
    ]


def seconds_to_wait(number: str) -> int:
    """0 when a try is allowed now, else the seconds until the next one is."""
    waits = [0]
    for item, key in _buckets(number):
        if not limiter.limiter.test(item, *key):
            waits.append(max(1, int(limiter.limiter.get_window_stats(item, *key).reset_time - time.time()) + 1))
    return max(waits)


def count_failure(number: str) -> None:
    for item, key in _buckets(number):
        limiter.limiter.hit(item, *key)


def forget_failures(number: str) -> None:
    """After a success: the account's own buckets are emptied; the address's stays, it counts others too."""
    for item, key in _buckets(number):
        if key[0] != "address":
            limiter.limiter.clear(item, *key)


def remember_device(response: Response, number: str) -> None:
    """Mark this browser as known to the account; at most five accounts a browser."""
    try:
        known: dict[str, Any] = _signer().loads(request.cookies.get(COOKIE, ""))
        device, accounts = str(known["d"]), [a for a in known["a"] if isinstance(a, str)]
    except (BadSignature, KeyError, TypeError):
        device, accounts = secrets.token_urlsafe(12), []
    account = _account(number)
    kept = [account, *(a for a in accounts if a != account)][:5]
    response.set_cookie(
        COOKIE,
        str(_signer().dumps({"d": device, "a": kept})),
        max_age=A_YEAR,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
