"""The pages of atasan and pengajar through the client: what is shown, taken away, assigned, and whose it is."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import select, update

from elearn import clock
from elearn.catalogue.models import ModuleTrainer
from elearn.database import db, transaction
from elearn.quizzes import service as quizzes
from elearn.quizzes.service import ClientEvent
from elearn.study import assignments
from elearn.study import service as study
from elearn.study.assignments import Target
from elearn.study.models import Assignment, CheckAnswer, Enrolment, LearnerSummary
from elearn.supervision import reminders
from tests.content import files, key_of, publish, published
from tests.helpers import client_of, make_person, make_unit, post


@pytest.fixture
def office(app: Flask, tmp_path: Path) -> SimpleNamespace:
    """A unit with a head and two people, one of whom has passed the final quiz, and a stranger in another unit."""
    unit, other = make_unit("dinas"), make_unit("lain")
    version = published(tmp_path)
    head = make_person(unit, "atasan", name="Kepala Dinas")
    rina = make_person(unit, name="Rina Kurniasih")
    formula = make_person(unit, name="=HYPERLINK(1)", kind="pppk")
    stranger = make_person(other, name="Orang Lain")
    trainer = make_person(other, "pengajar", name="Pengajar Satu")
    with transaction() as session:
        session.add(ModuleTrainer(module_id=version.module_id, person_id=trainer.id))
    study.enrol(rina.id, "modul-coba")
    attempt = quizzes.start(rina.id, unit.id, version, "kuis-akhir")
    events = [
        ClientEvent(f"c{n}", "answer", item["question"], key_of(version, "kuis-akhir", item["question"]))
        for n, item in enumerate(attempt.layout)
    ]
    quizzes.save(rina.id, attempt.public_id, events)
    quizzes.submit(rina.id, attempt.public_id, "end")
    return SimpleNamespace(unit=unit, head=head, rina=rina, formula=formula, stranger=stranger, trainer=trainer,
                           version=version)  # fmt: skip


def test_the_team_page_shows_its_people_and_nobody_else(app: Flask, office: SimpleNamespace) -> None:
    client = client_of(app, office.head)
    page = client.get("/tim").text
    assert "Rina Kurniasih" in page and "=HYPERLINK(1)" in page and "Modul coba" in page
    assert "Orang Lain" not in page and page.count('scope="row"') == 2
    assert '<span class="heat lv4">100</span>' in page
    assert "Rina" not in client.get("/tim?cari=hyper").text
    assert "Tidak ada yang cocok" in client.get("/tim?cari=zzz").text
    assert client.get("/tim?unit=lain&status=x&urut=y&hal=-3").status_code == 200


def test_what_is_shown_can_be_taken_away(app: Flask, office: SimpleNamespace) -> None:
    client = client_of(app, office.head)
    answer = client.get("/tim/unduh.csv")
    assert answer.headers["Content-Disposition"].endswith('.csv"')
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    by_name = {row[1]: dict(zip(rows[0], row, strict=True)) for row in rows[1:]}
    assert set(by_name) == {"Rina Kurniasih", "'=HYPERLINK(1)"}
    assert by_name["Rina Kurniasih"]["NIP/NI PPPK"] == office.rina.number
    assert by_name["Rina Kurniasih"]["Nilai: Modul coba"] == "100"
    assert by_name["'=HYPERLINK(1)"]["Target JP PNS"] == ""
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(client.get("/tim/unduh.xlsx").data)).get_sheet_by_index(0)
    cells = sheet.to_python()
    assert cells[0] == rows[0]
    assert {row[1]: row[0] for row in cells[1:]} == {
        "Rina Kurniasih": office.rina.number,
        "=HYPERLINK(1)": office.formula.number,
    }
    assert len(list(csv.reader(io.StringIO(client.get("/tim/unduh.csv?cari=rina").text), delimiter=";"))) == 2
    assert client.get("/tim/unduh.pdf").status_code == 404


def test_one_person_with_every_attempt(app: Flask, office: SimpleNamespace, statements: Callable[[], Any]) -> None:
    client = client_of(app, office.head)
    url = f"/tim/{office.rina.public_id}"
    with statements() as seen:
        page = client.get(url).text
    assert len(seen) <= 18
    assert "<h1" in page and "Rina Kurniasih" in page and "Kuis akhir" in page and "100" in page
    for person in (office.stranger, office.head):
        assert client.get(f"/tim/{person.public_id}").status_code == 404


def test_assigning_says_what_is_wrong_and_then_to_how_many(app: Flask, office: SimpleNamespace) -> None:
    client = client_of(app, office.head)
    module, unit = f"m{office.version.module_id}", f"u{office.unit.id}"
    bad = [
        ({"modul": module, "untuk": unit, "tenggat": "2020-01-01"}, "Tenggat sudah lewat"),
        ({"modul": module, "untuk": unit, "tenggat": ""}, "Isi tanggal tenggat"),
        ({"modul": module, "untuk": "u999999", "tenggat": "2099-01-01"}, "form-error"),
        ({"modul": "m999", "untuk": unit, "tenggat": "2099-01-01"}, "form-error"),
        ({"modul": module, "untuk": f"p{office.stranger.id}", "tenggat": "2099-01-01"}, "form-error"),
        ({"modul": module, "untuk": unit, "tenggat": "2099-01-01", "catatan": "x" * 501}, "paling panjang 500"),
        ({"modul": module, "untuk": "tampil", "tenggat": "2099-01-01"}, "form-error"),
        ({"modul": module, "untuk": unit, "siapa": "jabatan", "tenggat": "2099-01-01"}, "Tulis jabatannya"),
        (
            {"modul": module, "untuk": unit, "siapa": "jabatan", "jabatan": "Raja", "tenggat": "2099-01-01"},
            "Tidak ada orang di tim Anda dengan jabatan itu",
        ),
    ]
    for form, words in bad:
        answer = post(client, "/tim/tugaskan", form)
        assert answer.status_code == 422
        assert words in answer.text or 'aria-invalid="true"' in answer.text, form
    assert db.session.scalars(select(Assignment)).all() == []
    good = {"modul": module, "untuk": unit, "tenggat": "2099-01-01", "catatan": "Untuk <b>loket</b>"}
    answer = post(client, "/tim/tugaskan", good, follow_redirects=True)
    assert "Modul ditugaskan kepada 3 orang" in answer.text
    assert "Untuk <b>loket</b>" not in answer.text
    learner = client_of(app, office.formula)
    assert "Mulai: Modul coba" in learner.get("/").text and "Ditugaskan" in learner.get("/").text
    told = learner.get("/modul/modul-coba").text
    assert "Ditugaskan oleh Kepala Dinas" in told and "Untuk &lt;b&gt;loket&lt;/b&gt;" in told
    assignment = db.session.scalars(select(Assignment)).one()
    outsider = make_person(make_unit("jauh"), "atasan")
    assert post(client_of(app, outsider), f"/tim/tugaskan/{assignment.batch}/akhiri").status_code == 404
    assert post(client, f"/tim/tugaskan/{assignment.batch}/akhiri").status_code == 302
    assert "Ditugaskan" not in learner.get("/").text + learner.get("/modul/modul-coba").text


def test_a_pengajar_sees_their_modules_and_how_their_quizzes_go(app: Flask, office: SimpleNamespace) -> None:
    client = client_of(app, office.trainer)
    assert "Modul coba" in client.get("/pengajar").text
    page = client.get("/pengajar/modul-coba").text
    assert "Kuis akhir" in page and "100" in page
    other = make_person(office.unit, "pengajar", name="Pengajar Dua")
    assert "Modul coba" not in client_of(app, other).get("/pengajar").text
    assert client_of(app, other).get("/pengajar/modul-coba").status_code == 404
    assert client.get("/pengajar/tidak-ada").status_code == 404


def test_the_old_address_of_a_renamed_lesson_still_works(app: Flask, tmp_path: Path) -> None:
    """A page that was open while a new version was published, or a link in a chat: nothing done there is lost."""
    contents = files(lessons=("pertama", "dua"))
    contents["01-pertama.md"] = contents["01-pertama.md"].replace("---\ntitle", "---\naliases: [satu]\ntitle", 1)
    publish(tmp_path, contents)
    person = make_person(make_unit())
    client = client_of(app, person)
    assert client.get("/modul/modul-coba/satu").location.endswith("/modul/modul-coba/pertama")
    option = re.search(r'name="jawaban"[^>]*value="([^"]+)"', client.get("/modul/modul-coba/pertama").text)
    assert option
    answer = post(client, "/modul/modul-coba/satu/cek/cek-pertama", {"jawaban": option[1], "id": "a1"})
    assert answer.status_code == 302
    assert db.session.scalars(select(CheckAnswer.lesson_slug)).one() == "pertama"
    assert post(client, "/modul/modul-coba/satu/selesai").location.endswith("/modul/modul-coba/dua")
    assert "pertama" in db.session.scalars(select(Enrolment.done_slugs)).one()


def test_who_needs_help_stands_first_with_the_reason_and_a_way_to_act(app: Flask, office: SimpleNamespace) -> None:
    client = client_of(app, office.head)
    with transaction() as session:
        session.execute(
            update(LearnerSummary)
            .where(LearnerSummary.person_id == office.rina.id)
            .values(active_at=clock.now() - timedelta(days=40), completed=0, started=1)
        )
    page = client.get("/tim").text
    first = page[page.index('id="perlu-didampingi"') : page.index('id="daftar-tim"')]
    assert "Rina Kurniasih" in first and "Tidak aktif sejak" in first
    assert f"/tim/{office.rina.public_id}/ingatkan" in first
    assert 'id="perlu-didampingi"' not in client.get("/tim?status=terlambat").text
    listed = client.get("/tim?status=perlu&urut=perlu").text
    assert "Rina Kurniasih" in listed


def test_a_message_in_ones_own_words(app: Flask, office: SimpleNamespace) -> None:
    client, path = client_of(app, office.head), f"/tim/{office.rina.public_id}/ingatkan"
    assert "<textarea" in client.get(path).text
    empty = post(client, path, {"pesan": " "})
    assert empty.status_code == 422 and "satu atau dua kalimat" in empty.text
    sent = post(client, path, {"pesan": "Mari <b>mulai</b> minggu ini."})
    assert sent.status_code == 302
    again = post(client, path, {"pesan": "Lagi."})
    assert again.status_code == 422 and "Paling banyak satu pesan sehari" in again.text and "Lagi." in again.text
    home = client_of(app, office.rina).get("/").text
    assert "Mari &lt;b&gt;mulai&lt;/b&gt; minggu ini." in home and office.head.name in home
    for person in (office.stranger, office.head):
        assert client.get(f"/tim/{person.public_id}/ingatkan").status_code == 404
        assert post(client, f"/tim/{person.public_id}/ingatkan", {"pesan": "Halo."}).status_code == 404


def test_people_see_who_looked_at_them(app: Flask, office: SimpleNamespace) -> None:
    head, rina = client_of(app, office.head), client_of(app, office.rina)
    assert "Belum ada yang melihat" in rina.get("/akun/jejak").text
    for _ in range(3):
        head.get(f"/tim/{office.rina.public_id}")
    head.get(f"/tim/{office.stranger.public_id}")
    head.get("/tim/unduh.csv")
    page = rina.get("/akun/jejak").text
    assert "/akun/jejak" in rina.get("/akun").text
    assert page.count(office.head.name) == 2 and "membuka halaman belajar Anda" in page and "mengunduh daftar" in page
    assert re.search(r'data-label="Berapa kali hari itu">3<', page)
    assert office.head.name not in client_of(app, office.stranger).get("/akun/jejak").text


def test_a_due_date_is_told_on_the_home_page(app: Flask, office: SimpleNamespace) -> None:
    day = clock.now().astimezone(clock.JAKARTA).date() + timedelta(days=3)
    person = make_person(office.unit, name="Belum Mulai")
    assignments.assign(by=None, module_ids=[office.version.module_id], to=Target(person_id=person.id), due_on=day)
    assert reminders.send_due() == 1
    home = client_of(app, person).get("/").text
    assert "Tenggat Modul coba sudah dekat" in home and str(day.year) in home


def test_an_atasan_appoints_a_deputy_who_then_acts_in_their_own_name(app: Flask, office: SimpleNamespace) -> None:
    head = client_of(app, office.head)
    today = clock.now().astimezone(clock.JAKARTA).date()
    period = {"dari": today.isoformat(), "sampai": (today + timedelta(days=6)).isoformat()}
    assert "/tim/wakil" in head.get("/tim").text
    empty = post(head, "/tim/wakil", {"nomor": "", **period})
    assert empty.status_code == 422 and "Isi nomornya" in empty.text
    unknown = post(head, "/tim/wakil", {"nomor": "1" * 18, **period})
    assert unknown.status_code == 422 and "Tidak ada ASN aktif" in unknown.text
    client = client_of(app, office.stranger)
    assert client.get("/tim").status_code == 403
    assert post(head, "/tim/wakil", {"nomor": office.stranger.number, **period}).status_code == 302
    assert "Orang Lain" in head.get("/tim/wakil").text
    assert "menunjuk Anda sebagai wakilnya" in client.get("/").text
    page = client.get("/tim").text
    assert "Anda mewakili Kepala Dinas" in page and "Rina Kurniasih" in page and "/tim/wakil" not in page
    assert client.get("/tim/wakil").status_code == 403
    assert client.get(f"/tim/{office.head.public_id}").status_code == 404
    assert post(client, f"/tim/{office.rina.public_id}/ingatkan", {"pesan": "Ayo."}).status_code == 302
    assert "Orang Lain" in client_of(app, office.rina).get("/akun/jejak").text
    rows = list(csv.reader(io.StringIO(client.get("/tim/unduh.csv").text), delimiter=";"))
    assert {row[1] for row in rows[1:]} == {"Rina Kurniasih", "'=HYPERLINK(1)"}
    form = re.search(r"/tim/wakil/(\d+)/akhiri", head.get("/tim/wakil").text)
    assert form is not None
    assert post(client, form[0]).status_code == 404
    assert post(head, form[0]).status_code == 302
    assert client.get("/tim").status_code == 403 and "Belum ada wakil" in head.get("/tim/wakil").text
