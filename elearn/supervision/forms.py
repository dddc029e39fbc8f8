"""Forms of an atasan."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from elearn import clock
from elearn.supervision.reminders import TEXT_AT_MOST


class AssignForm(FlaskForm):  # type: ignore[misc]
    """A module for a unit and all below it, or for one person of them. The choices are set by the view."""

    modul = SelectField(_l("Modul"), validators=[InputRequired(_l("Pilih modul yang ditugaskan."))])
    untuk = SelectField(_l("Untuk"), validators=[InputRequired(_l("Pilih unit atau orangnya."))])
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
