"""Runs migrations inside the application: its engine, its models, one transaction for each step."""

from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import text

from elearn.authoring import models as _drafts  # noqa: F401
from elearn.authoring import publication_models as _publication  # noqa: F401
from elearn.catalogue import models as _catalogue  # noqa: F401
from elearn.database import Base, Exact, Instant, db
from elearn.people import models as _people  # noqa: F401
from elearn.quizzes import models as _quizzes  # noqa: F401
from elearn.quizzes import review_models as _quiz_reviews  # noqa: F401
from elearn.study import models as _study  # noqa: F401

# Search indexes are the database's own kind: the migration that makes them says so, and autogenerate leaves them alone.
OWN_TABLES = ("search_index",)


def include_object(item: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
    return not (name or "").startswith(OWN_TABLES)


def render_item(kind: str, item: Any, autogen_context: Any) -> str | bool:
    """Our column types are written as what the database sees: a migration must not change when our code does."""
    if kind == "type" and isinstance(item, Exact):
        return "sa.BigInteger()"
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    with db.engine.connect().execution_options(write=True) as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            # Batch mode rebuilds tables: with foreign keys on, dropping the old one would delete its children.
            connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            include_object=include_object,
            render_item=render_item,
            **current_app.extensions["migrate"].configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()
            if sqlite:
                broken = connection.execute(text("PRAGMA foreign_key_check")).all()
                if broken:
                    raise RuntimeError(f"the migration breaks foreign keys: {broken[:5]}")
        if sqlite:
            connection.connection.driver_connection.execute("PRAGMA foreign_keys = ON")


run()
