"""Every pair of colours that carries text or marks a control, in both themes, against WCAG 2.2 AA."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).resolve().parents[2] / "frontend" / "scss" / "_tokens.scss"

TEXT = [
    (ink, ground)
    for ink, grounds in {
        "ink": "paper card teal-wash marigold-wash coral-wash sky-wash code mark sand",
        "ink-soft": "paper card sand teal-wash coral-wash code",
        "sand-ink": "sand track",
        "teal": "paper card teal-wash code",
        "teal-deep": "paper card sand teal-wash teal-wash-hover code",
        "marigold-ink": "card marigold-wash",
        "coral-ink": "paper card coral-wash code",
        "sky-ink": "sky-wash code",
        "on-fill": "fill fill-hover",
        "on-danger": "danger danger-hover",
        "hero-ink": "hero-from hero-to",
        **{f"lv{level}-ink": f"lv{level}" for level in range(5)},
    }.items()
    for ground in grounds.split()
]
# Boundaries and marks that say something by themselves.
MARKS = [
    (mark, ground)
    for mark, grounds in {
        "line-strong": "card paper",
        "teal": "card track",
        "coral": "card coral-wash",
        "focus": "paper card",
    }.items()
    for ground in grounds.split()
]


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
