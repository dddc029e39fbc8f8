"""`elearn questions import` and `export`, from the command line to the files of a module."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from elearn.catalogue import checking
from elearn.cli import main

MODULE = "---\ntitle: Loket\nsummary: Coba.\njp: 1\noutcomes:\n  TP1: Memutuskan\n---\nPengantar.\n"
QUIZ = "---\nkind: quiz\ntitle: Kuis akhir\n---\n\n## Siapa? {#siapa}\n\n- (x) Petugas\n- ( ) Tamu\n- ( ) Warga\n"
AIKEN = "Siapa?\nA. Petugas\nB. Tamu\nC. Warga\nANSWER: A\n"
BROKEN = "Tanpa pilihan?\nANSWER: A\n"


@pytest.fixture
def module(tmp_path: Path) -> Path:
    folder = tmp_path / "content" / "modules" / "loket"
    folder.mkdir(parents=True)
    (folder / "module.md").write_text(MODULE, "utf-8")
    (folder / "90-kuis-akhir.md").write_text(QUIZ, "utf-8")
    return folder


def run(module: Path, text: str, into: str, *more: str) -> Result:
    file = module.parents[2] / "soal.txt"
    file.write_text(text, "utf-8")
    content = str(module.parents[1])
    return CliRunner().invoke(main, ["questions", "import", str(file), "--into", into, "--content", content, *more])


def errors(module: Path) -> list[str]:
    return [d.code for d in checking.check([module]).diagnostics if d.severity == "error"]


def test_a_new_quiz_is_made_that_our_check_accepts(module: Path) -> None:
    result = run(module, AIKEN, "loket/latihan")
    assert result.exit_code == 0, result.output
    assert "1 persis" in result.output
    text = (module / "91-latihan.md").read_text("utf-8")
    assert 'title: "Latihan"' in text
    assert "{#siapa-2}" in text, "the other quiz has #siapa"
    assert errors(module) == []


def test_an_existing_quiz_grows_and_keeps_every_line(module: Path) -> None:
    assert run(module, AIKEN, "loket/kuis-akhir").exit_code == 0
    assert run(module, AIKEN, "loket/kuis-akhir").exit_code == 0
    text = (module / "90-kuis-akhir.md").read_text("utf-8")
    assert text.startswith(QUIZ.rstrip())
    assert text.count("# Impor dari soal.txt {#") == 2
    assert errors(module) == []


def test_refused_items_are_reported_and_end_with_one(module: Path) -> None:
    result = run(module, f"{BROKEN}\n{AIKEN}", "loket/latihan", "--json")
    assert result.exit_code == 1
    said = json.loads(result.output)
    assert [item["status"] for item in said["items"]] == ["refused", "exact"]
    assert Path(said["file"]).name == "91-latihan.md"


def test_where_nothing_can_be_read_nothing_is_written(module: Path) -> None:
    before = sorted(module.rglob("*"))
    assert run(module, BROKEN, "loket/latihan").exit_code == 1
    assert run(module, "bukan soal", "loket/latihan").exit_code == 1
    assert sorted(module.rglob("*")) == before


@pytest.mark.parametrize("into", ["loket", "loket/../x", "/", "lain/kuis", "../loket/kuis", "loket/Kuis"])
def test_only_a_quiz_of_a_module_can_be_written_to(module: Path, into: str) -> None:
    before = sorted(module.parents[1].rglob("*"))
    assert run(module, AIKEN, into).exit_code == 1
    assert sorted(module.parents[1].rglob("*")) == before


def test_a_lesson_is_no_quiz(module: Path) -> None:
    (module / "01-materi.md").write_text("---\ntitle: Materi\n---\nIsi.\n", "utf-8")
    assert "bukan kuis" in run(module, AIKEN, "loket/materi").output


def test_an_unknown_format_is_a_usage_error(module: Path) -> None:
    assert run(module, AIKEN, "loket/latihan", "--format", "word").exit_code == 2


def test_export_gives_back_what_was_imported(module: Path, tmp_path: Path) -> None:
    run(module, AIKEN, "loket/latihan")
    out, content = tmp_path / "keluar.txt", str(module.parents[1])
    arguments = ["questions", "export", "loket/latihan", "--format", "aiken", "-o", str(out), "--content", content]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    assert out.read_text("utf-8") == AIKEN
