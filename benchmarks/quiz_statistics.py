"""`python -m benchmarks.quiz_statistics`: the statistics of a quiz of a million responses, on SQLite.

Builds a database of 20,000 graded attempts of 50 items, then has a process of its own read and analyse it: the time of that,
and its peak memory. Exit code 1 when either is above its target.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path
from random import Random

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import insert

from benchmarks import city as cities
from config import Config
from elearn import clock, create_app
from elearn.catalogue import publishing, store
from elearn.core.model import Quiz
from elearn.database import db, transaction
from elearn.quizzes import statistics
from elearn.quizzes.models import Attempt, ItemGrade

ROOT = Path(__file__).resolve().parent.parent
SECONDS, MEGABYTES = 3.0, 300.0
MODULE, QUIZ = "statistik-besar", "kuis"
CHUNK = 500


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--attempts", type=int, default=20_000)
    parser.add_argument("--items", type=int, default=50)
    parser.add_argument("--draw", type=int, help="of so many items an attempt has only this many")
    parser.add_argument("--step", choices=("build", "measure"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step == "build":
        folder = Path(os.environ["DIAJAR_INSTANCE"])
        build(create_app(Config(os.environ)), folder, options.attempts, options.items, options.draw)
        return 0
    if options.step == "measure":
        return measure(create_app(Config(os.environ)))
    with tempfile.TemporaryDirectory(prefix="diajar-bench-") as folder:
        env = {
            **os.environ,
            "DIAJAR_MODE": "testing",
            "DIAJAR_INSTANCE": folder,
            "DATABASE_URL": f"sqlite:///{folder}/bench.db",
            "PYTHONPATH": str(ROOT),
        }
        print(f"{options.attempts} attempts of {options.draw or options.items} items …", flush=True)
        # A process inherits the peak of the one that began it: this one must stay small.
        command = [sys.executable, "-m", "benchmarks.quiz_statistics", *sys.argv[1:], "--step"]
        subprocess.run([*command, "build"], env=env, cwd=ROOT, check=True)
        return subprocess.run([*command, "measure"], env=env, cwd=ROOT, check=False).returncode


def measure(app: Flask) -> int:
    """Read and analyse; print what it took."""
    with app.app_context():
        module = store.module_row(MODULE)
        assert module
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        begun = time.perf_counter()
        found = statistics.of_quiz(module.id, [QUIZ])
        seconds = time.perf_counter() - begun
    assert found
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures = {
        "attempts": found.figures.attempts,
        "items": len(found.items),
        "responses": sum(item.attempts for item in found.figures.items),
        "seconds": round(seconds, 2),
        "peak_megabytes": round(megabytes, 1),
        "megabytes_before": round(before, 1),
    }
    print(json.dumps(figures))
    return int(seconds > SECONDS or megabytes > MEGABYTES)


def build(app: Flask, folder: Path, attempts: int, items: int, draw: int | None) -> None:
    """A module with one quiz, people, and their graded attempts, written in bulk; stronger people are right more often."""
    target = folder / "content" / "modules" / MODULE
    target.mkdir(parents=True)
    head = "---\ntitle: Statistik besar\nsummary: Untuk mengukur.\ntopic: Ukur\njp: 1\noutcomes:\n  TP1: Mengukur\n---\nPengantar.\n"
    asked = "\n".join(
        f"## Soal {n}? {{#soal-{n}}}\n- (x) benar {n}\n- ( ) keliru {n}\n- ( ) luput {n}\n" for n in range(items)
    )
    section = f"# Kumpulan {{#kumpulan{f' draw={draw}' if draw else ''}}}\n\n"
    (target / "module.md").write_text(head, encoding="utf-8")
    text = f"---\nkind: quiz\ntitle: Kuis\npassing: 60\n---\n{section}{asked}"
    (target / f"01-{QUIZ}.md").write_text(text, encoding="utf-8")
    with app.app_context():
        upgrade()
        report = publishing.publish_content(folder / "content", by=None)
        assert not report.refused, [d for m in report.modules for d in m.diagnostics]
        version = store.current(MODULE)
        assert version
        quiz = version.module.part(QUIZ)
        assert isinstance(quiz, Quiz)
        cities.add_people(attempts, Random(7))
        _attempts(version, quiz, attempts, draw)
        db.session.remove()
        db.engine.dispose()


def _attempts(version: store.PublishedVersion, quiz: Quiz, attempts: int, draw: int | None) -> None:
    random, now = Random(11), clock.now()
    questions = list(quiz.questions.values())
    options = {q.id: [option["id"] for option in q.body["options"]] for q in questions}
    for first in range(1, attempts + 1, CHUNK):
        tries, grades = [], []
        for number in range(first, min(first + CHUNK, attempts + 1)):
            strength, points = random.gauss(0.6, 0.2), 0
            asked = random.sample(questions, draw or len(questions))
            for position, question in enumerate(asked, start=1):
                right = random.random() < strength
                points += right
                grades.append(
                    {
                        "attempt_id": number,
                        "position": position,
                        "question": question.id,
                        "response": options[question.id][0 if right else random.choice((1, 2))],
                        "fraction": int(right),
                        "points": int(right),
                        "maximum": 1,
                        "graded_at": now,
                    }
                )
            tries.append(
                {
                    "id": number,
                    "person_id": number,
                    "unit_id": 1,
                    "module_id": version.module_id,
                    "version_id": version.id,
                    "quiz_slug": quiz.slug,
                    "number": 1,
                    "seed": number,
                    "layout": [],
                    "state": "graded",
                    "ended_by": "submit",
                    "started_at": now,
                    "ended_at": now,
                    "points": points,
                    "maximum": len(asked),
                    "percent": Decimal(100 * points) / len(asked),
                    "passed": points * 10 >= len(asked) * 6,
                }
            )
        with transaction() as session:
            session.execute(insert(Attempt), tries)
            session.execute(insert(ItemGrade), grades)


if __name__ == "__main__":
    raise SystemExit(main())
