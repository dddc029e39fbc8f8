"""first results, with when they were known

Revision ID: 0013
Revises: 0012
Create Date: 2026-11-24 22:40:00

"""

import json
from decimal import Decimal

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

SCALE = 1_000_000
"""Numbers are kept as millionths."""


def upgrade():
    table = op.create_table(
        "first_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("percent", sa.BigInteger(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("gain", sa.BigInteger(), nullable=True),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_first_result_enrolment_id_enrolment")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_first_result_person_id_person")),
        sa.ForeignKeyConstraint(["module_id"], ["module.id"], name=op.f("fk_first_result_module_id_module")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_first_result_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_first_result")),
    )
    op.create_index("ix_first_result_enrolment", "first_result", ["enrolment_id", "until_at"])
    columns = ["unit_id", "module_id", "at", "passed", "percent", "gain", "from_at", "until_at"]
    op.create_index("ix_first_result_report", "first_result", columns)
    op.create_index("ix_first_result_person_id", "first_result", ["person_id"])
    _fill(op.get_bind(), table)


def _fill(connection, table):
    """From the attempts and the grades of the first one that counts, each of which is an event. A later change of a pretest's grade
    is taken as if it had always been so."""
    quizzes = _quizzes(connection)
    at = sa.DateTime(timezone=True)
    attempt = sa.table(
        "attempt",
        *(sa.column(name) for name in ("id", "person_id", "module_id", "unit_id", "quiz_slug", "state", "percent")),
        sa.column("started_at", at),
        sa.column("ended_at", at),
    )
    event = sa.table(
        "attempt_event", *(sa.column(n) for n in ("id", "attempt_id", "kind", "data")), sa.column("at", at)
    )
    tried = {}
    graded = sa.select(attempt).where(attempt.c.state == "graded").order_by(attempt.c.started_at, attempt.c.id)
    for row in connection.execute(graded).all():
        tried.setdefault((row.person_id, row.module_id), []).append(row)
    grades = {}
    for row in connection.execute(sa.select(event).where(event.c.kind == "grade").order_by(event.c.id)):
        grades.setdefault(row.attempt_id, []).append(row)
    rows = []
    enrolments = connection.execute(sa.text("SELECT id, person_id, module_id, version_id FROM enrolment")).all()
    for enrolment in enrolments:
        attempts = tried.get((enrolment.person_id, enrolment.module_id), [])
        rows += _rows(enrolment, attempts, grades, *quizzes.get(enrolment.version_id, ((), (), ())))
        if len(rows) > 5000:
            connection.execute(sa.insert(table), rows)
            rows = []
    if rows:
        connection.execute(sa.insert(table), rows)


def _json(value):
    found = json.loads(value) if isinstance(value, str) else value
    return found if isinstance(found, dict) else {}


def _quizzes(connection):
    """Version -> the names of its final quiz, its pretest, its posttest."""
    parts = {}
    statement = "SELECT version_id, payload FROM part WHERE kind = 'quiz' ORDER BY version_id, position"
    for version_id, payload in connection.execute(sa.text(statement)):
        quiz = _json(payload)
        if "slug" in quiz:
            names = (quiz["slug"], *quiz.get("aliases", ()))
            parts.setdefault(version_id, []).append((names, bool(quiz.get("graded"))))
    found = {}
    for version_id, payload in connection.execute(sa.text("SELECT id, payload FROM module_version")):
        module = _json(payload)
        own = parts.get(version_id, [])
        named = {names[0]: names for names, _ in own}
        pretest, posttest = (named.get(module.get(key) or "", ()) for key in ("pretest", "posttest"))
        graded = [names for names, counts in own if counts]
        final = next((names for names in graded if names[0] == module.get("posttest")), graded[-1] if graded else ())
        found[version_id] = (final, pretest, posttest)
    return found


def _rows(enrolment, attempts, grades, final, pretest, posttest):
    def first(names):
        return next((a for a in attempts if a.quiz_slug in names), None)

    shown, before, after = first(final), first(pretest), first(posttest)
    anchor = shown or (after if before else None)
    if anchor is None or anchor.ended_at is None:
        return []
    changes = [(row.at, _json(row.data)) for row in grades.get(anchor.id, ())]
    rows = []
    for place, (at, data) in enumerate(changes):
        if data.get("percent") is None:
            continue
        percent = int(Decimal(data["percent"]) * SCALE)
        learned = percent if after is not None and after.id == anchor.id else after.percent if after else None
        gain = learned - before.percent if before is not None and learned is not None else None
        rows.append(
            {
                "enrolment_id": enrolment.id,
                "person_id": enrolment.person_id,
                "module_id": enrolment.module_id,
                "unit_id": anchor.unit_id,
                "at": anchor.ended_at,
                "percent": percent if shown else None,
                "passed": data.get("passed") if shown else None,
                "gain": gain,
                "from_at": at,
                "until_at": changes[place + 1][0] if place + 1 < len(changes) else None,
            }
        )
    return rows


def downgrade():
    op.drop_table("first_result")
