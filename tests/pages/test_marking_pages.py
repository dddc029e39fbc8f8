"""The pages of marking through the client, and what the peserta sees of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from elearn.database import db
from elearn.quizzes.review_models import Mark
from tests.essays import TEXT, Office, make_office
from tests.helpers import client_of, fresh, make_person, post


@pytest.fixture
def office(app: Flask, tmp_path: Path) -> Office:
    return make_office(tmp_path)


def test_from_the_queue_to_the_notice(app: Flask, office: Office) -> None:
    attempt = office.take()
    client = client_of(app, office.first)
    assert "Perlu dinilai (1)" in client.get("/pengajar").text
    assert "Nilai sekarang" in client.get("/penilaian").text
    assert "menunggu Anda" in client.get("/penilaian/modul/modul-coba/kuis-akhir").text
    url = client.get("/penilaian/modul/modul-coba/kuis-akhir/berikutnya").location
    page = client.get(url).text
    assert "Buka loket ketiga." in page and "Masalah" in page and 'type="radio"' in page
    assert "Rina" not in page and "Dinas" not in page and "disembunyikan" in page
    criteria = office.criteria()
    wrong = post(
        client, url, {f"poin-{criteria[0]}": "3", f"poin-{criteria[1]}": "7", "komentar": "Bagus", "dasar": "0"}
    )
    assert wrong.status_code == 200 and "Tulis bilangan 0 sampai 6" in wrong.text and "Bagus</textarea>" in wrong.text
    assert "Isi poinnya" in post(client, url, {"dasar": "0"}).text
    form = {f"poin-{criteria[0]}": "3", f"poin-{criteria[1]}": "4", "komentar": "Bagus <b>sekali</b>", "dasar": "0"}
    saved = post(client, url, form, follow_redirects=True)
    assert "Semua jawaban kuis ini sudah Anda nilai" in saved.text and "Tidak ada yang menunggu" in saved.text
    assert fresh(attempt).percent == 85
    done = client.get("/penilaian/modul/modul-coba/kuis-akhir").text
    assert "Sudah dinilai" in done and "7 / 10" in done
    learner = client_of(app, office.peserta)
    home = learner.get("/").text
    assert "jawaban Anda sudah dinilai. Nilai Anda 85" in home
    notice = re.search(r"/pemberitahuan/(\d+)", home)
    assert notice
    shown = post(learner, notice[0], {"lihat": "1"}, follow_redirects=True).text
    assert "Penilaian" in shown and "3 / 4" in shown and "Bagus &lt;b&gt;sekali&lt;/b&gt;" in shown
    assert "Pengajar Pertama" not in shown and "/pemberitahuan/" not in learner.get("/").text
    assert post(client, notice[0]).status_code == 404, "somebody else's notice"


def test_a_clash_is_said_and_nothing_is_lost(app: Flask, office: Office) -> None:
    attempt = office.take()
    url = f"/penilaian/jawaban/{attempt.public_id}/usul"
    first, second = office.criteria()
    form = {f"poin-{first}": "1", f"poin-{second}": "1", "dasar": "0"}
    assert post(client_of(app, office.first), url, form).status_code == 302
    answer = post(client_of(app, office.second), url, {**form, f"poin-{first}": "4", "komentar": "Menurut saya baik"})
    assert answer.status_code == 409
    assert "menilai jawaban ini lebih dulu" in answer.text and "Menurut saya baik" in answer.text
    assert "Pengajar Pertama" in answer.text
    assert db.session.scalar(select(func.count()).select_from(Mark)) == 1


def test_no_one_else_sees_an_answer(app: Flask, office: Office) -> None:
    attempt = office.take()
    others = [
        make_person(office.unit, "pengajar", name="Pengajar Lain"),
        make_person(office.unit, "atasan", name="Kepala"),
        make_person(office.unit, "admin", name="Admin"),
        office.peserta,
    ]
    for person in others:
        client = client_of(app, person)
        for path in (f"/penilaian/jawaban/{attempt.public_id}/usul", "/penilaian/modul/modul-coba/kuis-akhir"):
            answer = client.get(path)
            assert answer.status_code in (403, 404) and "loket ketiga" not in answer.text
    strange = client_of(app, others[0])
    assert "Tidak ada yang menunggu" in strange.get("/penilaian").text
    assert TEXT.split("\n")[0] not in strange.get("/pengajar").text
