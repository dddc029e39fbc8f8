"""Forms of an administrator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Regexp, ValidationError

from elearn.administration.rows import is_email, tidy
from elearn.core.identity import BadNumber, parse
from elearn.people.models import Role, Unit
from elearn.people.service import Grants

KINDS = {
    "dinas": _l("Dinas atau badan"),
    "bidang": _l("Bidang atau bagian"),
    "kecamatan": _l("Kecamatan"),
    "kelurahan": _l("Kelurahan"),
    "kota": _l("Kota"),
    "lain": _l("Lainnya"),
}
"""Of units."""


def _tidied(text: str | None) -> str:
    return tidy(text or "")


class PersonForm(FlaskForm):  # type: ignore[misc]
    """The data and roles of an account. `offer` sets the units to choose from."""

    nama = StringField(
        _l("Nama"),
        filters=[_tidied],
        validators=[DataRequired(_l("Isi namanya.")), Length(max=200, message=_l("Nama paling panjang 200 huruf."))],
    )
    jabatan = StringField(
        _l("Jabatan"), filters=[_tidied], validators=[Length(max=200, message=_l("Jabatan paling panjang 200 huruf."))]
    )
    unit = SelectField(_l("Unit kerja"), coerce=int, validators=[InputRequired(_l("Pilih unitnya."))])
    surel = StringField(_l("Surel"), filters=[_tidied], render_kw={"inputmode": "email", "autocomplete": "off"})
    pengajar = BooleanField(_l("Pengajar: menulis dan menerbitkan modul"))
    admin = BooleanField(_l("Admin: mengelola akun dan membaca log audit"))
    atasan = SelectMultipleField(_l("Atasan dari"), coerce=int)
    atasan_baru = SelectField(
        _l("Jadikan atasan dari"),
        coerce=int,
        description=_l("Atasan melihat kemajuan orang di unit itu dan semua unit di bawahnya."),
    )

    def offer(self, units: Sequence[Unit], held: Sequence[int]) -> None:
        """The units there are, and those whose atasan the person is."""
        names = [(unit.id, unit.name) for unit in units]
        self.unit.choices = names
        self.atasan.choices = [(id_, name) for id_, name in names if id_ in held]
        self.atasan_baru.choices = [(0, "–"), *((id_, name) for id_, name in names if id_ not in held)]

    def validate_surel(self, field: StringField) -> None:
        if field.data and not is_email(field.data):
            raise ValidationError(_l("Ini bukan alamat surel. Contoh: rina@bandung.go.id."))

    def grants(self) -> Grants:
        """The roles that were chosen."""
        units = sorted({*(self.atasan.data or []), *([self.atasan_baru.data] if self.atasan_baru.data else [])})
        plain = [role for role, field in ((Role.ADMIN, self.admin), (Role.PENGAJAR, self.pengajar)) if field.data]
        return [*((role, None) for role in plain), *((Role.ATASAN, unit) for unit in units)]

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {
            "name": self.nama.data,
            "position": self.jabatan.data,
            "email": self.surel.data,
            "unit_id": self.unit.data,
            "grants": self.grants(),
        }


class NewPersonForm(PersonForm):
    """The same, with the number of somebody who has no account yet."""

    nomor = StringField(
        _l("NIP atau NI PPPK"),
        validators=[InputRequired(_l("Isi NIP atau NI PPPK, 18 angka."))],
        description=_l("18 angka, boleh dengan spasi. Tidak dapat diubah sesudahnya."),
        render_kw={"inputmode": "numeric", "autocomplete": "off", "maxlength": "40"},
    )

    def validate_nomor(self, field: StringField) -> None:
        try:
            parse(field.data or "")
        except BadNumber as trouble:
            raise ValidationError(str(trouble)) from None


class CloseForm(FlaskForm):  # type: ignore[misc]
    """Why an account is deactivated."""

    alasan = TextAreaField(
        _l("Alasan"),
        filters=[_tidied],
        validators=[
            DataRequired(_l("Isi alasannya, misalnya pensiun atau pindah instansi.")),
            Length(max=300, message=_l("Alasan paling panjang 300 huruf.")),
        ],
        description=_l("Tersimpan di log audit. Misalnya: pensiun per 1 Januari 2027."),
        render_kw={"rows": "2"},
    )


class RevokeForm(FlaskForm):  # type: ignore[misc]
    """Why a proof is taken back. Its number is looked up by the view."""

    nomor = StringField(_l("Nomor bukti"))
    alasan = TextAreaField(
        _l("Alasan pencabutan"),
        filters=[_tidied],
        validators=[
            DataRequired(_l("Isi alasannya: pemilik bukti membacanya.")),
            Length(max=300, message=_l("Alasan paling panjang 300 huruf.")),
        ],
        render_kw={"rows": "2"},
    )


class UploadForm(FlaskForm):  # type: ignore[misc]
    """A file of people."""

    berkas = FileField(
        _l("Berkas CSV atau XLSX"),
        validators=[FileRequired(_l("Pilih berkasnya dulu."))],
        description=_l("Paling besar 10 MB dan 50.000 baris."),
        render_kw={"accept": ".csv,.xlsx,text/csv"},
    )


class UnitForm(FlaskForm):  # type: ignore[misc]
    """The names and the place of a unit. `offer` sets the units it may stand below."""

    nama = StringField(
        _l("Nama unit"),
        filters=[_tidied],
        validators=[DataRequired(_l("Isi namanya.")), Length(max=200, message=_l("Nama paling panjang 200 huruf."))],
    )
    singkat = StringField(
        _l("Nama singkat"),
        filters=[_tidied],
        validators=[
            DataRequired(_l("Isi nama singkatnya, misalnya Diskominfo.")),
            Length(max=80, message=_l("Nama singkat paling panjang 80 huruf.")),
        ],
    )
    induk = SelectField(_l("Di bawah"), coerce=int)

    def offer(self, units: Sequence[Unit]) -> None:
        self.induk.choices = [(0, _l("– (puncak)")), *((unit.id, unit.name) for unit in units)]

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {"name": self.nama.data, "short_name": self.singkat.data, "parent_id": self.induk.data or None}


class NewUnitForm(UnitForm):
    """The same, with the code by which imports name it."""

    kode = StringField(
        _l("Kode"),
        filters=[_tidied],
        validators=[
            DataRequired(_l("Isi kodenya, misalnya disdukcapil.kk.")),
            Length(max=64, message=_l("Kode paling panjang 64 huruf.")),
            Regexp(r"[a-z0-9][a-z0-9.\-]*$", message=_l("Kode memakai huruf kecil, angka, titik, dan tanda hubung.")),
        ],
        description=_l("Dipakai pada impor pegawai. Tidak dapat diubah sesudahnya."),
        render_kw={"autocomplete": "off"},
    )
    jenis = SelectField(_l("Jenis"))

    def offer(self, units: Sequence[Unit]) -> None:
        super().offer(units)
        self.jenis.choices = list(KINDS.items())

    def values(self) -> dict[str, Any]:
        return super().values() | {"code": self.kode.data, "kind": self.jenis.data}


class MergeForm(FlaskForm):  # type: ignore[misc]
    """Which unit another becomes part of."""

    tujuan = SelectField(_l("Menjadi bagian dari"), coerce=int, validators=[DataRequired(_l("Pilih unit tujuannya."))])

    def offer(self, units: Sequence[Unit]) -> None:
        self.tujuan.choices = [(0, "–"), *((unit.id, unit.name) for unit in units)]
