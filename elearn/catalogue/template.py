"""`elearn content new`: a module to begin from, which passes the check as it is."""

from __future__ import annotations

import json
import re
from pathlib import Path

MODULE = """---
title: {title}
summary: Tulis satu kalimat untuk katalog.
jp: 0.2
level: dasar
audience: [semua-asn]
outcomes:
  TP1: Memutuskan langkah pertama ketika warga datang ke loket
---
Tulis pengantar modul di sini: untuk siapa, dan apa gunanya di tempat kerja.
"""

LESSON = """---
title: {title}
summary: Tulis satu kalimat isi materi ini.
outcomes: [TP1]
---
Mulailah dengan sebuah keadaan sehari-hari. Seorang warga datang ke loket dan berkas yang ia bawa belum lengkap.

!!! note "Intinya"
    Tulis satu gagasan utama materi ini.

## Apa yang dapat dilakukan

Jelaskan dengan kalimat pendek. Beri contoh yang nyata.

```quiz
## Berkas warga belum lengkap. Apa langkah pertama Anda? {{#langkah-pertama outcome=TP1 difficulty=2}}

- ( ) Meminta warga kembali besok
    > Warga belum tahu apa yang kurang.
- (x) Menyebutkan apa yang kurang
- ( ) Menerima berkas apa adanya
    > Berkas akan kembali dari meja berikutnya.

> Dengan tahu apa yang kurang, warga cukup datang sekali lagi.
```

## Terapkan hari Senin

Tulis satu tindakan kecil yang dapat dicoba pada hari kerja berikutnya.
"""

QUIZ = """---
kind: quiz
title: {title}
passing: 70
attempts: 3
shuffle: [questions, options]
grading: highest
review: after-submit
---
Tulis apa yang perlu diketahui peserta sebelum mulai.

## Warga bertanya berapa lama layanan selesai. Apa jawaban terbaik? {{#jawaban-waktu outcome=TP1 difficulty=2}}

- ( ) Secepatnya setelah selesai
    > Jawaban ini tidak memberi kepastian.
- (x) Sesuai waktu di standar layanan
- ( ) Tergantung petugas di belakang
    > Waktu layanan mengikuti standar, siapa pun petugasnya.

> Standar pelayanan memuat jangka waktu, dan warga berhak mengetahuinya.

## Berkas yang kurang sebaiknya disampaikan kapan? {{#kapan-disampaikan outcome=TP1 difficulty=1}}

- (x) Saat warga masih di loket
- ( ) Saat warga datang lagi
    > Warga kehilangan satu perjalanan.
- ( ) Saat berkas sudah dikirim
    > Berkas akan dikembalikan dan waktu terbuang.

> Pemberitahuan di loket menghemat satu perjalanan warga.
"""


def files(title: str) -> dict[str, str]:
    """The files of a new module, by path."""
    return {
        "module.md": MODULE.format(title=quoted(title)),
        "01-materi-pertama.md": lesson("Materi pertama"),
        "90-kuis-akhir.md": quiz("Kuis akhir"),
    }


def lesson(title: str) -> str:
    """A lesson to begin from."""
    return LESSON.format(title=quoted(title))


def quiz(title: str) -> str:
    """A quiz to begin from."""
    return QUIZ.format(title=quoted(title))


def quoted(text: str) -> str:
    """A text for front matter: JSON's quoting is YAML's too, and a title may hold colons and quotes."""
    return json.dumps(text, ensure_ascii=False)


def headed(title: str, text: str, kind: str = "") -> str:
    """A text as a file with this title; `kind` where it is no lesson."""
    says_kind = f"kind: {kind}\n" if kind else ""
    return f"---\n{says_kind}title: {quoted(title)}\n---\n\n{text}"


def write_module(folder: Path, title: str | None = None) -> list[Path]:
    """Write the files of a new module; their paths. Raises FileExistsError, or ValueError for a name that is no slug."""
    slug = folder.name
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug):
        raise ValueError(
            f"{slug!r} cannot be a module's folder: use small letters, digits and hyphens, as in antrean-loket."
        )
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(f"{folder} is there already and not empty.")
    title = title or slug.replace("-", " ").capitalize()
    (folder / "media").mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in files(title).items():
        path = folder / name
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written
