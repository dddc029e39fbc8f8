"""Importing people: every problem told, all or nothing, and again without a change."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from elearn.administration import importing
from elearn.administration.importing import Plan, Stale, apply_plan, make_plan, read_table
from elearn.administration.tables import Table
from elearn.core.identity import make_nip
from elearn.database import db
from elearn.people import bulk, passwords, service
from elearn.people.models import AuditEntry, Person, RoleGrant, Unit
from elearn.people.signals import people_placed
from elearn.study import assignments, summary
from elearn.study.assignments import Target
from elearn.study.models import Assignee, LearnerSummary
from tests.content import published
from tests.helpers import make_number, make_person, make_unit

Statements = Callable[[], Any]


@pytest.fixture
def city(app: Flask) -> dict[str, Unit]:
    kota = make_unit("kota", name="Pemerintah Kota")
    return {
        "kota": kota,
        "kec-antapani": make_unit("kec-antapani", kota, name="Kecamatan Antapani"),
        "kec-coblong": make_unit("kec-coblong", kota, name="Kecamatan Coblong"),
    }


def table(*rows: str, header: str = "nip;nama;jabatan;unit;surel;peran") -> Table:
    return read_table("uji.csv", "\n".join([header, *rows]).encode())


def people() -> int:
    return db.session.scalar(select(func.count()).select_from(Person)) or 0


def roles(number: str) -> set[tuple[str, int | None]]:
    grants = select(RoleGrant.role, RoleGrant.unit_id).join(Person).where(Person.number == number)
    return {(role, unit) for role, unit in db.session.execute(grants)}


def test_a_first_import_creates_and_a_second_finds_no_change(city: dict[str, Unit]) -> None:
    camat, staff = make_number(), make_number("pppk")
    rows = table(
        f"{camat};Asep Suryana;Camat;kec-antapani;asep@contoh.invalid;atasan",
        f"{staff[:8]} {staff[8:14]} {staff[14]} {staff[15:]};Rina Dewi;;KECAMATAN  ANTAPANI;;",
    )
    plan = make_plan(rows)
    assert (len(plan.created), plan.changed, plan.problems) == (2, (), ())
    outcome = apply_plan(plan)
    assert len(outcome.created) == 2
    person = db.session.scalars(select(Person).where(Person.number == staff)).one()
    assert (person.name, person.employment, person.unit_id) == ("Rina Dewi", "pppk", city["kec-antapani"].id)
    assert person.must_change_password and not person.password_hash
    assert roles(camat) == {("atasan", city["kec-antapani"].id)} and roles(staff) == set()
    created = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "person.created")).all()
    assert [e.after["roles"] for e in created if e.after] == [[f"atasan:{city['kec-antapani'].id}"], []]
    imported = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "people.imported")).one()
    assert imported.after == {"created": 2, "changed": 0}
    assert make_plan(rows).is_empty


def test_only_what_differs_is_changed_field_by_field(city: dict[str, Unit]) -> None:
    person = make_person(city["kec-coblong"], "pengajar", name="Rina Dewi", email="rina@contoh.invalid")
    rows = table(f"{person.number};Rina Dewi;Lurah;kec-antapani;rina@contoh.invalid;pengajar;atasan:kec-coblong")
    plan = make_plan(rows)
    assert not plan.problems, "a role list of the last column may itself hold the delimiter only when quoted"
    rows = table(f'{person.number};Rina Dewi;Lurah;kec-antapani;rina@contoh.invalid;"pengajar;atasan:kec-coblong"')
    (difference,) = make_plan(rows).changed
    assert difference.change.before == {"position": "Pengelola Layanan", "unit_id": city["kec-coblong"].id}
    assert difference.change.after == {"position": "Lurah", "unit_id": city["kec-antapani"].id}
    placed: list[dict[int, str]] = []

    def note(_sender: object, people: dict[int, str]) -> None:
        placed.append(people)

    with people_placed.connected_to(note):
        apply_plan(make_plan(rows))
    assert placed == [{person.id: city["kec-antapani"].path}]
    assert roles(person.number) == {("pengajar", None), ("atasan", city["kec-coblong"].id)}
    db.session.refresh(person)
    assert (person.position, person.email) == ("Lurah", "rina@contoh.invalid")
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "person.changed")).one()
    assert entry.after == {
        "position": "Lurah",
        "unit_id": city["kec-antapani"].id,
        "roles": [f"atasan:{city['kec-coblong'].id}", "pengajar"],
    }
    assert make_plan(rows).is_empty


def test_a_missing_column_changes_nothing_and_an_empty_cell_empties(city: dict[str, Unit]) -> None:
    person = make_person(city["kota"], "pengajar", email="rina@contoh.invalid")
    short = table(f"{person.number};{person.name};kota", header="nip;nama;unit")
    assert make_plan(short).is_empty
    (difference,) = make_plan(table(f"{person.number};{person.name};;kota;;")).changed
    assert difference.change.after == {"position": "", "email": ""}
    assert difference.change.grants is not None and list(difference.change.grants[1]) == []


def test_every_bad_row_is_told_with_its_line_and_reason(city: dict[str, Unit]) -> None:
    make_unit("kel-a", city["kota"], name="Kelurahan Sama")
    make_unit("kel-b", city["kota"], name="Kelurahan Sama")
    good, other = make_number(), make_number()
    plan = make_plan(
        table(
            f"{good};Asep;;kota;;",
            f"{good};Asep Lagi;;kota;;",
            "1980;Pendek;;kota;;",
            "198013012010031001;Bulan Salah;;kota;;",
            "1,98001E+17;Ilmiah;;kota;;",
            "198001012010031000;Hilang;;kota;;",
            ";Tanpa NIP;;kota;;",
            f"{other};;;Kecamatan Antapan;bukan surel;raja",
            f"{make_number()};Dua;;Kelurahan Sama;;atasan:entah",
            f"{make_number()};Panjang {'x' * 300};;;;",
        )
    )
    told = [(p.line, p.column, p.reason) for p in plan.problems]

    def reason(line: int, column: str) -> str:
        (found,) = [r for at, name, r in told if (at, name) == (line, column)]
        return found

    assert "baris 2" in reason(3, "nip")
    assert "18 angka" in reason(4, "nip")
    assert "tanggal lahir" in reason(5, "nip")
    assert "notasi ilmiah" in reason(6, "nip")
    assert "angka terakhirnya hilang" in reason(7, "nip")
    assert "kosong" in reason(8, "nip")
    assert "kosong" in reason(9, "nama")
    assert "Mungkin maksudnya: Kecamatan Antapani" in reason(9, "unit")
    assert "surel" in reason(9, "surel")
    assert "tidak dikenal" in reason(9, "peran")
    assert "2 unit" in reason(10, "unit")
    assert "tidak ada" in reason(10, "peran")
    assert "200 huruf" in reason(11, "nama")
    assert "kosong" in reason(11, "unit")
    assert len(told) == 14
    before = people()
    with pytest.raises(importing.Refused):
        apply_plan(plan)
    assert people() == before, "the good row alone is not imported either"


def test_a_number_that_a_spreadsheet_has_rounded_is_refused(city: dict[str, Unit]) -> None:
    rows = Table("x", ("nip", "nama", "unit"), (), ((2, (1.98001012010031e17, "Asep", "kota")),))
    (problem,) = make_plan(rows).problems
    assert "Teks" in problem.reason


def test_a_plan_that_is_no_longer_true_is_not_carried_out(city: dict[str, Unit]) -> None:
    person = make_person(city["kota"])
    plan = make_plan(table(f"{person.number};{person.name};Lurah;kota;;"))
    service.change_person(person.id, position="Camat")
    with pytest.raises(Stale) as caught:
        apply_plan(plan)
    db.session.refresh(person)
    assert person.position == "Camat"
    (difference,) = caught.value.plan.changed
    assert difference.change.before == {"position": "Camat"}
    apply_plan(caught.value.plan)
    db.session.refresh(person)
    assert person.position == "Lurah"


def test_a_failure_in_the_middle_leaves_nothing(city: dict[str, Unit]) -> None:
    person = make_person(city["kota"])
    plan = make_plan(table(f"{make_number()};Baru;;kec-antapani;;", f"{person.number};Nama Lain;;kec-coblong;;"))

    def fail(_sender: object, people: dict[int, str]) -> None:
        if person.id in people:
            raise RuntimeError("the disk is full")

    with people_placed.connected_to(fail), pytest.raises(RuntimeError):
        apply_plan(plan)
    db.session.refresh(person)
    assert people() == 1 and person.name == "Rina Kurniasih"
    assert not db.session.scalar(select(func.count()).where(AuditEntry.action == "person.changed"))


def test_an_administrator_cannot_import_away_their_own_role(city: dict[str, Unit]) -> None:
    admin = make_person(city["kota"], "admin")
    rows = table(f"{admin.number};{admin.name};;kota;;")
    assert [p.column for p in make_plan(rows, by=admin.id).problems] == ["peran"]
    assert not make_plan(rows).problems, "the command line may"


def test_a_closed_account_is_changed_but_stays_closed(city: dict[str, Unit]) -> None:
    person = make_person(city["kota"])
    service.deactivate(person.id, "pensiun")
    plan = make_plan(table(f"{person.number};Nama Baru;;kota;;"))
    assert plan.closed == 1
    apply_plan(plan)
    db.session.refresh(person)
    assert person.name == "Nama Baru" and not person.active


def test_first_passwords_are_for_those_who_have_chosen_none(app: Flask, city: dict[str, Unit]) -> None:
    outcome = apply_plan(make_plan(table(f"{make_number()};Asep;;kota;;", f"{make_number()};Rina;;kota;;")))
    first = bulk.first_passwords(outcome.created)
    assert [p.name for p in first] == ["Asep", "Rina"]
    stored = dict(db.session.execute(select(Person.number, Person.password_hash)).all())
    assert all(passwords.verify(stored[p.number], p.password) for p in first)
    asep = db.session.scalars(select(Person).where(Person.number == first[0].number)).one()
    service.change_own_password(asep.id, first[0].password, "hujan di jalan braga")
    again = bulk.first_passwords(outcome.created)
    assert [p.name for p in again] == ["Rina"]
    db.session.expire_all()
    assert passwords.verify(asep.password_hash, "hujan di jalan braga")
    noted = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "password.issued")).all()
    assert len(noted) == 3 and all(e.before is None and e.after is None for e in noted)


def _many(count: int, unit: str = "kota", position: str = "Analis", first: int = 0) -> Table:
    """That many people, from the `first` of an endless row of them."""
    numbers = [
        make_nip(date(1970 + i // 9000, 1 + i // 900 % 10, 1 + i // 9000), 2005, 1 + i % 9, "P", 1 + i // 9 % 999)
        for i in range(first, first + count)
    ]
    assert len(set(numbers)) == count
    rows = tuple((i + 2, (n, f"Orang {i}", position, unit, "", "")) for i, n in enumerate(numbers))
    return Table("x", ("nip", "nama", "jabatan", "unit", "surel", "peran"), (), rows)


def test_statements_do_not_grow_with_the_rows(city: dict[str, Unit], statements: Statements, tmp_path: Path) -> None:
    """Neither for people who are new, nor for those who change and move, with assignments that fall on all of them."""
    version = published(tmp_path)
    assignments.assign(
        by=None, module_ids=[version.module_id], to=Target(unit_id=city["kota"].id), due_on=date(2027, 1, 31)
    )

    def count(table: Table) -> int:
        with statements() as seen:
            apply_plan(make_plan(table))
        return len(seen)

    new = count(_many(20)), count(_many(800, first=100))
    changed = count(_many(20, "kec-coblong", "Penata")), count(_many(800, "kec-coblong", "Penata", first=100))
    assert new[0] == new[1] <= 18
    assert changed[0] == changed[1] <= 20


def test_who_is_imported_has_what_is_assigned_to_their_units(city: dict[str, Unit], tmp_path: Path) -> None:
    version = published(tmp_path)
    assignments.assign(
        by=None, module_ids=[version.module_id], to=Target(unit_id=city["kota"].id), due_on=date(2027, 1, 31)
    )
    assignments.assign(by=None, module_ids=[version.module_id], to=Target(unit_id=city["kec-coblong"].id))
    outcome = apply_plan(make_plan(_many(10, "kec-antapani")))
    fallen = select(func.count(), func.count(func.distinct(Assignee.person_id)))
    assert db.session.execute(fallen).one() == (10, 10)
    for person_id in outcome.created:
        assert summary.verify(person_id) == []
        stored = db.session.get_one(LearnerSummary, person_id)
        assert stored.due_at == assignments.due_instant(date(2027, 1, 31))
    apply_plan(make_plan(_many(10, "kec-coblong")))
    assert db.session.execute(fallen).one() == (20, 10), "who moves has what is given there as well"


@pytest.mark.slow
def test_twenty_thousand_rows_are_seconds(city: dict[str, Unit]) -> None:
    rows = _many(20_000)
    began = time.monotonic()
    outcome = apply_plan(make_plan(rows))
    assert len(outcome.created) == 20_000
    moved: Plan = make_plan(_many(20_000, "kec-coblong", "Penata"))
    assert len(moved.changed) == 20_000
    apply_plan(moved)
    assert len(bulk.first_passwords(outcome.created)) == 20_000
    assert time.monotonic() - began < 90, "generous: it is a fifth of that on two cores"
