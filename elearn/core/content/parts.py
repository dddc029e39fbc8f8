"""Reading a lesson file and a quiz file."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from elearn.core.content import frontmatter as fm
from elearn.core.content import lints
from elearn.core.content.links import Links
from elearn.core.content.markdown import Renderer, plain_text
from elearn.core.model import Block, Heading, Lesson, Question, Quiz, Section
from elearn.core.content.questions import RawSection, Reader
from elearn.core.content.text import Fence, FileReport, find_fences, outside, refuse_hostile

LESSON_KEYS = ("title", "summary", "minutes", "outcomes", "aliases")
QUIZ_KEYS = (
    "kind", "title", "passing", "attempts", "time", "shuffle", "grading", "mode", "review", "cooldown", "opens", "closes", "aliases",
)  # fmt: skip
WORDS_A_MINUTE = 200
MINUTES_A_QUESTION = Decimal("1.5")
MINUTES_A_RECORDING = 3
_NOT_YET_MODES = {
    "immediate": "umpan balik langsung",
    "practice": "latihan berulang dengan petunjuk",
    "certainty": "tingkat keyakinan",
}


@dataclass(slots=True)
class Context:
    """What the files of a module share."""

    links: Links
    renderer: Renderer
    glossary: str
    outcomes: frozenset[str]
    taken: dict[str, tuple[str, int]] = field(default_factory=dict)
    headings: dict[str, tuple[Heading, ...]] = field(default_factory=dict)
    """File -> its headings, for links with an anchor."""

    def reader(self, report: FileReport) -> Reader:
        return Reader(report, self.renderer.html, self.taken, self.outcomes)


def read_lesson(
    file: str, slug: str, lines: Sequence[str], front: fm.FrontMatter, context: Context
) -> Lesson | None:
    """A lesson; None when the text cannot be rendered. Findings go to `front.report`."""
    report = front.report
    front.allow(LESSON_KEYS)
    front.require("title")
    title = front.text("title", fm.any_text(), slug)
    summary = front.text("summary", fm.any_text(500), "")
    outcomes = front.texts("outcomes", fm.any_text(20))
    for outcome in outcomes:
        if outcome not in context.outcomes:
            report.error("L303", *front.place("outcomes"), f"Tujuan {outcome} tidak ada di module.md.")
    fences = find_fences(lines, front.body, report)
    if refuse_hostile(lines, front.body, fences, report):
        return None
    free = list(outside(lines, front.body, fences))
    for rule in lints.TEXT_RULES:
        rule(free, report)
    context.links.check(file, free, report)
    text, checks = _take_checks(lines, front.body, fences, context, report)
    if not text.strip() and not checks:
        report.error("L301", front.body, 1, "Materi ini kosong.")
    mark = _mark(lines)
    rendered = context.renderer.page(_with_marks(text, mark), context.glossary)
    _report_formulas(rendered.bad_formulas, free, report)
    context.headings[file] = rendered.headings
    blocks = _blocks(rendered.html, mark, checks)
    words = plain_text("".join(block.html for block in blocks))
    return Lesson(
        slug=slug,
        file=file,
        title=title,
        summary=summary,
        minutes=front.text("minutes", fm.whole(1, 600), _minutes(words, rendered.html, len(checks))),
        outcomes=outcomes,
        aliases=front.texts("aliases", fm.slug),
        blocks=blocks,
        headings=rendered.headings,
        text=words,
    )


def _minutes(words: str, html: str, checks: int) -> int:
    recordings = len(re.findall(r"<(?:video|audio)\b", html))
    estimate = Decimal(len(words.split())) / WORDS_A_MINUTE + MINUTES_A_QUESTION * checks
    return max(1, math.ceil(estimate + MINUTES_A_RECORDING * recordings))


_PLACE = "\0"


def _take_checks(
    lines: Sequence[str], first: int, fences: Sequence[Fence], context: Context, report: FileReport
) -> tuple[str, list[Question]]:
    """The Markdown with each ```quiz block replaced by places for its questions, and the questions in order."""
    kept = list(lines)
    checks: list[Question] = []
    raw: list[RawSection] = []
    for fence in fences:
        if fence.info.split()[:1] != ["quiz"]:
            continue
        for number in range(fence.first, fence.last + 1):
            kept[number - 1] = ""
        if fence.indent:
            report.error("L305", fence.first, fence.indent + 1, "Blok quiz ini menjorok.", "Mulai ```quiz di tepi kiri.")
            continue
        inner = find_fences(lines[: fence.last - 1], fence.first + 1, FileReport(report.file))
        _intro, sections = context.reader(report).read(lines, fence.first + 1, fence.last - 1, inner)
        found = [question for section in sections for question in section.questions]
        raw += sections
        if not any(section.sources for section in sections) and not report.failed:
            report.error("L302", fence.first, 1, "Blok quiz ini tidak berisi soal.", "Mulai soalnya dengan ## lalu kalimat tanya.")
        kept[fence.first - 1] = _PLACE * len(found)
        checks += found
    for rule in lints.QUESTION_RULES:
        rule(raw, report)
    return "\n".join(kept[first - 1 :]), checks


def _mark(lines: Sequence[str]) -> str:
    """A word that no text of this file can hold by chance or on purpose: it depends on all of it."""
    return "cek" + hashlib.sha256("\n".join(lines).encode()).hexdigest()[:24]


def _with_marks(text: str, mark: str) -> str:
    return text.replace(_PLACE, f"\n\n{mark}\n\n")


def _blocks(html: str, mark: str, checks: Sequence[Question]) -> tuple[Block, ...]:
    pieces = html.split(f"<p>{mark}</p>")
    blocks: list[Block] = []
    for place, piece in enumerate(pieces):
        if piece.strip():
            blocks.append(Block(html=piece.strip()))
        if place < len(checks) and place < len(pieces) - 1:
            blocks.append(Block(check=checks[place]))
    return tuple(blocks)


def _report_formulas(bad: Sequence[str], free: Sequence[tuple[int, str]], report: FileReport) -> None:
    for formula in dict.fromkeys(bad):
        place = next(((n, line.index(formula) + 1) for n, line in free if formula in line), (1, 1))
        report.error("L304", *place, f"Rumus ${formula}$ tidak dapat dibaca.", "Pakai tulisan LaTeX, misalnya $\\frac{a}{b}$.")


def read_quiz(file: str, slug: str, lines: Sequence[str], front: fm.FrontMatter, context: Context) -> Quiz | None:
    """A quiz; `graded` is set by the module, which knows its pretest."""
    report = front.report
    front.allow(QUIZ_KEYS)
    front.require("title")
    _refuse_not_yet(front)
    opens = front.maybe("opens", fm.instant)
    closes = front.maybe("closes", fm.instant)
    if opens and closes and closes <= opens:
        report.error("M105", *front.place("closes"), "'closes' tidak sesudah 'opens'.")
    fences = find_fences(lines, front.body, report)
    if refuse_hostile(lines, front.body, fences, report):
        return None
    free = list(outside(lines, front.body, fences))
    for rule in (lints.image_without_text, lints.vague_link, lints.table_without_header):
        rule(free, report)
    context.links.check(file, free, report)
    intro, raw = context.reader(report).read(lines, front.body, len(lines), fences)
    if not any(section.sources for section in raw) and not report.failed:
        report.error("Q101", front.body, 1, "Kuis ini belum punya soal.", "Mulai soalnya dengan ## lalu kalimat tanya.")
    attempts = front.text("attempts", fm.attempts, 1)
    sections = [_section(section, place, context, report) for place, section in enumerate(raw, start=1)]
    for rule in lints.QUESTION_RULES:
        rule(raw, report)
    lints.small_pool(raw, [section.draw for section in sections], attempts, report)
    intro_html = context.renderer.html("\n".join(intro))
    time_limit = front.maybe("time", fm.duration)
    length = sum(s.draw if s.draw is not None else len(s.questions) for s in sections)
    minutes = max(1, math.ceil(MINUTES_A_QUESTION * length))
    shuffle = front.texts("shuffle", fm.one_of("questions", "options"))
    return Quiz(
        slug=slug,
        file=file,
        title=front.text("title", fm.any_text(), slug),
        minutes=min(minutes, math.ceil(time_limit / 60)) if time_limit else minutes,
        aliases=front.texts("aliases", fm.slug),
        passing=front.text("passing", fm.decimal(0, 100), Decimal(70)),
        attempts=attempts,
        time_limit=time_limit,
        shuffle=shuffle,  # type: ignore[arg-type]
        grading=front.text("grading", fm.one_of("highest", "latest", "average", "first"), "highest"),
        mode="deferred",
        review=front.text("review", fm.one_of("after-submit", "after-passing", "after-close", "never"), "after-submit"),
        cooldown=front.maybe("cooldown", fm.duration),
        opens=opens,
        closes=closes,
        intro_html=intro_html,
        sections=tuple(section for section in sections if section.questions),
        graded=True,
        text=plain_text(intro_html),
    )


def _refuse_not_yet(front: fm.FrontMatter) -> None:
    kind = front.text("kind", fm.one_of("quiz", "survey"), "quiz")
    if kind == "survey":
        front.report.error("M130", *front.place("kind"), "Survei belum didukung versi ini.", "Pakai kind: quiz.")
    mode = front.text("mode", fm.one_of("deferred", *_NOT_YET_MODES), "deferred")
    if mode in _NOT_YET_MODES:
        front.report.error(
            "M130",
            *front.place("mode"),
            f"Mode {mode} ({_NOT_YET_MODES[mode]}) belum didukung versi ini.",
            "Pakai mode: deferred, atau hapus barisnya.",
        )


def _section(raw: RawSection, place: int, context: Context, report: FileReport) -> Section:
    head = raw.head
    if head is None:
        return Section(f"bagian-{place}", "", None, "", tuple(raw.questions))
    attributes: Mapping[str, str] = head.braces.attributes
    for name in attributes:
        if name != "draw":
            report.error("Q111", head.line, head.col, f"Atribut {name}= pada bagian tidak dikenal.", "Bagian mengenal #id dan draw=.")
    draw = None
    if "draw" in attributes:
        written = attributes["draw"]
        if not re.fullmatch(r"[1-9][0-9]{0,3}", written):
            report.error("Q110", head.line, head.col, f"draw={written} bukan bilangan bulat di atas 0.")
        else:
            draw = int(written)
    if not raw.sources and not report.failed:
        report.error("Q106", head.line, 1, "Bagian ini tidak punya soal.", "Tulis soalnya dengan ## di bawahnya, atau hapus judulnya.")
    elif draw is not None and draw > len(raw.sources):
        report.error(
            "Q105",
            head.line,
            head.col,
            f"draw={draw}, tetapi bagian ini hanya punya {len(raw.sources)} soal.",
            f"Pakai draw={len(raw.sources)} atau kurang.",
        )
    return Section(
        id=head.braces.id or f"bagian-{place}",
        title=head.text,
        draw=draw,
        stimulus_html=context.renderer.html("\n".join(raw.stimulus)) if "".join(raw.stimulus).strip() else "",
        questions=tuple(raw.questions),
    )
