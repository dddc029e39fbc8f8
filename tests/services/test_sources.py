"""The files of a version are kept with it, and what was chosen in the studio is not replaced by a folder unasked."""

from __future__ import annotations

import shutil
from contextlib import nullcontext
from pathlib import Path

import pytest
from flask import Flask, current_app
from sqlalchemy import delete, func, select

from elearn.catalogue import publishing, sources, store
from elearn.catalogue.models import CatalogueModule, ModuleVersion, VersionFile
from elearn.catalogue.report import Published
from elearn.database import db, transaction
from elearn.people.models import Person
from tests.content import OF_EVERY_TYPE, READER, files, publish, published

SLUG = "modul-coba"


def as_bytes(contents: dict[str, str]) -> dict[str, bytes]:
    return {path: text.encode() for path, text in contents.items()}


@pytest.fixture(autouse=True)
def one_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "SafeReader", lambda: nullcontext(READER))


def in_studio(contents: dict[str, str], person: Person) -> Published:
    return publishing.publish_files(SLUG, as_bytes(contents), person.id)


def number() -> int:
    current = store.current(SLUG)
    assert current is not None
    return current.number


def test_a_version_keeps_the_files_it_was_made_from(app: Flask, tmp_path: Path) -> None:
    contents = files(final=OF_EVERY_TYPE)
    version = published(tmp_path, contents=contents)
    assert sources.of_version(version.id) == as_bytes(contents)
    medium = db.session.get(VersionFile, (version.id, "media/denah.svg"))
    assert medium is not None and medium.text is None and medium.sha256 == version.module.media["media/denah.svg"]


def test_publishing_the_same_again_fills_in_the_files_of_a_version_that_has_none(app: Flask, tmp_path: Path) -> None:
    version = published(tmp_path)
    with transaction() as session:
        session.execute(delete(VersionFile))
    assert sources.of_version(version.id) is None
    assert publish(tmp_path, files()).modules[0].outcome == "unchanged"
    assert sources.of_version(version.id) == as_bytes(files())
    assert db.session.scalar(select(func.count(ModuleVersion.id))) == 1


def test_the_same_content_written_otherwise_is_no_version_and_its_latest_writing_is_kept(
    app: Flask, tmp_path: Path
) -> None:
    version = published(tmp_path)
    other = {**files(), "01-satu.md": files()["01-satu.md"].replace("\n", "\r\n")}
    assert publish(tmp_path, files() | {"01-satu.md": files()["01-satu.md"] + "\n\n"}).modules[0].outcome == "unchanged"
    assert (sources.of_version(version.id) or {})["01-satu.md"].endswith(b"\n\n\n")
    assert publish(tmp_path, other).modules[0].number == 1


def test_publishing_from_files_is_publishing_from_a_folder(app: Flask, tmp_path: Path, person: Person) -> None:
    first = published(tmp_path)
    assert in_studio(files(), person).outcome == "unchanged"
    changed = in_studio(files(lessons=("satu",)), person)
    assert (changed.outcome, changed.number, changed.changes.removed) == ("changed", 2, ["dua"])
    current = store.current(SLUG)
    assert current is not None and current.module_id == first.module_id
    row = db.session.get(ModuleVersion, current.id)
    assert row is not None and row.published_by_id == person.id
    assert sources.of_version(current.id) == as_bytes(files(lessons=("satu",)))


def test_files_with_an_error_are_refused_and_change_nothing(app: Flask, tmp_path: Path, person: Person) -> None:
    published(tmp_path)
    broken = files() | {"01-satu.md": files()["01-satu.md"].replace("(x) dengar", "( ) dengar")}
    outcome = in_studio(broken, person)
    assert outcome.outcome == "refused" and any(d.severity == "error" for d in outcome.diagnostics)
    assert number() == 1


def test_an_alias_in_the_studio_takes_no_module_over(app: Flask, tmp_path: Path, person: Person) -> None:
    first = published(tmp_path)
    shutil.rmtree(tmp_path / "content" / "modules" / SLUG)
    other = files()
    other["module.md"] = other["module.md"].replace("jp: 0.5", f"jp: 0.5\naliases: [{SLUG}]")
    assert publishing.publish_files("modul-lain", as_bytes(other), person.id).outcome == "new"
    kept = store.current(SLUG)
    assert kept is not None and kept.id == first.id


def test_a_folder_does_not_replace_what_was_chosen_in_the_studio(app: Flask, tmp_path: Path, person: Person) -> None:
    published(tmp_path)
    in_studio(files(lessons=("satu",)), person)
    assert publish(tmp_path, files()).modules[0].outcome == "unchanged", "the folder has nothing new"
    assert number() == 2
    report = publish(tmp_path, files(lessons=("satu", "tiga")))
    assert report.modules[0].outcome == "kept" and report.kept and not report.refused
    assert "--only modul-coba" in report.lines()[0]
    assert number() == 2


def test_a_folder_that_is_named_replaces_what_was_chosen_in_the_studio(
    app: Flask, tmp_path: Path, person: Person
) -> None:
    published(tmp_path)
    in_studio(files(lessons=("satu",)), person)
    report = publishing.publish_content(tmp_path / "content", by=None, only={SLUG})
    assert report.modules[0].outcome == "changed" and number() == 1
    row = db.session.scalars(select(CatalogueModule)).one()
    assert not row.in_studio, "from now on the folder leads again"
    assert publish(tmp_path, files(lessons=("satu", "tiga"))).modules[0].outcome == "changed"


def test_the_glossary_of_the_installation_holds_in_the_studio_too(
    app: Flask, tmp_path: Path, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(tmp_path)
    monkeypatch.setitem(current_app.config, "CONTENT_DIR", tmp_path / "content")
    (tmp_path / "content" / "glossary.md").write_text("*[antrean]: Urutan orang yang menunggu\n", encoding="utf-8")
    assert in_studio(files(), person).outcome == "changed"
    assert publish(tmp_path, files()).modules[0].outcome == "unchanged"
