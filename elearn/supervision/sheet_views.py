"""Pages of one person's time: what happened, and the sheet to talk over. Both are also the person's own."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, render_template, request
from flask_login import current_user

from elearn import clock
from elearn.core.identity import spaced
from elearn.database import db, transaction
from elearn.people import audit
from elearn.people.models import Person
from elearn.supervision.scope import find_person
from elearn.supervision.sheet import Period, sheet
from elearn.supervision.timeline import timeline
from elearn.supervision.views import bp
from elearn.web.access import SIGNED_IN, access


@bp.get("/tim/<public_id>/linimasa")
@access("atasan")
def person_timeline(public_id: str) -> str:
    return _timeline(_looked_at(public_id, "linimasa"), own=False)


@bp.get("/tim/<public_id>/lembar")
@access("atasan")
def person_sheet(public_id: str) -> str:
    """The sheet of one person of the team, to print for a talk."""
    return _sheet(_looked_at(public_id, "lembar"), own=False)


@bp.get("/nilai/linimasa")
@access(SIGNED_IN)
def own_timeline() -> str:
    """What one's atasan see of one's time."""
    return _timeline(_oneself(), own=True)


@bp.get("/nilai/lembar")
@access(SIGNED_IN)
def own_sheet() -> str:
    """The same sheet that one's atasan print."""
    return _sheet(_oneself(), own=True)


def _looked_at(public_id: str, what: str) -> Person:
    """A person in scope, and a note for them that somebody looked; 404 for anybody else."""
    person = find_person(current_user, public_id)
    if person is None:
        abort(404)
    with transaction():
        audit.record("person.seen", person_id=person.id, subject=what)
    return person


def _oneself() -> Person:
    return db.session.get_one(Person, current_user.id)


def _timeline(person: Person, **more: Any) -> str:
    written = request.args.get("halaman", "1")
    page = int(written) if written.isdecimal() and len(written) < 7 else 1
    return render_template("supervision/timeline.html", timeline=timeline(person, page), person=person, **more)


def _sheet(person: Person, **more: Any) -> str:
    limits = current_app.config["JP_TARGET_PNS"], current_app.config["JP_MAXIMUM_PPPK"]
    made = sheet(person, Period.read(request.args), *limits)
    shown = {"sheet": made, "person": person, "number": spaced(person.number), "today": clock.today()}
    return render_template("supervision/sheet.html", **shown, **more)
