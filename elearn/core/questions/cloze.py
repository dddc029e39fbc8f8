"""`cloze`: gaps inside of a text, each a small question of its own.

`[[answer|also right]]` is a `text`, `[[= 20 ± 1]]` a `number`, `[[(x) right|( ) wrong]]` a `single`: their rules and
their functions are used. Each gap earns an equal part of the points: two right of three earn 2/3, and a gap that is
right by half earns half of its part.
"""

from __future__ import annotations

import html as html_module
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any, cast

from elearn.core.questions import marks, number, shared, single, text
from elearn.core.questions.base import (
    AnswerLine,
    Gap,
    Grade,
    OptionLine,
    Place,
    QuestionSource,
    QuestionType,
    Render,
    Report,
    Response,
    Review,
    ReviewedPart,
)

name = "cloze"
asks_for = "places"
shuffles = True
graded = True
holds_stem = True
attributes: tuple[str, ...] = ()
draw = shared.draw_nothing
_KINDS: Mapping[str, QuestionType] = {
    kind: cast(QuestionType, module) for kind, module in (("text", text), ("number", number), ("choice", single))
}
_BAR = re.compile(r"(?<!\\)\|")
_CHOICE = re.compile(r"\(([^()]{0,8})\)(?:\s+(.*))?$")


def parse(source: QuestionSource, render: Render, report: Report) -> dict[str, Any] | None:
    gaps = [_parse_gap(place, gap, source, render, report) for place, gap in enumerate(source.gaps, start=1)]
    pieces, numbers = marks.cut(render(source.text))
    sound = True
    for place, gap in enumerate(source.gaps, start=1):
        if numbers.count(place) != 1:
            message = "Rumpang ini berada di tempat yang tidak dapat diisi."
            hint = "Taruh di dalam kalimat soal, di luar tautan, gambar, rumus, judul tabel, petunjuk, dan penjelasan."
            report.error("Q244", gap.line, gap.col, message, hint)
            sound = False
    read = {place: gap for place, gap in enumerate(gaps, start=1) if gap}
    if not sound or len(read) != len(gaps):
        return None
    return {"pieces": pieces, "gaps": [read[place] for place in numbers]}


def _parse_gap(place: int, gap: Gap, source: QuestionSource, render: Render, report: Report) -> dict[str, Any] | None:
    """One gap by the parser of its kind, which reports where the gap stands."""
    pieces = [piece.replace("\\|", "|").strip() for piece in _BAR.split(gap.text)]
    # Ids of choices must not meet those of another gap of the same words.
    small = replace(source, id=f"{source.id}\0{place}", line=gap.line, col=gap.col, options=(), answers=())
    if any(_CHOICE.match(piece) for piece in pieces):
        kind, options = "choice", [_option(piece, gap, report) for piece in pieces]
        if None in options:
            return None
        small = replace(small, options=tuple(option for option in options if option))
    else:
        kind = "number" if gap.text.startswith("=") else "text"
        answers = [piece.removeprefix("=").strip() if kind == "number" else piece for piece in pieces]
        small = replace(small, answers=tuple(AnswerLine(answer, gap.line, gap.col) for answer in answers))
    body = _KINDS[kind].parse(small, render, report)
    return None if body is None else {"id": f"g{place}", "kind": kind, "body": body}


def _option(piece: str, gap: Gap, report: Report) -> OptionLine | None:
    match = _CHOICE.match(piece)
    if match is None:
        message = f"Pilihan '{piece[:40]}' di rumpang ini tanpa tanda."
        report.error("Q205", gap.line, gap.col, message, "Tulis [[(x) benar|( ) salah]].")
        return None
    return OptionLine("(", match[1].strip(), match[2] or "", "", gap.line, gap.col)


def _choices(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [option for gap in body["gaps"] if gap["kind"] == "choice" for option in gap["body"]["options"]]


def option_ids(body: Mapping[str, Any]) -> tuple[str, ...]:
    """The choices of all gaps: each gap shows its own, in this order."""
    return tuple(option["id"] for option in _choices(body))


def arrange(body: Mapping[str, Any], random: Random, *, shuffle: bool) -> tuple[str, ...]:
    return shared.shuffled(option_ids(body), random, shuffle)


def present(body: Mapping[str, Any], order: Sequence[str]) -> dict[str, Any]:
    """The stem in `pieces`, with one of `gaps` between each two. Only their kind is told, never their answers."""
    order = shared.complete(order, option_ids(body))
    return {"pieces": list(body["pieces"]), "gaps": [_present_gap(gap, order) for gap in body["gaps"]]}


def _present_gap(gap: Mapping[str, Any], order: Sequence[str]) -> dict[str, Any]:
    shown = {"id": gap["id"], "kind": gap["kind"]}
    if gap["kind"] != "choice":
        return {**shown, "at_most": _KINDS[gap["kind"]].present(gap["body"], ())["at_most"]}
    own = set(shared.option_ids(gap["body"]))
    options = shared.present_options(gap["body"], [i for i in order if i in own])
    return {**shown, "choices": [{**option, "text": shared.plain(option["html"])} for option in options]}


def clean(body: Mapping[str, Any], raw: Any) -> Response:
    """`{gap: response}`; a gap that is missing or empty is unanswered."""
    gaps = {gap["id"]: gap for gap in body["gaps"]}

    def one(place: str, given: Any) -> str | None:
        cleaned: str | None = _KINDS[gaps[place]["kind"]].clean(gaps[place]["body"], given)
        return cleaned

    return shared.clean_places(raw, gaps, one)


def _grade_gap(gap: Mapping[str, Any], response: Response) -> Grade:
    return _KINDS[gap["kind"]].grade(gap["body"], (response or {}).get(gap["id"]))


def grade(body: Mapping[str, Any], response: Response) -> Grade:
    if not response:
        return Grade(Fraction(0), "Tidak dijawab.")
    grades = [_grade_gap(gap, response) for gap in body["gaps"]]
    right = sum(grade.correct for grade in grades)
    fraction = sum((grade.fraction for grade in grades), Fraction(0)) / len(grades)
    if right == len(grades):
        return Grade(Fraction(1), "Semua rumpang tepat." if right > 1 else "Jawaban Anda tepat.")
    partly = sum(0 < grade.fraction < 1 for grade in grades)
    said = f"{right} dari {len(grades)} rumpang tepat"
    return Grade(fraction, f"{said}, {partly} tepat sebagian." if partly else f"{said}.")


def key(body: Mapping[str, Any]) -> Response:
    return {gap["id"]: _KINDS[gap["kind"]].key(gap["body"]) for gap in sorted(body["gaps"], key=lambda g: str(g["id"]))}


def review(body: Mapping[str, Any], response: Response, order: Sequence[str]) -> Review:
    """One part for each gap, in the order of the text."""
    reviews = [_KINDS[gap["kind"]].review(gap["body"], (response or {}).get(gap["id"]), ()) for gap in body["gaps"]]
    parts = tuple(
        ReviewedPart(
            id=gap["id"],
            html=f"Rumpang {place}",
            response_html=_shown(gap, review.response_text),
            key_html=_shown(gap, review.key_text),
            correct=_grade_gap(gap, response).correct,
        )
        for place, (gap, review) in enumerate(zip(body["gaps"], reviews, strict=True), start=1)
    )
    return Review(
        "; ".join(f"{place}: {r.response_text}" for place, r in enumerate(reviews, start=1) if r.response_text),
        "; ".join(f"{place}: {r.key_text}" for place, r in enumerate(reviews, start=1)),
        parts=parts,
    )


def _shown(gap: Mapping[str, Any], words: str) -> str:
    """A choice as the trainer marked it up, anything else as it was typed."""
    if gap["kind"] == "choice":
        return next((str(option["html"]) for option in gap["body"]["options"] if option["text"] == words), "")
    return html_module.escape(words, quote=False)


def analyse(body: Mapping[str, Any], response: Response) -> tuple[Place, ...]:
    """A place for each gap, in the order of the text."""
    return tuple(
        replace(place, id=gap["id"], html=f"Rumpang {n}")
        for n, gap in enumerate(body["gaps"], start=1)
        for place in _KINDS[gap["kind"]].analyse(gap["body"], (response or {}).get(gap["id"]))
    )
