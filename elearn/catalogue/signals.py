"""What the catalogue tells the features above. Sent inside the transaction of the publication."""

from __future__ import annotations

from blinker import Namespace

_signals = Namespace()

module_published = _signals.signal("module-published")
"""(module_id, version_id): a new version is current."""

reach_changed = _signals.signal("reach-changed")
"""(module_id): people can begin it now who could not, or the other way round."""

_learners_asked = _signals.signal("learners-asked")


def count_learners(module_id: int) -> dict[str, int]:
    """What the feature that knows learners says of a module, as in `report.Published.learners`; empty when none does."""
    counts: dict[str, int] = {}
    for _receiver, answer in _learners_asked.send(None, module_id=module_id):
        counts |= answer
    return counts


learners_asked = _learners_asked
"""(module_id): answered by study with the counts above."""
