"""The product under its own server, on either database, and a real browser in front of it.

A demo city is seeded once a database; one copy is shared, and copied again for each test that changes it for everyone.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy import select

from config import Config
from elearn import create_app
from elearn.catalogue import store
from elearn.database import db
from elearn.people.models import Person, Unit
from tests import databases
from tests.conftest import WORKER
from tests.helpers import PASSWORD, make_person
from tests.serving import ROOT, Server, run_elearn

CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


def _environment(folder: Path, url: str) -> dict[str, str]:
    return {
        **os.environ,
        "DIAJAR_MODE": "development",
        "DIAJAR_DEMO": "yes",
        "DIAJAR_INSTANCE": str(folder / "instance"),
        "DATABASE_URL": url,
        "DIAJAR_SWEEP_SECONDS": "1",
        "DIAJAR_WORKERS": "2",
        "DIAJAR_THREADS": "8",
    }


def _seed(folder: Path, url: str) -> Path:
    (folder / "instance").mkdir(parents=True)
    env = _environment(folder, url)
    for command in (("db", "upgrade"), ("content", "publish"), ("demo", "seed")):
        run_elearn(env, *command)
    return folder / "instance"


@pytest.fixture(scope="session")
def sqlite_city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seeded by the worker that needs it first; the others wait for it."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if WORKER == "main" else base.parent) / "sqlite-city"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "seeded").exists():
            _seed(folder, f"sqlite:///{folder / 'instance' / 'city.db'}")
            (folder / "seeded").touch()
    return folder / "instance"


@pytest.fixture(scope="session")
def postgres_city(postgres: str, sqlite_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same city: to copy its rows takes seconds, to seed it again a minute. (tests/services seeds on both.)"""
    folder = tmp_path_factory.mktemp("postgres-city")
    shutil.copytree(sqlite_city, folder / "instance", ignore=shutil.ignore_patterns("*.log", "city.db*"))
    url = databases.create_database(postgres, "city")
    run_elearn(_environment(folder, url), "db", "upgrade")
    databases.copy_rows(f"sqlite:///{sqlite_city / 'city.db'}", url)
    return folder / "instance"


def _settle(request: pytest.FixtureRequest, database: str, folder: Path, name: str) -> Server:
    """A server of a fresh copy of the demo city."""
    source = request.getfixturevalue("sqlite_city" if database == "sqlite" else "postgres_city")
    shutil.copytree(source, folder / "instance", ignore=shutil.ignore_patterns("*.log"))
    url = f"sqlite:///{folder / 'instance' / 'city.db'}"
    if database == "postgresql":
        url = databases.create_database(request.getfixturevalue("postgres"), name, "city")
    env = _environment(folder, url)
    if name == "shared":
        env["DIAJAR_WORKERS"] = "1"  # starts in half the time; who kills the product has two, as in tests/faults
    server = Server(env, databases.free_port())
    server.start()
    return server


@pytest.fixture(scope="package")
def shared() -> Iterator[dict[str, Server]]:
    """The servers that tests share, by database."""
    servers: dict[str, Server] = {}
    yield servers
    for server in servers.values():
        server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def server(
    request: pytest.FixtureRequest,
    shared: dict[str, Server],
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Server]:
    """The product before a demo city: one that is shared, where each test has a peserta of its own (`accounts`). Marked
    `own_city`, a test has a server and a city of its own, to kill or to change for everyone."""
    if request.node.get_closest_marker("own_city"):
        server = _settle(request, request.param, tmp_path, "journey")
        yield server
        server.stop()
        return
    if request.param not in shared:
        shared[request.param] = _settle(request, request.param, tmp_path_factory.mktemp("shared-city"), "shared")
    yield shared[request.param]


@pytest.fixture
def residents(server: Server) -> dict[str, dict[str, str]]:
    """The demo accounts by role, with the year behind them."""
    data = json.loads((Path(server.env["DIAJAR_INSTANCE"]) / "demo.json").read_text())
    return {account["role"]: account for account in data["accounts"]}


@pytest.fixture
def accounts(
    request: pytest.FixtureRequest, server: Server, residents: dict[str, dict[str, str]]
) -> dict[str, dict[str, str]]:
    """Accounts by role. Where the city is shared, the peserta is new in it: nothing of another test is theirs."""
    if request.node.get_closest_marker("own_city"):
        return residents
    with database(server):
        known = db.session.scalars(select(Person).where(Person.number == residents["peserta"]["number"])).one()
        unit = db.session.get_one(Unit, known.unit_id)
        newcomer = make_person(unit, name="Sekar Wulandari")
        return residents | {"peserta": {"name": newcomer.name, "number": newcomer.number, "password": PASSWORD}}


_apps: dict[str, Flask] = {}


@contextmanager
def database(server: Server) -> Iterator[Flask]:
    """The server's own database, to know what it holds and what the right answers are."""
    url = server.env["DATABASE_URL"]
    if url not in _apps:
        _apps[url] = create_app(Config(server.env))
    store.forget()  # another city's versions have the same numbers
    with _apps[url].app_context():
        yield _apps[url]
        db.session.remove()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Closed as soon as the last test here is over: it leaves an event loop running in the thread of the tests."""
    path = shutil.which("chromium")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is not installed, and CI needs it")
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, server: Server) -> Iterator[Callable[..., Page]]:
    """`open_page(width=360, dark=False)`: a page of a new, empty browser profile."""
    contexts: list[BrowserContext] = []

    def make(width: int = 1280, height: int = 900, dark: bool = False, javascript: bool = True) -> Page:
        context = browser.new_context(
            base_url=server.url,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            locale="id-ID",
            timezone_id="Asia/Jakarta",
            java_script_enabled=javascript,
            has_touch=width < 768,
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        troubles: list[str] = []
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on(
            "console",
            lambda message: (
                troubles.append(message.text)
                if message.type == "error" and "Failed to load resource" not in message.text
                else None
            ),
        )
        page.troubles = troubles  # type: ignore[attr-defined]
        return page

    yield make
    for context in contexts:
        for page in context.pages:
            assert getattr(page, "troubles", []) == [], "the page's own scripts or its policy complained"
        context.close()


def axe(page: Page) -> None:
    """Assert that axe finds nothing by the rules of WCAG 2.2 A and AA and its best practices."""
    # Injected by the debugger, not by the page: the Content-Security-Policy stays as it is.
    page.evaluate(AXE.read_text())
    result = page.evaluate(
        """async () => {
            const only = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
            const found = await axe.run(document, {runOnly: only});
            const told = node => node.html.slice(0, 160) + ' | ' + node.failureSummary;
            return found.violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(told).join('\\n'));
        }"""
    )
    assert result == [], f"{page.url}\n" + "\n".join(result)


def no_sideways_scroll(page: Page) -> None:
    """Assert that nothing but a table in its own frame is wider than the screen."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url


def sign_in(page: Page, account: dict[str, str]) -> None:
    """Sign in by the form, the number typed in groups as it is printed."""
    number = account["number"]
    page.goto("/masuk")
    page.get_by_label("NIP atau NI PPPK").fill(f"{number[:8]} {number[8:14]} {number[14]} {number[15:]}")
    page.get_by_label("Kata sandi", exact=True).fill(account["password"])
    page.get_by_role("button", name="Masuk", exact=True).click()
    page.wait_for_url("**/")
