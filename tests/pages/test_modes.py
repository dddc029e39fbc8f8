"""The pages of a quiz that judges before the end or asks for certainty, without scripts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.helpers import post
from tests.pages.test_quiz import Taking

FINAL = """---
kind: quiz
title: Kuis akhir
passing: 60
mode: MODE
---
## Satu? {{#satu points=3}}
- (x) benar
- ( ) keliru
    > Bukan itu.
- ( ) luput

> Karena benar.

> [!hint] Petunjuk pertama.

## Dua? {{#dua}}
= layanan
"""


class Asked(Taking):
    def __init__(self, app: Flask, folder: Path, mode: str) -> None:
        super().__init__(app, folder, final=FINAL.replace("MODE", mode))

    def option(self, text: str) -> str:
        found = re.search(rf'value="(\w+)"(?:(?!value=).)*?{text}', self.page("satu"), re.S)
        assert found
        return found.group(1)

    def check(self, **fields: Any) -> TestResponse:
        return self.form("satu", periksa="1", **fields)


@pytest.mark.parametrize("mode", ["immediate", "practice", "certainty"])
def test_no_key_before_it_may_be_seen(app: Flask, tmp_path: Path, mode: str) -> None:
    asked = Asked(app, tmp_path, mode)
    for secret in ("Karena benar", "Petunjuk", "Bukan itu", "layanan"):
        assert secret not in asked.page("satu") + asked.page("dua").replace("pelayanan", "")


def test_an_answer_is_judged_on_its_page(app: Flask, tmp_path: Path) -> None:
    asked = Asked(app, tmp_path, "immediate")
    answer = asked.check(jawaban=asked.option("keliru"))
    assert answer.status_code == 302 and answer.location.endswith("#hasil-periksa")
    page = asked.page("satu")
    assert "Karena benar" in page and "Bukan itu" in page and 'name="periksa"' not in page
    assert 'name="jawaban"' not in page, "what is judged cannot be changed"
    assert asked.form("satu", jawaban="x", ke="2").status_code == 302, "the buttons go on working"
    assert [kind for kind, *_ in asked.stored()] == ["answer", "check"]


def test_a_try_gives_a_hint_and_says_what_is_left(app: Flask, tmp_path: Path) -> None:
    asked = Asked(app, tmp_path, "practice")
    asked.check(jawaban=asked.option("keliru"))
    page = asked.page("satu")
    assert "Petunjuk pertama" in page and "Karena benar" not in page
    assert "Masih ada 2 percobaan. Bila tepat sekarang: 2 poin." in page and "Periksa lagi" in page
    asked.check(jawaban=asked.option("benar"))
    page = asked.page("satu")
    assert "Soal ini selesai: Anda mendapat 2 dari 3 poin." in page and "Karena benar" in page
    result = post(asked.client, f"{asked.base}/kumpulkan", {}, follow_redirects=True).text
    assert "2 percobaan; yang terbaik dihitung" in result


def test_checking_nothing_says_what_to_do(app: Flask, tmp_path: Path) -> None:
    asked = Asked(app, tmp_path, "immediate")
    asked.check()
    assert "Jawab dulu soalnya" in asked.page("satu")


def test_certainty_is_asked_kept_and_told(app: Flask, tmp_path: Path) -> None:
    asked = Asked(app, tmp_path, "certainty")
    assert "Seberapa yakin Anda?" in asked.page("satu") and 'name="periksa"' not in asked.page("satu")
    asked.form("satu", jawaban=asked.option("benar"), yakin="3", ke="2")
    assert re.search(r'name="yakin" value="3" checked', asked.page("satu"))
    asked.form("satu", yakin="3", jawaban=asked.option("benar"), ke="2")
    assert [kind for kind, *_ in asked.stored()] == ["answer", "certainty"], "nothing twice"
    assert asked.form("satu", yakin="7", ke="2").status_code == 400
    result = post(asked.client, f"{asked.base}/kumpulkan", {}, follow_redirects=True).text
    assert "Anda sangat yakin: nilai 3 dari 3." in result


@pytest.mark.parametrize(
    ("mode", "told"),
    [("immediate", "periksa tiap jawaban"), ("practice", "dengan petunjuk"), ("certainty", "tingkat keyakinan")],
)
def test_the_rules_say_how_it_is_judged(app: Flask, tmp_path: Path, mode: str, told: str) -> None:
    asked = Asked(app, tmp_path, mode)
    assert told in asked.client.get("/modul/modul-coba/kuis-akhir").text
