"""What quizzes tell the features above. Sent inside the transaction of what happened."""

from __future__ import annotations

from blinker import Namespace

_signals = Namespace()

attempt_started = _signals.signal("attempt-started")
"""(attempt)"""

attempt_ended = _signals.signal("attempt-ended")
"""(attempt): after its end and each try to grade it, so that what follows from a score follows again."""

attempt_regraded = _signals.signal("attempt-regraded")
"""(attempt): graded again long after its end, because of a mark or a correction."""

pass_lost = _signals.signal("pass-lost")
"""(attempt): graded again, it is not passed any more."""

swept = _signals.signal("swept")
"""(): a round of the sweep, in no transaction: what was begun and not finished may be carried on."""
