"""Media of a draft: kept once, found again, replaced, and where they are used. On both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from elearn.authoring import desk, drafts, media_files
from elearn.authoring.drafts import Clash, NoSuchDraft
from elearn.authoring.models import Draft, DraftRevision
from elearn.authoring.pictures import Unfit
from elearn.database import db
from elearn.marking.scope import find_module
from elearn.people.models import Person
from tests.content import published
from tests.helpers import trainer_of
from tests.pictures import drawn, encoded, photograph

LESSON = "01-satu.md"
PNG = encoded(drawn(), "PNG")


@pytest.fixture
def trainer(app: Flask, tmp_path: Path) -> Person:
    return trainer_of(published(tmp_path).module_id)


@pytest.fixture
def draft(trainer: Person) -> Draft:
    return drafts.open_draft(trainer.id, "modul-coba")


def page(draft: Draft) -> media_files.MediaPage:
    module = find_module(draft.created_by_id, "modul-coba")
    assert module is not None
    return media_files.media_page(module, draft)


def write_line(draft: Draft, line: str) -> int:
    """Add a line to the lesson; its number."""
    file = drafts.find_file(draft, LESSON)
    assert file is not None and file.text is not None
    saved = drafts.save(draft, LESSON, f"{file.text.rstrip()}\n\n{line}\n", file.version, draft.created_by_id)
    return saved.text.split("\n").index(line) + 1


def test_names_are_those_of_addresses_and_never_taken_twice(draft: Draft, trainer: Person) -> None:
    def add(name: str, color: int) -> str:
        return media_files.add(draft, name, encoded(drawn((40 + color, 40)), "PNG"), trainer.id).path

    assert add("Foto Loket (1).PNG", 1) == "media/foto-loket-1.png"
    assert add("C:\\Users\\rina\\Foto Loket (1).png", 2) == "media/foto-loket-1-2.png"
    assert add("写真.png", 3) == "media/gambar.png"
    file = drafts.find_file(draft, "media/gambar.png")
    assert file is not None
    drafts.delete(draft, file.path, file.version, trainer.id)
    assert add("写真.png", 4) == "media/gambar-2.png", "the deleted one can still be put back"
    known = media_files.add(draft, "lain.png", encoded(drawn((41, 40)), "PNG"), trainer.id)
    assert known.known and known.path == "media/foto-loket-1.png"


def test_uses_are_told_with_file_and_line(draft: Draft, trainer: Person) -> None:
    path = media_files.add(draft, "loket.png", PNG, trainer.id).path
    assert [line.file.path for line in page(draft).unused] == [path]
    n = write_line(draft, f"![Loket]({path}) dan ![lagi]({path})")
    (line,) = page(draft).used
    assert line.uses == [(LESSON, n)] and line.size == (60, 40) and line.bytes == len(drafts.files_of(draft)[path])


def test_replacing_keeps_the_name_and_the_history(draft: Draft, trainer: Person) -> None:
    path = media_files.add(draft, "foto.jpg", photograph(), trainer.id).path
    before = drafts.files_of(draft)[path]
    assert media_files.replace(draft, path, 1, "baru.png", encoded(drawn((90, 30)), "PNG"), trainer.id) == 2
    after = drafts.files_of(draft)[path]
    assert after != before and after[:3] == b"\xff\xd8\xff", "a JPEG still"
    rows = db.session.scalars(select(DraftRevision).where(DraftRevision.path == path).order_by(DraftRevision.id)).all()
    assert [row.kind for row in rows] == ["create", "save"] and rows[0].sha256 != rows[1].sha256
    assert media_files.replace(draft, path, 2, "baru.png", encoded(drawn((90, 30)), "PNG"), trainer.id) == 2
    with pytest.raises(Clash):
        media_files.replace(draft, path, 1, "x.png", PNG, trainer.id)
    drafts.restore(draft, path, rows[0].id, 2, trainer.id)
    assert drafts.files_of(draft)[path] == before
    for wrong in (LESSON, "media/tidak-ada.png"):
        with pytest.raises((NoSuchDraft, Unfit)):
            media_files.replace(draft, wrong, 1, "x.png", PNG, trainer.id)


def test_a_recording_asks_for_captions(draft: Draft, trainer: Person) -> None:
    video = b"\x00\x00\x00\x18ftypmp42" + b"\0" * 60
    path = media_files.add(draft, "Rekaman.mp4", video, trainer.id).path
    assert page(draft).unused[0].captions == "media/rekaman.vtt"
    with pytest.raises(Unfit):
        media_files.add_captions(draft, path, "takarir.srt", b"1\n00:00 --> 00:01\n", trainer.id)
    vtt = b"WEBVTT\n\n00:00.000 --> 00:02.000\nSelamat pagi\n"
    assert media_files.add_captions(draft, path, "takarir.vtt", vtt, trainer.id).path == "media/rekaman.vtt"
    write_line(draft, f"![Rekaman]({path})")
    assert [(line.name, line.captions, len(line.uses)) for line in page(draft).used] == [
        ("rekaman.mp4", "", 1),
        ("rekaman.vtt", "", 1),
    ]
    with pytest.raises(NoSuchDraft):
        media_files.add_captions(draft, LESSON, "a.vtt", vtt, trainer.id)


def test_what_was_uploaded_passes_the_check(draft: Draft, trainer: Person) -> None:
    path = media_files.add(draft, "loket.png", PNG, trainer.id).path
    write_line(draft, f"![Loket pelayanan]({path})")
    _module, found = desk.read("modul-coba", drafts.files_of(draft))
    assert not [d for d in found if d.severity == "error" or d.code in ("X401", "X408")]


def test_a_full_module_takes_no_more(draft: Draft, trainer: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media_files, "FILES_LIMIT", len(drafts.present(draft)))
    with pytest.raises(Unfit, match="sudah berisi"):
        media_files.add(draft, "loket.png", PNG, trainer.id)
