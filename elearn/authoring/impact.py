"""What a module achieved, in the four levels of Kirkpatrick (Kirkpatrick & Kirkpatrick 2006, Evaluating Training Programs, 3rd ed.):
what people thought of it, what they learned, whether it is seen in their work, and whether the service is better for it.

Figures are of groups: what people wrote and what they thought is shown from `ENOUGH` people on, and never with a name.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from elearn import clock
from elearn.authoring.statistics_pages import ENOUGH, gain_of
from elearn.catalogue.store import PublishedVersion
from elearn.core.model import Module
from elearn.core.statistics import LearningGain
from elearn.database import db
from elearn.study.after import RESULTS, SEEN
from elearn.study.after_models import ActionPlan, Satisfaction
from elearn.study.models import Enrolment, FirstResult

WORDS = 20
"""Of each kind of remark, the newest."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """Level 1. Means of 1 to 5; None below ENOUGH people."""

    people: int
    useful: float | None
    easy: float | None
    recommend: float | None
    comments: list[str]


@dataclass(frozen=True, slots=True)
class Learning:
    """Level 2. First attempts at the final quiz, and pretest against posttest."""

    completed: int
    tries: int
    passes: int
    gain: LearningGain | None

    @property
    def first_pass(self) -> float | None:
        """Percent."""
        return 100 * self.passes / self.tries if self.tries else None


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Level 3 and 4, from action plans: how many were written, whose day is over, and what atasan answered."""

    written: int
    due: int
    answered: int
    seen: dict[str, int]
    """By `SEEN`; of the service being better by `RESULTS` in `results`."""
    results: dict[str, int]
    remarks: list[str]


@dataclass(frozen=True, slots=True)
class ImpactPage:
    module: Module
    reaction: Reaction
    learning: Learning
    behaviour: Behaviour


def impact_page(version: PublishedVersion) -> ImpactPage:
    """The four levels of a module, over all its versions. Nine statements at most."""
    module_id = version.module_id
    return ImpactPage(version.module, _reaction(module_id), _learning(module_id, version.module), _behaviour(module_id))


def _reaction(module_id: int) -> Reaction:
    row = db.session.execute(
        select(
            func.count(),
            func.sum(Satisfaction.useful),
            func.sum(Satisfaction.easy),
            func.sum(Satisfaction.recommend),
        ).where(Satisfaction.module_id == module_id)
    ).one()
    people = row[0]
    if people < ENOUGH:
        return Reaction(people, None, None, None, [])
    comments = db.session.scalars(
        select(Satisfaction.comment)
        .where(Satisfaction.module_id == module_id, Satisfaction.comment != "")
        .order_by(Satisfaction.at.desc(), Satisfaction.id)
        .limit(WORDS)
    ).all()
    useful, easy, recommend = (float(total) / people for total in row[1:])
    return Reaction(people, useful, easy, recommend, list(comments))


def _learning(module_id: int, module: Module) -> Learning:
    completed = db.session.scalar(
        select(func.count()).where(Enrolment.module_id == module_id, Enrolment.completed_at.is_not(None))
    )
    tries, passes = db.session.execute(
        select(func.count(FirstResult.passed), func.count().filter(FirstResult.passed.is_(True))).where(
            FirstResult.module_id == module_id, FirstResult.until_at.is_(None)
        )
    ).one()
    gain = gain_of(module_id, module)
    return Learning(completed or 0, tries, passes, gain if gain and gain.pairs >= ENOUGH else None)


def _behaviour(module_id: int) -> Behaviour:
    mine = ActionPlan.module_id == module_id
    written, due = db.session.execute(
        select(func.count(), func.count().filter(ActionPlan.due_on < clock.today())).where(mine)
    ).one()
    rows = db.session.execute(
        select(ActionPlan.seen, ActionPlan.result, func.count())
        .where(mine, ActionPlan.answered_at.is_not(None))
        .group_by(ActionPlan.seen, ActionPlan.result)
    ).all()
    answered = sum(count for _seen, _result, count in rows)
    remarks = db.session.scalars(
        select(ActionPlan.words)
        .where(mine, ActionPlan.answered_at.is_not(None))
        .order_by(ActionPlan.answered_at.desc(), ActionPlan.id)
        .limit(WORDS)
    ).all()
    return Behaviour(
        written=written,
        due=due,
        answered=answered,
        seen={one: sum(count for seen, _result, count in rows if seen == one) for one in SEEN},
        results={one: sum(count for _seen, result, count in rows if result == one) for one in RESULTS},
        remarks=list(remarks) if answered >= ENOUGH else [],
    )
