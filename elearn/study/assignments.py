"""Modules given to people and units, as they fall on each person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from elearn import clock
from elearn.database import chunks, insert_new, new_public_id, transaction
from elearn.people import audit
from elearn.people.models import Person, Unit
from elearn.people.queries import in_subtree, units_above
from elearn.study import audiences, summary
from elearn.study.models import Assignee, Assignment, Enrolment


@dataclass(frozen=True, slots=True)
class Target:
    """Whom something is given to: a unit and all below it (`audience` of them), one person, or some people under a name."""

    unit_id: int | None = None
    audience: str = audiences.EVERYONE
    person_id: int | None = None
    people: tuple[int, ...] = ()
    label: str = ""

    def __post_init__(self) -> None:
        given = [self.unit_id is not None, self.person_id is not None, bool(self.people)]
        if sum(given) != 1 or bool(self.people) != bool(self.label):
            raise ValueError("a unit, a person, or people with a name")


def due_instant(due_on: date | None) -> datetime | None:
    """The last second of that day in Jakarta."""
    if due_on is None:
        return None
    return datetime.combine(due_on, time(23, 59, 59), clock.JAKARTA)


def assign(
    *,
    by: int | None,
    module_ids: Sequence[int],
    to: Target,
    due_on: date | None = None,
    note: str = "",
    path_title: str = "",
) -> int:
    """Give modules, together; how many people they fall on. `path_title`: the learning path they make.

    Giving the same again to the same moves the due date and the note of what there is. Who completed a module has done it
    already. Seven statements for each module, however many people there are.
    """
    with transaction() as session:
        if to.unit_id is not None:
            # The same given twice at once is one assignment; people may be placed in the unit meanwhile.
            session.get(Unit, to.unit_id, with_for_update={"key_share": True})
        people = _people(session, to)
        summary.hold_all(session, people)
        batch, everyone = new_public_id(), set[int]()
        for module_id in module_ids:
            assignment = _running(session, module_id, to) or Assignment(
                module_id=module_id,
                unit_id=to.unit_id,
                audience=to.audience,
                person_id=to.person_id,
                label=to.label,
                created_at=clock.now(),
            )
            assignment.batch, assignment.path_title = batch, path_title
            assignment.due_on, assignment.note, assignment.assigned_by_id = due_on, note, by
            session.add(assignment)
            session.flush()
            _move_due(session, assignment.id, due_on)
            everyone |= _fall_on(session, assignment, people)
            after = {"module_id": module_id, "due_on": _written(due_on), "people": len(people)}
            audit.record("assignment.given", person_id=to.person_id, subject=f"assignment {assignment.id}", after=after)
        summary.refresh_due(session, everyone)
        return len(people)


def _written(due_on: date | None) -> str | None:
    return due_on.isoformat() if due_on else None


def _move_due(session: Session, assignment_id: int, due_on: date | None) -> None:
    session.execute(
        update(Assignee).where(Assignee.assignment_id == assignment_id).values(due_at=due_instant(due_on)),
        execution_options={"synchronize_session": False},
    )


def _running(session: Session, module_id: int, to: Target) -> Assignment | None:
    """The assignment of this module to exactly this unit or person that has not ended. People under a name are others each time."""
    if to.people:
        return None
    return session.scalars(
        select(Assignment)
        .where(
            Assignment.module_id == module_id,
            Assignment.unit_id == to.unit_id,
            Assignment.audience == to.audience,
            Assignment.person_id == to.person_id,
            Assignment.ended_at.is_(None),
        )
        .order_by(Assignment.id)
    ).first()


def _people(session: Session, to: Target) -> list[int]:
    if to.unit_id is None:
        return [to.person_id] if to.person_id is not None else sorted(set(to.people))
    path = session.scalars(select(Unit.path).where(Unit.id == to.unit_id)).one()
    return list(
        session.scalars(
            select(Person.id)
            .join(Unit, Unit.id == Person.unit_id)
            .where(in_subtree(Unit.path, [path]), Person.active, audiences.matches(to.audience))
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


def _of_batch(session: Session, batch: str) -> list[Assignment]:
    """What was given together and has not ended, held for a change."""
    return list(
        session.scalars(
            select(Assignment)
            .where(Assignment.batch == batch, Assignment.ended_at.is_(None))
            .order_by(Assignment.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def _refresh(session: Session, given: Sequence[Assignment]) -> None:
    ids = [assignment.id for assignment in given]
    people = session.scalars(select(Assignee.person_id).where(Assignee.assignment_id.in_(ids)).distinct()).all()
    summary.refresh_due(session, people)


def change(batch: str, *, due_on: date | None, note: str) -> None:
    """Move the due date and the note of what was given together; nothing where it has ended, or is so already."""
    with transaction() as session:
        given = [a for a in _of_batch(session, batch) if (a.due_on, a.note) != (due_on, note)]
        for assignment in given:
            before = {"due_on": _written(assignment.due_on), "note": assignment.note}
            assignment.due_on, assignment.note = due_on, note
            _move_due(session, assignment.id, due_on)
            after = {"due_on": _written(due_on), "note": note}
            differing = [name for name in before if before[name] != after[name]]
            audit.record(
                "assignment.changed",
                person_id=assignment.person_id,
                subject=f"assignment {assignment.id}",
                before={name: before[name] for name in differing},
                after={name: after[name] for name in differing},
            )
        _refresh(session, given)


def end(batch: str) -> None:
    """End what was given together; what was studied stays. Doing it again changes nothing."""
    with transaction() as session:
        given = _of_batch(session, batch)
        for assignment in given:
            assignment.ended_at = clock.now()
            audit.record("assignment.ended", person_id=assignment.person_id, subject=f"assignment {assignment.id}")
        _refresh(session, given)


def completed(session: Session, person_id: int, module_id: int, at: datetime) -> None:
    """A module was completed: every assignment of it is done."""
    session.execute(
        update(Assignee)
        .where(Assignee.person_id == person_id, Assignee.module_id == module_id, Assignee.done_at.is_(None))
        .values(done_at=at)
    )


def inherit(places: Mapping[int, str]) -> None:
    """Who comes to a unit, or is something else there, gets what is given to such people of it and of those above; what they had
    stays.

    `places`: the path of each person's unit. Three statements for each running assignment, four where it is not for everyone,
    however many people come.
    """
    above = {path: set(units_above(path)) for path in places.values()}
    with transaction() as session:
        summary.hold_all(session, places)
        units = sorted(set().union(*above.values()))
        running = session.scalars(
            select(Assignment).where(Assignment.unit_id.in_(units), Assignment.ended_at.is_(None))
        ).all()
        for assignment in running:
            people = [p for p, path in places.items() if assignment.unit_id in above[path]]
            _fall_on(session, assignment, _matching(session, assignment.audience, people))
        if running:
            summary.refresh_due(session, places)


def is_among(session: Session, person_id: int, audience: str) -> bool:
    """Whether a person is one of those something is given to, in whatever unit."""
    return bool(_matching(session, audience, [person_id]))


def _matching(session: Session, audience: str, people: Sequence[int]) -> list[int]:
    if audience == audiences.EVERYONE:
        return list(people)
    found: list[int] = []
    for some in chunks(people):
        found += session.scalars(select(Person.id).where(Person.id.in_(some), audiences.matches(audience)))
    return found
