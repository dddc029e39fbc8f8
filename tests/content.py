"""A small module for tests, as files, and its publication by the real service."""

from __future__ import annotations

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


def files(
    *, time: str = "20m", cooldown: str = "1m", lessons: tuple[str, ...] = ("satu", "dua"), final: str = FINAL
) -> dict[str, str]:
    """The files of the module; lessons are named and numbered in order."""
    out = {"module.md": MODULE, "00-tes-awal.md": PRETEST}
    for number, slug in enumerate(lessons, start=1):
        out[f"{number:02d}-{slug}.md"] = LESSON.format(title=f"Materi {slug}", slug=slug)
    out["90-kuis-akhir.md"] = final.format(time=time, cooldown=cooldown)
    return out


def publish(folder: Path, contents: dict[str, str], slug: str = "modul-coba") -> PublishReport:
    """Write the files as a content folder and publish it."""
    target = folder / "content" / "modules" / slug
    if target.is_dir():
        for old in target.iterdir():
            old.unlink()
    target.mkdir(parents=True, exist_ok=True)
    for name, text in contents.items():
        (target / name).write_text(text, encoding="utf-8")
    assert current_app
    with mock.patch.object(publishing, "SafeReader", lambda: nullcontext(READER)):
        return publishing.publish_content(folder / "content", by=None)


def published(folder: Path, slug: str = "modul-coba", **options: object) -> PublishedVersion:
    """Publish the module and give its version."""
    report = publish(folder, files(**options), slug)  # type: ignore[arg-type]
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
