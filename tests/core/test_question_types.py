"""The types that are answered in several places, marked by hand, or reckoned: by example what the format promises."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from elearn.core.model import Question
from elearn.core.questions import type_of
from elearn.core.questions.base import BadResponse
from tests.core.asked import ask, codes, grade, read, respond, shown

# --- matching

PAIRS = """- Walidata => Menjaga kualitas data
- Produsen data => Menghasilkan data
- Pembina data => Menetapkan standar
- => Menghapus data
"""
GROUPS = "- KTP => Identitas\n- KK => Identitas\n- SIM => Izin\n"


def match(question: Question, **answers: str) -> dict[str, str]:
    """The response of these texts, left to right."""
    items = {item["text"].split()[0]: item["id"] for item in question.body["items"]}
    choices = {choice["text"].split()[0]: choice["id"] for choice in question.body["choices"]}
    return {items[left]: choices[right] for left, right in answers.items()}


@pytest.mark.parametrize(
    ("answers", "fraction"),
    [
        ({"Walidata": "Menjaga", "Produsen": "Menghasilkan", "Pembina": "Menetapkan"}, Fraction(1)),
        ({"Walidata": "Menjaga", "Produsen": "Menghapus", "Pembina": "Menetapkan"}, Fraction(2, 3)),
        ({"Walidata": "Menjaga"}, Fraction(1, 3)),
        ({"Walidata": "Menghapus", "Produsen": "Menghapus"}, Fraction(0)),
        ({}, Fraction(0)),
    ],
)
def test_each_right_pair_earns_an_equal_part(answers: dict[str, str], fraction: Fraction) -> None:
    question = ask(PAIRS)
    assert question.type == "matching"
    assert grade(question, match(question, **answers)).fraction == fraction


def test_repeated_right_sides_are_groups() -> None:
    question = ask(GROUPS)
    assert [c["text"] for c in question.body["choices"]] == ["Identitas", "Izin"]
    assert grade(question, match(question, KTP="Identitas", KK="Identitas", SIM="Izin")).correct


def test_the_right_sides_come_in_the_order_of_their_words() -> None:
    question = ask(PAIRS)
    assert [c["text"] for c in shown(question)["choices"]] == [
        "Menetapkan standar", "Menghapus data", "Menghasilkan data", "Menjaga kualitas data",
    ]  # fmt: skip


def test_an_item_is_markdown_with_feedback_and_code_may_hold_an_arrow() -> None:
    question = ask("- `a => b` => *panah*\n    > Lihat *tandanya*.\n- c => dua\n  baris\n")
    assert [item["html"] for item in shown(question)["items"]] == ["<code>a =&gt; b</code>", "c"]
    assert {c["text"] for c in shown(question)["choices"]} == {"panah", "dua baris"}
    wrong = dict.fromkeys((item["id"] for item in question.body["items"]), question.body["items"][1]["right"])
    assert grade(question, wrong).feedback_html == ("<p>Lihat <em>tandanya</em>.</p>",)


def test_the_review_of_a_matching_question_has_a_part_for_each_item() -> None:
    question = ask(GROUPS)
    kind = type_of(question)
    review = kind.review(question.body, match(question, KTP="Izin", SIM="Izin"), kind.option_ids(question.body))
    assert [(p.html, p.response_html, p.key_html, p.correct) for p in review.parts] == [
        ("KTP", "Izin", "Identitas", False),
        ("KK", "", "Identitas", False),
        ("SIM", "Izin", "Izin", True),
    ]
    assert review.response_text == "KTP → Izin; SIM → Izin"
    assert review.key_text == "KTP → Identitas; KK → Identitas; SIM → Izin"


def test_an_arrow_in_a_list_of_another_question_is_text() -> None:
    question = ask("- a => b\n- c => d\n\nMana yang benar?\n\n- (x) satu\n- ( ) dua\n- ( ) tiga\n")
    assert question.type == "single"
    assert "=&gt;" in question.stem_html


# --- what comes from outside

MATCHING = ask(PAIRS)
ITEM, CHOICE = MATCHING.body["items"][0]["id"], MATCHING.body["choices"][0]["id"]


@pytest.mark.parametrize(
    ("question", "raw"),
    [
        (MATCHING, [ITEM]),
        (MATCHING, ITEM),
        (MATCHING, 1),
        (MATCHING, {"x": CHOICE}),
        (MATCHING, {ITEM: "x"}),
        (MATCHING, {ITEM: ITEM}),
        (MATCHING, {ITEM: 1}),
        (MATCHING, {ITEM: [CHOICE]}),
        (MATCHING, {1: CHOICE}),
    ],
)
def test_what_no_page_sends_is_refused(question: Question, raw: Any) -> None:
    with pytest.raises(BadResponse):
        respond(question, raw)


@pytest.mark.parametrize(
    ("question", "raw"),
    [(MATCHING, None), (MATCHING, ""), (MATCHING, {}), (MATCHING, {ITEM: ""}), (MATCHING, {ITEM: None})],
)
def test_nothing_is_no_response(question: Question, raw: Any) -> None:
    assert respond(question, raw) is None
    assert grade(question, raw).fraction == 0


# --- what is wrong, beyond the examples of the diagnostics


@pytest.mark.parametrize(
    ("body", "braces", "code"),
    [
        ("- a => b\n- c => d\n", "scoring=partial", "Q220"),
        ("- a => b\n- c => d\n= e\n", ".matching", "Q211"),
        ("- (x) a\n- ( ) b\n- ( ) c\n", ".matching", "Q222"),
        ("Tanpa pasangan.\n", ".matching", "Q210"),
    ],
)
def test_a_question_that_cannot_be_scored_is_refused(body: str, braces: str, code: str) -> None:
    assert code in codes(body, braces)
    assert read(body, braces)[0] is None
