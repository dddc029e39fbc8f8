"""What an administrator uploaded, between the dry run and the confirmation: kept on the server, for that
administrator alone, for half a day. The browser holds nothing but a name that cannot be guessed."""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

from flask import current_app

from elearn import clock
from elearn.administration.importing import Outcome
from elearn.administration.tables import Table
from elearn.database import new_public_id

LIFETIME = timedelta(hours=12)
KEPT_EACH = 5
"""Uploads of one administrator: the oldest goes when another comes."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A table that waits for its confirmation, or what became of it."""

    key: str
    table: Table | None
    outcome: Outcome | None


def keep(owner: int, table: Table) -> str:
    """Keep a table; its key."""
    folder = _folder()
    key = new_public_id()
    _write(folder / f"{owner}-{key}.json", {"table": asdict(table)})
    _sweep(folder, owner)
    return key


def load(owner: int, key: str) -> Upload | None:
    """What this administrator keeps under that key: None when it is another's, too old, or never was."""
    path = _path(owner, key)
    if _age(path) > LIFETIME:
        return None
    stored = json.loads(path.read_text(encoding="utf-8"))
    if "outcome" in stored:
        done = stored["outcome"]
        return Upload(key, None, Outcome(tuple(done["created"]), done["changed"], done["unchanged"]))
    table = stored["table"]
    rows = tuple((line, tuple(cells)) for line, cells in table["rows"])
    return Upload(key, Table(table["name"], tuple(table["columns"]), tuple(table["ignored"]), rows), None)


def finish(owner: int, key: str, outcome: Outcome) -> None:
    """The import is done: the table is forgotten, who was created is remembered, for their first
    passwords."""
    _write(_path(owner, key), {"outcome": asdict(outcome)})


def discard(owner: int, key: str) -> None:
    """Forget an upload."""
    _path(owner, key).unlink(missing_ok=True)


def _folder() -> Path:
    folder = Path(current_app.config["INSTANCE_DIR"]) / "imports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _path(owner: int, key: str) -> Path:
    if not re.fullmatch(r"[a-z2-7]{16}", key):
        return _folder() / "no-such-upload"
    return _folder() / f"{owner}-{key}.json"


def _write(path: Path, content: object) -> None:
    """All of it or nothing, readable by the server's own user only."""
    partial = path.with_suffix(f".{new_public_id()}")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False)
    partial.replace(path)


def _age(path: Path) -> timedelta:
    """How old a file is; as old as can be when another process has just deleted it."""
    try:
        return timedelta(seconds=clock.now().timestamp() - path.stat().st_mtime)
    except FileNotFoundError:
        return timedelta.max


def _sweep(folder: Path, owner: int) -> None:
    """Delete what is too old, and this administrator's oldest beyond KEPT_EACH."""
    mine = sorted(folder.glob(f"{owner}-*.json"), key=_age)
    for path in [*mine[KEPT_EACH:], *(p for p in folder.iterdir() if _age(p) > LIFETIME)]:
        path.unlink(missing_ok=True)
