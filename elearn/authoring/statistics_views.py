"""Pages of statistics: whether a module works, a quiz as a whole, one item; and their tables as sheets."""

from __future__ import annotations

from flask import Response, abort, render_template, request

from elearn.authoring import answer_pages, impact, insight, statistics_pages
from elearn.authoring.views import bp, quiz_of_mine, version_of_mine
from elearn.web.access import access
from elearn.web.sheets import Value, csv_bytes

PATH = "/pengajar/<slug>/<part>/statistik"


def _which() -> str:
    asked = request.args.get("percobaan", "")
    return asked if asked in statistics_pages.WHICH else next(iter(statistics_pages.WHICH))


@bp.get(PATH)
@access("pengajar")
def quiz_statistics(slug: str, part: str) -> str:
    version, quiz = quiz_of_mine(slug, part)
    if quiz.survey:
        survey = answer_pages.survey_page(version.module_id, version.module, quiz)
        return render_template("authoring/survey.html", page=survey)
    page = statistics_pages.statistics_page(version.module_id, version.module, quiz, _which())
    return render_template("authoring/statistics.html", page=page)


@bp.get(f"{PATH}.csv")
@access("pengajar")
def statistics_sheet(slug: str, part: str) -> Response:
    version, quiz = quiz_of_mine(slug, part)
    of = (version.module_id, version.module, quiz)
    table = (
        answer_pages.survey_table(answer_pages.survey_page(*of))
        if quiz.survey
        else statistics_pages.table(statistics_pages.statistics_page(*of, _which()))
    )
    return _sheet(f"statistik-{version.module.slug}-{quiz.slug}", *table)


def _sheet(name: str, header: list[str], rows: list[list[Value]]) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(csv_bytes(header, rows), mimetype="text/csv", headers=headers)


@bp.get(f"{PATH}/<question>")
@access("pengajar")
def item_statistics(slug: str, part: str, question: str) -> str:
    """A survey has no right answers, and so no figures of an item beside those of its page."""
    version, quiz = quiz_of_mine(slug, part)
    page = None
    if not quiz.survey:
        page = answer_pages.item_page(version.module_id, version.module, quiz, question, _which())
    if page is None:
        abort(404)
    return render_template("authoring/item_statistics.html", page=page)


@bp.get("/pengajar/<slug>/perkembangan")
@access("pengajar")
def module_insight(slug: str) -> str:
    """Whether a module works: where people stop, how long it takes, and what to mend first."""
    page = insight.insight_page(version_of_mine(slug))
    return render_template("authoring/insight.html", page=page, enough=statistics_pages.ENOUGH, sitting=insight.SITTING)


@bp.get("/pengajar/<slug>/perkembangan.csv")
@access("pengajar")
def insight_sheet(slug: str) -> Response:
    version = version_of_mine(slug)
    return _sheet(f"perkembangan-{slug}", *insight.table(insight.insight_page(version)))


@bp.get("/pengajar/<slug>/dampak")
@access("pengajar")
def module_impact(slug: str) -> str:
    """What a module achieved, in four levels."""
    return render_template("authoring/impact.html", page=impact.impact_page(version_of_mine(slug)))
