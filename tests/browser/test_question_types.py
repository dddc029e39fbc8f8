"""What scripts add to the controls of questions, by finger and by keyboard; what waits is shown again; axe at 360 px."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from elearn.catalogue import store
from elearn.core.model import Question
from elearn.database import db
from elearn.quizzes.models import Attempt, AttemptEvent
from tests.browser.conftest import Server, axe, database, no_sideways_scroll, sign_in
from tests.browser.test_journeys import Accounts, Open, questions_of, saved
from tests.browser.test_quiz_page import WAITS, eventually
from tests.browser.test_style import SMALL_TARGETS
from tests.content import EVERY_TYPE, OF_EVERY_TYPE, published

# What a browser does with controls does not depend on the database.
pytestmark = pytest.mark.parametrize("server", ["sqlite"], indirect=True)

LESSON = "---\ntitle: {title}\n---\nCerita tentang antrean.\n\n```quiz\n" + EVERY_TYPE + "```\n"


class Taking:
    """A peserta in an attempt with a question of every type, on a phone."""

    def __init__(self, server: Server, page: Page, account: dict[str, str], folder: Path) -> None:
        self.server, self.page = server, page
        with database(server):
            store.forget()
            published(folder, final=OF_EVERY_TYPE)
        sign_in(page, account)
        page.goto("/modul/modul-coba/kuis-akhir")
        page.get_by_role("button", name="Mulai").click()
        page.wait_for_url("**/percobaan/**")
        self.base = page.url.rsplit("/", 1)[0]
        self.asked = questions_of(server, page)

    def question(self, kind: str) -> Question:
        return next(question for question, _key in self.asked if question.type == kind)

    def path(self, kind: str) -> str:
        return f"{self.base}/{self.asked.index(next(pair for pair in self.asked if pair[0].type == kind)) + 1}"

    def open(self, kind: str) -> Question:
        """The page of that question, sound for everyone, at phone width."""
        self.page.goto(self.path(kind))
        expect(self.page.locator("[data-question]")).to_be_visible()
        axe(self.page)
        no_sideways_scroll(self.page)
        assert self.page.evaluate(SMALL_TARGETS) == []
        return self.question(kind)

    def stored(self) -> list[Any]:
        with database(self.server):
            rows = db.session.scalars(
                select(AttemptEvent.data)
                .join(Attempt)
                .where(Attempt.public_id == self.base.rsplit("/", 1)[1], AttemptEvent.kind == "answer")
                .order_by(AttemptEvent.id)
            )
            return list(rows)

    def last(self, response: Any) -> None:
        """Wait until the newest answer the server has is this one."""
        eventually(self.page, lambda: self.stored()[-1:] == [response])
        saved(self.page)


@pytest.fixture
def taking(server: Server, open_page: Open, accounts: Accounts, tmp_path: Path) -> Taking:
    return Taking(server, open_page(width=360, height=740), accounts["peserta"], tmp_path / "isi")


def texts(page: Page) -> list[str]:
    return [text.strip() for text in page.locator(".order-step label").all_inner_texts()]


def tab_to(page: Page, target: Locator) -> None:
    """Come to a control by keyboard alone."""
    for _ in range(80):
        if target.evaluate("(e) => document.activeElement === e"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("it cannot be reached by keyboard")


def test_pairs_are_chosen_and_saved(taking: Taking) -> None:
    question = taking.open("matching")
    right = {item["text"]: item["right"] for item in question.body["items"]}
    given = {}
    for item in question.body["items"]:
        taking.page.get_by_label(item["text"]).select_option(right[item["text"]])
        given[item["id"]] = item["right"]
        taking.last(dict(sorted(given.items())))
    taking.page.get_by_label("Produsen").select_option("")
    del given[next(item["id"] for item in question.body["items"] if item["text"] == "Produsen")]
    taking.last(dict(sorted(given.items())))


def test_steps_are_moved_by_buttons_and_keys_and_each_move_is_said(taking: Taking) -> None:
    question = taking.open("ordering")
    page, ids = taking.page, {item["text"]: item["id"] for item in question.body["items"]}
    before = texts(page)
    assert taking.stored() == []
    first = before[0]
    down = page.get_by_role("button", name=f"Turunkan: {first}")
    tab_to(page, down)
    page.keyboard.press("Enter")
    expect(page.locator("[data-moved]")).to_have_text(f"{first}: tempat 2 dari 4.")
    expect(down).to_be_focused()
    assert texts(page) == [before[1], first, *before[2:]]
    taking.last([ids[text] for text in texts(page)])
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-moved]")).to_have_text(f"{first}: tempat 3 dari 4.")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("button", name=f"Naikkan: {first}")).to_be_focused()
    expect(page.locator("[data-moved]")).to_have_text(f"{first}: tempat 2 dari 4.")
    page.get_by_label(before[3], exact=True).select_option("1")
    expect(page.locator("[data-moved]")).to_have_text(f"{before[3]}: tempat 1 dari 4.")
    order = [before[3], before[1], first, before[2]]
    assert texts(page) == order
    assert [page.get_by_label(text, exact=True).input_value() for text in order] == ["1", "2", "3", "4"]
    taking.last([ids[text] for text in order])
    axe(page)
    page.reload()
    assert texts(page) == order
    saved(page)
    stored = len(taking.stored())
    page.get_by_label(order[0], exact=True).select_option("")
    taking.last(None)
    assert len(taking.stored()) == stored + 1


def test_gaps_are_saved_as_they_are_filled(taking: Taking) -> None:
    question = taking.open("cloze")
    page = taking.page
    page.get_by_label("Rumpang 1 dari 3").press_sequentially("95")
    page.get_by_label("Rumpang 2 dari 3").press_sequentially("sekda")
    choice = next(gap for gap in question.body["gaps"] if gap["kind"] == "choice")
    right = next(option["id"] for option in choice["body"]["options"] if option["text"] == "PANRB")
    page.get_by_label("Rumpang 3 dari 3").select_option(right)
    taking.last({"g1": "95", "g2": "sekda", "g3": right})


def _tap(page: Page, x: int, y: int) -> None:
    """Touch the picture of 300 by 100 there."""
    picture = page.locator(".hotspot img")
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + box["width"] * x / 300, box["y"] + box["height"] * y / 100)


def test_pointing_at_an_area_chooses_its_name(taking: Taking) -> None:
    question = taking.open("hotspot")
    page, ids = taking.page, {option["text"]: option["id"] for option in question.body["options"]}
    _tap(page, 150, 40)
    expect(page.get_by_label("Loket Daftar")).to_be_checked()
    expect(page.locator(f'[data-area="{ids["Loket Daftar"]}"]')).to_have_class(re.compile("chosen"))
    taking.last(ids["Loket Daftar"])
    page.get_by_label("Loket Daftar").press("ArrowDown")
    expect(page.get_by_label("Loket Aduan")).to_be_checked()
    expect(page.locator(".hotspot .chosen")).to_have_count(1)
    taking.last(ids["Loket Aduan"])
    _tap(page, 150, 95)  # beside every area
    expect(page.get_by_label("Loket Aduan")).to_be_checked()


def test_the_words_of_an_essay_are_counted_and_the_text_is_saved(taking: Taking) -> None:
    taking.open("essay")
    page, count = taking.page, taking.page.locator("[data-word-count]")
    expect(count).to_have_text("0 kata")
    field = page.get_by_label("Jawaban Anda")
    field.press_sequentially("satu dua\n tiga")
    expect(count).to_have_text("3 kata, kurang 2 lagi")
    expect(page.locator("[data-word-status]")).to_have_text("3 kata, kurang 2 lagi")
    field.press_sequentially(" empat lima")
    expect(count).to_have_text("5 kata")
    taking.last("satu dua\n tiga empat lima")
    field.fill("kata " * 1200)
    expect(count).to_have_text("1.200 kata, lebih 900")


def test_a_step_of_a_scale_is_chosen_by_keyboard(taking: Taking) -> None:
    taking.open("likert")
    tab_to(taking.page, taking.page.get_by_role("radio").first)
    taking.page.keyboard.press("Space")
    for _ in range(3):
        taking.page.keyboard.press("ArrowDown")
    taking.last("4")
    expect(taking.page.get_by_role("radio", name="4 dari 5")).to_be_checked()


def test_what_waits_is_shown_in_the_controls_of_every_shape(taking: Taking) -> None:
    context = taking.page.context
    # A tab for each question: a page that is left tries once more to send, past what a test can hold back.
    tabs = {kind: context.new_page() for kind in ("matching", "ordering", "cloze", "hotspot", "essay", "likert")}
    for kind, tab in tabs.items():
        tab.goto(taking.path(kind))
    context.set_offline(True)
    waiting: dict[str, Any] = {}
    for kind, tab in tabs.items():
        waiting[kind] = _give(tab, taking.question(kind))
        expect(tab.locator("[data-saved]")).to_have_text(WAITS)
        tab.close()
    taking.page.close()
    context.set_offline(False)
    context.route("**/jawab", lambda route: route.abort())
    for kind, shown in waiting.items():
        later = context.new_page()
        later.goto(taking.path(kind))
        expect(later.locator("[data-saved]")).to_have_text(WAITS)
        assert _values(later) == shown, kind
        expect(later.locator("[data-qnav] .done")).to_have_count(6)
    context.unroute("**/jawab")
    later.reload()
    saved(later)
    eventually(later, lambda: len(taking.stored()) == 6)  # each once, though some may have been sent twice


def _values(page: Page) -> list[Any]:
    """What the controls of the answer hold, from the first to the last."""
    read = "all => all.map(e => [e.name, ['radio', 'checkbox'].includes(e.type) ? e.checked : e.value])"
    found: list[Any] = page.locator('[name="jawaban"], [name^="jawaban."]').evaluate_all(read)
    return found


def _give(page: Page, question: Question) -> list[Any]:
    if question.type == "ordering":
        page.locator('[data-move="1"]').first.click()
    elif question.type in {"hotspot", "likert"}:
        page.get_by_role("radio").nth(1).check()
    elif question.type == "essay":
        page.get_by_label("Jawaban Anda").fill("Satu\n\ndua.")
        page.get_by_label("Jawaban Anda").blur()
    else:
        for control in page.locator('[name^="jawaban."]').all():
            if control.evaluate("e => e.tagName") == "SELECT":
                control.select_option(index=2)
            else:
                control.fill("95")
                control.blur()
    return _values(page)


def test_checks_of_a_lesson_have_the_same_controls_also_after_an_answer(
    server: Server, open_page: Open, accounts: Accounts, tmp_path: Path
) -> None:
    with database(server):
        store.forget()
        published(tmp_path / "isi", lesson=LESSON, lessons=("satu",))
    page = open_page(width=360, height=740)
    sign_in(page, accounts["peserta"])
    page.goto("/modul/modul-coba/satu")
    axe(page)
    no_sideways_scroll(page)
    check = page.locator("#cek-urut")
    first = texts(page)[0]
    for _ in range(2):
        check.locator('[data-move="1"]').first.click()
        expect(check.locator("[data-moved]")).to_have_text(f"{first}: tempat 2 dari 4.")
        check.get_by_role("button", name="Periksa jawaban").click()
        expect(check.get_by_role("status").first).to_contain_text("langkah di tempat yang tepat.")
        check.get_by_text("Coba lagi").click()
        first = check.locator(".order-step label").first.inner_text().strip()
    spot = page.locator("#cek-gambar")
    spot.locator("[data-area]").nth(1).click()
    expect(spot.get_by_label("Loket Daftar")).to_be_checked()
    spot.get_by_role("button", name="Periksa jawaban").click()
    expect(spot.get_by_role("status").first).to_contain_text("Pilihan Anda tepat.")
    axe(page)
    no_sideways_scroll(page)
