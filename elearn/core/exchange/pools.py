"""The categories of another system as sections of ours, filled while its questions are read."""

from __future__ import annotations

from dataclasses import dataclass, field

from elearn.core.exchange.base import Section
from elearn.core.exchange.sources import Names
from elearn.core.questions.base import QuestionSource

UNNAMED = "Soal impor"
DESCRIBED = "Keterangan ini menjadi teks bagian, yang tampil pada setiap soal sesudahnya."


@dataclass(slots=True)
class Pool:
    """A section while its questions are read."""

    id: str
    title: str
    stimulus: str = ""
    sources: list[QuestionSource] = field(default_factory=list)


@dataclass(slots=True)
class Pools:
    names: Names = field(default_factory=Names)
    all: list[Pool] = field(default_factory=list)

    def current(self) -> Pool:
        """The one that questions go into now; one without a category where none was named."""
        return self.all[-1] if self.all else self._begin(UNNAMED)

    def category(self, path: str, wish: str = "") -> Pool:
        """Begin the section of a category, `$course$/top/Konsep dasar`: the last name is its title, and `//` in it a slash."""
        title = path.replace("//", "\0").rpartition("/")[2].replace("\0", "/").strip()
        return self._begin(title if title not in ("", "top") else UNNAMED, wish)

    def describe(self, text: str, title: str) -> Pool:
        """A text without a question is shown with each of those that follow: they are a section of their own."""
        pool = self.current()
        if pool.sources or pool.stimulus:
            pool = self._begin(title or pool.title, title)
        pool.stimulus = text
        return pool

    def _begin(self, title: str, wish: str = "") -> Pool:
        pool = Pool(self.names.give(wish, title), title)
        self.all.append(pool)
        return pool

    def sections(self) -> tuple[Section, ...]:
        """Those that have questions."""
        return tuple(Section(p.id, p.title, p.stimulus, None, tuple(p.sources)) for p in self.all if p.sources)
