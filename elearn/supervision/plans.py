"""Action plans of a team: which wait for an answer, and asking the nearest atasan once, after the day of a plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, func, select, update

from elearn import clock, routines
from elearn.catalogue.queries import titles_of
from elearn.database import db, transaction
from elearn.people import notices
from elearn.people.models import Person, RoleGrant, Unit
from elearn.people.queries import units_above
from elearn.study.after_models import ActionPlan
from elearn.supervision.scope import Supervisor, in_scope

PAGE_SIZE = 20
EVERY = timedelta(hours=1)
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class PlanLine:
    plan: ActionPlan
    person: Person
    unit: str
    module: str
    by: str
    """Who answered; empty until then."""


@dataclass(frozen=True, slots=True)
class PlansPage:
    waiting: bool
    lines: list[PlanLine]
    count_waiting: int
    count_answered: int
    page: int
    pages: int


def plans_page(supervisor: Supervisor, *, waiting: bool, page: int) -> PlansPage:
    """Plans of people in scope: those whose day is over and that nobody answered yet, the oldest first; or the answered ones."""
    counts = {one: _count(supervisor, waiting=one) for one in (True, False)}
    pages = max(1, -(-counts[waiting] // PAGE_SIZE))
    page = min(max(1, page), pages)
    found = _in_scope(supervisor, waiting, ActionPlan, Person, Unit.name.label("unit"))
    order = (ActionPlan.due_on.asc(), ActionPlan.id) if waiting else (ActionPlan.answered_at.desc(), ActionPlan.id)
    rows = db.session.execute(found.order_by(*order).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)).all()
    lines = _lines([(row.ActionPlan, row.Person, row.unit) for row in rows])
    return PlansPage(waiting, lines, counts[True], counts[False], page, pages)


def count_waiting(supervisor: Supervisor) -> int:
    """How many wait for an answer. One statement."""
    return _count(supervisor, waiting=True)


def _count(supervisor: Supervisor, *, waiting: bool) -> int:
    return db.session.scalar(_in_scope(supervisor, waiting, func.count())) or 0


def _in_scope(supervisor: Supervisor, waiting: bool, *columns: Any) -> Select[Any]:
    found: Select[Any] = (
        select(*columns)
        .select_from(ActionPlan)
        .join(Person, Person.id == ActionPlan.person_id)
        .join(Unit, Unit.id == Person.unit_id)
        .where(in_scope(supervisor))
    )
    if waiting:
        return found.where(ActionPlan.answered_at.is_(None), ActionPlan.due_on < clock.today())
    return found.where(ActionPlan.answered_at.is_not(None))


def _lines(rows: Sequence[tuple[ActionPlan, Person, str]]) -> list[PlanLine]:
    titles = titles_of({plan.module_id for plan, _person, _unit in rows})
    by = {plan.answered_by_id for plan, _person, _unit in rows if plan.answered_by_id}
    names = dict(db.session.execute(select(Person.id, Person.name).where(Person.id.in_(by))).all()) if by else {}
    return [
        PlanLine(plan, person, unit, titles[plan.module_id][1], names.get(plan.answered_by_id or 0, ""))
        for plan, person, unit in rows
    ]


def of_person(person: Person) -> list[PlanLine]:
    """Everything a person planned, the newest first. Three statements."""
    plans = db.session.scalars(
        select(ActionPlan).where(ActionPlan.person_id == person.id).order_by(ActionPlan.due_on.desc(), ActionPlan.id)
    ).all()
    return _lines([(plan, person, person.unit.name) for plan in plans])


def may_answer(supervisor: Supervisor, plan_id: int) -> bool:
    """Whether the plan is of somebody in scope."""
    found = (
        select(ActionPlan.id)
        .join(Person, Person.id == ActionPlan.person_id)
        .join(Unit, Unit.id == Person.unit_id)
        .where(in_scope(supervisor), ActionPlan.id == plan_id)
    )
    return db.session.scalar(found) is not None


def on_swept() -> None:
    """Once an hour whichever process comes first asks about the plans whose day is over."""
    if routines.begin("plans", EVERY):
        ask_due()


def ask_due() -> int:
    """Ask the nearest atasan about plans whose day is over, once; how many plans. Who has none above them is asked about by nobody,
    and their plan is tried again when there is one."""
    asked = 0
    after_id = 0
    while True:
        with transaction() as session:
            rows = session.execute(
                select(ActionPlan.id, ActionPlan.person_id, Unit.path)
                .join(Person, Person.id == ActionPlan.person_id)
                .join(Unit, Unit.id == Person.unit_id)
                .where(
                    ActionPlan.id > after_id,
                    ActionPlan.asked_at.is_(None),
                    ActionPlan.answered_at.is_(None),
                    ActionPlan.due_on < clock.today(),
                    Person.active.is_(True),
                )
                .order_by(ActionPlan.id)
                .limit(AT_ONCE)
                .with_for_update(of=ActionPlan)
            ).all()
            if not rows:
                return asked
            after_id = rows[-1].id
            heads = _heads([row.path for row in rows])
            asking: Counter[int] = Counter()
            done = []
            for plan_id, person_id, path in rows:
                nearest = _nearest(path, person_id, heads)
                asking.update(nearest)
                done += [plan_id] if nearest else []
            session.execute(update(ActionPlan).where(ActionPlan.id.in_(done)).values(asked_at=clock.now()))
            for head_id, count in sorted(asking.items()):
                told = {"count": count, "to": "/tim/rencana"}
                notices.tell(session, head_id, "plan-due", clock.today().isoformat(), told, replace=False)
            asked += len(done)


def _heads(paths: Sequence[str]) -> dict[int, set[int]]:
    """Unit -> its active atasan, of all units on these paths."""
    units = {unit for path in paths for unit in units_above(path)}
    rows = db.session.execute(
        select(RoleGrant.unit_id, RoleGrant.person_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.role == "atasan", RoleGrant.unit_id.in_(units), Person.active.is_(True))
    )
    found: dict[int, set[int]] = {}
    for unit_id, person_id in rows:
        if unit_id is not None:
            found.setdefault(unit_id, set()).add(person_id)
    return found


def _nearest(path: str, person_id: int, heads: dict[int, set[int]]) -> set[int]:
    """The atasan of the lowest unit above a person that has one who is not that person."""
    for unit_id in reversed(units_above(path)):
        others = heads.get(unit_id, set()) - {person_id}
        if others:
            return others
    return set()
