"""failed attempts of an enrolment, who keeps failing, and reminders

Revision ID: 0009
Revises: 0008
Create Date: 2026-11-24 19:20:00

"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("enrolment", sa.Column("failed", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("learner_summary", sa.Column("failing", sa.Integer(), nullable=False, server_default="0"))
    _count_failures(op.get_bind())
    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reminder_person_id_person")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_reminder_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint("person_id", "day", name=op.f("uq_reminder_person_id_day")),
    )


def _count_failures(connection):
    """Each enrolment's attempts that did not pass a quiz which has to be passed, and who has two of a module in the works."""
    to_pass = {}
    for version_id, payload in connection.execute(sa.text("SELECT version_id, payload FROM part WHERE kind = 'quiz'")):
        quiz = json.loads(payload) if isinstance(payload, str) else payload
        if isinstance(quiz, dict) and quiz.get("graded"):
            to_pass.setdefault(version_id, set()).update([quiz["slug"], *quiz["aliases"]])
    rows = connection.execute(
        sa.text(
            "SELECT e.id, e.version_id, a.quiz_slug, count(*) FROM attempt a "
            "JOIN enrolment e ON e.person_id = a.person_id AND e.module_id = a.module_id "
            "WHERE a.state = 'graded' AND a.passed = false GROUP BY e.id, e.version_id, a.quiz_slug"
        )
    )
    failed = {}
    for enrolment_id, version_id, slug, count in rows.all():
        if slug in to_pass.get(version_id, ()):
            failed[enrolment_id] = failed.get(enrolment_id, 0) + count
    if failed:
        statement = sa.text("UPDATE enrolment SET failed = :count WHERE id = :id")
        connection.execute(statement, [{"id": key, "count": count} for key, count in failed.items()])
    connection.execute(
        sa.text(
            "UPDATE learner_summary SET failing = (SELECT count(*) FROM enrolment e WHERE e.person_id = "
            "learner_summary.person_id AND e.completed_at IS NULL AND e.failed >= 2)"
        )
    )


def downgrade():
    op.drop_table("reminder")
    op.drop_column("learner_summary", "failing")
    op.drop_column("enrolment", "failed")
