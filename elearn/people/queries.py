"""Conditions and look-ups on the tree of units."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select

from elearn.database import db
from elearn.people.models import Unit


def in_subtree(path: Any, roots: Iterable[str]) -> ColumnElement[bool]:
    """Whether a column of paths is at or below one of these paths. A range, so that the index serves it;
    false for none.

    `/` is the character after `.`, so everything that begins with "1.4." lies between "1.4." and "1.4/".
    """
    ranges = [and_(path >= root, path < f"{root[:-1]}/") for root in roots]
    return or_(*ranges) if ranges else false()


def units_above(path: str) -> list[int]:
    """The ids of a unit and all above it, from its path."""
    return [int(part) for part in path.split(".") if part]


def all_units() -> Sequence[Unit]:
    """Every unit that people may be in, parents before children, siblings by name."""
    units = db.session.scalars(select(Unit).where(Unit.closed_at.is_(None))).all()
    names = {unit.id: unit.name for unit in units}
    return sorted(units, key=lambda unit: [(names.get(i, ""), i) for i in units_above(unit.path)])


def unit_names(codes: Iterable[str]) -> dict[str, str]:
    """The names of the units with these codes, by code. One statement."""
    return dict(db.session.execute(select(Unit.code, Unit.name).where(Unit.code.in_(list(codes)))).all())
