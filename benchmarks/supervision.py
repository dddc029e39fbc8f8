"""What a supervisor's pages cost as the city grows: `python -m benchmarks.supervision [--people 2000 20000 200000]`.

A city of so many people in 300 units, 50 modules, 50 attempts a person (20,000 people: 1,000,000 attempts), on SQLite, asked for by its
head through the whole application in this process. Printed: 'Tim saya' (p95), the account of the city (p95), that of a section, the
people of the city and all they completed to take away, and how much memory that took at most. Targets, at 20,000: 300 ms, 1 s, 15 s.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import insert, text

from config import Config
from elearn import clock, create_app
from elearn.catalogue import publishing
from elearn.core.identity import make_nip
from elearn.database import chunks, db, new_public_id, transaction
from elearn.people import passwords
from elearn.people.models import Person, Placement, RoleGrant, Unit, UnitPlace
from elearn.quizzes.models import Attempt
from elearn.study.models import Credit, Enrolment, FirstResult, LearnerSummary, LearnerYear
from elearn.supervision import export_jobs, export_worker
from elearn.supervision.exports import Asked
from tests.content import files
from tests.helpers import PASSWORD, client_of

UNITS, MODULES, BEGUN = 300, 50, 20
"""Every person began BEGUN of the modules, with a pretest, a first and a half second final attempt each: 50 attempts."""
TARGETS = {"team": 0.3, "report": 1.0, "export, team as csv": 15.0, "export, team as xlsx": 15.0}
TARGETS_AT = 20_000
TEAM = Asked("team", {})
ROWS = Asked("rows", {"unit": "kota", "tanggal": clock.today().isoformat(), "angka": "selesai"})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, nargs="*", default=[2_000, 20_000, 200_000])
    parser.add_argument("--exports-of", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.exports_of:
        return exports_of(options.exports_of)
    if len(options.people) > 1:  # each in a process of its own: the memory is its own then
        return max(
            subprocess.run([sys.executable, "-m", "benchmarks.supervision", "--people", str(n)], check=False).returncode
            for n in options.people
        )
    with tempfile.TemporaryDirectory(prefix="diajar-bench-") as folder:
        return measure(Path(folder), options.people[0])


def measure(folder: Path, people: int) -> int:
    app = create_app(Config({"DIAJAR_MODE": "testing", "DIAJAR_INSTANCE": str(folder / "instance")}))
    with app.app_context():
        upgrade()
        began = time.perf_counter()
        head = build(folder, people)
        db.session.execute(text("ANALYZE"))
        db.session.commit()
        built = time.perf_counter() - began
    client = client_of(app, head)
    before = peak()
    found = {
        "team": timed(client, "/tim", 20),
        "report": timed(client, "/tim/laporan", 5),
        "report of a unit": timed(client, "/tim/laporan?unit=unit-7", 5),
        "report, half a year ago": timed(client, "/tim/laporan?tanggal=2026-05-01", 5),
        "rows behind a figure": timed(client, "/tim/laporan/baris?angka=selesai", 5),
    }
    pages = peak()
    command = [sys.executable, "-m", "benchmarks.supervision", "--exports-of", str(folder)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    found |= {name: float(seconds) for name, seconds in (line.rsplit("\t", 1) for line in told[:-1])}
    print(f"{people:,} people, {people * 50:,} attempts (built in {built:.0f} s)")
    missed = 0
    for name, seconds in found.items():
        target = TARGETS.get(name) if people == TARGETS_AT else None
        late = target is not None and seconds > target
        missed += late
        print(
            f"  {name:26} {1000 * seconds:9.0f} ms{f'  of {1000 * target:.0f}' if target else ''}{'  MISS' if late else ''}"
        )
    print(f"  memory: {before:.0f} MB before, {pages - before:+.0f} MB for the pages")
    print(f"  memory of a process that makes exports: {told[-1]}")
    return 1 if missed else 0


def peak() -> float:
    """MB that this process took at most until now. (What getrusage says begins with the parent's.)"""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def exports_of(folder: Path) -> int:
    """Make the large tables of a city that is there, in a process that does nothing else; print what each took, and how the memory
    grew. SQLite's own cache, which fills with whatever is read, is kept small: it would hide the rest."""
    app = create_app(Config({"DIAJAR_MODE": "testing", "DIAJAR_INSTANCE": str(folder / "instance")}))
    with app.app_context():
        head = db.session.get_one(Person, 1)
        db.session.execute(text("PRAGMA cache_size = -2048"))
        for kind in ("csv", "xlsx"):  # what is loaded once, whatever the size
            export(head, Asked("team", {"unit": "unit-7"}), kind)
        grown = [f"{peak():.0f} MB with a small one"]
        for kind, what in (("csv", TEAM), ("xlsx", TEAM), ("csv", ROWS)):
            before = peak()
            print(f"export, {what.what} as {kind}", export(head, what, kind), sep="\t")
            grown.append(f"{peak() - before:+.0f} MB for {what.what} as {kind}")
        print(", ".join(grown))
    return 0


def export(head: Person, what: Asked, kind: str) -> float:
    """Seconds from asking for a table to its file, with everything that is written down about it."""
    began = time.perf_counter()
    asked = export_jobs.ask(head.id, what, kind, 1)
    assert export_worker.run_waiting() == 1, "it was made"
    taken = time.perf_counter() - began
    assert export_jobs.drop(head.id, asked.public_id)
    return taken


def timed(client: FlaskClient, url: str, times: int) -> float:
    """p95 of so many requests, the first of which is not counted."""
    client.get(url) if times > 1 else None
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        response = client.get(url)
        assert response.status_code == 200 and response.data, url
        taken.append(time.perf_counter() - began)
    return sorted(taken)[min(len(taken) - 1, int(0.95 * len(taken)))]


def build(folder: Path, people: int) -> Person:
    """The city; its head."""
    random, now, password = Random(11), clock.now(), passwords.hash_password(PASSWORD)
    for n in range(MODULES):
        source = folder / "modules" / f"modul-{n:02d}"
        for name, words in files().items():
            source.joinpath(name).parent.mkdir(parents=True, exist_ok=True)
            source.joinpath(name).write_text(words.replace("Modul coba", f"Modul {n:02d}"), encoding="utf-8")
    publishing.publish_content(folder, by=None)
    versions = [tuple(row) for row in db.session.execute(text("SELECT module_id, id FROM module_version ORDER BY id"))]
    assert len(versions) == MODULES, "every module was published"
    with transaction() as session:
        _units(session, now)
        for some in chunks(range(1, people + 1), 2000):
            _people(session, random, now, some, password)
            _study(session, random, now, some, versions)
        session.add(RoleGrant(person_id=1, role="atasan", unit_id=1))
    return db.session.get_one(Person, 1)


def _units(session: Any, now: datetime) -> None:
    """A city, 20 offices, 280 sections."""
    long_ago = now - timedelta(days=900)
    rows = [
        {"id": 1, "code": "kota", "name": "Kota", "short_name": "Kota", "kind": "kota", "parent_id": None, "path": "1."}
    ]
    for i in range(2, UNITS + 1):
        parent = 1 if i <= 21 else 2 + i % 20
        path = f"1.{i}." if parent == 1 else f"1.{parent}.{i}."
        rows.append(
            {
                "id": i,
                "code": f"unit-{i}",
                "name": f"Unit {i:03d}",
                "short_name": f"U{i}",
                "kind": "dinas",
                "parent_id": parent,
                "path": path,
            }
        )
    session.execute(insert(Unit), rows)
    places = [{"unit_id": row["id"], "path": row["path"], "from_at": long_ago} for row in rows]
    session.execute(insert(UnitPlace), places)


def _people(session: Any, random: Random, now: datetime, some: list[int], password: str) -> None:
    begin = now - timedelta(days=400)
    rows = []
    for i in some:
        base = make_nip(
            now.date().replace(year=1980) - timedelta(days=i // 900), 2010, 1 + i % 12, "LP"[i % 2], 1 + i % 900
        )
        rows.append(
            {
                "id": i,
                "public_id": new_public_id(),
                "number": base,
                "employment": "pppk" if i % 4 == 0 else "pns",
                "name": f"Pegawai {random.randrange(10**6):06d}",
                "position": "Pengelola Layanan",
                "email": "",
                "unit_id": 2 + i % (UNITS - 1),
                "active": True,
                "password_hash": password,
                "must_change_password": False,
                "created_at": begin,
                "changed_at": begin,
            }
        )
    session.execute(insert(Person), rows)
    session.execute(
        insert(Placement), [{"person_id": row["id"], "unit_id": row["unit_id"], "from_at": begin} for row in rows]
    )


def _study(session: Any, random: Random, now: datetime, some: list[int], versions: list[Any]) -> None:
    tables: dict[Any, list[dict[str, Any]]] = {
        t: [] for t in (Enrolment, Attempt, FirstResult, Credit, LearnerSummary, LearnerYear)
    }
    year = clock.local_year(now)
    for i in some:
        unit_id, jp = 2 + i % (UNITS - 1), 0
        for module_id, version_id in random.sample(versions, BEGUN):
            at = now - timedelta(days=random.uniform(1, 320))
            percent, passed, enrolment_id = random.randrange(30, 101), random.random() < 0.8, next(_ids)
            base = {"person_id": i, "module_id": module_id, "version_id": version_id}
            done = passed and clock.local_year(at) == year
            tables[Enrolment].append(
                base
                | {
                    "id": enrolment_id,
                    "started_at": at,
                    "active_at": at,
                    "completed_at": at if done else None,
                    "last_slug": "",
                    "done_slugs": [],
                    "parts_done": 3,
                    "parts_total": 4,
                    "score": percent,
                    "first_passed": passed,
                    "pretest": 40,
                    "posttest": percent,
                    "failed": 0,
                }
            )
            tries = ["tes-awal", "kuis-akhir"] + (["kuis-akhir"] if random.random() < 0.5 else [])
            for number, quiz in enumerate(tries):
                tables[Attempt].append(
                    base
                    | {
                        "public_id": new_public_id(),
                        "unit_id": unit_id,
                        "quiz_slug": quiz,
                        "number": max(1, number),
                        "seed": 1,
                        "layout": [],
                        "state": "graded",
                        "ended_by": "submit",
                        "started_at": at,
                        "ended_at": at,
                        "points": percent,
                        "maximum": 100,
                        "percent": percent,
                        "passed": passed,
                    }
                )
            tables[FirstResult].append(
                {
                    "enrolment_id": enrolment_id,
                    "person_id": i,
                    "module_id": module_id,
                    "unit_id": unit_id,
                    "at": at,
                    "percent": percent,
                    "passed": passed,
                    "gain": percent - 40,
                    "from_at": at,
                    "until_at": None,
                }
            )
            if done:
                jp += 1
                tables[Credit].append(
                    base
                    | {
                        "proof": f"DJR-{year}-{enrolment_id:010d}",
                        "unit_id": unit_id,
                        "kind": "x",
                        "provider": "y",
                        "material": "z",
                        "started_at": at,
                        "earned_at": at,
                        "year": year,
                        "jp": 1,
                        "percent": percent,
                    }
                )
        tables[LearnerYear].append({"person_id": i, "year": year, "jp": jp, "credits": jp})
        tables[LearnerSummary].append(
            {
                "person_id": i,
                "active_at": now - timedelta(days=random.randrange(60)),
                "started": BEGUN,
                "completed": jp,
                "nearly_done": 0,
                "failing": int(random.random() < 0.05),
                "due_at": now + timedelta(days=random.randrange(-5, 90)),
                "first_tries": BEGUN,
                "first_passes": jp,
                "gain_sum": 300,
                "gain_count": BEGUN,
            }
        )
    for table, rows in tables.items():
        session.execute(insert(table), rows)


_ids = count(1)


if __name__ == "__main__":
    sys.exit(main())
