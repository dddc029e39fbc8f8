"""The pages of `elearn content watch`: an application of its own, with the product's templates and without its database.

Addresses are those of the product, so that the links of a lesson lead on.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, redirect, render_template, request, url_for
from jinja2 import ChoiceLoader, FileSystemLoader
from werkzeug.exceptions import SecurityError
from werkzeug.wrappers import Response as AnyResponse

from config import Config
from elearn import web
from elearn.authoring import arranging, trying
from elearn.authoring.watching import HOST, PartLine, Watched
from elearn.core.content.media import TYPES, suffix
from elearn.core.model import Diagnostic, Module
from elearn.extensions import babel, csrf, db
from elearn.study.views import shown
from elearn.web import assets, i18n
from elearn.web.access import EVERYONE, access

ROOT = Path(__file__).parent.parent
TEMPLATES = ("web", "quizzes", "authoring", "study")
HEARTBEAT = 15
"""Seconds after which a silent page is asked whether it is still there."""

bp = Blueprint("watch", __name__)


@dataclass(frozen=True, slots=True)
class WatchedPage:
    """A file on the page. `kind`: module, lesson or quiz."""

    slug: str
    module_title: str
    file: str
    kind: str
    title: str
    shown: Module | None
    findings: list[Diagnostic]
    parts: list[PartLine]
    current: str
    number: int


def make_app(watched: Watched) -> Flask:
    """The application that shows a watched folder."""
    app = Flask("elearn", root_path=str(ROOT), static_folder=None, template_folder="web/templates")
    config = Config({"SECRET_KEY": secrets.token_urlsafe(48), "DATABASE_URL": "sqlite:///:memory:"})
    # Cookies know no ports: the product may run beside this on another one.
    config.SESSION_COOKIE_NAME = "diajar-watch"
    config.DEVELOPMENT = False
    config.SQLALCHEMY_ENGINE_OPTIONS = {}
    app.config.from_mapping(config.as_mapping())
    # A page of the internet cannot look at this by giving its own name the address of this computer.
    app.config["TRUSTED_HOSTS"] = [HOST, "localhost"]
    # The error page would ask for the host again.
    app.register_error_handler(SecurityError, lambda refused: (f"{refused.description}\n", 400))
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.jinja_loader = ChoiceLoader([FileSystemLoader(ROOT / name / "templates") for name in TEMPLATES])
    app.extensions["watched"] = watched
    db.init_app(app)
    csrf.init_app(app)
    babel.init_app(app, locale_selector=i18n.locale, timezone_selector=i18n.timezone)
    i18n.init_app(app)
    web.init_app(app)
    app.jinja_env.filters["shown"] = shown
    app.register_blueprint(bp)
    app.wsgi_app = assets.static_files(app)  # type: ignore[method-assign]
    return app


def _watched() -> Watched:
    watched: Watched = current_app.extensions["watched"]
    return watched


@bp.get("/")
@access(EVERYONE)
def modules() -> str | AnyResponse:
    found = sorted(_watched().modules())
    if len(found) == 1:
        return redirect(url_for("watch.module", slug=found[0]))
    lines = [(slug, _watched().title(slug), len(_watched().parts(slug))) for slug in found]
    return render_template("authoring/watch_modules.html", modules=lines, number=_watched().number)


@bp.get("/modul/<slug>")
@access(EVERYONE)
def module(slug: str) -> str:
    page = _page(slug, "module.md")
    findings = _watched().check(slug)
    return render_template("authoring/watch.html", page=page, findings=findings, tried=[])


@bp.route("/modul/<slug>/<part>", methods=["GET", "POST"])
@access(EVERYONE)
def part(slug: str, part: str) -> str:
    """A lesson or a quiz. Its questions can be answered and are graded; nothing is stored."""
    page = _page(slug, part=part)
    tried = trying.tried(page.shown, request.form if request.method == "POST" else None)
    return render_template("authoring/watch.html", page=page, findings=page.findings, tried=tried)


def _page(slug: str, file: str = "", part: str = "") -> WatchedPage:
    watched, number = _watched(), _watched().number
    if slug not in watched.modules():
        abort(404)
    parts = watched.parts(slug)
    file = file or next((line.file for line in parts if line.slug == part), "") or abort(404)
    read, findings = watched.read_one(slug, file)
    text = watched.files(slug)[file].decode(errors="replace")
    kind = arranging.kind_of(text) if part else "module"
    title = watched.title(slug, file)
    return WatchedPage(slug, watched.title(slug), file, kind, title, read, findings, parts, part, number)


@bp.get("/media/<sha256>/<name>")
@access(EVERYONE)
def media(sha256: str, name: str) -> Response:
    kind = TYPES.get(suffix(name))
    data = _watched().medium(sha256, name)
    if kind is None or data is None:
        abort(404)
    response = Response(data, mimetype=kind.type)
    response.make_conditional(request, accept_ranges=True, complete_length=len(data))
    # Opened by itself, a drawing may show its own styles and do nothing else.
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


@bp.get("/perubahan")
@access(EVERYONE)
def changes() -> Response:
    """Server-sent events: one for each change after the number that the page was made at."""
    since = request.headers.get("Last-Event-ID") or request.args.get("sejak", "")
    number = int(since) if since.isdecimal() and len(since) < 10 else _watched().number
    return Response(_events(_watched(), number), mimetype="text/event-stream")


def _events(watched: Watched, number: int) -> Iterator[str]:
    yield "retry: 500\n\n"
    while True:
        now = watched.wait(number, HEARTBEAT)
        if now is None:
            return
        yield f"event: berubah\nid: {now}\ndata: {now}\n\n" if now != number else ": masih di sini\n\n"
        number = now
