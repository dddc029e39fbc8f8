"""Pages of a pengajar: their modules, and one of them."""

from __future__ import annotations

from flask import Blueprint, abort, render_template
from flask_login import current_user

from elearn.authoring import queries, studio_pages
from elearn.authoring.reviews import asked_of
from elearn.catalogue.store import PublishedVersion
from elearn.core.model import Quiz
from elearn.marking.queue import queue
from elearn.marking.report_pages import open_reports
from elearn.web.access import access

bp = Blueprint("authoring", __name__, template_folder="templates")


def version_of_mine(slug: str) -> PublishedVersion:
    """The current version of a module of who is signed in; 404 where there is none."""
    version = queries.trained_version(current_user.id, slug)
    if version is None:
        abort(404)
    return version


def quiz_of_mine(slug: str, part: str) -> tuple[PublishedVersion, Quiz]:
    """The same with a quiz of it; 404 where there is none."""
    version = version_of_mine(slug)
    quiz = version.module.part(part)
    if not isinstance(quiz, Quiz):
        abort(404)
    return version, quiz


@bp.get("/pengajar")
@access("pengajar")
def modules() -> str:
    waiting = sum(line.todo + line.differ for line in queue(current_user.id))
    return render_template(
        "authoring/modules.html",
        modules=queries.my_modules(current_user.id),
        waiting=waiting,
        reports=open_reports(current_user.id),
        drafts=studio_pages.draft_list(current_user.id),
        to_review=asked_of(current_user.id),
    )


@bp.get("/pengajar/<slug>")
@access("pengajar")
def module(slug: str) -> str:
    page = queries.module_page(current_user.id, slug)
    if page is None:
        abort(404)
    return render_template("authoring/module.html", page=page)
