"""What several question types share: options with opaque ids, weights in percent, words for scores."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from elearn.core.questions.base import BadResponse, OptionLine, QuestionSource, Render, Report, Reviewed

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
                "html": _inline(render(option.text)),
                "text": option.text.strip(),
                "feedback_html": feedback,
            }
        )
    return parsed if sound else None


def _inline(html: str) -> str:
    """The HTML of an option without the paragraph around it, when it is one paragraph."""
    inner = html.strip()
    if inner.startswith("<p>") and inner.endswith("</p>") and inner.count("<p>") == 1:
        return inner[3:-4]
    return inner


def option_ids(body: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(option["id"] for option in body["options"])


def present_options(body: Mapping[str, Any], order: Sequence[str]) -> list[dict[str, str]]:
    """The options in that order, id and HTML only."""
    by_id = {option["id"]: option for option in body["options"]}
    return [{"id": i, "html": by_id[i]["html"]} for i in _complete(order, body)]


def _complete(order: Sequence[str], body: Mapping[str, Any]) -> Sequence[str]:
    ids = option_ids(body)
    return order if set(order) == set(ids) else ids


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
        for i in _complete(order, body)
    )


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
    number = Decimal(fraction.numerator * 100) / Decimal(fraction.denominator)
    return f"{number.quantize(Decimal('0.1')).normalize():f}".replace(".", ",") + " %"
