"""Work that is done now and then by whichever server process comes first."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import String, update
from sqlalchemy.orm import Mapped, mapped_column

from elearn import clock
from elearn.database import Base, Instant, insert_new, transaction


class Routine(Base):
    """When a routine was last begun."""

    __tablename__ = "routine"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    begun_at: Mapped[datetime] = mapped_column(Instant)


def begin(name: str, every: timedelta) -> bool:
    """Whether it is this process's turn to do what is due: nobody began it within that time. It is begun with this."""
    now = clock.now()
    with transaction() as session:
        if insert_new(session, Routine, [{"name": name, "begun_at": now}], ["name"]):
            return True
        due = update(Routine).where(Routine.name == name, Routine.begun_at <= now - every).values(begun_at=now)
        return bool(session.connection().execute(due).rowcount)
