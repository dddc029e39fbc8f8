"""The import of people through its pages: upload, dry run, agreement, first passwords."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from elearn import clock
from elearn.core.identity import spaced
from elearn.database import db
from elearn.people import service
from elearn.people.models import Person, Unit
from tests.helpers import client_of, csrf_token, make_number, make_person, make_unit, post

HEADER = "nip;nama;jabatan;unit;surel;peran"


@pytest.fixture
def unit(app: Flask) -> Unit:
    return make_unit("kota", name="Pemerintah Kota")


@pytest.fixture
def admin(unit: Unit) -> Person:
    return make_person(unit, "admin", name="Dian Apriliani")


@pytest.fixture
def client(app: Flask, admin: Person) -> FlaskClient:
    return client_of(app, admin)


def upload(client: FlaskClient, data: bytes, name: str = "pegawai.csv") -> TestResponse:
    form = {"berkas": (io.BytesIO(data), name), "csrf_token": csrf_token(client)}
    return client.post("/admin/impor", data=form, content_type="multipart/form-data")


def rows(*lines: str) -> bytes:
    return "\n".join([HEADER, *lines]).encode()


def dry_run(client: FlaskClient, *lines: str) -> tuple[str, str]:
    """The address of the dry run and its page."""
    answer = upload(client, rows(*lines))
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return answer.location, client.get(answer.location).get_data(as_text=True)


def agree(client: FlaskClient, url: str, page: str) -> TestResponse:
    seal = re.search(r'name="segel" value="([0-9a-f]{64})"', page)
    assert seal
    return post(client, url, {"segel": seal.group(1)})


def count() -> int:
    return db.session.scalar(select(func.count(Person.id))) or 0


def in_words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_from_upload_to_first_passwords(app: Flask, client: FlaskClient, unit: Unit) -> None:
    there = make_person(unit, name="Rina Dewi")
    new = make_number()
    url, page = dry_run(
        client, f"{spaced(new)};Asep Suryana;Camat;kota;;atasan", f"{there.number};Rina Dewi;Lurah;kota;;"
    )
    assert "Impor 2 orang" in page and "Asep Suryana" in page and "atasan Pemerintah Kota" in page
    changes = in_words(client.get(f"{url}?lihat=berubah").get_data(as_text=True))
    assert "Jabatan: Pengelola Layanan Lurah" in changes.replace(" menjadi", "")
    assert count() == 2, "nothing is stored by looking"
    assert agree(client, url, page).location == url
    assert count() == 3
    done = client.get(url).get_data(as_text=True)
    assert "Impor selesai" in done and "Unduh XLSX" in done

    answer = post(client, f"{url}/kata-sandi.xlsx")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert sheet[1][:3] == [spaced(new), "Asep Suryana", "Pemerintah Kota"]
    first = str(sheet[1][3])
    text = post(client, f"{url}/kata-sandi.csv").data.decode("utf-8-sig")
    ((_number, _name, _unit, second),) = list(csv.reader(io.StringIO(text), delimiter=";"))[1:]
    old = post(app.test_client(), "/masuk", {"nomor": new, "sandi": first})
    assert old.status_code == 401, "downloading again makes the earlier list worthless"
    right = {"nomor": new, "sandi": second}
    assert post(app.test_client(), "/masuk", right).location == "/akun/kata-sandi"
    kept = "".join(p.read_text() for p in Path(app.config["INSTANCE_DIR"]).glob("imports/*"))
    assert second not in kept and "Asep" not in kept, "neither passwords nor the table stay on the disk"


def test_the_same_file_again_changes_nothing(client: FlaskClient) -> None:
    line = f"{make_number()};Asep;;kota;;"
    agree(client, *dry_run(client, line))
    _url, page = dry_run(client, line)
    assert "Tidak ada perubahan" in page and "segel" not in page


def test_with_one_bad_row_nothing_can_be_imported(client: FlaskClient) -> None:
    url, page = dry_run(client, f"{make_number()};Asep;;kota;;", *(f"1987{n};Salah;;kota;;" for n in range(150)))
    assert "Belum dapat diimpor" in page and "segel" not in page
    assert "Halaman 1 dari 2" in page and "18 angka" in page
    listed = client.get(f"{url}/galat.csv").data.decode("utf-8-sig").splitlines()
    assert len(listed) == 151 and listed[1].startswith("3;nip;")
    assert post(client, url, {"segel": "x"}).status_code == 409
    assert count() == 1


def test_agreement_is_to_what_was_seen(client: FlaskClient, unit: Unit) -> None:
    person = make_person(unit, name="Rina Dewi")
    url, page = dry_run(client, f"{person.number};Rina Dewi;Lurah;kota;;")
    service.change_person(person.id, position="Camat")
    answer = agree(client, url, page)
    assert answer.status_code == 409
    shown = answer.get_data(as_text=True)
    assert "Data berubah" in shown and "Camat" in in_words(shown)
    db.session.refresh(person)
    assert person.position == "Camat"
    assert agree(client, url, shown).status_code == 302
    db.session.refresh(person)
    assert person.position == "Lurah"


def test_agreeing_twice_imports_once(client: FlaskClient) -> None:
    url, page = dry_run(client, f"{make_number()};Asep;;kota;;")
    agree(client, url, page)
    assert post(client, url, {"segel": "whatever"}).location == url
    assert count() == 2


def test_an_upload_is_its_administrators_for_half_a_day(app: Flask, client: FlaskClient, unit: Unit) -> None:
    url, page = dry_run(client, f"{make_number()};Asep;;kota;;")
    other = client_of(app, make_person(unit, "admin"))
    assert other.get(url).status_code == 404
    assert agree(other, url, page).status_code == 404
    for path in ("/admin/impor/x", "/admin/impor/..%2F..%2Fdemo", "/admin/impor/" + "a" * 16):
        assert client.get(path).status_code == 404, path
    with clock.at(clock.now() + timedelta(hours=7)):
        assert client.get(url).status_code == 200
        client.get("/akun")
    with clock.at(clock.now() + timedelta(hours=13)):
        assert client.get(url).status_code == 404


def test_an_upload_can_be_thrown_away(app: Flask, client: FlaskClient) -> None:
    url, _page = dry_run(client, f"{make_number()};Asep;;kota;;")
    (kept,) = Path(app.config["INSTANCE_DIR"]).glob("imports/*.json")
    assert kept.stat().st_mode & 0o777 == 0o600
    assert post(client, f"{url}/batal").location == "/admin/impor"
    assert not kept.exists() and client.get(url).status_code == 404


def test_old_uploads_are_swept(app: Flask, client: FlaskClient) -> None:
    for _ in range(7):
        upload(client, rows("1;A;;kota;;"))
    folder = Path(app.config["INSTANCE_DIR"]) / "imports"
    assert len(list(folder.iterdir())) == 5


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "kosong"),
        (b"PK\x03\x04x", "bukan buku kerja"),
        (b"\x00\x01", "bukan berkas CSV"),
        (b"a;b\n1;2", "tidak ditemukan"),
    ],
)
def test_what_is_no_table_is_told_on_the_page(client: FlaskClient, data: bytes, says: str) -> None:
    answer = upload(client, data)
    assert answer.status_code == 400
    page = answer.get_data(as_text=True)
    assert says in page and "error-summary" in page


def test_no_file_is_told_and_a_huge_one_refused(client: FlaskClient) -> None:
    answer = post(client, "/admin/impor", {})
    assert answer.status_code == 400 and "Pilih berkasnya" in answer.get_data(as_text=True)
    assert upload(client, b"x" * (11 * 1024 * 1024)).status_code == 413


def test_hostile_text_stays_text(client: FlaskClient) -> None:
    name = "<script>alert(1)</script>"
    url, page = dry_run(client, f"{make_number()};{name};=cmd|'/c calc'!A1;kota;;")
    assert "<script>alert" not in page and "&lt;script&gt;" in page
    agree(client, url, page)
    answer = post(client, f"{url}/kata-sandi.csv").data.decode("utf-8-sig")
    assert name in answer
    url, _page = dry_run(client, "=1+1;A;;kota;;")
    listed = client.get(f"{url}/galat.csv").data.decode("utf-8-sig")
    assert ";'=1+1" in listed, "a spreadsheet would compute it otherwise"


def test_templates_can_be_filled_in_and_uploaded(client: FlaskClient) -> None:
    answer = client.get("/admin/impor/templat.xlsx")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    assert book.get_sheet_by_index(0).to_python() == [HEADER.split(";")]
    assert book.get_sheet_by_index(1).to_python()[1:] == [["kota", "Pemerintah Kota"]]
    text = client.get("/admin/impor/templat.csv").data
    assert upload(client, text + f"{make_number()};Asep;;kota;;\r\n".encode()).status_code == 302
    assert client.get("/admin/impor/templat.exe").status_code == 404
