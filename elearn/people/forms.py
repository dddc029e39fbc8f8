"""Forms of signing in and of one's own password."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length, ValidationError

from elearn.core.identity import BadNumber, parse


class SignInForm(FlaskForm):  # type: ignore[misc]
    """The number may be typed with blanks. One that no ASN can have is told so: it says nothing of any
    account."""

    nomor = StringField(
        _l("NIP atau NI PPPK"),
        validators=[InputRequired(_l("Isi NIP atau NI PPPK Anda, 18 angka."))],
        render_kw={
            "inputmode": "numeric",
            "autocomplete": "username",
            "spellcheck": "false",
            "maxlength": "40",
        },
        description=_l("18 angka, boleh dengan spasi."),
    )
    sandi = PasswordField(
        _l("Kata sandi"),
        validators=[
            InputRequired(_l("Isi kata sandi Anda.")),
            Length(max=1024, message=_l("Kata sandi terlalu panjang.")),
        ],
        render_kw={"autocomplete": "current-password"},
    )

    def validate_nomor(self, field: StringField) -> None:
        try:
            parse(field.data or "")
        except BadNumber as trouble:
            raise ValidationError(str(trouble)) from None


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """A new password in place of the present one."""

    lama = PasswordField(
        _l("Kata sandi sekarang"),
        validators=[InputRequired(_l("Isi kata sandi yang sekarang."))],
        render_kw={"autocomplete": "current-password"},
    )
    baru = PasswordField(
        _l("Kata sandi baru"),
        validators=[InputRequired(_l("Isi kata sandi baru."))],
        render_kw={"autocomplete": "new-password"},
        description=_l("Beberapa kata yang mudah Anda ingat lebih baik daripada huruf acak yang pendek."),
    )
    ulang = PasswordField(
        _l("Ulangi kata sandi baru"),
        validators=[
            InputRequired(_l("Ulangi kata sandi baru.")),
            EqualTo("baru", message=_l("Kedua kata sandi baru berbeda.")),
        ],
        render_kw={"autocomplete": "new-password"},
    )
