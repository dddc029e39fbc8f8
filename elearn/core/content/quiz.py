"""Reading a quiz file."""

from __future__ import annotations

import math
import re

from elearn.core.content import pedagogy
from elearn.core.content.finish import plain_text
from elearn.core.content.frontmatter import FrontMatter
from elearn.core.content.keys import QuizKeys, read_keys
from elearn.core.content.lesson import MINUTES_A_QUESTION, Context, check_rendered
from elearn.core.content.questions import Section as Read
from elearn.core.content.quotas import read_quotas
from elearn.core.content.source import Source
from elearn.core.content.text import FileReport
from elearn.core.model import Quiz, Section


def read_quiz(slug: str, source: Source, front: FrontMatter, context: Context, *, graded: bool) -> Quiz | None:
    """A quiz; None when its questions are not looked at. Findings go to the source's report."""
    report = source.report
    keys = _read_keys(front)
    survey = keys.kind == "survey"
    graded = graded and not survey
    if not source.measured:
        return None
    if source.quizzes:
        hint = "Hapus ```quiz dan penutupnya; soalnya langsung ditulis di bawah."
        report.error("L310", source.quizzes[0].first, 1, "Blok quiz hanya untuk materi.", hint)
    intro, read = context.reader(source, survey=survey).read(source.body, source.last)
    if not any(section.headings for section in read):
        hint = "Mulai soalnya dengan ## lalu kalimat tanya."
        report.error("Q101", min(source.body, max(source.last, 1)), 1, "Kuis ini belum punya soal.", hint)
    sections = [_section(section, place, keys, context, source) for place, section in enumerate(read, start=1)]
    _same_ids(read, report)
    sources = [question for section in read for question in section.sources]
    for rule in () if survey else pedagogy.QUESTION_RULES:
        rule(sources, report)
    written = {heading.attributes.get("outcome", "") for section in read for heading in section.headings}
    borrowed = {question.outcome or "" for section in read for question in section.questions}
    context.tested[source.file] = written | borrowed if graded else set()
    intro_html = context.renderer.fragment(intro, "pengantar") if intro else ""
    check_rendered(source, context, in_prose=False)
    length = sum(s.draw if s.draw is not None else len(s.questions) for s in sections)
    minutes = max(1, math.ceil(MINUTES_A_QUESTION * length))
    return Quiz(
        slug=slug,
        file=source.file,
        title=keys.title,
        minutes=min(minutes, math.ceil(keys.time / 60)) if keys.time else minutes,
        aliases=keys.aliases,
        passing=keys.passing,
        attempts=keys.attempts,
        time_limit=keys.time,
        shuffle=tuple(dict.fromkeys(keys.shuffle)),
        grading=keys.grading,
        mode=keys.mode,
        review=keys.review,
        cooldown=keys.cooldown,
        opens=keys.opens,
        closes=keys.closes,
        intro_html=intro_html,
        sections=tuple(section for section in sections if section.questions),
        graded=graded,
        text=plain_text(intro_html),
        survey=survey,
        marking=keys.marking,
        markers=keys.markers,
    )


def _read_keys(front: FrontMatter) -> QuizKeys:
    """The keys, with findings on those that do not go together."""
    report = front.report
    keys = read_keys(QuizKeys, front)
    if keys.opens and keys.closes and keys.closes <= keys.opens:
        report.error("M105", *front.place("closes"), "closes: waktunya tidak sesudah opens.", "Periksa tanggalnya.")
    for name in ("passing", "grading", "mode", "marking", "markers"):
        if keys.kind == "survey" and name in front.values:
            message = f"Kunci '{name}' tidak berlaku untuk survei: survei tidak dinilai."
            report.error("M104", *front.key_place(name), message, "Hapus barisnya.")
    return keys


def _section(read: Read, place: int, keys: QuizKeys, context: Context, source: Source) -> Section:
    draw = _draw(read, source.report)
    pedagogy.small_pool(read, draw, keys.attempts, source.report)
    heading = read.heading
    identity = (heading.id if heading else None) or f"bagian-{place}"
    stimulus = context.renderer.fragment(read.stimulus, identity) if read.stimulus else ""
    title = plain_text(context.renderer.fragment(heading.text, identity)) if heading else ""
    questions = tuple(read.questions)
    # Of a question with an error nothing is known: a quota is looked at when all are sound.
    whole = heading is not None and len(questions) == len(read.headings)
    quotas = read_quotas(heading, draw, questions, source.report) if heading is not None and whole else ()
    return Section(identity, title, draw, stimulus, questions, quotas)


def _draw(read: Read, report: FileReport) -> int | None:
    """How many questions are drawn, once it is known to make sense."""
    heading = read.heading
    if heading is None:
        return None
    for name in heading.attributes:
        if name not in ("draw", "quota"):
            hint = "Bagian hanya mengenal #id, draw=, dan quota=; yang lain ditulis pada soalnya."
            report.error("Q111", heading.line, heading.col, f"Atribut {name}= pada bagian tidak dikenal.", hint)
    for name in heading.classes:
        report.error(
            "Q111",
            heading.line,
            heading.col,
            f"Bagian tidak mengenal .{name}.",
            "Tulis jenisnya pada soalnya.",
        )
    if not read.headings:
        hint = "Tulis soalnya dengan ## di bawahnya, atau hapus judul ini."
        report.error("Q106", heading.line, 1, "Bagian ini tidak punya soal.", hint)
        return None
    written = heading.attributes.get("draw")
    if written is None:
        return None
    if not re.fullmatch(r"[1-9][0-9]{0,3}", written):
        hint = "Tulis misalnya draw=3."
        report.error("Q110", heading.line, heading.col, f"draw={written[:20]} bukan bilangan bulat di atas 0.", hint)
        return None
    size = len(read.headings)
    if int(written) > size:
        message = f"draw={written}, tetapi bagian ini hanya punya {size} soal."
        report.error("Q105", heading.line, heading.col, message, f"Pakai draw={size} atau kurang, atau tambahkan soal.")
    return int(written)


def _same_ids(read: list[Read], report: FileReport) -> None:
    """Sections of one quiz are told apart by their ids."""
    first: dict[str, int] = {}
    for place, section in enumerate(read, start=1):
        identity = (section.heading.id if section.heading else None) or f"bagian-{place}"
        if identity in first and section.heading:
            message = f"#{identity[:60]} di sini sudah dipakai bagian di baris {first[identity]}."
            report.error("Q103", section.heading.line, section.heading.col, message, "Beri id lain pada salah satunya.")
        first.setdefault(identity, section.heading.line if section.heading else section.headings[0].line)
