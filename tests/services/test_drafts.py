"""Drafts of modules: opened, saved, arranged, deleted and restored, by two people at once. On both databases."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from elearn import clock
from elearn.authoring import arranging, desk, drafts
from elearn.authoring.drafts import Clash, NoSuchDraft, NotPossible
from elearn.authoring.models import Draft, DraftRevision
from elearn.catalogue import store
from elearn.catalogue.models import ModuleTrainer
from elearn.catalogue.store import PublishedVersion
from elearn.core.model import Quiz
from elearn.database import db, transaction
from elearn.people.models import Person
from tests.content import files, published
from tests.helpers import make_person, make_unit

LESSON = "01-satu.md"


@pytest.fixture
def version(app: Flask, tmp_path: Path) -> PublishedVersion:
    return published(tmp_path)


@pytest.fixture
def trainers(version: PublishedVersion) -> list[Person]:
    unit = make_unit()
    people = [make_person(unit, "pengajar", name=name) for name in ("Ayu Lestari", "Budi Santosa")]
    with transaction() as session:
        session.add_all(ModuleTrainer(module_id=version.module_id, person_id=p.id) for p in people)
    return people


@pytest.fixture
def draft(trainers: list[Person]) -> Draft:
    return drafts.open_draft(trainers[0].id, "modul-coba")


def text(draft: Draft, path: str) -> str:
    return drafts.files_of(draft)[path].decode()


def names(draft: Draft) -> list[str]:
    return list(drafts.files_of(draft))


def history(draft: Draft, path: str) -> list[tuple[str, int]]:
    rows = select(DraftRevision.kind, DraftRevision.version).where(
        DraftRevision.draft_id == draft.id, DraftRevision.path == path
    )
    return [tuple(row) for row in db.session.execute(rows.order_by(DraftRevision.id))]


def test_a_draft_begins_with_what_is_published(draft: Draft, trainers: list[Person], version: PublishedVersion) -> None:
    wanted = {path: text.encode() for path, text in files().items()}
    wanted["90-kuis-akhir.md"] = drafts.files_of(draft)["90-kuis-akhir.md"]
    assert drafts.files_of(draft) == wanted
    assert draft.base_version_id == version.id
    assert drafts.open_draft(trainers[1].id, "modul-coba").id == draft.id, "one for all who write it"
    module, found = desk.read("modul-coba", drafts.files_of(draft))
    assert module == version.module and not any(d.severity == "error" for d in found)


def test_who_is_not_its_pengajar_has_no_draft(draft: Draft) -> None:
    stranger = make_person(make_unit("dinas"), "pengajar")
    for slug in ("modul-coba", "tidak-ada"):
        with pytest.raises(NoSuchDraft):
            drafts.open_draft(stranger.id, slug)


def test_a_new_module_passes_its_check_and_is_nobody_elses(app: Flask) -> None:
    author = make_person(make_unit(), "pengajar")
    draft = drafts.new_module(author.id, "antrean-loket", 'Antrean: "di loket"')
    module, found = desk.read("antrean-loket", drafts.files_of(draft))
    assert module is not None and module.title == 'Antrean: "di loket"' and found == []
    assert store.current("antrean-loket") is None, "it is not published"
    for slug, title, code in (
        ("antrean-loket", "Lagi", "slug-taken"),
        ("Antrean", "Lagi", "bad-slug"),
        ("lain", " ", "bad-title"),
    ):
        with pytest.raises(NotPossible, match=code):
            drafts.new_module(author.id, slug, title)


def test_saving_keeps_history_and_writes_ids_in(
    draft: Draft, trainers: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    ayu, budi = trainers
    quiz = text(draft, "90-kuis-akhir.md")
    saved = drafts.save(draft, "90-kuis-akhir.md", quiz + "\n## Baru?\r\n- (x) ya\r\n- ( ) tidak\r\n", 1, ayu.id)
    assert saved.version == 2 and saved.text.endswith("## Baru? {#baru}\n- (x) ya\n- ( ) tidak\n")
    assert drafts.save(draft, "90-kuis-akhir.md", saved.text, 2, ayu.id).version == 2, "nothing changed"
    drafts.save(draft, "90-kuis-akhir.md", saved.text + "\n", 2, ayu.id)
    assert history(draft, "90-kuis-akhir.md") == [("create", 1), ("save", 3)], "minutes of one person are one revision"
    drafts.save(draft, "90-kuis-akhir.md", saved.text, 3, budi.id)
    later = clock.now() + timedelta(minutes=11)
    monkeypatch.setattr(clock, "now", lambda: later)
    drafts.save(draft, "90-kuis-akhir.md", saved.text + "\n\n", 4, budi.id)
    assert [version for _kind, version in history(draft, "90-kuis-akhir.md")] == [1, 3, 4, 5]
    with pytest.raises(NotPossible, match="too-large"):
        drafts.save(draft, LESSON, "x" * 3_000_000, 1, ayu.id)
    with pytest.raises(NoSuchDraft):
        drafts.save(draft, "77-tidak-ada.md", "", 1, ayu.id)


def test_an_older_version_overwrites_nothing(draft: Draft, trainers: list[Person]) -> None:
    ayu, budi = trainers
    drafts.save(draft, LESSON, text(draft, LESSON) + "Dari Ayu.\n", 1, ayu.id)
    with pytest.raises(Clash) as clash:
        drafts.save(draft, LESSON, "Dari Budi.", 1, budi.id)
    assert (clash.value.version, clash.value.by_name) == (2, "Ayu Lestari")
    assert clash.value.text == text(draft, LESSON) and "Dari Ayu." in text(draft, LESSON)
    drafts.delete(draft, LESSON, 2, ayu.id)
    with pytest.raises(Clash) as gone:
        drafts.save(draft, LESSON, "Dari Budi.", 2, budi.id)
    assert gone.value.text is None


def test_what_was_deleted_can_be_put_back_and_restored(draft: Draft, trainers: list[Person]) -> None:
    ayu = trainers[0].id
    before = text(draft, LESSON)
    drafts.save(draft, LESSON, before + "Lagi.\n", 1, ayu)
    assert drafts.delete(draft, LESSON, 2, ayu) == 3
    assert LESSON not in names(draft) and [f.path for f in arranging.deleted(draft)] == [LESSON]
    assert drafts.put_back(draft, LESSON, ayu) == 4
    assert text(draft, LESSON) == before + "Lagi.\n" and arranging.deleted(draft) == []
    first = db.session.scalars(select(DraftRevision.id).where(DraftRevision.path == LESSON)).first()
    assert first is not None and drafts.restore(draft, LESSON, first, 4, ayu) == 5
    assert text(draft, LESSON) == before
    with pytest.raises(NotPossible, match="needed"):
        drafts.delete(draft, "module.md", 1, ayu)
    with pytest.raises(NoSuchDraft):
        drafts.put_back(draft, LESSON, ayu)
    with pytest.raises(NoSuchDraft):
        drafts.restore(draft, "02-dua.md", first, 1, ayu)


def test_new_parts_are_sound_and_stand_in_their_place(draft: Draft, trainers: list[Person]) -> None:
    ayu = trainers[0].id
    assert arranging.add_part(draft, "lesson", "Antrean & loket", ayu) == "03-antrean-loket.md"
    assert arranging.add_part(draft, "lesson", "Antrean & loket", ayu) == "04-antrean-loket-2.md"
    assert arranging.add_part(draft, "quiz", "Kuis akhir", ayu) == "91-kuis-akhir-2.md"
    module, found = desk.read("modul-coba", drafts.files_of(draft))
    assert [d.message for d in found if d.severity == "error"] == []
    assert module is not None and [p.slug for p in module.parts][-2:] == ["kuis-akhir", "kuis-akhir-2"]


def test_a_new_name_keeps_the_old_one_and_links_follow(draft: Draft, trainers: list[Person]) -> None:
    ayu = trainers[0].id
    drafts.save(draft, "02-dua.md", text(draft, "02-dua.md") + "[awal](01-satu.md#bagian-satu)\n", 1, ayu)
    assert arranging.rename(draft, LESSON, 1, "Menyapa warga", "menyapa", ayu) == "01-menyapa.md"
    assert "[awal](01-menyapa.md#bagian-satu)" in text(draft, "02-dua.md")
    assert "aliases: [satu]" in text(draft, "01-menyapa.md") and "title: Menyapa warga" in text(draft, "01-menyapa.md")
    arranging.rename(draft, "90-kuis-akhir.md", 1, "Kuis akhir", "ujian", ayu)
    assert "posttest: ujian" in text(draft, "module.md") and arranging.deleted(draft) == []
    module, found = desk.read("modul-coba", drafts.files_of(draft))
    assert module is not None, found
    quiz = module.part("ujian")
    assert isinstance(quiz, Quiz) and quiz.names == ("ujian", "kuis-akhir")
    for title, slug, code in (("", "a", "bad-title"), ("a", "A b", "bad-slug"), ("a", "dua", "slug-taken")):
        with pytest.raises(NotPossible, match=code):
            arranging.rename(draft, "01-menyapa.md", 1, title, slug, ayu)
    with pytest.raises(Clash):
        arranging.rename(draft, "02-dua.md", 1, "a", "b", ayu)


def test_the_order_changes_and_links_follow(draft: Draft, trainers: list[Person]) -> None:
    ayu = trainers[0].id
    drafts.save(draft, LESSON, text(draft, LESSON) + "[dua](02-dua.md)\n", 1, ayu)
    assert arranging.move(draft, "02-dua.md", -1, ayu) == "01-dua.md"
    assert names(draft) == ["00-tes-awal.md", "01-dua.md", "02-satu.md", "90-kuis-akhir.md", "module.md"]
    assert "[dua](01-dua.md)" in text(draft, "02-satu.md")
    assert arranging.move(draft, "00-tes-awal.md", -3, ayu) == "00-tes-awal.md", "it is the first already"
    assert arranging.move(draft, "01-dua.md", 9, ayu) == "90-dua.md"
    assert names(draft)[:4] == ["00-tes-awal.md", "01-satu.md", "02-kuis-akhir.md", "90-dua.md"]
    module, found = desk.read("modul-coba", drafts.files_of(draft))
    assert module is not None and arranging.deleted(draft) == [], found


def test_a_copy_has_questions_of_its_own(draft: Draft, trainers: list[Person]) -> None:
    ayu = trainers[0].id
    assert arranging.duplicate(draft, "90-kuis-akhir.md", ayu) == "91-kuis-akhir-salinan.md"
    module, found = desk.read("modul-coba", drafts.files_of(draft))
    assert module is not None, found
    copied = module.part("kuis-akhir-salinan")
    assert isinstance(copied, Quiz) and copied.title == "Kuis akhir (salinan)"
    assert set(copied.questions) == {f"{q}-2" for q in ("s1", "s2", "s3", "s4", "banyak", "kata", "angka")}


def test_what_cannot_be_read_in_time_is_a_finding(draft: Draft, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk._reader, "_seconds", 0.5)
    hostile = drafts.files_of(draft) | {LESSON: b"---\ntitle: a\n---\n" + b"[" * 20_000}
    _module, found = desk.read_one("modul-coba", hostile, LESSON)
    assert [d.code for d in found] in (["M123"], ["M122"]), found
    module, _found = desk.read_one("modul-coba", drafts.files_of(draft), LESSON)
    assert module is not None, "the next reading begins anew"
