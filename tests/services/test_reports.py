"""Reports of doubtful questions, on both databases."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from elearn import clock
from elearn.database import db
from elearn.marking import report_pages
from elearn.people import notices
from elearn.people.models import AuditEntry
from elearn.quizzes import reports, service
from elearn.quizzes.models import Attempt
from elearn.quizzes.review_models import QuestionReport
from elearn.quizzes.service import ClientEvent, NoSuchAttempt
from tests.essays import Office, make_office
from tests.helpers import make_person
from tests.services.test_corrections import WORDS

TEXT = "Kata pelayanan dan layanan sama artinya."


@pytest.fixture
def office(app: Flask, tmp_path: Path) -> Office:
    return make_office(tmp_path, final=WORDS, keys="shuffle: [options]")


def number(attempt: Attempt, question: str) -> int:
    return [item["question"] for item in attempt.layout].index(question) + 1


def test_a_report_keeps_what_was_seen_and_answered(office: Office) -> None:
    attempt = office.begin(office.peserta)
    service.save(office.peserta.id, attempt.public_id, [ClientEvent("1", "answer", "kata", "layan")])
    n = number(attempt, "kata")
    made = reports.report(office.peserta.id, attempt.public_id, n, f"  {TEXT}\r\nLihat KBBI. ")
    service.save(office.peserta.id, attempt.public_id, [ClientEvent("2", "answer", "kata", "pelayanan")])
    row = db.session.get_one(QuestionReport, made)
    assert (row.question, row.layout, row.response) == ("kata", attempt.layout[n - 1], "layan")
    assert row.text == f"{TEXT}\nLihat KBBI."
    assert [line.id for line in report_pages.reports(office.first.id)] == [made]
    assert report_pages.open_reports(office.first.id) == 1
    page = report_pages.report_page(office.second.id, made)
    assert page and (page.n, page.review.response_text, page.grade.fraction) == (n, "layan", 0)
    assert "Rina" not in str(page.report.text)


def test_an_answer_reaches_the_peserta_as_a_notice(office: Office) -> None:
    attempt = office.begin(office.peserta)
    made = [
        reports.report(office.peserta.id, attempt.public_id, number(attempt, name), TEXT) for name in ("kata", "siapa")
    ]
    for report_id in made:
        reports.answer(office.first.id, report_id, " Benar, kami terima. ")
    reports.answer(office.first.id, made[0], "Benar, kami terima.")
    assert report_pages.open_reports(office.first.id) == 0
    assert [line.id for line in report_pages.reports(office.first.id, answered=True)] == made[::-1]
    told = notices.unseen(office.peserta.id)
    assert sorted(n.data["n"] for n in told) == [1, 2] and {n.kind for n in told} == {"report-answered"}
    rows = reports.reports_of(attempt, "kata")
    assert [(row.answer, row.answered_by_id) for row in rows] == [("Benar, kami terima.", office.first.id)]
    actions = select(AuditEntry.action).where(AuditEntry.action.like("%report%"))
    assert sorted(db.session.scalars(actions)) == ["question.reported"] * 2 + ["report.answered"] * 2
    reports.answer(office.second.id, made[0], "Kami periksa lagi.")
    assert reports.reports_of(attempt, "kata")[0].answer == "Kami periksa lagi."


def test_one_open_report_a_question_and_ten_an_hour(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    attempt = office.begin(office.peserta)
    made = reports.report(office.peserta.id, attempt.public_id, 1, TEXT)
    with pytest.raises(reports.Refused, match="menunggu"):
        reports.report(office.peserta.id, attempt.public_id, 1, TEXT)
    reports.answer(office.first.id, made, "Sudah diperbaiki.")
    reports.report(office.peserta.id, attempt.public_id, 1, TEXT)
    monkeypatch.setattr(reports, "PER_HOUR", 2)
    with pytest.raises(reports.Refused, match="sejam"):
        reports.report(office.peserta.id, attempt.public_id, 2, TEXT)
    with clock.at(clock.now() + timedelta(hours=2)):
        reports.report(office.peserta.id, attempt.public_id, 2, TEXT)


def test_what_is_nobodys_or_says_nothing_is_refused(office: Office) -> None:
    attempt = office.begin(office.peserta)
    stranger = make_person(office.unit, "pengajar", "atasan")
    for person, public_id, n in (
        (stranger, attempt.public_id, 1),
        (office.first, attempt.public_id, 1),
        (office.peserta, attempt.public_id, 0),
        (office.peserta, attempt.public_id, 3),
        (office.peserta, "tidak-ada", 1),
    ):
        with pytest.raises(NoSuchAttempt):
            reports.report(person.id, public_id, n, TEXT)
    for text in ("", "  rancu  ", "x" * 1001):
        with pytest.raises(reports.Refused):
            reports.report(office.peserta.id, attempt.public_id, 1, text)
    assert db.session.scalar(select(func.count()).select_from(QuestionReport)) == 0
    made = reports.report(office.peserta.id, attempt.public_id, 1, TEXT)
    assert report_pages.reports(stranger.id) == [] and report_pages.report_page(stranger.id, made) is None
    for person in (stranger, office.peserta):
        with pytest.raises(reports.NoSuchReport):
            reports.answer(person.id, made, "Jawaban")
    with pytest.raises(reports.Refused):
        reports.answer(office.first.id, made, " ")
    assert notices.unseen(office.peserta.id) == []
