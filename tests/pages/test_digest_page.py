"""Switching the mail of a Monday on and off, and the page that its figures lead to."""

from __future__ import annotations

import pytest
from flask import Flask

from elearn.supervision import digests
from tests.helpers import client_of, make_person, make_unit, post


def test_an_atasan_switches_it_off_and_on(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    unit = make_unit("dinas")
    head = make_person(unit, "atasan", name="Fitri", email="fitri@contoh.go.id")
    make_person(unit, name="Rina")
    client = client_of(app, head)
    assert 'href="/tim/surel"' in client.get("/tim").text
    page = client.get("/tim/surel").text
    assert "belum diaktifkan" in page and "<button" in page and 'name="surel"' not in page
    monkeypatch.setitem(app.config, "SMTP", ("127.0.0.1", 1, "", "", False, "Diajar <d@contoh.go.id>"))
    page = client.get("/tim/surel").text
    assert "Dikirim ke fitri@contoh.go.id" in page and "Matikan" in page and digests.wanted(head.id)
    assert post(client, "/tim/surel", {"surel": "tidak"}).location == "/tim/surel"
    page = client.get("/tim/surel").text
    assert "Surel tiap Senin dimatikan" in page and "Nyalakan" in page and not digests.wanted(head.id)
    post(client, "/tim/surel", {"surel": "ya"})
    assert digests.wanted(head.id)
    without = client_of(app, make_person(unit, "atasan", name="Budi"))
    assert "Alamat surel Anda belum ada" in without.get("/tim/surel").text
    assert client_of(app, make_person(unit)).get("/tim/surel").status_code == 403


def test_a_page_asked_for_by_a_mail_says_what_it_shows(app: Flask) -> None:
    unit = make_unit("dinas")
    client = client_of(app, make_person(unit, "atasan", name="Fitri"))
    make_person(unit, name="Rina")
    page = client.get("/tim?status=selesai-pekan").text
    assert 'aria-current="true">Selesai minggu lalu<span class="nums">0<' in page and "Tidak ada yang cocok" in page
    assert "Selesai minggu lalu" not in client.get("/tim").text
    assert 'aria-current="true">Target JP tercapai<' in client.get("/tim?status=jp-tercapai&cari=rina").text
