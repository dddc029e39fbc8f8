"""Questions of another system in the studio with a browser: brought in, reported, looked at, and taken out again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import axe, no_sideways_scroll, sign_in
from tests.browser.test_studio import Accounts, write_quiz
from tests.pages.test_exchange_pages import AIKEN

pytestmark = pytest.mark.parametrize("server", ["sqlite"], indirect=True)


@pytest.mark.parametrize(("width", "dark", "javascript"), [(360, False, True), (1280, True, False)])
def test_in_and_out(
    open_page: Callable[..., Page], accounts: Accounts, width: int, dark: bool, javascript: bool
) -> None:
    page = open_page(width=width, dark=dark, javascript=javascript)
    writer = page if javascript else open_page()
    sign_in(page, accounts["pengajar"])
    if writer is not page:
        sign_in(writer, accounts["pengajar"])
    module = write_quiz(writer).split("/naskah")[0]
    page.goto(f"{module}/naskah")
    page.get_by_role("link", name="Impor soal dari sistem lain").click()
    page.get_by_label("Berkas soal").set_input_files({"name": "soal.txt", "mimeType": "text/plain", "buffer": AIKEN})
    page.get_by_role("button", name="Impor").click()
    expect(page.get_by_text("1 persis, 0 didekati, 1 ditolak.")).to_be_visible()
    if javascript:
        axe(page)
    no_sideways_scroll(page)
    page.get_by_role("link", name="Buka kuisnya").click()
    page.get_by_role("link", name="Unduh soal").click()
    page.get_by_label("Format").select_option(label="Moodle XML")
    page.get_by_role("button", name="Periksa").click()
    expect(page.get_by_text("persis", exact=True)).to_be_visible()
    if javascript:
        axe(page)
    no_sideways_scroll(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Unduh Moodle XML").click()
    assert "Kanal mana yang menerima laporan?" in download.value.path().read_text()
