"""the files that a version was made from, and whether a module is looked after in the studio

Revision ID: 0006
Revises: 0005
Create Date: 2026-11-24 03:45:00

"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "version_file",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.CheckConstraint("(text IS NULL) <> (sha256 IS NULL)", name=op.f("ck_version_file_text_or_medium")),
        sa.ForeignKeyConstraint(["sha256"], ["media_file.sha256"], name=op.f("fk_version_file_sha256_media_file")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["module_version.id"], name=op.f("fk_version_file_version_id_module_version")
        ),
        sa.PrimaryKeyConstraint("version_id", "path", name=op.f("pk_version_file")),
    )
    op.add_column("module", sa.Column("in_studio", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade():
    op.drop_column("module", "in_studio")
    op.drop_table("version_file")
