"""A colleague looks at a draft: who may, what their remarks hold on to, and that approval is of exactly these files."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import select

from elearn.authoring import arranging, drafts, reviews
from elearn.authoring.reviews import BadReview
from elearn.catalogue import sources
from elearn.catalogue.models import ModuleTrainer
from elearn.catalogue.store import PublishedVersion
from elearn.database import db, transaction
from elearn.people import notices
from elearn.people.models import AuditEntry, Person
from tests.content import files
from tests.helpers import make_person, make_unit

SLUG = "modul-coba"
PATH = "01-satu.md"


@pytest.fixture
def world(app: Flask, version: PublishedVersion) -> SimpleNamespace:
    unit = make_unit()
    trainer, colleague = make_person(unit, "pengajar"), make_person(unit, "pengajar", name="Asep Hidayat")
    with transaction() as session:
        session.add(ModuleTrainer(module_id=version.module_id, person_id=trainer.id))
    contents = {path: text.encode() for path, text in files().items()}
    return SimpleNamespace(
        module=version.module_id, trainer=trainer, colleague=colleague, peserta=make_person(unit), files=contents
    )


def told(person: Person) -> list[str]:
    db.session.rollback()
    return [notice.kind for notice in notices.unseen(person.id)]


def line_of(contents: dict[str, bytes], text: str) -> int:
    return contents[PATH].decode().split("\n").index(text) + 1


def refused(code: str, do: object, *what: object) -> None:
    with pytest.raises(BadReview) as trouble:
        do(*what)  # type: ignore[operator]
    assert trouble.value.code == code


def test_who_is_asked_may_read_it_until_they_are_asked_no_longer(world: SimpleNamespace) -> None:
    assert reviews.reviewed_module(world.trainer.id, SLUG) is not None
    assert reviews.reviewed_module(world.colleague.id, SLUG) is None
    reviews.ask(world.trainer.id, world.module, world.colleague.id, "Mohon diperiksa.")
    assert reviews.reviewed_module(world.colleague.id, SLUG) is not None
    assert reviews.asked_of(world.colleague.id) == [SLUG] and told(world.colleague) == ["review-asked"]
    assert reviews.withdraw(world.module, world.colleague.id)
    assert not reviews.withdraw(world.module, world.colleague.id)
    assert reviews.reviewed_module(world.colleague.id, SLUG) is None and reviews.asked_of(world.colleague.id) == []
    actions = db.session.scalars(select(AuditEntry.action).where(AuditEntry.subject == SLUG)).all()
    assert actions == ["review.asked", "review.withdrawn"]


def test_only_a_pengajar_who_is_not_one_of_the_module_is_asked(world: SimpleNamespace) -> None:
    refused("person", reviews.ask, world.trainer.id, world.module, world.peserta.id)
    refused("person", reviews.ask, world.trainer.id, world.module, 10**6)
    refused("self", reviews.ask, world.trainer.id, world.module, world.trainer.id)
    refused("text", reviews.ask, world.trainer.id, world.module, world.colleague.id, "a" * 2001)
    reviews.add_trainer(world.trainer.id, world.module, world.colleague.id)
    assert db.session.get(ModuleTrainer, (world.module, world.colleague.id)) is not None
    assert told(world.colleague) == ["review-trainer"]
    refused("trainer", reviews.ask, world.trainer.id, world.module, world.colleague.id)
    refused("trainer", reviews.add_trainer, world.trainer.id, world.module, world.colleague.id)


def test_a_remark_holds_on_to_its_line_and_says_when_that_changed(world: SimpleNamespace) -> None:
    reviews.ask(world.trainer.id, world.module, world.colleague.id)
    sentence = "Cerita tentang antrean di kelurahan."
    line = line_of(world.files, sentence)
    reviews.remark(world.colleague.id, world.module, world.files, PATH, line, "  Sebutkan kelurahannya. ")
    (found,) = reviews.remarks(world.module, world.files)[PATH]
    assert (found.line, found.same, found.by, found.comment.text) == (
        line, True, "Asep Hidayat", "Sebutkan kelurahannya.",
    )  # fmt: skip
    moved = world.files | {PATH: world.files[PATH].replace(sentence.encode(), b"Pembuka.\n\n" + sentence.encode())}
    (found,) = reviews.remarks(world.module, moved)[PATH]
    assert (found.line, found.same) == (line + 2, True)
    changed = world.files | {PATH: world.files[PATH].replace(b"di kelurahan", b"di Kelurahan Dago")}
    (found,) = reviews.remarks(world.module, changed)[PATH]
    assert (found.line, found.same, found.comment.line_text) == (line, False, sentence)
    (found,) = reviews.remarks(world.module, {})[PATH]
    assert (found.line, found.same) == (None, False)


def test_a_remark_is_told_to_the_others_once_until_it_is_seen(world: SimpleNamespace) -> None:
    reviews.ask(world.trainer.id, world.module, world.colleague.id)
    for line in (1, 2, 3):
        reviews.remark(world.colleague.id, world.module, world.files, PATH, line, "Perbaiki.")
    assert told(world.trainer) == ["review-remark"]
    assert told(world.colleague) == ["review-asked"], "not of one's own"
    reviews.remark(world.trainer.id, world.module, world.files, PATH, 1, "Sudah.")
    assert told(world.colleague) == ["review-remark", "review-asked"]
    assert reviews.open_remarks(world.module) == 4


def test_what_cannot_be_remarked_on(world: SimpleNamespace) -> None:
    last = len(world.files[PATH].decode().split("\n"))
    for line in (0, last + 1):
        refused("line", reviews.remark, world.trainer.id, world.module, world.files, PATH, line, "Ya")
    refused("line", reviews.remark, world.trainer.id, world.module, world.files, "tidak-ada.md", 1, "Ya")
    refused("line", reviews.remark, world.trainer.id, world.module, {"media/a.svg": b"<svg/>"}, "media/a.svg", 1, "Ya")
    for text in (" ", "a" * 2001):
        refused("text", reviews.remark, world.trainer.id, world.module, world.files, PATH, 1, text)


def test_a_remark_is_settled_and_opened_again(world: SimpleNamespace) -> None:
    reviews.remark(world.trainer.id, world.module, world.files, PATH, 1, "Perbaiki.")
    (found,) = reviews.remarks(world.module, world.files)[PATH]
    assert reviews.settle(world.trainer.id, world.module, found.comment.id, True)
    assert reviews.open_remarks(world.module) == 0
    assert reviews.settle(world.trainer.id, world.module, found.comment.id, False)
    assert reviews.open_remarks(world.module) == 1
    assert not reviews.settle(world.trainer.id, world.module + 1, found.comment.id, True), "of another module"


def test_an_approval_is_of_exactly_the_files_that_were_looked_at(world: SimpleNamespace) -> None:
    seen = sources.fingerprint(world.files)
    refused("reviewer", reviews.approve, world.colleague.id, world.module, world.files, seen)
    reviews.ask(world.trainer.id, world.module, world.colleague.id)
    later = world.files | {PATH: world.files[PATH] + b"\nSatu baris.\n"}
    refused("changed", reviews.approve, world.colleague.id, world.module, later, seen)
    reviews.approve(world.colleague.id, world.module, world.files, seen)
    assert told(world.trainer) == ["review-approved"] and reviews.asked_of(world.colleague.id) == []
    (now,) = reviews.reviewers(world.module, world.files)
    assert now.current and now.name == "Asep Hidayat" and now.review.approved_at is not None
    assert [one.current for one in reviews.reviewers(world.module, later)] == [False]
    reviews.ask(world.trainer.id, world.module, world.colleague.id, "Lihat lagi.")
    assert [one.current for one in reviews.reviewers(world.module, world.files)] == [False]


def test_a_remark_follows_its_file_to_other_names(world: SimpleNamespace) -> None:
    draft = drafts.open_draft(world.trainer.id, SLUG)
    reviews.remark(world.trainer.id, world.module, drafts.files_of(draft), PATH, 4, "Perbaiki.")
    moved = arranging.move(draft, PATH, 1, world.trainer.id)
    assert moved != PATH
    file = drafts.find_file(draft, moved)
    assert file is not None
    renamed = arranging.rename(draft, moved, file.version, "Materi lain", "lain", world.trainer.id)
    (path,) = reviews.remarks(world.module, drafts.files_of(draft))
    assert path == renamed
    (found,) = reviews.remarks(world.module, drafts.files_of(draft))[renamed]
    assert found.line is not None and found.comment.text == "Perbaiki."
