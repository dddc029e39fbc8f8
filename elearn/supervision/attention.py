"""Who may need help, and why: conditions for the database, and the same in Python for the rows that are shown.

The order of the reasons is that of their weight: what is overdue cannot wait, who fails twice will not get on alone, who has not
been there for three weeks may have given up, and who is short of JP has until December.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, case, func, literal, or_, select
from sqlalchemy.engine import Row

from elearn import clock
from elearn.catalogue import store
from elearn.catalogue.models import CatalogueModule, ModuleVersion
from elearn.database import Exact, Instant, db
from elearn.people.models import Person
from elearn.study.models import Assignee, Assignment, Enrolment, LearnerSummary, LearnerYear
from elearn.study.summary import FAILING
from elearn.supervision.models import Reminder

NEEDS = ("overdue", "failing", "idle", "short")
"""Why somebody may need help, the most urgent first."""
INACTIVE_AFTER = timedelta(days=21)
TOO_EARLY = 60
"""Days of a year that say nothing yet of its pace."""


@dataclass(frozen=True, slots=True)
class Day:
    """What a day asks of people. `idle`: who was not there since has been away for long; `short`: with fewer JP than this, a
    PNS who goes on as until now is short of the target on 31 December."""

    now: datetime
    idle: datetime
    short: Decimal
    elapsed: int
    whole: int
    """Days of the year that are over (today counts), of all."""
    target: Decimal
    """JP asked of a PNS in a year."""

    @classmethod
    def of(cls, now: datetime, target: Decimal) -> Day:
        today = now.astimezone(clock.JAKARTA).date()
        elapsed = today.timetuple().tm_yday
        whole = date(today.year, 12, 31).timetuple().tm_yday
        short = target * elapsed / whole if elapsed >= TOO_EARLY else Decimal(0)
        return cls(now, now - INACTIVE_AFTER, round(short, 6), elapsed, whole, target)

    @property
    def last_week(self) -> tuple[datetime, datetime]:
        """The week before this one in Jakarta, from Monday until before the next: [begin, end)."""
        today = self.now.astimezone(clock.JAKARTA).date()
        monday = datetime.combine(today - timedelta(days=today.weekday()), time(), clock.JAKARTA)
        return monday - timedelta(days=7), monday

    def projected(self, jp: Decimal) -> Decimal:
        """JP on 31 December at the pace of the year until now."""
        return jp * self.whole / self.elapsed


class Bound:
    """A day that is told when the statement is run: it is made once."""

    now: Any = bindparam("now", type_=Instant)
    idle: Any = bindparam("idle", type_=Instant)
    short: Any = bindparam("short", type_=Exact)


def needs(day: Day | Bound) -> dict[str, ColumnElement[bool]]:
    """The condition of each of NEEDS, on Person with its summary and the year of that day, which may be missing."""
    unfinished = or_(LearnerSummary.started > LearnerSummary.completed, LearnerSummary.due_at.is_not(None))
    short = literal(day.short, Exact) if isinstance(day, Day) else day.short
    return {
        "overdue": LearnerSummary.due_at < day.now,
        "failing": LearnerSummary.failing > 0,
        "idle": or_(LearnerSummary.active_at.is_(None), and_(LearnerSummary.active_at < day.idle, unfinished)),
        "short": and_(Person.employment == "pns", func.coalesce(LearnerYear.jp, literal(Decimal(0), Exact)) < short),
    }


@dataclass(frozen=True, slots=True)
class Standing:
    """One person as a row of the team's page has them."""

    id: int
    public_id: str
    name: str
    position: str
    unit: str
    employment: str
    jp: Decimal
    active_at: datetime | None
    due_at: datetime | None
    failing: int
    started: int
    completed: int

    @classmethod
    def of(cls, person: Person, summary: LearnerSummary | None, jp: Decimal) -> Standing:
        return cls(
            id=person.id,
            public_id=person.public_id,
            name=person.name,
            position=person.position,
            unit=person.unit.name,
            employment=person.employment,
            jp=jp,
            active_at=summary.active_at if summary else None,
            due_at=summary.due_at if summary else None,
            failing=summary.failing if summary else 0,
            started=summary.started if summary else 0,
            completed=summary.completed if summary else 0,
        )


def needs_of(row: Any, day: Day) -> tuple[str, ...]:
    """The same of a row with due_at, failing, active_at, started, completed, employment and jp."""
    unfinished = (row.started or 0) > (row.completed or 0) or row.due_at is not None
    holds = {
        "overdue": row.due_at is not None and row.due_at < day.now,
        "failing": bool(row.failing),
        "idle": row.active_at is None or (row.active_at < day.idle and unfinished),
        "short": row.employment == "pns" and (row.jp or Decimal(0)) < day.short,
    }
    return tuple(need for need in NEEDS if holds[need])


def urgency(day: Day) -> ColumnElement[int]:
    """Smaller for who needs help more: any reason weighs more than all those after it together."""
    weights = {need: 2 ** (len(NEEDS) - place) for place, need in enumerate(NEEDS)}
    total: ColumnElement[int] = literal(0, Integer)
    for need, condition in needs(day).items():
        total = total - case((condition, weights[need]), else_=0)
    return total


@dataclass(frozen=True, slots=True)
class Needy:
    """A person who may need help, with what there is to say: (`overdue`, [(module, due)]), (`failing`, modules),
    (`idle`, last activity or None), (`short`, (JP, JP on 31 December at this pace))."""

    public_id: str
    name: str
    position: str
    unit: str
    reasons: list[tuple[str, Any]]
    reminded_at: datetime | None


def needy(rows: Sequence[Row[Any] | Standing], day: Day) -> list[Needy]:
    """Those people with their reasons. A statement, and one more where somebody is overdue, and where somebody fails."""
    found = {row.id: needs_of(row, day) for row in rows}
    late = _late([i for i, kinds in found.items() if "overdue" in kinds], day)
    failing = _failing([i for i, kinds in found.items() if "failing" in kinds])
    reminded = _reminded(list(found))

    def reason(need: str, row: Any) -> Any:
        jp = row.jp or Decimal(0)
        return {
            "overdue": late.get(row.id, []),
            "failing": failing.get(row.id, []),
            "idle": row.active_at,
            "short": (jp, day.projected(jp)),
        }[need]

    return [
        Needy(
            public_id=row.public_id,
            name=row.name,
            position=row.position,
            unit=row.unit,
            reasons=[(need, reason(need, row)) for need in found[row.id]],
            reminded_at=reminded.get(row.id),
        )
        for row in rows
    ]


def assigned(*columns: Any) -> Select[Any]:
    """What people were given and that has not ended, done or not, of Assignee, CatalogueModule and the ModuleVersion that would
    be studied. A module that was taken down stays the duty of who began it, on their version, and of nobody else."""
    begun = and_(Enrolment.module_id == Assignee.module_id, Enrolment.person_id == Assignee.person_id)
    studied = func.coalesce(CatalogueModule.current_version_id, Enrolment.version_id)
    return (
        select(*columns)
        .select_from(Assignee)
        .join(Assignment, Assignment.id == Assignee.assignment_id)
        .join(CatalogueModule, CatalogueModule.id == Assignee.module_id)
        .outerjoin(Enrolment, begun)
        .join(ModuleVersion, ModuleVersion.id == studied)
        .where(Assignment.ended_at.is_(None))
    )


def duties(*columns: Any) -> Select[Any]:
    """The same, of what is still to be done."""
    return assigned(*columns).where(Assignee.done_at.is_(None), Assignee.excused_at.is_(None))


def _late(ids: Sequence[int], day: Day) -> dict[int, list[tuple[str, datetime | None]]]:
    """What each has not done in time: the module and when it was due, the earliest first."""
    if not ids:
        return {}
    rows = db.session.execute(
        duties(Assignee.person_id, ModuleVersion.title, func.min(Assignee.due_at))
        .where(Assignee.person_id.in_(ids), Assignee.due_at < day.now)
        .group_by(Assignee.person_id, ModuleVersion.title)
        .order_by(func.min(Assignee.due_at), ModuleVersion.title)
    )
    found: dict[int, list[tuple[str, datetime | None]]] = {}
    for person_id, title, due_at in rows:
        found.setdefault(person_id, []).append((title, due_at))
    return found


def _failing(ids: Sequence[int]) -> dict[int, list[str]]:
    if not ids:
        return {}
    rows = db.session.execute(
        select(Enrolment.person_id, Enrolment.version_id).where(
            Enrolment.person_id.in_(ids), Enrolment.completed_at.is_(None), Enrolment.failed >= FAILING
        )
    )
    found: dict[int, list[str]] = {}
    for person_id, version_id in rows:
        found.setdefault(person_id, []).append(store.version(version_id).module.title)
    return {person_id: sorted(titles) for person_id, titles in found.items()}


def _reminded(ids: Sequence[int]) -> dict[int, datetime]:
    """When each was reminded last."""
    rows = db.session.execute(
        select(Reminder.person_id, func.max(Reminder.at))
        .where(Reminder.person_id.in_(ids))
        .group_by(Reminder.person_id)
    )
    return {row[0]: row[1] for row in rows}
