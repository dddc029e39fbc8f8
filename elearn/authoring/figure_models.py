"""What is known of how questions were answered, computed now and then: the question bank looks through all of them at once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Float, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from elearn.database import Base, Instant


class PartFigures(Base):
    """Of a quiz or lesson: what its figures were computed from, and when."""

    __tablename__ = "part_figures"

    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"), primary_key=True)
    part_slug: Mapped[str] = mapped_column(String(80), primary_key=True)
    answers: Mapped[int]
    """Graded attempts of a quiz, answers to the checks of a lesson."""
    state: Mapped[str] = mapped_column(String(80))
    """Differs as soon as there are other answers, or other points for them."""
    computed_at: Mapped[datetime] = mapped_column(Instant)


class ItemFigures(Base):
    """Of a question: how many answered it (each person's first attempt counts), and what `core.statistics` says, in percent."""

    __tablename__ = "item_figures"

    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"), primary_key=True)
    part_slug: Mapped[str] = mapped_column(String(80), primary_key=True)
    question: Mapped[str] = mapped_column(String(80), primary_key=True)
    attempts: Mapped[int]
    facility: Mapped[float | None] = mapped_column(Float)
    discrimination: Mapped[float | None] = mapped_column(Float)
    """None for the checks of a lesson, which are no test, and where all answers earned the same."""
