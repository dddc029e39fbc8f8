"""What became of a publication, in words and as data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from elearn.core.content.changes import Changes
from elearn.core.model import Diagnostic

KEYS = ("file", "line", "col", "severity", "code", "message", "hint")


@dataclass(slots=True)
class Published:
    """What became of one module. `outcome`: new, changed, unchanged, refused, or kept: what is up was chosen by a pengajar
    in the studio, and a folder does not replace it unless it is named."""

    slug: str
    outcome: str
    number: int | None
    diagnostics: list[Diagnostic]
    changes: Changes = field(default_factory=Changes)
    learners: dict[str, int] = field(default_factory=dict)
    """Of a changed module. `moving`: in the middle, on their version until they finish an attempt; `staying`: in the middle
    with no quiz left, on their version unless they choose the new one; `completed`: not touched."""

    def lines(self) -> list[str]:
        said = {
            "new": f"{self.slug}: terbit, versi {self.number}.",
            "changed": f"{self.slug}: terbit versi {self.number}. {self.changes}. {self._people()}",
            "unchanged": f"{self.slug}: tidak berubah.",
            "kept": f"{self.slug}: tidak ditimpa. {self._kept()}",
            "refused": f"{self.slug}: tidak terbit. Yang sudah terbit tetap tampil.",
        }[self.outcome]
        return [said.rstrip(), *(f"  {line}" for line in error_lines(self.diagnostics))]

    def _kept(self) -> str:
        what = (
            f"Versi {self.number} dipilih di studio"
            if self.number
            else "Modul ini ditulis di studio dan belum terbit, atau diturunkan di sana"
        )
        return f"{what}; isi folder ini lain. Terbitkan dengan --only {self.slug} bila folder ini yang benar."

    def _people(self) -> str:
        groups = (
            ("moving", "orang tetap di versinya sampai menyelesaikan satu percobaan kuis"),
            ("staying", "orang tinggal membaca: tetap di versinya, kecuali memilih pindah"),
            ("completed", "orang sudah selesai dan tidak terpengaruh"),
        )
        said = [f"{self.learners[group]} {what}" for group, what in groups if self.learners.get(group)]
        return f"{'; '.join(said)}." if said else ""


@dataclass(slots=True)
class PublishReport:
    modules: list[Published]
    beside: list[Diagnostic] = field(default_factory=list)
    """Errors of the glossary and of learning paths."""

    @property
    def refused(self) -> bool:
        return any(m.outcome == "refused" for m in self.modules) or bool(self.beside)

    @property
    def kept(self) -> bool:
        return any(m.outcome == "kept" for m in self.modules)

    def lines(self, *, changed_only: bool = False) -> list[str]:
        lines = [line for m in self.modules if not changed_only or m.outcome != "unchanged" for line in m.lines()]
        return lines + error_lines(self.beside)

    def as_json(self) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = [
            {
                "slug": m.slug,
                "outcome": m.outcome,
                "number": m.number,
                "added": m.changes.added,
                "removed": m.changes.removed,
                "changed": m.changes.changed,
                "renamed": m.changes.renamed,
                "learners": m.learners,
                "diagnostics": _as_json(m.diagnostics),
            }
            for m in self.modules
        ]
        if self.beside:
            listed.append({"slug": None, "outcome": "refused", "diagnostics": _as_json(self.beside)})
        return listed


def _as_json(diagnostics: Iterable[Diagnostic]) -> list[dict[str, Any]]:
    return [{key: getattr(d, key) for key in KEYS} for d in diagnostics]


def error_lines(diagnostics: Iterable[Diagnostic]) -> list[str]:
    return [
        f"{d.file}:{d.line}:{d.col}: {d.severity} {d.code} {d.message}" for d in diagnostics if d.severity == "error"
    ]
