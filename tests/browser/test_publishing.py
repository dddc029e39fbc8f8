"""A draft on its way to the peserta in a real browser: reviewed by a colleague, published, planned and taken down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from elearn import clock
from elearn.authoring import drafts, plans, publication
from elearn.catalogue import store
from elearn.catalogue.models import CatalogueModule, ModuleVersion
from elearn.database import db
from elearn.people.models import Notice, Person, Unit
from tests.browser.conftest import Server, axe, database, no_sideways_scroll, sign_in
from tests.browser.test_journeys import Accounts
from tests.helpers import PASSWORD, make_person

Open = Callable[..., Page]
SLUG = "dasar-pemerintahan-digital"
LESSON = "01-mulai-dari-warga.md"
NEW = "Satu kalimat baru untuk ditinjau."


def trainer_id(account: dict[str, str]) -> int:
    return db.session.scalars(select(Person.id).where(Person.number == account["number"])).one()


def write(server: Server, account: dict[str, str], sentence: str) -> None:
    """Add a sentence to a lesson of the draft, as the pengajar."""
    with database(server):
        by = trainer_id(account)
        draft = drafts.open_draft(by, SLUG)
        file = drafts.find_file(draft, LESSON)
        assert file is not None and file.text is not None
        drafts.save(draft, LESSON, f"{file.text}\n{sentence}\n", file.version, by)


def make_colleague(server: Server, account: dict[str, str]) -> dict[str, str]:
    with database(server):
        unit = db.session.get_one(Unit, db.session.get_one(Person, trainer_id(account)).unit_id)
        person = make_person(unit, "pengajar", name="Asep Hidayat")
        return {"name": person.name, "number": person.number, "password": PASSWORD}


def seen(page: Page) -> None:
    axe(page)
    no_sideways_scroll(page)


def seen_whole(page: Page) -> None:
    """Without the bar at the foot of the screen over one of many lines: what it half covers is scrolled out of its way."""
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size({"width": size["width"], "height": page.evaluate("document.documentElement.scrollHeight")})
    seen(page)
    page.set_viewport_size(size)


@pytest.mark.own_city
def test_a_draft_is_reviewed_published_and_the_module_taken_down(
    server: Server, open_page: Open, accounts: Accounts
) -> None:
    write(server, accounts["pengajar"], NEW)
    colleague = make_colleague(server, accounts["pengajar"])

    trainer = open_page(width=1280)
    sign_in(trainer, accounts["pengajar"])
    trainer.goto(f"/pengajar/{SLUG}")
    seen(trainer)
    trainer.get_by_role("link", name="Terbitkan").click()
    expect(trainer.get_by_text("Tidak ada kesalahan.")).to_be_visible()
    expect(trainer.get_by_text("Dibandingkan dengan versi 1.")).to_be_visible()
    expect(trainer.get_by_text("orang sudah selesai: tetap selesai")).to_be_visible()
    seen(trainer)
    trainer.get_by_role("link", name="Minta tinjauan").click()
    seen(trainer)
    trainer.get_by_label("NIP atau NI PPPK rekan").fill(colleague["number"])
    trainer.get_by_label("Pesan untuknya").fill("Lihat kalimat terakhir.")
    trainer.get_by_role("button", name="Ajak").click()
    expect(trainer.get_by_text("Asep Hidayat diminta meninjau")).to_be_visible()

    reviewer = open_page(width=360, height=740, dark=True)
    sign_in(reviewer, colleague)
    reviewer.get_by_role("button", name="Buka").click()
    expect(reviewer.get_by_text("Lihat kalimat terakhir.")).to_be_visible()
    seen(reviewer)
    reviewer.get_by_role("link", name=LESSON).click()
    line = reviewer.locator("li", has_text=NEW).last
    line.get_by_role("link", name="Komentari baris").click()
    expect(reviewer.get_by_label("Komentar", exact=True)).to_be_visible()
    seen_whole(reviewer)
    reviewer.get_by_label("Komentar", exact=True).fill("Sebutkan contohnya.")
    reviewer.get_by_role("button", name="Simpan komentar").click()
    expect(reviewer.get_by_text("Sebutkan contohnya.")).to_be_visible()
    seen_whole(reviewer)
    reviewer.goto(f"/pengajar/{SLUG}/tinjauan")
    reviewer.get_by_text("Setujui naskah", exact=True).click()
    reviewer.get_by_role("button", name="Ya, setujui").click()
    expect(reviewer.get_by_text("Anda menyetujui naskah ini")).to_be_visible()
    seen(reviewer)

    trainer.goto(f"/pengajar/{SLUG}/terbitkan")
    expect(trainer.get_by_text("Asep Hidayat menyetujui naskah ini")).to_be_visible()
    write(server, accounts["pengajar"], "Dan satu lagi, sesudah halaman terbit dibuka.")
    trainer.get_by_text("Terbitkan sekarang", exact=True).click()
    trainer.get_by_role("button", name="Ya, terbitkan").click()
    expect(trainer.get_by_text("Belum diterbitkan: naskah atau versi")).to_be_visible()
    expect(trainer.get_by_text("sebelum perubahan terakhir")).to_be_visible()
    seen(trainer)
    trainer.get_by_text("Terbitkan sekarang", exact=True).click()
    trainer.get_by_role("button", name="Ya, terbitkan").click()
    expect(trainer.get_by_text("Terbit sebagai versi 2.")).to_be_visible()

    learner = open_page(width=360, height=740)
    sign_in(learner, accounts["atasan"])
    with database(server):
        now = store.current(SLUG)
        assert now is not None
        title = now.module.title
    trainer.get_by_role("link", name="Versi", exact=True).click()
    seen(trainer)
    trainer.get_by_text("Turunkan modul ini").click()
    trainer.locator("form", has=trainer.get_by_role("button", name="Ya, turunkan modul")).get_by_label("Alasan").fill(
        "Dasar hukumnya berganti."
    )
    trainer.get_by_role("button", name="Ya, turunkan modul").click()
    expect(trainer.get_by_text("Tidak ada yang dapat memulainya.")).to_be_visible()
    seen(trainer)
    learner.goto("/modul")
    expect(learner.get_by_role("link", name=title)).to_have_count(0)
    trainer.get_by_text("Berlakukan versi 1", exact=True).click()
    trainer.locator("form", has=trainer.get_by_role("button", name="Ya, berlakukan versi 1")).get_by_label(
        "Alasan"
    ).fill("Versi ini masih benar.")
    trainer.get_by_role("button", name="Ya, berlakukan versi 1").click()
    expect(trainer.get_by_text("Versi 1 berlaku sekarang")).to_be_visible()
    learner.goto("/modul")
    expect(learner.get_by_role("link", name=title).first).to_be_visible()


@pytest.mark.own_city
def test_two_workers_publish_what_was_planned_once(server: Server, open_page: Open, accounts: Accounts) -> None:
    write(server, accounts["pengajar"], NEW)
    with database(server):
        module = db.session.scalars(select(CatalogueModule).where(CatalogueModule.slug == SLUG)).one()
        looked = publication.look(module)
        assert looked is not None
        plans.plan(trainer_id(accounts["pengajar"]), module.id, looked.read, clock.now() + timedelta(seconds=2))
    write(server, accounts["pengajar"], "Sesudah dijadwalkan.")
    trainer = open_page(width=360, height=740)
    sign_in(trainer, accounts["pengajar"])
    trainer.goto(f"/pengajar/{SLUG}/terbitkan")
    trainer.evaluate(
        """async () => {
            for (let tries = 0; tries < 150; tries++) {
                if ((await (await fetch("/")).text()).includes("terbit sesuai jadwal")) return;
                await new Promise(done => setTimeout(done, 200));
            }
        }"""
    )
    trainer.goto("/")
    expect(trainer.get_by_text("terbit sesuai jadwal, versi 2")).to_have_count(1)
    seen(trainer)
    with database(server):
        module = db.session.scalars(select(CatalogueModule).where(CatalogueModule.slug == SLUG)).one()
        versions = select(func.count(ModuleVersion.id)).where(ModuleVersion.module_id == module.id)
        me = trainer_id(accounts["pengajar"])
        told = select(func.count(Notice.id)).where(Notice.kind == "plan", Notice.person_id == me)
        assert (db.session.scalar(versions), db.session.scalar(told)) == (2, 1)
        text = " ".join(part.text for part in store.version(module.current_version_id or 0).module.parts)
        assert NEW in text and "Sesudah dijadwalkan" not in text
