"""How a quiz asks: what is judged before the end, and what tries and certainty make of an answer's worth.

`deferred` judges at the end. `immediate` judges an answer when the person asks for it, once, and shows the key.
`practice` gives several tries, a hint after each that is not right, and each try is worth less. `certainty` asks how sure
one is and rewards knowing what one knows (A. R. Gardner-Medwin, "Confidence-based marking", 2006: 1, 2 or 3 for a right
answer, 0, -2 or -6 for a wrong one).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

from elearn.core.model import Question
from elearn.core.questions import type_of

Mode = Literal["deferred", "immediate", "practice", "certainty"]

JUDGING = ("immediate", "practice")
"""The modes in which an answer may be judged before the end."""

TRIES = 3
"""Tries at a question of a practice quiz; one more than its hints where these are more."""

CERTAINTY: dict[int, tuple[int, int]] = {1: (1, 0), 2: (2, -2), 3: (3, -6)}
"""Certainty -> marks for a right and for a wrong answer. Who says nothing is not sure."""
FULL_MARK = 3


def tries(mode: Mode, question: Question) -> int:
    """How often an answer to it is judged before the end; 0 where none is, because of the mode or because no answer to
    such a question is right by itself (an essay, an attitude)."""
    if mode not in JUDGING or type_of(question).key(question.body) is None:
        return 0
    return 1 if mode == "immediate" else max(TRIES, len(question.hints_html) + 1)


def share(number: int, of: int) -> Fraction:
    """What a try is worth: the whole for the first (number 0), then as much less each time, never nothing."""
    return Fraction(of - number, of)


def earned(mode: Mode, fractions: Sequence[Fraction], allowed: int, certainty: int | None = None) -> Fraction:
    """The fraction of an item's points, from what the answers of its tries are worth, oldest first; none is no answer.

    In practice the best try counts, so another try never costs anything. With certainty it is -2..1: marks over the
    highest, so that all right and sure is the whole; an answer partly right earns that part of the marks for right.
    """
    if not fractions:
        return Fraction(0)
    if mode == "practice" and allowed:
        return max(fraction * share(number, allowed) for number, fraction in enumerate(fractions))
    last = fractions[-1]
    if mode != "certainty":
        return last
    right, wrong = CERTAINTY[certainty or 1]
    return (last * right if last else Fraction(wrong)) / FULL_MARK
