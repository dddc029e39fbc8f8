"""An attempt that waits for a marker is not stuck; one whose grading failed is, whatever else it waits for."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from elearn import clock, doctor
from elearn.catalogue.store import PublishedVersion
from elearn.core.questions import text
from elearn.core.questions.base import Grade
from elearn.database import db
from elearn.people.models import Person
from elearn.quizzes import audit, results, service
from elearn.quizzes.models import Attempt, ItemGrade
from elearn.quizzes.service import ClientEvent
from elearn.quizzes.signals import attempt_ended
from elearn.quizzes.standing import is_stuck
from elearn.quizzes.sweep import retry_grading
from elearn.study import service as study
from tests.content import FINAL, MODULE, SURVEY, files, published
from tests.helpers import fresh

ESSAY = "\n## Usulkan. {{#esai .essay points=2}}\n"


@pytest.fixture
def version(app: Flask, tmp_path: Path) -> PublishedVersion:
    return published(tmp_path, final=FINAL + ESSAY)


def begin(person: Person, version: PublishedVersion, **responses: str) -> Attempt:
    study.enrol(person.id, version.module.slug)
    attempt = service.start(person.id, person.unit_id, version, "kuis-akhir")
    events = [ClientEvent(f"a-{q}", "answer", q, response) for q, response in responses.items()]
    service.save(person.id, attempt.public_id, events)
    return attempt


def stuck() -> list[int]:
    db.session.rollback()
    return list(db.session.scalars(select(Attempt.id).where(is_stuck())))


def broken(_body: Any, _response: Any) -> Grade:
    raise ArithmeticError("cannot take it")


def worries(app: Flask) -> list[str]:
    return [f.message for f in doctor._database(app) if "grad" in f.message]


def test_an_essay_waits_for_a_marker_and_for_nothing_else(
    app: Flask, person: Person, version: PublishedVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = begin(person, version, esai="Antrean lebih pendek.", kata="layanan")
    service.submit(person.id, attempt.public_id, "end")
    assert fresh(attempt).state == "ended"
    assert stuck() == [] and worries(app) == []
    monkeypatch.setattr(service, "regrade", lambda attempt_id: pytest.fail("graded again without a reason"))
    assert retry_grading() == 0
    page = results.result_page(fresh(attempt))
    assert (page.to_be_marked, page.troubled) == (1, False)
    assert audit.recompute(attempt.id) == []


def test_an_essay_without_a_word_waits_for_nobody(person: Person, version: PublishedVersion) -> None:
    attempt = begin(person, version, kata="layanan")
    service.submit(person.id, attempt.public_id, "end")
    assert fresh(attempt).state == "graded"


def test_grading_that_failed_is_tried_again_beside_a_waiting_essay(
    app: Flask, person: Person, version: PublishedVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = begin(person, version, esai="Antrean lebih pendek.", kata="layanan")
    with monkeypatch.context() as patch:
        patch.setattr(text, "grade", broken)
        service.submit(person.id, attempt.public_id, "end")
        assert stuck() == [attempt.id] and len(worries(app)) == 1
        page = results.result_page(fresh(attempt))
        assert (page.to_be_marked, page.troubled) == (1, True)
    assert retry_grading() == 0, "still not told: the essay waits"
    assert stuck() == [] and worries(app) == []
    kata = db.session.scalars(select(ItemGrade).where(ItemGrade.question == "kata")).one()
    assert (kata.fraction, kata.error) == (1, "")


def test_a_late_answer_that_could_not_be_graded_is_not_left_to_the_marker(
    person: Person, version: PublishedVersion
) -> None:
    attempt = begin(person, version, esai="Antrean lebih pendek.")
    assert attempt.deadline_at is not None
    with clock.at(attempt.deadline_at + timedelta(seconds=1)):
        service.expire_if_due(fresh(attempt))
    assert stuck() == []

    def fails(_sender: Any, attempt: Attempt) -> None:
        raise LookupError("a feature above has a bug")

    with clock.at(attempt.deadline_at + timedelta(seconds=60)), attempt_ended.connected_to(fails):
        given = attempt.deadline_at - timedelta(seconds=2)
        late = [ClientEvent("late", "answer", "kata", "layanan", given)]
        assert service.save(person.id, attempt.public_id, late).acknowledged == ["late"]
    assert stuck() == [attempt.id]
    retry_grading()
    assert stuck() == []
    kata = db.session.scalars(select(ItemGrade).where(ItemGrade.question == "kata")).one()
    assert kata.fraction == 1
    assert audit.recompute(attempt.id) == []


def test_nothing_of_a_survey_has_points_nor_waits(app: Flask, person: Person, tmp_path: Path) -> None:
    contents = files(final=SURVEY) | {"module.md": MODULE.replace("posttest: kuis-akhir\n", "")}
    attempt = begin(person, published(tmp_path, contents=contents), esai="Sudah baik.", sikap="5", teks="pelayanan")
    assert attempt.maximum == 0
    service.submit(person.id, attempt.public_id, "end")
    assert (fresh(attempt).state, fresh(attempt).maximum, fresh(attempt).points) == ("graded", 0, 0)
    assert {row.maximum for row in db.session.scalars(select(ItemGrade))} == {0}
    assert stuck() == [] and worries(app) == []
    assert audit.recompute(attempt.id) == []
