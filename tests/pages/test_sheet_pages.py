"""The timeline and the sheet of one person: what is on them, whose they are, and that looking is told."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import select

from elearn import clock
from elearn.database import db, transaction
from elearn.people.models import AuditEntry
from elearn.study import after, assignments
from elearn.study.assignments import Target
from elearn.study.models import Enrolment, LessonProgress
from elearn.supervision import reminders
from elearn.supervision.talk import Question
from tests.content import published
from tests.helpers import client_of, make_person, make_unit
from tests.services.test_sheet import FINAL, complete

NOON = datetime(2026, 9, 14, 5, tzinfo=UTC)


@pytest.fixture
def office(app: Flask, tmp_path: Path) -> SimpleNamespace:
    """Rina completed a module and planned; Tono was given it and did nothing."""
    version = published(tmp_path, final=FINAL)
    unit, other = make_unit("dinas"), make_unit("lain")
    head = make_person(unit, "atasan", name="Kepala Dinas")
    rina, tono = make_person(unit, name="Rina Kurniasih"), make_person(unit, name="Tono Hartono")
    stranger = make_person(other, name="Orang Lain")
    complete(rina, version, NOON - timedelta(days=30))
    with clock.at(NOON - timedelta(days=29)):
        after.write_plan(rina.id, "modul-coba", "Menulis <b>tanggal</b> di tanda terima.", date(2026, 9, 10))
        assignments.assign(
            by=head.id, module_ids=[version.module_id], to=Target(person_id=tono.id), due_on=date(2026, 9, 1)
        )
        reminders.remind(head.id, tono.id, "Kata-kata untuk Tono saja.")
    return SimpleNamespace(version=version, head=head, rina=rina, tono=tono, stranger=stranger)


def test_the_sheet_says_what_two_people_talk_about(app: Flask, office: SimpleNamespace) -> None:
    with clock.at(NOON):
        head = client_of(app, office.head)
        page = head.get(f"/tim/{office.rina.public_id}/lembar").text
        assert "Rina Kurniasih" in page and office.rina.number[:8] in page and "Kepala Dinas" in page
        assert "1 Januari 2026 – 14 September 2026" in page
        assert "Tahun 2026: 0,5 dari target paling sedikit 20 JP." in page
        assert "Memutuskan" in page and "Menulis &lt;b&gt;tanggal&lt;/b&gt;" in page and "<b>tanggal" not in page
        assert "Apa yang membantu Anda sampai selesai?" in page
        assert page.count('class="sheet-line"') in (3, 4) and page.count("<td></td><td></td><td></td>") == 4
        tono = head.get(f"/tim/{office.tono.public_id}/lembar").text
        assert "Modul coba belum sempat selesai. Apa yang menghambat" in tono and "terlambat 13 hari" in tono
        assert "Belum ada modul yang selesai" in tono and "Belum ada kuis akhir yang dinilai." in tono
        other = head.get(f"/tim/{office.rina.public_id}/lembar?dari=2025-01-01&sampai=2025-12-31").text
        assert "1 Januari 2025 – 31 Desember 2025" in other and "Belum ada modul yang selesai" in other


def test_every_question_has_words(app: Flask) -> None:
    kinds = ["completed", "overdue", "failing", "idle", "gaps", "gap", "plan", "plan-seen", "plan-hindered", "strong"]
    kinds += ["short", "next", "help", "time"]
    with app.test_request_context():
        macro = app.jinja_env.get_template("supervision/_questions.html").make_module({}).words  # type: ignore[attr-defined]
        said = {str(macro(Question(kind, "Satu", "Dua"))) for kind in kinds}
    assert len(said) == len(kinds) and all(text.endswith("?") for text in said)


def test_the_timeline_is_on_the_page_and_goes_on_on_its_own(app: Flask, office: SimpleNamespace) -> None:
    with transaction() as session:
        enrolment = session.scalars(select(Enrolment).where(Enrolment.person_id == office.rina.id)).one()
        for n in range(40):
            at = NOON - timedelta(days=100 + n)
            session.add(LessonProgress(enrolment_id=enrolment.id, slug=f"l{n}", opened_at=at, seen_at=at, done_at=at))
    with clock.at(NOON):
        head = client_of(app, office.head)
        page, path = head.get(f"/tim/{office.rina.public_id}").text, f"/tim/{office.rina.public_id}/linimasa"
        assert page.count("<time datetime=") == 30 and f'href="{path}?halaman=2"' in page and f'href="{path}"' in page
        assert page.index("Menyelesaikan modul Modul coba") < page.index("Memulai modul Modul coba")
        second = head.get(f"{path}?halaman=2").text
        assert second.count("<time datetime=") == len(re.findall("Menyelesaikan 1 materi", second)) == 16
        for odd in ("0", "-1", "x", "9999999999", "٢"):
            assert head.get(f"{path}?halaman={odd}").status_code == 200, odd
        tono = head.get(f"/tim/{office.tono.public_id}").text
        assert "Diingatkan Kepala Dinas" in tono and "Kata-kata untuk Tono" not in tono
        assert "Ditugaskan Kepala Dinas: Modul coba" in tono and "belum selesai saat itu" in tono


def test_a_person_has_the_same_pages_of_themselves(app: Flask, office: SimpleNamespace) -> None:
    with clock.at(NOON):
        rina, head = client_of(app, office.rina), client_of(app, office.head)
        scores = rina.get("/nilai").text
        assert "/nilai/lembar" in scores and "/nilai/linimasa" in scores and "/akun/jejak" in scores
        inside = re.compile(r"<article.*?</article>|<ol class=\"timeline.*?</ol>", re.DOTALL)
        for own, theirs in (("/nilai/lembar", "lembar"), ("/nilai/linimasa", "linimasa")):
            mine = inside.findall(rina.get(own).text)
            seen = inside.findall(head.get(f"/tim/{office.rina.public_id}/{theirs}").text)
            assert mine and [text.replace("Kepala Dinas", "") for text in seen] == mine, own
        assert rina.get(f"/tim/{office.rina.public_id}/lembar").status_code == 403


def test_looking_is_told_and_nobody_else_is_shown(app: Flask, office: SimpleNamespace) -> None:
    with clock.at(NOON):
        head = client_of(app, office.head)
        for page in ("lembar", "linimasa"):
            assert head.get(f"/tim/{office.rina.public_id}/{page}").status_code == 200
            for person in (office.stranger, office.head):
                assert head.get(f"/tim/{person.public_id}/{page}").status_code == 404
            assert head.get(f"/tim/{'z' * 16}/{page}").status_code == 404
        looks = db.session.execute(
            select(AuditEntry.person_id, AuditEntry.subject).where(AuditEntry.action == "person.seen")
        ).all()
        assert {tuple(row) for row in looks} == {(office.rina.id, "lembar"), (office.rina.id, "linimasa")}
        assert "lembar percakapan" in client_of(app, office.rina).get("/akun/jejak").text
        rina = client_of(app, office.rina)
        rina.get("/nilai/lembar")
        assert len(looks) == 2 and "Rina" not in rina.get("/akun/jejak").text.partition("<main")[2]
