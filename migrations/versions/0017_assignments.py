"""assignments of paths, audiences and named groups, excuses, saved filters

Revision ID: 0017
Revises: 0016
Create Date: 2026-11-29 22:00:00

"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("assignment") as batch:
        batch.add_column(sa.Column("batch", sa.String(length=16), nullable=True))
        batch.add_column(sa.Column("audience", sa.String(length=220), server_default="", nullable=False))
        batch.add_column(sa.Column("label", sa.String(length=200), server_default="", nullable=False))
        batch.add_column(sa.Column("path_title", sa.String(length=200), server_default="", nullable=False))
    # Each that there is was given by itself.
    op.execute("UPDATE assignment SET batch = 'a' || id")
    with op.batch_alter_table("assignment") as batch:
        batch.alter_column("batch", existing_type=sa.String(length=16), nullable=False)
        batch.create_index("ix_assignment_batch", ["batch"])
    with op.batch_alter_table("assignee") as batch:
        batch.add_column(sa.Column("excused_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("excused_by_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("excuse", sa.Text(), server_default="", nullable=False))
        batch.create_foreign_key("fk_assignee_excused_by_id_person", "person", ["excused_by_id"], ["id"])
    op.create_table(
        "saved_filter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("query", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_saved_filter_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filter")),
        sa.UniqueConstraint("person_id", "name", name=op.f("uq_saved_filter_person_id_name")),
    )


def downgrade():
    op.drop_table("saved_filter")
    with op.batch_alter_table("assignee") as batch:
        batch.drop_constraint("fk_assignee_excused_by_id_person", type_="foreignkey")
        for name in ("excuse", "excused_by_id", "excused_at"):
            batch.drop_column(name)
    with op.batch_alter_table("assignment") as batch:
        batch.drop_index("ix_assignment_batch")
        for name in ("path_title", "label", "audience", "batch"):
            batch.drop_column(name)
