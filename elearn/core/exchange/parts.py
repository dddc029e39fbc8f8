"""What a question is answered with, as the types of another system fill it in, and weights of options made ours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from elearn.core.exchange.base import Refused
from elearn.core.exchange.sources import option, percent
from elearn.core.model import Question
from elearn.core.questions.base import AnswerLine, Gap, NameUse, OptionLine, TableRow, VariableLine


@dataclass(slots=True)
class Parts:
    """`text` replaces the question's text where reading the answers changed it."""

    text: str | None = None
    classes: list[str] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)
    options: Sequence[OptionLine] = ()
    answers: Sequence[AnswerLine] = ()
    gaps: Sequence[Gap] = ()
    table: Sequence[TableRow] = ()
    variables: Sequence[VariableLine] = ()
    names: Sequence[NameUse] = ()


def weighted_options(
    bracket: str, texts: Sequence[str], feedback: Sequence[str], worths: Sequence[Fraction], notes: list[str]
) -> Parts:
    """Options `(` of which one is chosen, or `[` of which some are, with what each is worth.

    Raises Refused where no option can earn anything.
    """
    best = max(worths, default=Fraction(0))
    if best <= 0:
        raise Refused("Tidak ada pilihan yang bernilai.")
    marks = _single_marks(worths, best, notes) if bracket == "(" else _multiple_marks(worths, notes)
    return Parts(
        options=[option(bracket, mark, text, said) for mark, text, said in zip(marks, texts, feedback, strict=True)],
        classes=[],
    )


def _single_marks(worths: Sequence[Fraction], best: Fraction, notes: list[str]) -> list[str]:
    if best != 1:
        notes.append("Tidak ada pilihan yang bernilai penuh; yang tertinggi dijadikan penuh.")
    if any(worth < 0 for worth in worths):
        notes.append("Pilihan yang mengurangi nilai menjadi bernilai nol.")
    if sum(worth == best for worth in worths) > 1:
        raise Refused("Lebih dari satu pilihan bernilai penuh, padahal hanya satu yang boleh dipilih.")
    return ["x" if worth == best else percent(worth / best) if worth > 0 else "" for worth in worths]


def _multiple_marks(worths: Sequence[Fraction], notes: list[str]) -> list[str]:
    """`[x]` where all right ones are worth the same and each wrong one takes that away again; weights else."""
    right = [worth for worth in worths if worth > 0]
    share = Fraction(1, len(right))
    near = Fraction(1, 1000)
    if all(abs(abs(worth) - share) < near for worth in worths):
        return ["x" if worth > 0 else "" for worth in worths]
    total = sum(right, Fraction(0))
    if abs(total - 1) > Fraction(1, 100):
        notes.append("Bobot yang positif tidak berjumlah 100%; semuanya disesuaikan.")
        return [percent(max(worth / total, Fraction(-1))) if worth else "" for worth in worths]
    return [percent(worth) if worth else "" for worth in worths]


_OUTCOME, _DIFFICULTY = "tujuan:", "kesulitan:"


def tags_of(question: Question) -> list[str]:
    """The tags of a question in a system that knows only tags: ours, and what else we know of it."""
    said = list(question.tags)
    said += [f"{_OUTCOME}{question.outcome}"] if question.outcome else []
    said += [f"{_DIFFICULTY}{question.difficulty}"] if question.difficulty else []
    return said


def attributes_of_tags(tags: Sequence[str]) -> dict[str, str]:
    """What tags say in our attributes; the other way of `tags_of`."""
    attributes: dict[str, str] = {}
    others = []
    for tag in tags:
        if tag.startswith(_OUTCOME):
            attributes["outcome"] = tag.removeprefix(_OUTCOME)
        elif re.fullmatch(rf"{_DIFFICULTY}[1-5]", tag):
            attributes["difficulty"] = tag[-1]
        else:
            others.append(re.sub(r"[\s\"“”]+", "-", tag))
    if others:
        attributes["tags"] = " ".join(others)
    return attributes
