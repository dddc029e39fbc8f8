"""What was learned between a pretest and a posttest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import fsum, sqrt

from elearn.core.statistics.moments import NOISE, deviations, magnitude


@dataclass(frozen=True, slots=True)
class LearningGain:
    """`pairs` people with both tests; means in percent. The gain is at most 1 and negative where a group did worse.

    `effect_size` is Cohen's d_z: the mean difference in units of the standard deviation of the differences.
    """

    pairs: int
    pretest: float | None
    posttest: float | None
    normalised_gain: float | None
    effect_size: float | None


def learning_gain(pairs: Iterable[tuple[float, float]]) -> LearningGain:
    """The gain of a group from (pretest, posttest) scores in percent, a pair a person.

    Normalised gain: how much of what the group could still gain it gained, (post - pre) / (100 - pre) with the means of
    the group (Hake 1998, Am. J. Phys. 66:64). None without pairs, and when the pretest left nothing to gain.
    Effect size: d_z for paired data (Cohen 1988, Statistical Power Analysis, 2.3.5; Lakens 2013, Front. Psychol. 4:863,
    eq. 6), sample standard deviation. None for fewer than two pairs, and when all differences are the same.
    """
    given = list(pairs)
    n = len(given)
    if not n:
        return LearningGain(0, None, None, None, None)
    pretest, posttest = fsum(before for before, _ in given) / n, fsum(after for _, after in given) / n
    gain = (posttest - pretest) / (100 - pretest) if 100 - pretest > 100 * NOISE else None
    differences = [after - before for before, after in given]
    largest = max(magnitude([before for before, _ in given]), magnitude([after for _, after in given]))
    spread = deviations(differences, largest)[1] if n > 1 else 0.0
    effect = fsum(differences) / n / sqrt(spread) if spread else None
    return LearningGain(n, pretest, posttest, gain, effect)
