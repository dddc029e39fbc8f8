"""A large city for measuring: people, enrolments and open attempts written in bulk, and cookies to be each of them."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from flask import Flask
from sqlalchemy import insert, select, text

from elearn import clock
from elearn.catalogue import store
from elearn.catalogue.models import CatalogueModule
from elearn.core.identity import make_nip
from elearn.core.model import Lesson, Quiz
from elearn.core.quiz.draw import dump_layout, lay_out
from elearn.database import db, new_public_id, transaction
from elearn.people.models import Person, RoleGrant, Unit
from elearn.quizzes.models import Attempt
from elearn.study.models import Enrolment, LearnerSummary, LearnerYear, LessonProgress
from tests.serving import admit

UNITS = 100


@dataclass(frozen=True)
class City:
    """What a load needs to know: who has which cookie, and what to ask for."""

    people: list[int]
    cookies: dict[int, str]
    bare_cookies: dict[int, str]
    """For the bare page, whose session names the person."""
    head: int
    csrf: dict[int, str]
    module: str
    lessons: list[str]
    attempts: dict[int, tuple[str, list[tuple[str, str]]]]
    """person -> (public id of their open attempt, [(question id, an option id or a text)])."""


def build(app: Flask, people: int) -> City:
    """Fill an empty, migrated database that has the shipped modules published."""
    random = Random(7)
    add_people(people, random)
    return _study(app, people, random)


def add_people(people: int, random: Random) -> None:
    """Units, and people with the ids from 1, in an empty, migrated database."""
    now = clock.now()
    with transaction() as session:
        session.add(Unit(id=1, code="kota", name="Kota", short_name="Kota", kind="kota", path="1."))
        session.flush()
        session.execute(
            insert(Unit),
            [
                {
                    "id": i,
                    "code": f"unit-{i}",
                    "name": f"Unit {i}",
                    "short_name": f"Unit {i}",
                    "kind": "dinas",
                    "parent_id": 1,
                    "path": f"1.{i}.",
                }
                for i in range(2, UNITS + 2)
            ],
        )
        rows = []
        for i in range(1, people + 1):
            born = date(1970, 1, 1) + timedelta(days=random.randrange(8000))
            number = make_nip(born, 2010, 1 + i % 12, "LP"[i % 2], 1 + i % 999)
            rows.append(
                {
                    "id": i,
                    "public_id": new_public_id(),
                    "number": number,
                    "employment": "pns",
                    "name": f"Pegawai {i:05d}",
                    "position": "Pengelola Layanan",
                    "email": "",
                    "unit_id": 2 + i % UNITS,
                    "active": True,
                    "password_hash": "",
                    "must_change_password": False,
                    "created_at": now,
                    "changed_at": now,
                }
            )
        seen: set[str] = set()
        for row in rows:  # two of the same day, sex and serial would be one number
            while row["number"] in seen:
                row["number"] = f"{row['number'][:15]}{1 + secrets.randbelow(999):03d}"
            seen.add(row["number"])
        session.execute(insert(Person), rows)
        session.add(RoleGrant(person_id=1, role="atasan", unit_id=1))


def _study(app: Flask, people: int, random: Random) -> City:
    now = clock.now()
    modules = db.session.execute(
        select(CatalogueModule.id, CatalogueModule.slug, CatalogueModule.current_version_id)
    ).all()
    first = next(store.version(m.current_version_id) for m in modules if m.current_version_id)
    final = first.module.part(first.module.posttest or "")
    assert isinstance(final, Quiz)
    lessons = [part.slug for part in first.module.parts if isinstance(part, Lesson)]
    attempts: dict[int, tuple[str, list[tuple[str, str]]]] = {}
    with transaction() as session:
        enrolments = []
        for i in range(1, people + 1):
            for place, module in enumerate(m for m in modules if m.current_version_id):
                version = store.version(module.current_version_id)
                enrolments.append(
                    {
                        "id": len(enrolments) + 1,
                        "person_id": i,
                        "module_id": module.id,
                        "version_id": version.id,
                        "started_at": now,
                        "active_at": now,
                        "completed_at": None,
                        "last_slug": lessons[0],
                        "done_slugs": [],
                        "parts_done": place,
                        "parts_total": len(version.module.parts),
                        "score": random.randrange(40, 101),
                        "first_passed": True,
                        "pretest": 50,
                        "posttest": 80,
                    }
                )
        session.execute(insert(Enrolment), enrolments)
        session.execute(
            insert(LessonProgress),
            [
                {
                    "enrolment_id": e["id"],
                    "slug": lessons[0],
                    "opened_at": now,
                    "seen_at": now,
                    "done_at": None,
                    "position": "",
                }
                for e in enrolments
                if e["module_id"] == first.module_id
            ],
        )
        session.execute(
            insert(LearnerSummary),
            [
                {
                    "person_id": i,
                    "active_at": now - timedelta(days=random.randrange(60)),
                    "started": 2,
                    "completed": 0,
                    "nearly_done": i % 3 == 0,
                    "due_at": now + timedelta(days=i % 40 - 20),
                    "first_tries": 1,
                    "first_passes": 1,
                    "gain_sum": 30,
                    "gain_count": 1,
                }
                for i in range(1, people + 1)
            ],
        )
        session.execute(
            insert(LearnerYear),
            [{"person_id": i, "year": clock.local_year(now), "jp": i % 21, "credits": 1} for i in range(1, people + 1)],
        )
        rows = []
        for i in range(1, people + 1):
            layout = lay_out(final, i)
            public_id = new_public_id()
            rows.append(
                {
                    "public_id": public_id,
                    "person_id": i,
                    "unit_id": 2 + i % UNITS,
                    "module_id": first.module_id,
                    "version_id": first.id,
                    "quiz_slug": final.slug,
                    "number": 1,
                    "seed": i,
                    "layout": dump_layout(layout),
                    "state": "open",
                    "started_at": now,
                    "deadline_at": now + timedelta(hours=6),
                    "maximum": 10,
                }
            )
            answers = []
            for item in layout:
                answers.append((item.question, item.order[0] if item.order else "12"))
            attempts[i] = (
                public_id,
                [a for a, item in zip(answers, layout, strict=True) if item.order] or answers,
            )
        session.execute(insert(Attempt), rows)
        session.execute(text("CREATE TABLE bench_visit (person_id INTEGER PRIMARY KEY, seen INTEGER NOT NULL)"))
        session.execute(
            text("INSERT INTO bench_visit (person_id, seen) VALUES (:i, 0)"),
            [{"i": i} for i in range(1, people + 1)],
        )
    passes = admit(app, range(1, people + 1))
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return City(
        people=list(passes),
        cookies={i: p.cookie.partition("=")[2] for i, p in passes.items()},
        bare_cookies={i: signer.dumps({"_user_id": str(i), "_fresh": True}) for i in passes},
        head=1,
        csrf={i: p.csrf for i, p in passes.items()},
        module=first.module.slug,
        lessons=lessons,
        attempts=attempts,
    )


def answer_body(question: str, response: str) -> bytes:
    """The body of one saved answer as the page sends it, with a client id of its own."""
    event = {
        "id": secrets.token_hex(16),
        "kind": "answer",
        "question": question,
        "response": response,
        "queued_at": clock.now().isoformat(),
    }
    return json.dumps({"events": [event]}).encode()
