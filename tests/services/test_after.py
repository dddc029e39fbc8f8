"""What comes after a module: the plan, the question to the nearest atasan, the answer, and the four levels."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import select

from elearn import clock
from elearn.authoring.impact import impact_page
from elearn.database import db
from elearn.people.models import Notice, Person
from elearn.study import after
from elearn.study.after import NotCompleted, NotKept
from elearn.study.after_models import ActionPlan, Satisfaction
from elearn.supervision import plans
from tests.content import files, published
from tests.helpers import client_of, make_person, make_unit, post, trainer_of
from tests.pages.test_records import complete

NOON = datetime(2026, 3, 2, 12, tzinfo=clock.JAKARTA)
TEXT = "Menulis tanggal selesai pada setiap tanda terima di loket tiga."


@pytest.fixture
def office(app: Flask, tmp_path: Path) -> SimpleNamespace:
    with clock.at(NOON):
        city = make_unit("kota")
        section = make_unit("seksi", city)
        world = SimpleNamespace(
            version=published(tmp_path),
            mayor=make_person(city, "atasan", name="Kepala Kota"),
            head=make_person(section, "atasan", name="Kepala Seksi"),
            rina=make_person(section, name="Rina Kurniasih"),
        )
        complete(world.rina, world.version)
    return world


def told(person: Person, kind: str) -> list[dict[str, object]]:
    return [
        n.data for n in db.session.scalars(select(Notice).where(Notice.person_id == person.id, Notice.kind == kind))
    ]


def plan_of(person: Person) -> ActionPlan:
    db.session.expire_all()
    return db.session.scalars(select(ActionPlan).where(ActionPlan.person_id == person.id)).one()


def write(office: SimpleNamespace, days: int = 10, text: str = TEXT) -> ActionPlan:
    after.write_plan(office.rina.id, "modul-coba", text, clock.today() + timedelta(days=days))
    return plan_of(office.rina)


def test_the_nearest_atasan_is_asked_once_after_the_day(office: SimpleNamespace) -> None:
    with clock.at(NOON):
        write(office)
        assert plans.ask_due() == 0
    with clock.at(NOON + timedelta(days=10)):
        assert plans.ask_due() == 0, "its day is not over"
    with clock.at(NOON + timedelta(days=11)):
        assert (plans.ask_due(), plans.ask_due()) == (1, 0)
    assert told(office.head, "plan-due") == [{"count": 1, "to": "/tim/rencana"}]
    assert told(office.mayor, "plan-due") == []


def test_a_head_is_asked_about_by_the_one_above_and_the_top_by_nobody(office: SimpleNamespace) -> None:
    with clock.at(NOON):
        for person in (office.head, office.mayor):
            complete(person, office.version)
            after.write_plan(person.id, "modul-coba", TEXT, clock.today())
    with clock.at(NOON + timedelta(days=1)):
        assert plans.ask_due() == 1
    assert told(office.mayor, "plan-due") and not told(office.head, "plan-due")
    assert plan_of(office.mayor).asked_at is None


def test_a_plan_may_be_rewritten_until_it_is_answered(office: SimpleNamespace) -> None:
    with clock.at(NOON):
        first = write(office, 1)
        assert first.text == TEXT
    with clock.at(NOON + timedelta(days=2)):
        plans.ask_due()
        again = write(office, 3, TEXT + " Juga di loket dua.")
        assert again.id == first.id and again.asked_at is None, "asked again after the new day"
    with clock.at(NOON + timedelta(days=6)):
        after.answer(office.head.id, again.id, "yes", "clear", "Terlihat setiap hari.")
        with pytest.raises(NotKept, match="answered"):
            write(office, 5)
        with pytest.raises(NotKept, match="answered"):
            after.answer(office.mayor.id, again.id, "no", "none", "Tidak.")
    assert told(office.rina, "plan-answered") == [{"by": "Kepala Seksi", "to": "/sesudah/modul-coba"}]


def test_what_cannot_be_kept_is_said(office: SimpleNamespace) -> None:
    with clock.at(NOON):
        today = clock.today()
        for text, day, code in (
            ("pendek", today, "text"),
            ("x" * 601, today, "text"),
            (TEXT, None, "day"),
            (TEXT, today - timedelta(days=1), "day"),
            (TEXT, today + timedelta(days=366), "day"),
        ):
            with pytest.raises(NotKept, match=code):
                after.write_plan(office.rina.id, "modul-coba", text, day)
        with pytest.raises(NotCompleted):
            after.write_plan(office.head.id, "modul-coba", TEXT, today)
        with pytest.raises(NotCompleted):
            after.after_page(office.rina.id, "tidak-ada")
        plan = write(office, 0)
        for seen, result, words, code in (
            ("maybe", "clear", "Baik.", "choice"),
            ("yes", "", "Baik.", "choice"),
            ("yes", "clear", " ", "text"),
            ("yes", "clear", "Baik.", "early"),
        ):
            with pytest.raises(NotKept, match=code):
                after.answer(office.head.id, plan.id, seen, result, words)
        for wrong in (0, 6):
            with pytest.raises(NotKept, match="choice"):
                after.rate(office.rina.id, "modul-coba", useful=wrong, easy=3, recommend=3)


def test_the_four_levels_from_five_people_on(office: SimpleNamespace) -> None:
    """Beside what was put in, by hand; and fewer than five say nothing."""
    with clock.at(NOON):
        folk = [office.rina] + [make_person(office.rina.unit) for _ in range(4)]
        for n, person in enumerate(folk, start=1):
            if person is not office.rina:
                complete(person, office.version)
            page = impact_page(office.version)
            assert (page.reaction.useful, page.reaction.comments) == (None, []), n
            after.rate(person.id, "modul-coba", useful=n, easy=5, recommend=4, comment=f"Komentar {n}")
            after.write_plan(person.id, "modul-coba", TEXT, clock.today())
        after.rate(office.rina.id, "modul-coba", useful=3, easy=5, recommend=4, comment="Komentar baru")
        assert len(db.session.scalars(select(Satisfaction)).all()) == 5, "given anew, not twice"
    with clock.at(NOON + timedelta(days=1)):
        answers = [("yes", "clear"), ("yes", "some"), ("partly", "some"), ("no", "none")]
        for person, (seen, result) in zip(folk, answers, strict=False):
            after.answer(office.mayor.id, plan_of(person).id, seen, result, f"Kata {seen}")
        page = impact_page(office.version)
        assert page.behaviour.remarks == [], "four answers"
        after.answer(office.mayor.id, plan_of(folk[4]).id, "yes", "clear", "Kata akhir")
        page = impact_page(office.version)
    assert (page.reaction.people, page.reaction.useful, page.reaction.easy) == (5, (3 + 2 + 3 + 4 + 5) / 5, 5.0)
    assert "Komentar baru" in page.reaction.comments and "Komentar 1" not in page.reaction.comments
    assert (page.learning.completed, page.learning.tries, page.learning.passes) == (5, 5, 5)
    assert page.learning.gain is not None and page.learning.gain.pairs == 5
    behaviour = page.behaviour
    assert (behaviour.written, behaviour.due, behaviour.answered) == (5, 5, 5)
    assert behaviour.seen == {"yes": 3, "partly": 1, "no": 1}
    assert behaviour.results == {"clear": 2, "some": 2, "none": 1}
    assert len(behaviour.remarks) == 5


def test_through_the_pages_from_plan_to_answer(app: Flask, office: SimpleNamespace) -> None:
    with clock.at(NOON):
        client = client_of(app, office.rina)
        assert "/sesudah/modul-coba" in client.get("/modul/modul-coba").get_data(as_text=True)
        assert client.get("/sesudah/tidak-ada").status_code == 404
        short = post(client, "/sesudah/modul-coba/rencana", {"rencana": "x", "tanggal": "2026-03-10"})
        assert short.status_code == 422 and "15 sampai 600" in short.get_data(as_text=True)
        late = post(client, "/sesudah/modul-coba/rencana", {"rencana": TEXT, "tanggal": "kemarin"})
        assert late.status_code == 422 and TEXT in late.get_data(as_text=True), "nothing typed is lost"
        post(client, "/sesudah/modul-coba/rencana", {"rencana": TEXT, "tanggal": "2026-03-04"})
        none = post(client, "/sesudah/modul-coba/kepuasan", {"berguna": "5", "mudah": "9"})
        assert none.status_code == 422 and "Pilih satu angka" in none.get_data(as_text=True)
        rated = {"berguna": "5", "mudah": "4", "sarankan": "5", "komentar": "Singkat dan jelas."}
        assert post(client, "/sesudah/modul-coba/kepuasan", rated).status_code == 302
        page = client.get("/sesudah/modul-coba").get_data(as_text=True)
        assert TEXT in page and "Singkat dan jelas." in page
        head = client_of(app, office.head)
        assert TEXT not in head.get("/tim/rencana").get_data(as_text=True), "not before its day is over"
        assert TEXT in head.get(f"/tim/{office.rina.public_id}").get_data(as_text=True)
    with clock.at(NOON + timedelta(days=3)):
        plans.ask_due()
        head = client_of(app, office.head)
        assert "1 rencana aksi" in head.get("/").get_data(as_text=True)
        assert TEXT in head.get("/tim/rencana").get_data(as_text=True)
        url = f"/tim/rencana/{plan_of(office.rina).id}"
        assert post(head, url, {"terlihat": "yes"}).status_code == 422
        given = {"terlihat": "partly", "hasil": "some", "bagaimana": "Sudah di loket tiga, belum di loket dua."}
        stranger = client_of(app, make_person(make_unit("lain"), "atasan"))
        assert post(stranger, url, given).status_code == 404
        assert post(head, url, given).status_code == 302
        answered = head.get("/tim/rencana?keadaan=dijawab").get_data(as_text=True)
        assert "belum di loket dua" in answered and "terlihat sebagian" in answered
        client = client_of(app, office.rina)
        assert "Kepala Seksi menjawab rencana aksi" in client.get("/").get_data(as_text=True)
        assert "belum di loket dua" in client.get("/sesudah/modul-coba").get_data(as_text=True)
        trainer = client_of(app, trainer_of(office.version.module_id))
        impact = trainer.get("/pengajar/modul-coba/dampak").get_data(as_text=True)
        assert "1 rencana aksi ditulis" in impact and "belum di loket dua" not in impact


def test_a_module_asks_for_an_action_of_its_own(app: Flask, tmp_path: Path) -> None:
    asked = "Pilih satu formulir yang akan Anda ringkas bulan ini."
    contents = files()
    contents["module.md"] = contents["module.md"].replace("jp: 0.5\n", f"jp: 0.5\naction: {asked}\n")
    version = published(tmp_path, contents=contents)
    with clock.at(NOON):
        rina = make_person(make_unit("kota"), name="Rina Kurniasih")
        complete(rina, version)
        assert asked in client_of(app, rina).get("/sesudah/modul-coba").get_data(as_text=True)


def test_dates_of_a_plan_are_days_in_jakarta(office: SimpleNamespace) -> None:
    with clock.at(datetime(2026, 3, 2, 23, 30, tzinfo=clock.JAKARTA)):
        write(office, 0)
        assert plan_of(office.rina).due_on == date(2026, 3, 2)
        assert plans.ask_due() == 0
    with clock.at(datetime(2026, 3, 3, 0, 30, tzinfo=clock.JAKARTA)):
        assert plans.ask_due() == 1
