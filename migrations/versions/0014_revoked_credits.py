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
    op.drop_index("ix_credit_person_year", "credit")
    op.drop_index("ix_credit_unit_id", "credit")
    op.create_index("ix_credit_person_year", "credit", ["person_id", "year", "earned_at", "jp", "revoked_at"])
    columns = ["unit_id", "year", "module_id", "earned_at", "jp", "revoked_at"]
    op.create_index("ix_credit_report", "credit", columns)


def downgrade():
    op.drop_index("ix_credit_report", "credit")
    op.drop_index("ix_credit_person_year", "credit")
    op.create_index("ix_credit_person_year", "credit", ["person_id", "year"])
    op.create_index("ix_credit_unit_id", "credit", ["unit_id"])
    op.drop_column("credit", "revoked_reason")
    op.drop_column("credit", "revoked_at")
