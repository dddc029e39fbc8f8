"""What an administrator does with accounts, and the audit log."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

import elearn
from elearn import clock
from elearn.administration import audit_log, queries
from elearn.core.identity import spaced
from elearn.database import db, transaction
from elearn.people import audit, service
from elearn.people.models import AuditEntry, Person, RoleGrant, Unit
from tests.helpers import PASSWORD, client_of, make_number, make_person, make_unit, post


@pytest.fixture
def units(app: Flask) -> dict[str, Unit]:
    kota = make_unit("kota", name="Pemerintah Kota")
    dinas = make_unit("dinas", kota, name="Dinas Contoh")
    return {"kota": kota, "dinas": dinas, "bidang": make_unit("bidang", dinas, name="Bidang Contoh")}


@pytest.fixture
def admin(units: dict[str, Unit]) -> Person:
    return make_person(units["kota"], "admin", name="Dian Apriliani")


@pytest.fixture
def client(app: Flask, admin: Person) -> FlaskClient:
    return client_of(app, admin)


def fields(person: Person, **changes: Any) -> dict[str, Any]:
    """The form of an account as it stands, with changes."""
    return {
        "nama": person.name,
        "jabatan": person.position,
        "unit": person.unit_id,
        "surel": person.email,
        "atasan_baru": 0,
    } | changes


def roles(person: Person) -> set[tuple[str, int | None]]:
    found = db.session.execute(select(RoleGrant.role, RoleGrant.unit_id).where(RoleGrant.person_id == person.id))
    return {(role, unit) for role, unit in found}


# The list


def test_the_first_page_counts(client: FlaskClient, units: dict[str, Unit]) -> None:
    service.deactivate(make_person(units["dinas"]).id, "pensiun")
    make_person(units["bidang"], "pengajar", must_change=True)
    page = " ".join(re.sub(r"<[^>]+>", " ", client.get("/admin").get_data(as_text=True)).split())
    assert "Akun aktif 2 di 3 unit" in page
    assert "Belum punya kata sandi sendiri 1" in page
    assert "Nonaktif 1" in page
    assert "satu-satunya admin" in page


def names(client: FlaskClient, query: str) -> list[str]:
    page = client.get(f"/admin/orang?{query}").get_data(as_text=True)
    return re.findall(r'class="who"><a href="[^"]+">([^<]+)</a>', page)


def test_people_are_found_by_name_number_position_unit_role_and_state(
    client: FlaskClient, units: dict[str, Unit]
) -> None:
    asep = make_person(units["dinas"], name="Asep Suryana", position="Arsiparis")
    rina = make_person(units["bidang"], "pengajar", name="Rina Dewi", must_change=True)
    gone = make_person(units["bidang"], name="Tatang Wibawa")
    service.deactivate(gone.id, "pensiun")
    assert names(client, "") == ["Asep Suryana", "Dian Apriliani", "Rina Dewi"]
    assert names(client, "cari=suryana") == ["Asep Suryana"]
    assert names(client, "cari=arsip") == ["Asep Suryana"]
    assert names(client, f"cari={spaced(rina.number)}".replace(" ", "+")) == ["Rina Dewi"]
    assert names(client, "unit=dinas") == ["Asep Suryana", "Rina Dewi"], "a unit is all below it too"
    assert names(client, "unit=bidang&status=semua") == ["Rina Dewi", "Tatang Wibawa"]
    assert names(client, "peran=pengajar") == ["Rina Dewi"]
    assert names(client, "status=belum-masuk") == ["Rina Dewi"]
    assert names(client, "status=nonaktif") == ["Tatang Wibawa"]
    assert names(client, "cari=%25") == [], "a per cent sign is no wildcard"
    assert asep.number not in client.get("/admin/orang?cari=tidak-ada").get_data(as_text=True)
    assert names(client, "halaman=99999&status=apa&peran=raja&unit=x")[0] == "Asep Suryana"


def test_pages_hold_fifty_and_cost_the_same(app: Flask, units: dict[str, Unit], statements: Callable[[], Any]) -> None:
    def cost() -> int:
        with statements() as seen:
            queries.people_page(queries.PeopleFilter())
        return len(seen)

    make_person(units["dinas"], "pengajar")
    few = cost()
    with transaction():
        for _ in range(60):
            make_person(units["dinas"], "pengajar", password=None)
    assert cost() == few <= 4
    page = queries.people_page(queries.PeopleFilter(page=2))
    assert (len(page.people), page.total, page.pages) == (11, 61, 2)


# One account


def test_an_account_is_edited_with_its_roles(client: FlaskClient, admin: Person, units: dict[str, Unit]) -> None:
    person = make_person(units["bidang"], "atasan", name="Rina Dewi")
    url = f"/admin/orang/{person.public_id}"
    assert spaced(person.number) in client.get(url).get_data(as_text=True)
    changes = {
        "jabatan": "  Kepala   Bidang ",
        "unit": units["dinas"].id,
        "surel": "rina@contoh.invalid",
        "pengajar": "y",
        "atasan": units["bidang"].id,
        "atasan_baru": units["dinas"].id,
    }
    assert post(client, url, fields(person, **changes)).location == url
    db.session.refresh(person)
    assert (person.position, person.unit_id, person.email) == (
        "Kepala Bidang",
        units["dinas"].id,
        "rina@contoh.invalid",
    )
    expected = {("pengajar", None), ("atasan", units["bidang"].id), ("atasan", units["dinas"].id)}
    assert roles(person) == expected
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "person.changed")).one()
    assert entry.actor_id == admin.id and entry.person_id == person.id and entry.address == "127.0.0.1"
    page = post(client, url, fields(person, pengajar="y", atasan=units["bidang"].id), follow_redirects=True)
    assert "Perubahan disimpan" in page.get_data(as_text=True)
    assert roles(person) == {("pengajar", None), ("atasan", units["bidang"].id)}
    same = post(client, url, fields(person, pengajar="y", atasan=units["bidang"].id), follow_redirects=True)
    assert "Tidak ada perubahan" in same.get_data(as_text=True)


def test_bad_values_are_told_at_their_field(client: FlaskClient, units: dict[str, Unit]) -> None:
    person = make_person(units["bidang"])
    url = f"/admin/orang/{person.public_id}"
    for wrong in (
        {"nama": "  "},
        {"surel": "bukan surel"},
        {"unit": 999_999},
        {"atasan_baru": 999_999},
        {"nama": "x" * 201},
    ):
        answer = post(client, url, fields(person, **wrong))
        assert answer.status_code == 400, wrong
        assert "error-summary" in answer.get_data(as_text=True)
    db.session.refresh(person)
    assert person.name == "Rina Kurniasih"


def test_nobody_takes_away_their_own_way_in(client: FlaskClient, admin: Person) -> None:
    url = f"/admin/orang/{admin.public_id}"
    assert "admin lain" in post(client, url, fields(admin)).get_data(as_text=True)
    assert roles(admin) == {("admin", None)}
    assert post(client, f"{url}/nonaktif", {"alasan": "coba"}).status_code == 400
    post(client, f"{url}/kata-sandi")
    db.session.refresh(admin)
    assert admin.active and not admin.must_change_password
    assert client.get("/admin").status_code == 200


def test_an_account_is_closed_with_a_reason_and_opened_again(
    app: Flask, client: FlaskClient, units: dict[str, Unit]
) -> None:
    person = make_person(units["bidang"])
    theirs = client_of(app, person)
    url = f"/admin/orang/{person.public_id}"
    assert post(client, f"{url}/nonaktif", {"alasan": " "}).status_code == 400
    assert theirs.get("/akun").status_code == 200
    assert post(client, f"{url}/nonaktif", {"alasan": "pensiun per 1 Januari"}).location == url
    assert theirs.get("/akun").location.startswith("/masuk")
    assert "nonaktif" in client.get(url).get_data(as_text=True)
    assert post(client, f"{url}/kata-sandi").location == url, "a closed account gets no password"
    note = select(AuditEntry.note).where(AuditEntry.action == "person.deactivated")
    assert db.session.scalars(note).one() == "pensiun per 1 Januari"
    post(client, f"{url}/aktif")
    assert client_of(app, person).get("/akun").status_code == 200


def test_a_password_is_reset_and_shown_once(app: Flask, client: FlaskClient, units: dict[str, Unit]) -> None:
    person = make_person(units["bidang"])
    theirs = client_of(app, person)
    answer = post(client, f"/admin/orang/{person.public_id}/kata-sandi")
    assert answer.headers["Cache-Control"] == "no-store"
    found = re.search(r"<output[^>]*>([a-z0-9-]{19})</output>", answer.get_data(as_text=True))
    assert found
    password = found.group(1)
    assert password not in client.get(f"/admin/orang/{person.public_id}").get_data(as_text=True)
    assert theirs.get("/akun").location.startswith("/masuk")
    right = {"nomor": person.number, "sandi": password}
    assert post(app.test_client(), "/masuk", right).location == "/akun/kata-sandi"
    assert post(app.test_client(), "/masuk", {"nomor": person.number, "sandi": PASSWORD}).status_code == 401
    everything = " ".join(str((e.before, e.after, e.note)) for e in db.session.scalars(select(AuditEntry)))
    assert password not in everything


def test_a_person_is_added_once(app: Flask, client: FlaskClient, units: dict[str, Unit]) -> None:
    number = make_number("pppk")
    form = {"nomor": spaced(number), "nama": "Asep Suryana", "unit": units["dinas"].id, "atasan_baru": 0}
    page = post(client, "/admin/orang/baru", form).get_data(as_text=True)
    found = re.search(r"<output[^>]*>([a-z0-9-]{19})</output>", page)
    assert found
    person = db.session.scalars(select(Person).where(Person.number == number)).one()
    assert person.employment == "pppk" and person.must_change_password
    assert post(app.test_client(), "/masuk", {"nomor": number, "sandi": found.group(1)}).status_code == 302
    again = post(client, "/admin/orang/baru", form)
    assert again.status_code == 400 and "Sudah ada akun" in again.get_data(as_text=True)
    wrong = post(client, "/admin/orang/baru", form | {"nomor": "19871312 201001 1 005"})
    assert wrong.status_code == 400 and "tanggal lahir" in wrong.get_data(as_text=True)


# The audit log


def test_every_action_has_a_name(app: Flask) -> None:
    """Every action that the sources record is in the filter and reads as words."""
    sources = "\n".join(path.read_text() for path in Path(elearn.__file__).parent.rglob("*.py"))
    recorded = set(re.findall(r'record(?:_many)?\(\s*"([a-z-]+\.[a-z-]+)"', sources))
    recorded |= set(re.findall(r'"((?:person|attempt|sign-in|password|unit)\.[a-z-]+)"', sources))
    assert len(recorded) > 15
    columns = {"person.id", "unit.id", "attempt.id"}
    assert recorded - columns - set(audit_log.ACTIONS) == set()


def test_the_log_tells_what_it_was_and_what_became_of_it(
    client: FlaskClient, admin: Person, units: dict[str, Unit]
) -> None:
    person = make_person(units["bidang"], "pengajar", name="Rina Dewi")
    url = f"/admin/orang/{person.public_id}"
    post(client, url, fields(person, unit=units["dinas"].id, jabatan="Lurah", atasan_baru=units["dinas"].id))
    page = client.get(f"/admin/audit?akun={person.public_id}&aksi=person.changed").get_data(as_text=True)
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "Unit kerja: Bidang Contoh Dinas Contoh" in re.sub(r" menjadi", "", text)
    assert "Jabatan: Pengelola Layanan Lurah" in text
    assert "Peran: pengajar atasan Dinas Contoh" in text
    assert "Dian Apriliani" in text and "127.0.0.1" in text
    assert "Hanya catatan milik Rina Dewi" in text


def test_the_log_is_filtered_by_person_actor_action_and_day(app: Flask, admin: Person, units: dict[str, Unit]) -> None:
    asep, rina = make_person(units["dinas"], name="Asep Suryana"), make_person(units["dinas"], name="Rina Dewi")
    with transaction() as session:
        session.execute(AuditEntry.__table__.delete())
    at = datetime(2026, 3, 9, 17, 30, tzinfo=UTC)  # half past midnight on the 10th in Jakarta
    for days, person, action in ((0, asep, "person.changed"), (1, rina, "person.changed"), (2, rina, "password.reset")):
        with clock.at(at + timedelta(days=days)), transaction():
            audit.record(action, person_id=person.id, note=f"{days}")

    def shown(**query: str) -> list[str]:
        return [e.note for e in audit_log.audit_page(audit_log.AuditFilter.read(query)).entries]

    assert shown() == ["2", "1", "0"]
    assert shown(orang="rina") == ["2", "1"]
    assert shown(orang=asep.number) == ["0"]
    assert shown(akun=rina.public_id) == ["2", "1"]
    assert shown(akun="tidakadaorangini") == []
    assert shown(aksi="person.changed") == ["1", "0"]
    assert shown(aksi="apa saja") == ["2", "1", "0"]
    assert shown(pelaku="dian") == []
    assert shown(dari="2026-03-11") == ["2", "1"]
    assert shown(sampai="2026-03-10") == ["0"], "the day is Jakarta's"
    assert shown(dari="2026-03-11", sampai="2026-03-11") == ["1"]
    assert shown(dari="kemarin", sampai="9999-99-99", sebelum="x-y") == ["2", "1", "0"]


def test_the_log_is_read_in_pages_that_lose_nothing(app: Flask, admin: Person, statements: Callable[[], Any]) -> None:
    """Also where many entries have one instant, as after an import."""
    with clock.at(clock.now() + timedelta(minutes=1)), transaction():
        audit.record_many("person.changed", (audit.Change(admin.id, note) for note in map(str, range(130))))
    total = db.session.scalar(select(func.count(AuditEntry.id)))
    seen: list[str] = []
    older, pages = "", 0
    while older is not None:
        with statements() as asked:
            page = audit_log.audit_page(audit_log.AuditFilter.read({"sebelum": older}))
        assert len(asked) <= 3
        seen += [e.subject for e in page.entries]
        older, pages = page.older, pages + 1
    assert seen[:130] == [str(n) for n in reversed(range(130))]
    assert len(seen) == total and pages == 3
