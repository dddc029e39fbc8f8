"""Forms of an atasan."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, ValidationError

from elearn import clock
from elearn.study import audiences
from elearn.study.excuses import REASON_AT_LEAST, REASON_AT_MOST
from elearn.supervision.reminders import TEXT_AT_MOST


class DueForm(FlaskForm):  # type: ignore[misc]
    """Until when, and why."""

    tenggat = DateField(
        _l("Tenggat"),
        validators=[InputRequired(_l("Isi tanggal tenggat, misalnya 31 Desember 2026."))],
        description=_l("Berakhir pukul 23.59 pada tanggal itu."),
    )
    catatan = TextAreaField(
        _l("Alasan atau pesan (boleh kosong)"),
        validators=[Length(max=500, message=_l("Pesan paling panjang 500 huruf."))],
        description=_l("Peserta melihat pesan ini bersama nama Anda."),
    )

    def validate_tenggat(self, field: DateField) -> None:
        if field.data and field.data < clock.today():
            raise ValidationError(_l("Tenggat sudah lewat: pilih hari ini atau sesudahnya."))


class AssignForm(DueForm):
    """A module or a learning path for some people. The choices are set by the view."""

    modul = SelectField(
        _l("Modul atau jalur"), validators=[InputRequired(_l("Pilih modul atau jalur yang ditugaskan."))]
    )
    untuk = SelectField(_l("Untuk"), validators=[InputRequired(_l("Pilih unit, orang, atau saringannya."))])
    siapa = SelectField(
        _l("Siapa di unit itu"),
        default=audiences.EVERYONE,
        choices=[
            SelectChoice(value=audiences.EVERYONE, label=_l("Semua orang")),
            SelectChoice(value=audiences.PNS, label=_l("PNS")),
            SelectChoice(value=audiences.PPPK, label=_l("PPPK")),
            SelectChoice(value=audiences.HEADS, label=_l("Yang memimpin unit (atasan)")),
            SelectChoice(value="jabatan", label=_l("Jabatan tertentu")),
        ],
        description=_l("Berlaku bila Anda memilih unit. Yang kemudian masuk ke unit itu ikut mendapatnya."),
    )
    jabatan = StringField(
        _l("Jabatan"),
        validators=[Length(max=200)],
        description=_l("Bila Anda memilih jabatan tertentu: tulis seperti pada daftar Tim saya."),
        render_kw={"list": "daftar-jabatan", "autocomplete": "off"},
    )

    @property
    def audience(self) -> str:
        """Who of the unit, as `study.audiences` writes it."""
        chosen = self.siapa.data or audiences.EVERYONE
        return audiences.of_position(self.jabatan.data or "") if chosen == "jabatan" else chosen

    def validate_jabatan(self, field: StringField) -> None:
        if self.siapa.data == "jabatan" and not (field.data or "").strip():
            raise ValidationError(_l("Tulis jabatannya, atau pilih semua orang."))


class ExcuseForm(FlaskForm):  # type: ignore[misc]
    """Why somebody need not do a module."""

    alasan = TextAreaField(
        _l("Alasan"),
        validators=[
            InputRequired(_l("Tulis alasannya, satu kalimat.")),
            Length(
                min=REASON_AT_LEAST,
                max=REASON_AT_MOST,
                message=_l("Tulis 5 sampai 500 huruf, misalnya: cuti melahirkan."),
            ),
        ],
        description=_l("Ia membaca alasan ini bersama nama Anda."),
    )


class RemindForm(FlaskForm):  # type: ignore[misc]
    """A message in one's own words."""

    pesan = TextAreaField(
        _l("Pesan Anda"),
        validators=[
            InputRequired(_l("Tulis pesannya, satu atau dua kalimat.")),
            Length(max=TEXT_AT_MOST, message=_l("Pesan paling panjang 500 huruf.")),
        ],
        description=_l("Tampil di Beranda mereka bersama nama Anda. Paling banyak satu pesan sehari."),
    )


class DeputyForm(FlaskForm):  # type: ignore[misc]
    """Who stands in for an atasan, and when."""

    nomor = StringField(
        _l("NIP atau NI PPPK wakil Anda"),
        validators=[InputRequired(_l("Isi nomornya, 18 angka."))],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    dari = DateField(_l("Dari"), validators=[InputRequired(_l("Isi hari pertamanya."))])
    sampai = DateField(_l("Sampai"), validators=[InputRequired(_l("Isi hari terakhirnya."))])
