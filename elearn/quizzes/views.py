"""Pages of an attempt: its questions, saving, handing in, the result."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from elearn.core.questions import TYPES
from elearn.core.questions.base import BadResponse
from elearn.quizzes import devices, judging, queries, results, service
from elearn.quizzes.forms import read_answer
from elearn.quizzes.models import Attempt
from elearn.quizzes.service import BadEvents, ClientEvent, NoSuchAttempt
from elearn.web.access import SIGNED_IN, access

bp = Blueprint("quizzes", __name__, template_folder="templates")

BODY_AT_MOST = 256 * 1024


def _attempt(public_id: str) -> Attempt:
    """The signed-in person's attempt, closed first when its time is over; 404 for anyone else's."""
    attempt = queries.own_attempt(current_user.id, public_id)
    if attempt is None:
        abort(404)
    return service.expire_if_due(attempt)


@bp.get("/percobaan/<public_id>/<int:n>")
@access(SIGNED_IN)
def question(public_id: str, n: int) -> str | AnyResponse:
    attempt = _attempt(public_id)
    if attempt.state != "open":
        return redirect(url_for("quizzes.result", public_id=public_id))
    page = queries.attempt_page(attempt, n)
    if page is None:
        abort(404)
    return render_template("quizzes/question.html", page=page)


@bp.post("/percobaan/<public_id>/jawab")
@access(SIGNED_IN)
def answer(public_id: str) -> AnyResponse:
    """Save: events as JSON from the page's script, or one answer as a form where scripts are off."""
    if request.is_json:
        return _save_json(public_id)
    return _save_form(public_id)


def _save_json(public_id: str) -> Response:
    if (request.content_length or 0) > BODY_AT_MOST:
        return _refuse(413, "too-large", public_id, f"{request.content_length} bytes")
    try:
        events, asked = _body()
        receipt = service.save(current_user.id, public_id, events)
    except NoSuchAttempt:
        return _refuse(404, "not-found", public_id, "no attempt of this person")
    except BadEvents as trouble:
        return _refuse(400, "invalid", public_id, str(trouble))
    if receipt.refused:
        _log_refusal(public_id, f"{len(receipt.refused)} {receipt.refused[0][1]}")
    return jsonify(
        newest=_newest(public_id, events, asked) if receipt.state == "open" else {},
        saved_at=receipt.saved_at.isoformat(),
        acknowledged=receipt.acknowledged,
        refused=[{"id": client_id, "why": why} for client_id, why in receipt.refused],
        remaining_seconds=queries.seconds_to(receipt.deadline_at),
        state=receipt.state,
    )


def _newest(public_id: str, events: list[ClientEvent], asked: set[str]) -> dict[str, Any]:
    """The answers that count of the questions that a page asks about, except those that it has just sent itself."""
    newest = devices.newest(current_user.id, public_id, asked)
    sent = {event.client_id for event in events}
    return {
        question: {"id": saved.client_id, "response": saved.response}
        for question, saved in newest.items()
        if saved.client_id not in sent
    }


def _refuse(status: int, why: str, public_id: str, trouble: str) -> Response:
    _log_refusal(public_id, trouble)
    response = jsonify(error=why)
    response.status_code = status
    return response


def _log_refusal(public_id: str, trouble: str) -> None:
    """Why, without what: an answer is nobody's business in a log."""
    current_app.logger.warning("refused events for attempt %r: %s", public_id, trouble)


def _body() -> tuple[list[ClientEvent], set[str]]:
    """The events in the body, and the questions that the page asks about: when it names what it shows (null for none), that
    and those of the events. Raises BadEvents."""
    try:
        data = request.get_json(silent=True)
    except RecursionError:
        raise BadEvents("JSON nested too deep") from None
    if not isinstance(data, dict):
        raise BadEvents("an object expected")
    listed, shown = data.get("events"), data.get("shown")
    if not isinstance(listed, list) or len(listed) > service.EVENTS_AT_MOST:
        raise BadEvents("a list of events expected")
    if shown is not None and not (isinstance(shown, str) and 0 < len(shown) <= 80 and shown.isprintable()):
        raise BadEvents("a shown question that is none")
    events = [_event(item) for item in listed]
    asked = {event.question for event in events} if "shown" in data else set()
    return events, asked | ({shown} if shown else set())


def _event(item: Any) -> ClientEvent:
    if not isinstance(item, dict):
        raise BadEvents("an event that is no object")
    texts: list[Any] = [item.get(key) for key in ("id", "kind", "question")]
    if not all(isinstance(text, str) and 0 < len(text) <= 80 for text in texts):
        raise BadEvents("an event without id, kind and question")
    client_id, kind, question = texts
    return ClientEvent(client_id, kind, question, item.get("response"), _instant(item.get("queued_at")))


def _instant(text: Any) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (TypeError, ValueError, OverflowError):
        raise BadEvents("queued_at is no instant") from None


def _save_form(public_id: str) -> AnyResponse:
    attempt = _attempt(public_id)
    if attempt.state != "open":
        over = attempt.ended_by == "expire"
        flash(
            _("Waktu sudah habis. Jawaban yang tersimpan sebelumnya tetap dinilai.")
            if over
            else _("Kuis ini sudah dikumpulkan, jadi jawaban tadi tidak disimpan."),
            "due",
        )
        return redirect(url_for("quizzes.result", public_id=public_id))
    n = request.form.get("n", 1, type=int)
    page = queries.attempt_page(attempt, n)
    if page is None:
        abort(400)
    events, doubtful = _form_events(page)
    try:
        if events:
            service.save(current_user.id, public_id, events)
    except BadEvents as trouble:
        _log_refusal(public_id, str(trouble))
        abort(400)
    if "periksa" in request.form:
        return _check(public_id, n, page.question.id)
    goal = request.form.get("ke", str(n))
    if doubtful:
        flash(
            _("Ada nomor yang kosong atau dipakai dua kali. Urutan tersimpan seperti di bawah ini; periksa lagi."),
            "due",
        )
        goal = str(n)
    if goal == "kumpulkan":
        return redirect(url_for("quizzes.confirm", public_id=public_id))
    to = int(goal) if goal.isdecimal() and len(goal) < 5 and 1 <= int(goal) <= page.total else n
    return redirect(url_for("quizzes.question", public_id=public_id, n=to))


def _check(public_id: str, n: int, question_id: str) -> AnyResponse:
    """Judge the answer just saved, and show what came out beside it."""
    try:
        if not judging.check(current_user.id, public_id, question_id, secrets.token_hex(16)):
            flash(_("Jawab dulu soalnya, atau ubah jawaban Anda, lalu periksa."), "info")
    except NoSuchAttempt:
        abort(404)
    except judging.CannotJudge:
        flash(_("Jawaban Anda tersimpan, tetapi belum dapat diperiksa sekarang. Nanti tetap dinilai."), "due")
    return redirect(url_for("quizzes.question", public_id=public_id, n=n, _anchor="hasil-periksa"))


def _form_events(page: queries.AttemptPage) -> tuple[list[ClientEvent], bool]:
    """What a form without scripts says: the answer when it differs from what its page showed (another device may have
    given a newer one since), and the flag when its button was pressed. And whether the answer is doubtful."""
    if page.judgement and page.judgement.closed:
        return _flag(page), False
    try:
        filled = read_answer(request.form, page.question)
        given = TYPES[page.question.type].clean(page.question.body, filled.response)
    except BadResponse as trouble:
        _log_refusal(page.attempt.public_id, str(trouble))
        abort(400)
    events = []
    if json.dumps(given) != request.form.get("semula", page.before):
        events.append(ClientEvent(secrets.token_hex(16), "answer", page.question.id, given))
    certainty = request.form.get("yakin", type=int)
    if certainty is not None and certainty != page.certainty:
        events.append(ClientEvent(secrets.token_hex(16), "certainty", page.question.id, certainty))
    return events + _flag(page), filled.doubtful


def _flag(page: queries.AttemptPage) -> list[ClientEvent]:
    if "ragu" not in request.form:
        return []
    kind = "flag" if request.form["ragu"] == "1" else "unflag"
    return [ClientEvent(secrets.token_hex(16), kind, page.question.id)]


@bp.get("/percobaan/<public_id>/kumpulkan")
@access(SIGNED_IN)
def confirm(public_id: str) -> str | AnyResponse:
    attempt = _attempt(public_id)
    if attempt.state != "open":
        return redirect(url_for("quizzes.result", public_id=public_id))
    return render_template("quizzes/confirm.html", page=queries.confirm_page(attempt))


@bp.post("/percobaan/<public_id>/kumpulkan")
@access(SIGNED_IN)
def submit(public_id: str) -> AnyResponse:
    try:
        service.submit(current_user.id, public_id, secrets.token_hex(16))
    except NoSuchAttempt:
        abort(404)
    return redirect(url_for("quizzes.result", public_id=public_id))


@bp.get("/percobaan/<public_id>/hasil")
@access(SIGNED_IN)
def result(public_id: str) -> str | AnyResponse:
    attempt = _attempt(public_id)
    if attempt.state == "open":
        return redirect(url_for("quizzes.question", public_id=public_id, n=1))
    return render_template("quizzes/result.html", page=results.result_page(attempt))
