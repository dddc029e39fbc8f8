"""How people stand in modules: the cells of a team's table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from elearn.catalogue import store
from elearn.database import chunks, db
from elearn.study.enrolment import final_quiz
from elearn.study.models import Enrolment


@dataclass(frozen=True, slots=True)
class Cell:
    """A person in a module. `percent` of the final quiz, else how far they are; `level` 0..4 is its colour."""

    percent: Decimal | None
    done: int
    total: int
    completed: bool
    level: int


def cells_of(person_ids: Sequence[int]) -> list[tuple[int, int, str, str, Cell]]:
    """(person, module, slug, title, cell) of these people, in chunks that any database takes as parameters."""
    found: list[tuple[int, int, str, str, Cell]] = []
    seen: dict[int, tuple[str, str, Decimal]] = {}
    for some in chunks(person_ids):
        statement = select(
            Enrolment.person_id,
            Enrolment.module_id,
            Enrolment.version_id,
            Enrolment.score,
            Enrolment.parts_done,
            Enrolment.parts_total,
            Enrolment.completed_at.is_not(None).label("completed"),
        ).where(Enrolment.person_id.in_(some))
        for person_id, module_id, version_id, score, done, total, completed in db.session.execute(statement):
            if version_id not in seen:
                module = store.version(version_id).module
                seen[version_id] = (module.slug, module.title, pass_mark(version_id))
            slug, title, passing = seen[version_id]
            cell = Cell(score, done, total, bool(completed), level_of(score, passing))
            found.append((person_id, module_id, slug, title, cell))
    return found


def pass_mark(version_id: int) -> Decimal:
    """Percent needed in the final quiz of a version; 0 for a module without one."""
    final = final_quiz(store.version(version_id).module)
    return final.passing if final else Decimal(0)


def level_of(percent: Decimal | None, passing: Decimal) -> int:
    """The colour of a score: 0 none yet, 1 far below the pass mark, 2 within ten points of it, 3 passed, 4 at least
    halfway from the pass mark to full marks."""
    if percent is None:
        return 0
    if percent >= (passing + 100) / 2:
        return 4
    if percent >= passing:
        return 3
    return 2 if percent >= passing - 10 else 1
