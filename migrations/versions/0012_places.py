"""where people and units were at a time

Revision ID: 0012
Revises: 0011
Create Date: 2026-11-24 22:00:00

"""

import json
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
"""The tree was never changed before this: every unit has always stood where it stands."""


def upgrade():
    op.add_column("unit", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    unit_place = op.create_table(
        "unit_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=255), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_place_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_place")),
    )
    op.create_index("ix_unit_place_unit_id", "unit_place", ["unit_id"])
    placement = op.create_table(
        "placement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_placement_person_id_person")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_placement_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement")),
    )
    op.create_index("ix_placement_person", "placement", ["person_id", "until_at"])
    connection = op.get_bind()
    for row in connection.execute(sa.text("SELECT id, path FROM unit")).all():
        connection.execute(sa.insert(unit_place), {"unit_id": row.id, "path": row.path, "from_at": LONG_AGO})
    _place_people(connection, placement)


def _place_people(connection, placement):
    """Where each person was, from the audit log; where it tells something else than the person's row, the row is right."""
    audit = sa.table(
        "audit_entry",
        *(sa.column(name) for name in ("id", "action", "person_id", "after")),
        sa.column("at", sa.DateTime(timezone=True)),
    )
    person = sa.table(
        "person",
        *(sa.column(name) for name in ("id", "unit_id")),
        sa.column("active", sa.Boolean),
        sa.column("created_at", sa.DateTime(timezone=True)),
        sa.column("changed_at", sa.DateTime(timezone=True)),
    )
    actions = ("person.created", "person.changed", "person.deactivated", "person.reactivated")
    told = {}
    for entry in connection.execute(sa.select(audit).where(audit.c.action.in_(actions)).order_by(audit.c.id)):
        told.setdefault(entry.person_id, []).append(entry)
    units = {row.id for row in connection.execute(sa.text("SELECT id FROM unit"))}
    rows = []
    for one in connection.execute(sa.select(person)).all():
        rows += _stays(one, told.get(one.id, []), units)
        if len(rows) > 5000:
            connection.execute(sa.insert(placement), rows)
            rows = []
    if rows:
        connection.execute(sa.insert(placement), rows)


def _stays(person, entries, units):
    stays, unit_id, active = [], None, True

    def be(at, where):
        if stays and stays[-1]["until_at"] is None:
            if stays[-1]["unit_id"] == where:
                return
            stays[-1]["until_at"] = at
        if where is not None:
            stays.append({"person_id": person.id, "unit_id": where, "from_at": at, "until_at": None})

    for entry in entries:
        after = json.loads(entry.after) if isinstance(entry.after, str) else entry.after
        if isinstance(after, dict) and after.get("unit_id") in units:
            unit_id = after["unit_id"]
        active = {"person.deactivated": False, "person.reactivated": True}.get(entry.action, active)
        if unit_id is not None:
            be(entry.at, unit_id if active else None)
    be(person.changed_at if stays else person.created_at, person.unit_id if person.active else None)
    return stays


def downgrade():
    op.drop_table("placement")
    op.drop_table("unit_place")
    op.drop_column("unit", "closed_at")
