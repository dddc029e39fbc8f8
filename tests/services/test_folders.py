"""A draft in a folder and back: what both changed is told, and neither side is ever overwritten."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from elearn.authoring import drafts, folders
from elearn.authoring.folders import NotPossible, Remote, verdict
from elearn.catalogue.models import ModuleTrainer, VersionFile
from elearn.catalogue.store import PublishedVersion
from elearn.database import db, transaction
from elearn.people.models import Person
from tests.content import OF_EVERY_TYPE, PLAN, files, published

SLUG = "modul-coba"
LESSON = "01-satu.md"
MEDIUM = "media/denah.svg"
HASHES = st.sampled_from([None, "a", "b", "c"])


@given(HASHES, HASHES, HASHES)
def test_a_side_that_changed_alone_wins_and_both_is_a_clash(
    base: str | None, ours: str | None, theirs: str | None
) -> None:
    expected = {
        (False, False): "agree", (True, False): "ours", (False, True): "theirs",
        (True, True): "agree" if ours == theirs else "clash",
    }[ours != base, theirs != base]  # fmt: skip
    assert verdict(base, ours, theirs) == expected


@pytest.fixture
def version(app: Flask, tmp_path: Path) -> PublishedVersion:
    return published(tmp_path, contents=files(final=OF_EVERY_TYPE))


@pytest.fixture
def trainer(version: PublishedVersion, person: Person) -> Person:
    with transaction() as session:
        session.add(ModuleTrainer(module_id=version.module_id, person_id=person.id))
    return person


@pytest.fixture
def folder(tmp_path: Path, trainer: Person) -> Path:
    """The module, pulled."""
    target = tmp_path / "kerja" / SLUG
    assert folders.pull(SLUG, target).good
    return target


def in_browser(trainer: Person, path: str, old: str, new: str) -> None:
    draft = drafts.open_draft(trainer.id, SLUG)
    file = drafts.find_file(draft, path)
    assert file is not None and old in (file.text or "")
    drafts.save(draft, path, (file.text or "").replace(old, new), file.version, trainer.id)


def by_hand(folder: Path, path: str, old: str, new: str) -> None:
    text = (folder / path).read_text(encoding="utf-8")
    assert old in text
    (folder / path).write_text(text.replace(old, new), encoding="utf-8")


def remote(path: str) -> str | None:
    db.session.rollback()
    db.session.expire_all()
    found: dict[str, Remote] = folders.remote_files(folders.find_module(SLUG))
    return found[path].data.decode() if path in found else None


def test_what_is_published_comes_where_there_is_no_draft(folder: Path, version: PublishedVersion) -> None:
    assert {path: (folder / path).read_text(encoding="utf-8") for path in files(final=OF_EVERY_TYPE)} == files(
        final=OF_EVERY_TYPE
    )
    assert drafts.find(version.module_id) is None, "to look makes no draft"
    assert folders.pull(SLUG, folder) == folders.Outcome(), "again: nothing"


def test_a_change_goes_there_and_another_comes_back(folder: Path, trainer: Person) -> None:
    by_hand(folder, LESSON, "antrean", "barisan")
    assert folders.push(folder, trainer.id).sent == [LESSON]
    assert "barisan" in (remote(LESSON) or "")
    in_browser(trainer, LESSON, "barisan", "giliran")
    in_browser(trainer, "02-dua.md", "antrean", "urutan")
    assert folders.push(folder, trainer.id).waiting == [LESSON, "02-dua.md"], "nothing of ours is newer"
    assert folders.pull(SLUG, folder).taken == [LESSON, "02-dua.md"]
    assert "giliran" in (folder / LESSON).read_text(encoding="utf-8")
    assert folders.push(folder, trainer.id) == folders.Outcome()


def test_a_clash_sends_nothing_and_says_who(folder: Path, trainer: Person) -> None:
    in_browser(trainer, LESSON, "antrean", "giliran")
    by_hand(folder, LESSON, "antrean", "barisan")
    by_hand(folder, "02-dua.md", "antrean", "urutan")
    outcome = folders.push(folder, trainer.id)
    assert not outcome.good and list(outcome.clashes) == [LESSON] and trainer.name in outcome.clashes[LESSON]
    assert outcome.sent == []
    assert "giliran" in (remote(LESSON) or "") and "urutan" not in (remote("02-dua.md") or "")


def test_pulling_a_clash_lays_their_side_beside_and_then_ours_may_go(folder: Path, trainer: Person) -> None:
    in_browser(trainer, LESSON, "antrean", "giliran")
    by_hand(folder, LESSON, "antrean", "barisan")
    outcome = folders.pull(SLUG, folder)
    assert list(outcome.clashes) == [LESSON] and outcome.taken == []
    assert "barisan" in (folder / LESSON).read_text(encoding="utf-8")
    assert "giliran" in (folder / folders.THEIRS / LESSON).read_text(encoding="utf-8")
    by_hand(folder, LESSON, "barisan", "barisan dan giliran")
    assert folders.push(folder, trainer.id).sent == [LESSON]
    assert "barisan dan giliran" in (remote(LESSON) or "")


def test_ids_that_the_platform_writes_come_back_into_the_folder(folder: Path, trainer: Person) -> None:
    with (folder / "90-kuis-akhir.md").open("a", encoding="utf-8") as file:
        file.write("\n## Soal baru?\n- (x) ya\n- ( ) tidak\n")
    (folder / "03-baru.md").write_text("---\ntitle: Baru\n---\nIsi.\r\n", encoding="utf-8", newline="")
    assert folders.push(folder, trainer.id).sent == ["03-baru.md", "90-kuis-akhir.md"]
    text = (folder / "90-kuis-akhir.md").read_text(encoding="utf-8")
    assert "## Soal baru? {#" in text and text == remote("90-kuis-akhir.md")
    assert (folder / "03-baru.md").read_bytes() == b"---\ntitle: Baru\n---\nIsi.\n"
    assert folders.push(folder, trainer.id) == folders.Outcome()


def test_files_are_removed_on_the_other_side_but_not_what_changed_there(folder: Path, trainer: Person) -> None:
    (folder / "02-dua.md").unlink()
    assert folders.push(folder, trainer.id).removed == ["02-dua.md"] and remote("02-dua.md") is None
    draft = drafts.open_draft(trainer.id, SLUG)
    lesson = drafts.find_file(draft, LESSON)
    assert lesson is not None
    drafts.delete(draft, LESSON, lesson.version, trainer.id)
    by_hand(folder, LESSON, "antrean", "barisan")
    assert folders.push(folder, trainer.id).clashes == {LESSON: "dihapus di platform"}
    by_hand(folder, LESSON, "barisan", "antrean")
    assert folders.pull(SLUG, folder).removed == [LESSON] and not (folder / LESSON).exists()


def test_media_go_both_ways_and_are_looked_at(folder: Path, trainer: Person) -> None:
    (folder / MEDIUM).write_text(PLAN.replace("300 100", "300 120"), encoding="utf-8")
    assert folders.push(folder, trainer.id).sent == [MEDIUM]
    assert "300 120" in (remote(MEDIUM) or "")
    (folder / "media" / "jahat.png").write_bytes(b"<script>")
    (folder / "media" / "nama buruk.svg").write_text(PLAN, encoding="utf-8")
    (folder / "catatan.txt").write_text("x", encoding="utf-8")
    by_hand(folder, LESSON, "antrean", "barisan")
    outcome = folders.push(folder, trainer.id)
    assert set(outcome.refused) == {"media/jahat.png", "media/nama buruk.svg", "catatan.txt"}
    assert outcome.sent == [] and "barisan" not in (remote(LESSON) or "")


def test_a_folder_that_was_never_pulled_or_is_of_another_module(
    folder: Path, trainer: Person, tmp_path: Path, person: Person
) -> None:
    (tmp_path / "lain").mkdir()
    with pytest.raises(NotPossible, match="belum ditarik"):
        folders.push(tmp_path / "lain", trainer.id)
    with pytest.raises(NotPossible, match="Tidak ada modul"):
        folders.pull("tidak-ada", tmp_path / "lain")
    (folder / folders.STATE).write_text(json.dumps({"module": "modul-lain", "files": {}}), encoding="utf-8")
    with pytest.raises(NotPossible, match="modul-lain"):
        folders.pull(SLUG, folder)
    (folder / folders.STATE).write_text("[]", encoding="utf-8")
    with pytest.raises(NotPossible, match="rusak"):
        folders.push(folder, trainer.id)


def test_a_folder_with_other_words_is_not_overwritten_by_a_first_pull(tmp_path: Path, trainer: Person) -> None:
    target = tmp_path / "ada"
    target.mkdir()
    (target / LESSON).write_text("Tulisan saya.\n", encoding="utf-8")
    (target / "module.md").write_text(files()["module.md"], encoding="utf-8")
    outcome = folders.pull(SLUG, target)
    assert list(outcome.clashes) == [LESSON] and (target / LESSON).read_text(encoding="utf-8") == "Tulisan saya.\n"
    assert "module.md" not in outcome.taken


def test_only_a_pengajar_of_the_module_sends(folder: Path, trainer: Person) -> None:
    by_hand(folder, LESSON, "antrean", "barisan")
    with transaction() as session:
        session.delete(session.get_one(ModuleTrainer, (1, trainer.id)))
    with pytest.raises(NotPossible, match="bukan pengajarnya"):
        folders.push(folder, trainer.id)


def test_the_first_file_cannot_be_removed(folder: Path, trainer: Person) -> None:
    (folder / "module.md").unlink()
    outcome = folders.push(folder, trainer.id)
    assert list(outcome.refused) == ["module.md"] and remote("module.md") is not None


def test_a_version_from_before_files_were_kept_cannot_be_pulled(
    version: PublishedVersion, trainer: Person, tmp_path: Path
) -> None:
    with transaction() as session:
        session.query(VersionFile).delete()
    with pytest.raises(NotPossible, match="belum disimpan"):
        folders.pull(SLUG, tmp_path / "baru")
