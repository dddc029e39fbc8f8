"""Which people of a team are asked for: what the address of the page holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

STATUSES = ("semua", "perlu", "terlambat", "belum-mulai", "hampir-selesai", "tidak-aktif")
"""Each is counted on every page."""
MORE = ("selesai-pekan", "jp-tercapai")
"""Asked for by a link, as from the mail of a Monday, and counted only then: completed something last week; a PNS with the JP of the
year."""
STATUS_WORDS = {
    "semua": _l("Semua"),
    "perlu": _l("Perlu didampingi"),
    "terlambat": _l("Terlambat"),
    "belum-mulai": _l("Belum mulai"),
    "hampir-selesai": _l("Hampir selesai"),
    "tidak-aktif": _l("Tidak aktif"),
    "selesai-pekan": _l("Selesai minggu lalu"),
    "jp-tercapai": _l("Target JP tercapai"),
}
SORTS = ("nama", "unit", "jp", "selesai", "terakhir", "perlu")


@dataclass(frozen=True, slots=True)
class TeamFilter:
    """What was asked for; anything unknown in an address falls back to the default."""

    text: str = ""
    unit: str = ""
    status: str = "semua"
    sort: str = "nama"
    descending: bool = False
    page: int = 1

    @classmethod
    def read(cls, arguments: Any) -> TeamFilter:
        """From the query of an address (a MultiDict)."""
        status, sort = arguments.get("status", ""), arguments.get("urut", "")
        page = arguments.get("hal", "1")
        return cls(
            text=" ".join(arguments.get("cari", "").split())[:80],
            unit=arguments.get("unit", "")[:64],
            status=status if status in STATUS_WORDS else "semua",
            sort=sort if sort in SORTS else "nama",
            descending=arguments.get("arah") == "turun",
            page=max(1, int(page)) if page.isdecimal() and len(page) < 7 else 1,
        )

    def as_query(self, **changes: Any) -> dict[str, Any]:
        """The query of an address that shows this, with changes; defaults are left out."""
        now = {
            "cari": self.text,
            "unit": self.unit,
            "status": "" if self.status == "semua" else self.status,
            "urut": "" if self.sort == "nama" else self.sort,
            "arah": "turun" if self.descending else "",
            "hal": "" if self.page == 1 else self.page,
        } | changes
        return {name: value for name, value in now.items() if value}
