"""whether a reminder was mailed

Revision ID: 0011
Revises: 0010
Create Date: 2026-11-24 19:45:00

"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("reminder", sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("reminder", sa.Column("mail_tries", sa.Integer(), nullable=False, server_default="0"))


def downgrade():
    op.drop_column("reminder", "mail_tries")
    op.drop_column("reminder", "mailed_at")
