"""The statistics of a quiz as a pengajar sees them."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from elearn.authoring.statistics_pages import LEFT, ItemLine
from elearn.catalogue.models import ModuleTrainer
from elearn.catalogue.store import PublishedVersion
from elearn.core.model import Question
from elearn.core.statistics import ItemStatistics
from elearn.database import transaction
from elearn.quizzes import service
from elearn.quizzes.models import Attempt, ItemGrade
from elearn.quizzes.service import ClientEvent
from elearn.quizzes.statistics import Item
from elearn.study import service as study
from tests.attempts import take
from tests.content import MODULE, OF_EVERY_TYPE, SURVEY, files, key_of, published
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


def test_a_survey_is_shown_as_counts(client: FlaskClient, tmp_path: Path) -> None:
    contents = files(final=SURVEY) | {"module.md": MODULE.replace("posttest: kuis-akhir\n", "")}
    version = published(tmp_path, contents=contents)
    unit = make_unit("kecamatan")
    for n in range(4):
        take(make_person(unit, password=None), version, "kuis-akhir", {"sikap": "4", "esai": f"<b>Bagus</b> {n}"})
    assert "Hasil survei" in client.get("/pengajar/modul-coba").text
    assert "sekarang ada 4" in client.get(PAGE).text
    take(make_person(unit, password=None), version, "kuis-akhir", {"sikap": "5", "jodoh": {}})
    page = client.get(PAGE).text
    assert "Isian terakhir dari 5 orang" in page and "Rata-rata 4,2 dari 5" in page and "5 · Ya" in page
    assert "4 orang menulis jawaban" in page and "&lt;b&gt;Bagus&lt;/b&gt; 3" in page
    rows = list(csv.reader(io.StringIO(client.get(f"{PAGE}.csv").data.decode("utf-8-sig")), delimiter=";"))
    assert rows[0][3:] == ["jawaban", "banyaknya", "persen"]
    assert ["esai", "Usulkan.", "", "<b>Bagus</b> 0", "1", ""] in rows
    assert ["sikap", "Berguna?", "", "4", "4", "80,00"] in rows
    assert client.get(f"{PAGE}/sikap").status_code == 404


def test_parts_of_an_item_and_essays(client: FlaskClient, tmp_path: Path) -> None:
    version = published(tmp_path, final=OF_EVERY_TYPE)
    unit = make_unit("kecamatan")
    order = key_of(version, "kuis-akhir", "urut")
    for n in range(5):
        given = {"urut": order, "teks": f"<b>{n}</b>", "esai": "Bu Rahasia terlambat."}
        attempt = take(make_person(unit, password=None), version, "kuis-akhir", given)
        with transaction() as session:
            held = session.get_one(Attempt, attempt.id)
            held.state, held.percent, held.points = "graded", Decimal(10), Decimal(3)
            essay = session.scalars(select(ItemGrade).filter_by(attempt_id=attempt.id, question="esai")).one()
            essay.fraction = Decimal("0.5")
    page = client.get(f"{PAGE}/urut").text
    assert page.count("<table") == 4 and "Langkah 1" in page
    assert "&lt;b&gt;1&lt;/b&gt;" in client.get(f"{PAGE}/teks").text
    essays = client.get(f"{PAGE}/esai").text
    assert "5 percobaan menjawab" in essays and "Rahasia" not in essays


def test_a_point_below_nothing_stands_at_the_edge() -> None:
    """Where certainty counts an item can take points away."""
    figures = ItemStatistics(40, -60.0, 1.0, None, 50.0, None, False, -20.0, None)
    item = Item(Question("a", "single", Decimal(1), "", "", {}), "", False)
    point = ItemLine(1, item, figures, []).point
    assert point is not None and point[0] == LEFT


def test_whether_a_module_works_leads_to_the_text(client: FlaskClient, version: PublishedVersion) -> None:
    assert "Belum ada yang memulai modul ini" in client.get("/pengajar/modul-coba/perkembangan").text
    attempts(version, 40)
    page = client.get("/pengajar/modul-coba/perkembangan").text
    assert "membedakan terbalik" in page and "Rahasia" not in page
    link = re.search(
        r'Terbalik\?</strong>.*?href="(/pengajar/modul-coba/naskah/90-kuis-akhir.md\?baris=(\d+))"', page, re.S
    )
    assert link
    text = client.get(link[1]).text
    assert f"Baris {link[2]}:" in text
    assert "<code>## Terbalik? {#terbalik}</code>" in text
    assert "/pengajar/modul-coba/perkembangan" in client.get("/pengajar/modul-coba").text
    sheet = list(
        csv.reader(
            io.StringIO(client.get("/pengajar/modul-coba/perkembangan.csv").data.decode("utf-8-sig")), delimiter=";"
        )
    )
    assert sheet[0][0] == "bagian" and [row[0] for row in sheet[1:]] == [part.title for part in version.module.parts]
    for wrong in ("x", "999999999999", "0", "-1"):
        assert client.get(f"/pengajar/modul-coba/naskah/90-kuis-akhir.md?baris={wrong}").status_code == 200


def test_a_stranger_sees_nothing_of_how_a_module_works(app: Flask, client: FlaskClient) -> None:
    stranger = client_of(app, make_person(make_unit("lain"), "pengajar"))
    for path in ("/pengajar/modul-coba/perkembangan", "/pengajar/modul-coba/perkembangan.csv"):
        assert stranger.get(path).status_code == 404
