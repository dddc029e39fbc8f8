"""An answer as a form without scripts sends it, whatever the type of its question. The names of the fields tell:

    jawaban             one value, or one for every option that is ticked
    jawaban.<place>     one for every place that a question is answered in; where entries are to be ordered, the number
                        that each is given, from 1

Lessons read the answers to their checks by this too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from elearn.core.model import Question
from elearn.core.questions import type_of
from elearn.core.questions.base import BadResponse

FIELD = "jawaban"


@dataclass(frozen=True, slots=True)
class Filled:
    """What was filled in, for the type's own `clean`."""

    response: Any
    doubtful: bool = False
    """An order whose numbers were not each given once: what is missing follows in the order that was shown."""


def read_answer(form: MultiDict[str, str], question: Question) -> Filled:
    """The answer to a question in a form. Raises BadResponse."""
    asks_for = type_of(question).asks_for
    if asks_for == "one":
        return Filled(form.get(FIELD))
    if asks_for == "some":
        return Filled(form.getlist(FIELD))
    prefix = f"{FIELD}."
    places = {name.removeprefix(prefix): value for name, value in form.items() if name.startswith(prefix)}
    return Filled(places) if asks_for == "places" else _ordered(places)


def _ordered(numbers: Mapping[str, str]) -> Filled:
    """The entries by their numbers; a form lists them as its page shows them."""
    given: dict[str, int] = {}
    for entry, number in numbers.items():
        if number.isdecimal() and len(number) < 4:
            given[entry] = int(number)
        elif number:
            raise BadResponse("a number of a place expected")
    if not given:
        return Filled(None)
    order = sorted(numbers, key=lambda entry: given.get(entry, len(numbers) + 1))
    return Filled(order, doubtful=sorted(given.values()) != list(range(1, len(numbers) + 1)))
