"""`elearn content pull` and `push` as a pengajar types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from elearn import cli
from elearn.authoring import drafts
from elearn.catalogue import store
from elearn.catalogue.models import ModuleTrainer
from elearn.database import db, transaction
from elearn.people.models import Person
from tests.content import published
from tests.helpers import make_person, make_unit

SLUG = "modul-coba"


@pytest.fixture
def trainer(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Person:
    """A pengajar of the published module; commands run in this application."""
    version = published(tmp_path)
    person = make_person(make_unit(), "pengajar", name="Dewi Lestari")
    with transaction() as session:
        session.add(ModuleTrainer(module_id=version.module_id, person_id=person.id))
    monkeypatch.setattr(cli, "application", lambda: app)
    return person


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(cli.main, ["content", *map(str, arguments)])
    db.session.rollback()
    db.session.expire_all()
    return result


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_pull_change_push_and_publish(trainer: Person, tmp_path: Path) -> None:
    folder = tmp_path / "kerja"
    pulled = run("pull", SLUG, folder)
    assert pulled.exit_code == 0 and "diambil  module.md" in pulled.output
    assert "Tidak ada yang berubah." in run("push", folder, "--by", trainer.number).output
    change(folder / "01-satu.md", "antrean", "barisan")
    sent = run("push", folder, "--by", f"{trainer.number[:8]} {trainer.number[8:]}")
    assert sent.exit_code == 0 and "dikirim  01-satu.md" in sent.output
    change(folder / "01-satu.md", "barisan", "giliran")
    done = run("push", folder, "--by", trainer.number, "--publish")
    assert done.exit_code == 0 and "terbit versi 2" in done.output
    now = store.current(SLUG)
    assert now is not None and now.number == 2


def test_a_clash_is_told_file_by_file_and_ends_with_1(trainer: Person, tmp_path: Path) -> None:
    folder = tmp_path / "kerja"
    run("pull", SLUG, folder)
    draft = drafts.open_draft(trainer.id, SLUG)
    file = drafts.find_file(draft, "01-satu.md")
    assert file is not None and file.text
    drafts.save(draft, "01-satu.md", file.text + "Tambahan.\n", file.version, trainer.id)
    change(folder / "01-satu.md", "antrean", "barisan")
    clash = run("push", folder, "--by", trainer.number)
    assert clash.exit_code == 1 and "bentrok  01-satu.md" in clash.output and "Dewi Lestari" in clash.output
    as_json = run("push", folder, "--by", trainer.number, "--json")
    assert as_json.exit_code == 1 and list(json.loads(as_json.stdout)["clashes"]) == ["01-satu.md"]
    pulled = run("pull", SLUG, folder)
    assert pulled.exit_code == 1 and "Berkas Anda tidak ditimpa" in pulled.output


def test_publishing_with_an_error_ends_with_1(trainer: Person, tmp_path: Path) -> None:
    folder = tmp_path / "kerja"
    run("pull", SLUG, folder)
    change(folder / "01-satu.md", "- (x) dengar", "- ( ) dengar")
    done = run("push", folder, "--by", trainer.number, "--publish")
    assert done.exit_code == 1 and "tidak terbit" in done.output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("pull", "tidak-ada", "baru"), "Tidak ada modul tidak-ada"),
        (("push", ".", "--by", "123"), "Tidak ada akun aktif dengan nomor 123"),
    ],
)
def test_usage_errors_end_with_2(
    trainer: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert result.exit_code == 2 and told in result.output
