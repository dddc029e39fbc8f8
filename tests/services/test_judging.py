"""Answers judged before the end, and answers given with certainty. On both databases."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from elearn import clock
from elearn.catalogue.store import PublishedVersion
from elearn.core.questions import single
from elearn.database import db
from elearn.people.models import Person
from elearn.quizzes import audit, judging, queries, results, service
from elearn.quizzes.models import Attempt, AttemptEvent
from elearn.quizzes.service import BadEvents, ClientEvent, NoSuchAttempt
from elearn.study import service as study
from tests.content import published
from tests.helpers import fresh, make_person, make_unit

QUIZ = "kuis-akhir"
HINTED = """---
kind: quiz
title: Kuis akhir
passing: 60
mode: {mode}
time: 20m
---
## Satu? {{#satu points=3}}
- (x) benar
- ( ) keliru
    > Bukan itu.
- ( ) luput

> Karena benar.

> [!hint] Petunjuk pertama.

> [!hint] Petunjuk kedua.

## Dua? {{#dua}}
= layanan
"""


class Taking:
    def __init__(self, folder: Path, mode: str, **more: str) -> None:
        text = HINTED.format(mode=mode)
        for old, new in more.items():
            text = text.replace(old, new)
        self.version: PublishedVersion = published(folder, final=text.replace("{", "{{").replace("}", "}}"))
        self.person: Person = make_person(make_unit())
        study.enrol(self.person.id, self.version.module.slug)
        self.attempt: Attempt = service.start(self.person.id, self.person.unit_id, self.version, QUIZ)
        quiz = self.version.module.part(QUIZ)
        assert quiz is not None and quiz.kind == "quiz"
        self.options = {o["text"]: o["id"] for o in quiz.questions["satu"].body["options"]}
        self.sent = 0

    def save(self, question: str, response: Any, kind: str = "answer") -> service.Receipt:
        self.sent += 1
        event = ClientEvent(f"e-{self.sent}", kind, question, response)
        return service.save(self.person.id, self.attempt.public_id, [event])

    def check(self, question: str = "satu") -> bool:
        self.sent += 1
        return judging.check(self.person.id, self.attempt.public_id, question, f"k-{self.sent}")

    def page(self, n: int = 1) -> queries.AttemptPage:
        page = queries.attempt_page(fresh(self.attempt), n)
        assert page is not None
        return page

    def end(self) -> Attempt:
        done = service.submit(self.person.id, self.attempt.public_id, "end")
        assert audit.recompute(done.id) == []
        return done


def test_an_answer_is_judged_at_once_and_then_stays(app: Flask, tmp_path: Path) -> None:
    taking = Taking(tmp_path, "immediate")
    before = taking.page().judgement
    assert before is not None and (before.grade, before.review, before.left) == (None, None, 1)
    taking.save("satu", taking.options["keliru"])
    assert taking.check()
    after = taking.page().judgement
    assert after is not None and after.closed and after.grade is not None and after.review is not None
    assert after.grade.feedback_html == ("<p>Bukan itu.</p>",)
    changed = taking.save("satu", taking.options["benar"])
    assert (changed.acknowledged, changed.refused) == ([], [("e-3", "judged")])
    assert taking.save("dua", "layanan").acknowledged == ["e-4"], "the others go on"
    assert not taking.check(), "nothing is judged twice"
    done = taking.end()
    assert (done.state, done.points, done.maximum) == ("graded", 1, 4)


def test_each_try_shows_a_hint_and_is_worth_less(app: Flask, tmp_path: Path) -> None:
    taking = Taking(tmp_path, "practice")
    taking.save("satu", taking.options["keliru"])
    assert taking.check() and not taking.check(), "a second click costs no try"
    page = taking.page().judgement
    assert page is not None and (page.used, page.left, page.next_points, page.closed) == (1, 2, 2, False)
    assert page.hints_html == ("<p>Petunjuk pertama.</p>",) and page.review is None
    taking.save("satu", taking.options["luput"])
    assert taking.check()
    page = taking.page().judgement
    assert page is not None and (len(page.hints_html), page.next_points) == (2, 1)
    taking.save("satu", taking.options["benar"])
    assert taking.check()
    page = taking.page().judgement
    assert page is not None and page.closed and page.points == 1 and page.review is not None
    assert taking.end().points == 1


def test_the_last_try_closes_even_when_it_is_wrong(app: Flask, tmp_path: Path) -> None:
    taking = Taking(tmp_path, "practice")
    for name in ("keliru", "luput", "keliru"):
        taking.save("satu", taking.options[name])
        assert taking.check()
    assert taking.page().judgement.closed  # type: ignore[union-attr]
    assert taking.save("satu", taking.options["benar"]).refused
    assert taking.end().points == 0


def test_an_answer_nobody_checked_is_graded_at_the_end(app: Flask, tmp_path: Path) -> None:
    taking = Taking(tmp_path, "practice")
    taking.save("satu", taking.options["keliru"])
    taking.check()
    taking.save("satu", taking.options["benar"])
    taking.save("dua", "layanan")
    assert taking.end().points == 2 + 1, "the second try of three points, and the first of one"


def test_the_key_stays_hidden_where_the_review_rule_says_so(app: Flask, tmp_path: Path) -> None:
    taking = Taking(tmp_path, "immediate", **{"time: 20m": "time: 20m\nreview: never"})
    taking.save("satu", taking.options["keliru"])
    taking.check()
    page = taking.page().judgement
    assert page is not None and page.closed and page.grade is not None and page.review is None


def test_certainty_costs_and_pays(app: Flask, tmp_path: Path) -> None:
    taking = Taking(tmp_path, "certainty")
    assert taking.page().judgement is None
    taking.save("satu", taking.options["benar"])
    taking.save("satu", 2, "certainty")
    taking.save("satu", 3, "certainty")
    assert taking.page().certainty == 3
    taking.save("dua", "salah ketik")
    taking.save("dua", 2, "certainty")
    done = taking.end()
    assert done.points == 3 - Decimal("0.666667")
    result = results.result_page(fresh(done))
    assert [(i.certainty, i.fraction) for i in result.items] == [(3, 1), (2, Decimal("-0.666667"))]


def test_a_score_is_never_below_nothing(app: Flask, tmp_path: Path) -> None:
    taking = Taking(tmp_path, "certainty")
    taking.save("satu", taking.options["keliru"])
    taking.save("satu", 3, "certainty")
    done = taking.end()
    assert (done.points, done.percent, done.passed) == (0, 0, False)


@pytest.mark.parametrize("value", [0, 4, "3", 2.0, True, None, [3]])
def test_a_certainty_that_is_none_is_refused(app: Flask, tmp_path: Path, value: Any) -> None:
    taking = Taking(tmp_path, "certainty")
    with pytest.raises(BadEvents):
        taking.save("satu", value, "certainty")


def test_where_nothing_is_asked_nothing_is_taken(app: Flask, tmp_path: Path) -> None:
    taking = Taking(tmp_path, "deferred")
    with pytest.raises(BadEvents):
        taking.save("satu", 3, "certainty")
    with pytest.raises(BadEvents):
        taking.save("satu", {"response": "x", "closed": True}, "check")
    taking.save("satu", taking.options["benar"])
    assert not taking.check()
    assert db.session.scalars(select(AttemptEvent.kind)).all() == ["answer"]


def test_checking_what_is_empty_strange_over_or_anothers(app: Flask, tmp_path: Path) -> None:
    taking = Taking(tmp_path, "immediate")
    assert not taking.check(), "nothing was answered"
    with pytest.raises(BadEvents):
        taking.check("tidak-ada")
    with pytest.raises(NoSuchAttempt):
        judging.check(taking.person.id + 1, taking.attempt.public_id, "satu", "k")
    taking.save("satu", taking.options["benar"])
    assert taking.attempt.deadline_at is not None
    with clock.at(taking.attempt.deadline_at.replace(year=taking.attempt.deadline_at.year + 1)):
        assert not taking.check(), "the time is over: it is graded instead"
    assert fresh(taking.attempt).state == "graded"
    assert audit.recompute(taking.attempt.id) == []


def test_a_type_that_fails_costs_no_try(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taking = Taking(tmp_path, "practice")
    taking.save("satu", taking.options["benar"])
    with monkeypatch.context() as patch:
        patch.setattr(single, "grade", lambda *_: 1 / 0)
        with pytest.raises(judging.CannotJudge):
            taking.check()
    assert taking.check()
    assert taking.end().points == 3
