"""The map of people by module against plain Python over the rows. On both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from elearn import clock
from elearn.catalogue.models import CatalogueModule
from elearn.database import db, transaction
from elearn.people.models import Person
from elearn.study.models import Enrolment, LearnerSummary
from elearn.supervision.cells import level_of
from elearn.supervision.heat import HeatPage, heat
from elearn.supervision.team_filter import TeamFilter
from tests.content import files, published
from tests.helpers import client_of, make_person, make_unit
from tests.services.test_team import head_of

NOW = datetime(2026, 9, 14, 2, tzinfo=UTC)
TARGET = Decimal(20)
TOPICS = ("Layanan warga", "Data", "Layanan warga", "Anggaran", "Data")


@pytest.fixture
def city(app: Flask, tmp_path: Path) -> SimpleNamespace:
    """Two units with 70 people in five modules of three topics, and a stranger's module that nobody here began."""
    versions = []
    for n, topic in enumerate([*TOPICS, "Rahasia"]):
        contents = files()
        told = contents["module.md"].replace("Modul coba", f"Modul {n}").replace("Layanan warga", topic)
        versions.append(published(tmp_path, f"modul-{n}", contents | {"module.md": told}))
    random = Random(5)
    with transaction() as session:
        root, other = make_unit("dinas"), make_unit("lain")
        units = [make_unit(f"bidang-{n}", root) for n in range(2)]
        people = [make_person(random.choice(units), name=f"Orang {n:02d}", password=None) for n in range(70)]
        stranger = make_person(other, name="Orang Lain", password=None)
        people[9].active = False
        for person in people:
            for version in random.sample(versions[:5], random.randrange(5)):
                session.add(enrolment(person, version, random))
        for version in versions:
            session.add(enrolment(stranger, version, random))
    db.session.expire_all()
    return SimpleNamespace(root=root, units=units, people=people, versions=versions)


def enrolment(person: Person, version: Any, random: Random) -> Enrolment:
    score = random.choice([None, Decimal(random.randrange(101))])
    done = NOW if score and score > 60 else None
    return Enrolment(
        person_id=person.id, module_id=version.module_id, version_id=version.id, started_at=NOW, active_at=NOW,
        parts_total=4, parts_done=random.randrange(5), done_slugs=[], score=score, completed_at=done,
    )  # fmt: skip


def whole(head: Any, **wanted: Any) -> list[HeatPage]:
    """Every page."""
    with clock.at(NOW):
        first = heat(head, TeamFilter(**wanted), TARGET)
        return [first, *(heat(head, TeamFilter(**wanted, page=n), TARGET) for n in range(2, first.pages + 1))]


def rows_of(people: list[Person]) -> dict[int, list[Enrolment]]:
    ids = {person.id for person in people if person.active}
    found: dict[int, list[Enrolment]] = {}
    for row in db.session.scalars(select(Enrolment)):
        if row.person_id in ids:
            found.setdefault(row.module_id, []).append(row)
    return found


@pytest.mark.parametrize("wanted", [{}, {"unit": "bidang-1"}, {"text": "Orang 1"}, {"status": "belum-mulai"}])
def test_means_are_of_everybody_the_filter_finds_on_every_page(city: SimpleNamespace, wanted: dict[str, str]) -> None:
    for person in city.people[::7]:
        with transaction() as session:
            session.merge(LearnerSummary(person_id=person.id, started=2))
    db.session.expire_all()
    people = [db.session.get_one(Person, person.id) for person in city.people]
    if "unit" in wanted:
        people = [p for p in people if p.unit_id == city.units[1].id]
    if "text" in wanted:
        people = [p for p in people if wanted["text"] in p.name]
    if "status" in wanted:
        started = {s.person_id for s in db.session.scalars(select(LearnerSummary)) if s.started}
        people = [p for p in people if p.id not in started]
    expected = rows_of(people)
    pages = whole(head_of(city.root), **wanted)
    for page in pages:
        assert {column.id for column in page.columns} == set(expected)
        for column in page.columns:
            rows = expected[column.id]
            scores = [row.score for row in rows if row.score is not None]
            assert (column.begun, column.scored) == (len(rows), len(scores))
            assert column.completed == sum(row.completed_at is not None for row in rows)
            mean = sum(scores, Decimal(0)) / len(scores) if scores else None
            assert (column.mean, column.level) == (mean, level_of(mean, Decimal(60)))
    shown = [row for page in pages for row in page.rows]
    assert {row.public_id for row in shown} == {p.public_id for p in people if p.active}
    assert len(shown) == pages[0].total


def test_each_cell_is_that_of_its_person_and_module(city: SimpleNamespace) -> None:
    ids = {person.public_id: person.id for person in city.people}
    known = {(row.person_id, row.module_id): row for row in db.session.scalars(select(Enrolment))}
    cells = 0
    for page in whole(head_of(city.root)):
        assert len(page.rows) <= 50
        for row in page.rows:
            mine = {module: one for (person, module), one in known.items() if person == ids[row.public_id]}
            assert set(row.cells) == set(mine)
            for module_id, cell in row.cells.items():
                one = mine[module_id]
                told = (one.score, one.parts_done, 4, one.completed_at is not None)
                assert (cell.percent, cell.done, cell.total, cell.completed) == told
                assert cell.level == level_of(one.score, Decimal(60))
                cells += 1
    assert cells > 60


def test_columns_stand_by_topic_and_hold_nothing_of_strangers(city: SimpleNamespace) -> None:
    (page, _second) = whole(head_of(city.root))
    assert [(topic, [c.title for c in some]) for topic, some in page.topics] == [
        ("Anggaran", ["Modul 3"]),
        ("Data", ["Modul 1", "Modul 4"]),
        ("Layanan warga", ["Modul 0", "Modul 2"]),
    ]
    assert whole(head_of())[0].columns == [] and whole(head_of())[0].rows == []


def test_a_module_that_was_taken_down_keeps_its_column(city: SimpleNamespace) -> None:
    with transaction() as session:
        session.execute(update(CatalogueModule).values(current_version_id=None))
    assert len(whole(head_of(city.root))[0].columns) == 5


def test_it_asks_a_constant_number_of_statements(city: SimpleNamespace, statements: Callable[[], Any]) -> None:
    whole(head_of(city.root))  # versions are in memory from here on
    for head, wanted, most in (
        (head_of(city.root), TeamFilter(), 6),
        (head_of(city.units[0]), TeamFilter(), 6),
        (head_of(city.root), TeamFilter(text="Orang", page=2, status="perlu", sort="jp"), 7),
    ):
        with statements() as seen:
            heat(head, wanted, TARGET)
        assert len(seen) <= most, seen


def test_the_page_tells_a_score_by_number_colour_and_words(app: Flask, city: SimpleNamespace) -> None:
    boss = make_person(city.root, "atasan", name="Kepala")
    person = next(p for p in city.people if p.active)
    with transaction() as session:
        session.execute(update(Enrolment).where(Enrolment.person_id == person.id).values(score=Decimal(41)))
        session.execute(update(Person).where(Person.id == person.id).values(name="Aa <b>Aja</b>"))
    with clock.at(NOW):
        client = client_of(app, boss)
        page = client.get("/tim/peta").text
        assert "Aa &lt;b&gt;Aja&lt;/b&gt;" in page and "<b>Aja" not in page and "Orang Lain" not in page
        assert page.count('<th scope="colgroup"') == 3 and page.count('class="heat-mean"') == 1
        assert page.count('<th scope="row" class="who"><a') == 50
        assert '<span class="heat lv1">41<span class="visually-hidden">, jauh di bawah ambang</span></span>' in page
        assert f'href="/tim/{person.public_id}#modul-modul-' in page
        assert 'id="modul-modul-' in client.get(f"/tim/{person.public_id}").text, "the cell leads somewhere"
        assert 'href="/tim/peta?hal=2"' in page and "Rahasia" not in page
        narrow = client.get("/tim/peta?unit=bidang-0&status=perlu&hal=99").text
        assert 'value="bidang-0" selected' in narrow and 'name="status" value="perlu"' in narrow
        assert "Tidak ada yang cocok" in client.get("/tim/peta?cari=zzzz").text
        assert 'href="/tim/peta?cari=Orang"' in client.get("/tim?cari=Orang").text, (
            "the team page leads to the same people"
        )
