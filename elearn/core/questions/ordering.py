"""`ordering`: put the steps of a numbered list into their order.

Each step in its own place earns an equal part of the points: with the last two of four exchanged, 2/4. (Counting the
pairs in the right relation, as Kendall's tau does, would give half of the points to chance.)

The trainer's order is the key. So the steps are shuffled for every attempt, whatever the quiz says, and never into the
right order: an untouched list is no answer, and must not look like a right one. That is why there are at least three
steps: of two, the order shown would tell the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from random import Random
from typing import Any

from elearn.core.questions import shared
from elearn.core.questions.base import (
    BadResponse,
    Grade,
    Place,
    QuestionSource,
    Render,
    Report,
    Response,
    Review,
    ReviewedPart,
)

name = "ordering"
asks_for = "order"
shuffles = True
graded = True
holds_stem = False
attributes: tuple[str, ...] = ()
draw = shared.draw_nothing
AT_LEAST = 3


def parse(source: QuestionSource, render: Render, report: Report) -> dict[str, Any] | None:
    if len(source.options) < AT_LEAST:
        message = f"Soal mengurutkan perlu sedikitnya {AT_LEAST} langkah."
        hint = "Tambahkan langkah, atau pakai pilihan tunggal."
        report.error("Q242", source.line, source.col, message, hint)
        return None
    items = shared.parse_options(source, render, report)
    return {"items": items} if items else None


def option_ids(body: Mapping[str, Any]) -> tuple[str, ...]:
    """In the order of the ids, which says nothing, but never in the right one."""
    ids = sorted(key(body))
    return tuple(ids if ids != key(body) else [*ids[1:], ids[0]])


def arrange(body: Mapping[str, Any], random: Random, *, shuffle: bool) -> tuple[str, ...]:
    """A random order that is not the right one, each as likely as the others."""
    # From an order that every server makes alike, so that one seed means one order.
    order = sorted(key(body))
    random.shuffle(order)
    while order == key(body):
        random.shuffle(order)
    return tuple(order)


def present(body: Mapping[str, Any], order: Sequence[str]) -> dict[str, Any]:
    items = {item["id"]: item for item in body["items"]}
    return {"items": [{"id": i, "html": items[i]["html"]} for i in shared.complete(order, option_ids(body))]}


def clean(body: Mapping[str, Any], raw: Any) -> Response:
    """All ids, in the order that was given to them."""
    if raw is None or raw in ("", []):
        return None
    if not isinstance(raw, list) or not all(isinstance(i, str) for i in raw) or sorted(raw) != sorted(key(body)):
        raise BadResponse("every step once expected")
    return list(raw)


def grade(body: Mapping[str, Any], response: Response) -> Grade:
    if not response:
        return Grade(Fraction(0), "Tidak dijawab.")
    placed = list(zip(body["items"], response, strict=True))
    right = sum(item["id"] == given for item, given in placed)
    feedback = tuple(item["feedback_html"] for item, given in placed if item["id"] != given and item["feedback_html"])
    if right == len(placed):
        return Grade(Fraction(1), "Urutan Anda tepat.")
    return Grade(Fraction(right, len(placed)), f"{right} dari {len(placed)} langkah di tempat yang tepat.", feedback)


def key(body: Mapping[str, Any]) -> Response:
    return [item["id"] for item in body["items"]]


def review(body: Mapping[str, Any], response: Response, order: Sequence[str]) -> Review:
    """One part for each place, from the first."""
    items = {item["id"]: item for item in body["items"]}
    given: Sequence[str | None] = response or [None] * len(items)
    parts = tuple(
        ReviewedPart(
            id=item["id"],
            html=str(place),
            response_html=items[there]["html"] if there else "",
            key_html=item["html"],
            correct=there == item["id"],
            feedback_html=item["feedback_html"],
        )
        for place, (item, there) in enumerate(zip(body["items"], given, strict=True), start=1)
    )
    texts = [item["text"] for item in body["items"]]
    return Review(" → ".join(items[i]["text"] for i in response or ()), " → ".join(texts), parts=parts)


def analyse(body: Mapping[str, Any], response: Response) -> tuple[Place, ...]:
    """A place for each of the order, from the first."""
    choices = {item["id"]: item["html"] for item in body["items"]}
    given: Sequence[str | None] = response or [None] * len(choices)
    return tuple(
        Place(str(place), f"Langkah {place}", choices, frozenset({item["id"]}), (there,) if there else ())
        for place, (item, there) in enumerate(zip(body["items"], given, strict=True), start=1)
    )
