"""The style page in a real browser: every component and sample page, by axe, by finger and by keyboard."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from tests.browser.conftest import ROOT, axe, no_sideways_scroll
from tests.conftest import make_app

PAGES = ["", "beranda", "materi", "bacaan", "kuis", "soal", "hasil", "tim", "galat/404"]
PHOTOGRAPHS = ROOT / "test-results" / "gaya"


@dataclass
class StyleServer:
    url: str


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StyleServer]:
    """The application in a thread, without a city: the style page asks the database for nothing."""
    folder = tmp_path_factory.mktemp("gaya")
    app = make_app(f"sqlite:///{folder}/kosong.db", folder)
    http = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    yield StyleServer(f"http://127.0.0.1:{http.server_port}")
    http.shutdown()
    thread.join()


# Heights below 44 px of what a finger presses; links inside sentences are exempt, as in WCAG 2.5.8.
SMALL_TARGETS = """() => {
    const pressed = 'a, button, summary, select, textarea, label.option, label.check, input';
    const exempt = 'p, .alert, .note, .error-summary, .skip, .module-card h3, [type=radio], [type=checkbox]';
    return [...document.querySelectorAll(pressed)]
        .filter(e => e.type !== 'hidden' && !e.closest(exempt))
        .map(e => [e, e.getBoundingClientRect()])
        .filter(([e, box]) => box.width > 1 && box.height > 1 && box.height < 43.5)
        .map(([e, box]) => Math.round(box.height) + ' ' + e.outerHTML.slice(0, 90));
}"""


@pytest.mark.parametrize("dark", [False, True], ids=["terang", "gelap"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_every_sample_page(open_page: Callable[..., Page], name: str, width: int, dark: bool) -> None:
    page = open_page(width=width, height=740 if width == 360 else 900, dark=dark)
    page.goto(f"/gaya/{name}")
    axe(page)
    no_sideways_scroll(page)
    if width == 360:
        assert page.evaluate(SMALL_TARGETS) == []
    PHOTOGRAPHS.mkdir(parents=True, exist_ok=True)
    stem = f"{name.replace('/', '-') or 'komponen'}-{width}-{'gelap' if dark else 'terang'}"
    page.screenshot(path=PHOTOGRAPHS / f"{stem}.png", full_page=True)


@pytest.mark.parametrize("name", PAGES)
def test_at_twice_the_size_nothing_is_cut(open_page: Callable[..., Page], name: str) -> None:
    page = open_page(width=640, height=450)  # what 1280 by 900 becomes at 200 %
    page.goto(f"/gaya/{name}")
    no_sideways_scroll(page)


def background(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_the_theme_follows_the_system_until_it_is_set(open_page: Callable[..., Page]) -> None:
    page = open_page(dark=True)
    page.goto("/gaya/")
    assert background(page) == "rgb(14, 22, 21)"
    with page.expect_response("**/tema"):
        page.locator("main").get_by_role("button", name="Terang").click()
    assert background(page) == "rgb(251, 250, 246)"
    page.reload()
    assert background(page) == "rgb(251, 250, 246)"
    expect(page.locator("main").get_by_role("button", name="Terang")).to_have_attribute("aria-pressed", "true")


def test_the_theme_can_be_set_without_scripts(open_page: Callable[..., Page]) -> None:
    page = open_page(javascript=False)
    page.goto("/gaya/tim")
    page.locator("details.menu > summary").click()
    page.get_by_role("button", name="Gelap").click()
    expect(page).to_have_url("/gaya/tim")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_the_account_menu_closes_on_escape_and_elsewhere(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/gaya/beranda")
    summary = page.locator("details.menu > summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Akun saya")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Akun saya")).to_be_hidden()
    expect(summary).to_be_focused()
    summary.click()
    page.get_by_role("heading", level=1).click()
    expect(page.get_by_role("link", name="Akun saya")).to_be_hidden()


def test_a_destructive_act_asks_once(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/gaya/")
    summary = page.locator("details.confirm > summary")
    summary.click()
    dialog = page.get_by_role("dialog", name="Hapus draf ini?")
    expect(dialog).to_contain_text("Versi yang sudah terbit tetap ada")
    expect(dialog.get_by_role("button", name="Batal")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(summary).to_be_focused()
    summary.click()
    with page.expect_response("**/tema") as sent:
        dialog.get_by_role("button", name="Ya, hapus draf").click()
    assert sent.value.status == 302


def test_a_destructive_act_asks_without_scripts(open_page: Callable[..., Page]) -> None:
    page = open_page(javascript=False)
    page.goto("/gaya/")
    sure = page.get_by_role("button", name="Ya, hapus draf")
    expect(sure).to_be_hidden()
    page.locator("details.confirm > summary").click()
    sure.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Gaya")


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/gaya/")
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="NIP atau NI PPPK").click()
    field = page.locator("#galat-number")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-describedby", "galat-number-bantuan galat-number-galat")


def test_keyboard_reaches_the_content_first(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/gaya/beranda")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Langsung ke isi")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_a_lesson_on_paper_is_the_lesson_alone(open_page: Callable[..., Page]) -> None:
    page = open_page(width=720, dark=True)
    page.goto("/gaya/materi")
    page.emulate_media(media="print", color_scheme="dark")
    for gone in (".topbar", ".tabbar", ".lesson-end", ".foot"):
        expect(page.locator(gone)).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert background(page) == "rgb(255, 255, 255)"


def test_the_first_view_of_a_lesson_on_the_wire(open_page: Callable[..., Page]) -> None:
    page = open_page(width=360, height=740)
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    seen: list[dict[str, Any]] = []
    wire.on("Network.loadingFinished", lambda event: seen.append(event))
    page.goto("/gaya/materi", wait_until="networkidle")
    assert len(seen) >= 5
    assert sum(one["encodedDataLength"] for one in seen) < 100_000
