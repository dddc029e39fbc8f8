"""`multiple`: several options may be right.

`scoring=partial` (default): (right chosen - wrong chosen) / right, never below 0.
`scoring=all-or-nothing`: only the exact set.
Weights `- [50%]`, `- [-25%]`: their sum, between 0 and 1; the positive ones make 100 %.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from elearn.core.questions import shared
from elearn.core.questions.base import BadResponse, Grade, Place, QuestionSource, Render, Report, Response, Review

name = "multiple"
asks_for = "some"
graded = True
holds_stem = False
attributes: tuple[str, ...] = ("scoring",)
draw = shared.draw_nothing
shuffles = True
option_ids = shared.option_ids
arrange = shared.arrange_options
SCORINGS = ("partial", "all-or-nothing")


def parse(source: QuestionSource, render: Render, report: Report) -> dict[str, Any] | None:
    options = shared.parse_options(source, render, report)
    marks = [_mark(option.mark) for option in source.options]
    sound = options is not None
    for option, mark in zip(source.options, marks, strict=True):
        if mark is None:
            report.error(
                "Q205",
                option.line,
                option.col,
                f"Tanda [{option.mark}] tidak dikenal.",
                "Pakai [x] untuk yang benar, [ ] untuk pengecoh, atau bobot seperti [50%] dan [-25%].",
            )
            sound = False
    scoring = source.attributes.get("scoring", "partial")
    if scoring not in SCORINGS:
        report.error(
            "Q221",
            source.line,
            source.col,
            f"scoring={scoring} tidak dikenal.",
            "Pakai scoring=partial atau scoring=all-or-nothing.",
        )
        sound = False
    if not sound or options is None:
        return None
    kinds = {kind for kind, _ in (m for m in marks if m)}
    if {"x", "weight"} <= kinds:
        report.error(
            "Q207",
            source.line,
            source.col,
            "Bobot dan tanda [x] bercampur.",
            "Pakai salah satu: [x] untuk yang benar, atau bobot pada setiap pilihan yang bernilai.",
        )
        return None
    weights = [value for _, value in (m for m in marks if m)]
    positive = sum((w for w in weights if w > 0), Fraction(0))
    if not positive and not source.survey:
        report.error(
            "Q201",
            source.line,
            source.col,
            "Tidak ada jawaban benar.",
            "Tandai pilihan yang benar dengan [x].",
        )
        return None
    if positive and "weight" in kinds:
        scoring = "weights"
        if not Fraction(99, 100) <= positive <= Fraction(101, 100):
            report.error(
                "Q206",
                source.line,
                source.col,
                f"Bobot positif berjumlah {shared.percent_text(positive)}, seharusnya 100 %.",
                "Ubah bobotnya hingga yang positif berjumlah 100 %.",
            )
            return None
        weights = [w / positive if w > 0 else w for w in weights]
    for parsed, weight in zip(options, weights, strict=True):
        parsed["fraction"] = str(weight)
    return {"options": options, "scoring": scoring}


def _mark(mark: str) -> tuple[str, Fraction] | None:
    if mark.casefold() == "x":
        return "x", Fraction(1)
    if not mark:
        return "blank", Fraction(0)
    percent = shared.read_percent(mark)
    return ("weight", percent) if percent is not None and -1 <= percent <= 1 else None


def present(body: Mapping[str, Any], order: Sequence[str]) -> dict[str, Any]:
    return {"options": shared.present_options(body, order)}


def clean(body: Mapping[str, Any], raw: Any) -> Response:
    if raw is None or raw in ("", []):
        return None
    if isinstance(raw, str):
        raw = [raw]
    ids = shared.option_ids(body)
    if not isinstance(raw, list) or len(raw) > len(ids):
        raise BadResponse("a list of options expected")
    if not all(isinstance(i, str) and i in ids for i in raw) or len(set(raw)) != len(raw):
        raise BadResponse("no such option, or one twice")
    return sorted(raw)


def grade(body: Mapping[str, Any], response: Response) -> Grade:
    if not response:
        return Grade(Fraction(0), "Tidak dijawab.")
    fractions = {option["id"]: Fraction(option["fraction"]) for option in body["options"]}
    feedback = tuple(o["feedback_html"] for o in body["options"] if o["id"] in response and o["feedback_html"])
    right = {i for i, f in fractions.items() if f > 0}
    if not right:
        return shared.RECORDED
    hits, misses = len(right & set(response)), len(set(response) - right)
    if body["scoring"] == "weights":
        earned = min(Fraction(1), max(Fraction(0), sum((fractions[i] for i in response), Fraction(0))))
    elif body["scoring"] == "all-or-nothing":
        earned = Fraction(int(hits == len(right) and not misses))
    else:
        earned = Fraction(max(0, hits - misses), len(right))
    return Grade(earned, _sentence(earned, hits, misses, len(right), body["scoring"]), feedback)


def _sentence(earned: Fraction, hits: int, misses: int, right: int, scoring: str) -> str:
    if earned == 1:
        return "Semua pilihan Anda tepat."
    said = f"{hits} dari {right} pilihan yang tepat Anda temukan"
    said += f", dan {misses} pilihan keliru ikut terpilih." if misses else "."
    if scoring == "all-or-nothing":
        return f"{said} Soal ini bernilai hanya bila semuanya tepat."
    if scoring == "partial" and misses and hits:
        return f"{said} Setiap pilihan keliru menghapus satu yang tepat."
    return said


def key(body: Mapping[str, Any]) -> Response:
    """The right options; None in a survey, where no option has to be."""
    return sorted(option["id"] for option in body["options"] if Fraction(option["fraction"]) > 0) or None


def review(body: Mapping[str, Any], response: Response, order: Sequence[str]) -> Review:
    texts = {option["id"]: option["text"] for option in body["options"]}
    chosen = set(response or ())
    return Review(
        "; ".join(text for i, text in texts.items() if i in chosen),
        "; ".join(texts[i] for i in texts if i in set(key(body) or ())),
        shared.review_options(body, chosen, order),
    )


def analyse(body: Mapping[str, Any], response: Response) -> tuple[Place, ...]:
    return shared.analyse_options(body, response or [], key(body) or [])
