"""The development record of a person, and the proofs in it: as tables, as PDFs, and as a page that confirms one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from elearn import clock
from elearn.database import db
from elearn.people.models import Person, Unit
from elearn.study import printing, signing
from elearn.study.models import Credit
from elearn.web.formats import angka, awal, tanggal
from elearn.web.sheets import Value


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose record it is, as they are today."""

    name: str
    number: str
    employment: str
    position: str
    unit: str

    @property
    def number_label(self) -> str:
        return "NIP" if self.employment == "pns" else "NI PPPK"


def holder_of(person_id: int) -> Holder:
    row = db.session.execute(
        select(Person.name, Person.number, Person.employment, Person.position, Unit.name)
        .join(Unit, Unit.id == Person.unit_id)
        .where(Person.id == person_id)
    ).one()
    return Holder(*tuple(row))


def lines_of(person_id: int, year: int | None) -> Sequence[Credit]:
    """What a person earned in a year, or ever, the oldest first, what was revoked as well. One statement."""
    found = select(Credit).where(Credit.person_id == person_id).order_by(Credit.earned_at, Credit.id)
    return db.session.scalars(found if year is None else found.where(Credit.year == year)).all()


def counted(lines: Sequence[Credit]) -> Decimal:
    """The JP of those that hold."""
    return sum((line.jp for line in lines if line.revoked_at is None), Decimal(0))


def record_table(lines: Sequence[Credit]) -> tuple[list[str], list[list[Value]]]:
    """(header, rows) with the fields that a record of development holds: kind, provider, material, time, JP, proof."""
    header = [
        "Bentuk",
        "Penyelenggara",
        "Materi",
        "Mulai",
        "Selesai",
        "JP",
        "Nilai",
        "Nomor bukti",
        "Unit kerja saat itu",
    ]
    header.append("Keterangan")
    units = dict(db.session.execute(select(Unit.id, Unit.name)).all())
    rows: list[list[Value]] = [
        [
            line.kind,
            line.provider,
            line.material,
            line.started_at,
            line.earned_at,
            line.jp,
            line.percent,
            line.proof,
            units[line.unit_id],
            _("dicabut: %(alasan)s", alasan=line.revoked_reason) if line.revoked_at else "",
        ]
        for line in lines
    ]
    return header, rows


def record_pdf(person_id: int, year: int | None) -> bytes:
    """The record as a document."""
    holder, lines = holder_of(person_id), lines_of(person_id, year)
    rows = [
        [
            str(place),
            line.kind,
            line.provider,
            line.material,
            f"{tanggal(line.started_at)} – {tanggal(line.earned_at)}",
            angka(line.jp) + (f" ({_('dicabut')})" if line.revoked_at else ""),
            line.proof,
        ]
        for place, line in enumerate(lines, start=1)
    ]
    span = _("tahun %(t)s", t=year) if year is not None else _("semua tahun")
    return printing.pdf(
        "riwayat",
        {
            "title": _("Catatan pengembangan kompetensi, %(masa)s", masa=span),
            "provider": current_app.config["PROVIDER"],
            "name": holder.name,
            "who": [f"{holder.number_label} {holder.number}", f"{holder.position} · {holder.unit}"],
            "header": ["No", _("Bentuk"), _("Penyelenggara"), _("Materi"), _("Waktu"), "JP", _("Nomor bukti")],
            "widths": [0.4, 2.2, 2, 3, 2.4, 1, 2],
            "rows": rows,
            "total": _("Jumlah: %(jp)s JP dari %(n)s kegiatan.", jp=angka(counted(lines)), n=_standing(lines)),
            "printed": _("Dicetak %(kapan)s dari %(n)s.", kapan=tanggal(clock.today()), n=_product()),
            "page": _("Halaman"),
        },
    )


def _standing(lines: Sequence[Credit]) -> int:
    return sum(line.revoked_at is None for line in lines)


def _product() -> str:
    return str(current_app.config["PRODUCT_NAME"])


def certificate_of(person_id: int, proof: str) -> Credit | None:
    """One's own proof that holds."""
    return db.session.scalars(
        select(Credit).where(Credit.proof == proof, Credit.person_id == person_id, Credit.revoked_at.is_(None))
    ).one_or_none()


def statement(credit: Credit, holder: Holder) -> dict[str, Any]:
    """What the signature is of: the names of the fields are Indonesian, for who reads them without this program."""
    return {
        "nomor": credit.proof,
        "nama": holder.name,
        "nip": holder.number,
        "materi": credit.material,
        "penyelenggara": credit.provider,
        "bentuk": credit.kind,
        "jp": format(credit.jp, "f"),
        "selesai": credit.earned_at.astimezone(clock.JAKARTA).date().isoformat(),
    }


def certificate_pdf(credit: Credit, address: str) -> bytes:
    """The certificate of a proof. `address`: of the page that confirms it."""
    holder = holder_of(credit.person_id)
    signed = signing.sign(statement(credit, holder))
    first = _("%(bentuk)s · %(jp)s JP", bentuk=credit.kind, jp=angka(credit.jp))
    when = _("%(mulai)s sampai %(selesai)s", mulai=tanggal(credit.started_at), selesai=tanggal(credit.earned_at))
    score = _(" · nilai %(nilai)s", nilai=angka(credit.percent, 1)) if credit.percent is not None else ""
    return printing.pdf(
        "sertifikat",
        {
            "title": _("Sertifikat"),
            "provider": credit.provider,
            "given": _("Diberikan kepada"),
            "name": holder.name,
            "number_label": holder.number_label,
            "number": holder.number,
            "position": f"{holder.position} · {holder.unit}",
            "completed": _("yang telah menyelesaikan modul"),
            "material": credit.material,
            "lines": [first, awal(when) + score],
            "proof": _("Nomor bukti %(nomor)s", nomor=credit.proof),
            "confirm": _("Keabsahannya dapat diperiksa siapa saja di %(alamat)s", alamat=address),
            "offline": _("Kode kanan memuat isi sertifikat ini yang ditandatangani, untuk diperiksa tanpa jaringan."),
            "qr_url": printing.qr(address),
            "qr_url_alt": _("Kode QR menuju %(alamat)s", alamat=address),
            "qr_url_label": _("Periksa daring"),
            "qr_signed": printing.qr(signed, error="l"),
            "qr_signed_alt": _("Kode QR berisi isi sertifikat yang ditandatangani"),
            "qr_signed_label": _("Periksa luring"),
        },
    )


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What anybody who has the number of a proof may know: enough to compare with a copy, and no more."""

    proof: str
    name: str
    """`Rina K.`: whoever holds the copy has the rest."""
    material: str
    provider: str
    jp: Decimal
    earned_at: datetime
    revoked_at: datetime | None


def confirm(proof: str) -> Confirmation | None:
    """The proof of that number; None where there is none. One statement."""
    row = db.session.execute(
        select(Credit, Person.name).join(Person, Person.id == Credit.person_id).where(Credit.proof == proof)
    ).one_or_none()
    if row is None:
        return None
    credit, name = row
    return Confirmation(
        credit.proof, _short(name), credit.material, credit.provider, credit.jp, credit.earned_at, credit.revoked_at
    )


def _short(name: str) -> str:
    first, *rest = name.split()
    return " ".join([first, *(f"{word[0]}." for word in rest)])
