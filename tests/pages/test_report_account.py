"""The account of a unit as its head sees it: every figure leads to its rows, and nobody outside is shown."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from pathlib import Path
from random import Random

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from elearn import clock
from elearn.database import db
from elearn.people.models import AuditEntry, Person, Role, Unit
from elearn.people.service import create_person
from tests.helpers import PASSWORD, client_of, make_number, make_person, make_unit
from tests.services.test_report import JAKARTA, live

LINK = re.compile(r'<a class="rows-link" href="([^"]+)">([^<]+)</a>')


def head_of(unit_id: int) -> Person:
    """A head who is in a unit of their own, so that nobody of the unit is left out."""
    outside = make_unit(f"luar-{unit_id}")
    return create_person(
        number=make_number(),
        name="Kepala Contoh",
        unit_id=outside.id,
        grants=[(Role.ATASAN, unit_id)],
        password=PASSWORD,
        must_change=False,
    )


def test_every_figure_leads_to_just_as_many_rows(app: Flask, tmp_path: Path) -> None:
    world = live(tmp_path, 2)
    with clock.at(world.now):
        client = client_of(app, head_of(world.unit_ids[0]))
        followed = 0
        for day in ("", "2025-12-31", "2026-01-20"):
            page = client.get(f"/tim/laporan?tanggal={day}").get_data(as_text=True)
            for href, number in LINK.findall(page):
                behind = client.get(unescape(href))
                assert behind.status_code == 200, href
                text = behind.get_data(as_text=True)
                if "angka=kenaikan" in href:
                    continue
                counted = re.search(r"Laporan menghitung ([\d.]+)\.", text)
                assert counted and counted.group(1) == number, href
                hidden = re.search(r"(\d+) baris tidak ditampilkan", text)
                rows = text.count('<th scope="row" class="who">')
                assert rows + int(hidden.group(1) if hidden else 0) == int(number), href
                followed += 1
        assert followed > 20


def test_a_unit_that_is_not_theirs_is_not_there(app: Flask, tmp_path: Path) -> None:
    world = live(tmp_path, 3, steps=10)
    with clock.at(world.now):
        units = db.session.scalars(select(Unit).where(Unit.closed_at.is_(None))).all()
        small = next(u for u in units if u.code == "u0.a" or u.path.count(".") > 1)
        client = client_of(app, head_of(small.id))
        outside = next(u for u in units if not u.path.startswith(small.path))
        for page in ("", "/capaian", "/baris", "/unduh.csv", "/baris/unduh.csv"):
            assert client.get(f"/tim/laporan{page}?unit={small.code}&angka=orang").status_code == 200, page
            assert client.get(f"/tim/laporan{page}?unit={outside.code}&angka=orang").status_code == 404, page
            assert client.get(f"/tim/laporan{page}?unit=tidak-ada&angka=orang").status_code == 404, page
        assert client.get("/tim/laporan/baris?angka=rahasia").status_code == 404
        assert client.get("/tim/laporan/unduh.pdf").status_code == 404


@pytest.mark.parametrize("seed", range(3))
def test_no_row_and_no_file_shows_anybody_outside(app: Flask, tmp_path: Path, seed: int) -> None:
    """Random cities, every unit's head, random days: only people who are in their scope today are named."""
    random = Random(seed)
    world = live(tmp_path, 40 + seed, steps=30)
    with clock.at(world.now):
        people = {p.id: p for p in db.session.scalars(select(Person))}
        names = {p.number for p in people.values()}
        for unit in db.session.scalars(select(Unit).where(Unit.closed_at.is_(None), Unit.id.in_(world.unit_ids))).all():
            inside = {
                p.number
                for p in people.values()
                if p.active and db.session.get_one(Unit, p.unit_id).path.startswith(unit.path)
            }
            client = client_of(app, head_of(unit.id))
            for kind in ("orang", "selesai", "pertama", "tanpa-jp"):
                day = f"2026-0{random.randint(1, 4)}-{random.randint(10, 28)}"
                for url in ("/tim/laporan/baris/unduh.csv", "/tim/laporan/baris"):
                    shown = client.get(f"{url}?unit={unit.code}&angka={kind}&tanggal={day}").get_data(as_text=True)
                    told = {number for number in names if number in shown}
                    links = set(re.findall(r"/tim/([a-z2-7]{16})", shown))
                    told |= {p.number for p in people.values() if p.public_id in links}
                    assert told <= inside, (unit.code, kind, url)


def read(client: FlaskClient, url: str) -> list[list[str]]:
    text = client.get(url).get_data(as_text=True).lstrip("\ufeff")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def test_what_is_taken_away_says_what_the_page_says_and_is_recorded(app: Flask, tmp_path: Path) -> None:
    world = live(tmp_path, 2)
    with clock.at(world.now):
        client = client_of(app, head_of(world.unit_ids[0]))
        head, first, *rest = read(client, "/tim/laporan/unduh.csv")
        assert len(head) == len(first) and rest[-1][0] == "Seluruh kota"
        page = client.get("/tim/laporan").get_data(as_text=True)
        done = re.search(r"<p class=\"muted\">Modul diselesaikan</p><b>(\d+)</b>", page)
        assert done and first[head.index("Modul diselesaikan")] == done.group(1) and int(done.group(1)) > 0
        head, *rows = read(client, "/tim/laporan/baris/unduh.csv?angka=selesai")
        assert {"Nomor bukti", "Modul", "JP"} <= set(head) and rows
        assert client.get("/tim/laporan/baris/unduh.xlsx?angka=orang").data[:2] == b"PK"
        numbers = {row[0] for row in rows}
        exported = (
            select(Person.number)
            .join(AuditEntry, AuditEntry.person_id == Person.id)
            .where(AuditEntry.action == "person.exported")
        )
        assert numbers <= set(db.session.scalars(exported))
        assert "report.exported" in db.session.scalars(select(AuditEntry.action)).all()


def test_a_day_before_the_unit_and_a_day_that_never_was(app: Flask, tmp_path: Path) -> None:
    world = live(tmp_path, 6, steps=5)
    with clock.at(world.now):
        client = client_of(app, head_of(world.unit_ids[0]))
        assert "belum ada pada tanggal itu" in client.get("/tim/laporan?tanggal=2024-01-01").get_data(as_text=True)
        assert client.get("/tim/laporan/unduh.csv?tanggal=2024-01-01").status_code == 404
        today = world.now.astimezone(JAKARTA).date().isoformat()
        for wrong in ("kemarin", "2026-13-40", "9999-01-01"):
            assert f'value="{today}"' in client.get(f"/tim/laporan?tanggal={wrong}").get_data(as_text=True)
        assert client.get("/tim/laporan/baris?angka=pertama&bulan=99&rentang=x&halaman=999").status_code == 200


def test_a_new_head_sees_an_empty_account_and_what_to_expect(app: Flask) -> None:
    unit = make_unit()
    client = client_of(app, make_person(unit, "atasan"))
    page = client.get("/tim/laporan").get_data(as_text=True)
    assert "Belum ada modul yang dikerjakan" in page and "Belum ada kuis akhir tahun ini" in page
