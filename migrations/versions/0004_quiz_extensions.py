"""more time, attempts or other dates for one person at one quiz

Revision ID: 0004
Revises: 0003
Create Date: 2026-11-24 00:30:00

"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade():
    people = ("person_id", "given_by_id", "withdrawn_by_id")
    op.create_table(
        "quiz_extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("quiz_slug", sa.String(length=80), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("given_by_id", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        *(
            sa.ForeignKeyConstraint([name], ["person.id"], name=op.f(f"fk_quiz_extension_{name}_person"))
            for name in people
        ),
        sa.ForeignKeyConstraint(["module_id"], ["module.id"], name=op.f("fk_quiz_extension_module_id_module")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_extension")),
    )
    op.create_index("ix_quiz_extension_person", "quiz_extension", ["person_id", "module_id"])
    op.create_index("ix_quiz_extension_module_id", "quiz_extension", ["module_id"])


def downgrade():
    op.drop_table("quiz_extension")
