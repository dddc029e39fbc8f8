"""Passwords: argon2id, and the rules of NIST SP 800-63B: length counts, composition does not, common ones are refused."""

from __future__ import annotations

import re
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
LONGEST = 128
COMMON = Path(__file__).with_name("common_passwords.txt")


def normalise(password: str) -> str:
    """One form for the same characters typed on different keyboards."""
    return unicodedata.normalize("NFC", password)


def hash_password(password: str) -> str:
    return _hasher.hash(normalise(password))


@cache
def _nobody() -> str:
    return _hasher.hash("a password of nobody")


def verify(stored: str, password: str) -> bool:
    """Whether the password is right. Takes as long for an account that does not exist (`stored` empty)."""
    try:
        return _hasher.verify(stored or _nobody(), normalise(password)[:1024]) and bool(stored)
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(stored: str) -> bool:
    return _hasher.check_needs_rehash(stored)


@cache
def _common() -> frozenset[str]:
    return frozenset(COMMON.read_text(encoding="utf-8").split())


def weak(password: str, *, name: str, number: str) -> str | None:
    """Why a new password will not do, in words; None when it will."""
    password = normalise(password)
    shortest = int(current_app.config["PASSWORD_MIN_LENGTH"])
    if len(password) < shortest:
        return _("Kata sandi paling sedikit %(n)s huruf. Beberapa kata yang mudah Anda ingat sudah cukup.", n=shortest)
    if len(password) > LONGEST:
        return _("Kata sandi paling panjang %(n)s huruf.", n=LONGEST)
    folded = re.sub(r"[\W_]+", "", password.casefold())
    if folded in _common() or re.sub(r"\d+$", "", folded) in _common() or len(set(folded)) < 5:
        return _("Kata sandi ini terlalu umum sehingga mudah ditebak. Pilih yang lain.")
    if any(part in folded for part in _own(name, number)):
        return _("Kata sandi ini memuat nama, nomor, atau tanggal lahir Anda. Pilih yang lain.")
    return None


def _own(name: str, number: str) -> list[str]:
    parts = [word.casefold() for word in re.findall(r"\w{4,}", name)] + [number]
    try:
        birth = parse(number).birth
    except BadNumber:
        return parts
    return [*parts, f"{birth:%Y%m%d}", f"{birth:%d%m%Y}", f"{birth:%d%m%y}"]
