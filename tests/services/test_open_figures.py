"""The city's open figures: as plain Python counts them, and never of fewer than ten people."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from elearn import clock
from elearn.database import db
from elearn.study import after
from elearn.study.models import Credit, FirstResult
from elearn.supervision import open_figures
from elearn.supervision.open_figures import ENOUGH, Group, _hide
from tests.content import published
from tests.helpers import make_person, make_unit
from tests.pages.test_records import complete

MARCH = datetime(2026, 3, 10, 9, tzinfo=clock.JAKARTA)


@pytest.fixture(autouse=True)
def _fresh() -> None:
    open_figures.forget()


@given(st.lists(st.integers(0, 40), max_size=8))
def test_nothing_hidden_can_be_found_by_subtraction(sizes: list[int]) -> None:
    """Of every list of groups whose total is known: what is hidden is nobody, or two groups at least, or everything."""
    from decimal import Decimal

    groups = _hide([Group(str(n), size, size, Decimal(size)) for n, size in enumerate(sizes)])
    assert all(g.hidden or (g.people or 0) >= ENOUGH for g in groups)
    hidden = [size for size, g in zip(sizes, groups, strict=True) if g.hidden]
    assert len(hidden) != 1 or len(groups) == 1
    assert all(g.hidden for g, size in zip(groups, sizes, strict=True) if size < ENOUGH)


def test_figures_of_a_year_from_ten_people_on(app: Flask, tmp_path: Path) -> None:
    with clock.at(MARCH):
        version, unit = published(tmp_path), make_unit()
        assert open_figures.make(2026) is None
        folk = [make_person(unit) for _ in range(12)]
    for n, person in enumerate(folk):
        with clock.at(MARCH + timedelta(days=40 if n == 11 else 0)):
            complete(person, version)
            after.rate(person.id, "modul-coba", useful=5, easy=4, recommend=3)
            made = open_figures.make(2026)
            assert made is not None
            assert made.city.hidden == (n < 9) and made.modules[0].hidden == (n < 9)
    with clock.at(MARCH + timedelta(days=41)):
        made = open_figures.make(2026)
    assert made is not None
    earned = db.session.scalars(select(Credit)).all()
    first = db.session.scalars(select(FirstResult)).all()
    assert (made.city.people, made.city.completions, made.city.jp) == (12, len(earned), sum(c.jp for c in earned))
    assert made.city.first_pass == 100 * sum(bool(f.passed) for f in first) / len(first)
    assert made.city.gain == sum(f.gain or 0 for f in first) / len(first) and made.city.rating == 4
    assert [g.hidden for g in made.months] == [True, True], "March would tell how many April has"


def test_the_page_and_its_files_say_the_same(app: Flask, tmp_path: Path) -> None:
    with clock.at(MARCH):
        version, unit = published(tmp_path), make_unit()
        anybody = app.test_client()
        assert "Belum ada angka" in anybody.get("/data-terbuka").get_data(as_text=True)
        for _ in range(10):
            complete(make_person(unit, name="Nama Rahasia"), version)
        open_figures.forget()
        page = anybody.get("/data-terbuka").get_data(as_text=True)
        assert "Modul coba" in page and "<b>10</b>" in page and "Rahasia" not in page
        data = json.loads(anybody.get("/data-terbuka.json?tahun=2026").get_data(as_text=True))
        assert data["kota"]["orang"] == 10 and data["modul"][0]["nama"] == "Modul coba" and data["kota"]["jp"] == 5.0
        text = anybody.get("/data-terbuka.csv").get_data(as_text=True).lstrip("\ufeff")
        rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
        assert [row["kelompok"] for row in rows] == ["kota", "modul", "bulan"] and rows[0]["orang"] == "10"
        for wrong in ("/data-terbuka?tahun=2001", "/data-terbuka?tahun=x", "/data-terbuka.pdf"):
            assert anybody.get(wrong).status_code == 404
        assert anybody.get("/data-terbuka.xlsx").data[:2] == b"PK"
