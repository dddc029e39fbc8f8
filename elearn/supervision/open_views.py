"""The public page of the city's figures, and the same to compute with."""

from __future__ import annotations

import json
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from flask import Response, abort, current_app, render_template, request

from elearn import clock
from elearn.supervision.open_figures import ENOUGH, Group, OpenFigures, open_figures
from elearn.supervision.views import bp
from elearn.web.access import EVERYONE, access
from elearn.web.sheets import Value, sheet_response


def _asked() -> OpenFigures | None:
    written = request.args.get("tahun", "")
    if not written:
        return open_figures(clock.today().year)
    found = open_figures(int(written)) if re.fullmatch(r"20\d\d", written) else None
    if found is None:
        abort(404)
    return found


@bp.get("/data-terbuka")
@access(EVERYONE)
def open_data() -> str:
    return render_template("supervision/open.html", figures=_asked(), year=clock.today().year, enough=ENOUGH)


@bp.get("/data-terbuka.<kind>")
@access(EVERYONE)
def open_data_file(kind: str) -> Response:
    """The same as csv, xlsx or json; a hidden group has empty fields."""
    figures = _asked()
    if figures is None or kind not in {"csv", "xlsx", "json"}:
        abort(404)
    name = f"diajar-{figures.year}"
    response = (
        Response(json.dumps(as_json(figures), ensure_ascii=False, indent=1), mimetype="application/json")
        if kind == "json"
        else sheet_response(kind, name, "Data terbuka", *table(figures))
    )
    response.headers["Cache-Control"] = "public, max-age=600"
    return response


def _number(value: Decimal | None, places: str = "0.01") -> Decimal | None:
    return None if value is None else value.quantize(Decimal(places), ROUND_HALF_UP)


def _fields(group: Group) -> dict[str, Any]:
    return {
        "orang": group.people,
        "modul_selesai": group.completions,
        "jp": group.jp,
        "persen_lulus_pertama": _number(group.first_pass),
        "kenaikan_poin": _number(group.gain),
        "kepuasan_1_5": _number(group.rating),
    }


def _groups(figures: OpenFigures) -> list[tuple[str, Group]]:
    return [
        ("kota", figures.city),
        *(("modul", group) for group in figures.modules),
        *(("bulan", group) for group in figures.months),
    ]


def table(figures: OpenFigures) -> tuple[list[str], list[list[Value]]]:
    """(header, rows): the city, each module, each month."""
    header = ["tahun", "sampai", "kelompok", "nama", *_fields(figures.city)]
    rows: list[list[Value]] = [
        [figures.year, figures.day, kind, group.name, *_fields(group).values()] for kind, group in _groups(figures)
    ]
    return header, rows


def as_json(figures: OpenFigures) -> dict[str, Any]:
    """The same, for programs. Numbers are JSON numbers; hidden ones are null."""

    def plain(group: Group) -> dict[str, Any]:
        values = {key: float(v) if isinstance(v, Decimal) else v for key, v in _fields(group).items()}
        return {"nama": group.name} | values if group.name else values

    return {
        "sumber": current_app.config["ORGANISATION"],
        "tahun": figures.year,
        "sampai": figures.day.isoformat(),
        "keterangan": f"Kelompok di bawah {ENOUGH} orang dikosongkan (null).",
        "kota": plain(figures.city),
        "modul": [plain(group) for group in figures.modules],
        "bulan": [plain(group) for group in figures.months],
    }
