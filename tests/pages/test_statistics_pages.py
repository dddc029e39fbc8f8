"""The statistics of a quiz as a pengajar sees them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from elearn.catalogue.models import ModuleTrainer
from elearn.catalogue.store import PublishedVersion
from elearn.database import transaction
from elearn.quizzes import service
from elearn.quizzes.service import ClientEvent
from elearn.study import service as study
from tests.content import key_of, published
from tests.helpers import client_of, make_person, make_unit

PAGE = "/pengajar/modul-coba/kuis-akhir/statistik"
FINAL = """---
kind: quiz
title: Kuis akhir
passing: 60
---
## Mudah? {{#mudah}}
- (x) ya
- ( ) tidak
- ( ) entah

## Terbalik? {{#terbalik}}
- (x) salah ketik
- ( ) mestinya ini
- ( ) bukan

## Kata? {{#kata points=3}}
= layanan
"""


@pytest.fixture
def version(app: Flask, tmp_path: Path) -> PublishedVersion:
    return published(tmp_path, final=FINAL)


@pytest.fixture
def client(app: Flask, version: PublishedVersion) -> FlaskClient:
    trainer = make_person(make_unit("dinas"), "pengajar")
    with transaction() as session:
        session.add(ModuleTrainer(module_id=version.module_id, person_id=trainer.id))
    return client_of(app, trainer)


def attempts(version: PublishedVersion, number: int) -> None:
    """So many people: the strong half knows the word and misses the item whose key is wrong."""
    unit = make_unit()
    quiz = version.module.part("kuis-akhir")
    assert quiz is not None and quiz.kind == "quiz"
    other = {o["text"]: o["id"] for o in quiz.questions["terbalik"].body["options"]}["mestinya ini"]
    for n in range(number):
        person = make_person(unit, password=None, name=f"Rahasia {n}")
        study.enrol(person.id, version.module.slug)
        for slug in ("tes-awal", "kuis-akhir"):
            attempt = service.start(person.id, unit.id, version, slug)
            strong = n % 2 == 0
            given = {"terbalik": other, "kata": "layanan"} if strong else {"kata": f"keliru {n % 3}"}
            if slug == "tes-awal":
                given = {"awal-dua": None} if strong else {}
            events = [
                ClientEvent(f"{slug}-{item['question']}", "answer", item["question"],
                            given.get(item["question"], key_of(version, slug, item["question"])))
                for item in attempt.layout
            ]  # fmt: skip
            service.save(person.id, attempt.public_id, events)
            service.submit(person.id, attempt.public_id, "end")


def test_few_attempts_show_no_figures(client: FlaskClient, version: PublishedVersion) -> None:
    attempts(version, 4)
    page = client.get(PAGE).text
    assert "Belum cukup percobaan" in page and "sekarang ada 4" in page and '<svg class="plot' not in page
    assert client.get(f"{PAGE}/mudah").status_code == 404


def test_the_figures_the_words_and_the_plots(client: FlaskClient, version: PublishedVersion) -> None:
    attempts(version, 32)
    assert PAGE in client.get("/pengajar/modul-coba").text
    page = client.get(PAGE).text
    assert page.count('<svg class="plot"') == 2 and "Baru 32 percobaan" not in page
    assert "Soal ini membedakan terbalik: peserta kuat lebih sering salah. Periksa kunci." in page
    assert "Soal ini sangat mudah" in page and "berlawanan" in page
    # Strong: 4 of 5 points, weak: 2 of 5; half each.
    assert "60%" in page and "Kenaikan ternormalisasi" in page
    assert "Rahasia" not in page, "no names"


def test_one_item_says_who_answered_what(client: FlaskClient, version: PublishedVersion) -> None:
    attempts(version, 32)
    page = client.get(f"{PAGE}/terbalik").text
    assert "mestinya ini" in page and "salah ketik" in page and "kunci" in page
    assert page.count('<svg class="curve') == 3 and "Rahasia" not in page
    words = client.get(f"{PAGE}/kata").text
    assert "layanan" in words and "keliru 1" in words
    assert client.get(f"{PAGE}/tidak-ada").status_code == 404


def test_the_sheet_is_the_page(client: FlaskClient, version: PublishedVersion) -> None:
    attempts(version, 6)
    answer = client.get(f"{PAGE}.csv?percobaan=terakhir")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert rows[0][0] == "soal" and [row[0] for row in rows[1:]] == ["mudah", "terbalik", "kata"]
    assert rows[1][3] == "100,00" and rows[3][3] == "50,00"
    assert "attachment" in answer.headers["Content-Disposition"]


def test_attempts_to_count_can_be_chosen_and_nonsense_is_the_default(
    client: FlaskClient, version: PublishedVersion
) -> None:
    attempts(version, 6)
    for which in ("pertama", "terakhir", "tertinggi", "semua", "entah"):
        assert client.get(f"{PAGE}?percobaan={which}").status_code == 200


def test_it_is_the_trainers_of_the_module_alone(app: Flask, client: FlaskClient, version: PublishedVersion) -> None:
    attempts(version, 6)
    stranger = client_of(app, make_person(make_unit("lain"), "pengajar"))
    for path in (PAGE, f"{PAGE}.csv", f"{PAGE}/mudah"):
        assert client.get(path).status_code == 200
        assert stranger.get(path).status_code == 404
    assert client.get("/pengajar/modul-coba/satu/statistik").status_code == 404
