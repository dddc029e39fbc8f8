"""Writing the audit log: called inside the transaction that makes the change, so neither exists without the
other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from elearn import clock
from elearn.database import db
from elearn.people.models import AuditEntry


@dataclass(frozen=True, slots=True)
class Source:
    """Who acts and from where. The system acts as nobody, from nowhere."""

    actor_id: int | None = None
    address: str = ""


from_request: Callable[[], Source] = Source
"""Says who acts; the sign-in code puts its own here, which knows the request."""


def record(
    action: str,
    *,
    person_id: int | None = None,
    subject: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    note: str = "",
) -> None:
    """Add an entry to the open transaction. `before` and `after` hold only what changed, JSON-able, no
    secrets."""
    session = db.session()
    if not session.info.get("transaction_open"):
        raise RuntimeError("an audit entry belongs in the transaction of its change")
    by = from_request()
    session.add(
        AuditEntry(
            at=clock.now(),
            actor_id=by.actor_id,
            action=action,
            person_id=person_id,
            subject=subject,
            address=by.address,
            before=dict(before) if before is not None else None,
            after=dict(after) if after is not None else None,
            note=note,
        )
    )
