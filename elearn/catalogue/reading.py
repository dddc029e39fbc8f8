"""Reading modules in a process of its own, with a limit on time and memory, because Markdown can be hostile.

This module imports no more than the core: the process has to start quickly.
"""

from __future__ import annotations

import multiprocessing
import resource
from dataclasses import dataclass
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any

from elearn.core.content import read_module
from elearn.core.model import Diagnostic, Module

SECONDS = 60
MEMORY = 1024 * 1024 * 1024


@dataclass(frozen=True)
class Folder:
    """What the reading of a module needs, and nothing more."""

    slug: str
    files: dict[str, bytes]
    glossary: bytes | None
    known: frozenset[str]
    jp_minutes: int


class SafeReader:
    """Reads folders one after the other in one process, which is made anew when a folder has cost it its life."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._process: Any = None
        self._pipe: Connection | None = None

    def __enter__(self) -> SafeReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def read(self, folder: Folder) -> tuple[Module | None, list[Diagnostic]]:
        """The module and its findings; one finding and no module when reading took too long or too much memory."""
        if self._pipe is None:
            self._begin()
        assert self._pipe is not None
        try:
            self._pipe.send(folder)
            if self._pipe.poll(self._seconds):
                module, found = self._pipe.recv()
                return module, found
            reason = f"lebih dari {self._seconds:g} detik"
        except (EOFError, BrokenPipeError, ConnectionResetError):
            reason = "terlalu banyak waktu atau memori"
        self._end()
        message = f"Modul ini tidak selesai diolah ({reason})."
        return None, [Diagnostic("module.md", 1, 1, "error", "M123", message, "Sederhanakan isinya.")]

    def _begin(self) -> None:
        context = multiprocessing.get_context("spawn")  # a fork would copy the locks of a server's threads
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    def _end(self) -> None:
        if self._pipe is not None:
            self._pipe.close()
            self._process.kill()
            self._process.join()
        self._pipe = self._process = None


def _serve(pipe: Connection) -> None:
    """In the reading process: folders in, modules out, until the pipe closes."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    while True:
        try:
            folder: Folder = pipe.recv()
        except EOFError:
            return
        pipe.send(
            read_module(
                folder.slug,
                folder.files,
                glossary=folder.glossary,
                known_modules=folder.known,
                jp_minutes=folder.jp_minutes,
            )
        )
