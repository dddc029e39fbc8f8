"""`elearn people import`: the same importer as the administrator's page."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.test_cli import elearn

NUMBERS = ("198705122010011005", "199204172019032007")


def test_people_are_imported_from_the_command_line(tmp_path: Path) -> None:
    assert elearn(tmp_path, "db", "upgrade").returncode == 0
    made = elearn(tmp_path, "user", "create", "198001012005011001", "Dian", "--unit", "kota", "--role", "admin")
    assert made.returncode == 0, made.stderr
    file, passwords = tmp_path / "pegawai.csv", tmp_path / "sandi.csv"
    file.write_text("nip;nama;unit;peran\n" + "".join(f"{n};Orang {n[-3:]};kota;\n" for n in NUMBERS), encoding="utf-8")

    dry = elearn(tmp_path, "people", "import", str(file), "--dry-run", "--json")
    assert dry.returncode == 0 and json.loads(dry.stdout)["created"] == list(NUMBERS)
    done = elearn(tmp_path, "people", "import", str(file), "--passwords", str(passwords))
    assert done.returncode == 0 and "2 new" in done.stdout
    assert passwords.stat().st_mode & 0o777 == 0o600
    listed = passwords.read_text(encoding="utf-8-sig").splitlines()
    assert len(listed) == 3 and {line.split(";")[1] for line in listed[1:]} == {"Orang 005", "Orang 007"}
    again = elearn(tmp_path, "people", "import", str(file), "--json")
    assert json.loads(again.stdout) | {"applied": True} == {
        "applied": True,
        "created": [],
        "changed": [],
        "unchanged": 2,
        "problems": [],
    }

    file.write_text("nip;nama;unit\n1987;Salah;kota\n198705122010011005;Baru;entah\n", encoding="utf-8")
    bad = elearn(tmp_path, "people", "import", str(file))
    assert bad.returncode == 1 and "line 2: nip:" in bad.stdout and "line 3: unit:" in bad.stdout
    file.write_bytes(b"\x00\x01\x02")
    assert elearn(tmp_path, "people", "import", str(file)).returncode == 1
