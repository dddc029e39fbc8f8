"""The development record, certificates, the public page that confirms one, and taking one back."""

from __future__ import annotations

import csv
import io
import re
import stat
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pypdf
import pytest
from flask import Flask
from sqlalchemy import select

from elearn import proof
from elearn.catalogue.store import PublishedVersion
from elearn.database import db
from elearn.people.models import AuditEntry, Person
from elearn.study import credit, records, signing
from elearn.study import service as study
from elearn.study.models import Credit, LearnerYear
from tests.attempts import option, take
from tests.content import published
from tests.helpers import client_of, make_person, make_unit, post


def complete(person: Person, version: PublishedVersion) -> Credit:
    """Everything of the small module."""
    take(person, version, "tes-awal", {"awal-satu": option(version, "tes-awal", "awal-satu", "ya")})
    for lesson in ("satu", "dua"):
        study.open_lesson(person.id, "modul-coba", lesson)
        study.mark_done(person.id, "modul-coba", lesson)
    words = {"s1": "benar satu", "s2": "benar dua", "s3": "benar tiga", "s4": "benar empat"}
    given = {name: option(version, "kuis-akhir", name, text) for name, text in words.items()}
    banyak = [option(version, "kuis-akhir", "banyak", text) for text in ("kanan", "kiri")]
    take(person, version, "kuis-akhir", {**given, "banyak": banyak, "kata": "pelayanan", "angka": "12,5"})
    return db.session.scalars(select(Credit).where(Credit.person_id == person.id)).one()


@pytest.fixture
def office(app: Flask, tmp_path: Path) -> SimpleNamespace:
    unit = make_unit("kota", name="Bagian Contoh")
    head = make_person(unit, "atasan", "admin", name="Fitri Ayu")
    rina = make_person(unit, name='Rina "#x" Kurniasih', position="=1+1")
    return SimpleNamespace(rina=rina, head=head, credit=complete(rina, published(tmp_path)))


def pdf_text(data: bytes) -> str:
    reader = pypdf.PdfReader(io.BytesIO(data))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == "id" and "/StructTreeRoot" in root, "tagged, in Indonesian"
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_the_record_holds_what_the_rules_want_in_three_forms(app: Flask, office: SimpleNamespace) -> None:
    client = client_of(app, office.rina)
    year = office.credit.year
    text = client.get(f"/nilai/riwayat.csv?tahun={year}").get_data(as_text=True).lstrip("\ufeff")
    head, row = csv.reader(io.StringIO(text), delimiter=";")
    told = dict(zip(head, row, strict=True))
    assert (
        told["Bentuk"].startswith("Pembelajaran mandiri") and told["Penyelenggara"] and told["Materi"] == "Modul coba"
    )
    assert (told["JP"], told["Nomor bukti"]) == ("0,5", office.credit.proof) and told["Mulai"] <= told["Selesai"]
    assert client.get("/nilai/riwayat.xlsx").data[:2] == b"PK"
    document = pdf_text(client.get("/nilai/riwayat.pdf").data)
    assert office.credit.proof in document and office.rina.number in document and '"#x"' in document
    assert "Jumlah: 0,5 JP dari 1 kegiatan" in document
    empty = client.get("/nilai/riwayat.csv?tahun=2001").get_data(as_text=True)
    assert len(empty.splitlines()) == 1
    assert client.get("/nilai/riwayat.html").status_code == 404


def test_a_certificate_is_its_persons_and_says_where_it_is_confirmed(app: Flask, office: SimpleNamespace) -> None:
    url = f"/nilai/sertifikat/{office.credit.proof}.pdf"
    text = pdf_text(client_of(app, office.rina).get(url).data)
    for part in (office.credit.proof, office.rina.name, office.rina.number, "Modul coba", "0,5 JP", "/bukti/DJR-"):
        assert part in text, part
    assert client_of(app, office.head).get(url).status_code == 404


def test_a_copy_is_checked_with_the_public_key_alone(app: Flask, office: SimpleNamespace) -> None:
    anybody = app.test_client()
    pem = anybody.get("/bukti/kunci.pem").get_data(as_text=True)
    line = signing.sign(records.statement(office.credit, records.holder_of(office.rina.id)))
    said = signing.check(line, pem)
    assert (said["nomor"], said["jp"], said["nip"]) == (office.credit.proof, "0.5", office.rina.number)
    mark, body, signature = line.split(".")
    for wrong in (
        f"{mark}.{body[:-4]}AAAA.{signature}",
        f"{mark}.{body}.{signature[:-4]}AAAA",
        f"DIAJAR2.{body}.{signature}",
        body,
        "",
        "DIAJAR1.%%.%%",
    ):
        with pytest.raises(signing.NotSigned):
            signing.check(wrong, pem)
    with pytest.raises(ValueError, match=r"."):
        signing.check(line, "no key")
    key = Path(app.config["CERTIFICATE_KEY"])
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    key.write_text("not a key")
    with pytest.raises(RuntimeError, match="no private key"):
        signing.sign({})


def test_anybody_may_confirm_a_proof_and_learns_no_more_than_needed(app: Flask, office: SimpleNamespace) -> None:
    anybody = app.test_client()
    to = anybody.get(f"/bukti?nomor={office.credit.proof.lower()}")
    assert to.location == f"/bukti/{office.credit.proof}"
    page = anybody.get(to.location).get_data(as_text=True)
    assert "Bukti ini sah" in page and "Modul coba" in page and "Rina" in page
    for more in (office.rina.number, "Kurniasih", "Bagian Contoh", "/tim/"):
        assert more not in page
    unknown = anybody.get("/bukti/DJR-2026-AAAAAAAAAA")
    assert unknown.status_code == 404 and "Tidak ada bukti" in unknown.get_data(as_text=True)
    codes = {anybody.get("/bukti/DJR-2026-AAAAAAAAAA").status_code for _ in range(80)}
    assert codes == {404, 429}, "who tries number after number is slowed down"


def test_a_proof_that_is_taken_back_counts_no_more(app: Flask, office: SimpleNamespace) -> None:
    client = client_of(app, office.head)
    number = office.credit.proof
    assert number in client.get(f"/admin/bukti?nomor={number}").get_data(as_text=True)
    assert post(client, "/admin/bukti", {"nomor": number, "alasan": " "}).status_code == 400
    done = post(client, "/admin/bukti", {"nomor": number, "alasan": "Salah catat."}, follow_redirects=True)
    assert "Sudah dicabut" in done.get_data(as_text=True)
    again = post(client, "/admin/bukti", {"nomor": number, "alasan": "Lagi."}, follow_redirects=True)
    assert "sudah dicabut sebelumnya" in again.get_data(as_text=True)
    assert "sudah dicabut" in app.test_client().get(f"/bukti/{number}").get_data(as_text=True)
    own = client_of(app, office.rina)
    assert own.get(f"/nilai/sertifikat/{number}.pdf").status_code == 404
    assert "Salah catat." in own.get("/").get_data(as_text=True)
    assert "dicabut" in own.get("/nilai").get_data(as_text=True)
    assert "Jumlah: 0 JP dari 0 kegiatan" in pdf_text(own.get("/nilai/riwayat.pdf").data)
    years = db.session.scalars(select(LearnerYear.jp).where(LearnerYear.person_id == office.rina.id)).all()
    assert sum(years, Decimal(0)) == 0
    assert proof.scores().differences == []
    with pytest.raises(credit.NotRevoked):
        credit.revoke(number, "Lagi.")


def test_an_atasan_takes_a_record_away_and_its_person_can_see_that(app: Flask, office: SimpleNamespace) -> None:
    client = client_of(app, office.head)
    assert office.credit.proof in client.get(f"/tim/{office.rina.public_id}/riwayat.csv").get_data(as_text=True)
    seen = db.session.scalars(select(AuditEntry.action).where(AuditEntry.person_id == office.rina.id)).all()
    assert "person.exported" in seen
    stranger = make_person(make_unit("lain"))
    assert client.get(f"/tim/{stranger.public_id}/riwayat.csv").status_code == 404


def test_two_who_make_the_key_at_once_have_the_same(app: Flask, tmp_path: Path) -> None:
    app.config["CERTIFICATE_KEY"] = tmp_path / "keys" / "key.pem"
    first = signing.public_pem()
    signing._make(tmp_path / "keys" / "key.pem")
    assert signing.public_pem() == first and re.match("-----BEGIN PUBLIC KEY-----", first)
    assert [p.name for p in (tmp_path / "keys").iterdir()] == ["key.pem"]
