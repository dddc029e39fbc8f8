"""`make bench`: the pages of the product beside a bare one, in the same run, on this machine.

Ratios are what counts: a machine that is slower today makes both slower. Each measurement is interleaved with the bare
page and repeated; the median of the ratios is printed. Exit code 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask_migrate import upgrade
from sqlalchemy import event

from benchmarks import city as cities
from benchmarks.load import Request, Result, run
from config import Config
from elearn import create_app
from elearn.catalogue import publishing
from elearn.database import db
from tests.databases import free_port

ROOT = Path(__file__).resolve().parent.parent
WORKERS, THREADS, CLIENTS = 2, 16, 8
TARGETS = {"lesson": 0.7, "answer": 1.5, "team": 0.25}
STATEMENTS = {"lesson": 8, "quiz": 8, "team": 10}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=5000)
    parser.add_argument("--seconds", type=float, default=4.0, help="of each single measurement")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="*", choices=sorted(TARGETS | STATEMENTS), help="these pages alone")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="diajar-bench-") as folder:
        env = {
            **os.environ,
            "DIAJAR_MODE": "production",
            "SECRET_KEY": secrets.token_urlsafe(48),
            "DIAJAR_INSTANCE": folder,
            "DATABASE_URL": f"sqlite:///{folder}/bench.db",
            "DIAJAR_WORKERS": str(WORKERS),
            "DIAJAR_THREADS": str(THREADS),
            "PYTHONPATH": str(ROOT),
        }
        app = create_app(Config(env))
        with app.app_context():
            print(f"A city of {options.people} people …", flush=True)
            upgrade()
            publishing.publish_content(Path(app.config["CONTENT_DIR"]), by=None)
            city = cities.build(app, options.people)
            counts = statements(app, city)
            db.session.remove()
            db.engine.dispose()
        with product(env) as port, bare(env) as bare_port:
            asks = {name: ask for name, ask in requests(city).items() if name in ("bare", *(options.only or (name,)))}
            missed = measure(asks, port, bare_port, options.seconds, options.rounds)
    print("\nstatements a page")
    for name, count in counts.items():
        missed += count > STATEMENTS[name]
        print(f"  {name:8} {count:3}   at most {STATEMENTS[name]}")
    return 1 if missed else 0


def requests(city: cities.City) -> dict[str, Callable[[int, int], Request]]:
    """What each measurement asks for; every client goes through people of its own."""

    def person(client: int, n: int) -> int:
        return city.people[(client * 613 + n) % len(city.people)]

    def cookie(person_id: int) -> dict[str, str]:
        return {"Cookie": f"diajar={city.cookies[person_id]}"}

    def lesson(client: int, n: int) -> Request:
        who = person(client, n)
        return "GET", f"/modul/{city.module}/{city.lessons[n % len(city.lessons)]}", None, cookie(who)

    def quiz(client: int, n: int) -> Request:
        who = person(client, n)
        return "GET", f"/percobaan/{city.attempts[who][0]}/{1 + n % 10}", None, cookie(who)

    def answer(client: int, n: int) -> Request:
        who = person(client, n)
        public_id, questions = city.attempts[who]
        body = cities.answer_body(*questions[n % len(questions)])
        headers = {**cookie(who), "Content-Type": "application/json", "X-CSRFToken": city.csrf[who]}
        return "POST", f"/percobaan/{public_id}/jawab", body, headers

    def team(client: int, n: int) -> Request:
        return "GET", f"/tim?hal={1 + n % 40}", None, cookie(city.head)

    def plain(client: int, n: int) -> Request:
        return "GET", "/polos", None, {"Cookie": f"diajar={city.bare_cookies[person(client, n)]}"}

    return {"bare": plain, "lesson": lesson, "quiz": quiz, "answer": answer, "team": team}


def measure(
    asks: dict[str, Callable[[int, int], Request]], port: int, bare_port: int, seconds: float, rounds: int
) -> int:
    """Print the ratios; how many targets were missed."""
    for name, ask in asks.items():  # fill caches, and fail early
        warm = run(name, bare_port if name == "bare" else port, ask, seconds=1.0, clients=CLIENTS)
        if warm.wrong:
            raise SystemExit(f"{name}: {warm.wrong[0]}")
    ratios: dict[str, list[float]] = {name: [] for name in asks if name != "bare"}
    last: dict[str, Result] = {}
    for _ in range(rounds):
        for name in ratios:
            before = run("bare", bare_port, asks["bare"], seconds=seconds / 2, clients=CLIENTS)
            mine = run(name, port, asks[name], seconds=seconds, clients=CLIENTS)
            after = run("bare", bare_port, asks["bare"], seconds=seconds / 2, clients=CLIENTS)
            if mine.wrong or before.wrong or after.wrong:
                raise SystemExit(f"{name}: {(mine.wrong + before.wrong + after.wrong)[0]}")
            ratios[name].append(mine.rate / ((before.rate + after.rate) / 2))
            last[name], last["bare"] = mine, after
    print(f"\n{WORKERS} workers of {THREADS} threads, {CLIENTS} clients, median of {rounds} rounds")
    print(f"  {'':8} {'a second':>9} {'p50 ms':>8} {'p95 ms':>8} {'of bare':>8}   target")
    missed = 0
    for name, result in last.items():
        ratio = statistics.median(ratios[name]) if name in ratios else 1.0
        target = TARGETS.get(name)
        missed += target is not None and ratio < target
        wanted = "" if target is None else f"at least {target}{'' if ratio >= target else '  MISSED'}"
        print(
            f"  {name:8} {result.rate:9.0f} {result.percentile(0.5):8.1f} {result.percentile(0.95):8.1f} {ratio:8.2f}   {wanted}"
        )
    return missed


def statements(app: Any, city: cities.City) -> dict[str, int]:
    """SQL statements of one page, without BEGIN and COMMIT, the second time it is asked for."""
    asks, counts = requests(city), {}
    seen: list[str] = []

    def note(_c: Any, _cur: Any, statement: str, _p: Any, _ctx: Any, _many: Any) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    pool = ThreadPoolExecutor(1)
    for name in STATEMENTS:
        for n in (0, 0):
            seen.clear()
            _method, path, _body, headers = asks[name](3, n)
            # In a thread of its own, as under a server: nothing of this context is taken along.
            client = app.test_client(use_cookies=False)
            response = pool.submit(client.get, path, headers=headers).result()
            if response.status_code != 200:
                raise SystemExit(f"{name}: {response.status}")
        counts[name] = len(seen)
    event.remove(db.engine, "before_cursor_execute", note)
    return counts


@contextmanager
def product(env: dict[str, str]) -> Iterator[int]:
    port = free_port()
    with _process(
        [sys.executable, "-m", "elearn.cli", "serve", "--port", str(port)],
        env,
        f"http://127.0.0.1:{port}/sehat",
    ):
        yield port


@contextmanager
def bare(env: dict[str, str]) -> Iterator[int]:
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    command += [
        "--workers",
        str(WORKERS),
        "--blocking-threads",
        str(THREADS),
        "--log-level",
        "error",
        "benchmarks.bare:app",
    ]
    with _process(command, env, f"http://127.0.0.1:{port}/static/none"):
        yield port


@contextmanager
def _process(command: list[str], env: dict[str, str], url: str) -> Iterator[None]:
    """A server of ours, until it answers; ended by its own id."""
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        deadline = time.monotonic() + 40
        while True:
            try:
                urllib.request.urlopen(url, timeout=2).close()
                break
            except urllib.error.HTTPError:
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit(f"{command[2]} did not start") from None
                time.sleep(0.1)
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(15)


if __name__ == "__main__":
    sys.exit(main())
