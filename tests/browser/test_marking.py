"""An essay from the peserta who writes it to the pengajar who marks it and back, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from elearn.catalogue.models import CatalogueModule, ModuleTrainer
from elearn.database import db, transaction
from elearn.people.models import Person
from tests.browser.conftest import Server, axe, database, no_sideways_scroll, sign_in
from tests.browser.test_journeys import Accounts, saved
from tests.content import publish

Open = Callable[..., Page]
MODULE = """---
title: Menulis usulan
summary: Untuk menguji esai.
jp: 0.1
outcomes:
  TP1: Mengusulkan
---
Pengantar.
"""
QUIZ = """---
kind: quiz
title: Kuis usulan
passing: 60
---
## Siapa yang terbantu? {#terbantu outcome=TP1}
= warga

## Usulkan satu perbaikan layanan. {#usul .essay points=10}

| Kriteria | Poin | Deskriptor |
| --- | --- | --- |
| Masalah | 4 | Nyata dan didukung data |
| Cara mengukur | 6 | Ukuran dan waktunya jelas |
"""


def prepare(server: Server, trainer: dict[str, str]) -> None:
    """The module, and the demo's pengajar as its own."""
    with database(server):
        contents = {"module.md": MODULE, "90-kuis-usulan.md": QUIZ}
        report = publish(Path(server.env["DIAJAR_INSTANCE"]), contents, "menulis-usulan")
        assert not report.refused
        with transaction() as session:
            module = session.scalars(select(CatalogueModule.id).where(CatalogueModule.slug == "menulis-usulan")).one()
            person = session.scalars(select(Person.id).where(Person.number == trainer["number"])).one()
            session.add(ModuleTrainer(module_id=module, person_id=person))
        db.session.remove()


def seen(page: Page) -> None:
    """What every page of this journey must be."""
    axe(page)
    no_sideways_scroll(page)


@pytest.mark.own_city
def test_an_essay_is_written_marked_reported_and_corrected(server: Server, open_page: Open, accounts: Accounts) -> None:
    prepare(server, accounts["pengajar"])
    writer = open_page(width=360, height=740)
    sign_in(writer, accounts["peserta"])
    writer.goto("/modul/menulis-usulan/kuis-usulan")
    writer.get_by_role("button", name="Mulai").click()
    writer.get_by_label("Jawaban Anda").fill("masyarakat")
    writer.get_by_label("Jawaban Anda").blur()
    saved(writer)
    writer.get_by_role("link", name="Laporkan soal ini").click()
    seen(writer)
    writer.get_by_label("Apa yang keliru?").fill("Masyarakat dan warga sama artinya.")
    writer.get_by_role("button", name="Kirim laporan").click()
    expect(writer.get_by_text("Laporan terkirim")).to_be_visible()
    seen(writer)
    writer.locator(".step .btn-primary").click()
    expect(writer.get_by_text("Soal 2 dari 2")).to_be_visible()
    writer.get_by_label("Jawaban Anda").fill("Antrean terlalu panjang.\n\nBuka loket ketiga pada jam sibuk.")
    writer.get_by_label("Jawaban Anda").blur()
    saved(writer)
    writer.locator(".step .btn-primary").click()
    writer.get_by_role("button", name="Ya, kumpulkan").click()
    expect(writer.get_by_role("heading", name="Jawaban Anda sudah terkumpul")).to_be_visible()
    seen(writer)

    marker = open_page(width=1280)
    sign_in(marker, accounts["pengajar"])
    marker.goto("/pengajar")
    marker.get_by_role("link", name="Perlu dinilai (1)").click()
    seen(marker)
    marker.get_by_role("link", name="Nilai sekarang").click()
    expect(marker.get_by_text("Buka loket ketiga")).to_be_visible()
    seen(marker)
    # By keyboard alone: the points are radio buttons, and the last one is chosen going back round.
    problem = marker.get_by_role("group", name=re.compile("Masalah"))
    problem.get_by_role("radio", name="0", exact=True).focus()
    for _ in range(3):
        marker.keyboard.press("ArrowRight")
    expect(problem.get_by_role("radio", name="3", exact=True)).to_be_checked()
    marker.get_by_role("button", name="Simpan dan lanjut").click()
    expect(marker.get_by_text("Isi poinnya, 0 sampai 6.").first).to_be_visible()
    seen(marker)
    measure = marker.get_by_role("group", name=re.compile("Cara mengukur"))
    measure.get_by_role("radio", name="4", exact=True).check()
    marker.get_by_label("Komentar").fill("Tambahkan cara mengukurnya.")
    marker.get_by_label("Komentar").press("Tab")
    marker.keyboard.press("Enter")
    expect(marker.get_by_role("heading", name="Tidak ada yang menunggu")).to_be_visible()
    seen(marker)

    writer.goto("/")
    expect(writer.get_by_text("jawaban Anda sudah dinilai")).to_be_visible()
    seen(writer)
    writer.get_by_role("button", name="Lihat hasil").click()
    expect(writer.get_by_text("Tambahkan cara mengukurnya.")).to_be_visible()
    expect(writer.get_by_text("3 / 4")).to_be_visible()
    expect(writer.get_by_text("63,6").first).to_be_visible()
    seen(writer)

    marker.get_by_role("link", name="Laporan soal").click()
    seen(marker)
    marker.get_by_role("link", name="Siapa yang terbantu?").click()
    seen(marker)
    marker.get_by_role("link", name="Koreksi soal ini").click()
    seen(marker)
    marker.get_by_role("button", name="Terima jawaban ini").click()
    expect(marker.get_by_role("heading", name="Dampak koreksi")).to_be_visible()
    seen(marker)
    marker.get_by_label("Alasan").fill("Sama artinya")
    marker.get_by_role("button", name="Terapkan koreksi").click()
    expect(marker.get_by_text("Koreksi diterapkan.")).to_be_visible()
    seen(marker)
    writer.reload()
    expect(writer.get_by_text("dari 63,6 menjadi 72,7")).to_be_visible()
    seen(writer)
