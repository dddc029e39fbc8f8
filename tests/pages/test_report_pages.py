"""Reporting a question, and answering the report, through the client."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from elearn.database import db
from elearn.quizzes import service
from elearn.quizzes.review_models import QuestionReport
from tests.essays import Office, make_office
from tests.helpers import client_of, make_person, post
from tests.services.test_corrections import WORDS, take
from tests.services.test_reports import TEXT, number


@pytest.fixture
def office(app: Flask, tmp_path: Path) -> Office:
    return make_office(tmp_path, final=WORDS, keys="review: after-submit")


def test_from_the_question_to_the_answer(app: Flask, office: Office) -> None:
    attempt = office.begin(office.peserta)
    n = number(attempt, "siapa")
    learner, trainer = client_of(app, office.peserta), client_of(app, office.first)
    url = f"/percobaan/{attempt.public_id}/{n}/lapor"
    assert url in learner.get(f"/percobaan/{attempt.public_id}/{n}").text
    assert "Apa yang keliru?" in learner.get(url).text
    assert "10 sampai 1000 huruf" in post(learner, url, {"isi": "rancu"}).text
    sent = post(learner, url, {"isi": f"{TEXT} <b>x</b>"})
    assert sent.location == f"/percobaan/{attempt.public_id}/{n}"
    assert "sudah diterima" in post(learner, url, {"isi": TEXT}).text
    assert "Laporan soal (1)" in trainer.get("/pengajar").text
    listed = trainer.get("/penilaian/laporan").text
    shown = re.search(r"/penilaian/laporan/\d+", listed)
    assert shown and "Siapa?" in listed
    page = trainer.get(shown[0]).text
    assert "&lt;b&gt;x&lt;/b&gt;" in page and "Koreksi soal ini" in page and "Presiden" in page
    assert "Rina" not in listed + page
    assert "Tulis jawabannya" in post(trainer, shown[0], {"jawaban": " "}).text
    assert post(trainer, shown[0], {"jawaban": "Kuncinya sudah benar."}).status_code == 302
    assert "Tidak ada laporan" in trainer.get("/penilaian/laporan").text
    assert "Siapa?" in trainer.get("/penilaian/laporan?status=dijawab").text
    home = learner.get("/").text
    assert "laporan Anda tentang sebuah soal sudah dijawab" in home
    notice = re.search(r"/pemberitahuan/\d+", home)
    assert notice
    opened = post(learner, notice[0], {"lihat": "1"}, follow_redirects=True).text
    assert "Kuncinya sudah benar." in opened and "Pengajar Pertama" not in opened


def test_the_result_page_leads_there_too(app: Flask, office: Office) -> None:
    attempt = take(office, "x", True, office.peserta)
    learner = client_of(app, office.peserta)
    assert f"/percobaan/{attempt.public_id}/2/lapor" in learner.get(f"/percobaan/{attempt.public_id}/hasil").text
    sent = post(learner, f"/percobaan/{attempt.public_id}/2/lapor", {"isi": TEXT})
    assert sent.location == f"/percobaan/{attempt.public_id}/hasil#soal-2"


def test_nobody_else_reports_or_answers(app: Flask, office: Office) -> None:
    attempt = office.begin(office.peserta)
    other = client_of(app, make_person(office.unit, "pengajar", "atasan", "admin"))
    url = f"/percobaan/{attempt.public_id}/1/lapor"
    assert other.get(url).status_code == 404 and post(other, url, {"isi": TEXT}).status_code == 404
    assert client_of(app, office.peserta).get(f"/percobaan/{attempt.public_id}/99/lapor").status_code == 404
    assert db.session.scalar(select(func.count()).select_from(QuestionReport)) == 0
    post(client_of(app, office.peserta), url, {"isi": TEXT})
    row = db.session.scalars(select(QuestionReport)).one()
    assert other.get(f"/penilaian/laporan/{row.id}").status_code == 404
    assert post(other, f"/penilaian/laporan/{row.id}", {"jawaban": "x"}).status_code == 404
    assert "Siapa?" not in other.get("/penilaian/laporan").text
    assert service.expire_if_due(attempt).state == "open"
