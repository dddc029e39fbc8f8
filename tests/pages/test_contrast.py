"""Every pair of colours that carries text or marks a control, in both themes, against WCAG 2.2 AA."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).resolve().parents[2] / "frontend" / "scss" / "_tokens.scss"

TEXT = [
    *[(ink, ground) for ink in ("ink", "ink-soft", "teal", "teal-deep", "coral-ink") for ground in ("paper", "card")],
    ("ink", "teal-wash"), ("ink", "marigold-wash"), ("ink", "coral-wash"), ("ink", "sky-wash"), ("ink", "code"),
    ("ink", "mark"), ("ink", "sand"), ("ink-soft", "sand"), ("ink-soft", "teal-wash"), ("ink-soft", "coral-wash"),
    ("sand-ink", "sand"), ("sand-ink", "track"), ("teal-deep", "sand"), ("teal-deep", "teal-wash"),
    ("teal-deep", "teal-wash-hover"), ("teal", "teal-wash"), ("marigold-ink", "marigold-wash"), ("marigold-ink", "card"),
    ("coral-ink", "coral-wash"), ("sky-ink", "sky-wash"), ("sky-ink", "code"), ("teal", "code"), ("ink-soft", "code"),
    ("coral-ink", "code"), ("teal-deep", "code"), ("on-fill", "fill"), ("on-fill", "fill-hover"), ("on-danger", "danger"),
    ("on-danger", "danger-hover"), ("hero-ink", "hero-from"), ("hero-ink", "hero-to"),
    *[(f"lv{level}-ink", f"lv{level}") for level in range(5)],
]  # fmt: skip
# Boundaries and marks that say something by themselves.
MARKS = [("line-strong", "card"), ("line-strong", "paper"), ("teal", "card"), ("coral", "card"), ("focus", "paper"), ("focus", "card"),
         ("teal", "track"), ("coral", "coral-wash")]  # fmt: skip


def _theme(name: str) -> dict[str, str]:
    block = re.search(rf"@mixin {name} \{{(.*?)\n\}}", TOKENS.read_text("utf-8"), re.DOTALL)
    assert block
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block.group(1)))


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_both_themes_define_the_same_colours(theme: str) -> None:
    assert _theme(theme).keys() == _theme("light").keys()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read(theme: str, ink: str, ground: str) -> None:
    colours = _theme(theme)
    assert _contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("mark", "ground"), MARKS)
def test_marks_can_be_seen(theme: str, mark: str, ground: str) -> None:
    colours = _theme(theme)
    assert _contrast(colours[mark], colours[ground]) >= 3
