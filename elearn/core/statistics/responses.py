"""Which answers the strong and the weak gave, and how scores are distributed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import floor

BINS = 10


@dataclass(frozen=True, slots=True)
class Group:
    """How many of a group gave an answer, and what percentage of the group that is; None where the group is empty."""

    count: int
    share: float | None


@dataclass(frozen=True, slots=True)
class ResponseRow:
    """An answer among all, and among the upper, middle and lower third of attempts by total."""

    label: str
    overall: Group
    upper: Group
    middle: Group
    lower: Group


def response_table(pairs: Iterable[tuple[float, str]], options: Sequence[str] = ()) -> tuple[ResponseRow, ...]:
    """A row an answer, from pairs of an attempt's total and the label of its answer to one item.

    Equal totals are never parted: they fall together into the third where the middle of their ranks lies, so that the
    table does not depend on the order of the pairs. `options` come first, in their order and also when nobody chose
    them; then other labels, the most frequent first. Shares are percentages of the pairs in a group. An attempt that
    chose several options gives a pair for each.
    """
    given = list(pairs)
    third = _thirds([total for total, _ in given])
    counts = {name: Counter[str]() for name in ("upper", "middle", "lower")}
    for total, label in given:
        counts[third[total]][label] += 1
    overall = Counter(label for _, label in given)
    listed = dict.fromkeys(options)
    others = sorted((label for label in overall if label not in listed), key=lambda label: (-overall[label], label))

    def group(among: Counter[str], label: str) -> Group:
        size = among.total()
        return Group(among[label], 100 * among[label] / size if size else None)

    return tuple(
        ResponseRow(label, group(overall, label), **{name: group(among, label) for name, among in counts.items()})
        for label in (*listed, *others)
    )


def _thirds(totals: Sequence[float]) -> Mapping[float, str]:
    """For every total that occurs, the third of its attempts."""
    third: dict[float, str] = {}
    n, below = len(totals), 0
    for total, count in sorted(Counter(totals).items()):
        # These have the ranks below+1 … below+count, whose middle lies at (2·below + count) / 2n of the way up.
        middle = 3 * (2 * below + count)
        third[total] = "lower" if middle < 2 * n else "upper" if middle > 4 * n else "middle"
        below += count
    return third


def histogram(percents: Iterable[float]) -> tuple[int, ...]:
    """How many scores (in percent) lie in 0–10, 10–20, …, 90–100.

    A bin has its lower bound and not its upper, but 100 is in the last. Scores outside, such as negative ones, count in
    the nearest bin.
    """
    bins = [0] * BINS
    for percent in percents:
        # 79.99999999999999 is what floats make of 80.
        bins[max(0, min(BINS - 1, floor(percent * BINS / 100 + 1e-9)))] += 1
    return tuple(bins)
