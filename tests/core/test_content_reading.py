"""What a good module becomes."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from elearn.core.content import apply_edits, content_hash, read_module
from elearn.core.model import Lesson, Module, Question, Quiz, Quota, dump, load
from tests.core.modules import LESSON, MODULE, QUIZ, SOUND, check, files, html, lesson, quiz, read

WIB = timezone(timedelta(hours=7))
PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + (640).to_bytes(4, "big") + (360).to_bytes(4, "big")
MP4 = b"\0\0\0\x18ftypmp42"
VTT = b"WEBVTT\n"


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


# --- the module


def test_a_module() -> None:
    head = """---
title: "Dasar: SPBE"
summary: Satu kalimat.
topic: Layanan
jp: 1,5
level: menengah
audience: [semua-asn, pengelola]
prerequisites: [literasi-digital]
outcomes:
  TP1: Menjelaskan tujuan
  TP2: Membedakan domain
completion: all
pretest: kuis-awal
posttest: kuis
aliases: [spbe]
reviewed: 2026-10-01
changes: Menambah kuis.
---
Pengantar *singkat*.
"""
    final = SOUND + SOUND.replace("siapa", "kapan").replace("TP1", "TP2")
    module = read(
        {
            "module.md": head,
            "01-apa.md": LESSON + "kata kata kata kata\n\n" * 2000,
            "00-kuis-awal.md": QUIZ + SOUND.replace("siapa", "awal"),
            "90-kuis.md": QUIZ + final,
        }
    )
    assert (module.slug, module.title, module.summary, module.topic) == (
        "dasar",
        "Dasar: SPBE",
        "Satu kalimat.",
        "Layanan",
    )
    assert (module.jp, module.level, module.audience) == (
        Decimal("1.5"),
        "menengah",
        ("semua-asn", "pengelola"),
    )
    assert module.prerequisites == ("literasi-digital",)
    assert module.outcomes == {"TP1": "Menjelaskan tujuan", "TP2": "Membedakan domain"}
    assert (module.pretest, module.posttest, module.aliases) == ("kuis-awal", "kuis", ("spbe",))
    assert (module.reviewed, module.changes) == ("2026-10-01", "Menambah kuis.")
    assert module.intro_html.strip() == "<p>Pengantar <em>singkat</em>.</p>"
    assert module.intro_text == "Pengantar singkat."
    graded = {part.slug: part.graded for part in module.parts if isinstance(part, Quiz)}
    assert graded == {"kuis-awal": False, "kuis": True}
    assert [part.minutes for part in module.parts] == [2, 40, 3]
    assert module.minutes == 45


def test_numbers_order_the_parts_and_the_rest_is_the_slug() -> None:
    module = read({"10-z-akhir.md": LESSON + "a", "2-b.md": LESSON + "a", "003-c.md": LESSON + "a"})
    assert [part.slug for part in module.parts] == ["apa", "b", "c", "z-akhir", "kuis"]
    assert [part.file for part in module.parts][1:3] == ["2-b.md", "003-c.md"]
    renamed = read({"01-apa.md": LESSON.replace("itu\n", "itu\naliases: [lama, dulu]\n") + "a"})
    assert renamed.parts[0].aliases == ("lama", "dulu")


def test_minutes_are_estimated_unless_they_are_given() -> None:
    assert lesson("kata " * 401).minutes == 3
    assert lesson("Isi. ![Satu](media/a.mp3)", {"media/a.mp3": b"ID3"}).minutes == 4
    part = read({"01-apa.md": LESSON.replace("itu\n", "itu\nminutes: 9\n") + "a"}).parts[0]
    assert part.minutes == 9


# --- what a lesson is written in


def test_the_text_and_its_headings() -> None:
    part = lesson("Satu **tebal**.\n\n## Dua kata\n\n### Tiga\n\nAkhir.")
    assert [(h.level, h.text) for h in part.headings] == [(2, "Dua kata"), (3, "Tiga")]
    assert all(f'id="{h.id}"' in part.blocks[0].html for h in part.headings)
    assert part.text == "Satu tebal. Dua kata Tiga Akhir."


def test_a_table_keeps_its_alignment_in_a_frame_of_its_own() -> None:
    shown = html("| Nama | Nilai |\n|:-----|------:|\n| a | 5 |\n")
    assert '<th align="right">Nilai</th>' in shown
    assert '<td align="right">5</td>' in shown
    assert '<td align="left">a</td>' in shown
    assert "style=" not in shown
    assert re.search(r'<div class="table-frame" tabindex="0" role="region" aria-label="[^"]+"><table', shown)


def test_footnotes() -> None:
    shown = html("Satu.[^1]\n\n[^1]: Keterangan.\n")
    assert 'class="footnote-ref"' in shown
    assert "Keterangan." in shown
    assert 'href="#m-fn:1"' in shown and 'href="#m-fnref:1"' in shown


def test_the_glossary_explains_every_abbreviation() -> None:
    glossary = b"*[SPBE]: Sistem Pemerintahan\n"
    module, found = read_module("dasar", files({"01-apa.md": LESSON + "Apa itu SPBE?\n"}), glossary=glossary)
    assert module is not None, found
    part = module.parts[0]
    assert isinstance(part, Lesson)
    assert '<abbr title="Sistem Pemerintahan">SPBE</abbr>' in part.blocks[0].html


@pytest.mark.parametrize(
    ("body", "pieces"),
    [
        ("Istilah\n:   Artinya\n", ["<dl>", "<dt>Istilah</dt>", "<dd>Artinya</dd>"]),
        ("!!! note\n    Isi.\n", ['class="admonition note"', ">Catatan<", "<p>Isi.</p>"]),
        ('!!! warning "Awas"\n    Isi.\n', ['class="admonition warning"', ">Awas<"]),
        ('??? question "Mengapa?"\n    Karena.\n', ["<details", "<summary>Mengapa?</summary>", "Karena."]),
        ("??? tip\n    Isi.\n", ["<summary>Kiat</summary>"]),
        ("???+ tip\n    Isi.\n", ["<details", " open"]),
        ('=== "Satu"\n    Isi satu.\n\n=== "Dua"\n    Isi dua.\n', ["Satu", "Isi satu.", "Dua", "Isi dua."]),
        ("- [x] sudah\n- [ ] belum\n", ['type="checkbox"', "disabled", "checked", "sudah", "belum"]),
        ("```python\nx = 1\n```\n", ['class="highlight"', '<span class="n">x</span>']),
        ("Luas $\\frac{a}{b}$ saja.\n", ["<math", "<mfrac>", "<mi>a</mi>"]),
        ("$$\na + b\n$$\n", ['display="block"', "<mo>+</mo>"]),
        ("Satu\n{: #satu .btn .tip }\n", ['<p class="tip" id="m-satu">Satu</p>']),
        ("~~a~~ H~2~O\n", ["H~2~O"]),
        ("Harga $5 dan $6.\n", ["$5 dan $6"]),
        ("1. satu\n2. dua\n", ["<ol>", "<li>satu</li>"]),
    ],
)
def test_what_markdown_becomes(body: str, pieces: list[str]) -> None:
    shown = html(body)
    assert [piece for piece in pieces if piece not in shown] == [], shown


def test_captions_are_indonesian() -> None:
    body = "| a | b |\n|---|---|\n| 1 | 2 |\n\n/// table-caption\nNilai dua tahun.\n///\n"
    picture = "![Alur](media/a.png)\n\n/// figure-caption\nAlur layanan.\n///\n"
    shown = html(body + "\n" + picture, {"media/a.png": PNG})
    text = re.sub(r"<[^>]+>", " ", shown)
    assert "Nilai dua tahun." in text and "Alur layanan." in text
    assert not re.search(r"\b(Table|Figure)\b", text), text


def test_no_style_and_no_script_comes_out_of_what_is_written_as_allowed() -> None:
    shown = html('```python hl_lines="1" linenums="1"\nx = 1\n```\n\n$a^2$\n')
    assert "style=" not in shown and "<script" not in shown


# --- links and media


def test_an_image_is_addressed_by_its_content_with_its_size() -> None:
    shown = html("![Alur layanan](media/alur.png)", {"media/alur.png": PNG})
    assert f'src="/media/{sha(PNG)}/alur.png"' in shown
    assert 'alt="Alur layanan"' in shown
    assert 'width="640" height="360"' in shown
    assert 'loading="lazy"' in shown


def test_a_video_has_its_captions_and_an_audio_its_controls() -> None:
    media = {"media/rekam.mp4": MP4, "media/rekam.vtt": VTT, "media/suara.mp3": b"ID3"}
    shown = html("![Rekaman](media/rekam.mp4)\n\n![Suara](media/suara.mp3)\n", dict(media))
    assert re.search(rf'<video [^>]*src="/media/{sha(MP4)}/rekam.mp4"', shown)
    assert re.search(rf'<track kind="captions" src="/media/{sha(VTT)}/rekam.vtt" srclang="id"', shown)
    assert re.search(rf'<audio [^>]*aria-label="Suara" src="/media/{sha(b"ID3")}/suara.mp3"', shown)
    assert "<img" not in shown


def test_links_lead_to_parts_headings_documents_and_outside() -> None:
    body = (
        "[kuis](90-kuis.md) [dua](02-dua.md#judul-dua) [unduh](media/a.pdf) [sini saja](#satu)\n"
        "[resmi](https://contoh.go.id/a?b=1&c=2) [surat](mailto:a@contoh.go.id)\n\n## Satu\n"
    )
    more = {"02-dua.md": LESSON + "## Judul dua\n", "media/a.pdf": b"%PDF-1.7"}
    shown = html(body, dict(more))
    for address in (
        "/modul/dasar/kuis",
        "/modul/dasar/dua#m-judul-dua",
        f"/media/{sha(b'%PDF-1.7')}/a.pdf",
        "#m-satu",
        "https://contoh.go.id/a?b=1&amp;c=2",
        "mailto:a@contoh.go.id",
    ):
        assert f'href="{address}"' in shown, shown


def test_a_reference_link_and_an_allowed_tag() -> None:
    shown = html("[kuis][k] dan <kbd>Ctrl</kbd>\n\n[k]: 90-kuis.md\n")
    assert 'href="/modul/dasar/kuis"' in shown and "<kbd>Ctrl</kbd>" in shown


# --- checks


def test_checks_stand_in_their_places() -> None:
    one = "```quiz\n## Satu? {#satu}\n- (x) a\n- ( ) b\n- ( ) c\n```\n"
    two = "```quiz\n## Dua? {#dua}\n= 2\n\n## Tiga? {#tiga}\n= 3\n```\n"
    part = lesson(f"Awal.\n\n{one}\nTengah.\n\n{two}\nAkhir.\n")
    shape = [block.check.id if block.check else re.sub(r"<[^>]+>", "", block.html) for block in part.blocks]
    assert shape == ["Awal.", "satu", "Tengah.", "dua", "tiga", "Akhir."]
    assert list(part.checks) == ["satu", "dua", "tiga"]
    # The key is no part of the lesson's text, which is searched and shown.
    assert part.text == "Awal. Tengah. Akhir."


def test_a_lesson_may_be_checks_only() -> None:
    part = lesson("```quiz\n## Satu? {#satu}\n= 1\n```\n")
    assert [block.check is not None for block in part.blocks] == [True]


# --- quizzes


FULL = """Baca dulu.

# Konsep dasar {#konsep draw=1}

Sebuah **kasus**.

## Apa kepanjangan SPBE? {#panjang points=2 outcome=TP1 tags="dasar istilah" difficulty=3}

Pilih *satu*.

- ( ) Sistem Pelayanan
    > Hampir: *pemerintahan*.
- (x) Sistem Pemerintahan
- (50%) Sistem

> Perpres 95/2018.
>
> Pasal 1.

> [!hint] Lihat judulnya.

> [!hint] Huruf kedua
> adalah P.

## Mana yang benar? {#benar}
- [x] a
- [x] b
- [ ] c

# Hitungan

## Berapa? {#berapa}
= 20 ± 0,5 menit

## Siapa? {#siapa .exact}

> Kutipan di dalam soal.

= Presiden
= 50% Menteri
"""


def test_a_quiz() -> None:
    asked = quiz(FULL)
    assert asked.intro_html.strip() == "<p>Baca dulu.</p>"
    assert [(s.id, s.title, s.draw, len(s.questions)) for s in asked.sections] == [
        ("konsep", "Konsep dasar", 1, 2),
        (asked.sections[1].id, "Hitungan", None, 2),
    ]
    assert asked.length == 3
    assert "<strong>kasus</strong>" in asked.sections[0].stimulus_html
    assert {q.id: q.type for q in asked.questions.values()} == {
        "panjang": "single",
        "benar": "multiple",
        "berapa": "number",
        "siapa": "text",
    }
    question = asked.questions["panjang"]
    assert (question.points, question.outcome, question.tags, question.difficulty) == (
        2,
        "TP1",
        ("dasar", "istilah"),
        3,
    )
    assert question.stem_text == "Apa kepanjangan SPBE?"
    assert "<em>satu</em>" in question.stem_html
    assert "Perpres 95/2018." in question.explanation_html and "Pasal 1." in question.explanation_html
    assert [re.sub(r"<[^>]+>|\s+", " ", hint).split() for hint in question.hints_html] == [
        ["Lihat", "judulnya."],
        ["Huruf", "kedua", "adalah", "P."],
    ]
    options = question.body["options"]
    assert [(o["text"], o["fraction"]) for o in options] == [
        ("Sistem Pelayanan", "0"),
        ("Sistem Pemerintahan", "1"),
        ("Sistem", "1/2"),
    ]
    assert "<em>pemerintahan</em>" in options[0]["feedback_html"]
    assert [o["feedback_html"] for o in options[1:]] == ["", ""]
    assert "<blockquote>" in asked.questions["siapa"].stem_html
    assert asked.questions["siapa"].explanation_html == ""


def test_the_rules_of_a_quiz() -> None:
    plain = quiz(SOUND)
    assert (plain.passing, plain.attempts, plain.time_limit, plain.cooldown) == (70, 1, None, None)
    assert (plain.shuffle, plain.grading, plain.mode, plain.review) == (
        (),
        "highest",
        "deferred",
        "after-submit",
    )
    keys = """passing: 66,67
attempts: unlimited
time: 1h30m
shuffle: [questions, options]
grading: average
mode: practice
review: after-close
cooldown: 1d
opens: 2026-01-05 08:00
closes: 2026-01-30T16:00+08:00
"""
    asked = quiz(SOUND, keys)
    assert (asked.passing, asked.attempts) == (Decimal("66.67"), None)
    assert (asked.time_limit, asked.cooldown) == (5400, 86400)
    assert asked.shuffle == ("questions", "options")
    assert (asked.grading, asked.mode, asked.review) == ("average", "practice", "after-close")
    assert asked.opens == datetime(2026, 1, 5, 8, 0, tzinfo=WIB)
    assert asked.closes == datetime(2026, 1, 30, 8, 0, tzinfo=UTC)


def test_a_quota_promises_what_every_draw_holds() -> None:
    (pool,) = quiz('# Dasar {draw=1 quota="outcome:TP1=1"}\n' + SOUND).sections
    assert pool.quotas == (Quota("outcome", "TP1", 1),)
    two = '## Kapan? {#kapan difficulty=4 tags="kasus hitung"}\n- (x) kini\n- ( ) nanti\n- ( ) lusa\n'
    (pool,) = quiz(f'# Dasar {{draw=2 quota="difficulty:4..5=1 tag:hitung=1"}}\n{SOUND}{two}').sections
    assert pool.quotas == (Quota("difficulty", "4..5", 1), Quota("tag", "hitung", 1))


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("90s", 90), ("20m", 1200), ("1h", 3600), ("1h30m", 5400), ("2d", 172_800), ("1h 30m", 5400)],
)
def test_durations(written: str, seconds: int) -> None:
    assert quiz(SOUND, f"time: {written}\n").time_limit == seconds


@pytest.mark.parametrize("written", ["20", "m", "0m", "-5m", "1 jam", "30m1h", "1.5h"])
def test_what_is_no_duration(written: str) -> None:
    head = QUIZ.replace("akhir\n", f"akhir\ntime: {written}\n")
    assert [d.code for d in check({"90-kuis.md": head + SOUND})[1]] == ["M105"]


# --- the same content, however it came


def rich() -> dict[str, bytes]:
    body = "Satu.[^1]\n\n| a |\n|---|\n| 1 |\n\n```quiz\n## Cek? {#cek}\n= 1\n```\n\n[^1]: Catatan.\n"
    return files({"01-apa.md": LESSON + body, "90-kuis.md": QUIZ + FULL, "media/a.png": PNG})


def hashed(data: dict[str, bytes]) -> str:
    module, found = read_module("dasar", data)
    assert module is not None, found
    return content_hash(module)


def test_the_hash_is_of_the_content() -> None:
    data = rich()
    same = hashed(data)
    texts = {name for name in data if name.endswith(".md")}
    crlf = {n: d.replace(b"\n", b"\r\n") if n in texts else d for n, d in data.items()}
    marked = {n: b"\xef\xbb\xbf" + d if n in texts else d for n, d in data.items()}
    assert hashed(dict(reversed(data.items()))) == hashed(crlf) == hashed(marked) == same
    assert hashed({**data, "01-apa.md": data["01-apa.md"].replace(b"Satu", b"Dua")}) != same
    assert hashed({**data, "media/a.png": PNG + b"\0"}) != same


def test_a_stored_module_comes_back_equal() -> None:
    module, found = read_module("dasar", rich())
    assert module is not None, found
    assert load(Module, json.loads(json.dumps(dump(module)))) == module
    for part in module.parts:
        assert load(type(part), json.loads(json.dumps(dump(part)))) == part
    question = next(iter(quiz(FULL).questions.values()))
    assert load(Question, json.loads(json.dumps(dump(question)))) == question


# --- --fix


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_fix_writes_the_ids_and_nothing_else(end: str, mark: bytes) -> None:
    body = (
        "## Siapa presiden? {points=2 outcome=TP1}\n- (x) a\n- ( ) b\n- ( ) c\n\n"
        '## Siapa presiden? {tags="a b" .exact}\n= a\n\n## Kapan?\n= 5\n'
    )
    check_body = "Isi.\n\n```quiz\n## Siapa presiden?\n= a\n```\n"
    data = files({"01-apa.md": LESSON + check_body, "90-kuis.md": QUIZ + body})
    data = {name: mark + text.replace(b"\n", end.encode()) for name, text in data.items()}
    before, found = read_module("dasar", data)
    assert [d.code for d in found] == ["Q102"] * 4
    fixed = apply_edits(data, found)
    after, again = read_module("dasar", fixed)
    assert again == []
    assert apply_edits(fixed, again) == fixed
    # The ids that are written are the ones that were derived: nothing that was recorded is lost.
    assert before is not None and after is not None
    assert content_hash(before) == content_hash(after)
    for name, text in fixed.items():
        old, new = data[name].split(end.encode()), text.split(end.encode())
        assert len(old) == len(new)
        changed = [b for a, b in zip(old, new, strict=True) if a != b]
        assert all(re.match(rb"## .* \{#(siapa|kapan)", line) for line in changed)


def test_fix_never_takes_an_id_that_is_written_further_on() -> None:
    body = "## Kapan?\n= 5\n\n## Lain? {#kapan outcome=TP1}\n= 6\n"
    _module, found = check({"90-kuis.md": QUIZ + body})
    assert [d.code for d in found] == ["Q102"]


def test_module_without_changes_is_the_small_one() -> None:
    assert read().title in MODULE
