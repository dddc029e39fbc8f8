"""The sheet that a person and their atasan have before them when they talk: what the person learned in a period, and what is next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from elearn import clock
from elearn.core.credit import Target, target
from elearn.database import db
from elearn.people.models import Person
from elearn.study.models import LearnerSummary
from elearn.study.outcomes import of_attempts
from elearn.supervision.attention import Day, Standing, needy
from elearn.supervision.person_rows import DutyLine, duties_of, rows_of
from elearn.supervision.plans import PlanLine
from elearn.supervision.talk import Facts, Question, questions

STRONG, WEAK = Decimal(80), Decimal(60)
"""Percent of an outcome from which one is strong in it, and below which it is a gap."""
EARLIEST = date(2000, 1, 1)
LINES_AT_MOST = {"completed": 8, "running": 4, "duties": 4, "outcomes": 4, "plans": 2}
"""So that it stays two pages of paper; what is left out is counted."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days in Jakarta, both included."""

    first: date
    last: date

    @classmethod
    def read(cls, arguments: Any) -> Period:
        """From the query of an address (`dari`, `sampai`). The year until today where it is not told, or ends before it begins."""
        today = clock.today()
        last = min(_date(arguments.get("sampai", "")) or today, today)
        first = _date(arguments.get("dari", "")) or date(last.year, 1, 1)
        return cls(first, last) if EARLIEST <= first <= last else cls(date(today.year, 1, 1), today)

    @property
    def end(self) -> datetime:
        """The first instant after it."""
        return _midnight(self.last + timedelta(days=1))

    def has(self, at: datetime | None) -> bool:
        return at is not None and _midnight(self.first) <= at < self.end


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.JAKARTA).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Some:
    """The first lines of a list, and how many more there are."""

    lines: Sequence[Any]
    more: int

    @classmethod
    def of(cls, kind: str, lines: Sequence[Any]) -> Some:
        most = LINES_AT_MOST[kind]
        return cls(lines[:most], max(0, len(lines) - most))


@dataclass(frozen=True, slots=True)
class Sheet:
    person: Person
    period: Period
    jp: Decimal
    """Earned in the period."""
    year: int
    """Of the last day of the period."""
    year_jp: Decimal
    """Earned in that year until the last day of the period."""
    target: Target
    completed: Some
    """Credits of the period that hold, the newest first."""
    running: Some
    """(Enrolment, slug, title) of what is begun and not completed today, the last opened first."""
    duties: Some
    """DutyLine of what is to be done today, the earliest due first."""
    strengths: Some
    """OutcomeLine by the newest attempts until the end of the period, the strongest first."""
    gaps: Some
    """The same, the weakest first."""
    tested: bool
    """Whether there are any outcomes to tell, strong, weak or between."""
    plans: Some
    """PlanLine of what was written, was due or was answered in the period."""
    questions: list[Question]


def sheet(person: Person, period: Period, target_pns: Decimal, maximum_pppk: Decimal) -> Sheet:
    """The sheet of a person; whether it may be seen is the caller's to check. Thirteen statements at most."""
    rows, duties = rows_of(person), _to_do(duties_of(person.id))
    earned = [credit for credit in rows.credits if credit.revoked_at is None and credit.earned_at < period.end]
    completed = [credit for credit in earned if period.has(credit.earned_at)]
    year_jp = sum((credit.jp for credit in earned if credit.year == period.last.year), Decimal(0))
    asked = target(person.employment, target_pns, maximum_pppk)
    lines = of_attempts([attempt for attempt in rows.attempts if attempt.started_at < period.end]).lines
    strengths = sorted((line for line in lines if line.percent >= STRONG), key=lambda line: -line.percent)
    gaps = [line for line in lines if line.percent < WEAK]
    plans = [line for line in rows.plans if _in(line, period)]
    facts = Facts(
        completed=[credit.material for credit in completed],
        reasons=_reasons(person, year_jp, target_pns),
        strengths=strengths,
        gaps=gaps,
        plans=plans,
        missing=_missing(asked, year_jp, period),
    )
    return Sheet(
        person=person,
        period=period,
        jp=sum((credit.jp for credit in completed), Decimal(0)),
        year=period.last.year,
        year_jp=year_jp,
        target=asked,
        completed=Some.of("completed", completed),
        running=Some.of("running", [row for row in rows.enrolments if row[0].completed_at is None]),
        duties=Some.of("duties", duties),
        strengths=Some.of("outcomes", strengths),
        gaps=Some.of("outcomes", gaps),
        tested=bool(lines),
        plans=Some.of("plans", plans),
        questions=questions(facts),
    )


def _to_do(duties: Sequence[DutyLine]) -> list[DutyLine]:
    return [duty for duty in duties if duty.done_at is None and not duty.excuse]


def _in(line: PlanLine, period: Period) -> bool:
    plan = line.plan
    due = period.first <= plan.due_on <= period.last
    return due or period.has(plan.written_at) or period.has(plan.answered_at)


def _reasons(person: Person, jp: Decimal, target_pns: Decimal) -> list[tuple[str, Any]]:
    """Why they may need help today. Two statements, and one each where something is overdue, and where something fails."""
    standing = Standing.of(person, db.session.get(LearnerSummary, person.id), jp)
    return needy([standing], Day.of(clock.now(), target_pns))[0].reasons


def _missing(asked: Target, jp: Decimal, period: Period) -> Decimal | None:
    """JP that are still asked for this year; None of a year that is over, and where nothing is asked."""
    if asked.kind != "minimum" or period.last.year != clock.today().year or jp >= asked.jp:
        return None
    return asked.jp - jp
