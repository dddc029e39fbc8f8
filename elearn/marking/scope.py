"""Whose answers a pengajar sees: those to their modules, never their own, never anyone else's.

Every page and every service of this feature begins here; there is no other way to an attempt.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, select

from elearn.catalogue import store
from elearn.catalogue.models import CatalogueModule, ModuleTrainer
from elearn.catalogue.store import PublishedVersion
from elearn.core.model import Quiz
from elearn.database import db
from elearn.quizzes.models import Attempt


def their_modules(trainer_id: int) -> ColumnElement[bool]:
    """A condition on Attempt: that it is of a module of theirs, and somebody else's."""
    modules = select(ModuleTrainer.module_id).where(ModuleTrainer.person_id == trainer_id)
    return and_(Attempt.module_id.in_(modules), Attempt.person_id != trainer_id)


def find_attempt(trainer_id: int, public_id: str) -> Attempt | None:
    """The ended attempt of that address when it is theirs to see. A stranger's and a made-up one look the same: None."""
    return db.session.scalars(
        select(Attempt).where(Attempt.public_id == public_id, Attempt.state != "open", their_modules(trainer_id))
    ).one_or_none()


def find_module(trainer_id: int, slug: str) -> CatalogueModule | None:
    """A module of theirs. One statement."""
    return db.session.scalars(
        select(CatalogueModule)
        .join(ModuleTrainer, ModuleTrainer.module_id == CatalogueModule.id)
        .where(CatalogueModule.slug == slug, ModuleTrainer.person_id == trainer_id)
    ).one_or_none()


def module_id_of(trainer_id: int, slug: str) -> int | None:
    """The id of a module of theirs."""
    module = find_module(trainer_id, slug)
    return module.id if module else None


def is_trainer(trainer_id: int, module_id: int) -> bool:
    return db.session.get(ModuleTrainer, (module_id, trainer_id)) is not None


def quiz_in(version: PublishedVersion, slug: str) -> Quiz | None:
    """A quiz of a version by its slug, or by one it had before."""
    part = version.module.part_named(slug)
    return part if isinstance(part, Quiz) else None


def quiz_as_seen(version_id: int, slug: str) -> tuple[PublishedVersion, Quiz]:
    """The version that an attempt saw, and its quiz."""
    version = store.version(version_id)
    quiz = version.module.part(slug)
    assert isinstance(quiz, Quiz), "an attempt is of a quiz of its version"
    return version, quiz
