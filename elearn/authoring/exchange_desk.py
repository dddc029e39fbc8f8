"""Questions of other systems into a draft, and a quiz of a draft out of it.

Files from elsewhere are read in the process that reads drafts, with its limits on time and memory. An import only adds: a new
quiz, or sections below what a quiz holds; the draft's history takes it back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from elearn.authoring import arranging, desk, drafts, exchange, media_files
from elearn.authoring.drafts import NoSuchDraft
from elearn.authoring.models import Draft, DraftFile
from elearn.authoring.pictures import Unfit
from elearn.catalogue import template
from elearn.core.content.headings import explicit_ids
from elearn.core.content.media import is_medium
from elearn.core.exchange.base import ExchangeError, Exported
from elearn.core.model import Diagnostic


@dataclass(frozen=True, slots=True)
class ForeignFile:
    """A file of another system, for the reading process."""

    data: bytes
    format: str | None
    title: str
    taken: frozenset[str]

    file = "impor"

    def read(self) -> tuple[exchange.Draft | None, list[Diagnostic]]:
        return _told(self.file, lambda: exchange.import_questions(self.data, self.format, self.title, self.taken))


@dataclass(frozen=True, slots=True)
class QuizFile:
    """A quiz of a draft and its media, to be written in another system's format."""

    text: str
    format: str
    media: dict[str, bytes]

    file = "ekspor"

    def read(self) -> tuple[Exported | None, list[Diagnostic]]:
        return _told(self.file, lambda: exchange.export_questions(self.text, self.format, self.media))


T = TypeVar("T")


def _told(file: str, work: Callable[[], T]) -> tuple[T | None, list[Diagnostic]]:
    """What the work gives, or why it was refused: exceptions do not travel out of the reading process."""
    try:
        return work(), []
    except ExchangeError as trouble:
        return None, [Diagnostic(file, 1, 1, "error", "", str(trouble), "")]


@dataclass(frozen=True, slots=True)
class Brought:
    """What an import did: the quiz file it is in (None where nothing could be read), and the report of each item. `fresh`: the
    quiz was made for it."""

    path: str | None
    report: exchange.Draft
    media: tuple[str, ...] = ()
    fresh: bool = False


def quizzes_of(draft: Draft) -> list[DraftFile]:
    """The quiz files of a draft, in their order. One statement."""
    return _quizzes(drafts.present(draft))


def _quizzes(files: Sequence[DraftFile]) -> list[DraftFile]:
    return [file for file in arranging.parts_of(files) if arranging.kind_of(file.text or "") == "quiz"]


def bring_in(draft: Draft, into: str, name: str, data: bytes, format_name: str | None, by: int) -> Brought:
    """Add the questions of a file to the quiz `into`, or to a new one where it is empty.

    Raises ExchangeError for a file that cannot be read, NoSuchDraft for an unknown quiz, Clash where somebody saves meanwhile.
    """
    files = drafts.present(draft)
    target = next((file for file in _quizzes(files) if file.path == into), None)
    if into and target is None:
        raise NoSuchDraft(into)
    taken = {i for file in files if file.text for i in explicit_ids(file.text.split("\n"))}
    title = f"Impor dari {name[:80]}"
    report = _asked(ForeignFile(data, format_name, title, frozenset(taken)))
    if not report.markdown:
        return Brought(None, report)
    text, media, notes = _with_media(draft, report, by)
    report = replace(report, notes=(*report.notes, *notes))
    if target is not None:
        drafts.save(draft, target.path, f"{(target.text or '').rstrip()}\n\n{text}", target.version, by)
        return Brought(target.path, report, media)
    path = arranging.add_part(draft, "quiz", title, by)
    drafts.save(draft, path, template.headed(title, text, "quiz"), 1, by)
    return Brought(path, report, media, fresh=True)


def _asked(source: ForeignFile | QuizFile) -> Any:
    read, found = desk.read_source(source)
    if read is None:
        raise ExchangeError(f"{found[0].message} {found[0].hint}".strip())
    return read


def _with_media(draft: Draft, report: exchange.Draft, by: int) -> tuple[str, tuple[str, ...], list[str]]:
    """The questions with their media kept in the draft, under names that are free there."""
    text, kept, notes = report.markdown, [], []
    for name, data in report.media.items():
        try:
            path = media_files.add(draft, name, data, by).path
        except Unfit as refused:
            notes.append(f"{name}: {refused}")
            continue
        kept.append(path)
        text = re.sub(rf"{re.escape(name)}(?![\w.-])", path, text)
    return text, tuple(kept), notes


def take_out(draft: Draft, path: str, format_name: str) -> Exported:
    """A quiz of a draft in another system's format. Raises ExchangeError, NoSuchDraft."""
    target = next((file for file in quizzes_of(draft) if file.path == path), None)
    if target is None:
        raise NoSuchDraft(path)
    media = {
        name: data for name, data in drafts.files_of(draft).items() if is_medium(name) and name in (target.text or "")
    }
    exported: Exported = _asked(QuizFile(target.text or "", format_name, media))
    return exported
