"""The main job in a real browser, under the production server, on SQLite and PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from elearn.core.model import Lesson, Question
from elearn.core.questions import type_of
from elearn.database import db
from elearn.quizzes import grading
from elearn.quizzes.models import Attempt, AttemptEvent
from elearn.study.models import Credit, Enrolment
from tests.browser.conftest import Server, axe, database, no_sideways_scroll, sign_in

MODULE = "dasar-pemerintahan-digital"
Open = Callable[..., Page]
Accounts = dict[str, dict[str, str]]


def questions_of(server: Server, page: Page) -> list[tuple[Question, Any]]:
    """(question, right response) of the attempt on the page, in its order."""
    public_id = page.url.split("/percobaan/")[1].split("/")[0]
    with database(server):
        attempt = db.session.scalars(select(Attempt).where(Attempt.public_id == public_id)).one()
        asked = grading.quiz_of(attempt).questions
        found = [asked[item["question"]] for item in attempt.layout]
        return [(question, type_of(question).key(question.body)) for question in found]


def give(page: Page, question: Question, response: Any) -> None:
    """Answer the question on the page by its controls, and wait for the server's word that it is saved."""
    if question.type in {"single", "multiple"}:
        for value in response if isinstance(response, list) else [response]:
            page.locator(f'[name="jawaban"][value="{value}"]').check()
    elif question.type == "ordering":
        for place, step in enumerate(response, start=1):
            page.locator(f'[name="jawaban.{step}"]').select_option(str(place))
    elif isinstance(response, dict):
        for place, value in response.items():
            control = page.locator(f'[name="jawaban.{place}"]')
            if control.evaluate("(e) => e.tagName") == "SELECT":
                control.select_option(value)
            else:
                control.fill(value)
                control.blur()
    else:
        page.get_by_label("Jawaban Anda").fill(response)
        page.get_by_label("Jawaban Anda").blur()


def saved(page: Page) -> None:
    expect(page.locator("[data-saved]")).to_contain_text("Tersimpan", timeout=10_000)


def take_quiz(server: Server, page: Page, *, check: bool = False) -> None:
    """From the first question to the result, everything right."""
    page.wait_for_url("**/percobaan/**")
    for number, (question, response) in enumerate(questions_of(server, page), start=1):
        expect(page.get_by_text(f"Soal {number} dari")).to_be_visible()
        give(page, question, response)
        saved(page)
        if check and number in (1, 4):
            axe(page)
            no_sideways_scroll(page)
        page.locator(".step .btn-primary").click()
    expect(page.get_by_role("heading", name="Kumpulkan kuis?")).to_be_visible()
    expect(page.get_by_text("soal sudah dijawab")).to_be_visible()
    page.get_by_role("button", name="Ya, kumpulkan").click()
    page.wait_for_url("**/hasil")


@pytest.mark.own_city
def test_a_peserta_completes_a_module_and_the_atasan_sees_the_score(
    server: Server, open_page: Open, accounts: Accounts
) -> None:
    page = open_page(width=360, height=740)
    sign_in(page, accounts["peserta"])
    expect(page.get_by_role("heading", level=1)).to_contain_text("Lanjutkan")
    axe(page)
    no_sideways_scroll(page)
    page.get_by_role("link", name="Lanjutkan belajar").click()
    while page.get_by_role("button", name="Tandai selesai").count():
        expect(page.locator("article.reader h1")).to_be_visible()
        axe(page)
        no_sideways_scroll(page)
        check = page.locator(".lesson-check").first
        if check.locator("input[type=radio]").count():
            check.locator("input[type=radio]").first.check()
            check.get_by_role("button", name="Periksa jawaban").click()
            expect(page.locator(".lesson-check").first.get_by_role("status")).to_be_visible()
            axe(page)
        here = page.url
        page.get_by_role("button", name="Tandai selesai").click()
        page.wait_for_url(lambda url, before=here: url.split("#")[0] != before.split("#")[0])
    expect(page.get_by_role("heading", name="Aturannya")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Mulai").click()
    take_quiz(server, page, check=True)
    expect(page.get_by_role("heading", name="Lulus, selamat")).to_be_visible()
    axe(page)
    no_sideways_scroll(page)
    page.goto("/nilai")
    expect(page.get_by_role("table").first).to_contain_text("Dasar Pemerintahan Digital")
    axe(page)
    with database(server):
        assert len(db.session.scalars(select(Credit).where(Credit.percent == 100)).all()) >= 1

    boss = open_page(width=1280)
    sign_in(boss, accounts["atasan"])
    boss.goto("/tim")
    row = boss.get_by_role("row").filter(has_text=accounts["peserta"]["name"])
    expect(row).to_contain_text("100")
    expect(row).to_contain_text("hari ini")
    row.get_by_role("link", name=accounts["peserta"]["name"]).click()
    expect(boss.get_by_role("heading", level=1)).to_have_text(accounts["peserta"]["name"])
    expect(boss.get_by_role("table").last).to_contain_text("Dasar Pemerintahan Digital")
    axe(boss)


@pytest.mark.own_city
def test_a_power_cut_between_an_acknowledged_answer_and_the_next(
    server: Server, open_page: Open, accounts: Accounts
) -> None:
    page = open_page(width=360, height=740)
    sign_in(page, accounts["peserta"])
    page.goto(f"/modul/{MODULE}/kuis-akhir")
    page.get_by_role("button", name="Mulai").click()
    expect(page.get_by_text("Soal 1 dari")).to_be_visible()
    asked = questions_of(server, page)
    give(page, *asked[0])
    saved(page)
    server.kill()
    second = asked[1]
    server.start()
    with database(server):
        kept = db.session.scalars(select(AttemptEvent).order_by(AttemptEvent.id.desc())).first()
        assert kept is not None and (kept.question, kept.data) == (asked[0][0].id, asked[0][1])
    page.reload()
    expect(page.locator('[data-qnav] a[data-n="1"]')).to_have_class(re.compile("done"))
    page.locator(".step .btn-primary").click()
    expect(page.get_by_text("Soal 2 dari")).to_be_visible()
    give(page, *second)
    saved(page)


@pytest.mark.own_city
def test_an_answer_given_while_the_server_is_away_is_sent_when_it_is_back(
    server: Server, open_page: Open, accounts: Accounts
) -> None:
    page = open_page(width=360, height=740)
    sign_in(page, accounts["peserta"])
    page.goto(f"/modul/{MODULE}/kuis-akhir")
    page.get_by_role("button", name="Mulai").click()
    expect(page.get_by_text("Soal 1 dari")).to_be_visible()
    asked = questions_of(server, page)
    server.kill()
    give(page, *asked[0])
    expect(page.locator("[data-saved]")).to_contain_text("menunggu sinyal")
    server.start()
    saved(page)
    with database(server):
        assert db.session.scalars(select(AttemptEvent.data).order_by(AttemptEvent.id.desc())).first() == asked[0][1]
    page.troubles.clear()  # type: ignore[attr-defined]  # the browser notes each try that found no server


@pytest.mark.own_city
def test_everything_works_without_scripts(server: Server, open_page: Open, accounts: Accounts) -> None:
    page = open_page(width=360, height=740, javascript=False)
    sign_in(page, accounts["peserta"])
    page.goto(f"/modul/{MODULE}/ai-manusia-memutuskan")
    check = page.locator(".lesson-check").filter(has=page.locator("input[type=radio]")).first
    check.locator("input[name=jawaban]").first.check()
    check.get_by_role("button", name="Periksa jawaban").click()
    expect(page.locator(".lesson-check .note").first).to_be_visible()
    page.goto(f"/modul/{MODULE}/kuis-akhir")
    page.get_by_role("button", name="Mulai").click()
    asked = questions_of(server, page)
    for number, (question, response) in enumerate(asked, start=1):
        expect(page.get_by_text(f"Soal {number} dari")).to_be_visible()
        if number == 2:
            page.get_by_role("button", name="Tandai ragu-ragu").click()
            expect(page.get_by_role("button", name="Tandai ragu-ragu")).to_have_attribute("aria-pressed", "true")
        give(page, question, response)
        page.locator(".step .btn-primary").click()
    expect(page.get_by_text("1 soal masih Anda tandai")).to_be_visible()
    page.get_by_role("button", name="Ya, kumpulkan").click()
    expect(page.get_by_role("heading", name="Lulus, selamat")).to_be_visible()


PAGES = {
    "peserta": ["/", "/modul", f"/modul/{MODULE}", f"/modul/{MODULE}/kuis-akhir", "/nilai", "/nilai/linimasa",
                "/nilai/lembar", "/akun", "/akun/kata-sandi", "/akun/jejak",
                "/sesudah/standar-pelayanan-publik", "/data-terbuka", "/bukti", "/bukti/DJR-2026-ABCDEFGHJK",
                "/modul?cari=tidak-ada-yang-begini", "/tidak-ada"],
    "atasan": ["/tim", "/tim?status=terlambat", "/tim?cari=zzzz", "/tim/tugaskan", "/tim/wakil",
               "/tim/rencana", "/tim/unduhan", "/tim/surel",
               "/tim/laporan", "/tim/laporan/baris?angka=selesai", "/tim/laporan/baris?angka=orang", "/tim/laporan/capaian",
               "/tim?status=perlu&urut=perlu", "/tim/peta", "/tim/peta?cari=zzzz",
               "{orang}", "{orang}/linimasa", "{orang}/lembar", "{orang}/ingatkan"],
    "pengajar": ["/pengajar", "/pengajar/modul-baru", f"/pengajar/{MODULE}/naskah",
                 f"/pengajar/{MODULE}/naskah/module.md", f"/pengajar/{MODULE}/naskah/90-kuis-akhir.md",
                 f"/pengajar/{MODULE}/coba/01-mulai-dari-warga.md",
                 f"/pengajar/{MODULE}/riwayat/01-mulai-dari-warga.md", f"/pengajar/{MODULE}", f"/pengajar/{MODULE}/kuis-akhir/statistik",
                f"/pengajar/{MODULE}/perkembangan", f"/pengajar/{MODULE}/dampak", f"/pengajar/{MODULE}/media",
                 "/pengajar/bank-soal", f"/pengajar/bank-soal/{MODULE}/usul-surat-keterangan",
                 f"/pengajar/{MODULE}/kuis-akhir/statistik/usul-surat-keterangan",
                 f"/pengajar/{MODULE}/kuis-akhir/kelonggaran", "/penilaian"],
    "admin": ["/admin/orang", "/admin/unit", "/admin/unit/2", "/admin/bukti",
              "/admin/bukti?nomor=DJR-2026-ABCDEFGHJK", "/admin/impor", "/admin/audit"],
}  # fmt: skip


def person_of(page: Page) -> str:
    """The address of somebody of the team who did much."""
    page.goto("/tim?urut=selesai&arah=turun")
    return page.locator("tbody th a").first.get_attribute("href") or ""


# What a page looks like does not depend on the database: tests/pages asks for pages on both.
@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
@pytest.mark.parametrize("role", PAGES)
def test_every_page_of_a_role_on_a_phone_and_a_desk_in_both_themes(
    server: Server, open_page: Open, residents: Accounts, role: str
) -> None:
    for width, dark in ((360, False), (1280, True)):
        page = open_page(width=width, height=740 if width == 360 else 900, dark=dark)
        page.goto("/masuk")
        axe(page)
        sign_in(page, residents[role])
        someone = person_of(page) if role == "atasan" else ""
        for path in PAGES[role]:
            page.goto(path.replace("{orang}", someone))
            expect(page.get_by_role("heading", level=1)).to_have_count(1)
            axe(page)
            no_sideways_scroll(page)


def test_the_first_lesson_view_weighs_little(server: Server, open_page: Open, residents: Accounts) -> None:
    page = open_page(width=360, height=740)
    sign_in(page, residents["peserta"])
    cookies = page.context.cookies()
    fresh = open_page(width=360, height=740)
    fresh.context.add_cookies(cookies)
    weighed = fresh.context.new_cdp_session(fresh)
    weighed.send("Network.enable")
    total: list[float] = []
    weighed.on("Network.loadingFinished", lambda event: total.append(event["encodedDataLength"]))
    with database(server):
        version = db.session.scalars(select(Enrolment.version_id)).first()
        from elearn.catalogue import store

        assert version is not None
        lessons = [part for part in store.version(version).module.parts if isinstance(part, Lesson)]
    fresh.goto(f"/modul/{MODULE}/{lessons[0].slug}", wait_until="networkidle")
    assert 20_000 < sum(total) <= 150_000, f"{sum(total):.0f} bytes on the wire"
    total.clear()
    fresh.goto(f"/modul/{MODULE}/{lessons[1].slug}", wait_until="networkidle")
    assert sum(total) <= 25_000, f"{sum(total):.0f} bytes after the first"
