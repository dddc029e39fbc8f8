"""The mail of a Monday: the page's own figures, once a week, to who has a team, an address and did not switch it off. On both databases."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import select

from config import Config
from elearn import clock
from elearn.database import db, transaction
from elearn.people import deputies, service
from elearn.people.models import Person, Role
from elearn.study.after_models import ActionPlan
from elearn.study.models import Credit, LearnerSummary, LearnerYear
from elearn.supervision import digests
from elearn.supervision.digests import TRIES, choose, on_swept, send_due, wanted
from elearn.supervision.models import Digest
from elearn.supervision.queries import team
from elearn.supervision.scope import supervisor_of
from elearn.supervision.team_filter import TeamFilter
from tests.content import published
from tests.helpers import client_of, make_person, make_unit
from tests.mails import Mailbox, mailbox

MORNING = datetime(2026, 9, 14, 1, tzinfo=UTC)
"""A Monday, eight o'clock in Bandung."""
WEEK = date(2026, 9, 14)
TARGET = Decimal(20)


@pytest.fixture
def box(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    with mailbox() as one:
        config = Config(
            {
                "DIAJAR_MODE": "testing",
                "DIAJAR_MAIL_FROM": "Diajar <diajar@contoh.go.id>",
                "DIAJAR_URL": "https://contoh.go.id/",
                "DIAJAR_SMTP": f"smtp://127.0.0.1:{one.port}",
            }
        )
        monkeypatch.setitem(app.config, "SMTP", config.SMTP)
        monkeypatch.setitem(app.config, "URL", config.URL)
        yield one


@pytest.fixture
def office(app: Flask, tmp_path: object) -> Iterator[SimpleNamespace]:
    """Two heads of teams beside each other, one who has nobody, and one without an address."""
    root = make_unit("kota")
    unit, other, empty = make_unit("dinas", root), make_unit("lain", root), make_unit("kosong", root)
    version = published(tmp_path)  # type: ignore[arg-type]
    with clock.at(MORNING):
        heads = {
            name: make_person(root, name=name, email=f"{name.lower()}@contoh.go.id" if name != "Mute" else "")
            for name in ("Fitri", "Budi", "Sepi", "Mute")
        }
        places = {"Fitri": unit, "Budi": other, "Sepi": empty, "Mute": unit}
        for name, place in places.items():
            service.change_person(heads[name].id, grants=[(Role.ATASAN, place.id)])
        people = [make_person(unit, name=f"Pegawai {n}", kind="pppk" if n == 5 else "pns") for n in range(6)]
        make_person(other, name="Orang Budi")
        yield SimpleNamespace(unit=unit, root=root, version=version, people=people, heads=heads, head=heads["Fitri"])


def study(office: SimpleNamespace) -> None:
    """Of six: one overdue, two with 20 JP (one of them a PPPK), who completed something last week, before, and after."""
    times = [
        datetime(2026, 9, 6, 16, 59, tzinfo=UTC),  # Sunday, a minute before midnight in Bandung
        datetime(2026, 9, 6, 17, 0, tzinfo=UTC),
        datetime(2026, 9, 13, 16, 59, tzinfo=UTC),
        datetime(2026, 9, 13, 17, 0, tzinfo=UTC),
        datetime(2026, 9, 9, 3, 0, tzinfo=UTC),
    ]
    with transaction() as session:
        for n, (person, at) in enumerate(zip(office.people, times, strict=False)):
            session.add(
                Credit(proof=f"DJR-{n}", person_id=person.id, module_id=office.version.module_id, year=2026, jp=2,
                       version_id=office.version.id, unit_id=office.unit.id, kind="x", provider="x", material="x",
                       started_at=at, earned_at=at, revoked_at=MORNING if n == 4 else None)
            )  # fmt: skip
        for person in (office.people[0], office.people[5]):
            session.add(LearnerYear(person_id=person.id, year=2026, jp=20, credits=1))
        late = {"active_at": MORNING, "due_at": MORNING - timedelta(days=1), "started": 1}
        session.merge(LearnerSummary(person_id=office.people[1].id, **late))
        plan = {"module_id": office.version.module_id, "written_at": MORNING, "changed_at": MORNING}
        session.add(
            ActionPlan(
                person_id=office.people[2].id,
                text="Mencoba.",
                due_on=date(2026, 9, 10),
                seen="",
                result="",
                words="",
                **plan,
            )
        )


def rows() -> dict[str, tuple[bool, int]]:
    """Name -> whether it was mailed (or there was nothing to say), and how often that failed."""
    db.session.rollback()
    db.session.expire_all()
    found = db.session.execute(select(Person.name, Digest).join(Digest, Digest.person_id == Person.id))
    return {name: (digest.mailed_at is not None, digest.tries) for name, digest in found}


def addressees(box: Mailbox) -> list[str]:
    return sorted(re.search(r"<(.+)>", message["To"])[1] for message in box.messages)  # type: ignore[index]


# --- what it says


def test_its_figures_are_those_of_the_pages_it_leads_to(app: Flask, office: SimpleNamespace, box: Mailbox) -> None:
    study(office)
    assert send_due(WEEK) == 2
    message = next(one for one in box.messages if "fitri@" in one["To"])
    assert message["Subject"] == "Diajar: tim Anda minggu ini" and message.get_content_type() == "text/plain"
    text = message.get_content()
    assert "14 September 2026" in text and "https://contoh.go.id/tim/surel" in text
    assert not any(person.name in text for person in [*office.people, *office.heads.values()]), "no names in mail"
    said = dict(re.findall(r"- (.+)\n  https://contoh\.go\.id(\S+)", text))
    counts = {path: int(re.search(r": (\d+)", words)[1]) for words, path in said.items()}  # type: ignore[index]
    assert counts == {
        "/tim?status=perlu&urut=perlu": 6,
        "/tim?status=terlambat": 1,
        "/tim?status=selesai-pekan": 2,
        "/tim?status=jp-tercapai": 1,
        "/tim/rencana": 1,
    }
    assert "6 dari 6 orang" in text and "Sudah 20 JP tahun ini: 1 dari 5 PNS" in text
    head = supervisor_of(office.head.id)
    assert head is not None
    for path, count in counts.items():
        if "status" in path:
            status = re.search(r"status=([\w-]+)", path)[1]  # type: ignore[index]
            page = team(head, TeamFilter(status=status), TARGET)
            assert page.total == len(page.members) == count, path
    completed = team(head, TeamFilter(status="selesai-pekan"), TARGET)
    assert {member.name for member in completed.members} == {"Pegawai 1", "Pegawai 2"}
    reached = team(head, TeamFilter(status="jp-tercapai", sort="nama"), TARGET)
    assert [member.name for member in reached.members] == ["Pegawai 0"]
    assert team(head, TeamFilter(status="jp-tercapai", text="pegawai"), TARGET).total == 1
    assert len(plans_of(app, office)) == 1


def plans_of(app: Flask, office: SimpleNamespace) -> list[str]:
    return re.findall("Mencoba\\.", client_of(app, office.head).get("/tim/rencana").text)


def test_a_deputy_is_told_of_the_team_they_see_and_no_longer(office: SimpleNamespace, box: Mailbox) -> None:
    deputy = make_person(office.root, name="Wakil", email="wakil@contoh.go.id")
    deputies.appoint(office.head.id, deputy.number, WEEK, WEEK + timedelta(days=6))
    assert send_due(WEEK) == 3
    text = next(one for one in box.messages if "wakil@" in one["To"]).get_content()
    assert "6 dari 6 orang" in text and "yang sedang Anda wakili" in text and "Fitri" not in text
    later = MORNING + timedelta(days=7)
    box.messages.clear()
    with clock.at(later):
        assert send_due(WEEK + timedelta(days=7)) == 2
    assert addressees(box) == ["budi@contoh.go.id", "fitri@contoh.go.id"]


# --- to whom, and when


def test_it_goes_to_who_has_a_team_an_address_and_wants_it(office: SimpleNamespace, box: Mailbox) -> None:
    assert wanted(office.head.id) and wanted(office.heads["Budi"].id)
    choose(office.heads["Budi"].id, False)
    assert send_due(WEEK) == 1 and addressees(box) == ["fitri@contoh.go.id"]
    assert rows() == {"Fitri": (True, 0), "Sepi": (True, 0)}, "there is nothing to say to who has nobody"
    choose(office.heads["Budi"].id, True)
    choose(office.head.id, False)
    assert send_due(WEEK) == 1 and addressees(box) == ["budi@contoh.go.id", "fitri@contoh.go.id"]
    with transaction() as session:
        session.get_one(Person, office.heads["Budi"].id).active = False
    with clock.at(MORNING + timedelta(days=7)):
        assert send_due(WEEK + timedelta(days=7)) == 0


def test_rounds_send_it_on_a_monday_morning_only(office: SimpleNamespace, box: Mailbox) -> None:
    for before in (timedelta(hours=1, minutes=1), timedelta(days=1), timedelta(hours=8, minutes=1)):
        with clock.at(MORNING - before):
            on_swept()
    with clock.at(MORNING + timedelta(hours=16)):  # Tuesday in Bandung
        on_swept()
    assert box.messages == [] and rows() == {}
    with clock.at(MORNING - timedelta(hours=1)):
        on_swept()
    assert len(box.messages) == 2
    for minutes in range(0, 900, 90):
        with clock.at(MORNING + timedelta(minutes=minutes)):
            on_swept()
    assert len(box.messages) == 2, "once"
    with clock.at(MORNING + timedelta(days=7)):
        on_swept()
    assert len(box.messages) == 4


def test_some_at_a_time(office: SimpleNamespace, box: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digests, "AT_A_TIME", 1)
    assert [send_due(WEEK) for _ in range(4)] == [1, 1, 0, 0] and len(rows()) == 3


def test_without_a_server_there_is_none(app: Flask, office: SimpleNamespace) -> None:
    assert app.config["SMTP"] is None and not wanted(office.head.id)
    with clock.at(MORNING):
        on_swept()
    assert rows() == {}


# --- once, whatever happens


def test_two_processes_at_once_send_one(app: Flask, office: SimpleNamespace, box: Mailbox) -> None:
    ready = threading.Barrier(4)
    sent: list[int] = []
    db.session.remove()

    def send() -> None:
        with clock.at(MORNING), app.app_context():
            ready.wait()
            sent.append(send_due(WEEK))

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(sent) == 2 and addressees(box) == ["budi@contoh.go.id", "fitri@contoh.go.id"]


def test_who_dies_after_marking_sends_none_rather_than_two(
    office: SimpleNamespace, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def dies(_: int) -> str:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(digests, "text_for", dies)
        with pytest.raises(Killed):
            send_due(WEEK)
    assert send_due(WEEK) == 1 and addressees(box) == ["budi@contoh.go.id"]


def test_one_that_cannot_be_made_or_taken_does_not_hold_the_others_up(
    office: SimpleNamespace, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.refused.add("budi@contoh.go.id")
    text_for = digests.text_for
    with monkeypatch.context() as patch:
        patch.setattr(digests, "text_for", lambda i: text_for(i) if i != office.head.id else 1 // 0)
        assert [send_due(WEEK) for _ in range(3)] == [0, 0, 0]
    assert rows() == {"Fitri": (False, 3), "Budi": (False, TRIES), "Sepi": (True, 0)}
    assert send_due(WEEK) == 1 and addressees(box) == ["fitri@contoh.go.id"]
    assert rows()["Budi"] == (False, TRIES), "an address that is refused for good is not tried again"


def test_a_server_that_is_down_or_goes_away_is_asked_again(office: SimpleNamespace, box: Mailbox) -> None:
    box.down = True
    assert send_due(WEEK) == 0 and rows() == {}
    box.down, box.breaks_after = False, 1
    assert send_due(WEEK) in (0, 1)
    assert rows() == {"Fitri": (True, 0), "Budi": (False, 1)}
    box.breaks_after = 9
    assert send_due(WEEK) == 1
    assert addressees(box) == ["budi@contoh.go.id", "fitri@contoh.go.id"] and rows()["Budi"] == (True, 1)
