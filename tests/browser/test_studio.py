"""Writing in the studio with a browser: the editor, its preview and findings, and that nothing typed is lost or overwritten."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import axe, no_sideways_scroll, sign_in

# What the editor does does not depend on the database.
pytestmark = pytest.mark.parametrize("server", ["sqlite"], indirect=True)

QUESTION = "## Berapa loketnya?\n\n- (x) Tiga\n- ( ) Empat\n- ( ) Lima\n"
Accounts = dict[str, dict[str, str]]
_number = count(1)


def write_quiz(page: Page) -> str:
    """A new module with one quiz, its file open in the editor; its address."""
    page.goto("/pengajar/modul-baru")
    page.get_by_label("Judul").first.fill(f"Percobaan studio {next(_number)} {page.viewport_size}")
    page.get_by_role("button", name="Buat").click()
    page.get_by_label("Judul kuis baru").fill("Kuis loket")
    page.get_by_role("button", name="Tambah kuis").click()
    expect(page.locator(".cm-content")).to_be_visible()
    return page.url


def type_at_end(page: Page, text: str) -> None:
    page.locator(".cm-content").press("Control+End")
    page.keyboard.insert_text(text)


def reopen(page: Page, address: str) -> None:
    """Open the file anew, at its end: the editor draws only the lines in sight."""
    page.goto(address)
    page.locator(".cm-content").press("Control+End")


def state(page: Page, words: str) -> None:
    line = page.locator("[data-save-state]")
    expect(line).to_contain_text(words)
    expect(line).to_be_visible()


def test_typing_shows_the_preview_and_findings_and_a_fix_mends_the_text(
    open_page: Callable[..., Page], accounts: Accounts
) -> None:
    page = open_page()
    sign_in(page, accounts["pengajar"])
    write_quiz(page)
    page.route("**/naskah/**", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    type_at_end(page, f"\n{QUESTION}")  # saving, which does not get through, would write the id that the fix writes
    expect(page.locator("[data-preview]")).to_contain_text("Berapa loketnya?")
    expect(page.locator(".cm-lintRange-warning").first).to_be_visible()
    page.locator("[data-findings]").get_by_role("button", name="Perbaiki ini").click()
    expect(page.locator(".cm-content")).to_contain_text("Berapa loketnya? {#")
    expect(page.locator("[data-findings]").get_by_role("button", name="Perbaiki ini")).to_have_count(0)
    page.unroute("**/naskah/**")
    type_at_end(page, "\n## Tanpa kunci {#tanpa-kunci}\n\n- ( ) Satu\n- ( ) Dua\n- ( ) Tiga\n")
    finding = page.locator("[data-findings] li.error").first
    expect(finding).to_be_visible()
    expect(page.locator(".cm-lintRange-error").first).to_be_visible()
    expect(page.locator(".cm-lint-marker-error").first).to_be_visible()
    finding.get_by_role("button", name="Baris").click()
    expect(page.locator(".cm-content")).to_be_focused()


def test_what_is_typed_is_saved_and_ids_come_back_under_the_cursor(
    open_page: Callable[..., Page], accounts: Accounts
) -> None:
    page = open_page()
    sign_in(page, accounts["pengajar"])
    address = write_quiz(page)
    type_at_end(page, f"\n{QUESTION}")
    state(page, "Belum tersimpan")
    state(page, "Tersimpan")
    expect(page.locator(".cm-content")).to_contain_text("Berapa loketnya? {#")
    page.keyboard.insert_text("- ( ) Enam")  # where the cursor was: at the end
    page.keyboard.press("Control+s")
    state(page, "Tersimpan")
    reopen(page, address)
    expect(page.locator(".cm-content")).to_contain_text("Lima- ( ) Enam")
    expect(page.locator("[data-left]")).to_be_hidden()


def test_a_lost_line_keeps_the_text_here_until_it_is_back(open_page: Callable[..., Page], accounts: Accounts) -> None:
    page = open_page()
    sign_in(page, accounts["pengajar"])
    address = write_quiz(page)
    page.context.set_offline(True)
    type_at_end(page, "\nDitulis tanpa sambungan.\n")
    state(page, "Menunggu sambungan")
    page.context.set_offline(False)
    state(page, "Tersimpan")
    reopen(page, address)
    expect(page.locator(".cm-content")).to_contain_text("Ditulis tanpa sambungan.")


def test_what_a_crash_left_on_the_device_is_offered(open_page: Callable[..., Page], accounts: Accounts) -> None:
    page = open_page()
    sign_in(page, accounts["pengajar"])
    address = write_quiz(page)
    page.context.set_offline(True)
    type_at_end(page, "\nBelum pernah sampai.\n")
    state(page, "Menunggu sambungan")
    page.close(run_before_unload=False)
    page.context.set_offline(False)
    again = page.context.new_page()
    reopen(again, address)
    expect(again.locator(".cm-content")).not_to_contain_text("Belum pernah sampai.")
    again.get_by_role("button", name="Pakai tulisan itu").click()
    expect(again.locator(".cm-content")).to_contain_text("Belum pernah sampai.")
    state(again, "Tersimpan")


def test_two_who_write_one_file_choose_and_nothing_is_overwritten(
    open_page: Callable[..., Page], accounts: Accounts
) -> None:
    page = open_page()
    sign_in(page, accounts["pengajar"])
    address = write_quiz(page)
    other = page.context.new_page()
    other.goto(address)
    type_at_end(other, "\nKalimat yang lebih dulu.\n")
    state(other, "Tersimpan")
    type_at_end(page, "\nKalimat yang kemudian.\n")
    state(page, "pilih dulu")
    panel = page.get_by_role("alertdialog")
    expect(panel).to_contain_text("menyimpan lebih dulu")
    expect(page.locator(".studio-editor")).to_contain_text("Kalimat yang lebih dulu.")
    expect(page.locator(".studio-editor")).to_contain_text("Kalimat yang kemudian.")
    axe(page)
    page.get_by_role("button", name="Simpan hasilnya").click()
    state(page, "Tersimpan")
    reopen(other, address)
    expect(other.locator(".cm-content")).to_contain_text("Kalimat yang kemudian.")
    type_at_end(page, "\nLagi.\n")
    state(page, "Tersimpan")
    type_at_end(other, "\nSesudahnya.\n")
    state(other, "pilih dulu")
    other.get_by_role("button", name="Pakai seluruh isi yang tersimpan").click()
    expect(other.locator(".cm-content")).to_contain_text("Lagi.")
    expect(other.locator(".cm-content")).not_to_contain_text("Sesudahnya.")


def test_completion_and_keys_need_no_mouse(open_page: Callable[..., Page], accounts: Accounts) -> None:
    page = open_page()
    sign_in(page, accounts["pengajar"])
    write_quiz(page)
    type_at_end(page, "\n")
    page.keyboard.type("## ")
    choices = page.get_by_role("listbox")
    expect(choices.get_by_role("option", name=re.compile("Satu jawaban"))).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(choices.get_by_role("option", selected=True)).to_contain_text("Satu jawaban")
    page.keyboard.press("Enter")
    expect(page.locator(".cm-content")).to_contain_text("- (x) jawaban yang benar")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(page.locator(".cm-content")).not_to_be_focused()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_editor_can_be_used_by_everyone(
    open_page: Callable[..., Page], accounts: Accounts, width: int, dark: bool
) -> None:
    page = open_page(width=width, dark=dark)
    page.add_init_script(
        "addEventListener('securitypolicyviolation', e => console.error('policy', e.violatedDirective, e.blockedURI))"
    )
    sign_in(page, accounts["pengajar"])
    write_quiz(page)
    type_at_end(page, f"\n{QUESTION}\n## Tanpa kunci {{#tanpa}}\n\n- ( ) Satu\n- ( ) Dua\n")
    expect(page.locator("[data-findings] li.error").first).to_be_visible()
    state(page, "Tersimpan")
    axe(page)
    no_sideways_scroll(page)
    if width == 360:
        expect(page.locator("[data-preview]")).to_be_hidden()
        page.get_by_role("button", name="Pratinjau", exact=True).click()
        expect(page.locator(".studio-editor")).to_be_hidden()
    expect(page.locator("[data-preview]")).to_contain_text("Berapa loketnya?")
    axe(page)
    no_sideways_scroll(page)


def test_who_signs_in_again_elsewhere_goes_on_writing(open_page: Callable[..., Page], accounts: Accounts) -> None:
    page = open_page()
    sign_in(page, accounts["pengajar"])
    address = write_quiz(page)
    other = page.context.new_page()
    other.goto("/akun")
    page.context.clear_cookies()
    type_at_end(page, "\nSelagi keluar.\n")
    state(page, "Anda perlu masuk lagi")
    sign_in(other, accounts["pengajar"])
    page.bring_to_front()
    type_at_end(page, "Sesudah masuk lagi.\n")
    state(page, "Tersimpan")
    reopen(other, address)
    expect(other.locator(".cm-content")).to_contain_text("Sesudah masuk lagi.")


def test_what_one_person_left_on_a_shared_computer_is_not_offered_to_the_next(
    open_page: Callable[..., Page], accounts: Accounts
) -> None:
    page = open_page()
    sign_in(page, accounts["pengajar"])
    address = write_quiz(page)
    page.route("**/naskah/**", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    type_at_end(page, "\nHanya di perangkat ini.\n")
    state(page, "Menunggu sambungan")
    kept = page.evaluate("() => Object.entries(localStorage).find(([key]) => key.startsWith('diajar-naskah:'))")
    owner = page.locator("[data-studio]").get_attribute("data-owner")
    assert kept[0] == f"diajar-naskah:{owner}:/{address.split('/', 3)[3]}"
    move = "([key, text]) => { localStorage.clear(); localStorage.setItem(key, text); }"
    page.evaluate(move, [kept[0].replace(f":{owner}:", ":0:"), kept[1]])
    page.goto(address)
    expect(page.locator(".cm-content")).to_be_visible()
    expect(page.locator("[data-left]")).to_be_hidden()
