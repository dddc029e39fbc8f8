"""Sign-ins: a random token in a signed cookie, its hash in a row, and the user that both stand for.

One statement a request loads the sign-in, the person, the unit and the roles together.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from flask import Flask, current_app, g, has_request_context, request, session
from flask_login import UserMixin, current_user, login_user, logout_user
from sqlalchemy import CursorResult, Delete, bindparam, delete, select, update
from sqlalchemy.orm import Session, aliased

from elearn import clock
from elearn.core.identity import spaced
from elearn.database import db, transaction
from elearn.extensions import login_manager
from elearn.people import audit, deputies
from elearn.people.deputies import Deputised
from elearn.people.models import Person, RoleGrant, SignIn, Unit

SEEN_EVERY = timedelta(minutes=5)
ScopeUnit = aliased(Unit)


class CurrentUser(UserMixin):  # type: ignore[misc]
    """Who is signed in. `team_paths` are the paths of the units whose atasan they are, or whose atasan they stand in for
    today (`deputised`); `own_paths` those that they were given themselves."""

    def __init__(
        self, token: str, person: Any, roles: frozenset[str], own_paths: tuple[str, ...], deputised: list[Deputised]
    ) -> None:
        self.token = token
        self.id: int = person.id
        self.public_id: str = person.public_id
        self.name: str = person.name
        self.number: str = person.number
        self.position: str = person.position
        self.employment: str = person.employment
        self.email: str = person.email
        self.unit_id: int = person.unit_id
        self.unit_name: str = person.unit_name
        self.unit_path: str = person.unit_path
        self.must_change_password: bool = person.must_change_password
        self.roles = roles | {"atasan"} if deputised else roles
        self.own_paths = own_paths
        self.deputised = deputised
        self.team_paths = tuple(sorted({*own_paths, *(path for one in deputised for path in one.paths)}))

    @property
    def unseen(self) -> tuple[int, ...]:
        """Who is not among the people they look after: themselves, and whom they stand in for."""
        return (self.id, *(one.head_id for one in self.deputised))

    def get_id(self) -> str:
        return self.token

    @property
    def first_name(self) -> str:
        words = self.name.partition(",")[0].split()
        return next((word for word in words if not word.endswith(".")), self.name)

    @property
    def initials(self) -> str:
        words = [word for word in self.name.partition(",")[0].split() if not word.endswith(".")]
        return "".join(word[0] for word in [*words[:1], *words[1:][-1:]]).upper()

    @property
    def spaced_number(self) -> str:
        return spaced(self.number)


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def start(person_id: int, agent: str = "") -> str:
    """A new sign-in; its token, which is kept nowhere else. The person's idle ones go."""
    token = secrets.token_urlsafe(32)
    now = clock.now()
    idle = now - current_app.config["IDLE_TIMEOUT"]
    with transaction() as session_:
        session_.execute(delete(SignIn).where(SignIn.person_id == person_id, SignIn.seen_at < idle))
        session_.add(
            SignIn(
                token_hash=hash_token(token),
                person_id=person_id,
                created_at=now,
                seen_at=now,
                agent=agent[:120],
            )
        )
        audit.record("sign-in.started", person_id=person_id)
    return token


def end(token: str) -> None:
    """End one sign-in by its token."""
    with transaction() as session_:
        session_.execute(delete(SignIn).where(SignIn.token_hash == hash_token(token)))


def end_by_hash(person_id: int, token_hash: str) -> bool:
    """End one of a person's sign-ins, as listed on their page; whether there was one."""
    with transaction() as session_:
        gone = _count(session_, delete(SignIn).where(SignIn.token_hash == token_hash, SignIn.person_id == person_id))
        if gone:
            audit.record("sign-in.ended", person_id=person_id)
        return bool(gone)


def end_everywhere(person_id: int, except_token: str | None = None) -> int:
    """End every sign-in of a person, but for one where named; how many."""
    with transaction() as session_:
        statement = delete(SignIn).where(SignIn.person_id == person_id)
        if except_token:
            statement = statement.where(SignIn.token_hash != hash_token(except_token))
        gone = _count(session_, statement)
        if gone:
            audit.record("sign-in.ended-everywhere", person_id=person_id, after={"count": gone})
        return gone


def of_person(person_id: int) -> Sequence[SignIn]:
    """A person's living sign-ins, last seen first."""
    return db.session.scalars(
        select(SignIn)
        .where(SignIn.person_id == person_id, SignIn.seen_at > clock.now() - current_app.config["IDLE_TIMEOUT"])
        .order_by(SignIn.seen_at.desc())
    ).all()


def _count(session_: Session, statement: Delete) -> int:
    """Run it; how many rows it took."""
    return cast("CursorResult[Any]", session_.execute(statement)).rowcount


# Made once: building a statement costs as much as running it.
_LOAD = (
    select(
        SignIn.seen_at,
        Person.id,
        Person.public_id,
        Person.name,
        Person.number,
        Person.position,
        Person.employment,
        Person.email,
        Person.unit_id,
        Person.must_change_password,
        Person.deputy_until,
        Unit.name.label("unit_name"),
        Unit.path.label("unit_path"),
        RoleGrant.role,
        ScopeUnit.path.label("scope"),
    )
    .join(Person, Person.id == SignIn.person_id)
    .join(Unit, Unit.id == Person.unit_id)
    .outerjoin(RoleGrant, RoleGrant.person_id == Person.id)
    .outerjoin(ScopeUnit, ScopeUnit.id == RoleGrant.unit_id)
    .where(SignIn.token_hash == bindparam("token_hash"), Person.active.is_(True))
)


def load(token: str) -> CurrentUser | None:
    """The user of a token: None when the sign-in ended, was idle too long, or the account is closed. One statement, and
    one more for a deputy."""
    # Past the ORM's own execution, which every request would pay for and none of these columns needs.
    rows = db.session.connection().execute(_LOAD, {"token_hash": hash_token(token)}).all()
    if not rows:
        return None
    now = clock.now()
    if now - rows[0].seen_at > current_app.config["IDLE_TIMEOUT"]:
        return None
    if now - rows[0].seen_at > SEEN_EVERY:
        _touch(token, now)
    roles = frozenset(row.role for row in rows if row.role)
    paths = tuple(sorted(row.scope for row in rows if row.role == "atasan" and row.scope))
    until = rows[0].deputy_until
    deputised = deputies.of_deputy(rows[0].id) if until is not None and until >= clock.today() else []
    return CurrentUser(token, rows[0], roles, paths, deputised)


def _touch(token: str, now: datetime) -> None:
    with transaction() as session_:
        session_.execute(update(SignIn).where(SignIn.token_hash == hash_token(token)).values(seen_at=now))


def sign_in(person_id: int) -> None:
    """Begin a session in this browser: everything of an earlier one is dropped, the token against forgery
    included."""
    kept = {key: session[key] for key in ("_flashes",) if key in session}
    session.clear()
    session.update(kept)
    g.pop("csrf_token", None)  # the form's token of the old session must not be rendered again
    token = start(person_id, request.user_agent.string)
    user = load(token)
    assert user is not None
    login_user(user)


def sign_out() -> None:
    """End the session in this browser."""
    if current_user.is_authenticated:
        end(current_user.token)
    logout_user()
    session.clear()


def init_app(app: Flask) -> None:
    login_manager.init_app(app)
    login_manager.login_view = "people.sign_in"
    login_manager.login_message = None
    login_manager.session_protection = None  # the address of a phone changes; the token is what counts
    login_manager.user_loader(load)

    audit.from_request = _source


def _source() -> audit.Source:
    """Who asks and from where, while a request is answered."""
    if not has_request_context():
        return audit.Source()
    actor = current_user.id if current_user and current_user.is_authenticated else None
    return audit.Source(actor, (request.remote_addr or "")[:45])
