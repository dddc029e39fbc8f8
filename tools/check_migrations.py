"""The migration check: on both databases, what the migrations make is what the models say, and stepping a populated
previous version forward keeps its rows.

    .venv/bin/python tools/check_migrations.py

Exit code 0 well, 1 a difference, and PostgreSQL must be there when CI is set.
"""

from __future__ import annotations

import os
import sys
import tempfile
import warnings
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import upgrade
from sqlalchemy import MetaData, Table, func, insert, select, types
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SAWarning
from sqlalchemy.types import TypeEngine

from elearn.database import Base, db
from tests import databases
from tests.conftest import make_app

# A module names its current version and a version its module: by name the module comes first, and may do without.
warnings.filterwarnings("ignore", "Cannot correctly sort tables", SAWarning)


def main() -> int:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        urls = {"SQLite": f"sqlite:///{folder / 'check.db'}"}
        if databases.postgres_tool("initdb"):
            server = stack.enter_context(databases.postgres_server())
            urls["PostgreSQL"] = databases.create_database(server, "check")
        elif os.environ.get("CI"):
            print("PostgreSQL is not installed, and CI needs it")
            return 1
        return max(check(name, url, folder) for name, url in urls.items())


def check(name: str, url: str, folder: Path) -> int:
    """Step through every revision, rows put into each table as soon as it is there; 0 when all is well."""
    app = make_app(url, folder / name)
    troubles: list[str] = []
    with app.app_context():
        for revision in revisions():
            before = rows_of_tables()
            upgrade(revision=revision)
            after = rows_of_tables()
            lost = {table for table, count in before.items() if after.get(table, count) < count}
            troubles += [f"revision {revision} loses rows of {table}" for table in sorted(lost)]
            populate()
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": keep})
            differences = compare_metadata(context, Base.metadata)
        troubles += [f"the models and the migrations differ: {difference}" for difference in differences]
        empty = sorted(table for table, count in rows_of_tables().items() if not count)
        troubles += [f"no row was put into {table}, so its steps are not tried" for table in empty]
        total = sum(rows_of_tables().values())
        db.session.remove()
        db.engine.dispose()
    for trouble in troubles:
        print(f"{name}: {trouble}")
    if not troubles:
        print(f"{name}: {len(revisions())} migrations make what the models say, and kept {total} rows on the way")
    return 1 if troubles else 0


def revisions() -> list[str]:
    """From the first to the last."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).resolve().parent.parent / "migrations"))
    return [script.revision for script in reversed(list(ScriptDirectory.from_config(config).walk_revisions()))]


def tables() -> MetaData:
    """What is in the database now, without the index of the search, which publishing makes anew."""
    found = MetaData()
    found.reflect(db.engine, only=lambda name, _: keep(None, name, "table", True, None) and name != "alembic_version")
    return found


def rows_of_tables() -> dict[str, int]:
    with db.engine.connect() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in tables().sorted_tables
        }


# Where a column may not hold just anything of its type.
FITTING: dict[str, object] = {
    "person.number": "198501012010011001",
    "role_grant.role": "atasan",
    "unit.parent_id": None,
    "version_file.sha256": None,
}


def populate() -> None:
    """A row in each table that has none yet, whatever its columns are: strings, numbers, JSON; keys point at what is there."""
    with db.engine.begin() as connection:
        for table in tables().sorted_tables:
            if not connection.scalar(select(func.count()).select_from(table)):
                connection.execute(insert(table).values(made_up(connection, table)))


def made_up(connection: Connection, table: Table) -> dict[str, object]:
    values: dict[str, object] = {}
    for column in table.columns:
        name = f"{table.name}.{column.name}"
        if name in FITTING:
            values[column.name] = FITTING[name]
        elif column.foreign_keys:
            there = next(iter(column.foreign_keys)).column
            values[column.name] = connection.scalar(select(there).limit(1))
        else:
            values[column.name] = of_type(column.type)
    return values


def of_type(kind: TypeEngine[Any]) -> object:
    if isinstance(kind, types.JSON):
        return {"a": [1, "b"]}
    if isinstance(kind, types.DateTime):
        return datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    if isinstance(kind, types.Date):
        return date(2026, 1, 2)
    if isinstance(kind, types.Boolean):
        return True
    return 1 if isinstance(kind, types.Integer | types.Numeric | types.Float) else "a"


def keep(item: object, name: str | None, kind: str, reflected: bool, compare_to: object) -> bool:
    return not (name or "").startswith("search_index")


if __name__ == "__main__":
    sys.exit(main())
