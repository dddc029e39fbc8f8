"""Pictures in the studio with a browser: pasted into the editor, uploaded on their page, and both for everyone."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import axe, no_sideways_scroll, sign_in
from tests.browser.test_studio import Accounts, reopen, state, type_at_end, write_quiz
from tests.pictures import drawn, encoded, photograph

pytestmark = pytest.mark.parametrize("server", ["sqlite"], indirect=True)
PASTE = """([name, type, data]) => {
    const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], name, {type}));
    const event = new ClipboardEvent("paste", {clipboardData: transfer, bubbles: true, cancelable: true});
    document.querySelector(".cm-content").dispatchEvent(event);
}"""


def paste(page: Page, name: str, kind: str, data: bytes) -> None:
    page.evaluate(PASTE, [name, kind, base64.b64encode(data).decode()])


def test_a_pasted_photograph_is_kept_and_shown(open_page: Callable[..., Page], accounts: Accounts) -> None:
    page = open_page()
    sign_in(page, accounts["pengajar"])
    address = write_quiz(page)
    type_at_end(page, "\n## Di foto ini, loket mana yang ramah kursi roda?\n\n")
    paste(page, "Foto Loket.jpg", "image/jpeg", photograph((900, 600)))
    dialog = page.get_by_role("dialog", name="Apa yang terlihat di gambar ini?")
    expect(dialog).to_contain_text("media/foto-loket.jpg")
    axe(page)
    dialog.get_by_label("Teks pengganti").fill("Dua loket, yang kiri lebih rendah")
    dialog.get_by_role("button", name="Sisipkan").click()
    type_at_end(page, "\n- (x) Kiri\n- ( ) Kanan\n- ( ) Tengah\n")
    picture = page.locator("[data-preview]").get_by_role("img", name="Dua loket, yang kiri lebih rendah")
    expect(picture).to_be_visible()
    page.wait_for_function("image => image.complete && image.naturalWidth === 900", arg=picture.element_handle())
    state(page, "Tersimpan")
    reopen(page, address)
    expect(page.locator(".cm-content")).to_contain_text("![Dua loket, yang kiri lebih rendah](media/foto-loket.jpg)")


def test_what_cannot_be_taken_is_told_in_words(open_page: Callable[..., Page], accounts: Accounts) -> None:
    page = open_page()
    sign_in(page, accounts["pengajar"])
    write_quiz(page)
    paste(page, "foto.png", "image/png", b"bukan gambar")
    expect(page.get_by_text("Isi berkas ini bukan gambar .png.").first).to_be_visible()


@pytest.mark.parametrize(("width", "dark"), [(360, True), (1280, False)])
def test_the_page_of_media(open_page: Callable[..., Page], accounts: Accounts, width: int, dark: bool) -> None:
    page = open_page(width=width, dark=dark)
    sign_in(page, accounts["pengajar"])
    write_quiz(page)
    page.get_by_role("link", name="Gambar dan berkas modul ini").click()
    page.get_by_label("Berkas baru").set_input_files(
        {"name": "Alur antrean.png", "mimeType": "image/png", "buffer": encoded(drawn((300, 200)), "PNG")}
    )
    page.get_by_label("Apa yang terlihat atau terdengar di sana?").fill("Tiga langkah antrean")
    page.get_by_role("button", name="Unggah").click()
    line = page.get_by_label("Tulis baris ini di tempat yang Anda mau di teks materi:")
    expect(line).to_have_value("![Tiga langkah antrean](media/alur-antrean.png)")
    page.get_by_text("Ganti media/alur-antrean.png").click()
    axe(page)
    no_sideways_scroll(page)
