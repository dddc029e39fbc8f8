"""`elearn content watch` and `schema` as a pengajar types them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from elearn import cli
from elearn.core.content.schema import KINDS, front_matter_schema
from tests.content import LESSON, MODULE
from tests.databases import free_port


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli.main, ["content", *map(str, arguments)])


@pytest.mark.parametrize("kind", KINDS)
def test_the_schema_is_printed(kind: str) -> None:
    assert json.loads(run("schema", kind).output) == front_matter_schema(kind)


def test_an_unknown_kind_is_told_what_there_is() -> None:
    result = run("schema", "modul")
    assert result.exit_code == 2
    assert "module, lesson, quiz, path, part" in result.output


def test_a_folder_without_modules_is_refused(tmp_path: Path) -> None:
    result = run("watch", tmp_path)
    assert result.exit_code == 2
    assert "holds no module" in result.output


def test_a_port_in_use_is_told(tmp_path: Path) -> None:
    (tmp_path / "module.md").write_text(MODULE)
    from elearn.authoring.watching import Server

    first = Server(tmp_path, 0)
    result = run("watch", tmp_path, "--port", first.address.rsplit(":", 1)[1])
    assert result.exit_code == 2
    assert "choose another --port" in result.output


def test_it_tells_its_address_and_what_is_wrong_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    folder = tmp_path / "antrean"
    folder.mkdir()
    (folder / "module.md").write_text(MODULE)
    (folder / "01-mendengar.md").write_text(LESSON.format(title="Mendengar", slug="mendengar"))
    command = [sys.executable, "-m", "elearn.cli", "content", "watch", str(folder), "--port", str(free_port())]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        # Whoever runs the tests in the background of a shell has it ignore Ctrl+C, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("http://127.0.0.1:")
        assert process.stdout.readline().startswith("antrean: 2 kesalahan")  # the two quizzes that module.md names
        process.send_signal(signal.SIGINT)
        try:
            assert process.wait(30) == 0
        finally:
            process.kill()
