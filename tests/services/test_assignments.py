"""Giving modules to a part of a unit, to a learning path's worth, to people under a name; changing it; letting somebody off."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import select

from elearn import clock
from elearn.database import db
from elearn.people import service as people
from elearn.people.models import AuditEntry, Notice, Person, Role
from elearn.study import assignments, audiences, audit, excuses, queries
from elearn.study.assignments import Target
from elearn.study.models import Assignment, LearnerSummary
from elearn.supervision import filters
from elearn.supervision.models import SavedFilter
from elearn.supervision.person_rows import duty_of
from elearn.supervision.queries import found_ids
from elearn.supervision.service import assignments_in_scope, find_given, may_change
from elearn.supervision.team_filter import TeamFilter
from tests.content import files, published
from tests.helpers import make_person, make_unit
from tests.services.test_team import TARGET, head_of

DUE = date(2099, 3, 1)


@pytest.fixture
def office(app: Flask, tmp_path: Path) -> SimpleNamespace:
    city = make_unit("kota")
    here, there = make_unit("sini", city), make_unit("sana", city)
    below = make_unit("bawah", here)
    return SimpleNamespace(
        city=city,
        here=here,
        there=there,
        below=below,
        version=published(tmp_path),
        other=published(tmp_path, "modul-lain", files(lessons=("tiga",))),
        head=make_person(here, "atasan", name="Kepala", position="Kepala Bidang"),
        pns=make_person(here, name="Asep", position="Petugas Loket"),
        pppk=make_person(below, name="Euis", kind="pppk", position="petugas loket"),
        clerk=make_person(below, name="Iis", position="Pengelola Arsip"),
        outsider=make_person(there, name="Dadang", position="Petugas Loket"),
    )


def give(office: SimpleNamespace, to: Target, **more: object) -> str:
    """Give the first module; the batch."""
    settings = {"module_ids": [office.version.module_id], "due_on": DUE} | more
    assignments.assign(by=office.head.id, to=to, **settings)  # type: ignore[arg-type]
    return db.session.scalars(select(Assignment.batch).order_by(Assignment.id.desc()).limit(1)).one()


def with_duty(office: SimpleNamespace, slug: str = "modul-coba") -> set[str]:
    everyone = (office.head, office.pns, office.pppk, office.clerk, office.outsider)
    return {p.name for p in everyone if slug in {d.slug for d in queries.duties_of(p.id, [])}}


@pytest.mark.parametrize(
    ("audience", "names"),
    [
        (audiences.EVERYONE, {"Kepala", "Asep", "Euis", "Iis"}),
        (audiences.PNS, {"Kepala", "Asep", "Iis"}),
        (audiences.PPPK, {"Euis"}),
        (audiences.HEADS, {"Kepala"}),
        (audiences.of_position(" Petugas  Loket "), {"Asep", "Euis"}),
    ],
)
def test_a_part_of_a_unit_gets_it_and_nobody_else(office: SimpleNamespace, audience: str, names: set[str]) -> None:
    give(office, Target(unit_id=office.here.id, audience=audience))
    assert with_duty(office) == names
    assert [audit.verify(p.id) for p in (office.head, office.pns, office.pppk, office.clerk)] == [[]] * 4


def test_what_is_no_audience_is_refused() -> None:
    for wrong in ("semua", "jabatan:"):
        with pytest.raises(ValueError, match="no audience"):
            audiences.matches(wrong)


def test_who_becomes_one_of_them_gets_it(office: SimpleNamespace) -> None:
    """By coming to the unit, by another position, by a role: all as they happen. Who stops being one keeps what they had."""
    give(office, Target(unit_id=office.here.id, audience=audiences.of_position("Petugas Loket")))
    people.change_person(office.clerk.id, position="Petugas Loket")
    people.change_person(office.outsider.id, unit_id=office.below.id)
    people.change_person(office.pns.id, position="Pengelola Arsip")
    assert with_duty(office) == {"Asep", "Euis", "Iis", "Dadang"}
    give(office, Target(unit_id=office.here.id, audience=audiences.HEADS), module_ids=[office.other.module_id])
    people.change_person(office.pppk.id, grants=[(Role.ATASAN, office.below.id)])
    assert with_duty(office, "modul-lain") == {"Kepala", "Euis"}
    assert audit.verify(office.pppk.id) == audit.verify(office.pns.id) == []


def test_the_proof_misses_somebody_it_was_meant_for(office: SimpleNamespace) -> None:
    give(office, Target(unit_id=office.here.id, audience=audiences.PPPK))
    assert audit.verify(office.pns.id) == []
    with db.session.begin_nested():
        db.session.get(Person, office.pns.id).employment = "pppk"  # type: ignore[union-attr]
        db.session.flush()
        assert [line for line in audit.verify(office.pns.id) if "does not fall on" in line]
    db.session.rollback()


def test_a_path_is_given_changed_and_ended_as_one(office: SimpleNamespace) -> None:
    both = [office.version.module_id, office.other.module_id]
    batch = give(office, Target(unit_id=office.here.id), module_ids=both, path_title="ASN baru", note="Bekal")
    (given,) = assignments_in_scope(head_of(office.city))
    assert (given.title, given.titles, given.total) == ("ASN baru", ["Modul coba", "Modul coba"], 8)
    later = DUE + timedelta(days=30)
    assignments.change(batch, due_on=later, note="Diundur karena libur.")
    duties = queries.duties_of(office.pns.id, [])
    assert {d.slug for d in duties} == {"modul-coba", "modul-lain"}
    assert {(d.due_at, d.note) for d in duties} == {(assignments.due_instant(later), "Diundur karena libur.")}
    stored = db.session.get(LearnerSummary, office.pns.id)
    assert stored is not None and stored.due_at == assignments.due_instant(later) and audit.verify(office.pns.id) == []
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "assignment.changed")).all()
    assert [e.before for e in entries] == [{"due_on": DUE.isoformat(), "note": "Bekal"}] * 2
    assignments.change(batch, due_on=later, note="Diundur karena libur.")
    assert len(db.session.scalars(select(AuditEntry).where(AuditEntry.action == "assignment.changed")).all()) == 2
    assignments.end(batch)
    db.session.expire_all()
    assert with_duty(office) == with_duty(office, "modul-lain") == set() and audit.verify(office.pns.id) == []


def test_people_under_a_name_are_those_of_that_moment(office: SimpleNamespace) -> None:
    chosen = (office.pns.id, office.clerk.id)
    batch = give(office, Target(people=chosen, label="2 orang yang dipilih"))
    make_person(office.here, name="Baru")
    assert with_duty(office) == {"Asep", "Iis"}
    head = SimpleNamespace(id=office.head.id, team_paths=(office.here.path,), unseen=(office.head.id,))
    (given,) = assignments_in_scope(head)
    assert (given.label, given.total, given.done) == ("2 orang yang dipilih", 2, 0)
    other = head_of(office.there)
    assert assignments_in_scope(other) == [] and find_given(other, batch) is None and not may_change(other, batch)
    above = head_of(office.city)
    assert may_change(above, batch), "all of them are below the head of the city"
    narrow = head_of(office.below)
    assert not may_change(narrow, batch) and assignments_in_scope(narrow) == [], "one of them is not below this head"


def test_counts_are_of_ones_own_people(office: SimpleNamespace) -> None:
    give(office, Target(unit_id=office.below.id))
    people.change_person(office.clerk.id, unit_id=office.there.id)
    (given,) = assignments_in_scope(head_of(office.below))
    assert given.total == 1, "who has left is not counted where they are not seen"
    assert assignments_in_scope(head_of(office.city))[0].total == 2
    assert with_duty(office) == {"Euis", "Iis"}, "what they had stays"


def test_who_is_excused_has_no_duty_and_reads_why(office: SimpleNamespace) -> None:
    give(office, Target(unit_id=office.here.id))
    give(office, Target(person_id=office.pns.id))
    assert excuses.excuse(office.head.id, office.pns.id, office.version.module_id, "  Cuti   melahirkan. ")
    assert with_duty(office) == {"Kepala", "Euis", "Iis"}, "both of one module at once"
    stored = db.session.get(LearnerSummary, office.pns.id)
    assert stored is not None and stored.due_at is None and audit.verify(office.pns.id) == []
    duty = duty_of(office.pns.id, "modul-coba")
    assert duty is not None and duty.excuse == "Cuti melahirkan." and not duty.overdue
    notice = db.session.scalars(select(Notice).where(Notice.person_id == office.pns.id)).one()
    assert (notice.kind, notice.data["by"], notice.data["reason"]) == ("excused", "Kepala", "Cuti melahirkan.")
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "assignment.excused")).one()
    assert (entry.person_id, entry.note) == (office.pns.id, "Cuti melahirkan.")
    assert not excuses.excuse(office.head.id, office.pns.id, office.version.module_id, "Sekali lagi."), "nothing is due"
    give(office, Target(unit_id=office.here.id))
    assert "Asep" not in with_duty(office), "giving it to all again does not take the excuse back"
    assert sum(g.excused for g in assignments_in_scope(head_of(office.city))) == 2
    assert excuses.restore(office.head.id, office.pns.id, office.version.module_id)
    assert "Asep" in with_duty(office) and audit.verify(office.pns.id) == []
    assert not excuses.restore(office.head.id, office.pns.id, office.version.module_id)


@pytest.mark.parametrize("reason", ["", "  x  ", "y" * 501])
def test_an_excuse_needs_a_reason(office: SimpleNamespace, reason: str) -> None:
    give(office, Target(unit_id=office.here.id))
    with pytest.raises(excuses.NoReason):
        excuses.excuse(office.head.id, office.pns.id, office.version.module_id, reason)
    assert "Asep" in with_duty(office)


def test_filters_are_kept_by_name_and_only_for_whom_kept_them(office: SimpleNamespace) -> None:
    me, you = office.head.id, office.pns.id
    filters.save(me, "  Loket  bawah ", TeamFilter(text="loket", unit="bawah", sort="jp", descending=True, page=3))
    (saved,) = filters.saved_filters(me)
    assert saved.name == "Loket bawah"
    assert filters.as_filter(saved) == TeamFilter(text="loket", unit="bawah", sort="jp", descending=True)
    assert found_ids(head_of(office.here, person=office.head), filters.as_filter(saved), TARGET) == [office.pppk.id]
    filters.save(me, "Loket bawah", TeamFilter(status="perlu"))
    db.session.expire_all()
    assert [filters.as_filter(s).status for s in filters.saved_filters(me)] == ["perlu"], "the same name, anew"
    assert filters.saved_filters(you) == []
    filters.forget(you, saved.id)
    assert len(filters.saved_filters(me)) == 1
    filters.forget(me, saved.id)
    assert db.session.scalars(select(SavedFilter)).all() == []


def test_what_cannot_be_a_filter_is_said(office: SimpleNamespace) -> None:
    for name, wanted, code in (
        (" ", TeamFilter(text="a"), "name"),
        ("x" * 61, TeamFilter(text="a"), "name"),
        ("Semua", TeamFilter(page=2), "nothing"),
    ):
        with pytest.raises(filters.NotSaved) as refused:
            filters.save(office.head.id, name, wanted)
        assert refused.value.code == code
    for n in range(filters.AT_MOST):
        filters.save(office.head.id, f"Saringan {n}", TeamFilter(text=f"a{n}"))
    with pytest.raises(filters.NotSaved):
        filters.save(office.head.id, "Satu lagi", TeamFilter(text="b"))
    filters.save(office.head.id, "Saringan 3", TeamFilter(text="baru"))


def test_found_ids_are_those_of_the_page_whatever_the_day(office: SimpleNamespace) -> None:
    head = head_of(office.here, person=office.head)
    give(office, Target(person_id=office.clerk.id), due_on=clock.today())
    with clock.at(clock.now() + timedelta(days=3)):
        assert found_ids(head, TeamFilter(status="terlambat"), TARGET) == [office.clerk.id]
    assert set(found_ids(head, TeamFilter(), TARGET)) == {office.pns.id, office.pppk.id, office.clerk.id}
