"""Giving modules through the pages: to who is chosen, to who is shown, to a saved filter, as a path; changing it; letting off."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import select

from elearn.catalogue.models import LearningPathEntry
from elearn.database import db, transaction
from elearn.study.models import Assignee, Assignment
from elearn.supervision.models import SavedFilter
from tests.content import files, published
from tests.helpers import client_of, make_person, make_unit, post

DUE = {"tenggat": "2099-01-01"}


@pytest.fixture
def office(app: Flask, tmp_path: Path) -> SimpleNamespace:
    city = make_unit("kota")
    here, there = make_unit("sini", city), make_unit("sana", city)
    office = SimpleNamespace(
        unit=here,
        version=published(tmp_path),
        other=published(tmp_path, "modul-lain", files(lessons=("tiga",))),
        head=make_person(here, "atasan", name="Kepala Sini"),
        asep=make_person(here, name="Asep Loket", position="Petugas Loket"),
        euis=make_person(here, name="Euis Loket", position="Petugas Loket"),
        iis=make_person(here, name="Iis Arsip", position="Pengelola Arsip"),
        stranger=make_person(there, name="Dadang Luar"),
        other_head=make_person(there, "atasan", name="Kepala Sana"),
    )
    with transaction() as session:
        session.add(LearningPathEntry(slug="asn-baru", title="ASN baru", modules=["modul-coba", "modul-lain"]))
    return office


def given_to() -> dict[str, set[int]]:
    """The label of each running assignment, and whom it falls on."""
    rows = db.session.execute(
        select(Assignment.label, Assignee.person_id)
        .join(Assignment, Assignment.id == Assignee.assignment_id)
        .where(Assignment.ended_at.is_(None))
    )
    found: dict[str, set[int]] = {}
    for label, person_id in rows:
        found.setdefault(label, set()).add(person_id)
    return found


def test_who_is_chosen_gets_it_and_nobody_from_elsewhere(app: Flask, office: SimpleNamespace) -> None:
    client = client_of(app, office.head)
    team = client.get("/tim").text
    assert f'value="{office.asep.public_id}"' in team and 'form="pilihan"' in team
    url = "/tim/tugaskan?" + "&".join(f"orang={p.public_id}" for p in (office.asep, office.iis, office.stranger))
    page = client.get(url).text
    assert "2 orang yang dipilih" in page and "Asep Loket, Iis Arsip" in page and "Dadang" not in page
    answer = post(client, url, {"modul": f"m{office.version.module_id}", "untuk": "dipilih", **DUE})
    assert answer.status_code == 302
    assert given_to() == {"2 orang yang dipilih": {office.asep.id, office.iis.id}}
    alone = f"/tim/tugaskan?orang={office.euis.public_id}"
    assert post(client, alone, {"modul": f"m{office.version.module_id}", "untuk": "dipilih", **DUE}).status_code == 302
    assert given_to()[""] == {office.euis.id}
    outside = f"/tim/tugaskan?orang={office.stranger.public_id}"
    assert (
        post(client, outside, {"modul": f"m{office.version.module_id}", "untuk": "dipilih", **DUE}).status_code == 422
    )


def test_a_filter_is_saved_and_given_a_path(app: Flask, office: SimpleNamespace) -> None:
    client = client_of(app, office.head)
    assert "Simpan saringan" not in client.get("/tim").text, "everyone is no filter"
    assert "Simpan saringan" in client.get("/tim?cari=loket").text
    refused = post(client, "/tim/saringan?cari=loket", {"nama": " "}, follow_redirects=True)
    assert "Beri nama" in refused.text and db.session.scalars(select(SavedFilter)).all() == []
    saved = post(client, "/tim/saringan?cari=loket", {"nama": "Petugas loket"}, follow_redirects=True)
    assert "Saringan tersimpan" in saved.text and 'href="/tim?cari=loket"' in client.get("/tim").text
    row = db.session.scalars(select(SavedFilter)).one()
    form = {"modul": "jasn-baru", "untuk": f"s{row.id}", "catatan": "Bekal petugas loket", **DUE}
    answer = post(client, "/tim/tugaskan", form, follow_redirects=True)
    assert "Jalur ASN baru ditugaskan kepada 2 orang" in answer.text
    assert given_to() == {"2 orang dari saringan Petugas loket": {office.asep.id, office.euis.id}}
    learner = client_of(app, office.asep)
    told = learner.get("/modul/modul-lain").text
    assert "Ditugaskan oleh Kepala Sini" in told and "Bekal petugas loket" in told
    stranger = client_of(app, office.other_head)
    assert post(stranger, "/tim/tugaskan", form).status_code == 422, "a filter is its keeper's"
    assert post(stranger, f"/tim/saringan/{row.id}/hapus").status_code == 404
    assert db.session.scalars(select(SavedFilter)).all() != []
    post(client, f"/tim/saringan/{row.id}/hapus")
    assert db.session.scalars(select(SavedFilter)).all() == []


def test_who_is_shown_gets_it(app: Flask, office: SimpleNamespace) -> None:
    client = client_of(app, office.head)
    assert "/tim/tugaskan?cari=arsip" in client.get("/tim?cari=arsip").text
    form = {"modul": f"m{office.version.module_id}", "untuk": "tampil", **DUE}
    assert post(client, "/tim/tugaskan?cari=arsip", form).status_code == 302
    assert given_to() == {"1 orang dari saringan Tim saya": {office.iis.id}}
    nobody = post(client, "/tim/tugaskan?cari=tidakada", form)
    assert nobody.status_code == 422 and "tidak ada orang dalam saringan itu" in nobody.text


def test_a_position_of_a_unit_gets_it(app: Flask, office: SimpleNamespace) -> None:
    client = client_of(app, office.head)
    assert '<option value="Petugas Loket">' in client.get("/tim/tugaskan").text
    form = {"modul": f"m{office.version.module_id}", "untuk": f"u{office.unit.id}", "siapa": "jabatan"}
    answer = post(client, "/tim/tugaskan", {**form, "jabatan": "Petugas Loket", **DUE}, follow_redirects=True)
    assert "kepada 2 orang" in answer.text and "Petugas Loket" in answer.text
    assert given_to() == {"": {office.asep.id, office.euis.id}}


def test_the_due_date_and_the_reason_are_changed(app: Flask, office: SimpleNamespace) -> None:
    client = client_of(app, office.head)
    form = {"modul": "jasn-baru", "untuk": f"u{office.unit.id}", "catatan": "Awal", **DUE}
    page = post(client, "/tim/tugaskan", form, follow_redirects=True).text
    batch = re.search(r'href="/tim/tugaskan/([a-z0-9]+)"', page)
    assert batch
    url = f"/tim/tugaskan/{batch[1]}"
    assert "2099-01-01" in client.get(url).text and "Awal" in client.get(url).text
    late = post(client, url, {"tenggat": "2020-01-01", "catatan": "Awal"})
    assert late.status_code == 422 and "Tenggat sudah lewat" in late.text
    assert post(client, url, {"tenggat": "2099-02-03", "catatan": "Diundur"}).status_code == 302
    learner = client_of(app, office.asep)
    assert (
        "Diundur" in learner.get("/modul/modul-coba").text
        and "3 Februari 2099" in learner.get("/modul/modul-lain").text
    )
    stranger = client_of(app, office.other_head)
    assert stranger.get(url).status_code == post(stranger, f"{url}/akhiri").status_code == 404
    assert post(client, f"{url}/akhiri").status_code == 302
    assert client.get(url).status_code == 404 and given_to() == {}


def test_somebody_is_let_off_with_a_reason_and_back(app: Flask, office: SimpleNamespace) -> None:
    client = client_of(app, office.head)
    form = {"modul": f"m{office.version.module_id}", "untuk": f"u{office.unit.id}", **DUE}
    post(client, "/tim/tugaskan", form)
    person = f"/tim/{office.asep.public_id}"
    assert f'href="{person}/bebaskan/modul-coba"' in client.get(person).text
    short = post(client, f"{person}/bebaskan/modul-coba", {"alasan": "x"})
    assert short.status_code == 422 and "5 sampai 500" in short.text
    reason = {"alasan": "Cuti besar sampai <Maret>."}
    assert post(client, f"{person}/bebaskan/modul-coba", reason).status_code == 302
    assert "Dibebaskan: Cuti besar sampai &lt;Maret&gt;." in client.get(person).text
    assert "1 dibebaskan" in client.get("/tim/tugaskan").text
    learner = client_of(app, office.asep)
    home = learner.get("/").text
    assert "Kepala Sini membebaskan Anda dari penugasan Modul coba: Cuti besar" in home
    assert "Ditugaskan oleh" not in learner.get("/modul/modul-coba").text
    assert client.get(f"{person}/bebaskan/tidak-ada").status_code == 404
    stranger = client_of(app, office.other_head)
    assert stranger.get(f"{person}/bebaskan/modul-coba").status_code == 404
    assert post(stranger, f"{person}/berlakukan/modul-coba").status_code == 404
    assert post(client, f"{person}/berlakukan/modul-coba").status_code == 302
    assert "Ditugaskan oleh Kepala Sini" in learner.get("/modul/modul-coba").text
    assert "berlaku lagi" in learner.get("/").text
