"""Every lesson of the shipped course on the narrowest phone: nothing is wider than the page, and everybody can read it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server, axe, no_sideways_scroll, sign_in
from tests.browser.test_journeys import Accounts

MODULES = Path(__file__).resolve().parents[2] / "content" / "modules"
LESSONS = {
    folder.name: [file.stem.partition("-")[2] for file in sorted(folder.glob("*.md")) if file.name[:2].isdigit()
                  and "kind: quiz" not in file.read_text(encoding="utf-8")[:200]]
    for folder in sorted(MODULES.iterdir()) if folder.is_dir()
}  # fmt: skip


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
@pytest.mark.parametrize("module", LESSONS)
def test_every_lesson_fits_a_phone(
    server: Server, open_page: Callable[..., Page], accounts: Accounts, module: str
) -> None:
    light, dark = open_page(width=360, height=740), open_page(width=360, height=740, dark=True)
    for page in (light, dark):
        sign_in(page, accounts["peserta"])
    for number, lesson in enumerate(LESSONS[module]):
        page = dark if number % 2 else light
        page.goto(f"/modul/{module}/{lesson}")
        expect(page.locator("article.reader")).to_be_visible()
        no_sideways_scroll(page)
        axe(page)
