"""The product under its own server, as `elearn serve` runs it, and people who are signed in to it without a form."""

from __future__ import annotations

import hashlib
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import insert

from elearn import clock
from elearn.database import transaction
from elearn.people.models import SignIn
from elearn.people.sessions import hash_token

ROOT = Path(__file__).resolve().parents[1]


@dataclass
class Server:
    """A running installation. `kill` is a power cut; `start` after it is the morning after."""

    env: dict[str, str]
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [sys.executable, "-m", "elearn.cli", "serve", "--port", str(self.port)]
        log = Path(self.env["DIAJAR_INSTANCE"]) / "server.log"
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.env, stdout=output, stderr=output, start_new_session=True
            )
        deadline = time.monotonic() + 40
        while True:
            try:
                with urllib.request.urlopen(f"{self.url}/sehat", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                pass
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the server did not start:\n{log.read_text()[-3000:]}")
            time.sleep(0.1)  # a poll of a condition, bounded by the deadline above

    def kill(self) -> None:
        """SIGKILL to every process of the server at once: nothing gets to finish."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def workers(self) -> list[int]:
        """The processes that the server has started and not buried yet."""
        assert self.process is not None
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in listed.split()]

    def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()


def run_elearn(env: dict[str, str], *arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "elearn.cli", *arguments], cwd=ROOT, env=env, check=True, capture_output=True)


@dataclass(frozen=True, slots=True)
class Pass:
    """What the browser of a signed-in person sends: the session's cookie, and a token against forgery that fits it."""

    token: str
    cookie: str
    csrf: str


def make_pass(app: Flask) -> Pass:
    """For a sign-in that `admit` stores."""
    token = secrets.token_urlsafe(32)
    raw = hashlib.sha1(token.encode()).hexdigest()
    session = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    cookie = session.dumps({"_user_id": token, "_fresh": True, "csrf_token": raw})
    csrf = URLSafeTimedSerializer(app.secret_key or "", salt="wtf-csrf-token").dumps(raw)
    return Pass(token, f"{app.config['SESSION_COOKIE_NAME']}={cookie}", str(csrf))


def admit(app: Flask, people: Iterable[int]) -> dict[int, Pass]:
    """Sign people in, without their passwords and the time these take to check."""
    passes = {person: make_pass(app) for person in people}
    now = clock.now()
    rows = [
        {"token_hash": hash_token(p.token), "person_id": person, "created_at": now, "seen_at": now, "agent": "test"}
        for person, p in passes.items()
    ]
    with transaction() as session:
        session.execute(insert(SignIn), rows)
    return passes
