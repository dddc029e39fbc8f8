"""Filling an empty database with the demo city: people, a year of study, assignments, four accounts to try."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from itertools import islice
from random import Random
from uuid import UUID

from flask import current_app
from sqlalchemy import func, select, text

from elearn import clock
from elearn.catalogue import store
from elearn.catalogue.models import CatalogueModule, ModuleTrainer
from elearn.catalogue.queries import learning_paths
from elearn.catalogue.store import PublishedVersion
from elearn.core.model import Lesson, Quiz
from elearn.core.quiz.draw import load_layout, question_of
from elearn.database import db, transaction
from elearn.demo import aftermath
from elearn.demo.city import UNITS, Citizen, citizens
from elearn.demo.year import Diary, Learner, answer, minutes, working_moment
from elearn.people import service as people
from elearn.people.models import Person, Role
from elearn.people.units import create_unit
from elearn.quizzes import service as quizzes
from elearn.quizzes.models import Attempt
from elearn.study import assignments
from elearn.study import service as study
from elearn.study.models import Credit

SEED = 1810
PASSWORD = "angklung sore hari"  # noqa: S105 - shown on the sign-in page of a demo, on purpose
BATCH = 100
ASKED_OF_ALL, DONE_BY_LEARNER = 2, 5
ACCOUNTS = {
    "peserta": "Belajar, mengerjakan kuis, melihat nilai sendiri.",
    "atasan": "Melihat kemajuan dan nilai timnya, menugaskan modul.",
    "pengajar": "Melihat modulnya: versi, percobaan, rata-rata.",
    "admin": "Mengelola akun, mengimpor pegawai, membaca log audit.",
}


@dataclass(frozen=True, slots=True)
class Seeded:
    people: int
    attempts: int
    credits: int


def is_empty() -> bool:
    """Whether nobody is in the database yet."""
    return not db.session.scalar(select(func.count()).select_from(Person))


def clear() -> None:
    """Drop every table, so that the migrations make them anew."""
    db.session.remove()
    if db.engine.dialect.name == "postgresql":
        with db.engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        return
    with db.engine.connect().execution_options(write=True) as connection:
        connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")  # type: ignore[union-attr]
        tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        names = connection.scalars(text(f"{tables} AND name NOT LIKE 'search_index_%'")).all()
        for name in names:
            connection.execute(text(f'DROP TABLE IF EXISTS "{name}"'))
        connection.commit()
    db.engine.dispose()


def run(progress: Callable[[int, int], None] = lambda _done, _total: None) -> Seeded:
    """Seed. Deterministic for a given day: the past year ends today. Needs published modules."""
    random = Random(SEED)  # noqa: S311 - the same city every time is what it is for
    now = clock.now()
    today = now.astimezone(clock.JAKARTA).date()
    start = datetime.combine(today - timedelta(days=365), datetime.min.time(), clock.JAKARTA)
    everyone = citizens(random, today)
    with clock.at(start), transaction():
        units = _units()
        for citizen in everyone:
            _person(citizen, units)
    versions = _versions(everyone)
    diary = Diary()
    _assignments(diary, everyone, versions, units, today)
    for citizen in everyone:
        _year(diary, random, citizen, versions, today, now)
    _live(diary, now, progress)
    aftermath.seed(random, now)
    _write_accounts(everyone)
    return Seeded(_count(Person), _count(Attempt), _count(Credit))


def _count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def _units() -> dict[str, int]:
    ids: dict[str, int] = {}
    for code, kind, name, short, _staff in UNITS:
        parent = None if code == "kota" else ids.get(code.rpartition(".")[0], ids.get("kota"))
        ids[code] = create_unit(code=code, name=name, short_name=short, kind=kind, parent_id=parent).id
    return ids


def _person(citizen: Citizen, units: dict[str, int]) -> None:
    grants = [(Role(role), units[citizen.unit] if role == "atasan" else None) for role in citizen.roles]
    given, family = citizen.name.lower().split()
    person = people.create_person(
        number=citizen.number,
        name=citizen.name,
        unit_id=units[citizen.unit],
        position=citizen.position,
        email=f"{given}.{family}.{citizen.number[-3:]}@contoh.invalid",
        grants=grants,
        password=PASSWORD if citizen.demo else None,
        must_change=False,
    )
    citizen.person_id = person.id


def _versions(everyone: list[Citizen]) -> list[PublishedVersion]:
    """What is published, easiest first; each module belongs to three of the pengajar."""
    trainers = [c.person_id for c in everyone if "pengajar" in c.roles]
    rows = db.session.execute(
        select(CatalogueModule.id, CatalogueModule.current_version_id)
        .where(CatalogueModule.current_version_id.is_not(None))
        .order_by(CatalogueModule.slug)
    ).all()
    with transaction() as session:
        for place, (module_id, _version) in enumerate(rows):
            for person_id in {trainers[0], trainers[(2 * place + 1) % 6], trainers[(2 * place + 2) % 6]}:
                session.add(ModuleTrainer(module_id=module_id, person_id=person_id))
    return [store.version(version_id) for _module, version_id in rows if version_id is not None]


def _assignments(
    diary: Diary,
    everyone: list[Citizen],
    versions: list[PublishedVersion],
    units: dict[str, int],
    today: date,
) -> None:
    """BKPSDM assigns the first module to the whole city for long ago; a few heads assign the next ones for soon."""
    head = {c.unit: c.person_id for c in everyone if c.head}

    def give(
        day: date, by: int, given: list[PublishedVersion], unit: str, due: date, note: str, path_title: str = ""
    ) -> None:
        at = datetime.combine(day, datetime.min.time(), clock.JAKARTA) + timedelta(hours=9)
        act = partial(
            assignments.assign,
            by=by,
            module_ids=[version.module_id for version in given],
            to=assignments.Target(unit_id=units[unit]),
            due_on=due,
            note=note,
            path_title=path_title,
        )
        diary.add(at, lambda: (act(), None)[1])

    days = timedelta(days=1)
    give(
        today - 200 * days,
        head["bkpsdm"],
        versions[:1],
        "kota",
        today - 12 * days,
        "Dasar bagi semua ASN tahun ini.",
    )
    for place, unit in enumerate(
        ("diskominfo.layanan-digital", "disdukcapil", "dpmptsp", "kec-antapani", "kec-coblong")
    ):
        version = versions[1 + place % (len(versions) - 1)] if len(versions) > 1 else versions[0]
        due = today + (4 + 5 * place) * days
        give(today - 30 * days, head[unit], [version], unit, due, "Dibahas pada rapat unit setelah tenggat.")
    for path in learning_paths()[-1:]:
        of_path = [version for version in versions if version.module.slug in path.modules]
        give(today - 21 * days, head["dpmptsp"], of_path, "dpmptsp", today + 70 * days, "Bekal awal tahun.", path.title)


def _year(
    diary: Diary,
    random: Random,
    citizen: Citizen,
    versions: list[PublishedVersion],
    today: date,
    now: datetime,
) -> None:
    """Which modules this person begins in the year, and how far they go."""
    if citizen.demo == "peserta":
        _demo_learner(diary, random, citizen, versions, today, now)
        return
    for place, version in enumerate(versions):
        # The first ones are what everybody is sent to; the others are chosen by those who like to learn.
        chance = 0.25 + 0.75 * citizen.zeal if place < ASKED_OF_ALL else citizen.zeal**2
        if random.random() > chance:
            continue
        latest = max(60, 330 - 40 * place)
        begins = today - timedelta(days=3 + int(random.betavariate(0.9, 2.0) * latest))
        stop = None if random.random() < 0.45 + 0.5 * citizen.zeal else random.randint(1, len(version.module.parts) - 1)
        _study(diary, Learner(random, citizen, version, begins, now, stop))


def _demo_learner(
    diary: Diary,
    random: Random,
    citizen: Citizen,
    versions: list[PublishedVersion],
    today: date,
    now: datetime,
) -> None:
    """The account to try is in the middle of things: one module begun last week, some done months ago, others still to come."""
    yesterday = today - timedelta(days=1 if today.weekday() != 0 else 3)
    for place, version in enumerate(versions):
        if place == 0:
            _study(diary, Learner(random, citizen, version, yesterday - timedelta(days=6), now, 3))
        elif place <= DONE_BY_LEARNER:
            _study(diary, Learner(random, citizen, version, today - timedelta(days=60 + 30 * place), now))


def _study(diary: Diary, learner: Learner) -> None:
    """Put a learner's way through a module into the diary, up to now."""
    random = learner.random
    slug = learner.version.module.slug
    read = 0
    for at, part in learner.sessions():
        if at > learner.until - timedelta(hours=2):
            return
        if isinstance(part, Lesson):
            read += 1
            _lesson(diary, learner, at, part)
        else:
            learned = 0.3 * read
            tries = 1 if not part.graded else min(part.attempts or 3, 3)
            for number in range(tries):
                begun = at if number == 0 else working_moment(random, at.date() + timedelta(days=2 * number))
                if begun > learner.until - timedelta(hours=2):
                    return
                diary.add(begun, partial(_attempt, random, learner.citizen, slug, part.slug, learned + 0.5 * number))
                if number == 0 and not part.graded:
                    break


def _lesson(diary: Diary, learner: Learner, at: datetime, lesson: Lesson) -> None:
    random, citizen = learner.random, learner.citizen
    slug = learner.version.module.slug
    diary.add(at, partial(_open, citizen.person_id, slug, lesson.slug))
    step = at
    for question in lesson.checks.values():
        if random.random() < 0.85:
            step += minutes(random, 0.8, 2.5)
            response = answer(random, citizen, question, 0.4)
            if response is not None:
                client_id = str(UUID(int=random.getrandbits(128)))
                diary.add(
                    step,
                    partial(_check, citizen.person_id, slug, lesson.slug, question.id, response, client_id),
                )
    diary.add(step + minutes(random, 0.5, 2), partial(_done, citizen.person_id, slug, lesson.slug))


def _open(person_id: int, slug: str, part: str) -> None:
    study.open_lesson(person_id, slug, part)


def _done(person_id: int, slug: str, part: str) -> None:
    study.mark_done(person_id, slug, part)


def _check(person_id: int, slug: str, part: str, question: str, response: object, client_id: str) -> None:
    study.answer_check(person_id, slug, part, question, response, client_id)


def _attempt(random: Random, citizen: Citizen, slug: str, quiz_slug: str, learned: float) -> None:
    """One attempt from start to end, question by question; nothing when it is passed already or may not be started."""
    version = study.enrolled_version(citizen.person_id, slug)
    quiz = version.module.part(quiz_slug)
    assert isinstance(quiz, Quiz)
    if quiz.graded and _passed(citizen.person_id, version.module_id, quiz_slug):
        return
    at = clock.now()
    unit_id = db.session.scalars(select(Person.unit_id).where(Person.id == citizen.person_id)).one()
    try:
        attempt = quizzes.start(citizen.person_id, unit_id, version, quiz_slug, seed=random.getrandbits(31))
    except quizzes.QuizRefused:
        return
    public_id, layout = attempt.public_id, attempt.layout
    events = []
    for item in load_layout(layout):
        at += minutes(random, 0.3, 1.4)
        question = question_of(quiz.questions, item)
        response = answer(random, citizen, question, learned)
        if response is None:
            continue
        client_id = str(UUID(int=random.getrandbits(128)))
        events.append(quizzes.ClientEvent(client_id, "answer", question.id, response))
        if len(events) == 5:
            with clock.at(at):
                quizzes.save(citizen.person_id, public_id, events)
            events = []
    if events:
        with clock.at(at):
            quizzes.save(citizen.person_id, public_id, events)
    with clock.at(at + minutes(random, 0.2, 1)):
        quizzes.submit(citizen.person_id, public_id, str(UUID(int=random.getrandbits(128))))


def _passed(person_id: int, module_id: int, quiz_slug: str) -> bool:
    return bool(
        db.session.scalar(
            select(func.count()).where(
                Attempt.person_id == person_id,
                Attempt.module_id == module_id,
                Attempt.quiz_slug == quiz_slug,
                Attempt.passed.is_(True),
            )
        )
    )


def _live(diary: Diary, now: datetime, progress: Callable[[int, int], None]) -> None:
    """Live the year, many moments in one transaction: a durable commit for each answer would take minutes."""
    moments = iter([moment for moment in diary.in_order() if moment.at < now])
    total = len(diary.moments)
    done = 0
    while batch := list(islice(moments, BATCH)):
        with transaction():
            for moment in batch:
                with clock.at(moment.at):
                    moment.act()
        db.session.expunge_all()
        done += len(batch)
        progress(done, total)


def _write_accounts(everyone: list[Citizen]) -> None:
    by_role = {citizen.demo: citizen for citizen in everyone if citizen.demo}
    accounts = [
        {
            "role": role,
            "name": by_role[role].name,
            "number": by_role[role].number,
            "password": PASSWORD,
            "what": what,
        }
        for role, what in ACCOUNTS.items()
    ]
    path = current_app.config["INSTANCE_DIR"] / "demo.json"
    path.write_text(json.dumps({"accounts": accounts}, ensure_ascii=False, indent=2), encoding="utf-8")
