"""What holds for every question of every type, whatever a trainer writes and a page sends."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from random import Random
from typing import Any, NamedTuple

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from elearn.core.model import Question
from elearn.core.questions import as_drawn, type_of
from tests.core import properties
from tests.core.asked import read

ONE, NONE = Fraction(1), Fraction(0)
WORDS = st.lists(
    st.sampled_from(["data", "peta", "Satu", "*dua*", "`a => b`", "10", "²", "é", "&", "<b>tebal</b>", "$x^2$", "_"]),
    min_size=1,
    max_size=3,
).map(" ".join)
TEXTS = st.lists(WORDS, min_size=2, max_size=6, unique=True)


class Written(NamedTuple):
    """A question as a trainer writes it, and the same with another key."""

    body: str
    braces: str
    other: str


@st.composite
def matching(draw: st.DrawFn) -> Written:
    lefts, rights = draw(TEXTS), draw(TEXTS)
    keys = [draw(st.lists(st.sampled_from(rights), min_size=len(lefts), max_size=len(lefts))) for _key in range(2)]
    bodies = []
    for key in keys:
        lines = [f"- {left} => {right}" for left, right in zip(lefts, key, strict=True)]
        # What no item has is a distractor: the page knows the same right sides with either key.
        bodies.append("\n".join([*lines, *(f"- => {right}" for right in rights if right not in key)]))
    return Written(bodies[0], "", bodies[1])


@st.composite
def ordering(draw: st.DrawFn) -> Written:
    steps = draw(st.lists(WORDS, min_size=3, max_size=6, unique=True))
    bodies = ["\n".join(f"{n}. {text}" for n, text in enumerate(draw(st.permutations(steps)), 1)) for _key in range(2)]
    return Written(bodies[0], ".ordering", bodies[1])


@st.composite
def cloze(draw: st.DrawFn) -> Written:
    texts = draw(st.lists(st.sampled_from(["satu", "dua *tiga*", "- ", "> ", "`a`", "| b |", "\n\n", "é"]), min_size=1))
    gaps = draw(st.lists(st.integers(0, 2), min_size=1, max_size=4))
    answers = st.sampled_from(["data", "Satu Data", "peta *", "é", "A.", "10", "x = y"])
    bodies = []
    for _key in range(2):
        one, other = draw(st.lists(answers, min_size=2, max_size=2, unique=True))
        # The page shows the choices: only which of them is right may differ.
        right = draw(st.sampled_from(["[[(x) a|( ) *b*]]", "[[( ) a|(x) *b*]]"]))
        kinds = [f"[[{one}|{other}]]", f"[[= {len(one)}|= {len(other)},5 ± 5%]]", right]
        bodies.append(
            " ".join(text for kind, text in zip(gaps, texts * 4, strict=False) for text in (kinds[kind], text))
        )
    return Written(bodies[0], draw(st.sampled_from(["", ".exact"])), bodies[1])


@st.composite
def likert(draw: st.DrawFn) -> Written:
    braces = f'.likert scale="Tidak..Ya" steps={draw(st.integers(2, 10))}'
    return Written("", braces, "")


@st.composite
def essay(draw: st.DrawFn) -> Written:
    rows = draw(st.lists(WORDS, max_size=3, unique=True))
    head = "| Kriteria | Poin | Deskriptor |\n|---|---|---|\n" if rows else ""
    body = head + "".join(f"| {text} | {draw(st.integers(1, 9))},5 | {text} |\n" for text in rows)
    return Written(body, draw(st.sampled_from([".essay", ".essay words=1..20"])), body)


@st.composite
def computed(draw: st.DrawFn) -> Written:
    low = draw(st.integers(-50, 50))
    variables = (
        f"a = {low}..{low + draw(st.integers(1, 40))} step {draw(st.sampled_from(['1', '0,5', '0,25']))}\nb = 1, 2, 4"
    )
    term = st.sampled_from(["a", "b", "2,5", "sqrt(b)", "abs(a)", "-b", "mean(a; b; 1)", "(a - b)", "b^2"])
    answers = []
    for _key in range(2):
        terms = draw(st.lists(term, min_size=1, max_size=4))
        sign = draw(st.sampled_from([" + ", " * ", " / "]))
        answers.append(f"= {sign.join(terms)} ± {draw(st.sampled_from(['0,01', '1', '5%']))}")
    bodies = [f"{{a}} dan {{b}}\n\n{variables}\n\n{answer}" for answer in answers]
    return Written(bodies[0], ".computed", bodies[1])


@st.composite
def hotspot(draw: st.DrawFn) -> Written:
    texts = draw(TEXTS)
    areas = draw(
        st.lists(st.sampled_from(["rect 1,1 9,9", "circle 5,5 5", "poly 0,0 9,0 5,5"]), min_size=6, max_size=6)
    )
    bodies = []
    for _key in range(2):
        right = draw(st.integers(0, len(texts) - 1))
        wrong = draw(st.sampled_from([" ", "25%"]))
        marks = ["x" if place == right else wrong for place in range(len(texts))]
        lines = [f"- ({mark}) {area} {text}" for mark, area, text in zip(marks, areas, texts, strict=False)]
        bodies.append("\n".join(["![Denah](a.png)\n", *lines]))
    return Written(bodies[0], ".hotspot", bodies[1])


TYPES: dict[str, Callable[[], st.SearchStrategy[Written]]] = {
    "matching": matching,
    "ordering": ordering,
    "likert": likert,
    "hotspot": hotspot,
    "computed": computed,
    "essay": essay,
    "cloze": cloze,
}
WRITTEN = st.sampled_from(sorted(TYPES)).flatmap(lambda name: TYPES[name]())


def sound(body: str, braces: str) -> Question:
    question, _found = read(body, braces)
    assume(question is not None)
    assert question is not None
    return question


def drawn(question: Question, seed: int) -> Question:
    """The question of one attempt."""
    return as_drawn(question, type_of(question).draw(question.body, Random(seed)))


QUESTIONS = st.builds(
    lambda written, seed: drawn(sound(written.body, written.braces), seed), WRITTEN, st.integers(0, 9)
)


def answers(question: Question, shown: dict[str, Any]) -> st.SearchStrategy[Any]:
    """What a page may send: ids that it was shown, in the places that it was shown."""
    kind = question.type
    if kind == "matching":
        choices = st.sampled_from(["", *(choice["id"] for choice in shown["choices"])])
        return st.dictionaries(st.sampled_from([item["id"] for item in shown["items"]]), choices)
    if kind == "hotspot":
        return st.sampled_from(["", *(option["id"] for option in shown["options"])])
    if kind == "computed":
        return st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=60) | st.decimals(-99, 99).map(str)
    if kind == "essay":
        return st.text(st.characters(blacklist_categories=("Cs", "Cc")) | st.sampled_from("\r\n\t"), max_size=60)
    if kind == "likert":
        return st.sampled_from([step["id"] for step in shown["steps"]])
    if kind == "ordering":
        return st.permutations([item["id"] for item in shown["items"]])
    if kind == "cloze":
        texts = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=60) | st.sampled_from(["10", "4,5"])
        given = {g["id"]: texts for g in shown["gaps"] if g["kind"] != "choice"}
        given |= {g["id"]: st.sampled_from([c["id"] for c in g["choices"]]) for g in shown["gaps"] if "choices" in g}
        return st.fixed_dictionaries({}, optional=given)
    raise AssertionError(kind)


@st.composite
def answered(draw: st.DrawFn) -> tuple[Question, Any]:
    """A question with a clean response."""
    question = draw(QUESTIONS)
    kind = type_of(question)
    shown = kind.present(question.body, kind.option_ids(question.body))
    return question, kind.clean(question.body, draw(st.none() | answers(question, shown)))


@given(QUESTIONS)
@settings(max_examples=300, deadline=None)
def test_the_key_earns_everything_and_nothing_earns_nothing(question: Question) -> None:
    properties.the_key_earns_everything_and_nothing_earns_nothing(question)


@given(answered())
@settings(max_examples=300, deadline=None)
def test_a_score_lies_between_nothing_and_all_and_is_always_the_same(case: tuple[Question, Any]) -> None:
    properties.a_score_lies_between_nothing_and_all_and_is_always_the_same(*case)


@given(answered())
@settings(max_examples=300, deadline=None)
def test_every_place_says_what_was_given_there(case: tuple[Question, Any]) -> None:
    properties.every_place_says_what_was_given_there(*case)


@given(answered(), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_the_order_of_presentation_changes_nothing(case: tuple[Question, Any], random: Any) -> None:
    question, response = case
    kind = type_of(question)
    ids = kind.option_ids(question.body)
    order = random.sample(ids, len(ids))
    assert len(set(ids)) == len(ids)
    mixed = response
    if isinstance(response, dict):
        mixed = dict(random.sample(list(response.items()), len(response)))
        assert kind.clean(question.body, mixed) == response
    assert kind.grade(question.body, mixed).fraction == kind.grade(question.body, response).fraction
    first, second = (kind.review(question.body, response, order) for order in (order, ids))
    assert {part.id: part for part in first.parts} == {part.id: part for part in second.parts}
    assert {shown.id: shown for shown in first.options} == {shown.id: shown for shown in second.options}


@given(QUESTIONS, properties.RAW)
@settings(max_examples=300, deadline=None)
def test_anything_from_outside_is_read_or_refused(question: Question, raw: Any) -> None:
    properties.anything_from_outside_is_read_or_refused(question, raw)


@given(WRITTEN, st.randoms(use_true_random=False))
@settings(max_examples=300, deadline=None)
def test_the_page_cannot_tell_the_key(written: Written, random: Any) -> None:
    one, other = (sound(body, written.braces) for body in (written.body, written.other))
    if one.type == "computed":
        other = as_drawn(other, one.body["drawn"])
    kind = type_of(one)
    ids = kind.option_ids(one.body)
    order = random.sample(ids, len(ids))
    shown = [json.dumps(kind.present(question.body, order)) for question in (one, other)]
    assert shown[0] == shown[1]
    assert (one.stem_html, one.stem_text) == (other.stem_html, other.stem_text)
