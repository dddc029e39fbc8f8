"""Marking by hand, on both databases: what counts, who may, what two at once see, and what follows from it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from elearn import proof
from elearn.catalogue.models import ModuleTrainer
from elearn.core.questions.base import BadResponse
from elearn.database import db, transaction
from elearn.marking import queries
from elearn.marking.queue import next_in_line, queue
from elearn.marking.service import Clash, NoSuchAnswer, mark
from elearn.people import notices
from elearn.people.models import AuditEntry, Person
from elearn.quizzes import audit, service
from elearn.quizzes.history import events_and_changes
from elearn.quizzes.models import Attempt
from elearn.quizzes.results import result_page
from elearn.quizzes.review_models import Mark
from elearn.study.models import Credit
from tests.essays import Office, make_office
from tests.helpers import fresh, make_person


@pytest.fixture
def office(app: Flask, tmp_path: Path) -> Office:
    return make_office(tmp_path)


@pytest.fixture
def pair(app: Flask, tmp_path: Path) -> Office:
    """Two markers for each answer."""
    return make_office(tmp_path, "markers: 2")


def give(office: Office, by: Person, attempt: Attempt, *points: int, comment: str = "", base: int | None = None) -> str:
    page = queries.answer_page(by.id, attempt.public_id, "usul")
    assert page is not None
    given: Any = office.points(*points)
    return mark(by.id, attempt.public_id, "usul", given, comment, page.base if base is None else base).status


def test_an_essay_waits_until_it_is_marked_and_then_all_follows(office: Office) -> None:
    attempt = office.take()
    assert (attempt.state, attempt.percent) == ("ended", None)
    line = queue(office.first.id)
    assert [(q.quiz, q.todo, q.differ, q.other) for q in line] == [("kuis-akhir", 1, 0, 0)]
    assert give(office, office.first, attempt, 3, 4, comment="Ukurannya kurang jelas.") == "settled"
    after = fresh(attempt)
    assert (after.state, after.points, after.percent, after.passed) == ("graded", 17, 85, True)
    assert db.session.scalars(select(Credit.person_id)).all() == [office.peserta.id]
    assert queue(office.first.id) == [] and queue(office.second.id) == []
    told = notices.unseen(office.peserta.id)
    assert [(n.kind, n.subject, n.data["percent"]) for n in told] == [("marked", attempt.public_id, "85")]
    page = result_page(after)
    item = next(i for i in page.items if i.question.id == "usul")
    assert item.marking and item.marking.comments == ["Ukurannya kurang jelas."]
    assert [given for _html, given, _most in item.rubric] == [3, 4]
    assert item.grade and item.grade.sentence.startswith("7 dari 10 poin")
    assert audit.recompute(attempt.id) == []
    assert proof.scores().differences == []
    entries = db.session.scalars(select(AuditEntry.person_id).where(AuditEntry.action == "attempt.marked")).all()
    assert entries == [office.peserta.id]


def test_sending_a_mark_again_stores_nothing(office: Office) -> None:
    attempt = office.take()
    for _ in range(2):
        assert give(office, office.first, attempt, 3, 4, base=0) == "settled"
    assert db.session.scalar(select(func.count()).select_from(Mark)) == 1


def test_of_two_who_open_the_same_answer_the_second_is_told(office: Office) -> None:
    attempt = office.take()
    assert give(office, office.first, attempt, 3, 4, base=0) == "settled"
    with pytest.raises(Clash):
        give(office, office.second, attempt, 1, 1, base=0)
    assert fresh(attempt).percent == 85
    assert db.session.scalar(select(func.count()).select_from(Mark)) == 1
    assert give(office, office.second, attempt, 4, 6) == "settled", "who saw the mark may change it"
    after = fresh(attempt)
    assert after.percent == 100
    assert [n.kind for n in notices.unseen(office.peserta.id)] == ["regraded", "marked"]
    _events, changes = events_and_changes(attempt.id)
    assert [(c.before, c.after, c.cause) for c in changes] == [(None, 85, "mark"), (85, 100, "mark")]
    assert audit.recompute(attempt.id) == []


def test_two_markers_do_not_see_each_other_and_the_mean_counts(pair: Office) -> None:
    attempt = pair.take()
    assert give(pair, pair.first, attempt, 3, 4, comment="baik") == "waiting"
    assert [(q.todo, q.differ, q.other) for q in queue(pair.first.id)] == [(0, 0, 1)]
    assert [(q.todo, q.differ, q.other) for q in queue(pair.second.id)] == [(1, 0, 0)]
    page = queries.answer_page(pair.second.id, attempt.public_id, "usul")
    assert page and page.others == [] and page.own is None and not page.given and page.base == 0
    assert fresh(attempt).state == "ended" and notices.unseen(pair.peserta.id) == []
    assert give(pair, pair.second, attempt, 4, 4, comment="jelas", base=0) == "settled"
    after = fresh(attempt)
    assert (after.state, after.points) == ("graded", 17.5)
    item = next(i for i in result_page(after).items if i.question.id == "usul")
    assert item.marking and item.marking.comments == ["baik", "jelas"]
    assert audit.recompute(attempt.id) == []


def test_a_module_with_one_pengajar_is_told_that_a_second_is_needed(pair: Office) -> None:
    pair.take()
    assert [q.alone for q in queue(pair.first.id)] == [False]
    with transaction() as session:
        session.execute(delete(ModuleTrainer).where(ModuleTrainer.person_id == pair.second.id))
    assert [q.alone for q in queue(pair.first.id)] == [True]


def test_two_who_mark_at_once_are_one_mark_and_one_clash(app: Flask, office: Office) -> None:
    attempt = office.take()
    points: Any = office.points(3, 4)
    trainers = [office.first.id, office.second.id]
    public_id = attempt.public_id
    db.session.remove()
    ready = threading.Barrier(2)
    outcomes: list[str] = []

    def run(trainer_id: int) -> None:
        with app.app_context():
            ready.wait()
            try:
                outcomes.append(mark(trainer_id, public_id, "usul", points, "", 0).status)
            except Clash:
                outcomes.append("clash")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(trainer_id,)) for trainer_id in trainers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(outcomes) == ["clash", "settled"]
    assert db.session.scalar(select(func.count()).select_from(Mark)) == 1


def test_marks_that_differ_wait_until_one_of_the_two_settles_them(pair: Office) -> None:
    attempt = pair.take()
    assert give(pair, pair.first, attempt, 1, 1) == "waiting"
    assert give(pair, pair.first, attempt, 1, 2) == "waiting", "a marker may change their mind before the other is in"
    assert give(pair, pair.second, attempt, 4, 6, base=0) == "differ"
    assert fresh(attempt).state == "ended"
    assert [(q.todo, q.differ, q.other) for q in queue(pair.first.id)] == [(0, 1, 0)]
    page = queries.answer_page(pair.first.id, attempt.public_id, "usul")
    assert page and [name for name, _mark in page.others] == ["Pengajar Pertama", "Pengajar Kedua"]
    with pytest.raises(Clash):
        give(pair, pair.first, attempt, 3, 3, base=0)
    assert give(pair, pair.first, attempt, 3, 3) == "settled"
    after = fresh(attempt)
    assert (after.state, after.points) == ("graded", 16)
    assert db.session.scalars(select(Mark.final).order_by(Mark.id)).all() == [False, False, False, True]
    assert audit.recompute(attempt.id) == []


def test_only_a_pengajar_of_the_module_marks_and_never_their_own_answer(office: Office) -> None:
    attempt = office.take()
    own = office.take(office.first)
    stranger = make_person(office.unit, "pengajar", "atasan", name="Pengajar Lain")
    for person, which in ((stranger, attempt), (office.peserta, attempt), (office.first, own)):
        assert queries.answer_page(person.id, which.public_id, "usul") is None
        with pytest.raises(NoSuchAnswer):
            mark(person.id, which.public_id, "usul", office.points(1, 1), "", 0)  # type: ignore[arg-type]
    assert queue(stranger.id) == []
    assert [q.todo for q in queue(office.first.id)] == [1] and [q.todo for q in queue(office.second.id)] == [2]
    with pytest.raises(NoSuchAnswer):
        mark(office.first.id, attempt.public_id, "kata", {}, "", 0)
    started = service.start(office.peserta.id, office.unit.id, office.version, "kuis-akhir")
    with pytest.raises(NoSuchAnswer):
        mark(office.first.id, started.public_id, "usul", office.points(1, 1), "", 0)  # type: ignore[arg-type]
    assert db.session.scalar(select(func.count()).select_from(Mark)) == 0


def test_points_that_the_rubric_does_not_have_are_refused(office: Office) -> None:
    attempt = office.take()
    for points in ({}, office.points(5, 1), office.points(-1, 1), {**office.points(1, 1), "x": 1}):
        with pytest.raises(BadResponse):
            mark(office.first.id, attempt.public_id, "usul", points, "", 0)  # type: ignore[arg-type]


def test_the_next_in_line_goes_round_and_ends(office: Office) -> None:
    attempts = [office.take(make_person(office.unit)) for _ in range(3)]
    seen = []
    after = None
    for _ in range(4):
        item = next_in_line(office.first.id, "modul-coba", "kuis-akhir", after)
        assert item is not None
        after = (item.public_id, item.question)
        seen.append(item.public_id)
    assert seen == [a.public_id for a in (*attempts, attempts[0])]
    for attempt in attempts:
        give(office, office.first, attempt, 2, 2)
    assert next_in_line(office.first.id, "modul-coba", "kuis-akhir", after) is None


def test_names_are_seen_only_where_the_quiz_says_so(app: Flask, tmp_path: Path) -> None:
    hidden = make_office(tmp_path / "a")
    page = queries.answer_page(hidden.first.id, hidden.take().public_id, "usul")
    assert page and (page.person, page.unit) == (None, None)


def test_named_marking(app: Flask, tmp_path: Path) -> None:
    office = make_office(tmp_path, "marking: named")
    page = queries.answer_page(office.first.id, office.take().public_id, "usul")
    assert page and (page.person, page.unit) == ("Rina Kurniasih", "Dinas")


def test_statements_of_the_queue_do_not_grow_with_the_answers(office: Office, statements: Callable[[], Any]) -> None:
    counts = []
    for more in (1, 6):
        for _ in range(more):
            office.take(make_person(office.unit, password=None))
        with statements() as seen:
            assert sum(q.todo for q in queue(office.first.id)) >= more
        counts.append(len(seen))
    assert counts[0] == counts[1] == 2
