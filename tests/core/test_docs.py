"""The operator's guide names every setting that there is, and none that there is not."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_setting_is_documented() -> None:
    read = set(re.findall(r'"((?:DIAJAR_[A-Z_]+)|SECRET_KEY|DATABASE_URL)"', (ROOT / "config.py").read_text()))
    told = set(re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs" / "operator.md").read_text(), re.MULTILINE))
    assert read == told


def test_every_guide_is_there() -> None:
    for name in ("peserta", "pengajar", "atasan", "operator", "developer", "format-konten", "diagnostik"):
        assert (ROOT / "docs" / f"{name}.md").stat().st_size > 500
