"""Deputies: what they see, when, and what they cannot pass on. On both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from elearn import clock
from elearn.database import db, transaction
from elearn.people import deputies, notices, service, sessions
from elearn.people.deputies import NotAppointed, appoint, dismiss
from elearn.people.models import AuditEntry, Person, Role, Unit
from elearn.supervision.queries import team
from elearn.supervision.scope import find_person
from elearn.supervision.service import assignments_in_scope
from elearn.supervision.team_filter import TeamFilter
from tests.helpers import make_person, make_unit

DAY = date(2026, 9, 14)
NOON = datetime(2026, 9, 14, 5, tzinfo=UTC)
TARGET = Decimal(20)


@pytest.fixture
def office(app: Flask) -> SimpleNamespace:
    root = make_unit("kota")
    unit, other = make_unit("dinas", root), make_unit("lain", root)
    head = make_person(unit, name="Kepala")
    service.change_person(head.id, grants=[(Role.ATASAN, unit.id)])
    return SimpleNamespace(
        unit=unit, other=other, head=head, rina=make_person(unit, name="Rina"), tono=make_person(unit, name="Tono"),
        stranger=make_person(other, name="Orang Lain"),
    )  # fmt: skip


def user_of(person: Person, at: datetime = NOON) -> sessions.CurrentUser:
    """Who is signed in as them at that time."""
    with clock.at(at):
        token = sessions.start(person.id)
        db.session.rollback()
        user = sessions.load(token)
    assert user is not None
    return user


def seen_by(person: Person, at: datetime = NOON) -> set[str]:
    user = user_of(person, at)
    with clock.at(at):
        return {member.name for member in team(user, TeamFilter(), TARGET).members}


def on(day: date, hour: int = 5) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def test_a_deputy_sees_what_the_atasan_sees_in_the_days_of_it(office: SimpleNamespace) -> None:
    with clock.at(NOON):
        appoint(office.head.id, office.tono.number, DAY, DAY + timedelta(days=2))
    assert seen_by(office.head) == {"Rina", "Tono"}
    assert seen_by(office.tono) == {"Rina"}, "neither themselves nor whom they stand in for"
    user = user_of(office.tono)
    assert user.roles == {"atasan"} and user.own_paths == ()
    assert find_person(user, office.head.public_id) is None and find_person(user, office.stranger.public_id) is None
    assert team(user, TeamFilter(), TARGET).figures.people == 1
    for day, sees in ((-1, False), (0, True), (2, True), (3, False)):
        at = on(DAY + timedelta(days=day))
        assert bool(seen_by(office.tono, at)) == sees, day
        assert ("atasan" in user_of(office.tono, at).roles) == sees
    # The days are those of Jakarta: at 17.00 UTC of the day before it has begun, at 16.59 of the last it is not over.
    assert seen_by(office.tono, on(DAY - timedelta(days=1), 17)) and not seen_by(
        office.tono, on(DAY - timedelta(days=1), 16)
    )
    assert seen_by(office.tono, on(DAY + timedelta(days=2), 16)) and not seen_by(
        office.tono, on(DAY + timedelta(days=2), 17)
    )


def test_ending_it_ends_it_at_once(office: SimpleNamespace) -> None:
    with clock.at(NOON):
        one = appoint(office.head.id, office.tono.number, DAY, DAY)
        assert not dismiss(office.rina.id, one.id), "not theirs to end"
        assert dismiss(office.head.id, one.id) and not dismiss(office.head.id, one.id)
    assert seen_by(office.tono) == set()
    db.session.expire_all()
    assert db.session.get_one(Person, office.tono.id).deputy_until is None
    actions = db.session.scalars(select(AuditEntry.action).where(AuditEntry.person_id == office.tono.id)).all()
    assert {"deputy.appointed", "deputy.dismissed"} <= set(actions)


def test_a_deputy_is_told_and_keeps_what_is_theirs(office: SimpleNamespace) -> None:
    service.change_person(office.tono.id, grants=[(Role.ATASAN, office.other.id), (Role.PENGAJAR, None)])
    with clock.at(NOON):
        appoint(office.head.id, f"{office.tono.number[:8]} {office.tono.number[8:]}", DAY, DAY)
    user = user_of(office.tono)
    assert user.own_paths == (office.other.path,) and user.roles == {"atasan", "pengajar"}
    assert seen_by(office.tono) == {"Rina", "Orang Lain"}
    (notice,) = notices.unseen(office.tono.id)
    assert (notice.kind, notice.data["by"], notice.data["until"]) == ("deputy", "Kepala", "2026-09-14")


def test_what_a_deputy_has_they_cannot_pass_on(office: SimpleNamespace) -> None:
    with clock.at(NOON):
        appoint(office.head.id, office.tono.number, DAY, DAY)
        appoint(office.tono.id, office.stranger.number, DAY, DAY)
    assert seen_by(office.stranger) == set()


def test_an_atasan_who_left_or_lost_the_role_leaves_nothing_to_see(office: SimpleNamespace) -> None:
    with clock.at(NOON):
        appoint(office.head.id, office.tono.number, DAY, DAY)
    service.change_person(office.head.id, grants=[])
    assert seen_by(office.tono) == set()
    service.change_person(office.head.id, grants=[(Role.ATASAN, office.other.id)])
    assert seen_by(office.tono) == {"Orang Lain"}, "what they head now"
    with transaction() as session:
        session.get_one(Person, office.head.id).active = False
    assert seen_by(office.tono) == set()


def test_who_cannot_be_a_deputy(office: SimpleNamespace) -> None:
    gone = make_person(office.unit)
    with transaction() as session:
        session.get_one(Person, gone.id).active = False

    def refused(number: str, first: int, last: int) -> str:
        with pytest.raises(NotAppointed) as why, clock.at(NOON):
            appoint(office.head.id, number, DAY + timedelta(days=first), DAY + timedelta(days=last))
        return why.value.code

    tono = office.tono.number
    assert refused("1" * 18, 0, 1) == refused("", 0, 1) == refused(gone.number, 0, 1) == "person"
    assert refused(office.head.number, 0, 1) == "self"
    assert refused(tono, 2, 1) == refused(tono, -5, -1) == "period"
    assert refused(tono, 0, 92) == "long"
    with clock.at(NOON):
        appoint(office.head.id, tono, DAY + timedelta(days=5), DAY + timedelta(days=9))
    assert refused(tono, 0, 5) == refused(tono, 9, 20) == refused(tono, 6, 7) == "twice"
    with clock.at(NOON):
        appoint(office.head.id, tono, DAY + timedelta(days=10), DAY + timedelta(days=12))
        appoint(office.head.id, tono, DAY - timedelta(days=3), DAY)
        assert [(d.from_on - DAY).days for d, _person in deputies.of_head(office.head.id)] == [-3, 5, 10]
    assert seen_by(office.tono) == {"Rina"} and seen_by(office.tono, on(DAY + timedelta(days=3))) == set()


def test_who_is_no_deputy_costs_no_statement(office: SimpleNamespace, statements) -> None:  # type: ignore[no-untyped-def]
    with clock.at(NOON):
        token = sessions.start(office.rina.id)
        with statements() as seen:
            sessions.load(token)
    assert len(seen) == 1


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_nobody_sees_anybody_outside_whatever_the_tree_and_the_deputies(app: Flask, data: st.DataObject) -> None:
    """Random trees, places, roles, moves and periods: the people on every page of everybody are those of plain Python."""
    parents = data.draw(st.lists(st.integers(-1, 5), min_size=1, max_size=5))
    units: list[Unit] = []
    tag = f"p{db.session.scalar(select(Unit.id).order_by(Unit.id.desc()).limit(1)) or 0}"
    for n, parent in enumerate(parents):
        units.append(make_unit(f"{tag}-{n}", units[parent % n] if n and parent >= 0 else None))
    pick = st.sampled_from(range(len(units)))
    people = [make_person(units[data.draw(pick)], name=f"{tag} {n}", password=None) for n in range(6)]
    ids = [person.id for person in people]
    heads = data.draw(st.lists(st.tuples(st.integers(0, 5), pick), max_size=4, unique=True))
    for who in {who for who, _unit in heads}:
        service.change_person(ids[who], grants=[(Role.ATASAN, units[unit].id) for one, unit in heads if one == who])
    for who, unit in data.draw(st.lists(st.tuples(st.integers(0, 5), pick), max_size=3)):
        service.change_person(ids[who], unit_id=units[unit].id)
    periods = data.draw(
        st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(-3, 3), st.integers(0, 3)), max_size=5)
    )
    made: list[tuple[int, int, date, date]] = []
    with clock.at(on(DAY - timedelta(days=5))):
        for head, deputy, first, length in periods:
            start, end = DAY + timedelta(days=first), DAY + timedelta(days=first + length)
            try:
                appoint(ids[head], people[deputy].number, start, end)
            except NotAppointed:
                continue
            made.append((head, deputy, start, end))
    db.session.expire_all()
    places = {person.id: db.session.get_one(Unit, person.unit_id).path for person in people}
    for n, person in enumerate(people):
        stands_for = {head for head, deputy, start, end in made if deputy == n and start <= DAY <= end}
        stands_for = {head for head in stands_for if any(one == head for one, _unit in heads)}
        paths = [units[unit].path for one, unit in heads if one == n or one in stands_for]
        hidden = {n, *stands_for}
        expected = {
            people[k].public_id
            for k in range(6)
            if k not in hidden and any(places[ids[k]].startswith(path) for path in paths)
        }
        user = user_of(person)
        with clock.at(NOON):
            page = team(user, TeamFilter(), TARGET)
            assert {member.public_id for member in page.members} == expected
            assert page.figures.people == page.total == len(expected)
            found = team(user, TeamFilter(text=tag), TARGET)
            assert {member.public_id for member in found.members} == expected
            assert {one.public_id for one in page.first} <= expected
            for other in people:
                assert (find_person(user, other.public_id) is not None) == (other.public_id in expected)
            assert list(assignments_in_scope(user)) == []
