"""What an analysis finds. None stands for what is not defined: too few attempts, or no variation to compare."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """One item over the `attempts` that met it. Every figure is a percentage.

    Source: docs.moodle.org/dev/Quiz_statistics_calculations, "Position statistics".

    - `facility`: mean points, of the maximum.
    - `sd`: sample standard deviation of the points, of the maximum.
    - `guess_score`: what blind guessing earns on average, of the maximum; None when not known.
    - `intended_weight`: the item's maximum, of the points that an attempt can reach (their mean, where draws differ).
    - `effective_weight`: the root of the covariance of item and total, of the sum of those roots over the items where
      it is real. None with `negative_covariance` is what Moodle shows as an error: the item works against the total.
    - `discrimination_index`: correlation of the item with the rest of the test (total less this item).
    - `discriminative_efficiency`: that covariance, of the greatest that the same points could have in another order.
    """

    attempts: int
    facility: float | None
    sd: float | None
    guess_score: float | None
    intended_weight: float | None
    effective_weight: float | None
    negative_covariance: bool
    discrimination_index: float | None
    discriminative_efficiency: float | None


@dataclass(frozen=True, slots=True)
class TestStatistics:
    """A whole test over `attempts` that met at least one item; `items` in the order of the columns.

    Source: docs.moodle.org/dev/Quiz_statistics_calculations, "Test statistics".

    - `mean`, `median`, `sd`, `standard_error`: in points, as the columns; with `_percent`: of `reachable`, the points
      that an attempt could earn (their mean, where random draws make attempts of different size).
    - `skewness`, `kurtosis`: pure numbers, from the k-statistics; 0 for a normal distribution.
    - `cic`: coefficient of internal consistency (Cronbach's alpha), percent; below 0 when items contradict each other.
    - `error_ratio`: percent of `sd` that is chance; `standard_error` is that part in points.
    """

    attempts: int
    items: tuple[ItemStatistics, ...]
    reachable: float | None
    mean: float | None
    median: float | None
    sd: float | None
    skewness: float | None
    kurtosis: float | None
    cic: float | None
    error_ratio: float | None
    standard_error: float | None
    mean_percent: float | None
    median_percent: float | None
    sd_percent: float | None
    standard_error_percent: float | None
