"""From lines to sections and questions."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from elearn.core.content.borrowing import Lent, borrow, origin_of
from elearn.core.content.gaps import take_gaps
from elearn.core.content.headings import CROWDED, Heading, read_heading
from elearn.core.content.names import take_names
from elearn.core.content.shapes import Line, Shape, read_shape, text_of
from elearn.core.content.source import Source
from elearn.core.content.text import FileReport
from elearn.core.content.values import nearest
from elearn.core.model import Question
from elearn.core.questions import parse_question
from elearn.core.questions.base import NameUse, QuestionSource
from elearn.core.questions.marks import GAP_MARK, NAME_MARK

QUESTIONS = 300
"""Questions of one file."""
COMPUTED = 60
"""Computed questions of one file: each is tried with up to two thousand combinations of its values."""
_LIST_MARK = re.compile(r"^([0-9]{0,9})([-+*>#.)!])(?=[ \t]|!!)")


@dataclass(slots=True)
class Section:
    """A pool as it was read. `heading` is None for questions that no level-1 heading stands before."""

    heading: Heading | None
    stimulus: str
    headings: list[Heading] = field(default_factory=list)
    """Of all its questions, readable or not."""
    sources: list[QuestionSource] = field(default_factory=list)
    """Of those that are written here; a borrowed one has none."""
    questions: list[Question] = field(default_factory=list)


@dataclass(slots=True)
class Identities:
    """The ids of a module's questions: each is one question in the whole module."""

    explicit: set[str]
    """Ids that are written somewhere in the module: none of them is made up for another question."""
    taken: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Id -> file and line."""

    def derive(self, text: str) -> str:
        """An id from the first words of a question, with a number where that is taken."""
        plain = NAME_MARK.sub(" ", GAP_MARK.sub(" ", text)).lower()
        words = "".join(c if c.isascii() and c.isalnum() else " " for c in plain).split()
        base = "-".join(words[:6])[:60].strip("-") or "soal"
        identity, count = base, 1
        while identity in self.taken or identity in self.explicit:
            count += 1
            identity = f"{base}-{count}"
        return identity


@dataclass(slots=True)
class Reader:
    """Reads the questions of one file. `fragment` renders a text for the question whose id is given."""

    source: Source
    fragment: Callable[[str, str], str]
    identities: Identities
    outcomes: frozenset[str] | None
    """The keys of module.md; None when they could not be read."""
    survey: bool = False
    lent: Lent | None = None
    """What can be borrowed; None when that is not known: then nothing is, and nothing said about it."""
    module: str = ""
    _count: int = 0
    _computed: int = 0

    @property
    def _report(self) -> FileReport:
        return self.source.report

    def read(self, first: int, last: int) -> tuple[str, list[Section]]:
        """The text before the first heading, and the sections from line `first` to `last` (from 1,
        inclusive)."""
        fenced = {n for fence in self.source.code for n in range(fence.first, fence.last + 1)}
        intro, sections = "", [Section(None, "")]
        heading: Heading | None = None
        body: list[Line] = []
        for number in range(first, last + 2):
            line = self.source.text[number - 1] if number <= last else ""
            found = self._heading(number, line) if number <= last and number not in fenced else None
            if found is None and number <= last:
                body.append((number, line, number in fenced))
                continue
            text = text_of(line for _number, line, _fenced in body)
            if heading is None:
                intro = text
            elif heading.level == 1:
                sections.append(Section(heading, text))
            else:
                self._question(heading, body, sections[-1])
            heading, body = found, []
        return intro, [section for section in sections if section.heading or section.headings]

    def _heading(self, number: int, line: str) -> Heading | None:
        crowded = CROWDED.match(line)
        if crowded:
            hint = f"Tulis spasi sesudah {crowded[1]}."
            self._report.error("Q116", number, len(crowded[1]) + 1, "Judul ini tanpa spasi sesudah tanda #.", hint)
        return read_heading(number, line, self._report)

    def _question(self, heading: Heading, body: Sequence[Line], section: Section) -> None:
        self._count += 1
        if self._count > QUESTIONS:
            if self._count == QUESTIONS + 1:
                message = f"Berkas ini punya lebih dari {QUESTIONS} soal."
                self._report.error("Q114", heading.line, 1, message, "Bagi menjadi beberapa kuis.")
            return
        section.headings.append(heading)
        if "from" in heading.attributes:
            self._borrowed(heading, body, section)
            return
        # Before an id is made up from the words: it must not tell what belongs into a gap.
        body, gaps = take_gaps(heading, body, self._report)
        names: Sequence[NameUse] = ()
        if "computed" in heading.classes:
            body, names = take_names(heading, body)
            self._computed += 1
            if self._computed > COMPUTED:
                message = f"Berkas ini punya lebih dari {COMPUTED} soal hitungan."
                self._report.error("Q114", heading.line, 1, message, "Bagi menjadi beberapa kuis.")
                return
        identity = self._identity(heading)
        self._outcome(heading)
        shape = read_shape(body, self._report, [*heading.classes, *(["cloze"] if gaps else [])])
        source = replace(self._source(heading, identity, shape), gaps=tuple(gaps), names=tuple(names))
        section.sources.append(source)
        question = parse_question(source, lambda text: self._render(text, source), self._report)
        if question is not None:
            section.questions.append(question)
        else:
            self._render_all(source)

    def _borrowed(self, heading: Heading, body: Sequence[Line], section: Section) -> None:
        if self.survey:
            hint = "Tulis pertanyaannya di sini."
            self._report.error("Q118", heading.line, heading.col, "Survei tidak mengambil soal.", hint)
            return
        origin = origin_of(heading, self.module, self._report)
        identity = self._identity(heading, origin or "")
        self._outcome(heading)
        if origin is None or self.lent is None:
            return
        question = borrow(heading, identity, body, self.lent, self._report, self.source.file)
        if question is not None and origin.startswith(f"{self.module}/") and "outcome" not in heading.attributes:
            question = replace(question, outcome=self.lent[origin].outcome)
        if question is not None:
            section.questions.append(question)

    def _render_all(self, source: QuestionSource) -> None:
        """Render the texts of a question with an error, so that what is wrong in them is found in the same run."""
        options = [text for option in source.options for text in (option.text, option.feedback)]
        for text in (f"{source.heading}\n\n{source.stem}", *options, source.explanation, *source.hints):
            self._render(text, source)

    def _render(self, text: str, source: QuestionSource) -> str:
        """The text of one line is a sentence, and so is the heading: `1. Apa itu?` is no list there."""
        first, _, rest = text.strip().partition("\n")
        if not rest or first == source.heading:
            first = _LIST_MARK.sub(r"\1\\\2", first)
        return self.fragment(f"{first}\n{rest}", source.id)

    def _source(self, heading: Heading, identity: str, shape: Shape) -> QuestionSource:
        return QuestionSource(
            file=self.source.file,
            line=heading.line,
            col=1,
            id=identity,
            heading=heading.text,
            stem=text_of(shape.stem),
            classes=tuple(heading.classes),
            attributes=heading.attributes,
            options=tuple(
                replace(option, text=option.text.strip("\n"), feedback=option.feedback.strip("\n"))
                for option in shape.options
            ),
            answers=tuple(shape.answers),
            explanation=text_of(shape.explanation),
            hints=tuple(text_of(hint) for hint in shape.hints),
            table=tuple(shape.table),
            variables=tuple(shape.variables),
            survey=self.survey,
        )

    def _identity(self, heading: Heading, origin: str = "") -> str:
        identities, file = self.identities, self.source.file
        if heading.id is None:
            identity = identities.derive(origin.rpartition("/")[2] or heading.text)
            if heading.sound:
                edit = heading.with_id(identity, file)
                hint = f"Tambahkan {{#{identity}}} di akhir baris, atau jalankan pemeriksaan dengan --fix."
                self._report.warning("Q102", heading.line, heading.col, "Soal ini belum punya #id.", hint, edit)
        else:
            identity = heading.id
            if identity in identities.taken:
                where, line = identities.taken[identity]
                place = f"baris {line}" if where == file else f"{where} baris {line}"
                message = f"#{identity[:60]} di sini sudah dipakai di {place}."
                self._report.error("Q103", heading.line, heading.col, message, "Beri id lain pada salah satunya.")
        identities.taken.setdefault(identity, (file, heading.line))
        return identity

    def _outcome(self, heading: Heading) -> None:
        outcome = heading.attributes.get("outcome")
        if outcome is not None and self.outcomes is not None and outcome not in self.outcomes:
            hint = nearest(outcome, sorted(self.outcomes)) if self.outcomes else "Tulis tujuan di module.md lebih dulu."
            self._report.error(
                "Q104", heading.line, heading.col, f"Tujuan {outcome[:40]} tidak ada di module.md.", hint
            )
