"""the people of a unit, counted from one index

Revision ID: 0002
Revises: 0001
Create Date: 2026-11-23 20:10:00

"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _keep_years(**options):
    """SQLite alone: the years of a person in the order of their key, so that finding one is one search and not two."""
    if op.get_context().dialect.name == "sqlite":
        with op.batch_alter_table("learner_year", recreate="always", table_kwargs=options):
            pass


def upgrade():
    op.create_index("ix_person_team", "person", ["unit_id", "active", "employment"])
    _keep_years(sqlite_with_rowid=False)
    op.drop_index("ix_person_unit_id", table_name="person")


def downgrade():
    op.create_index("ix_person_unit_id", "person", ["unit_id"])
    _keep_years()
    op.drop_index("ix_person_team", table_name="person")
