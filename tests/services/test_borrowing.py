"""Modules that borrow questions of others: what they get, and when. On both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from elearn.authoring.watching import Watched
from elearn.catalogue import checking, publishing, store
from elearn.catalogue.models import CatalogueModule
from elearn.core.model import Question, Quiz
from elearn.database import transaction

MODULE = "---\ntitle: Modul\njp: 0.05\noutcomes:\n  TP1: Bisa\n---\nIsi.\n"
HEAD = "---\nkind: quiz\ntitle: Kuis\n---\n"
LENDER = f"{HEAD}## Siapa yang ditanya? {{#siapa outcome=TP1}}\n- (x) walidata\n- ( ) produsen\n- ( ) pembina\n"
BORROWER = f"{HEAD}## Siapa yang ditanya? {{#saya from=pemberi/siapa outcome=TP1}}\n"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """Two modules; the one that borrows comes first in the order of names."""
    for slug, text in (("peminjam", BORROWER), ("pemberi", LENDER)):
        folder = tmp_path / "modules" / slug
        folder.mkdir(parents=True)
        (folder / "module.md").write_text(MODULE)
        (folder / "01-kuis.md").write_text(text)
    (tmp_path / "modules" / "peminjam").rename(tmp_path / "modules" / "a-peminjam")
    return tmp_path


def write(content: Path, slug: str, text: str) -> None:
    (content / "modules" / slug / "01-kuis.md").write_text(text)


def outcomes(content: Path, only: set[str] | None = None) -> dict[str, str]:
    report = publishing.publish_content(content, by=None, only=only)
    return {module.slug: module.outcome for module in report.modules}


def borrowed() -> Question:
    version = store.current("a-peminjam")
    assert version is not None
    (quiz,) = version.module.parts
    assert isinstance(quiz, Quiz)
    return quiz.questions["saya"]


def options(question: Question) -> list[str]:
    return [option["text"] for option in question.body["options"]]


def test_modules_that_are_published_together_borrow_of_each_other(app: Flask, content: Path) -> None:
    assert outcomes(content) == {"a-peminjam": "new", "pemberi": "new"}
    store.forget()
    assert borrowed().origin == "pemberi/siapa" and options(borrowed())[0] == "walidata"


def test_a_change_of_the_lender_is_a_change_of_who_is_published_with_it(app: Flask, content: Path) -> None:
    outcomes(content)
    write(content, "pemberi", LENDER.replace("produsen", "pengguna"))
    assert outcomes(content) == {"a-peminjam": "changed", "pemberi": "changed"}
    assert options(borrowed())[1] == "pengguna"
    assert outcomes(content) == {"a-peminjam": "unchanged", "pemberi": "unchanged"}


def test_who_is_published_alone_borrows_of_what_is_published(app: Flask, content: Path) -> None:
    outcomes(content)
    write(content, "pemberi", LENDER.replace("produsen", "pengguna"))
    write(content, "a-peminjam", BORROWER.replace("#saya", "#saya points=2"))
    assert outcomes(content, {"a-peminjam"}) == {"a-peminjam": "changed"}
    assert options(borrowed())[1] == "produsen"
    assert outcomes(content, {"pemberi"}) == {"pemberi": "changed"}
    assert options(borrowed())[1] == "produsen", "a version never changes"


def test_a_lender_with_an_error_lends_what_is_published_of_it(app: Flask, content: Path) -> None:
    outcomes(content)
    write(content, "pemberi", LENDER.replace("produsen", "pengguna").replace("(x)", "( )"))
    assert outcomes(content) == {"a-peminjam": "unchanged", "pemberi": "refused"}


def test_a_lender_that_the_studio_keeps_lends_what_was_chosen_there(app: Flask, content: Path) -> None:
    outcomes(content)
    with transaction() as session:
        session.execute(update(CatalogueModule).where(CatalogueModule.slug == "pemberi").values(in_studio=True))
    write(content, "pemberi", LENDER.replace("produsen", "pengguna"))
    assert outcomes(content) == {"a-peminjam": "unchanged", "pemberi": "kept"}
    assert outcomes(content, {"pemberi", "a-peminjam"}) == {"a-peminjam": "changed", "pemberi": "changed"}
    assert options(borrowed())[1] == "pengguna"


def test_a_question_that_its_module_lost_cannot_be_published_again(app: Flask, content: Path) -> None:
    outcomes(content)
    write(content, "pemberi", LENDER.replace("#siapa", "#siapakah"))
    report = publishing.publish_content(content, by=None)
    assert {module.slug: module.outcome for module in report.modules} == {"a-peminjam": "refused", "pemberi": "changed"}
    assert any("Q119" in line for line in report.lines())
    assert options(borrowed())[0] == "walidata", "what was published stays"


def test_in_the_studio_a_draft_borrows_of_what_is_published(app: Flask, content: Path) -> None:
    files = {"module.md": MODULE.encode(), "01-kuis.md": BORROWER.encode()}
    assert [d.code for d in publishing.read_files("lain", files).diagnostics] == ["Q119"]
    outcomes(content, {"pemberi"})
    read = publishing.read_files("lain", files)
    assert read.diagnostics == [] and read.module is not None


def test_a_folder_is_checked_with_those_beside_it(content: Path) -> None:
    codes = [(d.code, d.file.rsplit("/", 2)[1:]) for d in checking.check([content]).diagnostics]
    assert codes == []
    write(content, "pemberi", LENDER.replace("#siapa", "#siapakah"))
    found = checking.check([content / "modules" / "a-peminjam" / "01-kuis.md"]).diagnostics
    assert [d.code for d in found] == ["Q119"]


def test_the_words_beside_a_borrowed_question_are_mended(content: Path) -> None:
    write(content, "a-peminjam", BORROWER.replace("Siapa yang ditanya?", "Siapa?"))
    checked = checking.check([content], fix=True)
    assert (checked.fixed, checked.diagnostics) == (1, [])
    assert (content / "modules" / "a-peminjam" / "01-kuis.md").read_text() == BORROWER


def test_a_watched_folder_shows_what_is_borrowed(content: Path) -> None:
    watched = Watched(content)
    try:
        module, found = watched.read_one("a-peminjam", "01-kuis.md")
        assert found == [] and module is not None
        assert watched.check("a-peminjam") == []
    finally:
        watched.close()
