"""Every type of question on its pages, without scripts: asked, answered, left, found again, handed in, reviewed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from elearn.core.model import Lesson, Question, Quiz
from elearn.core.questions import TYPES, type_of
from elearn.core.quiz.draw import load_layout, question_of
from elearn.database import db
from elearn.quizzes import service
from elearn.study import service as study
from elearn.study.models import CheckAnswer
from tests.content import EVERY_TYPE, MODULE, OF_EVERY_TYPE, SURVEY, files, publish, published
from tests.helpers import client_of, fresh, make_person, make_unit, post
from tests.pages.controls import fields, filled, unlabelled
from tests.pages.test_quiz import QUIZ, Taking

LESSON = "---\ntitle: {title}\n---\nCerita tentang antrean.\n\n```quiz\n" + EVERY_TYPE + "```\n"
WITHOUT_KEY: dict[str, Any] = {"essay": "Antrean pagi\npanjang sekali, ukur & catat.", "likert": "4"}


@pytest.fixture
def taking(app: Flask, tmp_path: Path) -> Taking:
    return Taking(app, tmp_path, final=OF_EVERY_TYPE)


def asked(taking: Taking, kind: str) -> Question:
    """The question of that type as the attempt is asked it."""
    quiz = taking.version.module.part(QUIZ)
    assert isinstance(quiz, Quiz)
    layout = load_layout(taking.attempt.layout)
    questions = [question_of(quiz.questions, item) for item in layout]
    return next(question for question in questions if question.type == kind)


def key(question: Question) -> Any:
    found = type_of(question).key(question.body)
    return WITHOUT_KEY[question.type] if found is None else found


def fill(taking: Taking, question: Question, response: Any) -> Any:
    return taking.form(question.id, **filled(type_of(question).asks_for, response))


def result(taking: Taking) -> str:
    service.submit(taking.person.id, taking.attempt.public_id, "end")
    return taking.client.get(f"{taking.base}/hasil").text


def reviewed(taking: Taking, question: Question) -> str:
    """The part of the result that is about a question, after handing in."""
    return result(taking).split("<article")[taking.number(question.id)]


RIGHT = {
    "single": "Pilihan Anda tepat: 100 % dari 2 poin.",
    "multiple": "Semua pilihan Anda tepat: 100 % dari 2 poin.",
    "text": "Jawaban Anda tepat: 100 % dari 2 poin.",
    "number": "Jawaban Anda tepat: 100 % dari 2 poin.",
    "matching": "Semua pasangan tepat: 100 % dari 3 poin.",
    "ordering": "Urutan Anda tepat: 100 % dari 4 poin.",
    "cloze": "Semua rumpang tepat: 100 % dari 3 poin.",
    "computed": "Jawaban Anda tepat: 100 % dari 2 poin.",
    "hotspot": "Pilihan Anda tepat: 100 % dari 2 poin.",
    "essay": "7 kata, menunggu dinilai pengajar.",
    "likert": "Jawaban Anda tercatat; soal ini tidak dinilai.",
}


@pytest.mark.parametrize("kind", TYPES)
def test_a_type_is_answered_left_found_again_and_reviewed(taking: Taking, kind: str) -> None:
    question = asked(taking, kind)
    page = taking.page(question.id)
    assert f'data-type="{kind}"' in page and unlabelled(page) == [] and fields(page)
    assert not re.search(r'fraction|"right"|key_|data-right', page)
    taking.form(question.id, **fields(page))
    assert taking.stored() == [], "an untouched page is no answer"
    response = key(question)
    assert fill(taking, question, response).status_code == 302
    assert taking.stored() == [("answer", question.id, response)]
    again = taking.page(question.id)
    assert "1 terjawab" in again
    sent = {name: value for name, value in fields(again).items() if value}
    taking.form(question.id, **sent)
    assert len(taking.stored()) == 1, "the page shows the answer: sending it again changes nothing"
    page = reviewed(taking, question)
    assert RIGHT[kind] in page
    assert "belum tepat" not in page and "jawaban keliru" not in page


def test_a_pair_that_is_not_right_shows_its_key_and_why(taking: Taking) -> None:
    question = asked(taking, "matching")
    right = key(question)
    wrong = next(item for item in question.body["items"] if item["text"] == "Produsen")
    others = [choice["id"] for choice in question.body["choices"] if choice["id"] not in right.values()]
    fill(taking, question, {**right, wrong["id"]: others[0]})
    page = reviewed(taking, question)
    assert "2 dari 3 pasangan tepat: 66,7 % dari 3 poin." in page
    assert page.count('class="part right"') == 2 and page.count('class="part wrong"') == 1
    assert "<dd>Membeli data</dd>" in page and "<dd>Menghasilkan data</dd>" in page
    assert "Produsen menghasilkan." in page


def test_choices_with_markup_stand_above_the_lists_which_hold_none(taking: Taking) -> None:
    page = taking.page("jodoh")
    assert "<li><em>Memeriksa</em> data</li>" in page
    assert re.search(r'<option value="[0-9a-f]{10}">\d\. Memeriksa data</option>', page)


def test_a_gap_left_open_and_a_gap_filled_are_told_apart(taking: Taking) -> None:
    question = asked(taking, "cloze")
    fill(taking, question, {"g1": "95", "g2": "", "g3": ""})
    assert taking.stored() == [("answer", question.id, {"g1": "95"})]
    page = reviewed(taking, question)
    assert "1 dari 3 rumpang tepat: 33,3 % dari 3 poin." in page
    assert page.count("<dd>Tidak dijawab</dd>") == 2 and "Rumpang 2" in page


def test_an_order_with_gaps_and_doubles_is_kept_and_shown_again_with_a_word(taking: Taking) -> None:
    question = asked(taking, "ordering")
    shown = [name.removeprefix("jawaban.") for name in fields(taking.page(question.id))]
    numbers = dict(zip(shown, ("2", "", "1", "2"), strict=True))
    went = taking.form(question.id, ke="1", **{f"jawaban.{entry}": number for entry, number in numbers.items()})
    assert went.location == f"{taking.base}/{taking.number(question.id)}", "not on to another question yet"
    order = [shown[2], shown[0], shown[3], shown[1]]
    assert taking.stored() == [("answer", question.id, order)]
    page = taking.page(question.id)
    assert "Ada nomor yang kosong atau dipakai dua kali" in page
    assert fields(page) == {f"jawaban.{entry}": [str(n)] for n, entry in enumerate(order, start=1)}
    assert taking.form(question.id, ke="1", **fields(page)).location == f"{taking.base}/1"
    assert len(taking.stored()) == 1


def test_an_answer_is_taken_back_by_emptying_its_fields(taking: Taking) -> None:
    for kind in ("multiple", "text", "matching", "ordering", "cloze", "essay"):
        question = asked(taking, kind)
        fill(taking, question, key(question))
        empty = {} if kind == "multiple" else dict.fromkeys(fields(taking.page(question.id)), "")
        taking.form(question.id, **empty)
        assert taking.stored()[-1] == ("answer", question.id, None), kind


BAD: list[tuple[str, dict[str, str]]] = [
    ("matching", {"jawaban.tidak-ada": "x"}),
    ("matching", {"jawaban.{first}": "tidak-ada"}),
    ("ordering", {"jawaban.{first}": "1"}),
    ("ordering", {"jawaban.tidak-ada": "1"}),
    ("ordering", {"jawaban.{first}": "satu"}),
    ("ordering", {"jawaban.{first}": "-1"}),
    ("cloze", {"jawaban.g9": "x"}),
    ("cloze", {"jawaban.g1": "x" * 500}),
    ("cloze", {"jawaban.g3": "Bappenas"}),
    ("likert", {"jawaban": "6"}),
    ("essay", {"jawaban": "x" * 20_001}),
    ("hotspot", {"jawaban": "Loket"}),
    ("computed", {"jawaban": "9" * 61}),
]


@pytest.mark.parametrize(("kind", "sent"), BAD, ids=[f"{n}-{kind}" for n, (kind, _sent) in enumerate(BAD)])
def test_what_no_page_sends_is_refused_and_changes_nothing(
    taking: Taking, kind: str, sent: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    question = asked(taking, kind)
    first = next(iter(fields(taking.page(question.id)))).removeprefix("jawaban.")
    answer = taking.form(question.id, **{name.replace("{first}", first): value for name, value in sent.items()})
    assert answer.status_code == 400
    assert taking.stored() == []
    assert "refused events for attempt" in caplog.text and "Bappenas" not in caplog.text


def test_the_picture_of_areas_has_them_for_pointing_and_the_review_shows_the_right_one(taking: Taking) -> None:
    question = asked(taking, "hotspot")
    page = taking.page(question.id)
    assert re.search(r'<svg viewBox="0 0 300 100" aria-hidden="true"', page)
    assert page.count("data-area=") == 3 and page.count('type="radio"') == 3
    assert 'alt="Denah tiga loket"' in page
    wrong = next(o["id"] for o in question.body["options"] if o["text"] == "Loket Aduan")
    fill(taking, question, wrong)
    assert re.search(rf'data-area="{wrong}" class="chosen\s', taking.page(question.id))
    page = result(taking)
    assert "Aduan di ujung." in page and "Pilihan Anda belum tepat: 0 % dari 2 poin." in page
    right = type_of(question).key(question.body)
    assert re.search(rf'data-area="{right}" class="right"', page)


def test_an_essay_is_told_what_counts_and_then_waits(taking: Taking) -> None:
    page = taking.page("esai")
    assert "Tulis 5 sampai 300 kata." in page and "Masalah" in page and "Jelas" in page
    fill(taking, asked(taking, "essay"), WITHOUT_KEY["essay"])
    assert "7 kata tersimpan" in taking.page("esai")
    page = result(taking)
    assert "Jawaban Anda sudah terkumpul" in page and "1 jawaban menunggu dinilai pengajar." in page
    assert "belum dapat dinilai otomatis" not in page
    assert fresh(taking.attempt).state == "ended"
    assert "menunggu dinilai" in taking.client.get("/nilai").text


def test_a_question_that_is_not_scored_says_so(taking: Taking) -> None:
    n = taking.number("sikap")
    assert f"Soal {n} dari 11 · tidak dinilai" in taking.page("sikap")
    assert '<span class="visually-hidden"> dari 5</span>' in taking.page("sikap")


# Surveys


@pytest.fixture
def survey(app: Flask, tmp_path: Path) -> Taking:
    contents = files(final=SURVEY) | {"module.md": MODULE.replace("posttest: kuis-akhir\n", "")}
    return Taking(app, tmp_path, contents=contents)


def test_a_survey_thanks_and_shows_no_score_anywhere(survey: Taking) -> None:
    assert survey.attempt.maximum == 0
    assert "poin" not in survey.page("tunggal") and "tidak dinilai" not in survey.page("tunggal")
    fill(survey, asked(survey, "likert"), "5")
    fill(survey, asked(survey, "essay"), "Sudah baik.")
    page = result(survey)
    attempt = fresh(survey.attempt)
    assert (attempt.state, attempt.points, attempt.maximum) == ("graded", 0, 0)
    assert "Terima kasih, jawaban Anda tercatat" in page
    for word in ("Nilai Anda", "Poin", "Lulus", "Pembahasan", "100", "Kunci"):
        assert word not in page.partition("<main")[2].partition("</main")[0], word
    rules = survey.client.get(f"/modul/{survey.version.module.slug}/{QUIZ}").text
    assert "Survei ini tidak dinilai" in rules and "tes awal" not in rules.casefold().partition("<main")[2]
    scores = survey.client.get("/nilai").text
    assert "Survei, tidak dinilai" in scores and ">survei<" in scores


# Checks in lessons


class Reading:
    """A person at a lesson with a check of each type that has a key."""

    def __init__(self, app: Flask, folder: Path) -> None:
        self.version = published(folder, lesson=LESSON, lessons=("satu",))
        self.person = make_person(make_unit())
        self.client = client_of(app, self.person)
        study.enrol(self.person.id, self.version.module.slug)
        self.path = f"/modul/{self.version.module.slug}/satu"

    def check(self, kind: str) -> Question:
        lesson = self.version.module.part("satu")
        assert isinstance(lesson, Lesson)
        return next(question for question in lesson.checks.values() if question.type == kind)

    def shown(self, question: Question) -> str:
        page = self.client.get(self.path).text
        return page.partition(f'id="cek-{question.id}"')[2].partition("lesson-check")[0]

    def send(self, question: Question, sent: dict[str, Any], **headers: str) -> Any:
        return post(self.client, f"{self.path}/cek/{question.id}", sent, headers=headers)


@pytest.fixture
def reading(app: Flask, tmp_path: Path) -> Reading:
    return Reading(app, tmp_path)


@pytest.mark.parametrize("kind", [kind for kind in TYPES if kind not in WITHOUT_KEY])
def test_a_check_of_a_type_is_answered_on_the_spot_and_remembered(reading: Reading, kind: str) -> None:
    question = reading.check(kind)
    before = reading.shown(question)
    assert unlabelled(before) == [] and fields(before)
    nothing = reading.send(question, fields(before), **{"HX-Request": "true"})
    assert "Pilih atau tulis jawaban dulu" in nothing.text
    response = key(question)
    sent = filled(type_of(question).asks_for, response)
    assert reading.send(question, sent).location.endswith(f"#cek-{question.id}")
    stored = db.session.execute(select(CheckAnswer.response, CheckAnswer.fraction)).one()
    assert tuple(stored) == (response, 1)
    sentence = RIGHT[kind].partition(":")[0]
    assert sentence in reading.shown(question) and " poin" not in reading.shown(question)
    assert sentence in reading.send(question, sent, **{"HX-Request": "true"}).text
    bad = {"jawaban": "x" * 30_000, "jawaban.tidak-ada": "9"}
    assert reading.send(question, bad).status_code == 400


def test_a_lesson_with_an_essay_is_not_published(app: Flask, tmp_path: Path) -> None:
    essay = LESSON.replace("```\n", "\n## Usulkan. {{#esai .essay}}\n```\n")
    report = publish(tmp_path, files(lesson=essay, lessons=("satu",)))
    assert report.refused
    assert "L311" in {d.code for m in report.modules for d in m.diagnostics}
