"""Settings from the environment, one class. A bad value stops the start with a sentence that says how to mend it.

Every setting is described in docs/operator.md; a test compares the two.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parent
DEVELOPMENT_SECRET = "development only: set SECRET_KEY in production"  # noqa: S105
MODES = ("development", "production", "testing")


class BadSetting(ValueError):
    """A setting that cannot be used. The message names it and says what to do."""


class Config:
    """The settings of one application, read from a mapping of environment variables.

    Raises BadSetting for a value that cannot be used. Attributes in capitals are what Flask and its extensions read.
    """

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        self._env = os.environ if environ is None else environ
        self.MODE = self._choice("DIAJAR_MODE", MODES, "development")
        self.DEVELOPMENT = self.MODE == "development"
        self.TESTING = self.MODE == "testing"
        production = self.MODE == "production"

        self.SECRET_KEY = self._secret(production)
        self.INSTANCE_DIR = Path(self._text("DIAJAR_INSTANCE", str(ROOT / "instance"))).expanduser().resolve()
        self.MEDIA_DIR = Path(self._text("DIAJAR_MEDIA", str(self.INSTANCE_DIR / "media"))).expanduser().resolve()
        self.MEDIA_BUCKET = self._bucket()
        self.CONTENT_DIR = Path(self._text("DIAJAR_CONTENT", str(ROOT / "content"))).expanduser().resolve()
        self.SQLALCHEMY_DATABASE_URI = self._database()

        key = self._text("DIAJAR_CERTIFICATE_KEY", str(self.INSTANCE_DIR / "certificate-key.pem"))
        self.CERTIFICATE_KEY = Path(key).expanduser().resolve()

        self.SMTP = self._smtp()
        self.URL = self._text("DIAJAR_URL", "").rstrip("/")
        if self.SMTP and not re.match(r"https?://[^/]", self.URL):
            raise BadSetting(
                "DIAJAR_URL is not set: mails lead to pages of this installation, such as https://diajar.contoh.go.id."
            )

        self.HOST = self._text("DIAJAR_HOST", "127.0.0.1")
        self.PORT = self._integer("DIAJAR_PORT", 8000, 1, 65535)
        self.WORKERS = self._integer("DIAJAR_WORKERS", 2, 1, 64)
        self.THREADS = self._integer("DIAJAR_THREADS", 16, 1, 256)
        self.SWEEP_SECONDS = self._integer("DIAJAR_SWEEP_SECONDS", 30, 0, 3600)
        self.PROXIES = self._integer("DIAJAR_PROXIES", 0, 0, 5)
        self.DEMO = self._boolean("DIAJAR_DEMO", False)
        if self.DEMO and production:
            raise BadSetting("DIAJAR_DEMO is yes: production must not show demo accounts. Leave it unset.")

        self.PRODUCT_NAME = self._text("DIAJAR_NAME", "Diajar")
        self.ORGANISATION = self._text("DIAJAR_ORGANISATION", "Pemerintah Kota Bandung")
        self.PROVIDER = self._text("DIAJAR_PROVIDER", "BKPSDM Kota Bandung")
        self.JP_TARGET_PNS = self._decimal("DIAJAR_JP_TARGET_PNS", "20", 0, 1000)
        self.JP_MAXIMUM_PPPK = self._decimal("DIAJAR_JP_MAXIMUM_PPPK", "24", 0, 1000)
        self.JP_MINUTES = self._integer("DIAJAR_JP_MINUTES", 45, 1, 600)

        self.IDLE_TIMEOUT = timedelta(minutes=self._integer("DIAJAR_IDLE_MINUTES", 480, 5, 43200))
        self.PASSWORD_MIN_LENGTH = self._integer("DIAJAR_PASSWORD_MIN_LENGTH", 10, 8, 64)
        self.SIGN_IN_LIMIT_ACCOUNT = self._text("DIAJAR_SIGN_IN_LIMIT_ACCOUNT", "5 per 15 minutes")
        self.SIGN_IN_LIMIT_ADDRESS = self._text("DIAJAR_SIGN_IN_LIMIT_ADDRESS", "100 per 15 minutes")
        self.LIMITS_URL = self._text("DIAJAR_LIMITS_URL", "memory://")

        self.MAX_CONTENT_LENGTH = self._integer("DIAJAR_MAX_UPLOAD_MB", 10, 1, 500) * 1024 * 1024
        self.MAX_FORM_MEMORY_SIZE = 1024 * 1024
        self.SESSION_COOKIE_NAME = "diajar"
        self.SESSION_COOKIE_HTTPONLY = True
        self.SESSION_COOKIE_SAMESITE = "Lax"
        self.SESSION_COOKIE_SECURE = self._boolean("DIAJAR_HTTPS", production)
        self.PREFERRED_URL_SCHEME = "https" if self.SESSION_COOKIE_SECURE else "http"
        self.WTF_CSRF_TIME_LIMIT = None  # a token lives as long as its session: a slow reader loses no answer
        self.WTF_CSRF_SSL_STRICT = False  # the token is enough, and a proxy may strip the referrer
        self.BABEL_DEFAULT_LOCALE = "id"
        self.BABEL_DEFAULT_TIMEZONE = "Asia/Jakarta"
        self.COMPRESS_MIMETYPES = ["text/html", "application/json", "text/csv", "image/svg+xml"]
        self.COMPRESS_BR_LEVEL = 4
        self.SQLALCHEMY_ENGINE_OPTIONS = self._engine_options()

    def as_mapping(self) -> dict[str, Any]:
        """What `app.config` is made from."""
        return {name: value for name, value in vars(self).items() if name.isupper()}

    def _text(self, name: str, default: str) -> str:
        value = self._env.get(name, "").strip()
        return value or default

    def _choice(self, name: str, choices: tuple[str, ...], default: str) -> str:
        value = self._text(name, default).lower()
        if value not in choices:
            raise BadSetting(f"{name} is {value!r}: use one of {', '.join(choices)}.")
        return value

    def _integer(self, name: str, default: int, low: int, high: int) -> int:
        text = self._text(name, str(default))
        try:
            value = int(text)
        except ValueError:
            raise BadSetting(f"{name} is {text!r}: use a whole number from {low} to {high}.") from None
        if not low <= value <= high:
            raise BadSetting(f"{name} is {value}: use a whole number from {low} to {high}.")
        return value

    def _decimal(self, name: str, default: str, low: int, high: int) -> Decimal:
        text = self._text(name, default)
        try:
            value = Decimal(text.replace(",", "."))
        except InvalidOperation:
            raise BadSetting(f"{name} is {text!r}: use a number such as {default}.") from None
        if not (value.is_finite() and low <= value <= high):
            raise BadSetting(f"{name} is {text!r}: use a number from {low} to {high}.")
        return value

    def _boolean(self, name: str, default: bool) -> bool:
        text = self._text(name, "yes" if default else "no").lower()
        if text in {"1", "true", "yes", "on"}:
            return True
        if text in {"0", "false", "no", "off"}:
            return False
        raise BadSetting(f"{name} is {text!r}: use yes or no.")

    def _secret(self, production: bool) -> str:
        secret = self._env.get("SECRET_KEY", "")
        if not production:
            return secret or DEVELOPMENT_SECRET
        if not secret:
            raise BadSetting(
                "SECRET_KEY is not set: production needs one. Make one with "
                "`python3 -c 'import secrets; print(secrets.token_urlsafe(48))'` and keep it private."
            )
        if len(secret) < 32 or len(set(secret)) < 12 or secret == DEVELOPMENT_SECRET:
            raise BadSetting(
                "SECRET_KEY is too weak: use at least 32 characters that cannot be guessed, made with "
                "`python3 -c 'import secrets; print(secrets.token_urlsafe(48))'`."
            )
        return secret

    def _bucket(self) -> tuple[str, str, dict[str, str]] | None:
        """Where media are kept besides the disk: a bucket, what stands before its names, and how it is reached."""
        written = self._text("DIAJAR_MEDIA_BUCKET", "").strip("/")
        names = ("DIAJAR_S3_ENDPOINT", "DIAJAR_S3_REGION", "DIAJAR_S3_KEY", "DIAJAR_S3_SECRET")
        endpoint, region, key, secret = (self._text(name, "") for name in names)
        if not written:
            return None
        name, _, prefix = written.partition("/")
        if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", name):
            raise BadSetting(f"DIAJAR_MEDIA_BUCKET is {written!r}: write the bucket's name, or name/folder.")
        if endpoint and not re.match(r"https?://[^/]", endpoint):
            raise BadSetting(f"DIAJAR_S3_ENDPOINT is {endpoint!r}: write an address such as https://s3.contoh.go.id.")
        if bool(key) != bool(secret):
            raise BadSetting(
                "Set both DIAJAR_S3_KEY and DIAJAR_S3_SECRET, or neither where the machine itself has the right."
            )
        options = {
            "endpoint": endpoint.rstrip("/"),
            "region": region or "us-east-1",
            "access_key_id": key,
            "secret_access_key": secret,
        }
        return name, f"{prefix}/" if prefix else "", {option: value for option, value in options.items() if value}

    def _smtp(self) -> tuple[str, int, str, str, bool, str] | None:
        """How mail is sent: host, port, user, password, whether TLS is spoken from the start, and who sends."""
        written = self._text("DIAJAR_SMTP", "")
        if not written:
            return None
        parts = urlsplit(written)
        try:
            port = parts.port
        except ValueError:
            port = -1
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname or port == -1:
            raise BadSetting(
                "DIAJAR_SMTP is no address: write smtp://user:password@host:587 or smtps://user:password@host."
            )
        sender = self._text("DIAJAR_MAIL_FROM", "")
        if "@" not in parseaddr(sender)[1]:
            raise BadSetting(
                "DIAJAR_MAIL_FROM is not set: write who mails come from, such as Diajar <diajar@contoh.go.id>."
            )
        tls = parts.scheme == "smtps"
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return parts.hostname, port or (465 if tls else 587), user, password, tls, sender

    def _database(self) -> str:
        url = self._text("DATABASE_URL", "")
        if not url:
            return f"sqlite:///{self.INSTANCE_DIR / 'diajar.db'}"
        scheme, separator, rest = url.partition("://")
        if not separator or not rest:
            raise BadSetting(
                f"DATABASE_URL is {url!r}: use postgresql://user@host/name or sqlite:////path/to/diajar.db."
            )
        if scheme in {"postgres", "postgresql", "postgresql+psycopg"}:
            return f"postgresql+psycopg://{rest}"
        if scheme == "sqlite":
            return url
        raise BadSetting(f"DATABASE_URL begins with {scheme!r}: only postgresql and sqlite are supported.")

    def _engine_options(self) -> dict[str, Any]:
        # One connection for each thread of a worker and a few for the sweep and commands.
        pool: dict[str, Any] = {"pool_size": self.THREADS + 4, "max_overflow": 8, "pool_timeout": 30}
        # The message of a failed statement goes to the log: without the names and answers that were in it.
        pool["hide_parameters"] = True
        if self.SQLALCHEMY_DATABASE_URI.startswith("postgresql"):
            pool["pool_pre_ping"] = True
        return pool
