"""Reminders by mail: once, to who has an address, and never instead of the home page. On both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import select

from config import BadSetting, Config
from elearn import clock, doctor, mail
from elearn.database import db, transaction
from elearn.people import notices
from elearn.people.models import Person
from elearn.study import assignments
from elearn.study.assignments import Target
from elearn.supervision import mailing, reminders
from elearn.supervision.mailing import TRIES, send_waiting
from elearn.supervision.models import Reminder
from tests.content import published
from tests.helpers import make_person, make_unit
from tests.mails import Mailbox, mailbox

MORNING = datetime(2026, 9, 14, 2, tzinfo=UTC)
SETTINGS = {
    "DIAJAR_MODE": "testing",
    "DIAJAR_MAIL_FROM": "Diajar <diajar@contoh.go.id>",
    "DIAJAR_URL": "https://contoh.go.id/",
}


@pytest.fixture
def box(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    with mailbox() as one:
        config = Config({**SETTINGS, "DIAJAR_SMTP": f"smtp://127.0.0.1:{one.port}"})
        monkeypatch.setitem(app.config, "SMTP", config.SMTP)
        monkeypatch.setitem(app.config, "URL", config.URL)
        yield one


@pytest.fixture
def office(app: Flask) -> SimpleNamespace:
    unit = make_unit()
    return SimpleNamespace(
        unit=unit,
        head=make_person(unit, "atasan", name="Fitri"),
        rina=make_person(unit, name="Rina", email="rina@contoh.go.id"),
        tono=make_person(unit, name="Tono", email="tono@contoh.go.id"),
        mute=make_person(unit, name="Tanpa Surel"),
    )


def remind(office: SimpleNamespace, *people: Person, text: str = "Ayo mulai.") -> None:
    for person in people:
        reminders.remind(office.head.id, person.id, text)


def left() -> dict[str, tuple[bool, int]]:
    """Name -> whether it was mailed, and how often that failed."""
    db.session.rollback()
    db.session.expire_all()
    rows = db.session.execute(select(Person.name, Reminder).join(Reminder, Reminder.person_id == Person.id))
    return {name: (reminder.mailed_at is not None, reminder.mail_tries) for name, reminder in rows}


def test_a_reminder_is_mailed_once_to_who_has_an_address(office: SimpleNamespace, box: Mailbox) -> None:
    remind(office, office.rina, office.mute, text="Ayo mulai, <b>pelan</b> saja. Ça va?")
    assert send_waiting() == 1 and send_waiting() == 0
    (message,) = box.messages
    assert message["To"] == "Rina <rina@contoh.go.id>" and message["From"] == "Diajar <diajar@contoh.go.id>"
    assert message["Subject"] == "Diajar: pesan dari Fitri" and message["Auto-Submitted"] == "auto-generated"
    text = message.get_content()
    assert "Ayo mulai, <b>pelan</b> saja. Ça va?" in text and "https://contoh.go.id/" in text
    assert message.get_content_type() == "text/plain"
    assert left() == {"Rina": (True, 0), "Tanpa Surel": (False, 0)}
    assert len(notices.unseen(office.mute.id)) == 1, "it stands on their home page all the same"


def test_what_the_product_reminds_of_is_mailed_too(office: SimpleNamespace, box: Mailbox, tmp_path: Path) -> None:
    version = published(tmp_path)
    assignments.assign(
        by=None, module_ids=[version.module_id], to=Target(person_id=office.rina.id), due_on=date(2026, 9, 17)
    )
    with clock.at(MORNING):
        assert reminders.send_due() == 1
        assert send_waiting() == 1
    assert "Modul coba: tenggatnya sudah dekat, 17 September 2026." in box.messages[0].get_content()


def test_a_server_that_is_down_is_asked_again(office: SimpleNamespace, box: Mailbox) -> None:
    remind(office, office.rina)
    box.down = True
    assert send_waiting() == 0 and left()["Rina"][0] is False
    box.down = False
    assert send_waiting() == 1 and left()["Rina"][0] is True


def test_a_connection_that_breaks_loses_nothing_and_sends_nothing_twice(office: SimpleNamespace, box: Mailbox) -> None:
    remind(office, office.rina, office.tono)
    box.breaks_after = 1
    assert send_waiting() in (0, 1)
    assert left() == {"Rina": (True, 0), "Tono": (False, 1)}
    box.breaks_after = 9
    assert send_waiting() == 1
    assert [message["To"] for message in box.messages] == ["Rina <rina@contoh.go.id>", "Tono <tono@contoh.go.id>"]


def test_an_address_that_is_refused_does_not_hold_the_others_up(office: SimpleNamespace, box: Mailbox) -> None:
    box.refused.add("rina@contoh.go.id")
    with transaction() as session:
        session.get_one(Person, office.mute.id).email = "bukan alamat"
    remind(office, office.rina, office.mute, office.tono)
    assert send_waiting() == 1
    assert left() == {"Rina": (False, TRIES), "Tanpa Surel": (False, TRIES), "Tono": (True, 0)}
    assert send_waiting() == 0, "it is not tried again"


def test_after_two_days_a_message_is_not_mailed_any_more(office: SimpleNamespace, box: Mailbox) -> None:
    with clock.at(MORNING):
        remind(office, office.rina)
    with clock.at(MORNING + timedelta(days=2, minutes=1)):
        assert send_waiting() == 0
    assert box.messages == []


def test_without_a_server_nothing_is_tried(office: SimpleNamespace, app: Flask) -> None:
    remind(office, office.rina)
    assert app.config["SMTP"] is None
    mailing.on_swept()
    assert left() == {"Rina": (False, 0)}


def test_a_header_cannot_be_smuggled_in() -> None:
    message = mail.compose("Diajar <d@contoh.go.id>", "r@contoh.go.id", "Rina\r\nBcc: x@y.z", "Satu\nBcc: x@y.z", "Isi")
    assert message["Bcc"] is None and message["Subject"] == "Satu Bcc: x@y.z"
    for address in ("", "rina", "rina@", "@contoh.go.id", "a@b\r\nBcc: x@y.z"):
        with pytest.raises(ValueError):
            mail.compose("Diajar <d@contoh.go.id>", address, "Rina", "Satu", "Isi")


def test_a_password_is_not_sent_in_the_clear(box: Mailbox) -> None:
    server = mail.Server("127.0.0.1", box.port, "diajar", "rahasia", False, "d@contoh.go.id")
    with pytest.raises(mail.NotMailed, match="does not encrypt"), server.session():
        pass


def test_the_doctor_asks_the_server(box: Mailbox) -> None:
    config = Config({**SETTINGS, "DIAJAR_SMTP": f"smtp://127.0.0.1:{box.port}"})
    assert doctor._mail(config) == [] and doctor._mail(Config({"DIAJAR_MODE": "testing"})) == []
    (finding,) = doctor._mail(Config({**SETTINGS, "DIAJAR_SMTP": "smtp://127.0.0.1:1"}))
    assert finding.severity == "error" and "127.0.0.1:1" in finding.message


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("DIAJAR_SMTP", "http://x"), ("DIAJAR_SMTP", "smtp://"), ("DIAJAR_SMTP", "smtp://x:port"),
        ("DIAJAR_MAIL_FROM", "Diajar"), ("DIAJAR_URL", "contoh.go.id"), ("DIAJAR_URL", ""),
    ],
)  # fmt: skip
def test_a_bad_setting_stops_the_start(setting: str, value: str) -> None:
    with pytest.raises(BadSetting, match=setting):
        Config({**SETTINGS, "DIAJAR_SMTP": "smtp://u%40x:p@host", setting: value})


def test_settings_of_a_server() -> None:
    config = Config({**SETTINGS, "DIAJAR_SMTP": "smtps://u%40x:p%3Aw@host"})
    assert config.SMTP == ("host", 465, "u@x", "p:w", True, "Diajar <diajar@contoh.go.id>")
    assert Config({**SETTINGS, "DIAJAR_SMTP": "smtp://host"}).SMTP[1:5] == (587, "", "", False)  # type: ignore[index]
