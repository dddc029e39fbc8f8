"""A quiz that judges before the end, or asks for certainty, with scripts; axe at 360 px."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from elearn.catalogue import store
from elearn.database import db
from elearn.quizzes.models import Attempt, AttemptEvent
from tests.browser.conftest import Server, axe, database, no_sideways_scroll, sign_in
from tests.browser.test_journeys import Accounts, Open, saved
from tests.browser.test_quiz_page import eventually
from tests.browser.test_style import SMALL_TARGETS
from tests.content import published
from tests.pages.test_modes import FINAL

# What a browser does with controls does not depend on the database.
pytestmark = pytest.mark.parametrize("server", ["sqlite"], indirect=True)

TALL = 1600
"""All of a page at once: a control half under the bar at the bottom is one that a person scrolls to."""


def begin(server: Server, page: Page, account: dict[str, str], folder: Path, mode: str) -> None:
    """At the first question of a quiz of that mode."""
    with database(server):
        store.forget()
        published(folder, final=FINAL.replace("MODE", mode))
    sign_in(page, account)
    page.goto("/modul/modul-coba/kuis-akhir")
    page.get_by_role("button", name="Mulai").click()
    page.wait_for_url("**/percobaan/**")


def sound(page: Page) -> None:
    axe(page)
    no_sideways_scroll(page)
    assert page.evaluate(SMALL_TARGETS) == []


def stored(server: Server, page: Page) -> list[str]:
    with database(server):
        public_id = page.url.split("/percobaan/")[1].split("/")[0]
        events = select(AttemptEvent.kind).join(Attempt).where(Attempt.public_id == public_id)
        return list(db.session.scalars(events.order_by(AttemptEvent.id)))


def test_a_wrong_try_gives_a_hint_and_the_right_one_the_reason(
    server: Server, open_page: Open, accounts: Accounts, tmp_path: Path
) -> None:
    page = open_page(width=360, height=TALL)
    begin(server, page, accounts["peserta"], tmp_path / "isi", "practice")
    sound(page)
    page.get_by_label("keliru").check()
    page.get_by_role("button", name="Periksa jawaban").click()
    expect(page.get_by_text("Petunjuk pertama.")).to_be_visible()
    expect(page.get_by_text("Masih ada 2 percobaan.")).to_be_visible()
    sound(page)
    page.get_by_label("benar", exact=True).check()
    page.get_by_role("button", name="Periksa lagi").click()
    expect(page.get_by_text("Karena benar.")).to_be_visible()
    expect(page.get_by_text("Anda mendapat 2 dari 3 poin.")).to_be_visible()
    sound(page)
    assert stored(server, page).count("check") == 2
    page.get_by_role("button", name="Berikutnya").click()
    expect(page.get_by_text("Soal 2 dari 2")).to_be_visible()


def test_certainty_is_saved_as_it_is_chosen(
    server: Server, open_page: Open, accounts: Accounts, tmp_path: Path
) -> None:
    page = open_page(width=360, height=TALL)
    begin(server, page, accounts["peserta"], tmp_path / "isi", "certainty")
    page.get_by_label("benar", exact=True).check()
    page.get_by_label("Sangat yakin").check()
    eventually(page, lambda: stored(server, page) == ["answer", "certainty"])
    saved(page)
    sound(page)
    page.reload()
    expect(page.get_by_label("Sangat yakin")).to_be_checked()
