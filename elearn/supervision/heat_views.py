"""The page of the map of people by module."""

from __future__ import annotations

from flask import current_app, render_template, request
from flask_login import current_user

from elearn.supervision import filters
from elearn.supervision.heat import heat
from elearn.supervision.team_filter import TeamFilter
from elearn.supervision.views import bp
from elearn.web.access import access


@bp.get("/tim/peta")
@access("atasan")
def heat_map() -> str:
    wanted = TeamFilter.read(request.args)
    page = heat(current_user, wanted, current_app.config["JP_TARGET_PNS"])
    return render_template("supervision/heat.html", page=page, **filters.bar(current_user.id))
