"""Modules given to people and units, as they fall on each person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from elearn import clock
from elearn.database import chunks, insert_new, locked, transaction
from elearn.people import audit
from elearn.people.models import Person, Unit
from elearn.people.queries import in_subtree, units_above
from elearn.study import summary
from elearn.study.models import Assignee, Assignment, Enrolment


def due_instant(due_on: date | None) -> datetime | None:
    """The last second of that day in Jakarta."""
    if due_on is None:
        return None
    return datetime.combine(due_on, time(23, 59, 59), clock.JAKARTA)


def assign(
    *,
    by: int | None,
    module_id: int,
    unit_id: int | None = None,
    person_id: int | None = None,
    due_on: date | None = None,
    note: str = "",
) -> int:
    """Give a module to a unit and all below it, or to one person; how many people it falls on.

    Giving the same again moves the due date and the note of what there is. Who completed the module has done it already.
    """
    if (unit_id is None) == (person_id is None):
        raise ValueError("either a unit or a person")
    with transaction() as session:
        if unit_id is not None:
            # The same given twice at once is one assignment; people may be placed in the unit meanwhile.
            session.get(Unit, unit_id, with_for_update={"key_share": True})
        people = [person_id] if person_id is not None else _people_below(session, unit_id)
        summary.hold_all(session, people)
        assignment = _running(session, module_id, unit_id, person_id) or Assignment(
            module_id=module_id, unit_id=unit_id, person_id=person_id, created_at=clock.now()
        )
        assignment.due_on, assignment.note, assignment.assigned_by_id = due_on, note, by
        session.add(assignment)
        session.flush()
        session.execute(
            update(Assignee).where(Assignee.assignment_id == assignment.id).values(due_at=due_instant(due_on))
        )
        everyone = _fall_on(session, assignment, people)
        after = {
            "module_id": module_id,
            "due_on": due_on.isoformat() if due_on else None,
            "people": len(people),
        }
        audit.record("assignment.given", person_id=person_id, subject=f"assignment {assignment.id}", after=after)
        summary.refresh_due(session, everyone)
        return len(people)


def _running(session: Session, module_id: int, unit_id: int | None, person_id: int | None) -> Assignment | None:
    """The assignment of this module to exactly this unit or person that has not ended."""
    return session.scalars(
        select(Assignment)
        .where(
            Assignment.module_id == module_id,
            Assignment.unit_id == unit_id,
            Assignment.person_id == person_id,
            Assignment.ended_at.is_(None),
        )
        .order_by(Assignment.id)
    ).first()


def _people_below(session: Session, unit_id: int | None) -> list[int]:
    path = session.scalars(select(Unit.path).where(Unit.id == unit_id)).one()
    return list(
        session.scalars(
            select(Person.id).join(Unit, Unit.id == Person.unit_id).where(in_subtree(Unit.path, [path]), Person.active)
        )
    )


def _fall_on(session: Session, assignment: Assignment, people: Iterable[int]) -> set[int]:
    """Let an assignment fall on these people as well; everyone it falls on now. The caller holds the people, so that
    nobody completes the module in between."""
    have = set(session.scalars(select(Assignee.person_id).where(Assignee.assignment_id == assignment.id)))
    new = sorted(set(people) - have)
    done: dict[int, datetime] = {}
    for some in chunks(new):
        rows = session.execute(
            select(Enrolment.person_id, Enrolment.completed_at).where(
                Enrolment.module_id == assignment.module_id,
                Enrolment.completed_at.is_not(None),
                Enrolment.person_id.in_(some),
            )
        )
        done |= {person_id: completed_at for person_id, completed_at in rows if completed_at}
    due_at = due_instant(assignment.due_on)
    rows_of_people = [
        {
            "assignment_id": assignment.id,
            "person_id": person_id,
            "module_id": assignment.module_id,
            "due_at": due_at,
            "done_at": done.get(person_id),
        }
        for person_id in new
    ]
    if rows_of_people:
        insert_new(session, Assignee, rows_of_people, ["assignment_id", "person_id"])
    return have | set(new)


def end(assignment_id: int) -> None:
    """End an assignment; what was studied stays. Doing it again changes nothing."""
    with transaction() as session:
        assignment = locked(session, Assignment, assignment_id)
        if assignment is None or assignment.ended_at is not None:
            return
        assignment.ended_at = clock.now()
        session.flush()
        people = session.scalars(select(Assignee.person_id).where(Assignee.assignment_id == assignment_id)).all()
        audit.record("assignment.ended", person_id=assignment.person_id, subject=f"assignment {assignment_id}")
        summary.refresh_due(session, people)


def completed(session: Session, person_id: int, module_id: int, at: datetime) -> None:
    """A module was completed: every assignment of it is done."""
    session.execute(
        update(Assignee)
        .where(Assignee.person_id == person_id, Assignee.module_id == module_id, Assignee.done_at.is_(None))
        .values(done_at=at)
    )


def inherit(places: Mapping[int, str]) -> None:
    """Who comes to a unit gets what is given to it and to those above; what they had stays.

    `places`: the path of each person's new unit. Three statements for each running assignment, however many people come.
    """
    above = {path: set(units_above(path)) for path in places.values()}
    with transaction() as session:
        summary.hold_all(session, places)
        units = sorted(set().union(*above.values()))
        running = session.scalars(
            select(Assignment).where(Assignment.unit_id.in_(units), Assignment.ended_at.is_(None))
        ).all()
        for assignment in running:
            _fall_on(session, assignment, [p for p, path in places.items() if assignment.unit_id in above[path]])
        if running:
            summary.refresh_due(session, places)
