"""The tree of units changes, and what was true on a day stays true of that day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from flask import Flask
from sqlalchemy import select

from elearn import clock
from elearn.database import db
from elearn.people import places, units
from elearn.people import service as people
from elearn.people.models import AuditEntry, Person, Placement, RoleGrant, Unit
from elearn.people.service import Refused
from tests.helpers import make_person, make_unit

START = datetime(2026, 1, 5, 2, tzinfo=UTC)


def test_a_merged_unit_is_closed_below_the_other_and_its_people_go_over(app: Flask) -> None:
    city = make_unit("kota")
    old, new, below = make_unit("lama", city), make_unit("baru", city), None
    below = make_unit("lama.seksi", old)
    head = make_person(old, "atasan", name="Kepala Lama")
    gone = make_person(old, name="Sudah Pensiun")
    people.deactivate(gone.id, "pensiun")
    member = make_person(below)
    assert units.merge_unit(old.id, new.id) == 1
    db.session.expire_all()
    assert db.session.get_one(Person, head.id).unit_id == new.id
    assert db.session.get_one(Person, gone.id).unit_id == new.id
    assert db.session.get_one(Person, member.id).unit_id == below.id
    closed = db.session.get_one(Unit, old.id)
    assert closed.closed_at is not None and closed.path == f"{new.path}{old.id}."
    assert db.session.get_one(Unit, below.id).path == f"{new.path}{below.id}."
    assert db.session.scalars(select(RoleGrant).where(RoleGrant.unit_id == old.id)).all() == []
    assert (
        db.session.scalars(select(Placement).where(Placement.person_id == gone.id, Placement.until_at.is_(None))).all()
        == []
    ), "who is not active is nowhere"
    assert "unit.merged" in db.session.scalars(select(AuditEntry.action)).all()


def test_what_cannot_be_done_to_the_tree_is_refused(app: Flask) -> None:
    city = make_unit("kota")
    one = make_unit("satu", city)
    two = make_unit("dua", one)
    with pytest.raises(Refused, match="dirinya sendiri"):
        units.change_unit(one.id, name="Satu", short_name="Satu", parent_id=two.id)
    with pytest.raises(Refused, match="di dalam unit ini"):
        units.merge_unit(one.id, two.id)
    with pytest.raises(Refused, match="di dalam unit ini"):
        units.merge_unit(one.id, one.id)
    with pytest.raises(Refused, match="sudah dipakai"):
        make_unit("satu", city)
    units.merge_unit(two.id, city.id)
    with pytest.raises(Refused, match="sudah digabung"):
        make_unit("tiga", two)
    db.session.expire_all()
    assert db.session.get_one(Unit, one.id).path == f"{city.id}.{one.id}."


def test_who_comes_below_a_unit_with_it_gets_what_is_given_there(app: Flask, version) -> None:  # type: ignore[no-untyped-def]
    from elearn.study import assignments
    from elearn.study.assignments import Target
    from elearn.study.models import Assignee

    city = make_unit("kota")
    there, here = make_unit("sana", city), make_unit("sini", city)
    assignments.assign(by=None, module_ids=[version.module_id], to=Target(unit_id=there.id))
    person = make_person(here)
    assert db.session.scalars(select(Assignee.person_id)).all() == []
    units.change_unit(here.id, name="Sini", short_name="Sini", parent_id=there.id)
    assert db.session.scalars(select(Assignee.person_id)).all() == [person.id]


@pytest.mark.parametrize("seed", range(4))
def test_every_past_moment_is_as_it_was(app: Flask, seed: int) -> None:
    """Random moves of people and units; what the database says of each moment is what plain dictionaries remember."""
    random = Random(seed)
    now = START
    with clock.at(now):
        root = make_unit("kota")
        tree = [root] + [make_unit(f"u{i}", root) for i in range(4)]
        folk = [make_person(random.choice(tree)) for _ in range(6)]
    remembered = []
    for _step in range(25):
        now += timedelta(hours=random.randint(1, 60))
        with clock.at(now):
            _do_something(random, [unit.id for unit in tree], [person.id for person in folk])
        db.session.expire_all()
        paths = {unit.id: unit.path for unit in db.session.scalars(select(Unit))}
        where = {p.id: p.unit_id for p in db.session.scalars(select(Person)) if p.active}
        remembered.append((now, paths, where))
    for instant, paths, where in remembered:
        assert places.paths_at(instant) == paths
        rows = db.session.execute(
            select(Placement.person_id, Placement.unit_id).where(places.valid(Placement, instant))
        ).all()
        assert len(rows) == len(where) and dict(rows) == where


def _do_something(random: Random, unit_ids: list[int], person_ids: list[int]) -> None:
    what = random.randrange(4)
    open_ids = [u.id for u in db.session.scalars(select(Unit).where(Unit.closed_at.is_(None), Unit.parent_id > 0))]
    person_id = random.choice(person_ids)
    try:
        if what == 0:
            people.change_person(person_id, unit_id=random.choice(open_ids))
        elif what == 1 and random.random() < 0.5:
            people.deactivate(person_id, "coba")
        elif what == 1:
            people.reactivate(person_id)
        elif what == 2:
            one = db.session.get_one(Unit, random.choice(open_ids))
            units.change_unit(one.id, name=one.name, short_name=one.short_name, parent_id=random.choice(unit_ids))
        elif len(open_ids) > 2 and random.random() < 0.3:
            units.merge_unit(*random.sample(open_ids, 2))
    except Refused:
        db.session.rollback()
