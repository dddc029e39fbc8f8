"""Accounts from the command line: one person, or a file of them. The pages' own services do the work."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from elearn.administration import sheets
from elearn.administration.importing import Plan, apply_plan, make_plan
from elearn.administration.tables import Table, Unreadable, read_table
from elearn.core.identity import BadNumber, normalise, parse
from elearn.database import db, transaction
from elearn.people import bulk, passwords, service, units
from elearn.people.models import Person, Role, Unit

__all__ = ["Refused", "create", "import_file", "new_password"]


class Refused(ValueError):
    """Why the account could not be made or changed."""


def create(number: str, name: str, unit_code: str, roles: Sequence[str], position: str) -> str:
    """Create an account; its first password. The unit `kota` is made when the tree is still empty."""
    try:
        digits = parse(normalise(number)).number
    except BadNumber as trouble:
        raise Refused(str(trouble)) from None
    password = passwords.temporary()
    with transaction() as session:
        unit = session.scalars(select(Unit).where(Unit.code == unit_code)).one_or_none()
        if unit is None:
            codes = session.scalars(select(Unit.code).order_by(Unit.path)).all()
            if codes or unit_code != "kota":
                raise Refused(
                    f"There is no unit {unit_code!r}. Known: {', '.join(codes) or 'none yet; begin with kota'}."
                )
            unit = units.create_unit(code="kota", name="Pemerintah Kota", short_name="Kota", kind="kota")
        if session.scalars(select(Person.id).where(Person.number == digits)).one_or_none():
            raise Refused(f"{digits} has an account already: `elearn user password {digits}` gives a new password.")
        service.create_person(
            number=digits,
            name=name,
            unit_id=unit.id,
            position=position,
            grants=[(Role(role), unit.id if role == "atasan" else None) for role in roles],
            password=password,
            must_change=True,
        )
    return password


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file did, or would do. `bad`: rows that cannot be, so that nothing was written."""

    plan: Plan
    applied: bool
    problem: str = ""

    @property
    def bad(self) -> bool:
        return bool(self.problem or self.plan.problems)

    def lines(self) -> list[str]:
        if self.problem:
            return [self.problem]
        plan = self.plan
        told = [f"line {p.line}: {p.column}: {p.reason}" + (f" ({p.value})" if p.value else "") for p in plan.problems]
        done = "Imported" if self.applied else ("Nothing was imported" if plan.problems else "Would import")
        told.append(
            f"{done}: {len(plan.created)} new, {len(plan.changed)} changed, {plan.unchanged} unchanged, "
            f"{len(plan.problems)} bad rows."
        )
        return told

    def as_json(self) -> dict[str, Any]:
        plan = self.plan
        return {
            "applied": self.applied,
            "created": [row.number for row in plan.created],
            "changed": [difference.number for difference in plan.changed],
            "unchanged": plan.unchanged,
            "problems": [
                {"line": p.line, "column": p.column, "reason": p.reason, "value": p.value} for p in plan.problems
            ],
        }


def import_file(path: Path, *, dry_run: bool, passwords_to: Path | None) -> Imported:
    """Import a CSV or XLSX of people, all of it or nothing; first passwords of the new go to the CSV `passwords_to`, if given."""
    try:
        with path.open("rb") as file:
            table = read_table(path.name, file.read())
    except Unreadable as trouble:
        return Imported(Plan(Table(path.name, (), (), ()), None, (), (), (), 0, 0), False, str(trouble))
    plan = make_plan(table)
    if dry_run or plan.problems:
        return Imported(plan, False)
    outcome = apply_plan(plan)
    if passwords_to is not None:
        # Made readable by its owner alone before anything is in it.
        with os.fdopen(os.open(passwords_to, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file_out:
            os.fchmod(file_out.fileno(), 0o600)
            file_out.write(sheets.first_passwords("csv", bulk.first_passwords(outcome.created)))
    return Imported(plan, True)


def new_password(number: str) -> str:
    """A new first password for the account of that number."""
    digits = normalise(number)
    person_id = db.session.scalar(select(Person.id).where(Person.number == digits))
    if person_id is None:
        raise Refused(f"There is no account with the number {digits}.")
    password = passwords.temporary()
    service.set_password(person_id, password, must_change=True)
    return password
