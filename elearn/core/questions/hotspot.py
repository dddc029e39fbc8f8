"""`hotspot`: one area of a picture is right.

Areas are options with a shape before their name: `- (x) rect 10,10 200,80 Loket 3` (two opposite corners, the upper left
first), `circle 50,50 20 Loket 2` (centre and radius), `poly 0,0 40,0 20,30 Loket 1` (corners). Numbers are pixels of the
picture, from its upper left. A person chooses by name or by pointing, and is scored as in `single`: the names are what
makes the question answerable by keyboard and without seeing the picture, so each area has one of its own.
"""

from __future__ import annotations

import html as html_module
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from elearn.core.questions import marks, shared, single
from elearn.core.questions.base import OptionLine, QuestionSource, Render, Report

name = "hotspot"
asks_for = "one"
shuffles = True
graded = True
holds_stem = True
attributes: tuple[str, ...] = ()
option_ids = shared.option_ids
arrange = shared.arrange_options
draw = shared.draw_nothing
clean = single.clean
grade = single.grade
key = single.key
review = single.review
analyse = single.analyse

AREA = re.compile(r"(rect|circle|poly)\s+(?=\d+\s*,\s*\d)", re.IGNORECASE)
_POINT = r"\d{1,5},\d{1,5}"
_SHAPES = {
    "rect": re.compile(rf"({_POINT}\s+{_POINT})(?:\s+(.*))?$", re.DOTALL),
    "circle": re.compile(rf"({_POINT}\s+\d{{1,5}})(?:\s+(.*))?$", re.DOTALL),
    "poly": re.compile(rf"({_POINT}(?:\s+{_POINT}){{2,29}})(?:\s+(.*))?$", re.DOTALL),
}
_HINT = "Tulis misalnya rect 10,10 200,80 Loket 3; circle 50,50 20 Loket 2; atau poly 0,0 40,0 20,30 Loket 1."
_PICTURE = re.compile(r'<img\b(?:"[^"]*"|[^">])*>')
_ATTRIBUTE = re.compile(r'([a-z]+)="([^"]*)"')


def parse(source: QuestionSource, render: Render, report: Report) -> dict[str, Any] | None:
    html = render(source.text)
    found = list(_PICTURE.finditer(html))
    if len(found) != 1 or not marks.may_hold_field(html, found[0].start()):
        message = "Soal titik pada gambar perlu satu gambar, di luar tautan."
        hint = "Tulis ![Denah loket](media/denah.png) di atas pilihannya."
        report.error("Q260", source.line, source.col, message, hint)
        picture = None
    else:
        picture = _picture(found[0].group())
    areas = [_read_area(option, picture, report) for option in source.options]
    sound = [area for area in areas if area]
    if picture is None or len(sound) != len(areas):
        return None
    # The areas' names are the options; what makes options sound is known to `single`.
    body = single.parse(replace(source, options=tuple(option for option, _area in sound)), render, report)
    if body is None:
        return None
    options = [{**option, "area": area} for option, (_line, area) in zip(body["options"], sound, strict=True)]
    return {"options": options, "picture": picture, "pieces": [html[: found[0].start()], html[found[0].end() :]]}


def _picture(tag: str) -> dict[str, Any]:
    """`width` and `height` are None where they are not known."""
    given = {match[1]: html_module.unescape(match[2]) for match in _ATTRIBUTE.finditer(tag)}
    sides = [given.get(side, "") for side in ("width", "height")]
    width, height = (int(side) for side in sides) if all(side.isdecimal() for side in sides) else (None, None)
    return {"src": given.get("src", ""), "alt": given.get("alt", ""), "width": width, "height": height}


def _read_area(
    option: OptionLine, picture: Mapping[str, Any] | None, report: Report
) -> tuple[OptionLine, dict[str, Any]] | None:
    """The option with only its name for a text, and its area."""
    kind, _, rest = option.text.strip().partition(" ")
    shape = _SHAPES.get(kind.casefold())
    match = shape.match(rest.strip()) if shape else None
    area = _area(kind.casefold(), [int(n) for n in re.findall(r"\d+", match[1])]) if match else None
    if match is None or area is None:
        report.error("Q261", option.line, option.col, "Bidang ini tidak dapat dibaca.", _HINT)
        return None
    if not (match[2] or "").strip():
        report.error("Q209", option.line, option.col, "Bidang ini belum punya nama.", _HINT)
        return None
    if picture and picture["width"] is not None and not _inside(area, picture["width"], picture["height"]):
        message = f"Bidang ini keluar dari gambar, yang berukuran {picture['width']} x {picture['height']}."
        report.error("Q262", option.line, option.col, message, "Periksa angkanya: x,y dihitung dari kiri atas gambar.")
        return None
    return replace(option, text=match[2].strip()), area


def _area(kind: str, numbers: Sequence[int]) -> dict[str, Any] | None:
    """As an SVG has it; None when it has no inside."""
    if kind == "rect":
        left, top, right, bottom = numbers
        sound = left < right and top < bottom
        area = {"shape": "rect", "x": left, "y": top, "width": right - left, "height": bottom - top}
        return area if sound else None
    if kind == "circle":
        x, y, radius = numbers
        return {"shape": "circle", "x": x, "y": y, "radius": radius} if radius else None
    points = [list(pair) for pair in zip(numbers[::2], numbers[1::2], strict=True)]
    return {"shape": "poly", "points": points} if _has_inside(points) else None


def _has_inside(points: Sequence[Sequence[int]]) -> bool:
    """Whether the corners do not all lie on one line."""
    (x, y), *rest = points
    return any((a[0] - x) * (b[1] - y) != (b[0] - x) * (a[1] - y) for a, b in pairwise(rest))


def _inside(area: Mapping[str, Any], width: int, height: int) -> bool:
    if area["shape"] == "poly":
        return all(x <= width and y <= height for x, y in area["points"])
    if area["shape"] == "rect":
        return bool(area["x"] + area["width"] <= width and area["y"] + area["height"] <= height)
    reach = area["radius"]
    across = reach <= area["x"] <= width - reach
    return bool(across and reach <= area["y"] <= height - reach)


def present(body: Mapping[str, Any], order: Sequence[str]) -> dict[str, Any]:
    """The stem in two `pieces`, the `picture` that stands between them, and the areas by name and geometry."""
    areas = {option["id"]: option["area"] for option in body["options"]}
    return {
        "pieces": list(body["pieces"]),
        "picture": dict(body["picture"]),
        "options": [{**option, "area": areas[option["id"]]} for option in shared.present_options(body, order)],
    }
