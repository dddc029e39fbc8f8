"""Sources of questions of every type, for round trips through formats, and what makes two of them equal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from elearn.core.exchange.base import Section
from elearn.core.exchange.sources import answer, build, gap, name_use, option, row, understood, variable
from elearn.core.questions.base import QuestionSource
from elearn.core.questions.expression import read_expression
from elearn.core.questions.marks import gap_mark, name_mark

LETTERS = st.text("abcdefghijklmnopqrstuvwxyzABCÉé", min_size=1, max_size=8)
WORD = st.one_of(LETTERS, st.sampled_from(["&", "a<b", "x>y", "50%", "#2", "a~b", "{a}", "}", '"kutip"', "=", "it's"]))
SENTENCE = st.builds(lambda first, rest: " ".join([first, *rest]), LETTERS, st.lists(WORD, max_size=5))
MARKED = st.one_of(SENTENCE, st.builds(lambda a, b: f"{a} **{b}** dan *{a}*", LETTERS, LETTERS))
PLAIN = st.builds(lambda words: " ".join(words), st.lists(LETTERS, min_size=1, max_size=4))
SLUG = st.from_regex(r"\A[a-z]{3,8}(-[0-9]{1,2})?\Z")


def distinct(texts: st.SearchStrategy[str], least: int = 2, most: int = 5) -> st.SearchStrategy[list[str]]:
    return st.lists(texts, min_size=least, max_size=most, unique_by=lambda text: " ".join(text.split()).casefold())


@st.composite
def frames(draw: st.DrawFn, text: st.SearchStrategy[str] = MARKED, *, hints: bool = True) -> dict[str, Any]:
    """What every question has, whatever its type."""
    attributes = {
        "points": draw(st.sampled_from(["", "2", "0.5"])),
        "outcome": draw(st.sampled_from(["", "TP1"])),
        "difficulty": draw(st.sampled_from(["", "3"])),
        "tags": draw(st.sampled_from(["", "spbe layanan"])),
    }
    heading, stem = draw(text), draw(st.one_of(st.just(""), text))
    return {
        "text": f"{heading}\n\n{stem}".strip(),
        "attributes": {key: value for key, value in attributes.items() if value},
        "explanation": draw(st.one_of(st.just(""), text)),
        "hints": draw(st.lists(text, max_size=2)) if hints else [],
    }


@st.composite
def singles(draw: st.DrawFn, text: st.SearchStrategy[str] = MARKED, *, partial: bool = True) -> QuestionSource:
    texts = draw(distinct(text))
    marks = ["x", *(draw(st.sampled_from(["", "", "50%"] if partial else [""])) for _ in texts[1:])]
    options = [option("(", m, t, draw(st.sampled_from(["", "Hampir."]))) for m, t in zip(marks, texts, strict=True)]
    return build(draw(SLUG), **draw(frames(text)), options=draw(st.permutations(options)))


@st.composite
def multiples(draw: st.DrawFn, text: st.SearchStrategy[str] = MARKED) -> QuestionSource:
    texts = draw(distinct(text, 3))
    if draw(st.booleans()):
        right = draw(st.integers(1, len(texts)))
        marks = ["x"] * right + [""] * (len(texts) - right)
    else:
        marks = [
            "50%",
            "50%",
            *draw(st.lists(st.sampled_from(["", "-25%"]), min_size=len(texts) - 2, max_size=len(texts) - 2)),
        ]
        if len(texts) > 2 and set(marks[2:]) == {"-50%"}:
            marks[2] = ""
    options = [option("[", mark, text, "") for mark, text in zip(marks, texts, strict=True)]
    return build(draw(SLUG), **draw(frames(text)), options=options)


@st.composite
def typed(draw: st.DrawFn, text: st.SearchStrategy[str] = MARKED, *, partial: bool = True) -> QuestionSource:
    first, *more = draw(distinct(PLAIN, 1, 4))
    weights = [draw(st.sampled_from(["", "50% "] if partial else [""])) for _ in more]
    answers = [answer(first), *(answer(f"{weight}{said}") for weight, said in zip(weights, more, strict=True))]
    classes = ["exact"] if draw(st.booleans()) else []
    return build(draw(SLUG), **draw(frames(text)), answers=answers, classes=classes)


@st.composite
def numbers(draw: st.DrawFn, text: st.SearchStrategy[str] = MARKED, *, units: bool = True) -> QuestionSource:
    value = draw(st.sampled_from(["20", "-3", "0,125", "1234567", "20 ± 0,5", "19..21", "200 ± 5%"]))
    unit = draw(st.sampled_from(["", " menit"])) if units else ""
    return build(draw(SLUG), **draw(frames(text)), answers=[answer(f"{value}{unit}")])


@st.composite
def matchings(draw: st.DrawFn, text: st.SearchStrategy[str] = MARKED) -> QuestionSource:
    lefts = draw(distinct(text, 2, 4))
    rights = draw(distinct(PLAIN, len(lefts) + 1, len(lefts) + 1))
    pairs = [option("=>", "", f"{left} => {right}") for left, right in zip(lefts, rights, strict=False)]
    if draw(st.booleans()):
        pairs.append(option("=>", "", f"=> {rights[-1]}"))
    return build(draw(SLUG), **draw(frames(text)), options=pairs)


@st.composite
def orderings(draw: st.DrawFn, text: st.SearchStrategy[str] = MARKED) -> QuestionSource:
    steps = [option(".", str(n), step) for n, step in enumerate(draw(distinct(text, 3)), start=1)]
    return build(draw(SLUG), **draw(frames(text)), options=steps, classes=["ordering"])


@st.composite
def clozes(
    draw: st.DrawFn, text: st.SearchStrategy[str] = PLAIN, *, kinds: tuple[str, ...] = ("t", "n", "c")
) -> QuestionSource:
    said = draw(distinct(PLAIN, 3, 3))
    shapes = {"t": "|".join(said[:2]), "n": "= 20 ± 0,5", "c": f"(x) {said[0]}|( ) {said[1]}|( ) {said[2]}"}
    chosen = draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=3))
    gaps = [gap(n, shapes[kind]) for n, kind in enumerate(chosen, start=1)]
    frame = draw(frames(text))
    frame["text"] += "\n\n" + " dan ".join(f"{draw(text)} {gap_mark(n)}" for n in range(1, len(gaps) + 1)) + "."
    return build(draw(SLUG), **frame, gaps=gaps)


@st.composite
def essays(draw: st.DrawFn, text: st.SearchStrategy[str] = MARKED, *, rubric: bool = True) -> QuestionSource:
    frame = draw(frames(text))
    if draw(st.booleans()):
        frame["attributes"]["words"] = "50..300"
    lines = [
        ("Kriteria", "Poin", "Deskriptor"),
        ("---", "---", "---"),
        ("Isi", "4", draw(PLAIN)),
        ("Bahasa", "2,5", "Jelas"),
    ]
    table = [row(*cells) for cells in lines] if rubric and draw(st.booleans()) else []
    return build(draw(SLUG), **frame, classes=["essay"], table=table)


@st.composite
def computeds(draw: st.DrawFn) -> QuestionSource:
    frame = draw(frames(PLAIN))
    frame["text"] += f"\n\nAda {name_mark('a')} dan {name_mark('b')}."
    tolerance = draw(st.sampled_from(["", " ± 0,01", " ± 5%"]))
    formula = draw(st.sampled_from(["(a + b) / 2", "a * b - 3", "round(a * 1,5; 1)", "max(a, b)"]))
    variables = [variable("a", "20..60"), variable("b", draw(st.sampled_from(["1..9", "0,5..2,5 step 0,1"])))]
    formula = formula if tolerance or "/" not in formula else "a + b"
    return build(
        draw(SLUG), **frame, classes=["computed"], answers=[answer(formula + tolerance)], variables=variables,
        names=[name_use("a"), name_use("b")],
    )  # fmt: skip


def meaning(source: QuestionSource) -> dict[str, Any]:
    """What a question is, whatever way it was written: all that our parser makes of it, and its texts.

    `19..21` and `20 ± 1` are the same numbers: how the key is shown is left out.
    """
    question = understood(replace(source, id="soal"))
    attributes = {key: value for key, value in source.attributes.items() if key not in ("tags", "points")}
    body = {key: value for key, value in question.body.items() if key not in ("drawn", "texts")}
    if question.type == "number":
        body["answers"] = [{key: line[key] for key in ("low", "high", "unit")} for line in body["answers"]]
    if question.type == "computed":
        body["answers"] = [
            {**line, "expression": repr(read_expression(line["expression"]).node)} for line in body["answers"]
        ]
    return {
        "id": source.id, "type": question.type, "heading": source.heading, "stem": source.stem, "body": body,
        "attributes": attributes, "tags": question.tags, "points": question.points, "explanation": source.explanation,
        "hints": source.hints, "feedback": [o.feedback for o in source.options], "table": [r.cells for r in source.table],
    }  # fmt: skip


def section(*sources: QuestionSource, stimulus: str = "", draw: int | None = None) -> Section:
    return Section("konsep", "Konsep dasar", stimulus, draw, sources)


def unequal(sent: QuestionSource, got: QuestionSource) -> str:
    """Empty where the two mean the same; else the first difference."""
    one, other = meaning(sent), meaning(got)
    return next((f"{key}: {one[key]!r} != {other[key]!r}" for key in one if one[key] != other[key]), "")


Made = Callable[..., st.SearchStrategy[QuestionSource]]


def without(source: QuestionSource, *, hints: bool = False, words: bool = False) -> QuestionSource:
    """The source without what a format has no place for."""
    kept = {key: value for key, value in source.attributes.items() if not (words and key == "words")}
    return replace(source, hints=() if hints else source.hints, attributes=kept)
