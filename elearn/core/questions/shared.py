"""What several question types share: options with opaque ids, weights in percent, words for scores."""

from __future__ import annotations

import hashlib
import html as html_module
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from fractions import Fraction
from random import Random
from typing import Any

from elearn.core.questions.base import (
    BadResponse,
    Grade,
    OptionLine,
    Place,
    QuestionSource,
    Render,
    Report,
    Response,
    Reviewed,
)

RECORDED = Grade(Fraction(0), "Jawaban Anda tercatat; soal ini tidak dinilai.", status="ungraded")
"""Of an answer that none is better than."""
ARROW = re.compile(r"(?<![<=])=>(?![=>])")
"""Between the two sides of an item to match."""
_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
PERCENT = re.compile(r"^([+-]?\d{1,3}(?:[.,]\d{1,4})?)\s*%$")


def fold_text(text: str) -> str:
    """What a person means, not how they type: no case, accents, repeated blanks and end punctuation."""
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
    return " ".join(plain.split()).rstrip(" .,;:!?")


def option_id(question_id: str, text: str) -> str:
    """An id that says nothing of the option's place or rightness, and stays while the text stays.

    Only blanks are folded: MBps and Mbps, or 10² and 102, may stand side by side.
    """
    plain = " ".join(unicodedata.normalize("NFC", text).split())
    return hashlib.sha256(f"{question_id}\0{plain}".encode()).hexdigest()[:10]


def read_percent(mark: str) -> Fraction | None:
    """`50%` as 1/2; None when it is no percentage."""
    match = PERCENT.match(mark)
    return Fraction(match.group(1).replace(",", ".")) / 100 if match else None


def parse_options(source: QuestionSource, render: Render, report: Report) -> list[dict[str, Any]] | None:
    """The options with ids, HTML and feedback; None after an error. Weights are each type's own."""
    if len(source.options) < 2:
        report.error("Q203", source.line, source.col, "Soal ini perlu sedikitnya dua pilihan.")
        return None
    seen: dict[str, OptionLine] = {}
    parsed: list[dict[str, Any]] = []
    sound = True
    for option in source.options:
        key = option_id(source.id, option.text)
        if not option.text.strip():
            report.error("Q209", option.line, option.col, "Pilihan ini kosong.", "Tulis teksnya, atau hapus barisnya.")
            sound = False
        elif key in seen:
            report.error(
                "Q204",
                option.line,
                option.col,
                f"Pilihan ini berbunyi sama dengan pilihan di baris {seen[key].line}.",
                "Ubah salah satunya.",
            )
            sound = False
        seen.setdefault(key, option)
        feedback = render(option.feedback) if option.feedback.strip() else ""
        parsed.append(
            {
                "id": key,
                "html": inline(render(option.text)),
                "text": option.text.strip(),
                "feedback_html": feedback,
            }
        )
    return parsed if sound else None


def inline(html: str) -> str:
    """The HTML of an option without the paragraph around it, when it is one paragraph."""
    inner = html.strip()
    if inner.startswith("<p>") and inner.endswith("</p>") and inner.count("<p>") == 1:
        return inner[3:-4]
    return inner


def plain(html: str) -> str:
    """The words of rendered HTML, for the places that can hold no markup: the options of a list to choose from."""
    return " ".join(html_module.unescape(re.sub(r"<[^>]*>", " ", html)).split())


def option_ids(body: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(option["id"] for option in body["options"])


def arrange_options(body: Mapping[str, Any], random: Random, *, shuffle: bool) -> tuple[str, ...]:
    return shuffled(option_ids(body), random, shuffle)


def shuffled(ids: Sequence[str], random: Random, shuffle: bool) -> tuple[str, ...]:
    """These ids, in a random order where the quiz says so."""
    return tuple(random.sample(ids, len(ids)) if shuffle else ids)


def arrange_nothing(body: Mapping[str, Any], random: Random, *, shuffle: bool) -> tuple[str, ...]:
    """For a type without options."""
    return ()


def draw_nothing(body: Mapping[str, Any], random: Random) -> dict[str, str]:
    return {}


def present_options(body: Mapping[str, Any], order: Sequence[str]) -> list[dict[str, str]]:
    """The options in that order, id and HTML only."""
    by_id = {option["id"]: option for option in body["options"]}
    return [{"id": i, "html": by_id[i]["html"]} for i in complete(order, option_ids(body))]


def complete(order: Sequence[str], ids: Sequence[str]) -> Sequence[str]:
    """The order of the attempt; that of the type where it is none of these ids."""
    return order if len(order) == len(ids) and set(order) == set(ids) else ids


def review_options(body: Mapping[str, Any], chosen: set[str], order: Sequence[str]) -> tuple[Reviewed, ...]:
    by_id = {option["id"]: option for option in body["options"]}
    return tuple(
        Reviewed(
            id=i,
            html=by_id[i]["html"],
            chosen=i in chosen,
            correct=Fraction(by_id[i]["fraction"]) > 0,
            feedback_html=by_id[i]["feedback_html"],
        )
        for i in complete(order, option_ids(body))
    )


def analyse_options(body: Mapping[str, Any], given: Sequence[str], key: Sequence[str]) -> tuple[Place, ...]:
    """The one place of a question with options."""
    choices = {option["id"]: option["html"] for option in body["options"]}
    return (Place("", "", choices, frozenset(key), tuple(given)),)


def analyse_typed(body: Mapping[str, Any], response: Response) -> tuple[Place, ...]:
    """The one place of a question whose answer is typed."""
    return (Place("", "", {}, frozenset(), (response,) if response else ()),)


def blank_code(text: str) -> str:
    """The text with what stands between backticks blanked, every other character in its place."""
    return _SPAN.sub(lambda match: " " * len(match.group()), text) if "`" in text else text


def split_outside_code(text: str, mark: re.Pattern[str]) -> list[str]:
    """The pieces between the marks that are no part of code."""
    pieces, at = [], 0
    for match in mark.finditer(blank_code(text)):
        pieces.append(text[at : match.start()])
        at = match.end()
    return [*pieces, text[at:]]


def clean_choice(raw: Any, options: Sequence[Mapping[str, Any]]) -> str | None:
    """The id of one option; None when nothing is chosen. Raises BadResponse."""
    if raw is None or raw == "":
        return None
    if not isinstance(raw, str) or all(raw != option["id"] for option in options):
        raise BadResponse("no such option")
    return raw


def clean_places(raw: Any, places: Collection[str], clean: Callable[[str, Any], str | None]) -> dict[str, str] | None:
    """`{place: answer}` of a question that is answered in several places, without the empty ones and in the order
    of the ids; None when all are empty. Raises BadResponse."""
    if raw is None or raw == "":
        return None
    if not isinstance(raw, dict) or not all(isinstance(place, str) and place in places for place in raw):
        raise BadResponse("answers by place expected")
    cleaned = {place: clean(place, raw[place]) for place in sorted(raw)}
    return {place: answer for place, answer in cleaned.items() if answer is not None} or None


def clean_text(raw: Any, at_most: int, *, exact: bool = False) -> str | None:
    """A typed line: trimmed, blanks folded unless `exact`, None when empty. Raises BadResponse."""
    if raw is None:
        return None
    if not isinstance(raw, str):
        raise BadResponse(f"text expected, not {type(raw).__name__}")
    if len(raw) > at_most:
        raise BadResponse(f"text of {len(raw)} characters, at most {at_most}")
    # Control characters cannot be typed; NUL would also be refused by PostgreSQL.
    if any(unicodedata.category(c) == "Cs" or (ord(c) < 32 and c not in "\t\n\r") for c in raw):
        raise BadResponse("control characters")
    return (raw.strip() if exact else " ".join(raw.split())) or None


def percent_text(fraction: Fraction) -> str:
    """`50 %` in Indonesian notation."""
    return f"{number_text(fraction * 100, 1)} %"


def number_text(number: Fraction, digits: int = 6, *, grouped: bool = False) -> str:
    """A number with a decimal comma, rounded to so many digits behind it, without zeros at the end. `grouped` parts
    the thousands of five digits and more: four may be a year."""
    scaled = round(number * 10**digits)
    whole, part = divmod(abs(scaled), 10**digits)
    decimals = str(part).rjust(digits, "0").rstrip("0")
    digits_before = f"{whole:,}".replace(",", ".") if grouped and whole >= 10_000 else str(whole)
    return ("-" if scaled < 0 else "") + digits_before + (f",{decimals}" if decimals else "")
