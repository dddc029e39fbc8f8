"""The two databases that every service test runs on: a fresh SQLite file, and a PostgreSQL server of our own.

PostgreSQL is started once a session, on a free loopback port, in a temporary folder, as another user when we are root.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psycopg
from sqlalchemy import Integer, create_engine, insert, select, text

from elearn.database import Base, chunks


def postgres_tool(name: str) -> str | None:
    """The path of `initdb` or `pg_ctl`: on the PATH, or where Debian keeps them."""
    found = shutil.which(name)
    if found:
        return found
    candidates = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(candidates[-1]) if candidates else None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _as_server_user(command: list[str]) -> list[str]:
    """The command, run as `postgres` or `nobody` when we are root, who may not run the server."""
    if os.geteuid() != 0:
        return command
    return [
        "setpriv",
        "--reuid",
        _server_user(),
        "--regid",
        _server_group(),
        "--clear-groups",
        "--",
        *command,
    ]


def _server_user() -> str:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise RuntimeError("no user to run PostgreSQL as")


def _server_group() -> str:
    return str(pwd.getpwnam(_server_user()).pw_gid)


@contextmanager
def postgres_server() -> Iterator[str]:
    """The URL prefix (postgresql://user@127.0.0.1:port) of a running server with nothing in it."""
    initdb, pg_ctl = postgres_tool("initdb"), postgres_tool("pg_ctl")
    if not initdb or not pg_ctl:
        raise FileNotFoundError("PostgreSQL's initdb and pg_ctl")
    folder = Path(tempfile.mkdtemp(prefix="diajar-pg-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, _server_user())
        port, data = free_port(), folder / "data"
        run = {
            "check": True,
            "capture_output": True,
            "cwd": str(folder),
            "env": {**os.environ, "LC_ALL": "C.UTF-8"},
        }
        subprocess.run(
            _as_server_user([initdb, "-D", str(data), "-U", "diajar", "-A", "trust", "-E", "UTF8", "--no-sync"]),
            **run,  # type: ignore[call-overload]
        )
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c max_connections=300"
        options += " -c fsync=off"  # only a power cut could tell, and each test has a database of its own to make
        log = str(folder / "log")
        subprocess.run(
            _as_server_user([pg_ctl, "-D", str(data), "-l", log, "-w", "-t", "60", "-o", options, "start"]),
            **{**run, "capture_output": False, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL},  # type: ignore[call-overload]
        )
        try:
            yield f"postgresql://diajar@127.0.0.1:{port}"
        finally:
            subprocess.run(_as_server_user([pg_ctl, "-D", str(data), "-m", "immediate", "-w", "stop"]), **run)  # type: ignore[call-overload]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def crash(url: str) -> None:
    """Kill the server of this database in the middle of whatever it does, as a power cut would, and start it again."""
    server = url.rpartition("/")[0]
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        row = connection.execute("SHOW data_directory").fetchone()
    assert row is not None
    data = Path(row[0])
    pg_ctl = postgres_tool("pg_ctl")
    assert pg_ctl is not None
    command = [pg_ctl, "-D", str(data), "-l", str(data.parent / "log"), "-w", "-t", "60", "-m", "immediate", "restart"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    env = {**os.environ, "LC_ALL": "C.UTF-8"}
    subprocess.run(_as_server_user(command), check=True, cwd=str(data.parent), env=env, **quiet)  # type: ignore[call-overload]


def create_database(server: str, name: str, template: str = "template1") -> str:
    """A new database on the server, copied from `template`; its URL."""
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return f"{server}/{name}"


_SHAPE = """
    SELECT coalesce(sum(hashtextextended(attrelid::regclass || '.' || attname || ' ' || atttypid::regtype, 0)), 0)
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
"""


def empty_database(server: str, name: str, template: str) -> str:
    """A database as `create_database` makes it, from the one of the last test: to delete its rows takes a twentieth of the
    time of copying the template. One whose tables are not those of the template is made anew."""
    url = f"{server}/{name}"
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            others = (
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
            )
            connection.execute(others, [name])
            if connection.execute(_SHAPE).fetchone() == _shape(f"{server}/{template}"):
                _delete_all(connection)
                return url
    except psycopg.OperationalError:
        pass  # there is none yet
    return create_database(server, name, template)


@cache
def _shape(url: str) -> tuple[object, ...] | None:
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(_SHAPE).fetchone()


def _delete_all(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Every row, and every sequence back to its beginning."""
    tables = connection.execute(
        "SELECT format('DELETE FROM %I', tablename) FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
    ).fetchall()
    sequences = connection.execute(
        "SELECT format('ALTER SEQUENCE %I RESTART', sequencename) FROM pg_sequences WHERE schemaname = 'public' "
        "AND last_value IS NOT NULL"
    ).fetchall()
    commands = ["SET session_replication_role = replica", *(str(row[0]) for row in (*tables, *sequences))]
    connection.execute("; ".join(commands).encode())


def copy_rows(source: str, target: str) -> None:
    """Every row of an SQLite database into the same, empty tables of a PostgreSQL database."""
    origin, destination = create_engine(source), create_engine(target.replace("postgresql:", "postgresql+psycopg:"))
    with origin.connect() as read, destination.begin() as write:
        write.execute(text("SET session_replication_role = replica"))
        for table in Base.metadata.sorted_tables:
            rows = [dict(row) for row in read.execute(select(table)).mappings()]
            for some in chunks(rows):
                write.execute(insert(table), some)
            if rows and "id" in table.c and isinstance(table.c.id.type, Integer):
                last = "SELECT setval(pg_get_serial_sequence(:name, 'id'), (SELECT max(id) FROM {}))"
                write.execute(text(last.format(table.name)), {"name": table.name})
    origin.dispose()
    destination.dispose()
