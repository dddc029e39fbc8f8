"""Versions that never change, all or nothing, and search. On both databases."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from elearn.catalogue import publishing, search, store
from elearn.catalogue.models import CatalogueModule, MediaFile, ModuleVersion, Part, PublishedQuestion
from elearn.catalogue.reading import Folder, SafeReader
from elearn.database import db
from tests.content import files, publish, published

SLUG = "modul-coba"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x10\x00\x00\x00\x08" + b"\0" * 40


def count(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_publishing_again_without_a_change_makes_no_version(app: Flask, tmp_path: Path) -> None:
    first = published(tmp_path)
    assert (first.number, len(first.module.parts)) == (1, 4)
    assert publish(tmp_path, files()).modules[0].outcome == "unchanged"
    assert count(ModuleVersion) == 1
    assert count(PublishedQuestion) == 2 + 2 + 7


def test_a_version_comes_back_as_it_went_in(app: Flask, tmp_path: Path) -> None:
    version = published(tmp_path)
    store.forget()
    assert store.version(version.id).module == version.module
    assert store.version(version.id) is store.version(version.id), "kept in memory"


def test_a_module_with_an_error_is_refused_and_the_published_one_stays(app: Flask, tmp_path: Path) -> None:
    version = published(tmp_path)
    broken = files()
    broken["01-satu.md"] = broken["01-satu.md"].replace("(x) dengar", "( ) dengar")
    report = publish(tmp_path, broken)
    assert report.refused and report.modules[0].outcome == "refused"
    assert any("01-satu.md" in line for line in report.lines())
    current = store.current(SLUG)
    assert current is not None and current.id == version.id


def test_going_back_to_an_earlier_content_uses_its_version_again(app: Flask, tmp_path: Path) -> None:
    first = published(tmp_path)
    publish(tmp_path, files(lessons=("satu",)))
    publish(tmp_path, files())
    current = store.current(SLUG)
    assert current is not None and current.id == first.id and count(ModuleVersion) == 2


def test_a_failure_in_the_middle_publishes_nothing(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(search, "index", fail)
    with pytest.raises(OSError, match="disk full"):
        publish(tmp_path, files())
    assert (count(CatalogueModule), count(ModuleVersion), count(Part)) == (0, 0, 0)


def test_media_are_kept_by_their_content(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "content" / "modules" / SLUG / "media").mkdir(parents=True)
    target = tmp_path / "content" / "modules" / SLUG
    for name, text in files().items():
        (target / name).write_text(text)
    (target / "media" / "peta.png").write_bytes(PNG)
    (target / "01-satu.md").write_text("---\ntitle: Satu\n---\n![Peta loket](media/peta.png)\n")
    report = publishing.publish_content(tmp_path / "content", by=None)
    assert not report.refused, report.lines()
    media = db.session.scalars(select(MediaFile)).one()
    assert publishing.media_path(app.config["MEDIA_DIR"], media.sha256).read_bytes() == PNG
    lesson = store.current(SLUG).module.part("satu")  # type: ignore[union-attr]
    assert f'src="/media/{media.sha256}/peta.png"' in lesson.blocks[0].html  # type: ignore[union-attr]
    assert 'width="16"' in lesson.blocks[0].html and 'loading="lazy"' in lesson.blocks[0].html  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("loket", True),
        ("pelayanan", True),
        ("pelay", True),
        ("antrean kelurahan", True),
        ("melayani", True),
        ("astronomi", False),
        ("", False),
        ('"; DROP TABLE module; --', False),
        ("loket OR (", False),
        ("* NEAR/2 :", False),
        ("' \" \\ % _ & | ! <->", False),
        ("a" * 5000, False),
        ("\x00", False),
    ],
)
def test_search_finds_stems_and_survives_anything(app: Flask, tmp_path: Path, query: str, found: bool) -> None:
    published(tmp_path)
    assert bool(search.search(query)) is found


def test_search_follows_the_current_version(app: Flask, tmp_path: Path) -> None:
    published(tmp_path)
    changed = files()
    changed["01-satu.md"] = "---\ntitle: Perpustakaan keliling\n---\nBuku untuk warga.\n"
    publish(tmp_path, changed)
    assert [slug for _module, slug, _title in search.search("perpustakaan")] == ["satu"]
    assert search.search("antrean")


def test_a_folder_that_takes_too_long_is_refused(app: Flask) -> None:
    folder = Folder("lama", {"module.md": b"x"}, None, frozenset(), 45)
    with SafeReader(seconds=0.0) as reader:
        began = time.monotonic()
        module, found = reader.read(folder)
        assert module is None and found[0].code == "M123" and time.monotonic() - began < 5
        module, found = reader.read(folder)  # a new process serves the next one
        assert module is None


def test_unreadable_things_in_a_folder_are_passed_over(app: Flask, tmp_path: Path) -> None:
    target = tmp_path / "content" / "modules" / SLUG
    target.mkdir(parents=True)
    (target / ".DS_Store").write_bytes(b"\0")
    (target / "rahasia.md").symlink_to("/etc/passwd")
    report = publish(tmp_path, files())
    assert not report.refused, report.lines()
