"""action plans and satisfaction

Revision ID: 0015
Revises: 0014
Create Date: 2026-11-24 23:40:00

"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "action_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("seen", sa.String(length=10), nullable=False),
        sa.Column("result", sa.String(length=10), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_action_plan_person_id_person")),
        sa.ForeignKeyConstraint(["module_id"], ["module.id"], name=op.f("fk_action_plan_module_id_module")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_action_plan_answered_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_plan")),
        sa.UniqueConstraint("person_id", "module_id", name=op.f("uq_action_plan_person_id_module_id")),
    )
    op.create_index("ix_action_plan_due", "action_plan", ["asked_at", "due_on"])
    op.create_index("ix_action_plan_module_id", "action_plan", ["module_id"])
    op.create_table(
        "satisfaction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("useful", sa.Integer(), nullable=False),
        sa.Column("easy", sa.Integer(), nullable=False),
        sa.Column("recommend", sa.Integer(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_satisfaction_person_id_person")),
        sa.ForeignKeyConstraint(["module_id"], ["module.id"], name=op.f("fk_satisfaction_module_id_module")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["module_version.id"], name=op.f("fk_satisfaction_version_id_module_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_satisfaction")),
        sa.UniqueConstraint("person_id", "module_id", name=op.f("uq_satisfaction_person_id_module_id")),
    )
    op.create_index("ix_satisfaction_module_id", "satisfaction", ["module_id"])


def downgrade():
    op.drop_table("satisfaction")
    op.drop_table("action_plan")
