"""`single`: one option is right; others may earn part of the points. Also true/false."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from elearn.core.questions import shared
from elearn.core.questions.base import BadResponse, Grade, Place, QuestionSource, Render, Report, Response, Review

name = "single"
asks_for = "one"
graded = True
holds_stem = False
attributes: tuple[str, ...] = ()
draw = shared.draw_nothing
shuffles = True
option_ids = shared.option_ids
arrange = shared.arrange_options


def parse(source: QuestionSource, render: Render, report: Report) -> dict[str, Any] | None:
    """Options `- (x)`, `- ( )`, `- (50%)`; exactly one is right."""
    options = shared.parse_options(source, render, report)
    right = []
    sound = options is not None
    for place, option in enumerate(source.options):
        mark = option.mark.casefold()
        fraction = {"x": Fraction(1), "": Fraction(0)}.get(mark) if mark in ("x", "") else shared.read_percent(mark)
        if fraction is None or not 0 <= fraction <= 1:
            report.error(
                "Q205",
                option.line,
                option.col,
                f"Tanda ({option.mark}) tidak dikenal.",
                "Pakai (x) untuk jawaban benar, ( ) untuk pengecoh, atau (50%) untuk sebagian nilai.",
            )
            sound = False
            continue
        if fraction == 1:
            right.append(option)
        if options is not None:
            options[place]["fraction"] = str(fraction)
    if not sound:
        return None
    if not right and not source.survey:
        report.error("Q201", source.line, source.col, "Tidak ada jawaban benar.", "Tandai satu pilihan dengan (x).")
        return None
    if len(right) > 1:
        report.error(
            "Q202",
            right[1].line,
            right[1].col,
            f"Ada dua jawaban benar (baris {right[0].line} dan {right[1].line}).",
            "Sisakan satu (x), atau pakai [x] bila jawabannya memang lebih dari satu.",
        )
        return None
    return {"options": options}


def present(body: Mapping[str, Any], order: Sequence[str]) -> dict[str, Any]:
    return {"options": shared.present_options(body, order)}


def clean(body: Mapping[str, Any], raw: Any) -> Response:
    if raw is None or raw == "":
        return None
    if not isinstance(raw, str) or raw not in shared.option_ids(body):
        raise BadResponse("no such option")
    return raw


def grade(body: Mapping[str, Any], response: Response) -> Grade:
    if response is None:
        return Grade(Fraction(0), "Tidak dijawab.")
    if key(body) is None:
        return shared.RECORDED
    chosen = next(option for option in body["options"] if option["id"] == response)
    fraction = Fraction(chosen["fraction"])
    if fraction == 1:
        sentence = "Pilihan Anda tepat."
    elif fraction:
        sentence = f"Pilihan Anda mendapat {shared.percent_text(fraction)} nilai soal ini."
    else:
        sentence = "Pilihan Anda belum tepat."
    return Grade(fraction, sentence, (chosen["feedback_html"],) if chosen["feedback_html"] else ())


def key(body: Mapping[str, Any]) -> Response:
    """The right option; None in a survey, where no option has to be."""
    return next((option["id"] for option in body["options"] if Fraction(option["fraction"]) == 1), None)


def review(body: Mapping[str, Any], response: Response, order: Sequence[str]) -> Review:
    texts = {option["id"]: option["text"] for option in body["options"]}
    shown = shared.review_options(body, {response} if response else set(), order)
    # Part of the points is not the right answer: only the full one is marked so.
    right = key(body)
    marked = tuple(type(o)(o.id, o.html, o.chosen, o.id == right, o.feedback_html) for o in shown)
    return Review(texts.get(response, "") if response else "", texts[right] if right else "", marked)


def analyse(body: Mapping[str, Any], response: Response) -> tuple[Place, ...]:
    return shared.analyse_options(body, [response] if response else [], [key(body)] if key(body) else [])
