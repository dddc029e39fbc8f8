"""credits can be revoked

Revision ID: 0014
Revises: 0013
Create Date: 2026-11-24 23:10:00

"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("credit", sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("credit", sa.Column("revoked_reason", sa.Text(), nullable=False, server_default=""))


def downgrade():
    op.drop_column("credit", "revoked_reason")
    op.drop_column("credit", "revoked_at")
