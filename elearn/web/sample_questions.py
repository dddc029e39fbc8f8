"""A question of each type for the style page, as it is asked and as it is reviewed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from elearn.core.content import read_module
from elearn.core.model import Question, Quiz
from elearn.core.questions import type_of
from elearn.core.questions.base import Grade, Response, Review
from elearn.core.quiz.review import explained

PLAN = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 120" font-family="sans-serif" font-size="14">
<rect x="1" y="1" width="318" height="118" fill="#fbfaf6" stroke="#82806f"/>
<rect x="15" y="15" width="80" height="60" fill="#e3f1ee"/><text x="30" y="50">Ambil</text>
<rect x="120" y="15" width="80" height="60" fill="#e3f1ee"/><text x="138" y="50">Daftar</text>
<circle cx="265" cy="45" r="32" fill="#fdf1d7"/><text x="247" y="50">Aduan</text>
<text x="140" y="110">Pintu</text></svg>"""
_MODULE = """---
title: Contoh soal
summary: Satu soal dari setiap jenis.
outcomes:
  TP1: Menjawab setiap jenis soal
jp: 0.5
---
Contoh.
"""
_QUIZ = """---
kind: quiz
title: Contoh
---
## Siapa yang menetapkan standar pelayanan sebuah unit? {#tunggal points=2}

- ( ) Kepala daerah
    > Kepala daerah membina; unitnya sendiri yang menetapkan.
- (x) Penyelenggara pelayanan
- ( ) Ombudsman

> UU 25/2009 Pasal 20.

## Apa saja yang termuat di dalam standar pelayanan? {#ganda points=2}

- [x] Persyaratan
- [x] Jangka waktu
- [ ] Nama petugas
- [ ] Anggaran unit

## Apa nama kanal aduan nasional? {#teks}

= SP4N-LAPOR!
= LAPOR!

## Berapa unsur survei kepuasan masyarakat? {#angka}

= 9

## Jodohkan pelaku Satu Data dengan tugasnya. {#jodoh points=3}

- Walidata => Memeriksa kesesuaian data
- Produsen data => Menghasilkan data
- Pembina data => Menetapkan standar data
    > Pembina menetapkan, walidata memeriksa.
- => Membeli data

## Urutkan siklus manajemen data. {#urut .ordering points=4}

1. Perencanaan data
2. Pengumpulan data
3. Pemeriksaan data
4. Penyebarluasan data

## Lengkapi kalimat ini. {#rumpang points=3}

SPBE diatur dalam Perpres Nomor [[= 95]] Tahun 2018. Penanggung jawabnya adalah [[sekretaris*|sekda]], dan indeksnya
dinilai oleh [[( ) Bappenas|(x) Kementerian PANRB|( ) Kemenkeu]].

## Berapa rata-rata nilai {a} dan {b}? {#hitung .computed points=2}

a = 60..90 step 5
b = 65, 70, 82

= (a + b) / 2 ± 0,05

## Di mana warga mendaftar? {#gambar .hotspot points=2}

![Denah loket: Ambil di kiri, Daftar di tengah, Aduan di kanan](media/denah.svg)

- ( ) rect 15,15 95,75 Loket Ambil
    > Loket ini untuk mengambil hasil.
- (x) rect 120,15 200,75 Loket Daftar
- ( ) circle 265,45 32 Loket Aduan

## Usulkan satu perbaikan layanan di unit Anda. {#esai .essay points=10 words=50..300}

Sebutkan masalahnya dan cara mengukur hasilnya.

| Kriteria | Poin | Deskriptor |
| --- | --- | --- |
| Masalah | 4 | Nyata dan didukung data |
| Cara mengukur | 6 | Ukuran dan waktunya jelas |

## Materi ini berguna bagi pekerjaan saya. {#sikap .likert scale="Sangat tidak setuju..Sangat setuju" steps=5}
"""


@dataclass(frozen=True, slots=True)
class SampleQuestion:
    """`given` is an answer in between: not empty, and where that can be not wholly right."""

    question: Question
    shown: dict[str, Any]
    given: Response
    grade: Grade
    explained: str
    review: Review


@cache
def sample_questions(plan_url: str) -> tuple[SampleQuestion, ...]:
    """One of each type; `plan_url` is where PLAN is served."""
    files = {"module.md": _MODULE, "90-contoh.md": _QUIZ, "media/denah.svg": PLAN}
    module, found = read_module("contoh", {name: text.encode() for name, text in files.items()})
    quiz = module.parts[0] if module else None
    assert isinstance(quiz, Quiz), found
    return tuple(_samples(quiz, plan_url))


def _samples(quiz: Quiz, plan_url: str) -> Iterator[SampleQuestion]:
    for read in quiz.questions.values():
        question = _with_plan(read, plan_url)
        kind = type_of(question)
        order = kind.option_ids(question.body)
        given = _in_between(question)
        grade = kind.grade(question.body, given)
        yield SampleQuestion(
            question=question,
            shown=kind.present(question.body, order),
            given=given,
            grade=grade,
            explained=explained(grade, question.points),
            review=kind.review(question.body, given, order),
        )


def _with_plan(question: Question, plan_url: str) -> Question:
    if "picture" not in question.body:
        return question
    return replace(question, body={**question.body, "picture": {**question.body["picture"], "src": plan_url}})


def _in_between(question: Question) -> Response:
    kind = type_of(question)
    key = kind.key(question.body)
    if kind.asks_for == "places":
        return dict(list(key.items())[:-1])
    if kind.asks_for == "order":
        return [*key[:-2], key[-1], key[-2]]
    if kind.asks_for == "some":
        return key[:1]
    if question.type == "likert":
        return "4"
    if question.type == "essay":
        return "Antrean pagi terlalu panjang.\n\nKami buka pendaftaran daring dan mengukur lama tunggu setiap minggu."
    wrong = [option["id"] for option in question.body.get("options", ()) if option["id"] != key]
    return wrong[0] if wrong else key
