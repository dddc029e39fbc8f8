"""Means, spreads and shapes of columns of numbers, in loops that run in C.

Sums are `math.fsum`: exact, so that the order of attempts and items cannot change a figure, not even in its last digit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from operator import mul

# Floats that should be equal differ in their 16th digit (0.1 + 0.2 and 0.3). A spread this small beside the numbers it
# comes from is such a remnant: taken for variation, it would make a correlation out of rounding.
NOISE = 1e-12
SMALLEST = 1e-100  # of a variance; the squares of smaller ones leave the range of a float


@dataclass(frozen=True, slots=True)
class Shape:
    """Mean, median and sample variance in the units of the values (squared); skewness and kurtosis are pure numbers."""

    mean: float | None = None
    median: float | None = None
    variance: float | None = None
    skewness: float | None = None
    kurtosis: float | None = None


def magnitude(values: Sequence[float]) -> float:
    """The largest absolute value; 0 when there is none."""
    return max(abs(max(values)), abs(min(values))) if values else 0.0


def deviations(values: Sequence[float], scale: float = 0.0) -> tuple[list[float], float]:
    """Each of at least two values less their mean, and their sample variance (n-1) in squared units.

    The variance is exactly 0 when the values differ only by noise, beside themselves or beside `scale`: the size of the
    numbers that they are differences of.
    """
    mean = fsum(values) / len(values)
    apart = [value - mean for value in values]
    variance = fsum(map(mul, apart, apart)) / (len(values) - 1)
    # Against the mean square, which costs nothing more, rather than the largest value, which costs a pass.
    noise = max(NOISE**2 * (mean * mean + variance + scale * scale), SMALLEST)
    return apart, variance if variance > noise else 0.0


def variance(values: Sequence[float]) -> float | None:
    """Sample variance (n-1), in squared units. None for fewer than two values."""
    return deviations(values)[1] if len(values) > 1 else None


def median(values: Sequence[float]) -> float | None:
    """The middle value, or the mean of the two in the middle. None without values."""
    if not values:
        return None
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2


def shape(values: Sequence[float]) -> Shape:
    """How values are distributed.

    Variance needs two values, skewness three and kurtosis four; the last two also that the values differ. They are
    k3/k2^(3/2) and k4/k2^2 with Fisher's k-statistics, the unbiased estimators of the cumulants:
    docs.moodle.org/dev/Quiz_statistics_calculations, "Test statistics".
    """
    n = len(values)
    if not n:
        return Shape()
    mean, middle = fsum(values) / n, median(values)
    if n == 1:
        return Shape(mean, middle)
    apart, k2 = deviations(values)
    if not k2:
        return Shape(mean, middle, 0.0)
    squares = list(map(mul, apart, apart))
    m2, m3, m4 = fsum(squares) / n, fsum(map(mul, squares, apart)) / n, fsum(map(mul, squares, squares)) / n
    skewness = kurtosis = None
    if n > 2:
        k3 = n * n * m3 / ((n - 1) * (n - 2))
        skewness = k3 / (k2 * sqrt(k2))
    if n > 3:
        k4 = n * n * ((n + 1) * m4 - 3 * (n - 1) * m2 * m2) / ((n - 1) * (n - 2) * (n - 3))
        kurtosis = k4 / (k2 * k2)
    return Shape(mean, middle, k2, skewness, kurtosis)
