"""Several devices and tabs at one attempt, and devices that keep nothing, sleep, or have the wrong time."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Dialog, Page, Request, Route, expect
from sqlalchemy import select

from elearn import clock
from elearn.database import db
from elearn.people.models import SignIn
from elearn.quizzes.models import Attempt, AttemptEvent
from tests.browser.conftest import Server, axe, database, no_sideways_scroll, sign_in
from tests.browser.test_journeys import Accounts, Open, saved
from tests.browser.test_quiz_page import WAITS, Quiz

# What a page does does not depend on the database: the journeys take a quiz on both.
pytestmark = pytest.mark.parametrize("server", ["sqlite"], indirect=True)

NO_STORE = "Object.defineProperty(window, 'indexedDB', {value: undefined})"
FULL = "IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); }"
SLOW = """
    const open = indexedDB.open.bind(indexedDB);
    indexedDB.open = (...names) => {
        const late = {};
        setTimeout(() => {
            open(...names).onsuccess = (opened) => { late.result = opened.target.result; late.onsuccess({target: late}); };
        }, 3000);
        return late;
    };
"""
HOURS = 3_600_000


@pytest.fixture
def quiz(server: Server, open_page: Open, accounts: Accounts, tmp_path: Path) -> Quiz:
    return Quiz(server, open_page(width=360, height=740), accounts["peserta"], tmp_path / "isi")


@pytest.fixture
def laptop(quiz: Quiz, open_page: Open, accounts: Accounts) -> Page:
    """Another device of the same person, at the first question."""
    page = open_page()
    sign_in(page, accounts["peserta"])
    page.goto(f"{quiz.base}/1")
    return page


def options(page: Page) -> list[str]:
    return [str(value) for value in page.locator('[name="jawaban"]').evaluate_all("all => all.map(e => e.value)")]


def choose(page: Page, value: str) -> None:
    page.locator(f'[name="jawaban"][value="{value}"]').check()


def chosen(page: Page, value: str) -> None:
    expect(page.locator(f'[name="jawaban"][value="{value}"]')).to_be_checked()


def of_type(quiz: Quiz, *types: str) -> int:
    """The number of a question of one of these types."""
    return next(n for n, (question, _) in enumerate(quiz.asked, start=1) if question.type in types)


def open_at(quiz: Quiz, laptop: Page, n: int) -> None:
    for page in (quiz.page, laptop):
        page.goto(f"{quiz.base}/{n}")
        expect(page.get_by_text(f"Soal {n} dari")).to_be_visible()


def test_a_newer_answer_of_another_device_takes_its_place_and_says_so(quiz: Quiz, laptop: Page) -> None:
    n = of_type(quiz, "single")
    open_at(quiz, laptop, n)
    first, second, *_ = options(laptop)
    choose(quiz.page, first)
    saved(quiz.page)
    choose(laptop, second)
    saved(laptop)
    quiz.tabs()
    chosen(quiz.page, second)
    note = quiz.page.locator("[data-newer]")
    expect(note).to_contain_text(f"Soal {n}: jawaban yang lebih baru dari perangkat atau tab lain dipakai.")
    expect(laptop.locator("[data-newer]")).to_be_hidden()
    axe(quiz.page)
    no_sideways_scroll(quiz.page)
    choose(quiz.page, first)  # the last word is whose it is
    saved(quiz.page)
    expect(note).to_be_hidden()
    assert [response for _, _, response in quiz.stored()] == [first, second, first]


def test_an_old_answer_that_arrives_after_a_newer_one_neither_counts_nor_hides_it(quiz: Quiz, laptop: Page) -> None:
    n = of_type(quiz, "single")
    open_at(quiz, laptop, n)
    old, new, *_ = options(laptop)
    quiz.page.context.set_offline(True)
    choose(quiz.page, old)
    expect(quiz.page.locator("[data-saved]")).to_have_text(WAITS)
    choose(laptop, new)
    saved(laptop)
    quiz.page.context.set_offline(False)
    chosen(quiz.page, new)
    expect(quiz.page.locator("[data-newer]")).to_contain_text(f"Soal {n}: jawaban yang lebih baru")
    assert [response for _, _, response in quiz.stored()] == [new, old], "the older one is kept, and does not count"
    quiz.page.reload()
    chosen(quiz.page, new)


def test_an_old_answer_of_a_question_out_of_sight_is_told_too(quiz: Quiz, laptop: Page) -> None:
    n = of_type(quiz, "single")
    open_at(quiz, laptop, n)
    old, new, *_ = options(laptop)
    context = quiz.page.context
    context.set_offline(True)
    choose(quiz.page, old)
    expect(quiz.page.locator("[data-saved]")).to_have_text(WAITS)
    quiz.page.close()
    choose(laptop, new)
    saved(laptop)
    context.set_offline(False)
    later = context.new_page()
    later.goto(f"{quiz.base}/{n + 1 if n < len(quiz.asked) else n - 1}")
    expect(later.locator("[data-newer]")).to_contain_text(f"Soal {n}: jawaban yang lebih baru")


def test_what_is_being_typed_is_not_overwritten(quiz: Quiz, laptop: Page) -> None:
    n = of_type(quiz, "text", "number")
    open_at(quiz, laptop, n)
    laptop.get_by_label("Jawaban Anda").fill("7")
    laptop.get_by_label("Jawaban Anda").blur()
    saved(laptop)
    field = quiz.page.get_by_label("Jawaban Anda")
    field.press_sequentially("12")
    quiz.page.evaluate("window.dispatchEvent(new Event('focus'))")  # which asks how things stand, in the middle of it
    saved(quiz.page)
    expect(field).to_have_value("12")
    expect(quiz.page.locator("[data-newer]")).to_be_hidden()


def test_two_tabs_without_a_line_agree_on_what_was_given_last(quiz: Quiz) -> None:
    n = of_type(quiz, "single")
    quiz.page.goto(f"{quiz.base}/{n}")
    first, second, *_ = options(quiz.page)
    context = quiz.page.context
    other = context.new_page()
    other.goto(quiz.page.url)
    context.set_offline(True)
    choose(other, first)
    expect(other.locator("[data-saved]")).to_have_text(WAITS)
    choose(quiz.page, second)
    expect(quiz.page.locator("[data-saved]")).to_have_text(WAITS)
    context.set_offline(False)
    saved(quiz.page)
    saved(other)
    # Which of them was sent first is chance; who comes back to a tab has it ask.
    other.evaluate("dispatchEvent(new Event('focus'))")
    chosen(other, second)
    chosen(quiz.page, second)
    quiz.page.reload()
    chosen(quiz.page, second)


def test_who_answers_after_another_device_handed_in_is_told(quiz: Quiz, laptop: Page) -> None:
    quiz.page.context.set_offline(True)
    quiz.give(1)
    expect(quiz.page.locator("[data-saved]")).to_have_text(WAITS)
    laptop.goto(f"{quiz.base}/kumpulkan")
    laptop.get_by_role("button", name="Ya, kumpulkan").dblclick()
    laptop.wait_for_url("**/hasil")
    quiz.page.context.set_offline(False)
    quiz.page.wait_for_url("**/hasil#terlambat")
    expect(quiz.page.locator("[data-late]")).to_be_visible()
    assert quiz.stored() == []
    with database(quiz.server):
        kinds = db.session.scalars(select(AttemptEvent.kind).join(Attempt).where(Attempt.public_id == quiz.public_id))
        assert sorted(kinds) == ["grade", "submit"], "a double click hands in once"


def test_without_a_line_one_stays_on_the_page_and_goes_on_when_it_is_back(quiz: Quiz) -> None:
    context = quiz.page.context
    context.set_offline(True)
    expect(quiz.page.locator("[data-saved]")).to_have_text("Tidak ada sinyal. Semua jawaban sudah tersimpan.")
    quiz.page.locator('[data-qnav] a[data-n="3"]').click()
    expect(quiz.page.locator("[data-note]")).to_be_visible()
    quiz.at(1)
    context.set_offline(False)
    quiz.at(3)
    quiz.page.goto(f"{quiz.base}/kumpulkan")
    context.set_offline(True)
    expect(quiz.page.locator("[data-saved]")).to_contain_text("Tidak ada sinyal")
    quiz.page.get_by_role("button", name="Ya, kumpulkan").click()
    expect(quiz.page.locator("[data-note]")).to_be_visible()
    context.set_offline(False)
    quiz.page.wait_for_url("**/hasil")


def test_after_signing_in_again_elsewhere_one_hands_in_without_a_word(quiz: Quiz, accounts: Accounts) -> None:
    quiz.page.goto(f"{quiz.base}/kumpulkan")
    with database(quiz.server):
        db.session.query(SignIn).delete()
        db.session.commit()
    other = quiz.page.context.new_page()
    sign_in(other, accounts["peserta"])  # a new session, and with it a new token against forgery
    quiz.tabs()
    quiz.page.get_by_role("button", name="Ya, kumpulkan").click()
    quiz.page.wait_for_url("**/hasil")


def test_a_server_that_is_busy_is_not_called_a_lost_line(quiz: Quiz) -> None:
    quiz.page.route("**/jawab", lambda route: route.fulfill(status=503, body="busy"))
    quiz.give(1)
    expect(quiz.page.locator("[data-saved]")).to_have_text(
        "Belum tersimpan: server sedang sibuk, dicoba lagi sendiri (1 jawaban)"
    )
    quiz.page.unroute("**/jawab")
    saved(quiz.page)
    assert quiz.stored() == [quiz.answer(1)]


def test_a_silent_line_is_told_within_ten_seconds_and_what_got_through_is_stored_once(quiz: Quiz) -> None:
    def deliver_and_lose(route: Route) -> None:
        route.fetch()  # the server has it; its answer never comes

    quiz.page.route("**/jawab", deliver_and_lose)
    quiz.give(1)
    expect(quiz.page.locator("[data-saved]")).to_have_text(WAITS, timeout=10_000)
    quiz.page.unroute("**/jawab")
    saved(quiz.page)
    stored = quiz.stored()  # of several choices the first may have gone before the second was made
    assert stored[-1] == quiz.answer(1)
    assert all(stored.count(one) == 1 for one in stored)


# Devices


def reopened(quiz: Quiz, script: str) -> Page:
    """The first question on a device that is like this."""
    quiz.page.add_init_script(script)
    quiz.page.reload()
    quiz.at(1)
    return quiz.page


@pytest.mark.parametrize("device", [NO_STORE, FULL], ids=["no-store", "full"])
def test_a_device_that_keeps_nothing_says_so_and_asks_before_it_is_closed(quiz: Quiz, device: str) -> None:
    page = reopened(quiz, device)
    context: BrowserContext = page.context
    context.set_offline(True)
    quiz.give(1)
    expect(page.locator("[data-saved]")).to_have_text(WAITS)
    warning = page.locator("[data-fragile]")
    expect(warning).to_contain_text("Jangan tutup halaman ini dulu")
    axe(page)
    no_sideways_scroll(page)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.close(run_before_unload=True)
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    context.set_offline(False)
    saved(page)
    expect(warning).to_be_hidden()
    assert quiz.stored() == [quiz.answer(1)]


def test_signed_out_on_a_device_that_keeps_nothing_no_message_claims_otherwise(quiz: Quiz) -> None:
    page = reopened(quiz, NO_STORE)
    with database(quiz.server):
        db.session.query(SignIn).delete()
        db.session.commit()
    quiz.give(1)
    expect(page.get_by_role("link", name="Masuk lagi di tab baru")).to_be_visible()
    expect(page.locator("[data-fragile]")).to_be_visible()
    expect(page.get_by_text("aman di perangkat ini").first).to_be_hidden()


def test_a_device_that_is_slow_to_open_its_store_keeps_what_was_given_meanwhile(quiz: Quiz) -> None:
    page = reopened(quiz, SLOW)
    context = page.context
    context.set_offline(True)
    quiz.give(1)
    expect(page.locator("[data-saved]")).to_have_text(WAITS)
    # Who looks first must not make the store: it would be one without a place for answers.
    stored = """() => new Promise((done) => {
        const opening = indexedDB.open('diajar', 1);
        opening.onupgradeneeded = () => opening.transaction.abort();
        opening.onerror = (failed) => { failed.preventDefault(); done(0); };
        opening.onsuccess = () => {
            const store = opening.result.transaction('events').objectStore('events');
            store.getAll().onsuccess = (read) => { opening.result.close(); done(read.target.result.length); };
        };
    })"""
    page.wait_for_function(stored, timeout=10_000)
    page.close()
    context.set_offline(False)
    later = context.new_page()
    later.goto(f"{quiz.base}/2")
    saved(later)
    assert quiz.stored() == [quiz.answer(1)]


def sent_at(page: Page, quiz: Quiz) -> datetime:
    """When the page says that its next answer was given."""
    with page.expect_request("**/jawab") as sent:
        quiz.give(1)
    request: Request = sent.value
    body: Any = json.loads(request.post_data or "")
    saved(page)
    return datetime.fromisoformat(body["events"][0]["queued_at"])


def test_the_wrong_time_of_a_phone_does_not_matter(quiz: Quiz) -> None:
    page = reopened(quiz, f"const right = Date.now; Date.now = () => right() - 5 * {HOURS};")
    assert abs(sent_at(page, quiz) - clock.now()) < timedelta(seconds=5)


def test_the_time_in_which_a_phone_slept_counts(quiz: Quiz) -> None:
    quiz.change(deadline_at=clock.now() + timedelta(hours=3))
    page = reopened(quiz, "")
    page.evaluate(f"(() => {{ const awake = Date.now; Date.now = () => awake() + 2 * {HOURS}; }})()")
    expect(page.locator("[data-time]")).to_have_text(re.compile(r"^(59\.|1\.00\.)"))
    told = sent_at(page, quiz) - clock.now()
    assert timedelta(minutes=119) < told < timedelta(minutes=121)
    # The server's word, which came with that answer, puts right what was no sleep.
    expect(page.locator("[data-time]")).to_have_text(re.compile(r"^2\.59\."))
