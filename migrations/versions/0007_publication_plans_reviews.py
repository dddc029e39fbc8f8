"""publications that wait for their time, reviews of drafts and remarks on their lines

Revision ID: 0007
Revises: 0006
Create Date: 2026-11-24 04:00:00

"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _key(table, column, target):
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def upgrade():
    op.create_table(
        "publication_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("base_version_id", sa.Integer(), nullable=True),
        sa.Column("files_hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        _key("publication_plan", "module_id", "module"),
        _key("publication_plan", "base_version_id", "module_version"),
        _key("publication_plan", "by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_plan")),
    )
    op.create_index("ix_publication_plan_module_id", "publication_plan", ["module_id"])
    op.create_index("ix_publication_plan_at", "publication_plan", ["done_at", "at"])
    op.create_table(
        "planned_file",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["sha256"], ["media_file.sha256"], name=op.f("fk_planned_file_sha256_media_file")),
        _key("planned_file", "plan_id", "publication_plan"),
        sa.PrimaryKeyConstraint("plan_id", "path", name=op.f("pk_planned_file")),
    )
    op.create_table(
        "review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_hash", sa.String(length=64), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        _key("review", "module_id", "module"),
        _key("review", "reviewer_id", "person"),
        _key("review", "asked_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("module_id", "reviewer_id", name=op.f("uq_review_module_id_reviewer_id")),
    )
    op.create_index("ix_review_reviewer_id", "review", ["reviewer_id"])
    op.create_table(
        "review_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("line_text", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by_id", sa.Integer(), nullable=True),
        _key("review_comment", "module_id", "module"),
        _key("review_comment", "by_id", "person"),
        _key("review_comment", "resolved_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_comment")),
    )
    op.create_index("ix_review_comment_module_id", "review_comment", ["module_id"])


def downgrade():
    for table in ("review_comment", "review", "planned_file", "publication_plan"):
        op.drop_table(table)
