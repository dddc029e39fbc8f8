"""Passwords: argon2id, and the rules of NIST SP 800-63B: length counts, composition does not, common ones are
refused."""

from __future__ import annotations

import re
import secrets
import unicodedata
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app
from flask_babel import gettext as _

from elearn.core.identity import BadNumber, parse

# OWASP's second recommended setting: 19 MiB, 2 passes, 1 lane; about 30 ms.
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
# For passwords that we made of 79 random bits: no hash has to slow down who guesses those, and 20,000 of them
# take a second instead of ten minutes.
_light_hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
TEMPORARY_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
LONGEST = 128
COMMON = Path(__file__).with_name("common_passwords.txt")


def normalise(password: str) -> str:
    """One form for the same characters typed on different keyboards."""
    return unicodedata.normalize("NFC", password)


def hash_password(password: str) -> str:
    return _hasher.hash(normalise(password))


def temporary() -> str:
    """Sixteen characters that cannot be guessed (79 bits) and are easy to read aloud: no 0, o, 1, l, i."""
    return "-".join("".join(secrets.choice(TEMPORARY_LETTERS) for _ in range(4)) for _ in range(4))


def hash_temporary(password: str) -> str:
    """The hash of a password that `temporary` made, and of no other."""
    return _light_hasher.hash(password)


@cache
def _nobody() -> str:
    return _hasher.hash("a password of nobody")


def verify(stored: str, password: str) -> bool:
    """Whether the password is right. Takes as long for an account that does not exist (`stored` empty), and
    for one whose temporary password has a light hash."""
    typed = normalise(password)[:1024]
    if not stored or needs_rehash(stored):
        _matches(_nobody(), typed)
    return bool(stored) and _matches(stored, typed)


def _matches(stored: str, typed: str) -> bool:
    try:
        return _hasher.verify(stored, typed)
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(stored: str) -> bool:
    """Whether the hash was made with other settings than today's."""
    return _hasher.check_needs_rehash(stored)


@cache
def _common() -> frozenset[str]:
    return frozenset(COMMON.read_text(encoding="utf-8").split())


def weak(password: str, *, name: str, number: str) -> str | None:
    """Why a new password will not do, in words; None when it will."""
    password = normalise(password)
    shortest = int(current_app.config["PASSWORD_MIN_LENGTH"])
    if len(password) < shortest:
        words = _(
            "Kata sandi paling sedikit %(n)s huruf. Beberapa kata yang mudah Anda ingat sudah cukup.",
            n=shortest,
        )
        return str(words)
    if len(password) > LONGEST:
        return str(_("Kata sandi paling panjang %(n)s huruf.", n=LONGEST))
    folded = re.sub(r"[\W_]+", "", password.casefold())
    if _is_common(folded):
        return str(_("Kata sandi ini terlalu umum sehingga mudah ditebak. Pilih yang lain."))
    if any(part in folded for part in _own(name, number)):
        return str(_("Kata sandi ini memuat nama, nomor, atau tanggal lahir Anda. Pilih yang lain."))
    return None


def _is_common(folded: str) -> bool:
    """Whether it is on the list, also with digits before or after it or said twice, or is made of four
    letters or fewer."""
    bare = folded.strip("0123456789")
    once = re.sub(r"^(.+?)\1+$", r"\1", bare)
    return len(set(folded)) < 5 or not _common().isdisjoint({folded, bare, once})


def _own(name: str, number: str) -> list[str]:
    """What everybody knows of a person: the longer words of the name, the number, the birth date as it is
    written."""
    parts = [word.casefold() for word in re.findall(r"\w{4,}", name)] + [number]
    try:
        birth = parse(number).birth
    except BadNumber:
        return parts
    return [*parts, f"{birth:%Y%m%d}", f"{birth:%d%m%Y}", f"{birth:%d%m%y}"]
