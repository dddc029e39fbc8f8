"""figures of questions for the question bank, and when routines were last begun

Revision ID: 0008
Revises: 0007
Create Date: 2026-11-24 12:00:00

"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "routine",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_routine")),
    )
    op.create_table(
        "part_figures",
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("part_slug", sa.String(length=80), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=80), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["module_id"], ["module.id"], name=op.f("fk_part_figures_module_id_module")),
        sa.PrimaryKeyConstraint("module_id", "part_slug", name=op.f("pk_part_figures")),
    )
    op.create_table(
        "item_figures",
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("part_slug", sa.String(length=80), nullable=False),
        sa.Column("question", sa.String(length=80), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("facility", sa.Float(), nullable=True),
        sa.Column("discrimination", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["module_id"], ["module.id"], name=op.f("fk_item_figures_module_id_module")),
        sa.PrimaryKeyConstraint("module_id", "part_slug", "question", name=op.f("pk_item_figures")),
    )


def downgrade():
    op.drop_table("item_figures")
    op.drop_table("part_figures")
    op.drop_table("routine")
