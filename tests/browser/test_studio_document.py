"""A lesson from a document with a browser, for everyone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import axe, no_sideways_scroll, sign_in
from tests.browser.test_studio import Accounts, write_quiz
from tests.documents import document

pytestmark = pytest.mark.parametrize("server", ["sqlite"], indirect=True)


@pytest.mark.parametrize(("width", "dark"), [(360, True), (1280, False)])
def test_a_document_is_seen_as_a_lesson(
    open_page: Callable[..., Page], accounts: Accounts, tmp_path: Path, width: int, dark: bool
) -> None:
    page = open_page(width=width, dark=dark)
    sign_in(page, accounts["pengajar"])
    page.goto(f"{write_quiz(page).split('/naskah')[0]}/naskah")
    page.get_by_role("link", name="Materi dari dokumen").click()
    data = document("docx", tmp_path)
    page.get_by_label("Dokumen", exact=True).set_input_files({"name": "a.docx", "mimeType": "", "buffer": data})
    page.get_by_role("button", name="Jadikan materi").click()
    expect(page.get_by_text("Materi baru: Melayani di loket")).to_be_visible()
    expect(page.get_by_text("tautan di dalam dokumen")).to_be_visible()
    axe(page)
    no_sideways_scroll(page)
    page.get_by_role("link", name="Buka materinya").click()
    if width < 1000:
        page.get_by_role("button", name="Pratinjau").click()
    preview = page.locator("[data-preview]")
    expect(preview.get_by_role("heading", name="Tiga langkah")).to_be_visible()
    picture = preview.get_by_role("img").first
    page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=picture.element_handle())
