"""The pages of an attempt, with and without scripts, and what they answer to anything that is not right."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from elearn import clock
from elearn.catalogue.store import PublishedVersion
from elearn.core.questions import text as text_type
from elearn.database import db
from elearn.people.models import Person
from elearn.quizzes import service
from elearn.quizzes.models import Attempt, AttemptEvent
from elearn.quizzes.service import ClientEvent
from elearn.study import service as study
from tests.content import FINAL, key_of, published
from tests.helpers import client_of, csrf_token, make_person, make_unit, post

QUIZ = "kuis-akhir"
LIMIT = 256 * 1024


class Taking:
    """A person in the middle of an attempt, with their browser."""

    def __init__(self, app: Flask, folder: Path, **options: Any) -> None:
        self.version: PublishedVersion = published(folder, **options)
        self.person: Person = make_person(make_unit())
        self.client: FlaskClient = client_of(app, self.person)
        study.enrol(self.person.id, self.version.module.slug)
        self.attempt: Attempt = service.start(self.person.id, self.person.unit_id, self.version, QUIZ)
        self.base = f"/percobaan/{self.attempt.public_id}"
        self.token = csrf_token(self.client, "/")

    def number(self, question: str) -> int:
        return next(n for n, item in enumerate(self.attempt.layout, start=1) if item["question"] == question)

    def page(self, question: str) -> str:
        response = self.client.get(f"{self.base}/{self.number(question)}")
        assert response.status_code == 200, response.location
        return response.text

    def form(self, question: str, **fields: Any) -> TestResponse:
        """The form of that question as a browser without scripts sends it."""
        before = re.search(r'name="semula" value="([^"]*)"', self.page(question))
        assert before
        data = {"n": self.number(question), "semula": unescape(before.group(1)), **fields}
        return post(self.client, f"{self.base}/jawab", data)

    def send(self, body: Any, **headers: str) -> TestResponse:
        """What the page's script sends: JSON, or these very bytes."""
        raw = body if isinstance(body, str | bytes) else json.dumps(body)
        sent = {"Content-Type": "application/json", "Accept": "application/json", "X-CSRFToken": self.token} | headers
        return self.client.post(f"{self.base}/jawab", data=raw, headers=sent)

    def answer(self, question: str, response: Any, client_id: str = "a-1", **more: Any) -> TestResponse:
        return self.send(
            {"events": [{"id": client_id, "kind": "answer", "question": question, "response": response, **more}]}
        )

    def key(self, question: str) -> Any:
        return key_of(self.version, QUIZ, question)

    def stored(self) -> list[tuple[str, str | None, Any]]:
        db.session.rollback()
        rows = db.session.execute(
            select(AttemptEvent.kind, AttemptEvent.question, AttemptEvent.data).order_by(AttemptEvent.id)
        )
        return [(kind, question, data) for kind, question, data in rows]


@pytest.fixture
def taking(app: Flask, tmp_path: Path) -> Taking:
    return Taking(app, tmp_path)


# The question


def test_a_question_says_where_one_is_and_offers_its_answers(taking: Taking) -> None:
    page = taking.page("banyak")
    n = taking.number("banyak")
    assert f"<title>Soal {n} dari 5, Kuis akhir" in page
    assert "Kuis akhir · percobaan 1 dari 3" in page
    assert f"Soal {n} dari 5 · 3 poin" in page
    assert page.count('type="checkbox" name="jawaban"') == 4
    assert page.count("<h1") == 1
    assert re.search(r'data-timer data-seconds-left="1(200|19\d)"', page)
    assert f'aria-label="Soal {n}, belum dijawab"' in page and 'aria-current="page"' in page
    assert "0 terjawab · 0 ditandai · 5 belum" in page


def test_no_page_before_the_end_holds_a_key(taking: Taking) -> None:
    for n in range(1, 6):
        page = taking.client.get(f"{taking.base}/{n}").text
        assert "fraction" not in page
    assert "pelayanan" not in taking.page("kata") and "12,4" not in taking.page("angka")


def test_the_navigator_tells_what_is_answered_and_flagged_in_words(taking: Taking) -> None:
    taking.answer("kata", "layanan")
    taking.send({"events": [{"id": "f", "kind": "flag", "question": "angka"}]})
    page = taking.page("banyak")
    assert f'aria-label="Soal {taking.number("kata")}, terjawab"' in page
    assert f'aria-label="Soal {taking.number("angka")}, belum dijawab, ditandai ragu-ragu"' in page
    assert "1 terjawab · 1 ditandai · 4 belum" in page
    assert re.search(r"Tersimpan \d\d\.\d\d\.\d\d</span>", page)
    assert 'value="layanan"' in taking.page("kata")
    assert 'aria-pressed="true"' in taking.page("angka")


def test_a_question_costs_few_statements_however_many_there_are(
    app: Flask, tmp_path: Path, statements: Callable[[], Any]
) -> None:
    more = "".join(f"\n## Tambahan {i} {{{{#tambahan-{i}}}}}\n= benar\n" for i in range(45))
    taking = Taking(app, tmp_path, final=FINAL + more)
    taking.page("kata")
    for path in ("1", "50", "kumpulkan"):
        with statements() as seen:
            assert taking.client.get(f"{taking.base}/{path}").status_code == 200
        assert len(seen) <= 4, seen
    with statements() as seen:
        assert taking.answer("kata", "layanan").status_code == 200
    assert len(seen) == 4, seen  # who asks, a look at the attempt, its hold, the answer
    service.submit(taking.person.id, taking.attempt.public_id, "end")
    with statements() as seen:
        assert taking.client.get(f"{taking.base}/hasil").status_code == 200
    assert len(seen) <= 6, seen


def test_there_is_no_other_question(taking: Taking) -> None:
    for path in ("0", "6", "99999", "abc"):
        assert taking.client.get(f"{taking.base}/{path}").status_code == 404


# Without scripts


def test_a_form_saves_and_goes_on(taking: Taking) -> None:
    n = taking.number("kata")
    went = taking.form("kata", jawaban="  pelayanan ", ke=str(n % 5 + 1))
    assert went.status_code == 302 and went.location == f"{taking.base}/{n % 5 + 1}"
    right = taking.key("banyak")
    assert taking.form("banyak", jawaban=right, ke="kumpulkan").location == f"{taking.base}/kumpulkan"
    assert taking.stored() == [("answer", "kata", "pelayanan"), ("answer", "banyak", right)]
    assert 'value="pelayanan"' in taking.page("kata")
    assert taking.page("banyak").count(" checked") == 2


def test_a_form_flags_and_keeps_the_answer_with_it(taking: Taking) -> None:
    n = taking.number("angka")
    assert taking.form("angka", jawaban="12", ragu="1").location == f"{taking.base}/{n}"
    assert taking.form("angka", jawaban="12", ragu="0").status_code == 302
    assert taking.stored() == [("answer", "angka", "12"), ("flag", "angka", None), ("unflag", "angka", None)]


def test_a_form_that_changed_nothing_stores_nothing_and_one_emptied_takes_the_answer_back(taking: Taking) -> None:
    taking.form("kata", jawaban="layanan")
    taking.form("kata", jawaban="layanan")
    taking.form("kata", jawaban="")
    assert taking.stored() == [("answer", "kata", "layanan"), ("answer", "kata", None)]


def test_an_old_page_left_as_it_was_does_not_undo_the_answer_of_another_device(taking: Taking) -> None:
    n = taking.number("kata")
    taking.answer("kata", "layanan")
    post(taking.client, f"{taking.base}/jawab", {"n": n, "semula": "null", "jawaban": "", "ke": "1"})
    assert taking.stored() == [("answer", "kata", "layanan")]
    post(taking.client, f"{taking.base}/jawab", {"n": n, "semula": "null", "jawaban": "pelayanan", "ke": "1"})
    assert taking.stored()[-1] == ("answer", "kata", "pelayanan"), "the newest answer wins"


def test_a_form_goes_nowhere_else(taking: Taking) -> None:
    for ke in ("0", "6", "-1", "²", "99999999", "/masuk", "//jahat.example", ""):
        assert taking.form("kata", jawaban="x", ke=ke).location == f"{taking.base}/{taking.number('kata')}"


def test_a_form_that_no_page_sends_is_refused(taking: Taking, caplog: pytest.LogCaptureFixture) -> None:
    single = next(item["question"] for item in taking.attempt.layout if item["question"].startswith("s"))
    assert taking.form(single, jawaban="rahasia-saya").status_code == 400
    assert taking.form("kata", jawaban="rahasia-saya" * 100).status_code == 400
    assert post(taking.client, f"{taking.base}/jawab", {"n": 77, "jawaban": "x"}).status_code == 400
    assert taking.stored() == []
    assert "rahasia-saya" not in caplog.text and taking.person.name not in caplog.text


def test_a_form_after_the_end_says_what_became_of_it(taking: Taking) -> None:
    n = taking.number("kata")
    service.submit(taking.person.id, taking.attempt.public_id, "end")
    gone = post(taking.client, f"{taking.base}/jawab", {"n": n, "jawaban": "x"})
    assert gone.location == f"{taking.base}/hasil"
    assert "jawaban tadi tidak disimpan" in taking.client.get(gone.location).text


# By script


def test_the_script_is_told_what_is_durable(taking: Taking) -> None:
    right = taking.key("banyak")
    events = [
        {"id": "1", "kind": "answer", "question": "kata", "response": "layanan", "queued_at": clock.now().isoformat()},
        {"id": "2", "kind": "flag", "question": "kata"},
        {"id": "3", "kind": "answer", "question": "banyak", "response": right},
    ]
    for _ in range(2):
        told = taking.send({"events": events}).get_json()
        assert told["acknowledged"] == ["1", "2", "3"] and told["refused"] == []
        assert told["state"] == "open" and 1190 <= told["remaining_seconds"] <= 1200
        assert told["saved_at"].endswith("+00:00")
    assert len(taking.stored()) == 3


def test_asking_how_things_stand_stores_nothing(taking: Taking) -> None:
    assert taking.attempt.deadline_at is not None
    told = taking.send({"events": []}).get_json()
    assert (told["state"], told["acknowledged"]) == ("open", [])
    with clock.at(taking.attempt.deadline_at - timedelta(milliseconds=300)):
        assert taking.send({"events": []}).get_json()["remaining_seconds"] == 1, "never over before it is"
    assert taking.stored() == []
    with clock.at(taking.attempt.deadline_at + timedelta(milliseconds=300)):
        told = taking.send({"events": []}).get_json()
    assert (told["state"], told["remaining_seconds"]) == ("graded", 0)
    assert [kind for kind, *_ in taking.stored()] == ["expire", "grade"]


def test_a_quiz_without_a_limit_has_no_timer(app: Flask, tmp_path: Path) -> None:
    taking = Taking(app, tmp_path, final=FINAL.replace("time: {time}\n", ""))
    assert "data-timer" not in taking.page("kata")
    assert taking.answer("kata", "layanan").get_json()["remaining_seconds"] is None


DEEP = "[" * 50_000 + "]" * 50_000


BAD = [
    "",
    "{",
    "[1]",
    '"x"',
    '{"events": {}}',
    '{"events": [1]}',
    '{"events": [{}]}',
    f'{{"events": {DEEP}}}',
    {"events": [{"id": "1", "kind": "answer", "question": "kata", "response": "x"}] * 101},
    {"events": [{"id": "1", "kind": "submit", "question": "kata"}]},
    {"events": [{"id": "1", "kind": "answer", "question": "tidak-ada", "response": "x"}]},
    {"events": [{"id": "1", "kind": "answer", "question": ["kata"], "response": "x"}]},
    {"events": [{"id": 7, "kind": "answer", "question": "kata", "response": "x"}]},
    {"events": [{"id": "a\x00b", "kind": "answer", "question": "kata", "response": "x"}]},
    '{"events": [{"id": "\\ud800", "kind": "answer", "question": "kata", "response": "x"}]}',
    {"events": [{"id": "x" * 41, "kind": "answer", "question": "kata", "response": "x"}]},
    {"events": [{"id": "1", "kind": "answer", "question": "kata", "response": 12}]},
    {"events": [{"id": "1", "kind": "answer", "question": "kata", "response": {"a": "b"}}]},
    {"events": [{"id": "1", "kind": "answer", "question": "kata", "response": "x" * 5000}]},
    '{"events": [{"id": "1", "kind": "answer", "question": "kata", "response": NaN}]}',
    {"events": [{"id": "1", "kind": "answer", "question": "banyak", "response": ["x"]}]},
    {"events": [{"id": "1", "kind": "answer", "question": "kata", "response": "x", "queued_at": 12}]},
    {"events": [{"id": "1", "kind": "answer", "question": "kata", "response": "x", "queued_at": "kemarin"}]},
]


def test_what_no_script_sends_is_refused_logged_and_changes_nothing(
    taking: Taking, caplog: pytest.LogCaptureFixture
) -> None:
    good = {"id": "good", "kind": "answer", "question": "angka", "response": "rahasia 12"}
    for body in BAD:
        caplog.clear()
        mixed = {"events": [good, *body["events"]]} if isinstance(body, dict) else body
        answer = taking.send(mixed)
        assert (answer.status_code, answer.get_json()) == (400, {"error": "invalid"}), str(body)[:200]
        assert f"refused events for attempt '{taking.attempt.public_id}'" in caplog.text
        assert "rahasia" not in caplog.text and taking.person.number not in caplog.text
    assert taking.stored() == []


def test_a_huge_body_is_refused_before_it_is_read(taking: Taking) -> None:
    answer = taking.send(b'{"events": "' + b"x" * LIMIT + b'"}')
    assert (answer.status_code, answer.get_json()) == (413, {"error": "too-large"})


def test_without_the_token_or_signed_out_nothing_is_stored(app: Flask, taking: Taking) -> None:
    assert taking.send({"events": []}, **{"X-CSRFToken": "salah"}).status_code == 400
    stranger = app.test_client()
    refused = stranger.post(f"{taking.base}/jawab", data="{}", headers={"Content-Type": "application/json"})
    assert refused.status_code in (302, 400)
    assert taking.stored() == []


def test_the_attempt_of_another_does_not_exist(app: Flask, taking: Taking, caplog: pytest.LogCaptureFixture) -> None:
    boss = make_person(make_unit("lain"), "atasan", "pengajar", "admin", name="Orang Lain")
    theirs = client_of(app, boss)
    for path in ("1", "kumpulkan", "hasil"):
        assert theirs.get(f"{taking.base}/{path}").status_code == 404
    assert post(theirs, f"{taking.base}/kumpulkan").status_code == 404
    assert post(theirs, f"{taking.base}/jawab", {"n": 1, "jawaban": "x"}).status_code == 404
    taking.client, taking.token = theirs, csrf_token(theirs, "/")
    answer = taking.answer("kata", "rahasia")
    assert (answer.status_code, answer.get_json()) == (404, {"error": "not-found"})
    assert "no attempt of this person" in caplog.text and "rahasia" not in caplog.text
    assert taking.stored() == []


def test_late_answers_are_taken_or_refused_by_when_they_were_given(
    taking: Taking, caplog: pytest.LogCaptureFixture
) -> None:
    deadline = taking.attempt.deadline_at
    assert deadline is not None
    with clock.at(deadline + timedelta(seconds=90)), caplog.at_level(logging.WARNING):
        given = (deadline - timedelta(seconds=3)).isoformat()
        kept = taking.answer("kata", "layanan", "in-time", queued_at=given).get_json()
        assert kept["acknowledged"] == ["in-time"] and kept["state"] == "graded"
        refused = taking.answer("angka", "12,5", "after", queued_at=clock.now().isoformat()).get_json()
        assert refused["refused"] == [{"id": "after", "why": "ended"}] and refused["acknowledged"] == []
        assert "1 ended" in caplog.text
        page = taking.client.get(f"{taking.base}/hasil").text
    assert "tiba terlambat, diterima" in page and "Waktu habis" in page
    assert "1 / 10" in page


# The end


def test_before_handing_in_one_sees_what_is_open_and_flagged(taking: Taking) -> None:
    taking.answer("kata", "layanan")
    taking.send({"events": [{"id": "f", "kind": "flag", "question": "angka"}]})
    page = taking.client.get(f"{taking.base}/kumpulkan").text
    assert "4 dari 5 soal belum dijawab" in page and "1 soal masih Anda tandai" in page
    assert f'href="{taking.base}/{taking.number("angka")}"' in page
    for n, item in enumerate(taking.attempt.layout):
        taking.answer(item["question"], taking.key(item["question"]), f"all-{n}")
    assert "Semua 5 soal sudah dijawab" in taking.client.get(f"{taking.base}/kumpulkan").text


def test_handing_in_gives_the_result_and_ends_the_questions(taking: Taking) -> None:
    for n, item in enumerate(taking.attempt.layout):
        taking.answer(item["question"], taking.key(item["question"]), f"all-{n}")
    assert taking.client.get(f"{taking.base}/hasil").location == f"{taking.base}/1", "not before it ended"
    for _ in range(2):
        assert post(taking.client, f"{taking.base}/kumpulkan").location == f"{taking.base}/hasil"
    page = taking.client.get(f"{taking.base}/hasil").text
    assert "Lulus, selamat" in page and "10 / 10" in page and "5 dari 5 soal" in page
    assert "Lihat aturan dan coba lagi" not in page
    for path in ("1", "kumpulkan"):
        assert taking.client.get(f"{taking.base}/{path}").location == f"{taking.base}/hasil"


def test_who_has_not_passed_learns_what_to_do_next(taking: Taking) -> None:
    taking.answer("kata", "layanan")
    post(taking.client, f"{taking.base}/kumpulkan")
    page = taking.client.get(f"{taking.base}/hasil").text
    assert "Belum lulus" in page and "Masih ada 2 percobaan." in page
    assert "Percobaan berikutnya dapat dimulai" in page and "Lihat aturan dan coba lagi" in page


def test_a_score_just_below_the_mark_does_not_look_like_it(app: Flask, tmp_path: Path) -> None:
    thirds = "".join(f"\n## Kata {i} {{{{#kata-{i}}}}}\n= ya\n" for i in range(3))
    final = FINAL.split("# Kumpulan")[0].replace("passing: 60", "passing: 66.67") + thirds
    taking = Taking(app, tmp_path, final=final)
    for i in range(2):
        taking.answer(f"kata-{i}", "ya", str(i))
    post(taking.client, f"{taking.base}/kumpulkan")
    page = taking.client.get(f"{taking.base}/hasil").text
    assert "Belum lulus" in page and "Nilai Anda 66,6; ambang lulus 66,67" in page
    assert re.search(r'<b aria-hidden="true">66</b>', page)


@pytest.mark.parametrize(
    ("review", "passes", "shown"),
    [
        ("after-submit", False, True),
        ("after-passing", False, False),
        ("after-passing", True, True),
        ("after-close", True, False),
        ("never", True, False),
    ],
)
def test_the_key_is_shown_by_the_rule(app: Flask, tmp_path: Path, review: str, passes: bool, shown: bool) -> None:
    rule = f"review: {review}"
    if review == "after-close":
        rule += f"\ncloses: {clock.now() + timedelta(days=1):%Y-%m-%d %H:%M}"
    final = FINAL.replace("review: after-submit", rule) + "\n> Penjelasan yang dijaga.\n"
    taking = Taking(app, tmp_path, final=final)
    if passes:
        for n, item in enumerate(taking.attempt.layout):
            taking.answer(item["question"], taking.key(item["question"]), f"all-{n}")
    post(taking.client, f"{taking.base}/kumpulkan")
    page = taking.client.get(f"{taking.base}/hasil").text
    assert ("Pembahasan" in page) == shown
    assert ("Penjelasan yang dijaga" in page) == shown
    assert ("jawaban benar" in page) == shown
    assert ("Lulus, selamat" in page) == passes, "the score is always told"


def test_the_review_shows_response_key_and_reason(taking: Taking) -> None:
    taking.answer("kata", "loket")
    post(taking.client, f"{taking.base}/kumpulkan")
    page = taking.client.get(f"{taking.base}/hasil").text
    assert "<dd>loket</dd>" in page and "pelayanan atau layanan" in page
    assert "Jawaban Anda belum tepat: 0 % dari 1 poin." in page and "Tidak dijawab" in page


def test_a_result_that_waits_says_so_and_shows_no_number(taking: Taking, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_body: Any, _response: Any) -> None:
        raise ArithmeticError

    taking.answer("kata", "layanan")
    monkeypatch.setattr(text_type, "grade", broken)
    post(taking.client, f"{taking.base}/kumpulkan")
    page = taking.client.get(f"{taking.base}/hasil").text
    assert "Jawaban Anda sudah terkumpul" in page and "menunggu dinilai" in page
    assert "Nilai Anda" not in page and "Belum lulus" not in page


def test_after_the_pretest_one_goes_on_to_the_first_lesson(app: Flask, tmp_path: Path) -> None:
    taking = Taking(app, tmp_path)
    attempt = service.start(taking.person.id, taking.person.unit_id, taking.version, "tes-awal")
    events = [ClientEvent("1", "answer", "awal-satu", key_of(taking.version, "tes-awal", "awal-satu"))]
    service.save(taking.person.id, attempt.public_id, events)
    post(taking.client, f"/percobaan/{attempt.public_id}/kumpulkan")
    page = taking.client.get(f"/percobaan/{attempt.public_id}/hasil").text
    assert "tes awal selesai" in page and "Nilai Anda 50 dari 100" in page
    assert re.search(r'class="btn btn-primary[^>]*href="/modul/modul-coba/satu"[^>]*>Lanjut: Materi satu', page)
    assert "Belum lulus" not in page and "Percobaan tersisa" not in page


def test_every_page_of_an_attempt_is_kept_by_no_one(taking: Taking) -> None:
    for path in ("1", "kumpulkan"):
        response = taking.client.get(f"{taking.base}/{path}")
        assert response.headers["Cache-Control"] == "no-store"
        assert not re.search(r'\sstyle="|\son\w+="|<script(?![^>]*\ssrc=)', response.text)
    assert db.session.scalar(select(func.count()).select_from(AttemptEvent)) == 0
