"""Analyse the points of a test, given as columns: one an item, one entry an attempt."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import compress
from math import fsum, isfinite, sqrt
from operator import mul, sub

from elearn.core.statistics.model import ItemStatistics, TestStatistics
from elearn.core.statistics.moments import NOISE, deviations, magnitude, shape, variance

Points = Sequence[float | Fraction | None]
LARGEST = 1e50  # fourth powers of anything beyond do not fit a float


@dataclass(frozen=True, slots=True)
class _Column:
    """The points of the attempts that met an item; `met` says for every attempt whether it did, None that all did."""

    points: array[float]
    met: list[bool] | None

    def filled(self) -> Sequence[float]:
        """An entry an attempt, 0 where the item was not met, so that rows can be added."""
        if self.met is None:
            return self.points
        points = iter(self.points)
        return [next(points) if met else 0.0 for met in self.met]

    def among(self, values: Sequence[float]) -> Sequence[float]:
        """Of an entry an attempt, those of the attempts that met the item."""
        return values if self.met is None else array("d", compress(values, self.met))


@dataclass(frozen=True, slots=True)
class _Relation:
    """How an item goes with the rest of the test: sample variances and covariances, in squared points."""

    variance: float
    rest_variance: float
    covariance: float
    greatest: float

    @property
    def with_total(self) -> float:
        """Covariance with the total, which is the rest and the item: C(x, R + x) = C(x, R) + V(x)."""
        together = self.covariance + self.variance
        # Where the two cancel, what is left of them is rounding and must not pass for a negative covariance.
        return together if abs(together) > NOISE * (abs(self.covariance) + self.variance) else 0.0


def analyse(
    columns: Sequence[Points],
    maxima: Sequence[float | Fraction],
    guess: Sequence[float | None] | None = None,
    *,
    positions: Sequence[Points] | None = None,
) -> TestStatistics:
    """Item and test statistics as docs.moodle.org/dev/Quiz_statistics_calculations defines them.

    `columns`: items × attempts, points; None where an attempt did not meet the item because of random draws. Such an
    attempt is left out for that item, and one that met no item for the test. `array("d")` is the cheapest column.
    `maxima`: the points that an item can earn, one an item.
    `guess`: the share of the maximum, 0 to 1, that blind guessing earns on average; None where not known.
    `positions`: the same points by place in the test instead of by item. With random draws a place has a different item
    in every attempt, and internal consistency (`cic`) is defined over places; give them whenever there are gaps, since
    over items most of which an attempt did not meet it means little. Without them the items are taken for the places.

    Raises ValueError for columns of different lengths, a maximum or a guess too few or too many, a maximum that is not
    a finite number of at least 0, a guess outside 0 to 1, points that are not finite, or beyond 1e50.
    """
    guesses = [None] * len(columns) if guess is None else list(guess)
    limits = [float(maximum) for maximum in maxima]
    _check(columns, limits, guesses)
    taken = [_column(points) for points in columns]
    totals = _totals(taken)
    scale = magnitude(totals)
    relations = [_relation(column, totals, scale) for column in taken]
    weight = fsum(sqrt(r.with_total) for r in relations if r is not None and r.with_total > 0)
    kept = _attempts_with_items(taken, totals)
    reachable = fsum(map(mul, limits, (len(c.points) for c in taken))) / len(kept) if kept else None
    items = tuple(
        _item(column.points, relation, limit, share, weight, reachable or 0.0)
        for column, relation, limit, share in zip(taken, relations, limits, guesses, strict=True)
    )
    if positions is None:
        spreads = [r.variance if r else 0.0 for column, r in zip(taken, relations, strict=True) if column.points]
    else:
        places = [_column(points).points for points in positions]
        spreads = [variance(points) or 0.0 for points in places if points]
    return _test(kept, items, spreads, reachable)


def _check(columns: Sequence[Points], maxima: Sequence[float], guesses: Sequence[float | None]) -> None:
    if len(maxima) != len(columns) or len(guesses) != len(columns):
        raise ValueError(f"{len(columns)} columns, but {len(maxima)} maxima and {len(guesses)} guess scores")
    if len({len(column) for column in columns}) > 1:
        raise ValueError("the columns are not of the same length")
    if not all(isfinite(maximum) and 0 <= maximum <= LARGEST for maximum in maxima):
        raise ValueError("a maximum is not a finite number of at least 0")
    if not all(share is None or 0 <= share <= 1 for share in guesses):
        raise ValueError("a guess score is a share of the maximum, from 0 to 1")


def _column(points: Points) -> _Column:
    if isinstance(points, array) and points.typecode == "d":
        column = _Column(points, None)
    elif None in points:
        met = [value is not None for value in points]
        column = _Column(array("d", compress(points, met)), met)  # type: ignore[arg-type]
    else:
        column = _Column(array("d", points), None)  # type: ignore[arg-type]  # array makes a float of a Fraction
    # A number that is not finite makes the sum so, and so does one that fsum cannot hold.
    if not isfinite(sum(column.points)) or magnitude(column.points) > LARGEST:
        raise ValueError("points that are not finite numbers, or beyond 1e50")
    return column


def _totals(columns: Sequence[_Column]) -> array[float]:
    """The total of every attempt, in points."""
    return array("d", map(fsum, zip(*(column.filled() for column in columns), strict=True)))


def _attempts_with_items(columns: Sequence[_Column], totals: array[float]) -> array[float]:
    """The totals of the attempts that met an item: one that met none has no total, which is not a total of 0."""
    masks = [column.met for column in columns if column.met is not None]
    if len(masks) < len(columns):
        return totals
    return array("d", compress(totals, map(any, zip(*masks, strict=True))))


def _relation(column: _Column, totals: array[float], scale: float) -> _Relation | None:
    """How a column goes with the rest of the test; `scale` is the size of the totals, in points.

    None for fewer than two attempts that met it.
    """
    n = len(column.points)
    if n < 2:
        return None
    whole = column.among(totals)
    own, own_variance = deviations(column.points)
    rest, rest_variance = deviations(list(map(sub, whole, column.points)), scale)
    if not own_variance or not rest_variance:
        return _Relation(own_variance, rest_variance, 0.0, 0.0)
    covariance = fsum(map(mul, own, rest)) / (n - 1)
    if abs(covariance) <= NOISE * sqrt(own_variance) * sqrt(rest_variance):
        covariance = 0.0
    # Two lists are never more alike in their order than when both are sorted.
    own.sort()
    rest.sort()
    return _Relation(own_variance, rest_variance, covariance, fsum(map(mul, own, rest)) / (n - 1))


def _item(
    points: array[float], relation: _Relation | None, maximum: float, guess: float | None, weight: float, reach: float
) -> ItemStatistics:
    index = efficiency = effective = None
    if relation and relation.variance and relation.rest_variance:
        index = _within(100 * relation.covariance / (sqrt(relation.variance) * sqrt(relation.rest_variance)))
        efficiency = 100 * relation.covariance / relation.greatest if relation.greatest else None
    negative = relation is not None and relation.with_total < 0
    if relation and weight and not negative:
        effective = 100 * sqrt(relation.with_total) / weight
    return ItemStatistics(
        attempts=len(points),
        facility=100 * (fsum(points) / len(points)) / maximum if points and maximum else None,
        sd=100 * sqrt(relation.variance) / maximum if relation and maximum else None,
        guess_score=None if guess is None else 100 * guess,
        intended_weight=100 * maximum / reach if reach else None,
        effective_weight=effective,
        negative_covariance=negative,
        discrimination_index=index,
        discriminative_efficiency=efficiency,
    )


def _within(percent: float) -> float:
    """A correlation is at most 100 %, whatever the last digit of a float says."""
    return max(-100.0, min(100.0, percent))


def _test(
    totals: array[float], items: tuple[ItemStatistics, ...], spreads: Sequence[float], reachable: float | None
) -> TestStatistics:
    """The figures of the whole test; `spreads` are the variances of the places in it, in squared points."""
    whole = shape(totals)
    sd = None if whole.variance is None else sqrt(whole.variance)
    cic = error_ratio = None
    places = len(spreads)
    if whole.variance and places > 1:
        cic = 100 * places / (places - 1) * (1 - fsum(spreads) / whole.variance)
        chance = 1 - cic / 100
        # Above 100 % (possible only with gaps) no part of the spread is left to be chance, and the root is not real.
        error_ratio = 100 * sqrt(max(chance, 0.0)) if chance >= -NOISE else None
    standard_error = None if error_ratio is None or sd is None else error_ratio * sd / 100

    def percent(points: float | None) -> float | None:
        return None if points is None or not reachable else 100 * points / reachable

    return TestStatistics(
        attempts=len(totals),
        items=items,
        reachable=reachable,
        mean=whole.mean,
        median=whole.median,
        sd=sd,
        skewness=whole.skewness,
        kurtosis=whole.kurtosis,
        cic=cic,
        error_ratio=error_ratio,
        standard_error=standard_error,
        mean_percent=percent(whole.mean),
        median_percent=percent(whole.median),
        sd_percent=percent(sd),
        standard_error_percent=percent(standard_error),
    )
