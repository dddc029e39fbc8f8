"""Reading content in a process of its own, with a limit on time and memory, because Markdown can be hostile.

This module imports no more than the core: the process has to start quickly.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Protocol

from elearn.core.content import LearningPath, read_glossary, read_module, read_one, read_path
from elearn.core.content.media import Medium
from elearn.core.model import Diagnostic, Module, Question

SECONDS = 60
OUT_OF_TIME = "M123"
"""The code of the finding of a source that could not be read to its end."""
MEMORY = 1024 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Folder:
    """What the reading of a module needs, and nothing more."""

    slug: str
    files: dict[str, bytes]
    glossary: bytes | None
    known: frozenset[str] | None
    """The slugs of the modules there are; None where that is not known."""
    jp_minutes: int
    lent: Mapping[str, Question] | None = None
    """What its questions may be borrowed from; None when that is not known."""

    file = "module.md"

    def read(self) -> tuple[Module | None, list[Diagnostic]]:
        return read_module(
            self.slug,
            self.files,
            glossary=self.glossary,
            known_modules=self.known,
            jp_minutes=self.jp_minutes,
            lent=self.lent,
        )


@dataclass(frozen=True, slots=True)
class OneFile:
    """One file of a folder, for a preview. With `media` the folder needs only its texts."""

    folder: Folder
    file: str
    media: Mapping[str, Medium] | None = None

    def read(self) -> tuple[Module | None, list[Diagnostic]]:
        f = self.folder
        return read_one(
            f.slug, f.files, self.file, media=self.media, glossary=f.glossary, known_modules=f.known, lent=f.lent
        )


@dataclass(frozen=True, slots=True)
class PathFile:
    """A learning path."""

    slug: str
    data: bytes
    known: frozenset[str]

    @property
    def file(self) -> str:
        return f"paths/{self.slug}.md"

    def read(self) -> tuple[LearningPath | None, list[Diagnostic]]:
        return read_path(self.slug, self.data, known_modules=self.known)


@dataclass(frozen=True, slots=True)
class Glossary:
    """Only for its findings: each module reads its terms itself."""

    data: bytes

    file = "glossary.md"

    def read(self) -> tuple[None, list[Diagnostic]]:
        return None, read_glossary(self.data)[1]


class Readable(Protocol):
    """What the reading process is given: it travels there by pickle, and what `read` gives travels back."""

    @property
    def file(self) -> str:
        """The name that a finding has when the reading did not come to its end."""

    def read(self) -> tuple[Any, list[Diagnostic]]: ...


class SafeReader:
    """Reads sources one after the other in one process, which is made anew when a source has cost it its life."""

    def __init__(self, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._seconds, self._memory = seconds, memory
        self._process: Any = None
        self._pipe: Connection | None = None

    def __enter__(self) -> SafeReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def read(self, source: Readable) -> tuple[Any, list[Diagnostic]]:
        """What was read and its findings; one finding and nothing read when it took too long, took too much memory, or
        brought the reader down."""
        if self._pipe is None:
            self._begin()
        assert self._pipe is not None
        try:
            self._pipe.send(source)
            if self._pipe.poll(self._seconds):
                read, found = self._pipe.recv()
                return read, found
            reason = f"lebih dari {self._seconds:g} detik"
        except (EOFError, BrokenPipeError, ConnectionResetError):
            reason = "pembacanya terhenti"
        self.close()
        message = f"Isi ini tidak selesai diolah ({reason})."
        return None, [Diagnostic(source.file, 1, 1, "error", OUT_OF_TIME, message, "Sederhanakan isinya.")]

    def _begin(self) -> None:
        context = multiprocessing.get_context("spawn")  # a fork would copy the locks of a server's threads
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, self._memory), daemon=True)
        self._process.start()
        theirs.close()

    def close(self) -> None:
        """End the reading process; the next reading begins another."""
        if self._pipe is not None:
            self._pipe.close()
            self._process.kill()
            self._process.join()
        self._pipe = self._process = None


def _serve(pipe: Connection, memory: int) -> None:
    """In the reading process: sources in, what was read out, until the pipe closes. Whatever goes wrong ends it."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    while True:
        try:
            source: Readable = pipe.recv()
        except EOFError:
            return
        try:
            answer = source.read()
        except MemoryError:
            os._exit(1)
        pipe.send(answer)
