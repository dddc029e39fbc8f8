"""Writers of one SQLite file take turns, across threads and processes.

SQLite lets one write at a time and has the others ask again after ever longer pauses, of up to a tenth of a second: with
eight at once most of the time of a write is such a pause. Here they stand in line instead: threads of a process at a
lock, processes at a lock on a file beside the database. The turn only spares the pauses; what keeps writes apart is still
SQLite, so whoever cannot get a turn (another file system, a deadline) goes on without one.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

PATIENCE = 30.0
"""Seconds to wait for a turn, as long as SQLite waits for its lock."""
FIRST_PAUSE, LONGEST_PAUSE = 0.0002, 0.0004


class Line:
    """The line of writers of one database file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = threading.Lock()
        self._file: int | None = None
        self._process = 0

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold the turn for the time of a transaction."""
        deadline = time.monotonic() + PATIENCE
        mine = self._threads.acquire(timeout=PATIENCE)
        held = mine and self._lock(deadline)
        try:
            yield
        finally:
            if held and self._file is not None:
                fcntl.flock(self._file, fcntl.LOCK_UN)
            if mine:
                self._threads.release()

    def _lock(self, deadline: float) -> bool:
        """Only one thread of this process is ever here, so few ask at once and may ask often."""
        pause = FIRST_PAUSE
        while True:
            try:
                fcntl.flock(self._descriptor(), fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            except BlockingIOError:
                if time.monotonic() > deadline:
                    return False
            except OSError:  # no locks on this file system
                return False
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _descriptor(self) -> int:
        """Opened once a process: a lock belongs to the opening, which a fork would share."""
        if self._file is None or self._process != os.getpid():
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._process = os.getpid()
        return self._file


@cache
def _line(path: Path) -> Line:
    return Line(path)


@contextmanager
def write_turn(database: str | None) -> Iterator[None]:
    """Hold the turn to write to an SQLite file; nothing for a database in memory or none of SQLite's (None)."""
    if not database or database == ":memory:":
        yield
        return
    with _line(Path(f"{database}-turn")).turn():
        yield
