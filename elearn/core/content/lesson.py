"""Reading a lesson file, and what every text has in common."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from elearn.core.content import accessibility, pedagogy
from elearn.core.content.borrowing import Lent
from elearn.core.content.finish import plain_text
from elearn.core.content.frontmatter import FrontMatter
from elearn.core.content.keys import LessonKeys, read_keys
from elearn.core.content.links import Links
from elearn.core.content.markdown import Page, Renderer
from elearn.core.content.questions import Identities, Reader
from elearn.core.content.source import Source
from elearn.core.model import Block, Lesson, Question
from elearn.core.questions import type_of
from elearn.core.questions.base import QuestionSource

WORDS_A_MINUTE = 200
MINUTES_A_QUESTION = Decimal("1.5")
MINUTES_A_RECORDING = 3
_REMOVED = re.compile(
    r"<(script|style|iframe|object|embed|form|button|select|textarea|input|svg|video|audio|source|link|meta|base|font"
    r"|center|marquee|html|head|body)\b",
    re.IGNORECASE,
)
_ACTIVE = re.compile(r"<[a-z][a-z0-9]*\b[^<>]*?\s(style|on[a-z]+)\s*=", re.IGNORECASE)
_NOTE = re.compile(r"\[\^([^\]\s]{1,60})\](:)?")


@dataclass(slots=True)
class Context:
    """What the files of a module share."""

    links: Links
    renderer: Renderer
    identities: Identities
    outcomes: frozenset[str] | None
    """The keys of module.md; None when they could not be read."""
    lent: Lent | None = None
    """What can be borrowed; None when that is not known."""
    ids: dict[str, frozenset[str]] = field(default_factory=dict)
    """File -> the ids that its page has, for links from other files."""
    tested: dict[str, set[str]] = field(default_factory=dict)
    """File of a quiz -> the outcomes that its questions name."""

    def reader(self, source: Source, *, survey: bool = False) -> Reader:
        return Reader(
            source, self.renderer.fragment, self.identities, self.outcomes, survey, self.lent, self.links.module
        )


def read_lesson(slug: str, source: Source, front: FrontMatter, context: Context) -> Lesson | None:
    """A lesson; None when its text is not even looked at. Findings go to the source's report."""
    report = source.report
    keys = read_keys(LessonKeys, front)
    for number, outcome in enumerate(keys.outcomes):
        if context.outcomes is not None and outcome not in context.outcomes:
            place = front.place("outcomes", number)
            hint = f"Yang ada: {', '.join(sorted(context.outcomes)) or 'belum ada'}."
            report.error("L303", *place, f"Tujuan {outcome} tidak ada di module.md.", hint)
    if not source.measured:
        return None
    _stray_options(source)
    text, checks = _take_checks(source, context)
    if not checks and not text.strip():
        report.error("L301", min(source.body, max(source.last, 1)), 1, "Materi ini kosong.", "Tulis isinya.")
    mark = _mark(source.lines)
    page = read_text(source, text.replace(_PLACE, f"\n\n{mark}\n\n"), context, mark)
    if len(page.pieces) <= len(checks) and page.pieces != ("",):
        fence = source.quizzes[0]
        hint = "Tutup elemen HTML, misalnya dengan </div>, sebelum blok quiz."
        report.error("L306", fence.first, 1, "Ada blok quiz di dalam elemen HTML.", hint)
    blocks = _blocks(page.pieces, checks)
    words = plain_text(" ".join(page.pieces))
    estimate = _minutes(words, page.pieces, len(checks))
    return Lesson(
        slug=slug,
        file=source.file,
        title=keys.title,
        summary=keys.summary,
        minutes=estimate if keys.minutes is None else keys.minutes,
        outcomes=keys.outcomes,
        aliases=keys.aliases,
        blocks=blocks,
        headings=page.headings,
        text=words,
    )


def read_text(source: Source, text: str, context: Context, mark: str = "") -> Page:
    """Render the long text of a file, and check it with everything else that was rendered for this file."""
    page = context.renderer.page(text, mark)
    context.ids[source.file] = page.ids
    check_rendered(source, context, in_prose=True)
    return page


def check_rendered(source: Source, context: Context, *, in_prose: bool) -> None:
    """What rendering this file came upon: links, formulas, pictures; and what its text shows."""
    found = context.renderer.take_found()
    context.links.check(source, found.references)
    for formula in dict.fromkeys(found.formulas):
        places = source.places(f"$${formula}$$") or source.places(f"${formula}$") or [(source.body, 1)]
        shown = " ".join(formula.split())[:60]
        source.report.error("L304", *places[0], f"Rumus ${shown}$ tidak dapat dibaca.", "Tulis seperti $\\frac{a}{b}$.")
    if found.failed:
        message = "Susunan teks ini terlalu dalam untuk diolah."
        source.report.error("M123", source.body, 1, message, "Kurangi daftar atau kutipan yang bersarang.")
    for rule in (*accessibility.EVERYWHERE, *(accessibility.IN_PROSE if in_prose else ())):
        rule(source, found.references)
    _removed_html(source)
    if in_prose:
        _footnotes(source)


def _removed_html(source: Source) -> None:
    for number, line in source.free:
        if "<" not in line:
            continue
        for match in _REMOVED.finditer(line):
            hint = "Pakai Markdown: gambar, video, dan audio memakai ![judul](media/…)."
            message = f"Elemen HTML <{match[1].lower()}> tidak diterima dan akan dibuang."
            source.report.warning("X410", number, match.start() + 1, message, hint)
        for match in _ACTIVE.finditer(line):
            message = f"Atribut {match[1].lower()}= tidak diterima dan akan dibuang."
            source.report.warning("X410", number, match.start(1) + 1, message, "Hapus atribut ini.")


def _footnotes(source: Source) -> None:
    """A mark of a footnote whose text is nowhere would be shown as it was typed."""
    marks: dict[str, tuple[int, int]] = {}
    texts: set[str] = set()
    for number, line in source.prose:
        for match in _NOTE.finditer(line):
            if match[2] and not line[: match.start()].strip():
                texts.add(match[1])
            else:
                marks.setdefault(match[1], (number, match.start() + 1))
    for name, place in marks.items():
        if name not in texts:
            hint = f"Tambahkan baris [^{name}]: isi catatan."
            source.report.error("L307", *place, f"Catatan kaki [^{name}] belum punya isi.", hint)


def _stray_options(source: Source) -> None:
    """Options outside a check would show everyone which of them is right."""
    for number, line in source.prose:
        match = re.match(r"^ {0,3}[-*+][ \t]+\([ \t]*[xX][ \t]*\)[ \t]", line)
        if match:
            hint = "Taruh soalnya di antara ```quiz dan ```. Bila berkas ini kuis, tulis kind: quiz di atasnya."
            source.report.error("L308", number, 1, "Pilihan jawaban ini berada di luar blok quiz.", hint)
            return


_PLACE = "\0"
"""Stands for a check in the text; a text cannot hold it."""


def _take_checks(source: Source, context: Context) -> tuple[str, list[Question]]:
    """The Markdown with places for questions in place of each ```quiz block, and the questions in order."""
    kept = list(source.text)
    checks: list[Question] = []
    reader = context.reader(source)
    sources = []
    for fence in source.quizzes:
        intro, sections = reader.read(fence.first + 1, fence.last - 1)
        if not any(section.headings for section in sections):
            hint = "Mulai soalnya dengan ## lalu kalimat tanya."
            source.report.error("L302", fence.first, 1, "Blok quiz ini tidak berisi soal.", hint)
        elif intro.strip() or any(section.heading for section in sections):
            message = "Blok quiz hanya berisi soal: tanpa judul # dan tanpa teks sebelum soal pertama."
            source.report.error("L309", fence.first, 1, message, "Pindahkan teksnya ke atas blok quiz.")
        found = [question for section in sections for question in section.questions]
        asked = [question for section in sections for question in section.sources]
        _without_key(found, asked, source)
        sources += asked
        kept[fence.first - 1 : fence.last] = [_PLACE * len(found)] + [""] * (fence.last - fence.first)
        checks += found
    for rule in pedagogy.QUESTION_RULES:
        rule(sources, source.report)
    return "\n".join(kept[source.body - 1 :]), checks


def _without_key(checks: Sequence[Question], asked: Sequence[QuestionSource], source: Source) -> None:
    """A check is answered on the spot: nobody is there to mark an essay, nor to read an attitude."""
    lines = {question.id: question.line for question in asked}
    for check in checks:
        if type_of(check).key(check.body) is None:
            message = f"Soal {check.type} tidak dapat dipakai di dalam materi: tidak ada kunci yang dapat diperiksa."
            hint = "Pindahkan soalnya ke berkas kuis (kind: quiz) atau survei (kind: survey)."
            source.report.error("L311", lines[check.id], 1, message, hint)


def _mark(lines: Sequence[str]) -> str:
    """A word that no text of this file can hold by chance or on purpose: it depends on all of it."""
    return "cek" + hashlib.sha256("\n".join(lines).encode()).hexdigest()[:24]


def _blocks(pieces: Sequence[str], checks: Sequence[Question]) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for place, piece in enumerate(pieces):
        if piece:
            blocks.append(Block(html=piece))
        if place < min(len(checks), len(pieces) - 1):
            blocks.append(Block(check=checks[place]))
    return tuple(blocks)


def _minutes(words: str, pieces: Sequence[str], checks: int) -> int:
    recordings = sum(len(re.findall(r"<(?:video|audio) controls", piece)) for piece in pieces)
    estimate = Decimal(len(words.split())) / WORDS_A_MINUTE + MINUTES_A_QUESTION * checks
    return max(1, math.ceil(estimate + MINUTES_A_RECORDING * recordings))
