"""What a drawn section promises of each attempt: `{draw=5 quota="outcome:TP1=2 tag:kasus=1 difficulty:4..5=1"}`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from elearn.core.content.headings import Heading
from elearn.core.content.text import FileReport
from elearn.core.model import Question, Quota

EXAMPLE = 'Tulis misalnya quota="outcome:TP1=2 tag:kasus=1 difficulty:4..5=1".'
_ONE = re.compile(
    r"(?:(?P<by>outcome|tag):(?P<value>[^\s:=]+)|difficulty:(?P<low>[1-5])(?:\.\.(?P<high>[1-5]))?)=(?P<count>[1-9][0-9]?)"
)


def read_quotas(
    heading: Heading, draw: int | None, questions: Sequence[Question], report: FileReport
) -> tuple[Quota, ...]:
    """The quotas of a section, once it is known that every draw can keep them."""
    written = heading.attributes.get("quota")
    if written is None:
        return ()

    def refuse(message: str, hint: str = EXAMPLE) -> tuple[Quota, ...]:
        report.error("Q117", heading.line, heading.col, message, hint)
        return ()

    if draw is None:
        return refuse("quota= hanya berarti bersama draw=.", "Tambahkan draw=, atau hapus quota=.")
    quotas = []
    for text in written.split():
        quota = _read(text)
        if quota is None:
            return refuse(f"'{text[:40]}' di quota= tidak dapat dibaca.")
        have = sum(quota.takes(question) for question in questions)
        if have < quota.count:
            return refuse(
                f"quota= meminta {quota.count} soal {quota.words}, bagian ini punya {have}.", "Tambah soalnya."
            )
        quotas.append(quota)
    wanted = sum(quota.count for quota in quotas)
    if wanted > draw:
        return refuse(
            f"quota= menjanjikan {wanted} soal, draw= mengambil {draw}.", "Besarkan draw=, atau kecilkan quota=."
        )
    return tuple(quotas) or refuse("quota= kosong.")


def _read(text: str) -> Quota | None:
    found = _ONE.fullmatch(text)
    if found is None:
        return None
    count = int(found["count"])
    if found["by"]:
        return Quota("outcome" if found["by"] == "outcome" else "tag", found["value"], count)
    low, high = int(found["low"]), int(found["high"] or found["low"])
    return Quota("difficulty", f"{low}..{high}", count) if low <= high else None
