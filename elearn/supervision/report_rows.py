"""The rows behind a figure of the account: people, completions, or first results, of whom the supervisor may see today.

A figure may count people who are outside a supervisor's scope today (they moved on, or an account was closed, or it is the supervisor's
own): these are counted, and not shown.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, func, literal_column, or_, select
from sqlalchemy.orm import aliased

from elearn.catalogue.models import CatalogueModule
from elearn.catalogue.queries import titles_of
from elearn.database import db
from elearn.people import places
from elearn.people.models import Person, Placement, Unit
from elearn.study.models import Credit, FirstResult
from elearn.supervision.members import compact
from elearn.supervision.report import BANDS, Span, earned, jp_of_year, known
from elearn.supervision.scope import Supervisor, in_scope

PAGE_SIZE = 50
PEOPLE = ("orang", "pns", "pns-tercapai", "pns-belum", "pppk", "pppk-lebih", "belajar", "tanpa-jp")
RESULTS = ("pertama", "pertama-lulus", "pertama-belum", "kenaikan")
KINDS = (*PEOPLE, "selesai", *RESULTS)


@dataclass(frozen=True, slots=True)
class Behind:
    """Which rows: `kind` of KINDS; of completions and results also of a month (1 to 12), a module, a band of scores (0 to 9)."""

    kind: str
    month: int | None = None
    module: str = ""
    band: int | None = None
    page: int = 1

    @classmethod
    def read(cls, arguments: Any) -> Behind | None:
        """From the query of an address; None for a kind that there is not. What else is unknown is left out."""

        def number(name: str, low: int, high: int) -> int | None:
            text = arguments.get(name, "")
            return int(text) if text.isdecimal() and len(text) < 7 and low <= int(text) <= high else None

        kind = arguments.get("angka", "")
        if kind not in KINDS:
            return None
        return cls(
            kind=kind,
            month=number("bulan", 1, 12),
            module=arguments.get("modul", "")[:80],
            band=number("rentang", 0, BANDS - 1),
            page=number("halaman", 1, 999_999) or 1,
        )

    def as_query(self) -> dict[str, Any]:
        """The query of an address that shows all of it; what was not asked for is left out."""
        now = {"angka": self.kind, "bulan": self.month, "modul": self.module, "rentang": self.band}
        return {name: str(value) for name, value in now.items() if value not in (None, "")}


@dataclass(frozen=True, slots=True)
class RowLine:
    """One row: a person, and of a completion or a result also what and when."""

    id: int
    public_id: str
    number: str
    name: str
    position: str
    unit: str
    """Of the day for people, of its time for the rest."""
    employment: str
    jp: Decimal | None
    """Of the year for people, of the completion otherwise."""
    module: str = ""
    at: datetime | None = None
    percent: Decimal | None = None
    passed: bool | None = None
    gain: Decimal | None = None
    proof: str = ""


@dataclass(frozen=True, slots=True)
class RowsPage:
    behind: Behind
    lines: list[RowLine]
    total: int
    """How many the supervisor may see."""
    counted: int
    """How many the figure counts."""
    pages: int


def rows_page(
    supervisor: Supervisor, span: Span, inside: list[int], behind: Behind, target: Decimal, maximum: Decimal
) -> RowsPage:
    """A page of the rows behind a figure. Five statements."""
    found = _found(span, inside, behind, target, maximum)
    counted = db.session.scalar(select(func.count()).select_from(found.order_by(None).subquery())) or 0
    seen = _seen(found, supervisor)
    total = db.session.scalar(select(func.count()).select_from(seen.order_by(None).subquery())) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(behind.page, pages)
    rows = db.session.execute(seen.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)).all()
    shown = Behind(behind.kind, behind.month, behind.module, behind.band, page)
    return RowsPage(shown, _lines(rows), total, counted, pages)


@dataclass(frozen=True, slots=True)
class AllRows:
    """All rows behind a figure that the supervisor may see, to take away piece by piece."""

    supervisor: Supervisor
    found: Select[Any]
    key: Any

    @classmethod
    def of(
        cls, supervisor: Supervisor, span: Span, inside: list[int], behind: Behind, target: Decimal, maximum: Decimal
    ) -> AllRows:
        key = Placement.id if behind.kind in PEOPLE else Credit.id if behind.kind == "selesai" else FirstResult.id
        return cls(supervisor, _found(span, inside, behind, target, maximum), key)

    def count(self) -> int:
        """How many. One statement."""
        return db.session.scalar(select(func.count()).select_from(self._seen().order_by(None).subquery())) or 0

    def ids(self) -> array[int]:
        """The keys of all of them, in order, in eight bytes each. One statement."""
        return compact(self._seen().with_only_columns(self.key))

    def some(self, ids: Sequence[int]) -> list[RowLine]:
        """Those with these keys, which follow each other, that may still be seen. Two statements."""
        some = _seen_one_by_one(self.found.where(self.key.in_(ids)), self.supervisor)
        return _lines(db.session.execute(some).all())

    def _seen(self) -> Select[Any]:
        return _seen(self.found, self.supervisor)


def _seen(found: Select[Any], supervisor: Supervisor) -> Select[Any]:
    allowed = select(Person.id).join(Unit, Unit.id == Person.unit_id).where(in_scope(supervisor))
    return found.where(Person.id.in_(allowed))


_home = aliased(Unit)
"""The unit of today, beside that of the row."""


def _seen_one_by_one(found: Select[Any], supervisor: Supervisor) -> Select[Any]:
    """The same for some rows among many: from the row to its person to the unit of today. The sign before the column keeps the
    database from going the other way, over everybody who may be seen, for each of hundreds of pages."""
    return found.join(_home, _home.id == literal_column("+person.unit_id", Integer)).where(in_scope(supervisor, _home))


def _found(span: Span, inside: list[int], behind: Behind, target: Decimal, maximum: Decimal) -> Select[Any]:
    if behind.kind in PEOPLE:
        return _people(span, inside, behind.kind, target, maximum)
    return _completions(span, inside, behind) if behind.kind == "selesai" else _results(span, inside, behind)


_WHO = (Person.id, Person.public_id, Person.number, Person.name, Person.position, Person.employment)


def _people(span: Span, inside: list[int], kind: str, target: Decimal, maximum: Decimal) -> Select[Any]:
    jp = jp_of_year(span)
    pns = Person.employment == "pns"
    conditions: dict[str, ColumnElement[bool]] = {
        "pns": pns,
        "pns-tercapai": and_(pns, jp.c.jp >= target),
        "pns-belum": and_(pns, or_(jp.c.jp.is_(None), jp.c.jp < target)),
        "pppk": ~pns,
        "pppk-lebih": and_(~pns, jp.c.jp > maximum),
        "belajar": jp.c.jp.is_not(None),
        "tanpa-jp": jp.c.jp.is_(None),
    }
    found = (
        select(*_WHO, Unit.name.label("unit"), jp.c.jp.label("jp"))
        .select_from(Placement)
        .join(Person, Person.id == Placement.person_id)
        .join(Unit, Unit.id == Placement.unit_id)
        .outerjoin(jp, jp.c.person_id == Person.id)
        .where(places.valid(Placement, span.last), Placement.unit_id.in_(inside))
        .order_by(Person.name, Person.id)
    )
    return found.where(conditions[kind]) if kind in conditions else found


def _completions(span: Span, inside: list[int], behind: Behind) -> Select[Any]:
    found: Any = (
        select(
            *_WHO,
            Unit.name.label("unit"),
            Credit.jp,
            Credit.module_id,
            Credit.earned_at.label("at"),
            Credit.percent,
            Credit.proof,
        )
        .select_from(Credit)
        .join(Person, Person.id == Credit.person_id)
        .join(Unit, Unit.id == Credit.unit_id)
        .where(earned(span), Credit.unit_id.in_(inside))
        .order_by(Credit.earned_at.desc(), Credit.id)
    )
    return _narrowed(found, span, behind, Credit.module_id, Credit.earned_at)


def _results(span: Span, inside: list[int], behind: Behind) -> Select[Any]:
    conditions = {
        "pertama": FirstResult.percent.is_not(None),
        "pertama-lulus": FirstResult.passed.is_(True),
        "pertama-belum": FirstResult.passed.is_(False),
        "kenaikan": FirstResult.gain.is_not(None),
    }
    found: Any = (
        select(
            *_WHO,
            Unit.name.label("unit"),
            FirstResult.module_id,
            FirstResult.at,
            FirstResult.percent,
            FirstResult.passed,
            FirstResult.gain,
        )
        .select_from(FirstResult)
        .join(Person, Person.id == FirstResult.person_id)
        .join(Unit, Unit.id == FirstResult.unit_id)
        .where(known(span), FirstResult.unit_id.in_(inside), conditions[behind.kind])
        .order_by(FirstResult.at.desc(), FirstResult.id)
    )
    if behind.band is not None:
        low, high = 10 * behind.band, 10 * (behind.band + 1)
        found = found.where(FirstResult.percent >= low)
        found = found.where(FirstResult.percent < high) if behind.band < BANDS - 1 else found
    return _narrowed(found, span, behind, FirstResult.module_id, FirstResult.at)


def _narrowed(found: Select[Any], span: Span, behind: Behind, module_id: Any, at: Any) -> Select[Any]:
    if behind.module:
        found = found.where(module_id.in_(select(CatalogueModule.id).where(CatalogueModule.slug == behind.module)))
    if behind.month is not None:
        begin, end = span.bounds(behind.month)
        found = found.where(at >= begin, at < end)
    return found


def _lines(rows: Any) -> list[RowLine]:
    titles = titles_of({row.module_id for row in rows if hasattr(row, "module_id")})
    return [
        RowLine(
            id=row.id,
            public_id=row.public_id,
            number=row.number,
            name=row.name,
            position=row.position,
            unit=row.unit,
            employment=row.employment,
            jp=getattr(row, "jp", None),
            module=titles.get(getattr(row, "module_id", 0), ("", ""))[1],
            at=getattr(row, "at", None),
            percent=getattr(row, "percent", None),
            passed=getattr(row, "passed", None),
            gain=getattr(row, "gain", None),
            proof=getattr(row, "proof", ""),
        )
        for row in rows
    ]
