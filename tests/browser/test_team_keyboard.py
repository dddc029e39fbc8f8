"""'Tim saya' and its map by keyboard alone: everything is reached, seen to have the focus, and works."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Server, axe, no_sideways_scroll, sign_in
from tests.browser.test_supervision import head  # noqa: F401 - a new head of a unit of the demo city

Open = Callable[..., Page]
Head = Callable[[str], dict[str, str]]
STOPS_AT_MOST = 160

# What the focused element looks like, and what it looks like without the focus: one who sees must see where they are.
LOOK = """() => {
    const element = document.activeElement;
    // Tab goes by day, month and year within a date; to look again would begin at the day again.
    if (element === window.lastStop) return {differs: true, shown: true, covered: false};
    window.lastStop = element;
    const look = () => { const s = getComputedStyle(element);
        return [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow, s.borderColor].join(); };
    const focused = look();
    const box = element.getBoundingClientRect();
    const shown = box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    const top = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height / 2, 20));
    const covered = !(top && (element.contains(top) || top.contains(element)));
    element.blur();
    const plain = look();
    element.focus({preventScroll: true});
    return {differs: focused !== plain, shown, covered, html: element.outerHTML.slice(0, 120)};
}"""


def tab_to(page: Page, wanted: Locator, key: str = "Tab") -> None:
    """Press Tab until that has the focus; every stop on the way can be seen."""
    for _stop in range(STOPS_AT_MOST):
        page.keyboard.press(key)
        look = page.evaluate(LOOK)
        assert look["differs"], f"no visible focus: {look['html']}"
        assert look["shown"] and not look["covered"], f"focus out of sight: {look['html']}"
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{wanted} was not reached by {STOPS_AT_MOST} stops")


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_the_team_is_searched_sorted_paged_and_helped_by_keyboard_alone(
    server: Server,
    open_page: Open,
    head: Head,  # noqa: F811
) -> None:
    page = open_page(width=1280, height=900)
    sign_in(page, head("kota"))
    page.goto("/tim")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Langsung ke isi")).to_be_focused()
    page.keyboard.press("Enter")

    search = page.get_by_role("searchbox")
    tab_to(page, search)
    page.keyboard.type("Rukmana")
    page.keyboard.press("Enter")
    page.wait_for_url("**cari=Rukmana**")
    rows = page.locator("table.data tbody tr")
    expect(rows.filter(has_text="Rukmana")).to_have_count(rows.count())
    tab_to(page, page.get_by_role("searchbox"))
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("Delete")
    tab_to(page, page.get_by_label("Unit kerja"))
    page.keyboard.type("Dinas Kependudukan")  # a select chooses by what is typed
    tab_to(page, page.get_by_role("button", name="Cari"))
    page.keyboard.press("Enter")
    page.wait_for_url("**unit=disdukcapil**")

    page.goto("/tim")
    tab_to(page, page.get_by_role("link", name=re.compile("^Tidak aktif")))
    page.keyboard.press("Enter")
    page.wait_for_url("**status=tidak-aktif**")
    tab_to(page, page.get_by_role("columnheader", name=re.compile("^JP")).get_by_role("link"))
    page.keyboard.press("Enter")
    page.wait_for_url("**urut=jp**")
    expect(page.get_by_role("columnheader", name=re.compile("^JP"))).to_have_attribute("aria-sort", "ascending")
    tab_to(page, page.get_by_role("link", name=re.compile("^Semua ?[0-9]")))  # all of the city are more than a page
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "status=" not in url)
    tab_to(page, page.get_by_role("link", name="Berikutnya"))
    page.keyboard.press("Enter")
    page.wait_for_url("**hal=2**")

    person = page.locator("table.data tbody th a").nth(2)
    name = person.inner_text()
    tab_to(page, person)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    remind_and_assign(page, name)


def remind_and_assign(page: Page, name: str) -> None:
    address = page.url
    tab_to(page, page.locator("main").get_by_role("link", name="Ingatkan"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/ingatkan")
    tab_to(page, page.get_by_label("Pesan Anda"))
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("Mari mulai minggu ini.")
    tab_to(page, page.get_by_role("button", name="Kirim pesan"))
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"Pesan Anda tampil di Beranda {name}.")).to_be_visible()
    assert page.url == address
    tab_to(page, page.locator("main").get_by_role("link", name="Tugaskan modul"))
    page.keyboard.press("Enter")
    page.wait_for_url("**orang=**")
    module = page.get_by_label("Modul atau jalur", exact=True)
    tab_to(page, module)
    page.keyboard.press("ArrowDown")
    due = page.get_by_label("Tenggat")
    tab_to(page, due)
    page.keyboard.type("12312027")
    expect(due).to_have_value("2027-12-31")
    button = page.locator("main").get_by_role("button", name="Tugaskan", exact=True)
    tab_to(page, button)
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile("ditugaskan kepada 1 orang"))).to_be_visible()


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_arrows_walk_the_map_and_one_tab_leaves_it(
    server: Server,
    open_page: Open,
    head: Head,  # noqa: F811
) -> None:
    page = open_page(width=1280, height=700)
    sign_in(page, head("kota"))
    page.goto("/tim/peta")
    grid = page.get_by_role("grid")
    cells = grid.locator("tbody tr")
    assert grid.locator("[tabindex='0']").count() == 1, "one stop of the Tab key"
    tab_to(page, grid.locator("tbody th").first)
    page.keyboard.press("ArrowDown")
    expect(cells.nth(1).locator("th a")).to_be_focused()
    page.keyboard.press("ArrowRight")
    has_focus = "cell => cell === document.activeElement || cell.contains(document.activeElement)"
    assert cells.nth(1).locator("td").first.evaluate(has_focus)
    page.keyboard.press("End")
    page.keyboard.press("ArrowRight")
    assert cells.nth(1).locator("td").last.evaluate(has_focus), "at the end it stays"
    for _row in range(20):
        page.keyboard.press("ArrowDown")
        look = page.evaluate(LOOK)
        assert look["differs"] and look["shown"] and not look["covered"], look
    page.keyboard.press("Control+Home")
    expect(grid.locator("tbody th").first).to_be_focused()
    page.keyboard.press("Tab")
    assert not grid.evaluate("table => table.contains(document.activeElement)"), "one Tab leaves the map"
    page.keyboard.press("Shift+Tab")
    expect(grid.locator("tbody th").first).to_be_focused()
    link = grid.locator("tbody td a").first
    address = link.get_attribute("href") or ""
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{address}")
    expect(page.locator(f"[id='{address.partition('#')[2]}']")).to_be_visible()


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
@pytest.mark.parametrize("javascript", [True, False])
def test_a_phone_shows_one_person_at_a_time(
    server: Server,
    open_page: Open,
    head: Head,  # noqa: F811
    javascript: bool,
) -> None:
    page = open_page(width=360, height=740, javascript=javascript)
    sign_in(page, head("disdukcapil"))
    page.goto("/tim/peta")
    expect(page.locator("table")).to_be_hidden()
    people = page.locator(".heat-people details")
    people.nth(1).locator("summary").focus()
    page.keyboard.press("Enter")
    expect(people.nth(1).get_by_role("link", name=re.compile("^Buka halaman"))).to_be_visible()
    people.nth(2).locator("summary").click()
    expect(people.nth(2).get_by_role("link", name=re.compile("^Buka halaman"))).to_be_visible()
    expect(people.nth(1).get_by_role("link", name=re.compile("^Buka halaman"))).to_be_hidden()
    people.first.locator("summary").click()
    expect(people.first.locator("li .heat").first).to_be_visible()
    no_sideways_scroll(page)
    if javascript:
        axe(page)
    people.nth(1).locator("summary").click()
    people.nth(1).get_by_role("link", name=re.compile("^Buka halaman")).click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Peta nilai")


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_without_scripts_every_cell_that_leads_somewhere_is_a_link(
    server: Server,
    open_page: Open,
    head: Head,  # noqa: F811
) -> None:
    page = open_page(width=1280, javascript=False)
    sign_in(page, head("disdukcapil"))
    page.goto("/tim/peta")
    table = page.locator("table.heat-map")
    expect(table).to_be_visible()
    assert table.locator("tbody td a").count() > 10 and table.locator("td[tabindex]").count() == 0
    for cell in table.locator("tbody td a").all()[:3]:
        assert re.search(r"\d", cell.inner_text()), "a number, not a colour alone"
    table.locator("tbody td a").first.click()
    expect(page).to_have_url(re.compile(r"/tim/\w{16}#modul-"))
