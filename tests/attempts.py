"""Attempts for tests, through the services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from elearn.catalogue.store import PublishedVersion
from elearn.core.model import Quiz
from elearn.people.models import Person
from elearn.quizzes import service
from elearn.quizzes.models import Attempt
from elearn.quizzes.service import ClientEvent
from elearn.study import service as study


def option(version: PublishedVersion, quiz: str, question: str, text: str) -> str:
    """The id of the option of that text."""
    part = version.module.part(quiz)
    assert isinstance(part, Quiz)
    body = part.questions[question].body
    return next(str(o["id"]) for o in body["options"] if o["text"] == text)


def take(
    person: Person, version: PublishedVersion, quiz: str, given: Mapping[str, Any], *, submit: bool = True
) -> Attempt:
    """An attempt with these answers, by question."""
    study.enrol(person.id, version.module.slug)
    attempt = service.start(person.id, person.unit_id, version, quiz)
    asked = {item["question"] for item in attempt.layout}
    events = [ClientEvent(f"c-{q}", "answer", q, answer) for q, answer in given.items() if q in asked]
    service.save(person.id, attempt.public_id, events)
    return service.submit(person.id, attempt.public_id, "end") if submit else attempt
