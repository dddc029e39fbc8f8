"""Several devices at one attempt: what was given last counts, whatever their lines do to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from elearn import clock
from elearn.catalogue.store import PublishedVersion
from elearn.database import db
from elearn.people.models import Person
from elearn.quizzes import audit, devices, queries, service
from elearn.quizzes.models import Attempt, ItemGrade
from elearn.quizzes.service import ClientEvent
from elearn.study import service as study

MINUTE = timedelta(minutes=1)


@pytest.fixture
def attempt(person: Person, version: PublishedVersion) -> Attempt:
    study.enrol(person.id, version.module.slug)
    return service.start(person.id, person.unit_id, version, "kuis-akhir")


def give(
    attempt: Attempt, client_id: str, response: str, minutes_ago: float | None = 0, question: str = "kata"
) -> None:
    queued_at = None if minutes_ago is None else clock.now() - minutes_ago * MINUTE
    receipt = service.save(
        attempt.person_id, attempt.public_id, [ClientEvent(client_id, "answer", question, response, queued_at)]
    )
    assert receipt.acknowledged == [client_id], "an answer that does not count is kept all the same"


def graded(attempt: Attempt) -> tuple[Any, Any]:
    service.submit(attempt.person_id, attempt.public_id, "end")
    row = db.session.scalars(
        select(ItemGrade).where(ItemGrade.attempt_id == attempt.id, ItemGrade.question == "kata")
    ).one()
    assert audit.recompute(attempt.id) == []
    return row.response, row.fraction


def test_an_older_answer_that_arrives_late_does_not_undo_a_newer_one(attempt: Attempt) -> None:
    give(attempt, "laptop", "layanan")
    give(attempt, "phone", "salah", minutes_ago=5)
    page = queries.attempt_page(attempt, 1 + [item["question"] for item in attempt.layout].index("kata"))
    assert page is not None and (page.response, page.answer_id) == ("layanan", "laptop")
    assert graded(attempt) == ("layanan", 1)


def test_a_page_without_scripts_gives_when_it_sends(attempt: Attempt) -> None:
    give(attempt, "phone", "salah", minutes_ago=5)
    give(attempt, "form", "layanan", minutes_ago=None)
    assert graded(attempt) == ("layanan", 1)


def test_a_clock_that_is_fast_gives_nothing_an_advantage(attempt: Attempt) -> None:
    give(attempt, "fast", "salah", minutes_ago=-60)
    give(attempt, "right", "layanan")
    assert graded(attempt) == ("layanan", 1)


def test_what_a_page_is_told_of_other_devices_is_one_statement_however_many_the_answers(
    attempt: Attempt, statements: Callable[[], Any]
) -> None:
    for number in range(5):
        give(attempt, f"n-{number}", f"kata {number}")
    give(attempt, "other", "12", question="angka")
    with statements() as seen:
        newest = devices.newest(attempt.person_id, attempt.public_id, ["kata", "angka", "banyak", "tidak-ada"])
    assert {q: (saved.client_id, saved.response) for q, saved in newest.items()} == {
        "kata": ("n-4", "kata 4"),
        "angka": ("other", "12"),
    }
    assert len(seen) == 1
    with statements() as seen:
        assert devices.newest(attempt.person_id, attempt.public_id, []) == {}
        assert devices.newest(attempt.person_id + 1, attempt.public_id, ["kata"]) == {}
    assert len(seen) == 1
