"""Forms of the publish, version and review pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length

from elearn.authoring.forms import city_time
from elearn.authoring.reviews import TEXT_AT_MOST
from elearn.catalogue.current import REASON_AT_MOST


class PlanForm(FlaskForm):  # type: ignore[misc]
    """When to publish."""

    waktu = DateTimeLocalField(
        _l("Tanggal dan jam terbit"),
        filters=[city_time],
        validators=[InputRequired(_l("Isi tanggal dan jamnya."))],
        description=_l("Waktu Bandung (WIB)."),
    )


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """Why a module is taken down, or an earlier version chosen."""

    alasan = TextAreaField(
        _l("Alasan"),
        validators=[
            InputRequired(_l("Isi alasannya: riwayatnya disimpan.")),
            Length(max=REASON_AT_MOST, message=_l("Alasan paling panjang 500 huruf.")),
        ],
    )


class AskForm(FlaskForm):  # type: ignore[misc]
    """Whom to ask for a review, or to make a pengajar of the module."""

    nomor = StringField(
        _l("NIP atau NI PPPK rekan"),
        validators=[InputRequired(_l("Isi nomornya, 18 angka."))],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    peran = RadioField(
        _l("Sebagai"),
        choices=[
            SelectChoice("peninjau", _l("Peninjau: membaca naskah, memberi komentar, dan menyetujui")),
            SelectChoice("pengajar", _l("Pengajar modul ini: juga mengubah, menerbitkan, dan melihat jawaban peserta")),
        ],
        default="peninjau",
    )
    catatan = TextAreaField(
        _l("Pesan untuknya"), validators=[Length(max=TEXT_AT_MOST, message=_l("Pesan paling panjang 2.000 huruf."))]
    )


class RemarkForm(FlaskForm):  # type: ignore[misc]
    """What a reviewer says of a line."""

    teks = TextAreaField(
        _l("Komentar"),
        validators=[
            InputRequired(_l("Tulis komentarnya.")),
            Length(max=TEXT_AT_MOST, message=_l("Komentar paling panjang 2.000 huruf.")),
        ],
    )
