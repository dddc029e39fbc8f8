"""A small module for tests, as files, and its publication by the real service."""

from __future__ import annotations

import shutil
from contextlib import nullcontext
from pathlib import Path
from unittest import mock

from flask import current_app

from elearn.catalogue import publishing, store
from elearn.catalogue.reading import SafeReader
from elearn.catalogue.report import PublishReport
from elearn.catalogue.store import PublishedVersion

READER = SafeReader()
"""One reading process for all tests of a worker: to start it takes longer than to read."""

MODULE = """---
title: Modul coba
summary: Untuk menguji.
topic: Layanan warga
jp: 0.5
outcomes:
  TP1: Memutuskan
pretest: tes-awal
posttest: kuis-akhir
---
Pengantar tentang loket pelayanan.
"""
PRETEST = """---
kind: quiz
title: Tes awal
attempts: 1
passing: 0
---
## Awal satu? {#awal-satu outcome=TP1}
- (x) ya
- ( ) tidak

## Awal dua? {#awal-dua}
- (x) benar
- ( ) salah
"""
LESSON = """---
title: {title}
---
Cerita tentang antrean di kelurahan.

## Bagian satu

```quiz
## Apa dulu? {{#cek-{slug}}}
- (x) dengar
- ( ) tolak
    > Dengarkan dulu.
- ( ) tunda
```
"""
FINAL = """---
kind: quiz
title: Kuis akhir
passing: 60
attempts: 3
time: {time}
shuffle: [questions, options]
cooldown: {cooldown}
review: after-submit
---
# Kumpulan {{#kumpulan draw=2}}

## Satu? {{#s1 points=2 outcome=TP1}}
- (x) benar satu
- ( ) keliru satu
- ( ) luput satu

## Dua? {{#s2 points=2}}
- (x) benar dua
- ( ) keliru dua
- ( ) luput dua

## Tiga? {{#s3 points=2}}
- (x) benar tiga
- ( ) keliru tiga
- ( ) luput tiga

## Empat? {{#s4 points=2}}
- (x) benar empat
- ( ) keliru empat
- ( ) luput empat

# Isian {{#isian}}

## Pilih semua {{#banyak points=3}}
- [x] kanan
- [x] kiri
- [ ] atas
- [ ] bawah

## Kata? {{#kata}}
= pelayanan
= layanan

## Angka? {{#angka points=2}}
= 12,5 ± 0,1
"""


_SINGLES = "\n".join(
    f"## Apa jawaban soal {n}? {{{{#tunggal-{n}}}}}\n- (x) benar {n}\n- ( ) keliru {n}\n- ( ) luput {n}\n"
    for n in range(1, 8)
)
TEN_QUESTIONS = f"""---
kind: quiz
title: Kuis akhir
passing: 70
attempts: 3
time: {{time}}
shuffle: [options]
cooldown: {{cooldown}}
---
{_SINGLES}
## Pilih yang ada di loket. {{{{#banyak}}}}
- [x] kursi
- [x] meja
- [ ] perahu

## Tulis satu kata. {{{{#kata}}}}
= pelayanan

## Berapa setengah dari 25? {{{{#angka}}}}
= 12,5
"""
"""A final quiz of ten questions in this order, answered by one control each but for one that takes two."""

EVERY_TYPE = """## Tunggal? {{#tunggal points=2}}
- (x) benar
- ( ) salah
    > Bukan begitu.
- ( ) luput

## Ganda? {{#ganda points=2}}
- [x] kanan
- [x] kiri
- [ ] atas

## Kata? {{#teks points=2}}
= pelayanan

## Angka? {{#bilangan points=2}}
= 12,5 ± 0,1

## Jodohkan. {{#jodoh points=3}}
- Walidata => *Memeriksa* data
- Produsen => Menghasilkan data
    > Produsen menghasilkan.
- Pembina => Menetapkan standar
- => Membeli data

## Urutkan. {{#urut .ordering points=4}}
1. Mencatat
2. Memeriksa
3. Meneruskan
4. Menjawab

## Lengkapi. {{#rumpang points=3}}
Perpres [[= 95]] Tahun 2018 menunjuk [[sekretaris*|sekda]], dan menilai adalah [[( ) Bappenas|(x) PANRB|( ) Kemenkeu]].

## Berapa {{a}} tambah {{b}}? {{#hitung .computed points=2}}
a = 20..60 step 5
b = 1, 2, 3

= a + b

## Di mana? {{#gambar .hotspot points=2}}
![Denah tiga loket](media/denah.svg)

- ( ) rect 10,10 90,70 Loket Ambil
- (x) rect 110,10 190,70 Loket Daftar
- ( ) circle 250,40 30 Loket Aduan
    > Aduan di ujung.
"""
WITHOUT_KEY = """
## Usulkan. {{#esai .essay points=10 words=5..300}}
Sebutkan masalahnya.

| Kriteria | Poin | Deskriptor |
| --- | --- | --- |
| Masalah | 4 | Nyata |
| Ukuran | 6 | Jelas |

## Berguna? {{#sikap .likert scale="Tidak..Ya" steps=5}}
"""
HEAD = """---
kind: {kind}
title: Kuis akhir
{keys}---
"""
OF_EVERY_TYPE = HEAD.format(kind="quiz", keys="attempts: 3\npassing: 60\n") + EVERY_TYPE + WITHOUT_KEY
SURVEY = HEAD.format(kind="survey", keys="attempts: 2\n") + EVERY_TYPE + WITHOUT_KEY
PLAN = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 100"><rect x="10" y="10" width="80" height="60"/>'
    '<rect x="110" y="10" width="80" height="60"/><circle cx="250" cy="40" r="30"/></svg>'
)


def files(
    *,
    time: str = "20m",
    cooldown: str = "1m",
    lessons: tuple[str, ...] = ("satu", "dua"),
    final: str = FINAL,
    lesson: str = LESSON,
) -> dict[str, str]:
    """The files of the module; lessons are named and numbered in order. A picture comes along where one is shown."""
    out = {"module.md": MODULE, "00-tes-awal.md": PRETEST}
    for number, slug in enumerate(lessons, start=1):
        out[f"{number:02d}-{slug}.md"] = lesson.format(title=f"Materi {slug}", slug=slug)
    out["90-kuis-akhir.md"] = final.format(time=time, cooldown=cooldown)
    if any("media/denah.svg" in text for text in out.values()):
        out["media/denah.svg"] = PLAN
    return out


def publish(folder: Path, contents: dict[str, str], slug: str = "modul-coba") -> PublishReport:
    """Write the files as a content folder and publish it."""
    target = folder / "content" / "modules" / slug
    shutil.rmtree(target, ignore_errors=True)
    for name, text in contents.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_text(text, encoding="utf-8")
    assert current_app
    with mock.patch.object(publishing, "SafeReader", lambda: nullcontext(READER)):
        return publishing.publish_content(folder / "content", by=None)


def published(
    folder: Path, slug: str = "modul-coba", contents: dict[str, str] | None = None, **options: object
) -> PublishedVersion:
    """Publish the module, or that of these files, and give its version."""
    report = publish(folder, contents or files(**options), slug)  # type: ignore[arg-type]
    assert not report.refused, [d for m in report.modules for d in m.diagnostics]
    version = store.current(slug)
    assert version is not None
    return version


def key_of(version: PublishedVersion, quiz: str, question: str) -> object:
    """A response that earns all points."""
    from elearn.core.model import Quiz
    from elearn.core.questions import type_of

    part = version.module.part(quiz)
    assert isinstance(part, Quiz)
    asked = part.questions[question]
    return type_of(asked).key(asked.body)
