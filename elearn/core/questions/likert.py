"""`likert`: a step on a scale between two poles, for surveys. There is no right step, so it is worth no points.

`scale="Sangat tidak setuju..Sangat setuju"` names the two ends, or every step where there are as many names as `steps=`
(2 to 10; 5 when left out).
"""

from __future__ import annotations

import html as html_module
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from elearn.core.questions import shared
from elearn.core.questions.base import Grade, Place, QuestionSource, Render, Report, Response, Review

name = "likert"
asks_for = "one"
shuffles = False
holds_stem = False
graded = False
attributes = ("scale", "steps")
draw = shared.draw_nothing
arrange = shared.arrange_nothing
LABEL = 80
"""Characters of a name."""


def parse(source: QuestionSource, render: Render, report: Report) -> dict[str, Any] | None:
    if "scale" not in source.attributes:
        hint = 'Tulis misalnya scale="Sangat tidak setuju..Sangat setuju" di dalam {…}.'
        report.error("Q245", source.line, source.col, "Skala sikap ini tanpa scale=.", hint)
        return None
    written = source.attributes.get("steps", "5")
    steps = int(written) if re.fullmatch(r"[2-9]|10", written) else None
    if steps is None:
        message = f"steps={written[:20]} bukan bilangan bulat 2 sampai 10."
        report.error("Q221", source.line, source.col, message, "Misalnya steps=5.")
        return None
    names = [part.strip() for part in source.attributes["scale"].split("..")]
    if len(names) not in (2, steps) or not all(0 < len(part) <= LABEL for part in names):
        message = f"scale= perlu dua nama, atau {steps} nama, yang dipisah dengan dua titik."
        hint = 'Misalnya scale="Sangat tidak setuju..Sangat setuju".'
        report.error("Q221", source.line, source.col, message, hint)
        return None
    return {"labels": names if len(names) == steps else [names[0], *[""] * (steps - 2), names[1]]}


def option_ids(body: Mapping[str, Any]) -> tuple[str, ...]:
    """None: steps have an order of their own."""
    return ()


def present(body: Mapping[str, Any], order: Sequence[str]) -> dict[str, Any]:
    """`steps` from one pole to the other; those between the ends may have no label."""
    return {"steps": [{"id": str(n), "label": label} for n, label in enumerate(body["labels"], start=1)]}


def clean(body: Mapping[str, Any], raw: Any) -> Response:
    return shared.clean_choice(raw, present(body, ())["steps"])


def grade(body: Mapping[str, Any], response: Response) -> Grade:
    return Grade(Fraction(0), "Tidak dijawab.", status="ungraded") if response is None else shared.RECORDED


def key(body: Mapping[str, Any]) -> Response:
    return None


def review(body: Mapping[str, Any], response: Response, order: Sequence[str]) -> Review:
    if response is None:
        return Review("", "")
    label = body["labels"][int(response) - 1]
    return Review(f"{response} dari {len(body['labels'])}{f': {label}' if label else ''}", "")


def analyse(body: Mapping[str, Any], response: Response) -> tuple[Place, ...]:
    choices = {
        step["id"]: " · ".join(filter(None, (step["id"], html_module.escape(step["label"]))))
        for step in present(body, ())["steps"]
    }
    return (Place("", "", choices, frozenset(), (response,) if response else ()),)
