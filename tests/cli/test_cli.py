"""The command as an operator uses it: in processes of its own, by exit codes and printed words."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def elearn(tmp_path: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    env = {
        **os.environ,
        "DIAJAR_INSTANCE": str(tmp_path / "instance"),
        "COLUMNS": "200",
        "NO_COLOR": "1",
        **settings,
    }
    env.pop("DATABASE_URL", None) if "DATABASE_URL" not in settings else None
    return subprocess.run(
        [sys.executable, "-m", "elearn.cli", *arguments],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=180,
    )


def test_an_unknown_command_is_a_usage_error(tmp_path: Path) -> None:
    assert elearn(tmp_path, "fly").returncode == 2


def test_production_refuses_a_weak_secret(tmp_path: Path) -> None:
    for secret in ("", "short", "a" * 64):
        done = elearn(tmp_path, "db", "upgrade", DIAJAR_MODE="production", SECRET_KEY=secret)
        assert done.returncode == 2
        assert "SECRET_KEY" in done.stderr and "Traceback" not in done.stderr


def test_a_bad_setting_is_one_sentence(tmp_path: Path) -> None:
    done = elearn(tmp_path, "db", "upgrade", DIAJAR_PORT="many")
    assert done.returncode == 2
    assert "DIAJAR_PORT is 'many'" in done.stderr and "Traceback" not in done.stderr


def test_doctor_names_what_is_missing_and_then_is_content(tmp_path: Path) -> None:
    sick = elearn(tmp_path, "doctor", "--json")
    assert sick.returncode == 1
    assert any("elearn db upgrade" in finding["mend"] for finding in json.loads(sick.stdout))
    assert elearn(tmp_path, "db", "upgrade").returncode == 0
    assert elearn(tmp_path, "content", "publish").returncode == 0
    made = elearn(tmp_path, "user", "create", "198705122010011005", "Asep Suryana", "--unit", "kota", "--role", "admin")
    assert made.returncode == 0, made.stderr
    well = elearn(tmp_path, "doctor", "--json")
    assert json.loads(well.stdout) == [] and well.returncode == 0


def test_doctor_says_when_the_database_does_not_answer(tmp_path: Path) -> None:
    done = elearn(tmp_path, "doctor", DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert done.returncode == 1 and "does not answer" in done.stdout and "Traceback" not in done.stderr


def test_user_password_of_an_unknown_number(tmp_path: Path) -> None:
    elearn(tmp_path, "db", "upgrade")
    done = elearn(tmp_path, "user", "password", "198705122010011005")
    assert done.returncode == 2 and "no account" in done.stderr


def test_a_new_module_passes_its_check_and_is_published(tmp_path: Path) -> None:
    content = tmp_path / "content" / "modules"
    made = elearn(tmp_path, "content", "new", str(content / "antrean-loket"), "--title", "Antrean loket")
    assert made.returncode == 0, made.stderr
    again = elearn(tmp_path, "content", "new", str(content / "antrean-loket"))
    assert again.returncode == 2
    checked = elearn(tmp_path, "content", "check", str(content))
    assert checked.returncode == 0, checked.stdout
    elearn(tmp_path, "db", "upgrade")
    published = elearn(tmp_path, "content", "publish", str(tmp_path / "content"), "--json")
    assert published.returncode == 0, published.stderr
    assert "antrean-loket" in published.stdout


@pytest.mark.parametrize("style", ["text", "json", "github"])
def test_check_reports_every_finding_and_fails(tmp_path: Path, style: str) -> None:
    folder = tmp_path / "modul-rusak"
    folder.mkdir()
    (folder / "module.md").write_text("---\ntitle: Rusak\njp: banyak\nlevle: dasar\n---\n")
    (folder / "01-satu.md").write_bytes(b"---\ntitle: Satu\n---\nHal\xff\n\n[mati](02-tidak-ada.md)\n")
    done = elearn(tmp_path, "content", "check", str(folder), "--format", style)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    if style == "json":
        findings = json.loads(done.stdout)
        assert {"file", "line", "col", "severity", "code", "message", "hint"} <= findings[0].keys()
        assert len(findings) >= 3
    else:
        assert done.stdout.count("M") >= 2


def test_check_of_what_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    assert elearn(tmp_path, "content", "check", str(tmp_path / "nothing")).returncode == 2


def test_the_shipped_content_has_no_finding(tmp_path: Path) -> None:
    done = elearn(tmp_path, "content", "check", "--format", "json")
    assert done.returncode == 0
    assert json.loads(done.stdout) == []
