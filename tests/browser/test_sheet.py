"""The sheet of a conversation as paper, and a person's own: printed by a real browser, read back from the PDF."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader
from sqlalchemy import select

from elearn import clock
from elearn.catalogue import store
from elearn.catalogue.models import CatalogueModule, ModuleVersion
from elearn.database import db, transaction
from elearn.people.models import Person, Unit
from elearn.quizzes.models import Attempt, ItemGrade
from elearn.study import assignments
from elearn.study.after_models import ActionPlan
from elearn.study.assignments import Target
from elearn.study.enrolment import final_quiz
from elearn.study.models import Credit, Enrolment
from tests.browser.conftest import Server, axe, database, no_sideways_scroll, sign_in
from tests.helpers import PASSWORD, make_person

Open = Callable[..., Page]
A4 = (595.28, 841.89)


def print_of(page: Page) -> PdfReader:
    """What the printer gets."""
    return PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True, format="A4")))


def crowded(server: Server) -> tuple[dict[str, str], str, str]:
    """(account of a head, name and public id of one of theirs) who did more than two pages hold, in long words."""
    with database(server):
        unit = db.session.scalars(select(Unit).where(Unit.code == "diskominfo.layanan-digital")).one()
        head, busy = make_person(unit, "atasan", name="Wulan Kusumah"), make_person(unit, name="Yayat Sibuk")
        now = clock.now()
        with transaction() as session:
            model = session.scalars(select(ModuleVersion).order_by(ModuleVersion.id)).first()
            assert model is not None
            told = {key: getattr(model, key) for key in ("summary", "level", "jp", "minutes", "parts_count", "payload")}
            for n in range(14):
                module = CatalogueModule(slug=f"penuh-{n}", created_at=now)
                session.add(module)
                session.flush()
                title = f"Modul {n} dengan judul yang panjang tentang pelayanan publik yang baik dan terbuka"
                version = ModuleVersion(
                    module_id=module.id, number=1, content_hash="x", title=title, published_at=now, **told
                )
                session.add(version)
                session.flush()
                session.add(
                    Credit(
                        proof=f"DJR-{busy.id}-{n}", person_id=busy.id, module_id=module.id, version_id=version.id,
                        unit_id=unit.id, kind="x", provider="x", material=title, started_at=now, earned_at=now,
                        year=clock.local_year(now), jp=1, percent=80,
                    )
                )  # fmt: skip
                session.add(
                    Enrolment(
                        person_id=busy.id, module_id=module.id, version_id=version.id, started_at=now, active_at=now,
                        parts_done=1, parts_total=5,
                    )
                )  # fmt: skip
                session.add(
                    ActionPlan(
                        person_id=busy.id, module_id=module.id, text="Menulis hal panjang. " * 28,
                        due_on=clock.today(), written_at=now, changed_at=now, answered_at=now, answered_by_id=head.id,
                        seen="partly", result="some", words="Terlihat di beberapa loket. " * 20,
                    )
                )  # fmt: skip
            for module in session.scalars(
                select(CatalogueModule).where(CatalogueModule.current_version_id.is_not(None))
            ):
                outcomes(session, busy, module)
        return {"number": head.number, "password": PASSWORD}, busy.name, busy.public_id


def outcomes(session: Any, busy: Person, module: CatalogueModule) -> None:
    """A final quiz in which every other outcome was missed."""
    assert module.current_version_id is not None
    quiz = final_quiz(store.version(module.current_version_id).module)
    assert quiz is not None
    now, names = clock.now(), sorted({q.outcome for q in quiz.questions.values() if q.outcome})
    attempt = Attempt(
        person_id=busy.id, unit_id=busy.unit_id, module_id=module.id, version_id=module.current_version_id,
        quiz_slug=quiz.slug, number=1, seed=1, layout=[], state="graded", ended_by="submit", started_at=now, ended_at=now,
        points=1, maximum=2, percent=50, passed=False,
    )  # fmt: skip
    session.add(attempt)
    session.flush()
    for question in quiz.questions.values():
        if question.outcome:
            mark = names.index(question.outcome) % 2
            session.add(ItemGrade(attempt_id=attempt.id, position=1, question=question.id, fraction=mark, maximum=1))


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_a_sheet_is_one_or_two_clean_pages_however_much_there_is(
    server: Server, open_page: Open, residents: dict[str, dict[str, str]]
) -> None:
    page = open_page(width=1280, dark=True)
    sign_in(page, residents["atasan"])
    page.goto("/tim?urut=selesai&arah=turun")
    page.locator("tbody th a").first.click()
    name = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("link", name="Lembar percakapan").click()
    expect(page.get_by_role("button", name="Cetak")).to_be_visible()
    printed = print_of(page)
    text = "\n".join(one.extract_text() for one in printed.pages)
    assert 1 <= len(printed.pages) <= 2
    assert [float(n) for n in printed.pages[0].mediabox[2:]] == pytest.approx(A4, abs=2)
    assert name in text and "Kesepakatan" in text and "Atasan," in text and text.count("?") >= 3
    for of_the_screen in ("Beranda", "Tim saya", "Tampilkan", "Cetak\n", "Data terbuka"):
        assert of_the_screen not in text, of_the_screen


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
@pytest.mark.own_city
def test_much_is_cut_to_two_pages_and_counted(server: Server, open_page: Open) -> None:
    account, name, public_id = crowded(server)
    page = open_page(width=1280)
    sign_in(page, account)
    page.goto(f"/tim/{public_id}/lembar")
    printed = print_of(page)
    pages = [one.extract_text() for one in printed.pages]
    assert len(pages) == 2
    assert "lagi" in pages[0] and name in pages[0]
    assert "Untuk dibicarakan" in pages[1] and "Kesepakatan" in pages[1], "what is written on is on one page"
    axe(page)


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_the_period_is_chosen_and_the_sheet_is_ones_own_without_scripts(
    server: Server, open_page: Open, accounts: dict[str, dict[str, str]]
) -> None:
    with database(server):
        person = db.session.scalars(select(Person).where(Person.number == accounts["peserta"]["number"])).one()
        module_id = db.session.scalars(select(CatalogueModule.id).order_by(CatalogueModule.id)).first()
        assert module_id is not None
        due = clock.today() + timedelta(days=5)
        assignments.assign(by=None, module_ids=[module_id], to=Target(person_id=person.id), due_on=due)
    page = open_page(width=360, height=740, javascript=False)
    sign_in(page, accounts["peserta"])
    page.goto("/nilai")
    page.get_by_role("link", name="Lembar percakapan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lembar percakapan")
    expect(page.get_by_role("button", name="Cetak")).to_be_hidden()
    expect(page.locator("article")).to_contain_text("Ditugaskan dan belum selesai")
    page.get_by_label("Dari").fill("2025-02-01")
    page.get_by_label("Sampai").fill("2025-03-31")
    page.get_by_role("button", name="Tampilkan").click()
    expect(page.locator("article")).to_contain_text("1 Februari 2025 – 31 Maret 2025")
    no_sideways_scroll(page)
