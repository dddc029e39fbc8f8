"""What the quiz page's script promises: nothing that was given is lost, and what it says of it is true."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select, update

from elearn import clock
from elearn.core.model import Question
from elearn.database import db
from elearn.people.models import SignIn
from elearn.quizzes.models import Attempt, AttemptEvent
from tests.browser.conftest import Server, axe, database, no_sideways_scroll, sign_in
from tests.browser.test_journeys import Accounts, Open, give, questions_of, saved
from tests.content import TEN_QUESTIONS, files, published

WAITS = re.compile(r"Belum tersimpan: menunggu sinyal \(\d+ jawaban\)")

# What a page does does not depend on the database: the journeys take a quiz on both.
pytestmark = pytest.mark.parametrize("server", ["sqlite"], indirect=True)


class Quiz:
    """A peserta at the first question of a final quiz of ten, whatever the course that ships asks."""

    def __init__(self, server: Server, page: Page, account: dict[str, str], folder: Path) -> None:
        self.server, self.page = server, page
        with database(server):
            published(folder, "kuis-uji", files(final=TEN_QUESTIONS))
        sign_in(page, account)
        page.goto("/modul/kuis-uji/kuis-akhir")
        page.get_by_role("button", name="Mulai").click()
        self.at(1)
        self.base = page.url.rsplit("/", 1)[0]
        self.public_id = self.base.rsplit("/", 1)[1]
        self.asked: list[tuple[Question, Any]] = questions_of(server, page)

    def at(self, n: int) -> None:
        expect(self.page.get_by_text(f"Soal {n} dari")).to_be_visible()

    def give(self, n: int) -> None:
        give(self.page, *self.asked[n - 1])

    def next(self) -> None:
        self.page.locator(".step .btn-primary").click()

    def stored(self) -> list[tuple[str, str | None, Any]]:
        """(kind, question, response) as the database has them, without the server's own."""
        with database(self.server):
            rows = db.session.execute(
                select(AttemptEvent.kind, AttemptEvent.question, AttemptEvent.data)
                .join(Attempt)
                .where(Attempt.public_id == self.public_id, AttemptEvent.question.is_not(None))
                .order_by(AttemptEvent.id)
            )
            return [tuple(row) for row in rows]

    def answer(self, n: int) -> tuple[str, str, Any]:
        """What the database should hold after `give(n)`."""
        question, response = self.asked[n - 1]
        return "answer", question.id, response

    def change(self, **values: Any) -> None:
        """Change the attempt behind the product's back."""
        with database(self.server):
            db.session.execute(update(Attempt).where(Attempt.public_id == self.public_id).values(**values))
            db.session.commit()

    def tabs(self) -> None:
        """Come back to this tab from another."""
        self.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


@pytest.fixture
def quiz(server: Server, open_page: Open, accounts: Accounts, tmp_path: Path) -> Quiz:
    return Quiz(server, open_page(width=360, height=740), accounts["peserta"], tmp_path / "isi")


def eventually(page: Page, condition: Callable[[], bool]) -> None:
    """Wait for a condition that the page cannot show."""
    for _ in range(100):
        if condition():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it did not become so in ten seconds")


def test_an_answer_given_before_the_script_arrives_is_saved(quiz: Quiz) -> None:
    held: list[Route] = []
    quiz.page.context.route("**/quiz-*.js", lambda route: held.append(route))
    quiz.page.goto(f"{quiz.base}/1", wait_until="commit")
    quiz.at(1)
    quiz.give(1)
    eventually(quiz.page, lambda: bool(held))
    held[0].continue_()
    saved(quiz.page)
    assert quiz.stored() == [quiz.answer(1)]


def test_without_a_line_the_page_says_so_waits_and_goes_on_by_itself(quiz: Quiz) -> None:
    context = quiz.page.context
    context.set_offline(True)
    quiz.give(1)
    expect(quiz.page.locator("[data-saved]")).to_have_text(WAITS)
    expect(quiz.page.locator("[data-note]")).to_be_hidden()
    quiz.next()
    expect(quiz.page.locator("[data-note]")).to_be_visible()
    axe(quiz.page)
    no_sideways_scroll(quiz.page)
    quiz.at(1)
    assert quiz.stored() == []
    context.set_offline(False)
    quiz.at(2)
    assert quiz.stored() == [quiz.answer(1)]
    expect(quiz.page.locator('[data-qnav] a[data-n="1"]')).to_have_class(re.compile("done"))


def test_what_waited_when_the_tab_was_closed_is_sent_by_the_next(quiz: Quiz, open_page: Open) -> None:
    context = quiz.page.context
    context.set_offline(True)
    quiz.give(1)
    quiz.page.locator("[data-flag]").click()
    expect(quiz.page.locator("[data-saved]")).to_have_text(WAITS)
    quiz.page.close()
    context.set_offline(False)
    later = context.new_page()
    later.goto(f"{quiz.base}/2")
    saved(later)
    link = later.locator('[data-qnav] a[data-n="1"]')
    expect(link).to_have_attribute("aria-label", "Soal 1, terjawab, ditandai ragu-ragu")
    assert quiz.stored() == [quiz.answer(1), ("flag", quiz.asked[0][0].id, None)]


def test_signed_out_in_the_middle_one_signs_in_elsewhere_and_nothing_is_lost(quiz: Quiz, accounts: Accounts) -> None:
    with database(quiz.server):
        db.session.query(SignIn).delete()
        db.session.commit()
    quiz.give(1)
    link = quiz.page.get_by_role("link", name="Masuk lagi di tab baru")
    expect(link).to_be_visible()
    expect(quiz.page.locator("[data-saved]")).to_have_text("Belum tersimpan: menunggu Anda masuk (1 jawaban)")
    axe(quiz.page)
    with quiz.page.context.expect_page() as opened:
        link.click()
    sign_in(opened.value, accounts["peserta"])
    quiz.tabs()
    saved(quiz.page)
    expect(link).to_be_hidden()
    assert quiz.stored() == [quiz.answer(1)]


def test_another_account_in_the_same_browser_neither_takes_nor_loses_the_answer(quiz: Quiz, accounts: Accounts) -> None:
    other = quiz.page.context.new_page()
    quiz.page.context.clear_cookies()
    sign_in(other, accounts["pengajar"])
    quiz.give(1)
    expect(quiz.page.get_by_text("Akun lain sedang masuk di peramban ini")).to_be_visible()
    axe(quiz.page)
    assert quiz.stored() == []
    quiz.page.context.clear_cookies()
    sign_in(other, accounts["peserta"])
    quiz.tabs()
    saved(quiz.page)
    assert quiz.stored() == [quiz.answer(1)]


def test_time_that_runs_out_takes_along_what_was_typed_last(quiz: Quiz) -> None:
    n = next(i for i, (question, _) in enumerate(quiz.asked, start=1) if question.type in {"text", "number"})
    quiz.change(deadline_at=clock.now() + timedelta(seconds=6))
    quiz.page.goto(f"{quiz.base}/{n}")
    typed = quiz.asked[n - 1][1]
    quiz.page.get_by_label("Jawaban Anda").press_sequentially(typed)
    quiz.page.wait_for_url("**/hasil", timeout=20_000)
    expect(quiz.page.get_by_text("Waktu habis, jadi kuis dikumpulkan otomatis")).to_be_visible()
    assert quiz.stored() == [quiz.answer(n)]
    with database(quiz.server):
        attempt = db.session.scalars(select(Attempt).where(Attempt.public_id == quiz.public_id)).one()
        assert (attempt.ended_by, attempt.points) == ("expire", quiz.asked[n - 1][0].points)


def test_a_phone_that_slept_learns_the_time_from_the_server(quiz: Quiz) -> None:
    quiz.change(deadline_at=clock.now() + timedelta(seconds=290))
    assert re.match(r"1[89]\.|20\.", quiz.page.locator("[data-time]").inner_text())

    def learned() -> bool:
        quiz.tabs()  # nobody comes back before the script listens, but a test is that quick
        return quiz.page.locator("[data-time]").inner_text().startswith("4.")

    eventually(quiz.page, learned)
    expect(quiz.page.locator("[data-announce]")).to_have_text("Sisa waktu lima menit.")


def test_an_answer_that_waited_past_the_end_counts_within_the_grace_and_is_told_after_it(quiz: Quiz) -> None:
    context = quiz.page.context
    quiz.change(deadline_at=clock.now() + timedelta(seconds=8))
    quiz.page.reload()
    context.set_offline(True)
    quiz.give(1)
    expect(quiz.page.locator("[data-saved]")).to_have_text(WAITS)
    expect(quiz.page.locator("[data-time]")).to_have_text("0.00", timeout=15_000)
    quiz.page.close()  # a battery that is empty
    context.set_offline(False)
    later = context.new_page()
    with later.expect_event("load"):  # it delivers the answer, and shows the result anew
        later.goto(f"{quiz.base}/hasil")
    expect(later.get_by_text("1 dari 10 soal")).to_be_visible()
    assert quiz.stored() == [quiz.answer(1)]
    expect(later.locator("[data-late]")).to_be_hidden()


def test_handing_in_waits_for_the_line_and_says_so(quiz: Quiz) -> None:
    quiz.page.goto(f"{quiz.base}/10")
    quiz.page.route("**/jawab", lambda route: route.abort())
    quiz.give(10)
    quiz.page.goto(f"{quiz.base}/kumpulkan")  # before the answer has arrived
    expect(quiz.page.locator('[data-qnav] a[data-n="10"]')).to_have_attribute("aria-label", "Soal 10, terjawab")
    quiz.page.get_by_role("button", name="Ya, kumpulkan").click()
    expect(quiz.page.locator("[data-note]")).to_be_visible()
    expect(quiz.page.locator("[data-saved]")).to_have_text(WAITS)
    axe(quiz.page)
    no_sideways_scroll(quiz.page)
    quiz.page.unroute("**/jawab")
    quiz.page.wait_for_url("**/hasil")
    expect(quiz.page.get_by_text("1 dari 10 soal")).to_be_visible()
    assert quiz.stored() == [quiz.answer(10)]


def test_one_answer_that_cannot_be_taken_does_not_cost_the_others(quiz: Quiz) -> None:
    spoilt = quiz.asked[1][0].id
    quiz.page.evaluate(
        """([attempt, question]) => new Promise((done) => {
            indexedDB.open('diajar', 1).onsuccess = (opened) => {
                const store = opened.target.result.transaction('events', 'readwrite').objectStore('events');
                const event = {id: 'lama', kind: 'answer', question, n: 2, response: {rusak: true}, attempt, order: 1};
                store.put(event).onsuccess = done;
            };
        }).then(() => null)""",
        [quiz.public_id, spoilt],
    )
    quiz.page.route("**/jawab", lambda route: route.abort())
    quiz.give(1)
    expect(quiz.page.locator("[data-saved]")).to_have_text(WAITS)
    quiz.page.unroute("**/jawab")
    quiz.page.reload()
    saved(quiz.page)
    assert quiz.stored() == [quiz.answer(1)]


def test_a_whole_quiz_by_keyboard_alone(quiz: Quiz) -> None:
    page = quiz.page
    for n, (question, response) in enumerate(quiz.asked, start=1):
        quiz.at(n)
        first = page.locator('[data-question] [name="jawaban"]').first
        for _ in range(40):  # from the top of the page, as one comes to it
            if first.evaluate("(e) => document.activeElement?.name === 'jawaban'"):
                break
            page.keyboard.press("Tab")
        if question.type == "single":
            page.keyboard.press("Space")
            while page.evaluate("document.activeElement.value") != response:
                page.keyboard.press("ArrowDown")
        elif question.type == "multiple":
            for _ in range(page.locator('[name="jawaban"]').count()):
                if page.evaluate("document.activeElement.value") in response:
                    page.keyboard.press("Space")
                page.keyboard.press("Tab")
        else:
            page.keyboard.type(response)
        while page.evaluate("document.activeElement.textContent.trim()") not in {"Berikutnya", "Periksa dan kumpulkan"}:
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
    expect(page.get_by_text("soal sudah dijawab")).to_be_visible()
    page.get_by_role("button", name="Ya, kumpulkan").press("Enter")
    expect(page.get_by_role("heading", name="Lulus, selamat")).to_be_visible()
    with database(quiz.server):
        attempt = db.session.scalars(select(Attempt).where(Attempt.public_id == quiz.public_id)).one()
        assert attempt.percent == 100
