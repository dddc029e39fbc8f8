"""Every drawing of the shipped course as a phone shows it: its words fit, stand apart, and are large enough to read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

MODULES = Path(__file__).resolve().parents[2] / "content" / "modules"
DRAWINGS = sorted(MODULES.glob("*/media/*.svg"))
SHOWN = 360 - 32
"""Pixels that a picture has on the narrowest phone, between the margins of the page."""
SMALLEST = 12
LOOK = """([shown, smallest]) => {
  const svg = document.querySelector("svg"), box = svg.getBoundingClientRect(), troubles = [];
  if (Math.abs(box.width - shown) > 1) troubles.push(`it is ${box.width} px wide`);
  const texts = [...svg.querySelectorAll("text")].map((element) => ({
    words: element.textContent.trim(), at: element.getBoundingClientRect(),
    size: parseFloat(getComputedStyle(element).fontSize) * box.width / svg.viewBox.baseVal.width,
  })).filter((one) => one.words);
  for (const { words, at, size } of texts) {
    if (size < smallest) troubles.push(`'${words}' is ${size.toFixed(1)} px tall`);
    if (at.left < box.left - 1 || at.right > box.right + 1 || at.top < box.top - 1 || at.bottom > box.bottom + 1)
      troubles.push(`'${words}' is cut off`);
  }
  texts.forEach((one, n) => texts.slice(n + 1).forEach((other) => {
    const wide = Math.min(one.at.right, other.at.right) - Math.max(one.at.left, other.at.left);
    const tall = Math.min(one.at.bottom, other.at.bottom) - Math.max(one.at.top, other.at.top);
    // Boxes of letters are taller than the letters: neighbouring lines may share a third of them.
    if (wide > 2 && tall > Math.min(one.at.height, other.at.height) * 0.4)
      troubles.push(`'${one.words}' lies over '${other.words}'`);
  }));
  if (!svg.querySelector("title") || !svg.querySelector("desc")) troubles.push("it says nothing aloud");
  return troubles;
}"""


@pytest.fixture(scope="module")
def bare_page(browser: Browser) -> Iterator[Page]:
    """A page without the product around it; one for all, since each drawing replaces the other."""
    page = browser.new_page(viewport={"width": 360, "height": 800})
    yield page
    page.close()


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda path: f"{path.parents[1].name}-{path.stem}")
def test_the_words_of_a_drawing_can_be_read_on_a_phone(bare_page: Page, drawing: Path) -> None:
    assert troubles_of(bare_page, drawing.read_text(encoding="utf-8")) == []


def test_a_drawing_that_cannot_be_read_is_found(bare_page: Page) -> None:
    text = '<text x="{}" y="40" font-size="{}">Satu dua tiga</text>'
    words = text.format(10, 30) + text.format(60, 30) + text.format(650, 30) + text.format(300, 12)
    found = "\n".join(troubles_of(bare_page, f'<svg viewBox="0 0 720 100" width="720" height="100">{words}</svg>'))
    for trouble in ("lies over", "is cut off", "px tall", "says nothing aloud"):
        assert trouble in found


def troubles_of(page: Page, svg: str) -> Any:
    page.set_content(
        f"<style>body {{ margin: 0 }} div {{ width: {SHOWN}px }} svg {{ width: 100%; height: auto }}</style><div>{svg}</div>"
    )
    return page.evaluate(LOOK, [SHOWN, SMALLEST])
