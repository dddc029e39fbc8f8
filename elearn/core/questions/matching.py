"""`matching`: each item on the left has one right side; where several share one, it is sorting into groups.

Each item earns an equal part of the points: three right of four earn 3/4. A wrong one takes nothing away, since every
item has one answer and guessing all of them alike is no gain. `- => right` is a distractor: a right side of no item.

The right sides are presented in the order of their words unless the attempt shuffles them: the trainer's order of lines
would be the key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from random import Random
from typing import Any

from elearn.core.questions import shared
from elearn.core.questions.base import (
    Grade,
    OptionLine,
    Place,
    QuestionSource,
    Render,
    Report,
    Response,
    Review,
    ReviewedPart,
)

name = "matching"
asks_for = "places"
shuffles = True
graded = True
holds_stem = False
attributes: tuple[str, ...] = ()
draw = shared.draw_nothing


def parse(source: QuestionSource, render: Render, report: Report) -> dict[str, Any] | None:
    """Lines `- left => right` and `- => distractor`."""
    reading = _Reading(source, render, report)
    for option in source.options:
        reading.take(option)
    if not reading.sound:
        return None
    used = {item["right"] for item in reading.items}
    if len(reading.items) < 2 or len(reading.choices) < 2 or not used:
        report.error(
            "Q241",
            source.line,
            source.col,
            "Soal menjodohkan perlu sedikitnya dua pasangan dengan dua sisi kanan yang berbeda.",
            "Tambahkan pasangan '- kiri => kanan', atau pengecoh '- => kanan'.",
        )
        return None
    choices = sorted(reading.choices.values(), key=lambda c: (shared.fold_text(c["text"]), c["id"]))
    return {"items": reading.items, "choices": choices}


class _Reading:
    """The two sides of every line, and what is wrong with them."""

    def __init__(self, source: QuestionSource, render: Render, report: Report) -> None:
        self.source, self.render, self.report = source, render, report
        self.items: list[dict[str, Any]] = []
        self.choices: dict[str, dict[str, str]] = {}
        self.sound = True
        self._left: dict[str, int] = {}
        self._right: dict[str, int] = {}
        self._alone: dict[str, int] = {}
        """Distractors, with their lines."""

    def take(self, option: OptionLine) -> None:
        sides = shared.split_outside_code(option.text, shared.ARROW)
        if len(sides) != 2:
            many = len(sides) > 2
            message = "Baris ini punya dua tanda =>." if many else "Baris ini tanpa tanda =>."
            mend = "Apit tanda yang bagian teks dengan `…`." if many else "Tulis - kiri => kanan."
            self._wrong("Q240", option, message, mend)
            return
        left, right = sides
        if not right.strip():
            self._wrong("Q209", option, "Sisi kanan pasangan ini kosong.", "Tulis teks sesudah =>.")
            return
        key = shared.option_id(f"{self.source.id}\0=>", right)
        if not left.strip():
            self._take_alone(option, key)
        elif key in self._alone:
            self._twice(option, "Sisi kanan", self._alone[key])
        else:
            self._take_item(option, left, key)
        if key not in self.choices:
            html = shared.inline(self.render(right))
            self._right[key] = option.line
            self.choices[key] = {"id": key, "html": html, "text": right.strip()}

    def _take_alone(self, option: OptionLine, key: str) -> None:
        """A distractor is the right side of no item, and stands once."""
        if key in self.choices:
            self._twice(option, "Pengecoh", self._right[key])
        self._alone[key] = option.line

    def _take_item(self, option: OptionLine, left: str, key: str) -> None:
        identity = shared.option_id(self.source.id, left)
        if identity in self._left:
            self._twice(option, "Sisi kiri", self._left[identity])
            return
        self._left[identity] = option.line
        self.items.append(
            {
                "id": identity,
                "html": shared.inline(self.render(left)),
                "text": left.strip(),
                "right": key,
                "feedback_html": self.render(option.feedback) if option.feedback.strip() else "",
            }
        )

    def _twice(self, option: OptionLine, side: str, line: int) -> None:
        self._wrong("Q204", option, f"{side} ini berbunyi sama dengan yang di baris {line}.", "Ubah salah satunya.")

    def _wrong(self, code: str, option: OptionLine, message: str, hint: str) -> None:
        self.report.error(code, option.line, option.col, message, hint)
        self.sound = False


def option_ids(body: Mapping[str, Any]) -> tuple[str, ...]:
    """The items, then the right sides: one order for both, each read from it in turn."""
    return tuple(entry["id"] for side in ("items", "choices") for entry in body[side])


def arrange(body: Mapping[str, Any], random: Random, *, shuffle: bool) -> tuple[str, ...]:
    return shared.shuffled(option_ids(body), random, shuffle)


def present(body: Mapping[str, Any], order: Sequence[str]) -> dict[str, Any]:
    """`items` to be answered and `choices` to answer with; `text` is the choice without markup."""
    ids = shared.complete(order, option_ids(body))
    items = {item["id"]: item for item in body["items"]}
    choices = {choice["id"]: choice for choice in body["choices"]}
    return {
        "items": [{"id": i, "html": items[i]["html"]} for i in ids if i in items],
        "choices": [
            {"id": i, "html": choices[i]["html"], "text": shared.plain(choices[i]["html"])} for i in ids if i in choices
        ],
    }


def clean(body: Mapping[str, Any], raw: Any) -> Response:
    """`{item: right side}`; an item that is missing or empty is unanswered."""
    items = {item["id"] for item in body["items"]}
    return shared.clean_places(raw, items, lambda _item, given: shared.clean_choice(given, body["choices"]))


def grade(body: Mapping[str, Any], response: Response) -> Grade:
    if not response:
        return Grade(Fraction(0), "Tidak dijawab.")
    items = body["items"]
    right = sum(response.get(item["id"]) == item["right"] for item in items)
    missed = (item for item in items if item["id"] in response and response[item["id"]] != item["right"])
    feedback = tuple(item["feedback_html"] for item in missed if item["feedback_html"])
    sentence = f"{right} dari {len(items)} pasangan tepat."
    return Grade(Fraction(right, len(items)), "Semua pasangan tepat." if right == len(items) else sentence, feedback)


def key(body: Mapping[str, Any]) -> Response:
    return {item["id"]: item["right"] for item in sorted(body["items"], key=lambda item: str(item["id"]))}


def review(body: Mapping[str, Any], response: Response, order: Sequence[str]) -> Review:
    """One part for each item, in the order of the attempt."""
    given = response or {}
    choices = {choice["id"]: choice for choice in body["choices"]}
    items = {item["id"]: item for item in body["items"]}
    shown = [items[i] for i in shared.complete(order, option_ids(body)) if i in items]
    return Review(
        "; ".join(f"{item['text']} → {choices[given[item['id']]]['text']}" for item in shown if item["id"] in given),
        "; ".join(f"{item['text']} → {choices[item['right']]['text']}" for item in shown),
        parts=tuple(
            ReviewedPart(
                id=item["id"],
                html=item["html"],
                response_html=choices[given[item["id"]]]["html"] if item["id"] in given else "",
                key_html=choices[item["right"]]["html"],
                correct=given.get(item["id"]) == item["right"],
                feedback_html=item["feedback_html"],
            )
            for item in shown
        ),
    )


def analyse(body: Mapping[str, Any], response: Response) -> tuple[Place, ...]:
    """A place for each item."""
    choices = {choice["id"]: choice["html"] for choice in body["choices"]}
    given = response or {}
    return tuple(
        Place(
            item["id"], item["html"], choices, frozenset({item["right"]}), tuple(filter(None, (given.get(item["id"]),)))
        )
        for item in body["items"]
    )
