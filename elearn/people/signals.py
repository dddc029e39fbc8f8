"""What people tell the features above. Sent inside the transaction of the change."""

from __future__ import annotations

from blinker import Namespace

_signals = Namespace()

person_placed = _signals.signal("person-placed")
"""(person_id, unit_path): somebody was created, moved to another unit, or is something else there now: position, roles."""

people_placed = _signals.signal("people-placed")
"""(people: dict[int, str]): the same for many at once, person id to unit path, as an import makes them."""
