"""Pages that belong to no feature: the theme, the health of the service, the style page in development."""

from __future__ import annotations

from decimal import Decimal

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from elearn.extensions import db
from elearn.web import sample_questions, samples, theme
from elearn.web.access import EVERYONE, access
from elearn.web.assets import manifest
from elearn.web.redirects import is_local, previous_page

bp = Blueprint("web", __name__)
style = Blueprint("style", __name__, url_prefix="/gaya")
STYLE_PAGES = ("beranda", "materi", "bacaan", "kuis", "soal", "hasil", "tim")


@bp.post("/tema")
@access(EVERYONE)
def set_theme() -> Response:
    """Remember light, dark or automatic, and go back to the page one was on."""
    choice = request.form.get("tema", "")
    if choice not in theme.CHOICES:
        abort(400)
    target = request.form.get("next")
    response = make_response(redirect(target if target and is_local(target) else previous_page()))
    theme.remember(response, choice)
    return response


@bp.get("/sehat")
@access(EVERYONE)
def health() -> tuple[Response, int]:
    """200 while pages and their database answer, 503 when the database does not."""
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return jsonify(sehat=False, basis_data=False), 503
    return jsonify(sehat=True, basis_data=True), 200


@style.get("/")
@access(EVERYONE)
def components() -> str:
    """Every component in all its states, light and dark."""
    return _show("index", user=samples.SampleAdmin())


@style.get("/denah.svg")
@access(EVERYONE)
def plan() -> Response:
    """The picture of a sample question."""
    return Response(sample_questions.PLAN, mimetype="image/svg+xml")


@style.get("/<name>")
@access(EVERYONE)
def page(name: str) -> str:
    """A whole page of made-up content, built from the components."""
    if name not in STYLE_PAGES:
        abort(404)
    return _show(name, user=samples.SampleUser())


def _show(name: str, user: samples.SampleUser) -> str:
    return render_template(
        f"gaya/{name}.html",
        sample=samples.sample(),
        sample_questions=sample_questions.sample_questions(url_for("style.plan")) if name == "soal" else (),
        page_tabs=[{"text": name.capitalize(), "url": url_for("style.page", name=name)} for name in STYLE_PAGES],
        icons=sorted(manifest().icons),
        form=samples.form(),
        failed_form=samples.form(with_errors=True),
        current_user=user,
        topbar={"jp": Decimal("13.5"), "jp_target": Decimal(20)},
    )


@style.get("/galat/<int:code>")
@access(EVERYONE)
def error(code: int) -> str:
    """An error page, as a person would meet it."""
    abort(code)


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    if app.config.get("DEVELOPMENT") or app.config.get("TESTING"):
        app.register_blueprint(style)
