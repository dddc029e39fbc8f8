"""Slowing down who guesses passwords, without letting one person lock another out.

Failures are counted in three kinds of buckets (OWASP, "Slow down online guessing attacks with device
cookies"): an account from one address, an address over all accounts, and, for a browser that has signed in to
an account before, that browser and account alone. A known browser looks only at its own bucket, so nobody
elsewhere, not even behind the same office address, can use up its tries; an unknown one must pass both of the
others.

There is no bucket of an account over all addresses: whoever knows a number could fill it and keep its owner
out. What it would hold back, guessing one account from many addresses, the length of passwords and the list
of common ones hold back.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from typing import Any

from flask import Flask, Response, current_app, request
from itsdangerous import BadSignature, URLSafeSerializer
from limits import RateLimitItem, parse
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter, RateLimiter

COOKIE = "perangkat"
A_YEAR = 365 * 24 * 3600

Bucket = tuple[RateLimitItem, tuple[str, ...]]


def init_app(app: Flask) -> None:
    """Where tries are counted. Few requests are limited, and only these look."""
    app.extensions["limits"] = FixedWindowRateLimiter(storage_from_string(app.config["LIMITS_URL"]))


def _limiter() -> RateLimiter:
    limiter: RateLimiter = current_app.extensions["limits"]
    return limiter


def take(item: RateLimitItem, *key: str) -> bool:
    """Whether something that is limited may be done once more now by whom the key names; it is counted."""
    return _limiter().hit(item, *key)


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


def _buckets(number: str) -> list[Bucket]:
    account, address = _account(number), request.remote_addr or ""
    per_account = parse(current_app.config["SIGN_IN_LIMIT_ACCOUNT"])
    device = _known_device(number)
    if device:
        return [(per_account, ("device", device, account))]
    return [
        (per_account, ("account", account, address)),
        (parse(current_app.config["SIGN_IN_LIMIT_ADDRESS"]), ("address", address)),
    ]


def take_try(number: str) -> int:
    """Count a try, before the password is looked at, so that a hundred at once cannot slip through.

    0 when it may go on; else the seconds until the next try, and nothing else is counted.
    """
    limiter = _limiter()
    taken: list[Bucket] = []
    for item, key in _buckets(number):
        if not limiter.hit(item, *key):
            _give_back(taken)
            return max(1, int(limiter.get_window_stats(item, *key).reset_time - time.time()) + 1)
        taken.append((item, key))
    return 0


def forgive(number: str) -> None:
    """After a success only failures stay counted: the account's own buckets are emptied, the address gets its
    try back."""
    for item, key in _buckets(number):
        if key[0] == "address":
            _give_back([(item, key)])
        else:
            _limiter().clear(item, *key)


def _give_back(buckets: list[Bucket]) -> None:
    storage = _limiter().storage
    for item, key in buckets:
        storage.incr(item.key_for(*key), item.get_expiry(), amount=-1)


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
