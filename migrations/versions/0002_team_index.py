"""the people of a unit, counted from one index

Revision ID: 0002
Revises: 0001
Create Date: 2026-11-23 20:10:00

"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index("ix_person_team", "person", ["unit_id", "active", "employment"])
    op.drop_index("ix_person_unit_id", table_name="person")


def downgrade():
    op.create_index("ix_person_unit_id", "person", ["unit_id"])
    op.drop_index("ix_person_team", table_name="person")
