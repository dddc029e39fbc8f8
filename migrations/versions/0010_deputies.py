"""deputies of an atasan for a period

Revision ID: 0010
Revises: 0009
Create Date: 2026-11-24 19:35:00

"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "deputy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("head_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["head_id"], ["person.id"], name=op.f("fk_deputy_head_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_deputy_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deputy")),
    )
    op.create_index("ix_deputy_head_id", "deputy", ["head_id"])
    op.create_index("ix_deputy_person_id", "deputy", ["person_id"])
    op.add_column("person", sa.Column("deputy_until", sa.Date(), nullable=True))


def downgrade():
    op.drop_column("person", "deputy_until")
    op.drop_table("deputy")
