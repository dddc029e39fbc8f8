"""What is wrong with this installation, in sentences an operator can act on."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from config import ROOT, BadSetting, Config

LOW_DISK = 500 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Finding:
    severity: str
    """`error`: it does not work; `warning`: it will trouble somebody."""
    message: str
    mend: str = ""


def examine() -> list[Finding]:
    """Every finding, most fundamental first. Reads only."""
    try:
        config = Config()
    except BadSetting as trouble:
        return [Finding("error", str(trouble), "Every setting is described in docs/operator.md.")]
    from elearn import create_app

    findings = [*_files(config), *_bucket(config), *_mail(config), *_settings(config)]
    app = create_app(config)
    with app.app_context():
        findings += _database(app)
    return findings


def _files(config: Config) -> list[Finding]:
    found = []
    if not (ROOT / "elearn" / "web" / "static" / "dist" / "manifest.json").is_file():
        found.append(Finding("error", "The front end is not built: pages have no styles.", "Run `make up`."))
    if not config.CONTENT_DIR.is_dir():
        found.append(Finding("warning", f"There is no content folder at {config.CONTENT_DIR}.", "Set DIAJAR_CONTENT."))
    for folder in (config.INSTANCE_DIR, config.MEDIA_DIR):
        if not _writable(folder):
            found.append(
                Finding("error", f"The folder {folder} cannot be written.", "Give it to the user who runs Diajar.")
            )
        elif shutil.disk_usage(_existing(folder)).free < LOW_DISK:
            found.append(Finding("warning", f"The disk under {folder} has less than 500 MB left.", "Make room."))
    return found


def _bucket(config: Config) -> list[Finding]:
    from elearn.catalogue.media import store_of

    bucket = store_of(config.as_mapping()).bucket
    try:
        if bucket is not None:
            bucket.has("0" * 64)
    except OSError as trouble:
        return [
            Finding("error", str(trouble).splitlines()[0], "Check DIAJAR_MEDIA_BUCKET and the DIAJAR_S3_* settings.")
        ]
    return []


def _mail(config: Config) -> list[Finding]:
    from elearn import mail

    try:
        if config.SMTP is not None:
            with mail.Server(*config.SMTP).session():
                pass
    except mail.NotMailed as trouble:
        return [Finding("error", f"Mail cannot be sent: {trouble}", "Check DIAJAR_SMTP and the server.")]
    return []


def _existing(folder: Path) -> Path:
    """The folder, or the nearest above it that is there: it will be made inside that."""
    return next(place for place in (folder, *folder.parents) if place.exists())


def _writable(folder: Path) -> bool:
    return os.access(_existing(folder), os.W_OK)


def _settings(config: Config) -> list[Finding]:
    if config.MODE != "production":
        return []
    found = []
    if config.SQLALCHEMY_DATABASE_URI.startswith("sqlite"):
        found.append(
            Finding(
                "warning",
                "Production runs on SQLite: right for one machine and a few thousand people.",
                "Set DATABASE_URL to a PostgreSQL server for more.",
            )
        )
    if config.LIMITS_URL.startswith("memory") and config.WORKERS > 1:
        found.append(
            Finding(
                "warning",
                f"Sign-in limits are counted in each of {config.WORKERS} processes, so they are that much looser.",
                "Set DIAJAR_LIMITS_URL to a Redis server.",
            )
        )
    if not config.SESSION_COOKIE_SECURE:
        found.append(Finding("error", "Cookies may travel without HTTPS.", "Leave DIAJAR_HTTPS unset or yes."))
    return found


def _database(app: Flask) -> list[Finding]:
    from elearn.catalogue.models import CatalogueModule
    from elearn.database import db
    from elearn.people.models import Person, RoleGrant
    from elearn.quizzes.models import Attempt, ItemGrade
    from elearn.quizzes.standing import is_stuck

    try:
        with db.engine.connect() as connection:
            now = MigrationContext.configure(connection).get_current_revision()
            sqlite = connection.dialect.name == "sqlite"
            sound = connection.scalar(text("PRAGMA quick_check")) if sqlite else "ok"
    except SQLAlchemyError as trouble:
        reason = str(getattr(trouble, "orig", trouble)).strip().splitlines()[0]
        return [Finding("error", f"The database does not answer: {reason}", "Check DATABASE_URL and the server.")]
    if sound != "ok":
        return [Finding("error", f"The database file is damaged: {sound}", "Restore the last backup.")]
    script = AlembicConfig()
    script.set_main_option("script_location", str(ROOT / "migrations"))
    head = ScriptDirectory.from_config(script).get_current_head()
    if now != head:
        return [Finding("error", f"The tables are at {now or 'nothing'}, not at {head}.", "Run `elearn db upgrade`.")]
    found = []
    session = db.session
    if not session.scalar(select(func.count()).select_from(CatalogueModule)):
        found.append(Finding("warning", "No module is published.", "Run `elearn content publish`."))
    admins = select(func.count()).select_from(RoleGrant).join(Person).where(RoleGrant.role == "admin", Person.active)
    if not session.scalar(admins):
        found.append(
            Finding(
                "warning",
                "There is no administrator.",
                "Run `elearn user create NIP NAMA --unit kota --role admin`.",
            )
        )
    ungraded = session.scalar(select(func.count()).select_from(ItemGrade).where(ItemGrade.error != ""))
    if ungraded:
        found.append(Finding("error", f"{ungraded} answers could not be graded.", "See the pengajar's module page."))
    stuck = session.scalar(select(func.count()).select_from(Attempt).where(is_stuck()))
    if stuck and not ungraded:
        found.append(Finding("warning", f"{stuck} attempts wait for grading.", "Is the server running its sweep?"))
    return found
