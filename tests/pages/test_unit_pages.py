"""The tree of units, kept by an administrator."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from elearn.database import db
from elearn.people.models import Unit
from tests.helpers import client_of, make_person, make_unit, post


def test_a_unit_is_made_moved_and_merged(app: Flask) -> None:
    city = make_unit("kota", name="Kota Contoh")
    client = client_of(app, make_person(city, "admin"))
    made = {"nama": "Dinas Arsip", "singkat": "Arsip", "kode": "arsip", "induk": city.id, "jenis": "dinas"}
    assert post(client, "/admin/unit", made).status_code == 302
    archive = db.session.scalars(select(Unit).where(Unit.code == "arsip")).one()
    assert archive.path == f"{city.id}.{archive.id}."
    page = client.get("/admin/unit").get_data(as_text=True)
    assert "Dinas Arsip" in page and "Kota Contoh" in page
    again = post(client, "/admin/unit", made)
    assert again.status_code == 400 and "sudah dipakai" in again.get_data(as_text=True)
    wrong = post(client, "/admin/unit", made | {"kode": "Dinas Arsip"})
    assert "huruf kecil" in wrong.get_data(as_text=True)
    library = make_unit("pustaka", city)
    renamed = {"nama": "Dinas Kearsipan", "singkat": "Arsip", "induk": library.id}
    assert post(client, f"/admin/unit/{archive.id}", renamed).status_code == 302
    assert "Dinas Kearsipan" in client.get(f"/admin/unit/{archive.id}").get_data(as_text=True)
    person = make_person(archive)
    assert post(client, f"/admin/unit/{archive.id}/gabung", {"tujuan": 0}).status_code == 400
    merged = post(client, f"/admin/unit/{archive.id}/gabung", {"tujuan": library.id}, follow_redirects=True)
    assert "1 orang pindah" in merged.get_data(as_text=True)
    assert "Dinas Kearsipan" not in client.get("/admin/unit").get_data(as_text=True).split("<table")[1]
    assert client.get(f"/admin/unit/{archive.id}").status_code == 404
    db.session.refresh(person)
    assert person.unit_id == library.id
