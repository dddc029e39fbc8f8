"""After a module: writing an action plan, saying what one thought of the module, and the answer of an atasan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from elearn import clock
from elearn.catalogue import store
from elearn.catalogue.models import CatalogueModule
from elearn.database import db, insert_new, locked, transaction, upsert
from elearn.people import audit, notices
from elearn.people.models import Person
from elearn.study.after_models import ActionPlan, Satisfaction
from elearn.study.models import Enrolment

TEXT_AT_LEAST, TEXT_AT_MOST = 15, 600
LATEST = timedelta(days=365)
SEEN = ("yes", "partly", "no")
RESULTS = ("clear", "some", "none")


class NotCompleted(LookupError):
    """There is no such module, or this person has not completed it."""


class NotKept(ValueError):
    """`code` says why nothing was stored: `text`, `day`, `answered`, `early`, `choice`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class AfterPage:
    slug: str
    title: str
    action: str
    """What the module asks to be applied; empty when it asks nothing of its own."""
    plan: ActionPlan | None
    answered_by: str
    satisfaction: Satisfaction | None


def after_page(person_id: int, slug: str) -> AfterPage:
    """What a person wrote after a module they completed. Raises NotCompleted. Four statements at most."""
    enrolment = _completed(db.session(), person_id, slug)
    plan = db.session.scalars(select(ActionPlan).where(*_own(ActionPlan, enrolment))).one_or_none()
    rating = db.session.scalars(select(Satisfaction).where(*_own(Satisfaction, enrolment))).one_or_none()
    by = plan.answered_by_id if plan else None
    name = db.session.scalar(select(Person.name).where(Person.id == by)) if by else ""
    module = store.version(enrolment.version_id).module
    return AfterPage(slug, module.title, module.action, plan, name or "", rating)


def _own(model: Any, enrolment: Enrolment) -> tuple[ColumnElement[bool], ...]:
    return model.person_id == enrolment.person_id, model.module_id == enrolment.module_id


def _completed(session: Session, person_id: int, slug: str) -> Enrolment:
    found = session.scalars(
        select(Enrolment)
        .join(CatalogueModule, CatalogueModule.id == Enrolment.module_id)
        .where(CatalogueModule.slug == slug, Enrolment.person_id == person_id, Enrolment.completed_at.is_not(None))
    ).one_or_none()
    if found is None:
        raise NotCompleted(slug)
    return found


def write_plan(person_id: int, slug: str, text: str, due_on: date | None) -> None:
    """Write, or rewrite, what one will do and when. Not after it was answered. Raises NotCompleted, NotKept."""
    text = " ".join(text.split())
    if not TEXT_AT_LEAST <= len(text) <= TEXT_AT_MOST:
        raise NotKept("text")
    if due_on is None or not clock.today() <= due_on <= clock.today() + LATEST:
        raise NotKept("day")
    now = clock.now()
    with transaction() as session:
        enrolment = _completed(session, person_id, slug)
        keys = {"person_id": person_id, "module_id": enrolment.module_id}
        first = {"written_at": now, "seen": "", "result": "", "words": ""}
        values = {"text": text, "due_on": due_on, "changed_at": now}
        if insert_new(session, ActionPlan, [keys | values | first], ["person_id", "module_id"]):
            audit.record("plan.written", person_id=person_id, subject=slug, after={"due_on": due_on.isoformat()})
            return
        plan = session.scalars(select(ActionPlan).where(*_own(ActionPlan, enrolment)).with_for_update()).one()
        session.refresh(plan)
        if plan.answered_at is not None:
            raise NotKept("answered")
        if due_on != plan.due_on:
            plan.asked_at = None  # they are asked again, after the new day
        plan.text, plan.due_on, plan.changed_at = text, due_on, now
        audit.record("plan.written", person_id=person_id, subject=slug, after={"due_on": due_on.isoformat()})


def rate(person_id: int, slug: str, *, useful: int, easy: int, recommend: int, comment: str = "") -> None:
    """Say what one thought of a completed module, each of 1 to 5. Raises NotCompleted, NotKept."""
    comment = " ".join(comment.split())
    if not all(1 <= value <= 5 for value in (useful, easy, recommend)):
        raise NotKept("choice")
    if len(comment) > TEXT_AT_MOST:
        raise NotKept("text")
    with transaction() as session:
        enrolment = _completed(session, person_id, slug)
        upsert(
            session,
            Satisfaction,
            {"person_id": person_id, "module_id": enrolment.module_id},
            {
                "version_id": enrolment.version_id,
                "useful": useful,
                "easy": easy,
                "recommend": recommend,
                "comment": comment,
                "at": clock.now(),
            },
        )


def answer(by_id: int, plan_id: int, seen: str, result: str, words: str) -> None:
    """An atasan says, once, whether a plan is seen in the work, and how. Who calls this has looked whether they may.

    Raises NotKept: before its day, twice, without words, or with something else than SEEN and RESULTS.
    """
    words = " ".join(words.split())
    if seen not in SEEN or result not in RESULTS:
        raise NotKept("choice")
    if not 3 <= len(words) <= TEXT_AT_MOST:
        raise NotKept("text")
    with transaction() as session:
        plan = locked(session, ActionPlan, plan_id)
        assert plan is not None, "it was just looked at"
        if plan.answered_at is not None:
            raise NotKept("answered")
        if plan.due_on >= clock.today():
            raise NotKept("early")
        plan.seen, plan.result, plan.words = seen, result, words
        plan.answered_at, plan.answered_by_id = clock.now(), by_id
        slug = session.scalars(select(CatalogueModule.slug).where(CatalogueModule.id == plan.module_id)).one()
        name = session.scalar(select(Person.name).where(Person.id == by_id))
        audit.record("plan.answered", person_id=plan.person_id, subject=slug, after={"seen": seen, "result": result})
        told = {"by": name, "to": f"/sesudah/{slug}"}
        notices.tell(session, plan.person_id, "plan-answered", slug, told)
