"""Versions that never change, all or nothing, and search. On both databases."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from elearn.catalogue import media, publishing, queries, search, store
from elearn.catalogue.models import (
    CatalogueModule,
    LearningPathEntry,
    MediaFile,
    ModuleVersion,
    Part,
    PublishedQuestion,
    SearchEntry,
)
from elearn.catalogue.reading import Folder, SafeReader
from elearn.core.model import Module
from elearn.database import db, transaction
from tests.content import files, publish, published

ROOT = Path(__file__).resolve().parents[2]
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


def test_a_publication_says_what_became_of_each_part(app: Flask, tmp_path: Path) -> None:
    published(tmp_path)
    after = files(lessons=("awal", "dua", "tiga"))
    after["01-awal.md"] = after["01-awal.md"].replace("---\ntitle", "---\naliases: [satu]\ntitle", 1)
    after["02-dua.md"] += "\nSatu kalimat lagi.\n"
    del after["90-kuis-akhir.md"]
    after["module.md"] = after["module.md"].replace("posttest: kuis-akhir\n", "")
    outcome = publish(tmp_path, after).modules[0]
    assert (outcome.outcome, outcome.number) == ("changed", 2)
    assert outcome.changes.renamed == {"satu": "awal"}
    assert (outcome.changes.added, outcome.changes.removed) == (["tiga"], ["kuis-akhir"])
    assert outcome.changes.changed == ["dua"]
    assert "satu menjadi awal" in outcome.lines()[0]


def test_a_renamed_folder_keeps_the_history_of_its_module(app: Flask, tmp_path: Path) -> None:
    before = published(tmp_path)
    renamed = files()
    renamed["module.md"] = renamed["module.md"].replace("jp: 0.5", f"jp: 0.5\naliases: [{SLUG}]")
    for file in (tmp_path / "content" / "modules" / SLUG).iterdir():
        file.unlink()
    (tmp_path / "content" / "modules" / SLUG).rmdir()
    report = publish(tmp_path, renamed, "modul-baru")
    assert not report.refused, report.lines()
    after = store.current("modul-baru")
    assert after is not None and after.module_id == before.module_id and after.number == 2
    assert store.module_row(SLUG) is None
    assert queries.renamed_module(SLUG) == "modul-baru" and queries.renamed_module("lain") is None


def test_an_alias_takes_nothing_from_a_folder_that_is_still_there(app: Flask, tmp_path: Path) -> None:
    first = published(tmp_path)
    other = files()
    other["module.md"] = other["module.md"].replace("jp: 0.5", f"jp: 0.5\naliases: [{SLUG}]")
    publish(tmp_path, other, "modul-baru")
    kept, made = store.current(SLUG), store.current("modul-baru")
    assert kept is not None and made is not None and kept.module_id == first.module_id != made.module_id


def test_two_publications_at_once_make_one_version(app: Flask, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        target = tmp_path / folder / "modules" / SLUG
        target.mkdir(parents=True)
        for name, text in files().items():
            (target / name).write_text(text)
    db.session.remove()
    outcomes: list[str] = []
    troubles: list[BaseException] = []

    def run(folder: str) -> None:
        try:
            with app.app_context():
                outcomes.append(publishing.publish_content(tmp_path / folder, by=None).modules[0].outcome)
        except BaseException as trouble:
            troubles.append(trouble)

    threads = [threading.Thread(target=run, args=(folder,)) for folder in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == [] and sorted(outcomes) == ["new", "unchanged"]
    assert (count(CatalogueModule), count(ModuleVersion)) == (1, 1)


def test_another_process_sees_the_new_version_at_once(app: Flask, tmp_path: Path) -> None:
    """A worker keeps the versions it has loaded, but asks the database which is current."""
    first = published(tmp_path)
    assert store.current(SLUG) == first
    target = tmp_path / "content" / "modules" / SLUG
    (target / "02-dua.md").unlink()
    script = (
        "import sys; from pathlib import Path; from config import Config; from elearn import create_app\n"
        "from elearn.catalogue.publishing import publish_content\n"
        "settings = dict(zip(('DATABASE_URL', 'DIAJAR_INSTANCE'), sys.argv[1:3]), DIAJAR_MODE='testing')\n"
        "with create_app(Config(settings)).app_context():\n"
        "    assert not publish_content(Path(sys.argv[3]), by=None).refused\n"
    )
    url = db.engine.url.render_as_string(hide_password=False)
    folders = [str(app.config["INSTANCE_DIR"]), str(tmp_path / "content")]
    db.session.rollback()
    subprocess.run([sys.executable, "-c", script, url, *folders], cwd=ROOT, check=True)
    now = store.current(SLUG)
    assert now is not None and now.number == 2 and now.module.part("dua") is None
    assert store.version(first.id).module.part("dua") is not None


def test_one_module_of_several(app: Flask, tmp_path: Path) -> None:
    publish(tmp_path, files(), "satu-modul")
    for name, text in files(lessons=("lain",)).items():
        (tmp_path / "content" / "modules" / "satu-modul" / name).write_text(text)
    report = publishing.publish_content(tmp_path / "content", by=None, only={"satu-modul"})
    assert [m.slug for m in report.modules] == ["satu-modul"]
    with pytest.raises(publishing.NoSuchFolder):
        publishing.publish_content(tmp_path / "content", by=None, only={"tidak-ada"})


def test_paths_and_glossary_are_published_and_their_errors_told(app: Flask, tmp_path: Path) -> None:
    content = tmp_path / "content"
    (content / "paths").mkdir(parents=True)
    (content / "paths" / "asn.md").write_text(f"---\ntitle: ASN\nmodules: [{SLUG}]\n---\nMulai di sini.\n")
    (content / "glossary.md").write_text("*[SPBE]: Sistem Pemerintahan Berbasis Elektronik\n")
    assert not publish(tmp_path, files()).refused
    path = db.session.scalars(select(LearningPathEntry)).one()
    assert (path.slug, path.modules) == ("asn", [SLUG]) and "Mulai di sini" in path.intro_html
    (content / "paths" / "asn.md").write_text("---\ntitle: ASN\nmodules: [tidak-ada]\n---\n")
    (content / "glossary.md").write_text("*[SPBE] tanpa titik dua\n")
    report = publish(tmp_path, files())
    assert report.refused and report.modules[0].outcome == "unchanged"
    assert {d.file for d in report.beside} == {"paths/asn.md", "glossary.md"}
    db.session.expire_all()
    assert db.session.scalars(select(LearningPathEntry.modules)).one() == [SLUG], "what was published stays"
    (content / "paths" / "asn.md").unlink()
    publish(tmp_path, files())
    assert count(LearningPathEntry) == 0


def with_picture(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "content" / "modules" / SLUG / "media").mkdir(parents=True, exist_ok=True)
    (tmp_path / "content" / "modules" / SLUG / "media" / "peta.png").write_bytes(PNG)
    return files() | {"01-satu.md": "---\ntitle: Satu\n---\n![Peta loket](media/peta.png)\n"}


def write(tmp_path: Path, contents: dict[str, str], slug: str = SLUG) -> Path:
    """The files of a module in a content folder, beside what is there."""
    target = tmp_path / "content" / "modules" / slug
    target.mkdir(parents=True, exist_ok=True)
    for name, text in contents.items():
        (target / name).write_text(text)
    return tmp_path / "content"


def test_media_are_kept_by_their_content(app: Flask, tmp_path: Path) -> None:
    content = write(tmp_path, with_picture(tmp_path))
    report = publishing.publish_content(content, by=None)
    assert not report.refused, report.lines()
    kept = db.session.scalars(select(MediaFile)).one()
    assert (kept.media_type, kept.size) == ("image/png", len(PNG))
    path = media.store().place(kept.sha256)
    assert path.read_bytes() == PNG
    lesson = store.current(SLUG).module.part("satu")  # type: ignore[union-attr]
    assert f'src="/media/{kept.sha256}/peta.png"' in lesson.blocks[0].html  # type: ignore[union-attr]
    assert 'width="16"' in lesson.blocks[0].html and 'loading="lazy"' in lesson.blocks[0].html  # type: ignore[union-attr]
    path.write_bytes(PNG[:10])  # a disk that was full once
    publishing.publish_content(write(tmp_path, {"02-dua.md": "---\ntitle: Dua\n---\nBaru.\n"}), by=None)
    assert path.read_bytes() == PNG and [p.name for p in path.parent.iterdir()] == [kept.sha256]


def test_media_that_cannot_be_written_publish_nothing(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("elearn.catalogue.media.os.fsync", full)
    with pytest.raises(OSError, match="no space"):
        publishing.publish_content(write(tmp_path, with_picture(tmp_path)), by=None)
    assert count(CatalogueModule) == count(MediaFile) == 0
    assert not [p for p in app.config["MEDIA_DIR"].rglob("*") if p.is_file()], "nothing half-written is left"


@pytest.mark.parametrize("digest", ["", "0" * 63, "../" + "0" * 61, "0" * 63 + "/"])
def test_only_hashes_name_media(tmp_path: Path, digest: str) -> None:
    with pytest.raises(ValueError, match="sha256"):
        media.MediaStore(tmp_path).place(digest)


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


def test_a_book_of_words_is_indexed(app: Flask, tmp_path: Path) -> None:
    version = published(tmp_path)
    lesson = dataclasses.replace(
        version.module.parts[1], text=" ".join(f"kata{n:x}" for n in range(120_000)) + " " + "z" * 5000
    )
    module: Module = dataclasses.replace(version.module, parts=(lesson,))
    with transaction() as session:
        search.index(session, version.module_id, module)
    assert count(SearchEntry) == 2 and search.search("kata1f")


def small_folder(slug: str = "kecil") -> Folder:
    text = {name: body.encode() for name, body in files().items()}
    return Folder(slug, text, None, frozenset(), 45)


def test_reading_that_takes_too_long_is_refused_and_the_next_is_read() -> None:
    with SafeReader(seconds=0.0) as reader:
        module, found = reader.read(small_folder())
        assert module is None and found[0].code == "M123" and "detik" in found[0].message
        reader._seconds = 60
        module, found = reader.read(small_folder())
        assert module is not None and module.slug == "kecil"


def test_reading_that_takes_too_much_memory_is_refused() -> None:
    with SafeReader(memory=400 * 1024 * 1024) as reader:
        huge = dataclasses.replace(small_folder(), files={"media/besar.bin": bytes(250 * 1024 * 1024)})
        module, found = reader.read(huge)
        assert module is None and found[0].code == "M123" and "terhenti" in found[0].message
        assert reader.read(small_folder())[0] is not None


def test_unreadable_things_in_a_folder_are_passed_over(app: Flask, tmp_path: Path) -> None:
    target = tmp_path / "content" / "modules" / SLUG
    target.mkdir(parents=True)
    (target / ".DS_Store").write_bytes(b"\0")
    (target / "rahasia.md").symlink_to("/etc/passwd")
    report = publish(tmp_path, files())
    assert not report.refused, report.lines()
