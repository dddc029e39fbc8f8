"""Signatures of proofs, so that a copy can be checked without this installation: Ed25519 (RFC 8032) by `cryptography`.

A signed proof is one line: `DIAJAR1.<statement>.<signature>`, both base64url without padding; the statement is JSON in UTF-8, and the
signature is of `DIAJAR1.<statement>` in ASCII. Whoever has the public key can check it, with any tool that knows Ed25519.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from flask import current_app

MARK = "DIAJAR1"


class NotSigned(ValueError):
    """It is no signed proof, or not one of this key, or it was changed."""


def private_key() -> Ed25519PrivateKey:
    """The key of this installation, made when it is first needed: DIAJAR_CERTIFICATE_KEY, which only its owner may read.

    Raises RuntimeError where the file is no such key.
    """
    path = Path(current_app.config["CERTIFICATE_KEY"])
    if not path.exists():
        _make(path)
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except ValueError as trouble:
        raise RuntimeError(f"{path} is no private key in PEM: {trouble}") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise RuntimeError(f"{path} holds another kind of key: Ed25519 is needed")
    return key


def _make(path: Path) -> None:
    """A new key, whole or not at all; of two who make it at once the first one's holds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    own = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(own, path)
    except FileExistsError:
        pass
    finally:
        own.unlink()


def public_pem() -> str:
    """The public key of this installation, to give to whoever checks."""
    return private_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def sign(statement: dict[str, Any]) -> str:
    """The line that says this, signed. The same statement gives the same line."""
    text = json.dumps(statement, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    said = f"{MARK}.{_encode(text.encode())}"
    return f"{said}.{_encode(private_key().sign(said.encode('ascii')))}"


def check(line: str, pem: str) -> dict[str, Any]:
    """What a signed line says. Raises NotSigned; ValueError where `pem` is no public key."""
    key = load_pem_public_key(pem.encode())
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("the key is no Ed25519 key")
    mark, _, rest = "".join(line.split()).partition(".")
    said, _, signature = rest.partition(".")
    if mark != MARK or not said or not signature:
        raise NotSigned(line[:20])
    try:
        key.verify(_decode(signature), f"{MARK}.{said}".encode("ascii"))
        statement = json.loads(_decode(said))
    except (InvalidSignature, ValueError, binascii.Error):
        raise NotSigned(line[:20]) from None
    if not isinstance(statement, dict):
        raise NotSigned(line[:20])
    return statement


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
