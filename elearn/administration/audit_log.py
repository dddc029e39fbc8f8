"""The audit log, newest first, in words: who did what to whose record, when, from where, and what it was before."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.engine import Row
from sqlalchemy.orm import aliased

from elearn import clock
from elearn.administration.queries import named
from elearn.database import db
from elearn.people.models import AuditEntry, Person, Unit

PAGE_SIZE = 50
ACTIONS = {
    "sign-in.started": _l("Masuk"),
    "sign-in.ended": _l("Perangkat dikeluarkan"),
    "sign-in.ended-everywhere": _l("Semua perangkat dikeluarkan"),
    "password.changed": _l("Kata sandi diganti sendiri"),
    "password.reset": _l("Kata sandi diganti admin"),
    "password.issued": _l("Kata sandi awal dibuat"),
    "person.created": _l("Akun dibuat"),
    "person.changed": _l("Data akun diubah"),
    "person.deactivated": _l("Akun dinonaktifkan"),
    "person.reactivated": _l("Akun diaktifkan kembali"),
    "people.imported": _l("Pegawai diimpor"),
    "person.seen": _l("Halaman belajarnya dibuka atasan"),
    "person.exported": _l("Datanya ikut diunduh atasan"),
    "person.reminded": _l("Diingatkan atasan"),
    "team.exported": _l("Daftar tim diunduh"),
    "export.taken": _l("Berkas unduhan diambil"),
    "report.exported": _l("Laporan unit diunduh"),
    "digest.chosen": _l("Surel tiap Senin dinyalakan atau dimatikan"),
    "deputy.appointed": _l("Wakil ditunjuk"),
    "deputy.dismissed": _l("Penunjukan wakil diakhiri"),
    "unit.created": _l("Unit dibuat"),
    "unit.changed": _l("Unit diubah atau dipindahkan"),
    "unit.merged": _l("Unit digabung ke unit lain"),
    "enrolment.started": _l("Modul dimulai"),
    "enrolment.moved": _l("Pindah ke versi baru modul"),
    "attempt.started": _l("Percobaan kuis dimulai"),
    "attempt.submitted": _l("Percobaan dikumpulkan"),
    "attempt.expired": _l("Percobaan berakhir karena waktu"),
    "attempt.graded": _l("Percobaan dinilai"),
    "attempt.prolonged": _l("Tenggat percobaan diperpanjang"),
    "quiz.extended": _l("Kelonggaran kuis diberikan"),
    "quiz.extension-withdrawn": _l("Kelonggaran kuis dicabut"),
    "attempt.marked": _l("Jawaban dinilai pengajar"),
    "question.corrected": _l("Soal dikoreksi"),
    "question.reported": _l("Soal dilaporkan"),
    "report.answered": _l("Laporan soal dijawab"),
    "credit.earned": _l("JP diperoleh"),
    "credit.kept": _l("JP tetap meski nilai turun"),
    "plan.written": _l("Rencana aksi ditulis"),
    "plan.answered": _l("Rencana aksi dijawab atasan"),
    "credit.revoked": _l("Bukti JP dicabut"),
    "assignment.given": _l("Modul ditugaskan"),
    "assignment.ended": _l("Penugasan diakhiri"),
    "assignment.changed": _l("Penugasan diubah"),
    "assignment.excused": _l("Dibebaskan dari penugasan"),
    "assignment.restored": _l("Penugasan berlaku lagi"),
    "module.published": _l("Modul diterbitkan"),
    "module.planned": _l("Penerbitan dijadwalkan"),
    "module.plan-cancelled": _l("Jadwal terbit dibatalkan"),
    "module.taken-down": _l("Modul diturunkan"),
    "module.version-chosen": _l("Versi modul dipilih"),
    "module.trainer-added": _l("Pengajar modul ditambahkan"),
    "review.asked": _l("Tinjauan diminta"),
    "review.withdrawn": _l("Permintaan tinjauan dicabut"),
    "review.approved": _l("Naskah disetujui"),
}
FIELDS = {
    "name": _l("Nama"),
    "position": _l("Jabatan"),
    "email": _l("Surel"),
    "unit_id": _l("Unit kerja"),
    "parent_id": _l("Unit induk"),
    "roles": _l("Peran"),
    "percent": _l("Nilai"),
    "passed": _l("Lulus"),
    "quiz": _l("Kuis"),
    "question": _l("Soal"),
    "points": _l("Poin"),
    "kind": _l("Jenis"),
    "version": _l("Versi"),
    "module": _l("Modul"),
    "module_id": _l("Modul"),
    "due_on": _l("Tenggat"),
    "people": _l("Banyaknya orang"),
    "count": _l("Banyaknya"),
    "created": _l("Akun baru"),
    "changed": _l("Akun diubah"),
    "year": _l("Tahun"),
    "jp": _l("JP"),
    "minutes": _l("Tambahan menit"),
    "attempts": _l("Tambahan percobaan"),
    "from": _l("Dari"),
    "until": _l("Sampai"),
    "opens": _l("Dibuka"),
    "closes": _l("Ditutup"),
    "deadline": _l("Tenggat"),
    "reason": _l("Alasan"),
    "note": _l("Catatan"),
}
UNIT_FIELDS = ("unit_id", "parent_id")
Subject, Actor = aliased(Person), aliased(Person)


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What was asked for; anything that cannot be understood falls back to nothing."""

    person_id: str = ""
    """The public id of one person, as the page of an account links here."""
    person: str = ""
    actor: str = ""
    action: str = ""
    since: date | None = None
    until: date | None = None
    before: tuple[datetime, int] | None = None
    """Only what is older than this entry: its instant and id."""

    @classmethod
    def read(cls, arguments: Any) -> AuditFilter:
        """From the query of an address (a MultiDict)."""

        def text(name: str) -> str:
            return " ".join(arguments.get(name, "").split())[:80]

        action = text("aksi")
        return cls(
            person_id=text("akun"),
            person=text("orang"),
            actor=text("pelaku"),
            action=action if action in ACTIONS else "",
            since=_day(text("dari")),
            until=_day(text("sampai")),
            before=_cursor(text("sebelum")),
        )

    @property
    def is_empty(self) -> bool:
        return self == AuditFilter(before=self.before)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field in words; None where there was nothing."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the log in words. Without an actor the system itself did it."""

    at: datetime
    action: str
    actor: str | None
    actor_page: str | None
    person: str | None
    person_page: str | None
    subject: str
    address: str
    note: str
    changes: list[FieldChange]


@dataclass(frozen=True, slots=True)
class AuditPage:
    filter: AuditFilter
    person: str | None
    """The name of the person of `filter.person_id`."""
    entries: list[Entry]
    older: str | None
    """What `sebelum` is on the next page; None on the last."""


def audit_page(wanted: AuditFilter) -> AuditPage:
    """One page of the log. Three statements; pages by the last entry seen, so that page 1,000 costs what page 1 costs."""
    conditions, person = _conditions(wanted), None
    if wanted.person_id:
        found = db.session.execute(select(Person.id, Person.name).where(Person.public_id == wanted.person_id)).first()
        person_id, person = found or (None, None)
        conditions.append(AuditEntry.person_id == person_id)
    rows = db.session.execute(
        select(AuditEntry, Subject.name, Subject.public_id, Actor.name, Actor.public_id)
        .outerjoin(Subject, Subject.id == AuditEntry.person_id)
        .outerjoin(Actor, Actor.id == AuditEntry.actor_id)
        .where(*conditions)
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(PAGE_SIZE + 1)
    ).all()
    units = dict(db.session.execute(select(Unit.id, Unit.name)).all())
    shown = rows[:PAGE_SIZE]
    older = _mark(shown[-1][0]) if len(rows) > PAGE_SIZE else None
    return AuditPage(wanted, person, [_entry(row, units) for row in shown], older)


def _conditions(wanted: AuditFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.person:
        found.append(AuditEntry.person_id.in_(select(Person.id).where(named(wanted.person))))
    if wanted.actor:
        found.append(AuditEntry.actor_id.in_(select(Person.id).where(named(wanted.actor))))
    if wanted.action:
        found.append(AuditEntry.action == wanted.action)
    if wanted.since:
        found.append(AuditEntry.at >= _midnight(wanted.since))
    if wanted.until:
        found.append(AuditEntry.at < _midnight(wanted.until) + timedelta(days=1))
    if wanted.before:
        at, entry_id = wanted.before
        found.append(and_(AuditEntry.at <= at, or_(AuditEntry.at < at, AuditEntry.id < entry_id)))
    return found


def _midnight(day: date) -> datetime:
    """The beginning of a day in Jakarta."""
    return datetime.combine(day, time(), clock.JAKARTA)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1990 <= day.year <= 2200 else None


def _mark(entry: AuditEntry) -> str:
    return f"{(entry.at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)}-{entry.id}"


def _cursor(text: str) -> tuple[datetime, int] | None:
    found = re.fullmatch(r"([0-9]{1,16})-([0-9]{1,15})", text)
    if not found:
        return None
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(found[1])), int(found[2])


def _entry(row: Row[*tuple[Any, ...]], units: Mapping[int, str]) -> Entry:
    entry, person, person_page, actor, actor_page = row
    return Entry(
        at=entry.at,
        action=str(ACTIONS.get(entry.action, entry.action)),
        actor=actor,
        actor_page=actor_page,
        person=person,
        person_page=person_page,
        subject="" if entry.subject == person_page else entry.subject,
        address=entry.address,
        note=entry.note,
        changes=field_changes(entry.before, entry.after, units),
    )


def field_changes(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, units: Mapping[int, str]
) -> list[FieldChange]:
    """What changed, field by field, in words. `units`: the names of units by their ids."""
    old, new = before or {}, after or {}
    return [
        FieldChange(
            str(FIELDS.get(name, name)),
            in_words(name, old[name], units) if name in old else None,
            in_words(name, new[name], units) if name in new else None,
        )
        for name in dict.fromkeys([*old, *new])
    ]


def in_words(field: str, value: Any, units: Mapping[int, str]) -> str:
    """A value of a record as a person reads it."""
    if field in UNIT_FIELDS and isinstance(value, int):
        return units.get(value, str(value))
    if field == "roles":
        return ", ".join(_role(item, units) for item in value) or str(_("tanpa peran"))
    if isinstance(value, bool):
        return str(_("ya") if value else _("tidak"))
    return str(_("kosong")) if value in (None, "") else str(value)


def _role(item: str, units: Mapping[int, str]) -> str:
    role, _colon, unit = item.partition(":")
    return f"{role} {units.get(int(unit), unit)}" if unit.isdecimal() else role


def action_choices() -> Sequence[tuple[str, str]]:
    """(action, its name) by name, for a filter."""
    return sorted(((key, str(label)) for key, label in ACTIONS.items()), key=lambda choice: choice[1])
