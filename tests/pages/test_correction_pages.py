"""The pages of corrections through the client, and what the peserta reads of one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from elearn.database import db
from elearn.quizzes.review_models import Correction
from tests.essays import Office, make_office
from tests.helpers import client_of, fresh, make_person, post
from tests.services.test_corrections import WORDS, take

URL = "/penilaian/soal/modul-coba/kuis-akhir"


@pytest.fixture
def office(app: Flask, tmp_path: Path) -> Office:
    return make_office(tmp_path, final=WORDS, keys="review: after-submit")


def test_an_answer_is_accepted_from_the_list_of_those_given(app: Flask, office: Office) -> None:
    attempt = take(office, "layan <i>publik</i>", True, office.peserta)
    client = client_of(app, office.first)
    assert URL in client.get("/pengajar/modul-coba").text
    assert "Kata?" in client.get(URL).text
    page = client.get(f"{URL}/kata").text
    assert "Terima jawaban ini" in page and "<i>publik</i>" not in page
    form = {"jenis": "accept", "jawaban": "layan <i>publik</i>"}
    shown = post(client, f"{URL}/kata", form).text
    assert "Dampak koreksi" in shown and "Rina Kurniasih" in shown and "menjadi lulus" in shown
    assert db.session.scalar(select(func.count()).select_from(Correction)) == 0
    again = post(client, f"{URL}/kata", {**form, "langkah": "terapkan", "alasan": " "})
    assert again.status_code == 200 and "Tulis alasannya" in again.text
    done = post(client, f"{URL}/kata", {**form, "langkah": "terapkan", "alasan": "Sama artinya"}, follow_redirects=True)
    assert "Koreksi diterapkan" in done.text and "1 nilai berubah" in done.text and "Sama artinya" in done.text
    assert fresh(attempt).percent == 100
    listed = re.search(r"/penilaian/koreksi/\d+", done.text)
    assert listed
    changed = client.get(listed[0]).text
    assert "Rina Kurniasih" in changed and ">50</td>" in changed and ">100</td>" in changed
    stranger = make_person(office.unit, "pengajar", name="Pengajar Lain")
    assert client_of(app, stranger).get(listed[0]).status_code == 404
    assert "Batalkan koreksi ini" in changed
    back = post(client, listed[0])
    assert "Koreksi dibatalkan" in back.text and "tidak lagi lulus" in back.text and "kredit tetap" in back.text
    assert post(client_of(app, stranger), listed[0]).status_code == 404
    assert fresh(attempt).percent == 100
    learner = client_of(app, office.peserta)
    assert "nilai Anda berubah menjadi 100" in learner.get("/").text
    result = learner.get(f"/percobaan/{attempt.public_id}/hasil").text
    assert "Riwayat nilai" in result and "50 → </b>" not in result and "Soal dikoreksi: Sama artinya" in result
    assert "Soal ini dikoreksi: jawaban Anda diterima" in result
    assert "Nilai ini berubah" in result and "dari 50 menjadi 100" in result


def test_full_marks_are_shown_before_and_refusals_are_said(app: Flask, office: Office) -> None:
    take(office, "x", False, office.peserta)
    client = client_of(app, office.second)
    assert "Nilai penuh untuk semua" in post(client, f"{URL}/siapa", {"jenis": "full"}).text
    assert "Hanya jawaban isian" in post(client, f"{URL}/siapa", {"jenis": "accept", "jawaban": "x"}).text
    assert "tidak dapat dikoreksi" in post(client, f"{URL}/siapa", {"jenis": "drop"}).text
    assert "di antara 1 dan 100" in post(client, f"{URL}/kata", {"jenis": "accept", "jawaban": "x", "bagian": "0"}).text
    assert "Tidak ada nilai yang berubah" in post(client, f"{URL}/kata", {"jenis": "accept", "jawaban": "zzz"}).text


def test_nobody_else_gets_there(app: Flask, office: Office) -> None:
    take(office, "x", False, office.peserta)
    for roles in (("pengajar",), ("atasan",), ("admin",), ()):
        client = client_of(app, make_person(office.unit, *roles))
        for path in (URL, f"{URL}/kata"):
            assert client.get(path).status_code in (403, 404)
        assert post(client, f"{URL}/kata", {"jenis": "full", "langkah": "terapkan", "alasan": "a"}).status_code in (
            403,
            404,
        )
    assert db.session.scalar(select(func.count()).select_from(Correction)) == 0
