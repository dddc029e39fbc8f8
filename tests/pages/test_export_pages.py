"""Pages of what an atasan takes away when it is large: asking, how it stands, the file, and whose it is."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
import threading
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from elearn import export_process
from elearn.database import db
from elearn.people import service
from elearn.people.models import Role
from elearn.supervision import export_jobs, export_worker
from elearn.supervision.models import Export
from tests.helpers import client_of, make_person, make_unit, post
from tests.serving import ROOT

HTMX = {"HX-Request": "true"}


@pytest.fixture
def office(app: Flask, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A head of three people, of whom more than two are many."""
    monkeypatch.setattr(export_jobs, "DIRECT", 2)
    unit, other = make_unit("dinas"), make_unit("lain")
    people = [make_person(unit, name=name) for name in ("Asep", "=HYPERLINK(1)", "Euis")]
    return SimpleNamespace(
        unit=unit, head=make_person(unit, "atasan", name="Kepala"), people=people,
        stranger=make_person(other, "atasan", name="Atasan Lain"),
    )  # fmt: skip


def ask(client: FlaskClient, path: str = "/tim/unduh.csv") -> str:
    """Ask for a large table; the address of its file."""
    answer = client.get(path)
    assert answer.status_code == 303 and answer.location == "/tim/unduhan"
    return f"/tim/unduhan/{db.session.scalars(select(Export.public_id).order_by(Export.id.desc())).first()}"


def test_a_small_list_comes_at_once_and_a_large_one_is_made(app: Flask, office: SimpleNamespace) -> None:
    client = client_of(app, office.head)
    assert client.get("/tim/unduhan").text.count("Belum ada unduhan") == 1
    small = client.get("/tim/unduh.csv?cari=asep")
    assert small.status_code == 200 and small.headers["Content-Disposition"].startswith("attachment")
    assert client.get("/tim/unduh.pdf").status_code == 404
    url = ask(client, "/tim/unduh.csv?status=belum-mulai&unit=dinas&urut=nama")
    page = client.get("/tim/unduhan").text
    assert "Tim saya · Dinas · Belum mulai" in page and "Menunggu giliran, 3 baris" in page
    assert f'hx-get="{url}/keadaan?kabar=waiting-0" hx-trigger="every 2s"' in page and "<noscript>" in page
    assert client.get(url).status_code == 404, "it is not there yet"
    assert export_worker.run_waiting() == 1
    page = client.get("/tim/unduhan").text
    assert "hx-trigger" not in page and f'href="{url}"' in page and "3 baris" in page and "tersimpan sampai" in page
    assert "Unduhan Anda siap" in client.get("/").text
    answer = client.get(url)
    assert answer.headers["Cache-Control"] == "no-store"
    assert re.fullmatch(r"attachment; filename=tim-[\d-]+\.csv", answer.headers["Content-Disposition"])
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    at_once = list(csv.reader(io.StringIO(small.data.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == at_once[0] and at_once[1] in rows, "large or small, it is the same table"
    assert {row[1] for row in rows[1:]} == {"Asep", "'=HYPERLINK(1)", "Euis"}
    assert "Unduhan Anda siap" not in client.get("/").text
    assert "mengunduh daftar" in client_of(app, office.people[0]).get("/akun/jejak").text


def test_a_page_that_asks_is_told_and_then_stops(app: Flask, office: SimpleNamespace) -> None:
    client = client_of(app, office.head)
    url = ask(client)
    waiting = client.get(f"{url}/keadaan?kabar=waiting-0", headers=HTMX).text
    assert "<progress" in waiting and "hx-trigger" in waiting and "kabar-unduhan" not in waiting, "it was said before"
    claim = export_worker._claim()
    assert claim is not None
    export_worker._beat(claim, done=2)
    making = client.get(f"{url}/keadaan?kabar=waiting-0", headers=HTMX).text
    assert 'value="2" max="3"' in making and "2 dari 3 baris (66%)" in making and "kabar=making-2" in making
    assert '<div hx-swap-oob="innerHTML:#kabar-unduhan">Tim saya: 2 dari 3 baris' in making
    assert "2 dari 3 baris (66%)" in client.get("/tim/unduhan").text, "and to who has no scripts"
    assert export_worker._carry_out(claim)
    done = client.get(f"{url}/keadaan?kabar=making-2", headers=HTMX).text
    assert "hx-trigger" not in done and "siap diambil" in done and "Ambil berkas" in done
    assert client.get(f"{url}/keadaan").location == "/tim/unduhan"
    assert post(client, f"{url}/hapus").location == "/tim/unduhan"
    gone = client.get(f"{url}/keadaan", headers=HTMX)
    assert (gone.status_code, gone.text) == (286, "")
    assert client.get(f"{url}/keadaan").status_code == client.get(url).status_code == 404


def test_a_strangers_and_a_made_up_address_are_the_same(app: Flask, office: SimpleNamespace) -> None:
    url = ask(client_of(app, office.head))
    export_worker.run_waiting()
    stranger = client_of(app, office.stranger)
    for path in (url, "/tim/unduhan/aaaaaaaaaaaaaaaa", "/tim/unduhan/..%2Fdiajar.db"):
        assert stranger.get(path).status_code == stranger.get(f"{path}/keadaan").status_code == 404
        assert post(stranger, f"{path}/hapus").status_code == post(stranger, f"{path}/ulangi").status_code == 404
    assert url not in stranger.get("/tim/unduhan").text
    client = client_of(app, office.head)
    assert client.get(url).status_code == 200
    service.change_person(office.head.id, grants=())
    assert client.get(url).status_code == 403, "no atasan any more"
    service.change_person(office.head.id, grants=[(Role.ATASAN, office.stranger.unit_id)])
    assert client.get(url).status_code == 404, "another team's now"
    page = client.get("/tim/unduhan").text
    assert "Tim Anda berubah" in page and f'action="{url}/ulangi"' in page


def test_what_failed_is_asked_for_again(app: Flask, office: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of(app, office.head)
    url = ask(client, "/tim/unduh.xlsx")
    with monkeypatch.context() as patch:
        patch.setattr(export_worker, "write_file", lambda *_: 1 // 0)
        export_worker.run_waiting()
    assert "Unduhan Anda gagal dibuat" in client.get("/").text
    page = client.get("/tim/unduhan").text
    assert "Berkasnya tidak jadi dibuat" in page and "hx-trigger" not in page
    assert post(client, f"{url}/ulangi").status_code == 302
    assert export_worker.run_waiting() == 1 and client.get(url).data[:2] == b"PK"
    (path,) = export_jobs.folder().iterdir()
    path.unlink()
    assert client.get(url).location == "/tim/unduhan" and "Berkasnya tidak ada" in client.get("/tim/unduhan").text


def test_ten_are_enough(app: Flask, office: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_jobs, "AT_MOST", 1)
    client = client_of(app, office.head)
    ask(client)
    assert ask(client) and "Hapus salah satunya" not in client.get("/tim/unduhan").text, "that one is being made"
    client.get("/tim/unduh.xlsx")
    assert "Sudah ada 1 unduhan. Hapus salah satunya" in client.get("/tim/unduhan").text


def test_the_rows_behind_a_figure_are_made_too(app: Flask, office: SimpleNamespace) -> None:
    client = client_of(app, office.head)
    url = ask(client, "/tim/laporan/baris/unduh.csv?unit=dinas&angka=orang")
    assert "Semua ASN · Dinas" in client.get("/tim/unduhan").text
    assert export_worker.run_waiting() == 1
    assert {row.split(";")[1] for row in client.get(url).text.splitlines()[1:]} == {"Asep", "'=HYPERLINK(1)", "Euis"}
    assert client.get("/tim/laporan/baris/unduh.csv?unit=dinas&angka=pppk").status_code == 200, "none of them: at once"


def test_a_process_beside_the_server_makes_what_waits(app: Flask, office: SimpleNamespace) -> None:
    """As `elearn serve` runs it: with the settings of its environment, in a process of its own."""
    client = client_of(app, office.head)
    url = ask(client)
    env = {
        "DIAJAR_MODE": "testing",
        "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "DIAJAR_INSTANCE": str(app.config["INSTANCE_DIR"]),
    }
    command = [sys.executable, "-m", "elearn.export_process"]
    subprocess.run(command, check=True, env={**os.environ, **env}, cwd=ROOT, timeout=60)
    assert client.get(url).text.count("\n") == 4


def test_a_server_looks_when_it_is_woken(app: Flask, office: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = threading.Semaphore(0)
    monkeypatch.setattr(export_process, "make_beside", begun.release)
    monkeypatch.setitem(app.config, "SWEEP_SECONDS", 0)
    assert export_process.start_worker(app) is None and export_worker.EXTENSION not in app.extensions
    monkeypatch.setitem(app.config, "SWEEP_SECONDS", 3600)
    stop = export_process.start_worker(app)
    assert stop is not None
    (thread,) = (one for one in threading.enumerate() if one.name == "exports")
    try:
        url = ask(client_of(app, office.head))
        assert begun.acquire(timeout=30), "the request woke it"
        assert export_worker.run_waiting() == 1 and url
        assert not export_worker.waits()
    finally:
        stop.set()
        app.extensions[export_worker.EXTENSION].set()
        thread.join(30)
    assert not thread.is_alive() and not begun.acquire(blocking=False), "once"
