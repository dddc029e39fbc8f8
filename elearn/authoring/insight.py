"""Whether a module works: who begins, where people stop, how long lessons take, and what to mend first.

Figures are of groups, never of a person: what says how people answered or how long they took is shown from `ENOUGH` people on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Integer, and_, case, cast, extract, func, select

from elearn import clock
from elearn.authoring import drafts
from elearn.authoring.figures import check_turns
from elearn.authoring.models import Draft
from elearn.authoring.queries import present_name
from elearn.authoring.statistics_pages import ENOUGH, gain_of
from elearn.catalogue.models import VersionFile
from elearn.catalogue.store import PublishedVersion
from elearn.core.content.headings import explicit_ids
from elearn.core.model import Lesson, Module, Part, Question, Quiz
from elearn.core.statistics import ItemStatistics, LearningGain, verdict
from elearn.core.statistics.verdict import ENOUGH as JUDGED
from elearn.database import db
from elearn.quizzes import statistics
from elearn.quizzes.models import Attempt
from elearn.quizzes.review_models import QuestionReport
from elearn.study.models import Enrolment, LessonProgress
from elearn.web.sheets import Value

AWAY = timedelta(days=14)
"""Who has not completed and was not there for so long has stopped."""
SITTING = 90
"""Minutes: a longer time between opening a lesson and marking it done was not one sitting, and tells nothing of reading."""
SHOWN = 10
"""Of each list of what to mend."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text stands in the studio: a file and a line, 0 where the line is not known."""

    file: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class PartLine:
    """A lesson or a quiz of the module. `opened` and `done` count people, `stopped` those who stopped there; `minutes` is the
    median of those who did it in one sitting (`timed`), None where they are too few."""

    part: Part
    opened: int
    done: int
    stopped: int
    share: float
    """Percent of those who began the module that have done this."""
    minutes: float | None = None
    timed: int = 0

    @property
    def declared(self) -> int | None:
        return self.part.minutes if isinstance(self.part, Lesson) else None

    @property
    def slower(self) -> bool:
        """Whether it takes half as long again as it says."""
        return self.minutes is not None and self.declared is not None and self.minutes > 1.5 * self.declared


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A check of a lesson: how many answered it, and what percent of first answers was not wholly right."""

    part: Lesson
    question: Question
    people: int
    missed: float
    place: Place


@dataclass(frozen=True, slots=True)
class RepairLine:
    """An item to look at: why, in sentences, and where its text stands."""

    quiz: Quiz
    question: Question
    reasons: list[str]
    reports: int
    place: Place
    figures: ItemStatistics | None = None


@dataclass(frozen=True, slots=True)
class InsightPage:
    module: Module
    started: int
    completed: int
    active: int
    """Not completed, and there within the last two weeks."""
    stopped: int
    parts: list[PartLine]
    checks: list[CheckLine]
    repairs: list[RepairLine]
    reports: int
    surveys: list[Quiz]
    gain: LearningGain | None
    unjudged: int
    """Quizzes with fewer graded attempts than items are judged from."""


def insight_page(version: PublishedVersion) -> InsightPage:
    """Eight statements, three more for each quiz that is not a survey, one with a learning gain, and two for each version
    that is not loaded yet."""
    module, module_id = version.module, version.module_id
    since = clock.now() - AWAY
    there = and_(Enrolment.completed_at.is_(None), Enrolment.active_at >= since)
    started, completed, active = db.session.execute(
        select(
            func.count(Enrolment.id),
            func.count(Enrolment.completed_at),
            func.coalesce(func.sum(case((there, 1), else_=0)), 0),
        ).where(Enrolment.module_id == module_id)
    ).one()
    places = _places(version)
    doubts = _reports(module_id)
    repairs, unjudged = _repairs(version, places, doubts)
    gain = gain_of(module_id, module)
    return InsightPage(
        module=module,
        started=started,
        completed=completed,
        active=active,
        stopped=started - completed - active,
        parts=_parts(module, module_id, started),
        checks=_checks(module, module_id, places),
        repairs=repairs,
        reports=sum(doubts.values()),
        surveys=[part for part in module.parts if isinstance(part, Quiz) and part.survey],
        gain=gain if gain and gain.pairs >= ENOUGH else None,
        unjudged=unjudged,
    )


def _parts(module: Module, module_id: int, started: int) -> list[PartLine]:
    seen = _lesson_people(module, module_id) | _quiz_people(module, module_id)
    stops = _stops(module, module_id)
    times = _minutes(module, module_id)
    lines = []
    for part in module.parts:
        opened, done = seen.get(part.slug, (0, 0))
        counts = times.get(part.slug, {})
        timed = sum(counts.values())
        lines.append(
            PartLine(
                part=part,
                opened=opened,
                done=done,
                stopped=stops.get(part.slug, 0),
                share=100 * done / started if started else 0.0,
                minutes=median_of(counts) if timed >= ENOUGH else None,
                timed=timed,
            )
        )
    return lines


def _lesson_people(module: Module, module_id: int) -> dict[str, tuple[int, int]]:
    slug = present_name(module, LessonProgress.slug)
    # A person who met a lesson under two names is one.
    done = case((LessonProgress.done_at.is_not(None), LessonProgress.enrolment_id))
    rows = db.session.execute(
        select(slug, func.count(func.distinct(LessonProgress.enrolment_id)), func.count(func.distinct(done)))
        .join(Enrolment, Enrolment.id == LessonProgress.enrolment_id)
        .where(Enrolment.module_id == module_id)
        .group_by(slug)
    )
    return {name: (opened, finished) for name, opened, finished in rows}


def _quiz_people(module: Module, module_id: int) -> dict[str, tuple[int, int]]:
    """Of a quiz that is graded those are done who passed it; of any other, who handed it in."""
    slug = present_name(module, Attempt.quiz_slug)
    graded = [name for part in module.parts if isinstance(part, Quiz) and part.graded for name in part.names]
    handed_in = case((Attempt.state != "open", Attempt.person_id))
    passed = case((Attempt.passed.is_(True), Attempt.person_id))
    rows = db.session.execute(
        select(
            slug,
            func.count(func.distinct(Attempt.person_id)),
            func.count(func.distinct(handed_in)),
            func.count(func.distinct(passed)),
        )
        .where(Attempt.module_id == module_id)
        .group_by(slug)
    )
    return {name: (begun, by_pass if name in graded else ended) for name, begun, ended, by_pass in rows}


def _stops(module: Module, module_id: int) -> dict[str, int]:
    """Who stopped, by the part where they left off; who had opened none is at the first."""
    slug = present_name(module, Enrolment.last_slug)
    rows = db.session.execute(
        select(slug, func.count(Enrolment.id))
        .where(
            Enrolment.module_id == module_id,
            Enrolment.completed_at.is_(None),
            Enrolment.active_at < clock.now() - AWAY,
        )
        .group_by(slug)
    )
    found: dict[str, int] = {}
    known = {part.slug for part in module.parts}
    for name, count in rows:
        place = name if name in known else module.parts[0].slug if module.parts else ""
        found[place] = found.get(place, 0) + count
    return found


def _minutes(module: Module, module_id: int) -> dict[str, dict[int, int]]:
    """Lesson -> minutes from opening to marking done, rounded -> people; of one sitting only."""
    seconds = cast(extract("epoch", LessonProgress.done_at) - extract("epoch", LessonProgress.opened_at), Integer)
    minutes = (seconds + 30) // 60
    slug = present_name(module, LessonProgress.slug)
    rows = db.session.execute(
        select(slug, minutes, func.count(LessonProgress.id))
        .join(Enrolment, Enrolment.id == LessonProgress.enrolment_id)
        .where(Enrolment.module_id == module_id, LessonProgress.done_at.is_not(None), seconds.between(0, SITTING * 60))
        .group_by(slug, minutes)
    )
    found: dict[str, dict[int, int]] = {}
    for name, minute, count in rows:
        found.setdefault(name, {})[minute] = count
    return found


def median_of(counts: Mapping[int, int]) -> float | None:
    """The median of values that occur so often: of an even number the mean of the two in the middle; None of nothing."""
    total = sum(counts.values())
    if not total:
        return None
    middle, passed, low = (total - 1) // 2, 0, None
    for value in sorted(counts):
        passed += counts[value]
        if low is None and passed > middle:
            low = value
        if passed > total // 2:
            return (value + (low if low is not None else value)) / 2 if total % 2 == 0 else float(value)
    return None


def _checks(module: Module, module_id: int, places: Mapping[str, Place]) -> list[CheckLine]:
    """The checks whose first answers are most often not right."""
    first = check_turns(module_id)
    rows = db.session.execute(
        select(first.c.question, func.count(), func.sum(case((first.c.fraction < 1, 1), else_=0)))
        .where(first.c.turn == 1)
        .group_by(first.c.question)
    )
    known = {
        check.id: (part, check) for part in module.parts if isinstance(part, Lesson) for check in part.checks.values()
    }
    lines = [
        CheckLine(*known[question], people, 100 * missed / people, places.get(question, Place(known[question][0].file)))
        for question, people, missed in rows
        if question in known and people >= ENOUGH and missed
    ]
    return sorted(lines, key=lambda line: (-line.missed, line.question.id))[:SHOWN]


def _reports(module_id: int) -> dict[str, int]:
    """Open reports of doubtful questions, by question."""
    rows = db.session.execute(
        select(QuestionReport.question, func.count())
        .where(QuestionReport.module_id == module_id, QuestionReport.answered_at.is_(None))
        .group_by(QuestionReport.question)
    )
    return {row[0]: row[1] for row in rows}


def _repairs(
    version: PublishedVersion, places: Mapping[str, Place], doubts: Mapping[str, int]
) -> tuple[list[RepairLine], int]:
    """Items with a reason to look at them, the most urgent first, and how many quizzes were too little attempted."""
    lines: list[RepairLine] = []
    unjudged = 0
    for quiz in version.module.parts:
        if not isinstance(quiz, Quiz) or quiz.survey:
            continue
        found = statistics.of_quiz(version.module_id, quiz.names)
        judged = found is not None and sum(found.distribution) >= JUDGED
        unjudged += not judged
        figures = {
            item.question.id: one for item, one in zip(found.items, found.figures.items, strict=True)
        } if found and judged else {}  # fmt: skip
        for question in quiz.questions.values():
            one = figures.get(question.id)
            reasons = verdict(one) if one and one.attempts >= JUDGED else []
            reports = doubts.get(question.id, 0)
            if reasons or reports:
                place = places.get(question.id, Place(quiz.file))
                lines.append(RepairLine(quiz, question, reasons, reports, place, one))
    return sorted(lines, key=_urgency)[:SHOWN], unjudged


def _urgency(line: RepairLine) -> tuple[Any, ...]:
    """Those that tell the strong from the weak the wrong way first: their key may be wrong. Then what people doubt, then the
    hardest; what is merely easy is last."""
    figures = line.figures
    backwards = figures is not None and (figures.discrimination_index or 0) < 0
    facility = figures.facility if figures and figures.facility is not None else 100.0
    return (not backwards, not line.reports, facility, line.question.id)


def _places(version: PublishedVersion) -> dict[str, Place]:
    """Where the text of each question stands: in the draft, which is what a trainer opens, or in what was published."""
    draft = drafts.find(version.module_id)
    return question_places(_texts(draft, version.id))


def _texts(draft: Draft | None, version_id: int) -> Sequence[tuple[str, str]]:
    if draft is not None:
        return [(file.path, file.text) for file in drafts.present(draft) if file.text is not None]
    rows = db.session.execute(
        select(VersionFile.path, VersionFile.text).where(
            VersionFile.version_id == version_id, VersionFile.text.is_not(None)
        )
    )
    return [(path, text or "") for path, text in rows]


def question_places(texts: Iterable[tuple[str, str]]) -> dict[str, Place]:
    """Question -> its place, of the questions whose heading says its id."""
    places: dict[str, Place] = {}
    for path, text in texts:
        for number, line in enumerate(text.split("\n"), start=1):
            for question in explicit_ids([line]) if line.startswith("#") else ():
                places.setdefault(question, Place(path, number))
    return places


def table(page: InsightPage) -> tuple[list[str], list[list[Value]]]:
    """The parts as a sheet: header and rows."""
    header = [
        "bagian",
        "jenis",
        "dibuka",
        "selesai",
        "selesai (%)",
        "berhenti di sini",
        "menit (median)",
        "menit tertulis",
    ]
    rows: list[list[Value]] = [
        [
            line.part.title,
            "kuis" if isinstance(line.part, Quiz) else "materi",
            line.opened,
            line.done,
            round(line.share),
            line.stopped,
            None if line.minutes is None else round(line.minutes),
            line.declared,
        ]
        for line in page.parts
    ]
    return header, rows
