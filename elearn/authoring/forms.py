"""Forms of a pengajar."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from elearn import clock
from elearn.quizzes.extensions import ATTEMPTS_AT_MOST, MINUTES_AT_MOST


def city_time(value: datetime | None) -> datetime | None:
    """What is typed is the time of the city."""
    return value.replace(tzinfo=clock.JAKARTA) if value and value.tzinfo is None else value


def _whole(label: Any, most: int, message: Any) -> IntegerField:
    return IntegerField(
        label,
        validators=[Optional(), NumberRange(0, most, message=message)],
        render_kw={"inputmode": "numeric", "min": 0, "max": most},
    )


def _moment(label: Any, description: Any = "") -> DateTimeLocalField:
    return DateTimeLocalField(label, filters=[city_time], validators=[Optional()], description=description)


class ExtensionForm(FlaskForm):  # type: ignore[misc]
    """More time, attempts or other dates for one person."""

    nomor = StringField(
        _l("NIP atau NI PPPK"),
        validators=[InputRequired(_l("Isi nomornya, 18 angka."))],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    menit = _whole(_l("Tambahan waktu (menit)"), MINUTES_AT_MOST, _l("Tulis 0 sampai 1440 menit."))
    percobaan = _whole(_l("Tambahan percobaan"), ATTEMPTS_AT_MOST, _l("Tulis 0 sampai 20 percobaan."))
    buka = _moment(_l("Dibuka khusus"))
    tutup = _moment(_l("Ditutup khusus"), _l("Waktu Bandung (WIB). Menggantikan tanggal kuis bagi orang ini."))
    alasan = TextAreaField(
        _l("Alasan"),
        validators=[
            InputRequired(_l("Isi alasannya: peserta melihatnya, dan riwayatnya disimpan.")),
            Length(max=500, message=_l("Alasan paling panjang 500 huruf.")),
        ],
        description=_l("Peserta melihat alasan ini bersama nama Anda."),
    )
