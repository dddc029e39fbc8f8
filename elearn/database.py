"""The base of all tables, the column types they share, and the one way to open a transaction.

SQLite runs in WAL with `synchronous=FULL`, PostgreSQL with `synchronous_commit=on`: what has been committed survives
a power cut, so an answer may be acknowledged as soon as its transaction has ended.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from functools import cache
from itertools import islice
from typing import Any, TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, DateTime, Engine, MetaData, Select, bindparam, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from elearn.turns import write_turn


class Base(DeclarativeBase):
    """Base of every model. Named constraints, because SQLite can only alter what has a name."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


# Objects stay readable after a commit: a page may show what a service returned without asking again.
db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


class Instant(TypeDecorator[datetime]):
    """An aware instant, in UTC on the Python side whatever the database keeps."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Exact(TypeDecorator[Decimal]):
    """A number kept exactly, as an integer count of millionths: SQLite has no decimals and would keep a float.

    Takes a Decimal, a Fraction or an int (a Fraction is rounded half-even to six places; pass and fail are decided on
    the Fraction, before it is stored) and gives a Decimal without trailing zeros. `sum`, `min`, `max` and comparison
    work in SQL; an average is `sum / count`, made in Python.
    """

    impl = BigInteger
    cache_ok = True
    SCALE = 1_000_000

    def process_bind_param(self, value: Decimal | Fraction | int | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        if isinstance(value, Fraction):
            return round(value * self.SCALE)
        if isinstance(value, float):
            raise TypeError("points and JP are exact: give a Decimal, a Fraction or an int")
        return int((Decimal(value) * self.SCALE).to_integral_value(ROUND_HALF_EVEN))

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        if value is None:
            return None
        whole, rest = divmod(int(value), self.SCALE)
        if not rest:
            return Decimal(whole)  # nearly all points and JP: five times as quick
        return (Decimal(int(value)) / self.SCALE).normalize()


def new_public_id() -> str:
    """A name for a URL: 16 characters that tell nothing and cannot be guessed (80 bits)."""
    alphabet = "abcdefghijklmnopqrstuvwxyz234567"
    return "".join(secrets.choice(alphabet) for _ in range(16))


def tune_engine(engine: Engine) -> None:
    """Make commits durable and transactions explicit. Called once for each engine."""
    if engine.dialect.name == "postgresql":
        # The server's default is `on`, but an operator may have turned it off for the whole cluster.
        @event.listens_for(engine, "connect")
        def durable(dbapi_connection: Any, _record: Any) -> None:
            with dbapi_connection.cursor() as cursor:
                cursor.execute("SET synchronous_commit = on")
            dbapi_connection.commit()

        return

    @event.listens_for(engine, "connect")
    def on_connect(dbapi_connection: Any, _record: Any) -> None:
        # The driver's own transaction handling begins too late and only before some statements.
        dbapi_connection.isolation_level = None
        cursor = dbapi_connection.cursor()
        for pragma in (
            "busy_timeout = 30000",
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "cache_size = -65536",
            "temp_store = MEMORY",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        # A write takes the write lock at once: a read lock that is raised later fails instead of waiting.
        write = connection.get_execution_options().get("write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


@contextmanager
def transaction() -> Iterator[Session]:
    """One durable unit of work: committed at the end, rolled back on an exception, joined when already inside one.

    What was read before is from an older moment: a service re-reads what it changes with `locked`.
    """
    session = db.session()
    if session.info.get("transaction_open"):
        yield session
        return
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("changes were made outside a transaction")
    session.commit()  # ends the read transaction that the page began; nothing is pending
    with write_turn(_file_of(session)):
        session.connection(execution_options={"write": True})
        session.info["transaction_open"] = True
        try:
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info["transaction_open"] = False


def _file_of(session: Session) -> str | None:
    """The file of an SQLite database; None for any other."""
    url = session.get_bind().engine.url
    return url.database if url.get_backend_name() == "sqlite" else None


M = TypeVar("M", bound=Base)


def locked(session: Session, model: type[M], key: Any) -> M | None:
    """The row as it is now, held until the transaction ends (a row lock on PostgreSQL, the write lock on SQLite)."""
    return session.get(model, key, populate_existing=True, with_for_update=True)


_INSERT: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def upsert(
    session: Session,
    model: type[Base],
    keys: dict[str, Any],
    values: dict[str, Any],
    first: dict[str, Any] | None = None,
) -> None:
    """Write the row of these keys, there or not, in one statement that two at once survive. `first` is for a new row only."""
    row = {**keys, **values, **(first or {})}
    statement = _upsert(session.get_bind().dialect.name, model, tuple(keys), tuple(values), tuple(row))
    session.connection().execute(statement, row)


CHUNK = 5000
"""Below what any database takes as parameters of one statement."""

T = TypeVar("T")


def chunks(items: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """The items in lists of at most `size`."""
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some


def insert_new(
    session: Session, model: type[Base], rows: list[dict[str, Any]], keys: list[str], source: Select[Any] | None = None
) -> int:
    """Insert the rows whose keys are not there yet, pass over the others; how many were new (-1 where unknown).

    `source` selects a row from parameters of the columns' names, where a condition holds; it needs one.
    """
    statement = _insert_new(session.get_bind().dialect.name, model, tuple(keys), source)
    return int(session.connection().execute(statement, rows if len(rows) > 1 else rows[0]).rowcount)


@cache
def _upsert(
    dialect: str, model: type[Base], keys: tuple[str, ...], values: tuple[str, ...], row: tuple[str, ...]
) -> Any:
    """Made once: to build this statement takes longer than to run it."""
    statement = _INSERT[dialect](model.__table__).values({name: bindparam(name) for name in row})
    changed = {name: statement.excluded[name] for name in values}
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)


@cache
def _insert_new(dialect: str, model: type[Base], keys: tuple[str, ...], source: Select[Any] | None) -> Any:
    statement = _INSERT[dialect](model.__table__)
    if source is not None:
        statement = statement.from_select([column.name for column in source.selected_columns], source)
    return statement.on_conflict_do_nothing(index_elements=keys).execution_options(preserve_rowcount=True)
