"""A folder of content on this computer, shown as a peserta sees it while it is written: what changed, and its server."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Condition, Event, Lock, Thread
from types import TracebackType

from watchfiles import watch as changes_of
from werkzeug.serving import WSGIRequestHandler, make_server

from elearn.authoring.arranging import title_of
from elearn.catalogue import lending
from elearn.catalogue.checking import Target, content_root, folder_of, places_of, targets_of
from elearn.catalogue.reading import Folder, OneFile, SafeReader
from elearn.catalogue.source import read_folder
from elearn.core.content.media import Medium, is_medium, known_media
from elearn.core.model import Diagnostic, Module

HOST = "127.0.0.1"
GROUPED, PAUSE = 100, 20
"""Milliseconds: saving everything at once is one change, and a change is told after a pause this long."""
SECONDS = 6
"""What may be spent on reading a file that somebody is still typing in."""

Read = tuple[dict[str, bytes], dict[str, Medium]]
Changed = Callable[[list[str], str, list[Diagnostic]], None]
"""Told of each module at the beginning (no files), and after each change: the files, the module's slug, and the findings of
the whole module."""


class NoModules(Exception):
    """There is no module.md in the folder, nor in the folders in it."""


@dataclass(frozen=True, slots=True)
class PartLine:
    """A file of a module, as its list shows it."""

    file: str
    slug: str
    title: str


class Watched:
    """The modules of a folder. Files are read from the disk once after each change; reading happens in a process of its
    own with a limit on time, since half-typed Markdown can take minutes."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.number = 0
        """Counts the changes."""
        self._changed = Condition()
        self._closed = False
        self._read: dict[str, Read] = {}
        self._forgotten = 0
        """Counts how often what was read was thrown away."""
        self._page, self._whole = SafeReader(seconds=SECONDS), SafeReader(seconds=SECONDS)
        self._reading, self._checking = Lock(), Lock()
        if not self.modules():
            raise NoModules

    def modules(self) -> dict[str, Target]:
        """The module folders there are now, by slug."""
        targets = (target for target in targets_of(self.path) if (target.folder / "module.md").is_file())
        return {target.folder.resolve().name: target for target in targets}

    def parts(self, slug: str) -> list[PartLine]:
        """The numbered files of a module in their order. Raises KeyError for an unknown module."""
        names = [file for file in self.files(slug) if file.endswith(".md") and file != "module.md"]
        lines = [PartLine(file, file[:-3].partition("-")[2], self.title(slug, file)) for file in names]
        return sorted((line for line in lines if line.slug), key=lambda line: (_place(line.file), line.file))

    def title(self, slug: str, file: str = "module.md") -> str:
        """What a file says its title is; its name where it says none."""
        return title_of(self.files(slug).get(file, b"").decode(errors="replace")) or file.removesuffix(".md")

    def files(self, slug: str) -> Mapping[str, bytes]:
        """The files of a module. Raises KeyError for an unknown module."""
        return self._read_once(slug)[0]

    def _read_once(self, slug: str) -> Read:
        """A module's files and what texts know of its media, once after each change."""
        read, number = self._read.get(slug), self._forgotten
        if read is None:
            files = read_folder(self.modules()[slug].folder)
            read = files, known_media(files)
            with self._changed:
                if number == self._forgotten:  # else a file was saved while this was read
                    self._read[slug] = read
        return read

    def medium(self, sha256: str, name: str) -> bytes | None:
        """The content of a hash under a name that one of the modules has for it."""
        for slug in self.modules():
            files, media = self._read_once(slug)
            for path, one in media.items():
                if one.sha256 == sha256 and path.endswith(f"/{name}"):
                    return files[path]
        return None

    def read_one(self, slug: str, file: str) -> tuple[Module | None, list[Diagnostic]]:
        """One file as a peserta will see it, and its own findings."""
        files, media = self._read_once(slug)
        texts = {path: data for path, data in files.items() if not is_medium(path)}
        folder = folder_of(self.modules()[slug], texts)
        with self._reading:
            return self._page.read(OneFile(self._borrowing(folder, self._page), file, media))

    def check(self, slug: str) -> list[Diagnostic]:
        """The findings of a whole module."""
        folder = folder_of(self.modules()[slug], dict(self.files(slug)))
        with self._checking:
            return self._whole.read(self._borrowing(folder, self._whole))[1]

    def _borrowing(self, folder: Folder, reader: SafeReader) -> Folder:
        """The folder with what it can borrow of those beside it."""
        return replace(folder, lent=lending.beside(folder, places_of(self.modules()[folder.slug]), reader.read))

    def wait(self, after: int, seconds: float) -> int | None:
        """The number of the last change once it is more than `after`, or after so many seconds; None when all is over."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self.number > after, seconds)
            return None if self._closed else self.number

    def look_through(self, stop: Event, changed: Changed) -> None:
        """What there is to mend at the beginning, module by module."""
        for slug in self.modules():
            if stop.is_set():
                return
            changed([], slug, self.check(slug))

    def follow(self, stop: Event, changed: Changed) -> None:
        """Look after the folder until `stop`: pages are told of a change first, then `changed`."""
        root = content_root(self.path)
        glossary = [root / "glossary.md"] if root and root != self.path and (root / "glossary.md").is_file() else []
        for found in changes_of(
            self.path, *glossary, debounce=GROUPED, step=PAUSE, rust_timeout=500, stop_event=stop, raise_interrupt=False
        ):
            files = self._forget({Path(path) for _kind, path in found})
            with self._changed:
                self.number += 1
                self._changed.notify_all()
            for slug, names in files.items():
                changed(names, slug, self.check(slug))

    def _forget(self, paths: set[Path]) -> dict[str, list[str]]:
        """Read again what these paths belong to; the names of the changed files by module."""
        with self._changed:
            self._forgotten += 1
            self._read.clear()
        changed: dict[str, list[str]] = {}
        for slug, target in self.modules().items():
            folder = target.folder.resolve()
            inside = (path.relative_to(folder).as_posix() for path in paths if path.is_relative_to(folder))
            names = [name for name in sorted(inside) if name.endswith(".md") or is_medium(name)]
            if names:  # editors also write files of their own, for a moment
                changed[slug] = names
        return changed

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for lock, reader in ((self._reading, self._page), (self._checking, self._whole)):
            with lock:
                reader.close()


class _Quiet(WSGIRequestHandler):
    """The terminal is for what there is to mend."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def _place(file: str) -> int:
    number = file.partition("-")[0]
    return int(number) if number.isdecimal() else 0


class Server:
    """The pages of a watched folder, for this computer alone. Use as a context manager; `run` serves until interrupted.

    Raises NoModules, and OSError where the port cannot be used.
    """

    def __init__(self, folder: Path, port: int, changed: Changed = lambda *_: None) -> None:
        from elearn.authoring.watch_app import make_app

        self.watched = Watched(folder)
        # Werkzeug ends the whole process when it cannot bind: so it is given what is bound already.
        with socket.create_server((HOST, port)) as bound:
            self._server = make_server(
                HOST, port, make_app(self.watched), threaded=True, request_handler=_Quiet, fd=bound.fileno()
            )
        self._server.daemon_threads = True  # type: ignore[attr-defined]
        self.address = f"http://{HOST}:{self._server.server_address[1]}"
        self._stop = Event()
        self._threads = [
            Thread(target=work, args=(self._stop, changed), daemon=True)
            for work in (self.watched.follow, self.watched.look_through)
        ]

    def run(self) -> None:
        try:
            self._server.serve_forever()
        except KeyboardInterrupt:
            return

    def __enter__(self) -> Server:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self.watched.close()
        self._server.shutdown()
        self._server.server_close()
        for thread in self._threads:
            thread.join()
