"""Reading what pengajar and peserta send. What is wrong is said of the field it is wrong in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from flask_babel import gettext as _

from elearn.core.questions.number import readings
from elearn.core.questions.shared import number_text
from elearn.marking.queries import Criterion
from elearn.marking.service import COMMENT_AT_MOST


@dataclass(slots=True)
class MarkForm:
    """A mark as it was typed. `errors` are messages by the field's id."""

    typed: dict[str, str]
    comment: str
    base: int
    points: dict[str, Fraction] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, form: Mapping[str, str], criteria: Sequence[Criterion]) -> MarkForm:
        base = form.get("dasar", "0")
        comment = form.get("komentar", "").replace("\r\n", "\n").strip()
        typed = {criterion.id: form.get(f"poin-{criterion.id}", "").strip()[:20] for criterion in criteria}
        read = cls(typed, comment, int(base) if base.isdecimal() and len(base) < 12 else -1)
        for criterion in criteria:
            read._take(criterion)
        if len(comment) > COMMENT_AT_MOST:
            read.errors["komentar"] = _("Komentar paling panjang %(n)s huruf.", n=COMMENT_AT_MOST)
        return read

    def _take(self, criterion: Criterion) -> None:
        typed, most = self.typed[criterion.id], number_text(criterion.most)
        value = next(iter(readings(typed)), None) if typed else None
        if value is not None and 0 <= value <= criterion.most and (value * 10_000).denominator == 1:
            self.points[criterion.id] = value
        elif not typed:
            self.errors[f"poin-{criterion.id}"] = _("Isi poinnya, 0 sampai %(most)s.", most=most)
        else:
            self.errors[f"poin-{criterion.id}"] = _("Tulis bilangan 0 sampai %(most)s.", most=most)
