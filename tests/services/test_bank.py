"""The question bank: figures that are kept, searching, versions side by side, and using a question again. On both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from elearn import clock, routines
from elearn.authoring import bank, bank_question, drafts, figures
from elearn.authoring.bank import Entry, Wanted
from elearn.authoring.drafts import NotPossible
from elearn.authoring.figure_models import ItemFigures, PartFigures
from elearn.catalogue import publishing, store
from elearn.catalogue.store import PublishedVersion
from elearn.core.model import Quiz
from elearn.database import db, transaction
from elearn.people.models import Person
from elearn.quizzes import statistics
from elearn.quizzes.models import Attempt
from elearn.study.checks import answer_check
from elearn.study.service import enrol
from tests.attempts import option, take
from tests.content import files, publish, published
from tests.helpers import make_person, make_unit, trainer_of

QUIZ = """---
kind: quiz
title: Kuis akhir
attempts: 3
passing: 60
---
## Siapa yang menjaga *mutu* data? {{#mutu outcome=TP1 difficulty=2 tags="data spbe"}}
- (x) walidata
- ( ) pengguna
- ( ) pembina

> Walidata memeriksa.

## Siapa yang menghasilkan data? {{#hasil difficulty=4}}
- (x) produsen
- ( ) pembeli
- ( ) penjual

## Jelaskan alurnya {{#alur .essay points=2}}
"""
NAME = "kuis-akhir"


@pytest.fixture
def people(app: Flask) -> list[Person]:
    unit = make_unit()
    return [make_person(unit, password=None) for _ in range(8)]


@pytest.fixture
def version(app: Flask, tmp_path: Path) -> PublishedVersion:
    return published(tmp_path, final=QUIZ.replace("## Jelaskan alurnya {{#alur .essay points=2}}\n", ""))


def answer(person: Person, version: PublishedVersion, mutu: str, hasil: str) -> Attempt:
    given = {"mutu": option(version, NAME, "mutu", mutu), "hasil": option(version, NAME, "hasil", hasil)}
    return take(person, version, NAME, given)


def kept() -> dict[tuple[str, str], tuple[int, float | None, float | None]]:
    db.session.rollback()
    rows = db.session.scalars(select(ItemFigures))
    return {(row.part_slug, row.question): (row.attempts, row.facility, row.discrimination) for row in rows}


def entry(question: str) -> Entry:
    return next(one for one in bank.entries() if one.question.id == question)


def found(**wanted: str | int) -> list[str]:
    page = bank.bank_page(Wanted(**wanted))  # type: ignore[arg-type]
    return [one.question.id for one in page.entries]


# --- figures


def test_figures_are_those_of_the_quiz_and_stay_until_enough_has_changed(
    version: PublishedVersion, people: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    for person in people[:5]:
        answer(person, version, "walidata", "produsen" if person.id % 2 else "pembeli")
    assert figures.refresh() == 1
    quiz = version.module.part(NAME)
    assert isinstance(quiz, Quiz)
    live = statistics.of_quiz(version.module_id, quiz.names)
    assert live is not None
    assert kept() == {
        (NAME, item.question.id): (one.attempts, one.facility, one.discrimination_index)
        for item, one in zip(live.items, live.figures.items, strict=True)
    }
    assert figures.refresh() == 0, "nothing has changed"
    with transaction() as session:
        session.execute(update(PartFigures).values(answers=100))
    answer(people[5], version, "pengguna", "pembeli")
    assert figures.refresh() == 0, "too little has changed"
    later = clock.now() + timedelta(hours=25)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert figures.refresh() == 1, "but it is a day old"
    assert kept()[NAME, "mutu"][0] == 6


def test_other_points_for_the_same_answers_are_a_change(version: PublishedVersion, people: list[Person]) -> None:
    answer(people[0], version, "walidata", "pembeli")
    figures.refresh()
    with transaction() as session:
        session.execute(update(Attempt).values(points=2))
    assert figures.refresh() == 1


def test_a_rebuild_makes_the_same(version: PublishedVersion, people: list[Person]) -> None:
    for person in people[:4]:
        answer(person, version, "walidata", "produsen" if person.id % 2 else "pembeli")
    figures.refresh()
    before = kept()
    assert figures.rebuild() == 1
    assert kept() == before and before


def test_the_first_answers_to_a_check_count(version: PublishedVersion, people: list[Person]) -> None:
    lesson = version.module.part("satu")
    assert lesson is not None and lesson.kind == "lesson"
    (check,) = lesson.checks.values()
    right, wrong = (next(o["id"] for o in check.body["options"] if o["text"] == text) for text in ("dengar", "tolak"))
    for person, given in zip(people, ([right], [wrong, right], [right, wrong], [wrong]), strict=False):
        enrol(person.id, version.module.slug)
        for number, response in enumerate(given):
            answer_check(person.id, version.module.slug, "satu", check.id, response, f"c{number}")
    figures.refresh()
    assert kept()["satu", check.id] == (4, 50.0, None)


def test_a_renamed_quiz_keeps_its_figures(version: PublishedVersion, people: list[Person], tmp_path: Path) -> None:
    answer(people[0], version, "walidata", "produsen")
    figures.refresh()
    renamed = files(final=QUIZ.replace("title: Kuis akhir", "title: Ujian\naliases: [kuis-akhir]"))
    renamed["90-ujian.md"] = renamed.pop("90-kuis-akhir.md")
    renamed["module.md"] = renamed["module.md"].replace("posttest: kuis-akhir", "posttest: ujian")
    assert not publish(tmp_path, renamed).refused
    assert (one := entry("mutu").figures) is not None and one.attempts == 1
    figures.rebuild()
    assert set(kept()) == {("ujian", "hasil"), ("ujian", "mutu")}


def test_one_process_at_a_time_looks_after_figures(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert routines.begin("figures", timedelta(minutes=10))
    assert not routines.begin("figures", timedelta(minutes=10))
    assert routines.begin("others", timedelta(minutes=10))
    later = clock.now() + timedelta(minutes=10)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert routines.begin("figures", timedelta(minutes=10))


def test_a_round_stops_when_its_time_is_over(version: PublishedVersion, people: list[Person]) -> None:
    answer(people[0], version, "walidata", "produsen")
    assert figures.refresh(seconds=0) == 0
    assert figures.refresh() == 1


# --- searching


def test_what_a_question_says_is_found(version: PublishedVersion) -> None:
    assert found(text="MUTU data") == ["mutu"]
    assert found(text="pembeli") == ["hasil"], "what is offered"
    assert found(text="memeriksa") == ["mutu"], "what is explained"
    assert found(text="mutu produsen") == [], "all words"
    assert found(tag="spbe") == ["mutu"] and found(tag="data") == ["mutu"] and found(tag="dat") == []
    assert found(difficulty="4") == ["hasil"] and found(outcome="TP1", text="data") == ["mutu"]
    assert found(module="lain") == [] and set(found(module="modul-coba")) >= {"mutu", "hasil", "cek-satu", "awal-satu"}
    assert found(type="number") == []


@pytest.mark.parametrize(
    ("attempts", "facility", "discrimination", "use"),
    [
        (0, None, None, "belum"), (29, 99.0, -50.0, ""), (30, 99.0, -50.0, "terbalik"), (30, 96.0, 5.0, "mudah"),
        (30, 19.0, 5.0, "sulit"), (30, 50.0, 19.0, "lemah"), (30, 50.0, 20.0, ""), (30, 95.0, None, ""), (30, 50.0, None, ""),
    ],
)  # fmt: skip
def test_what_figures_say_of_a_question(
    version: PublishedVersion, attempts: int, facility: float | None, discrimination: float | None, use: str
) -> None:
    row = ItemFigures(attempts=attempts, facility=facility, discrimination=discrimination)
    assert replace(entry("mutu"), figures=row).use == use
    assert replace(entry("mutu"), figures=None).use == "belum"


def test_pages_of_a_long_list(app: Flask, tmp_path: Path) -> None:
    many = "".join(f"## Soal {n}? {{{{#soal-{n:02}}}}}\n- (x) a\n- ( ) b\n- ( ) c\n\n" for n in range(45))
    published(tmp_path, final=QUIZ.split("## Siapa")[0] + many)
    pages = [bank.bank_page(Wanted(text="soal", page=n)) for n in (1, 2, 3, 9)]
    assert [page.total for page in pages] == [45] * 4 and pages[0].pages == 3
    listed = [one.question.id for page in pages[:3] for one in page.entries]
    assert listed == [f"soal-{n:02}" for n in range(45)], "as they stand in the quiz"
    assert pages[3].entries == pages[2].entries, "there is no ninth page"
    assert pages[0].uses == {"belum": 45}


@pytest.mark.parametrize(
    "address",
    [{"halaman": "0"}, {"halaman": "x"}, {"halaman": "9999999"}, {"jenis": "x", "angka": "y", "tingkat": "9"}],
)
def test_an_address_that_makes_no_sense_asks_for_everything(address: dict[str, str]) -> None:
    assert Wanted.of(address) == Wanted()


def test_questions_of_surveys_are_not_in_the_bank(app: Flask, tmp_path: Path) -> None:
    survey = '---\nkind: survey\ntitle: Survei\n---\n## Puas? {#puas .likert scale="Ya..Tidak" steps=2}\n'
    published(tmp_path, contents=files() | {"95-survei.md": survey})
    assert found(text="puas") == []


# --- one question


def test_versions_side_by_side_with_the_figures_of_each(
    version: PublishedVersion, people: list[Person], tmp_path: Path
) -> None:
    text = QUIZ.replace("## Jelaskan alurnya {{#alur .essay points=2}}\n", "")
    for person in people[:6]:
        answer(person, version, "walidata" if person in people[:3] else "pengguna", "produsen")
    again = published(tmp_path, final=text.replace("pembeli", "pemesan"))
    answer(people[0], again, "pengguna", "produsen")  # not their first attempt
    answer(people[6], again, "walidata", "produsen")
    other = published(tmp_path, final=text.replace("pengguna", "warga").replace("pembeli", "pemesan"))
    answer(people[7], other, "walidata", "produsen")
    page = bank_question.question_page(people[0].id, "modul-coba", "mutu")
    assert page is not None
    newest, older = page.forms
    assert newest.numbers == (3,) and older.numbers == (2, 1)
    assert [option["text"] for option in older.question.body["options"]][1] == "pengguna"
    assert (older.attempts, newest.attempts) == (7, 1)
    assert older.figures is not None and older.figures.facility == pytest.approx(100 * 4 / 7)
    assert newest.figures is None, "of too few"
    assert newest.grade is not None and newest.grade.fraction == 1


def test_there_is_no_page_of_what_is_not_there(version: PublishedVersion, people: list[Person]) -> None:
    assert bank_question.question_page(people[0].id, "modul-coba", "tidak-ada") is None
    assert bank_question.question_page(people[0].id, "tidak-ada", "mutu") is None


# --- using it again


@pytest.fixture
def mine(version: PublishedVersion, tmp_path: Path) -> Person:
    """A pengajar of another module, which has a quiz and a survey."""
    survey = '---\nkind: survey\ntitle: Survei\n---\n## Puas? {#puas .likert scale="Ya..Tidak" steps=2}\n'
    other = published(tmp_path, "modul-lain", files() | {"95-survei.md": survey})
    return trainer_of(other.module_id)


def test_a_question_is_used_in_a_quiz_of_ones_own(mine: Person, tmp_path: Path) -> None:
    targets = bank_question.targets(mine.id)
    assert [(one.slug, one.path) for one in targets] == [
        ("modul-lain", "00-tes-awal.md"),
        ("modul-lain", "90-kuis-akhir.md"),
    ]
    slug, path, line = bank_question.put_into(entry_of("modul-coba", "mutu"), targets[1].key, mine.id)
    draft = drafts.open_draft(mine.id, slug)
    file = drafts.find_file(draft, path)
    assert file is not None and file.text is not None
    lines = file.text.split("\n")
    assert lines[line - 1] == "## Siapa yang menjaga mutu data? {#mutu from=modul-coba/mutu}"
    assert bank_question.targets(mine.id) == targets, "in the draft as in what is published"
    contents = {name: data.decode() for name, data in drafts.files_of(draft).items()}
    borrowed = published(tmp_path, "modul-lain", contents).module.part("kuis-akhir")
    assert isinstance(borrowed, Quiz) and borrowed.questions["mutu"].origin == "modul-coba/mutu"
    page = bank_question.question_page(mine.id, "modul-coba", "mutu")
    assert page is not None
    assert [(use.module.slug, use.part.slug, use.older) for use in page.uses] == [("modul-lain", "kuis-akhir", False)]
    assert page.entry.used == 1
    assert [one.module.slug for one in bank.bank_page(Wanted(text="mutu")).entries] == ["modul-coba"], "once"
    with pytest.raises(NotPossible) as refused:
        bank_question.put_into(entry_of("modul-coba", "mutu"), targets[1].key, mine.id)
    assert refused.value.code == "twice"


def test_a_quiz_of_sections_gets_one_for_questions_of_the_bank(mine: Person) -> None:
    """Else they would be shown with the case of the last section, and drawn with its questions."""
    target = next(one for one in bank_question.targets(mine.id) if one.path == "90-kuis-akhir.md")
    for question in ("mutu", "awal-satu"):
        _slug, path, line = bank_question.put_into(entry_of("modul-coba", question), target.key, mine.id)
        file = drafts.find_file(drafts.open_draft(mine.id, "modul-lain"), path)
        assert file is not None and file.text is not None
        assert f"from=modul-coba/{question}" in file.text.split("\n")[line - 1]
    headings = [text for text in file.text.split("\n") if text.startswith("# ")]
    assert headings == ["# Kumpulan {#kumpulan draw=2}", "# Isian {#isian}", "# Dari bank soal {#dari-bank-soal}"]
    whole = publishing.read_files("modul-lain", drafts.files_of(drafts.open_draft(mine.id, "modul-lain"))).module
    assert whole is not None
    part = whole.part("kuis-akhir")
    assert isinstance(part, Quiz) and [q.id for q in part.sections[-1].questions] == ["mutu", "awal-satu-2"]


def test_who_borrows_is_told_when_the_original_changes(mine: Person, version: PublishedVersion, tmp_path: Path) -> None:
    contents = files()
    contents["90-kuis-akhir.md"] += "\n## {#pinjam from=modul-coba/mutu}\n"
    published(tmp_path, "modul-lain", contents)
    published(tmp_path / "sendiri", final=QUIZ.replace("pengguna", "warga"))
    page = bank_question.question_page(mine.id, "modul-coba", "mutu")
    assert page is not None and [use.older for use in page.uses] == [True]


def test_an_id_that_is_taken_gets_another(mine: Person, tmp_path: Path) -> None:
    target = next(one for one in bank_question.targets(mine.id) if one.path == "90-kuis-akhir.md")
    _slug, path, line = bank_question.put_into(entry_of("modul-coba", "awal-satu"), target.key, mine.id)
    file = drafts.find_file(drafts.open_draft(mine.id, "modul-lain"), path)
    assert file is not None and file.text is not None
    assert file.text.split("\n")[line - 1] == "## Awal satu? {#awal-satu-2 from=modul-coba/awal-satu}"


@pytest.mark.parametrize(
    "target", ["", "modul-coba/90-kuis-akhir.md", "modul-lain/95-survei.md", "modul-lain/01-satu.md"]
)
def test_only_quizzes_of_ones_own_can_use_it(mine: Person, target: str) -> None:
    with pytest.raises(NotPossible) as refused:
        bank_question.put_into(entry_of("modul-coba", "mutu"), target, mine.id)
    assert refused.value.code == "target"


def entry_of(slug: str, question: str) -> Entry:
    store.forget()
    one = bank_question.find(slug, question)
    assert one is not None
    return one
