"""The four who supervise, each at what they come for: a head of section, a head of dinas, BKPSDM for the city, a deputy."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import exists, insert, select, update

from elearn import clock
from elearn.catalogue.models import CatalogueModule
from elearn.database import db, new_public_id, transaction
from elearn.people.models import Person, RoleGrant, Unit
from elearn.study import after
from elearn.study.after_models import ActionPlan
from elearn.study.models import Enrolment
from elearn.supervision.models import Export
from tests.browser.conftest import Server, axe, database, no_sideways_scroll, sign_in
from tests.helpers import PASSWORD, make_number, make_person, make_unit

Open = Callable[..., Page]


@pytest.fixture
def head(server: Server) -> Callable[[str], dict[str, str]]:
    """A new head of a unit of the demo city, by its code; in the city's own unit themselves."""

    def make(code: str) -> dict[str, str]:
        with database(server):
            city = db.session.scalars(select(Unit).where(Unit.code == "kota")).one()
            person = make_person(city, name="Wulan Kusumah")
            unit_id = db.session.scalars(select(Unit.id).where(Unit.code == code)).one()
            with transaction() as session:
                session.add(RoleGrant(person_id=person.id, role="atasan", unit_id=unit_id))
            return {"number": person.number, "password": PASSWORD}

    return make


def number(page: Page, label: str) -> int:
    """A figure of the account's list."""
    text = page.locator("dl.figures dt", has_text=label).locator("+ dd").inner_text()
    return int(text.replace(".", ""))


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_a_head_of_section_answers_a_plan_on_a_phone(
    server: Server, open_page: Open, head: Callable[..., dict[str, str]]
) -> None:
    account = head("diskominfo.layanan-digital")
    with database(server):
        unit_id = db.session.scalars(select(Unit.id).where(Unit.code == "diskominfo.layanan-digital")).one()
        person_id, slug = db.session.execute(
            select(Enrolment.person_id, CatalogueModule.slug)
            .join(Person, Person.id == Enrolment.person_id)
            .join(CatalogueModule, CatalogueModule.id == Enrolment.module_id)
            .where(Person.unit_id == unit_id, Person.active, Enrolment.completed_at.is_not(None))
            .where(~exists().where(ActionPlan.person_id == Person.id, ActionPlan.module_id == CatalogueModule.id))
        ).first()  # type: ignore[misc]
        with clock.at(clock.now() - timedelta(days=40)):
            due = clock.today() + timedelta(days=30)
            after.write_plan(person_id, slug, "Rencana yang ditulis untuk uji ini saja.", due)
    page = open_page(width=360, height=740)
    sign_in(page, account)
    page.goto("/tim")
    page.get_by_role("link", name="Rencana aksi").click()
    card = page.locator("article.panel", has_text="untuk uji ini saja")
    card.get_by_label("Sebagian").check()
    card.get_by_label("Sedikit lebih baik").check()
    card.get_by_label("Bagaimana terlihatnya").fill("Baru di satu loket.")
    card.get_by_role("button").click()
    expect(page.get_by_text("Jawaban Anda tersimpan")).to_be_visible()
    page.get_by_role("link", name=re.compile("Sudah dijawab")).click()
    expect(page.get_by_text("Baru di satu loket.")).to_be_visible()
    axe(page)
    no_sideways_scroll(page)


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_a_head_of_dinas_goes_from_a_figure_to_its_people(
    server: Server, open_page: Open, head: Callable[..., dict[str, str]]
) -> None:
    page = open_page(width=1280, height=900)
    sign_in(page, head("disdukcapil"))
    page.goto("/tim")
    page.get_by_role("link", name="Laporan unit").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Dinas Kependudukan")
    expect(page.locator(".chart-box svg").first).to_be_visible()
    people = number(page, "ASN pada tanggal itu")
    page.locator("dl.figures dt", has_text="ASN pada tanggal itu").locator("+ dd a").click()
    expect(page.get_by_text(f"Laporan menghitung {people}.")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(people)
    name = page.locator("tbody th a").first.inner_text()
    page.locator("tbody th a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    page.goto("/tim/laporan?unit=kota")
    expect(page.get_by_role("heading", level=1)).to_have_text("Halaman tidak ditemukan")
    page.troubles.clear()  # type: ignore[attr-defined]  # the browser notes the 404 that was asked for


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_bkpsdm_reads_the_city_of_a_past_day_and_takes_it_away(
    server: Server, open_page: Open, head: Callable[..., dict[str, str]]
) -> None:
    page = open_page(width=1280, height=900, dark=True)
    sign_in(page, head("kota"))
    page.goto("/tim/laporan")
    now = number(page, "ASN pada tanggal itu")
    assert now > 200
    earlier = (clock.today() - timedelta(days=100)).isoformat()
    page.get_by_label("Keadaan pada akhir").fill(earlier)
    page.get_by_role("button", name="Tampilkan").click()
    expect(page).to_have_url(re.compile(f"tanggal={earlier}"))
    done = page.locator(".stat", has_text="Modul diselesaikan").locator("b").inner_text()
    page.reload()
    expect(page.locator(".stat", has_text="Modul diselesaikan").locator("b")).to_have_text(done)
    with page.expect_download() as started:
        page.get_by_role("link", name="Unduh CSV").click()
    text = started.value.path().read_text(encoding="utf-8-sig")
    head_row, first, *_ = (line.split(";") for line in text.splitlines())
    assert first[head_row.index("Modul diselesaikan")] == done.replace(".", "")
    page.get_by_role("link", name="Dinas Komunikasi dan Informatika").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dinas Komunikasi dan Informatika")
    expect(page.get_by_label("Keadaan pada akhir")).to_have_value(earlier)


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_a_deputy_sees_the_team_of_who_appointed_them(
    server: Server, open_page: Open, head: Callable[..., dict[str, str]]
) -> None:
    with database(server):
        unit = db.session.scalars(select(Unit).where(Unit.code == "bkpsdm")).one()
        deputy = make_person(unit, name="Dadan Setiawan")
        account = {"number": deputy.number, "password": PASSWORD}
    page = open_page(width=360, height=740)
    sign_in(page, head("kec-antapani"))
    page.goto("/tim/wakil")
    page.get_by_label("NIP atau NI PPPK wakil Anda").fill(account["number"])
    today = clock.today().isoformat()
    page.get_by_label("Dari").fill(today)
    page.get_by_label("Sampai").fill(today)
    page.get_by_role("button", name="Tunjuk wakil").click()
    expect(page.get_by_text("Wakil Anda ditunjuk")).to_be_visible()
    standing_in = open_page(width=360, height=740)
    sign_in(standing_in, account)
    standing_in.goto("/tim")
    expect(standing_in.get_by_text("Anda mewakili Wulan Kusumah")).to_be_visible()
    standing_in.get_by_role("link", name="Laporan unit").click()
    expect(standing_in.get_by_role("heading", level=1)).to_have_text("Kecamatan Antapani")
    axe(standing_in)
    assert standing_in.goto("/tim/laporan?unit=kec-coblong").status == 404  # type: ignore[union-attr]
    standing_in.troubles.clear()  # type: ignore[attr-defined]


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_a_head_keeps_a_filter_gives_it_a_path_and_lets_somebody_off(
    server: Server, open_page: Open, head: Callable[..., dict[str, str]]
) -> None:
    page = open_page(width=360, height=740)
    sign_in(page, head("disdukcapil"))
    page.goto("/tim?status=belum-mulai")
    page.get_by_label("Nama saringan ini").fill("Belum mulai di Disdukcapil")
    page.get_by_role("button", name="Simpan saringan").click()
    expect(page.get_by_text("Saringan tersimpan.")).to_be_visible()
    axe(page)
    no_sideways_scroll(page)
    page.goto("/tim/tugaskan")
    page.get_by_role("button", name="Tugaskan").click()
    expect(page.get_by_text("Pilih modul atau jalur yang ditugaskan.").first).to_be_visible()
    axe(page)
    page.get_by_label("Modul atau jalur").select_option(label="ASN baru")
    page.get_by_label("Untuk", exact=True).select_option(label="Belum mulai di Disdukcapil")
    page.get_by_label("Tenggat").fill((clock.today() + timedelta(days=60)).isoformat())
    page.get_by_label("Alasan atau pesan").fill("Kita mulai bersama bulan ini.")
    page.get_by_role("button", name="Tugaskan").click()
    expect(page.get_by_text(re.compile("Jalur ASN baru ditugaskan kepada [1-9]"))).to_be_visible()
    running = page.locator("li.row-item", has_text="dari saringan Belum mulai di Disdukcapil")
    running.get_by_role("link", name="Ubah").click()
    page.get_by_label("Tenggat").fill((clock.today() + timedelta(days=75)).isoformat())
    axe(page)
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_text("Tenggat dan alasannya sudah diubah")).to_be_visible()
    page.goto("/tim?status=belum-mulai")
    page.locator("tbody th a").first.click()
    page.get_by_role("link", name=re.compile("^Bebaskan dari")).first.click()
    page.get_by_label("Alasan").fill("Cuti melahirkan sampai tahun depan.")
    axe(page)
    no_sideways_scroll(page)
    page.get_by_role("button", name="Bebaskan").click()
    expect(page.get_by_text("Dibebaskan: Cuti melahirkan sampai tahun depan.")).to_be_visible()
    page.get_by_role("button", name="Berlakukan lagi").click()
    expect(page.get_by_text("Penugasan itu berlaku lagi.")).to_be_visible()
    page.goto("/tim?status=belum-mulai")
    page.locator("tbody input[type=checkbox]").first.check()
    page.get_by_role("button", name="Tugaskan kepada yang dipilih").click()
    expect(page).to_have_url(re.compile(r"/tim/tugaskan\?orang="))


@pytest.fixture
def crowd(server: Server) -> dict[str, str]:
    """The head of a new unit of 600 people."""
    with database(server):
        city = db.session.scalars(select(Unit).where(Unit.code == "kota")).one()
        unit = make_unit("dinas-besar", city, name="Dinas Besar")
        account = make_person(unit, "atasan", name="Wulan Kusumah")
        with transaction() as session:
            rows = [
                {"public_id": new_public_id(), "number": make_number(), "employment": "pns", "name": f"Pegawai {n:03}",
                 "position": "Pengelola Layanan", "email": "", "unit_id": unit.id, "active": True, "password_hash": "",
                 "must_change_password": False, "created_at": clock.now(), "changed_at": clock.now()}
                for n in range(600)
            ]  # fmt: skip
            session.execute(insert(Person), rows)
        return {"number": account.number, "password": PASSWORD}


@pytest.mark.own_city
@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_a_head_of_many_takes_them_away_when_they_are_ready(
    server: Server, open_page: Open, crowd: dict[str, str]
) -> None:
    page = open_page(width=360, height=740)
    sign_in(page, crowd)
    page.goto("/tim")
    page.get_by_role("link", name="Unduh CSV").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Unduhan Anda")
    take = page.get_by_role("link", name="Ambil berkas CSV: Tim saya")
    expect(take).to_be_visible(timeout=30_000)  # made by the server's own worker, shown by the page that asks
    axe(page)
    no_sideways_scroll(page)
    with page.expect_download() as started:
        take.click()
    rows = started.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert len(rows) == 601 and rows[1].split(";")[1] == "Pegawai 000"
    assert started.value.suggested_filename == f"tim-{clock.today().isoformat()}.csv"
    page.get_by_text("Hapus", exact=True).click()
    page.get_by_role("button", name="Ya, hapus").click()
    expect(page.get_by_text("Belum ada unduhan")).to_be_visible()


@pytest.mark.own_city
@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_a_page_follows_what_is_being_made(server: Server, open_page: Open, crowd: dict[str, str]) -> None:
    with database(server):
        head_id = db.session.scalars(select(Person.id).where(Person.number == crowd["number"])).one()
        with transaction() as session:
            session.add(
                Export(by_id=head_id, address="", what="team", query={"status": "perlu"}, kind="xlsx", asked_at=clock.now(),
                       worker="seorang-pekerja", beat_at=clock.now(), done=120, total=600,
                       expires_at=clock.now() + timedelta(hours=24))
            )  # fmt: skip

    def now(**values: object) -> None:
        with database(server), transaction() as session:
            session.execute(update(Export).values(**values))

    page, plain = open_page(width=1280, height=900, dark=True), open_page(width=360, height=740, javascript=False)
    for one in (page, plain):
        sign_in(one, crowd)
        one.goto("/tim/unduhan")
        expect(one.get_by_text("120 dari 600 baris (20%)")).to_be_visible()
        expect(one.get_by_text("Tim saya · Perlu didampingi")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Batalkan").focus()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/keadaan" in request.url else None)
    now(done=330)
    expect(page.locator("progress")).to_have_js_property("value", 330)
    expect(page.get_by_role("status").filter(has_text="330 dari 600")).to_have_count(1)
    expect(page.get_by_role("button", name="Batalkan")).to_be_focused()
    now(done=600, worker=None, ready_at=clock.now(), size=12345, name="tim")
    expect(page.get_by_role("link", name="Ambil berkas XLSX")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="siap diambil")).to_have_count(1)
    asked.clear()
    now(failed_at=clock.now(), ready_at=None)
    plain.get_by_role("link", name="Muat ulang").click()
    expect(plain.get_by_text("Berkasnya tidak jadi dibuat")).to_be_visible()
    expect(page.locator("[hx-trigger]")).to_have_count(0)  # who is finished asks no more
    assert asked == []
