"""large exports, and the mail of a Monday

Revision ID: 0016
Revises: 0015
Create Date: 2026-11-25 09:00:00

"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "team_export",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("what", sa.String(length=10), nullable=False),
        sa.Column("query", sa.JSON(), nullable=False),
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("worker", sa.String(length=16), nullable=True),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("units", sa.JSON(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_team_export_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_export")),
        sa.UniqueConstraint("public_id", name=op.f("uq_team_export_public_id")),
    )
    op.create_index("ix_team_export_by_id", "team_export", ["by_id"])
    op.create_index("ix_team_export_expires_at", "team_export", ["expires_at"])
    op.create_table(
        "digest",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_digest_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", "week", name=op.f("pk_digest")),
    )
    op.create_table(
        "digest_choice",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_digest_choice_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_digest_choice")),
    )


def downgrade():
    op.drop_table("digest_choice")
    op.drop_table("digest")
    op.drop_index("ix_team_export_expires_at", table_name="team_export")
    op.drop_index("ix_team_export_by_id", table_name="team_export")
    op.drop_table("team_export")
