"""Who may use a route. Deny by default: a route without `@access` does not exist for anyone (a test walks them all)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import abort, current_app, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

F = TypeVar("F", bound=Callable[..., Any])

EVERYONE = "everyone"
SIGNED_IN = "signed-in"
ROLES = frozenset({"pengajar", "atasan", "admin"})


def access(*who: str, before_password_change: bool = False) -> Callable[[F], F]:
    """Declare who may use a view: EVERYONE, SIGNED_IN, or any of the named roles.

    A person whose first password is not changed yet is sent to change it, except where `before_password_change`.
    Which rows a person may see is the service's and the query's to decide, never this decorator's.
    """
    if not who or not set(who) <= ROLES | {EVERYONE, SIGNED_IN}:
        raise ValueError(f"access needs EVERYONE, SIGNED_IN or roles, not {who}")
    roles = frozenset(who) & ROLES

    def decorate(view: F) -> F:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            refusal = None if EVERYONE in who else _refusal(roles, before_password_change)
            return refusal if refusal is not None else current_app.ensure_sync(view)(*args, **kwargs)

        guarded.__dict__["access"] = frozenset(who)
        return cast(F, guarded)

    return decorate


def _refusal(roles: frozenset[str], before_password_change: bool) -> Response | None:
    if not current_user.is_authenticated:
        return cast(Response, current_app.login_manager.unauthorized())  # type: ignore[attr-defined]
    if current_user.must_change_password and not before_password_change:
        return redirect(url_for("people.change_password", next=request.path if request.method == "GET" else None))
    if roles and not roles & current_user.roles:
        abort(403)
    return None
