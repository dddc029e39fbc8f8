"""Every finding: what is written, and where which code says what."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from elearn.core.content import read_glossary, read_module, read_path
from elearn.core.content.codes import CODES
from elearn.core.content.media import MEDIA_LIMIT
from elearn.core.content.text import FILE_LIMIT
from tests.core.modules import LESSON, MODULE, QUIZ, SOUND, Files, check, codes, files

DOCS = Path(__file__).parents[2] / "docs" / "diagnostik.md"
L, Q = "01-apa.md", "90-kuis.md"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8">{}</svg>'


class Case(NamedTuple):
    code: str
    at: tuple[str, int, int]
    changes: Files
    severity: str = "error"
    others: frozenset[str] = frozenset()
    """Findings that come with it and cannot be kept apart."""


def module(old: str, new: str) -> Files:
    assert old in MODULE
    return {"module.md": MODULE.replace(old, new, 1)}


def lesson(body: str) -> Files:
    """Line 4 is the first of the body."""
    return {L: LESSON + body}


def quiz(body: str, keys: str = "") -> Files:
    """Line 5 is the first of the body when there are no more keys; these begin at line 4."""
    return {Q: QUIZ.replace("akhir\n", "akhir\n" + keys) + body}


def question(body: str, braces: str = "") -> Files:
    """A second question at line 9: its body begins at line 10."""
    return quiz(f"{SOUND}## Kapan? {{#kapan{braces}}}\n{body}")


def spots(second: str) -> Files:
    """A picture of 8 x 8 at line 10, the second area at line 12."""
    body = f"![Denah](media/a.svg)\n- (x) rect 1,1 5,5 a\n- ( ) {second}\n- ( ) circle 4,4 4 c\n"
    return {**question(body, " .hotspot"), "media/a.svg": SVG}


THREE = "- (x) satu\n- ( ) dua\n- ( ) tiga\n"
RUBRIC = "| Kriteria | Poin | Deskriptor |\n|---|---|---|\n"
LONGEST = "".join(
    f"## Apa {n}? {{#apa-{n}{' outcome=TP1' if n == 1 else ''}}}\n- ( ) a\n- (x) panjang sekali\n- ( ) c\n"
    for n in range(1, 5)
)

CASES = [
    Case("M101", (L, 1, 1), {L: "Isi tanpa keterangan.\n"}),
    Case("M102", (L, 1, 1), {L: "---\ntitle: Apa\nIsi.\n"}, others=frozenset({"L301"})),
    Case("M103", (L, 2, 11), {L: "---\ntitle: Apa: itu\n---\nIsi.\n"}),
    Case("M103", (L, 3, 1), {L: "---\ntitle: Apa\n\tminutes: 5\n---\nIsi.\n"}),
    Case("M104", ("module.md", 3, 1), module("jp: 0.1", "jP: 0.1\njp: 0.1")),
    Case("M105", ("module.md", 3, 5), module("jp: 0.1", "jp: banyak")),
    Case("M105", (Q, 5, 9), quiz(SOUND, "opens: 2026-01-05 08:00\ncloses: 2026-01-05 08:00\n")),
    Case("M105", (Q, 4, 10), quiz(SOUND, "markers: 3\n")),
    Case("M105", (Q, 4, 10), quiz(SOUND, "marking: rahasia\n")),
    Case("M106", ("module.md", 1, 1), module("jp: 0.1\n", "")),
    Case("M107", ("module.md", 3, 1), module("jp: 0.1", "title: Lagi\njp: 0.1")),
    Case("M108", ("module.md", 2, 8), module("title: Dasar", "title: &a Dasar")),
    Case("M109", ("module.md", 2, 1), module("title: Dasar", "title: " + "a" * 20_000)),
    Case("M110", ("module.md", 1, 1), {"module.md": ""}, others=frozenset({"Q104"})),
    Case("M111", ("catatan.md", 1, 1), {"catatan.md": "Isi."}),
    Case("M112", ("02-apa.md", 1, 1), {"02-apa.md": LESSON + "Isi.\n"}),
    Case("M113", ("module.md", 4, 17), module("jp: 0.1", "jp: 0.1\nprerequisites: [tidak-ada]")),
    Case("M114", ("module.md", 4, 11), module("jp: 0.1", "jp: 0.1\nposttest: apa")),
    Case("M116", ("module.md", 1, 1), {L: "", Q: ""}),
    Case("M120", (L, 4, 4), {L: LESSON.encode() + b"Isi\xff.\n"}),
    Case("M121", (L, 4, 4), lesson("Isi\x07.\n")),
    Case("M122", (L, 1, 1), lesson("Isi.\n" * (FILE_LIMIT // 5))),
    Case("M123", (L, 4, 1), lesson("> " * 40 + "Isi.\n")),
    Case("M124", (L, 5, 1), lesson("Isi.\n```python\nx = 1\n")),
    Case("M125", ("module.md", 1, 1), {f"media/{n}.csv": "a" for n in range(501)}),
    Case("M127", (L, 604, 5), lesson("[a](b.md)\n\n" * 301), others=frozenset({"X402"})),
    Case("M128", (L, 5, 4), lesson("Isi.\n```python onclick=a\nx = 1\n```\n")),
    Case(
        "M104",
        (Q, 4, 1),
        {Q: QUIZ.replace("quiz", "survey", 1).replace("akhir\n", "akhir\npassing: 80\n") + SOUND},
        others=frozenset({"P601"}),
    ),
    Case(
        "M104",
        (Q, 4, 1),
        {Q: QUIZ.replace("quiz", "survey", 1).replace("akhir\n", "akhir\nmarkers: 2\n") + SOUND},
        others=frozenset({"P601"}),
    ),
    Case(
        "M114",
        ("module.md", 4, 11),
        module("jp: 0.1", "jp: 0.1\nposttest: survei")
        | {"91-survei.md": QUIZ.replace("quiz", "survey", 1) + SOUND.replace("siapa", "lagi")},
    ),
    Case("L301", (L, 4, 1), lesson("\n")),
    Case("L302", (L, 5, 1), lesson("Isi.\n```quiz\nTanpa soal.\n```\n")),
    Case("L303", (L, 3, 11), {L: LESSON.replace("itu\n", "itu\noutcomes: TP9\n") + "Isi.\n"}),
    Case("L304", (L, 4, 6), lesson("Luas $a^$ saja.\n")),
    Case("L305", (L, 5, 3), lesson("Isi.\n  ```quiz\n  ## Apa? {#apa}\n  - (x) a\n  - ( ) b\n  ```\n")),
    Case("L306", (L, 6, 1), lesson("<div>\n\n```quiz\n## Apa? {#apa}\n= 1\n```\n\n</div>\n")),
    Case("L307", (L, 4, 5), lesson("Satu[^1] kata.\n")),
    Case("L308", (L, 6, 1), lesson("Apa?\n\n- (x) a\n- ( ) b\n")),
    Case("L309", (L, 4, 1), lesson("```quiz\nPengantar.\n\n## Apa? {#apa}\n= 1\n```\n")),
    Case("L310", (Q, 5, 1), quiz(f"```quiz\nTeks.\n```\n\n{SOUND}")),
    Case("L310", ("module.md", 9, 1), {"module.md": MODULE + "\n```quiz\n## Apa? {#apa}\n= 1\n```\n"}),
    Case("L311", (L, 5, 1), lesson("```quiz\n## Apa? {#apa .essay}\n```\n")),
    Case(
        "L311",
        (L, 9, 1),
        lesson(f'```quiz\n{SOUND.replace("siapa", "lagi")}## Apa? {{#apa .likert scale="a..b"}}\n```\n'),
    ),
    Case("Q101", (Q, 5, 1), quiz("Tanpa soal.\n"), others=frozenset({"P601"})),
    Case("Q102", (Q, 9, 10), quiz(f"{SOUND}## Kapan?\n{THREE}"), "warning"),
    Case("Q103", (Q, 9, 11), quiz(f"{SOUND}## Kapan? {{#siapa}}\n{THREE}"), others=frozenset({"P601"})),
    Case("Q104", (Q, 9, 11), question(THREE, " outcome=TP9")),
    Case("Q105", (Q, 5, 9), quiz(f"# Dasar {{draw=2}}\n{SOUND}")),
    Case("Q106", (Q, 9, 1), quiz(f"{SOUND}# Kosong\n")),
    Case("Q107", (Q, 9, 19), question(THREE, " !")),
    Case("Q108", (Q, 9, 13), quiz(f"{SOUND}## Kapan? {{#Kapan_1}}\n{THREE}")),
    Case("Q110", (Q, 5, 9), quiz(f"# Dasar {{draw=nol}}\n{SOUND}")),
    Case("Q111", (Q, 5, 9), quiz(f"# Dasar {{points=2}}\n{SOUND}")),
    Case("Q112", (Q, 14, 1), question(THREE + "\nKarena begitu.\n")),
    Case("Q113", (Q, 11, 5), question("- (x) a\n    - ( ) b\n- ( ) c\n- ( ) d\n")),
    Case("Q114", (Q, 40, 1), question("- (x) a\n" + "".join(f"- ( ) b{n}\n" for n in range(30)))),
    Case(
        "Q114",
        (Q, 190, 1),
        question(
            "{a}\na = 1..2\n= a\n" + "".join(f"## {{a}} {{#a-{n} .computed}}\na = 1..2\n= a\n" for n in range(60)),
            " .computed",
        ),
    ),
    Case("Q115", (Q, 14, 3), question(THREE + "\n> [!note] Karena begitu.\n")),
    Case("Q117", (Q, 5, 9), quiz(f'# Dasar {{draw=1 quota="outcome=1"}}\n{SOUND}')),
    Case("Q117", (Q, 5, 9), quiz(f'# Dasar {{draw=1 quota="difficulty:5..4=1"}}\n{SOUND}')),
    Case("Q117", (Q, 5, 9), quiz(f'# Dasar {{draw=1 quota=""}}\n{SOUND}')),
    Case("Q117", (Q, 5, 9), quiz(f'# Dasar {{draw=1 quota="tag:kasus=1"}}\n{SOUND}')),
    Case("Q117", (Q, 5, 9), quiz(f'# Dasar {{draw=1 quota="outcome:TP1=1 outcome:TP1=1"}}\n{SOUND}')),
    Case("Q117", (Q, 5, 9), quiz(f'# Dasar {{quota="outcome:TP1=1"}}\n{SOUND}')),
    Case("Q116", (Q, 9, 3), quiz(f"{SOUND}##Kapan? {{#kapan}}\n")),
    Case("Q201", (Q, 9, 1), question("- ( ) a\n- ( ) b\n- ( ) c\n")),
    Case("Q202", (Q, 11, 1), question("- (x) a\n- (x) b\n- ( ) c\n")),
    Case("Q203", (Q, 9, 1), question("- (x) a\n")),
    Case("Q204", (Q, 11, 1), question("- (x) a\n- ( ) a\n- ( ) b\n")),
    Case("Q204", (Q, 12, 1), question("- a => b\n- c => d\n- => b\n")),
    Case("Q204", (Q, 12, 1), question("- a => b\n- c => d\n- a => d\n")),
    Case("Q209", (Q, 11, 1), question("- a => b\n- c =>\n- d => e\n")),
    Case("Q205", (Q, 11, 1), question("- (x) a\n- (y) b\n- ( ) c\n")),
    Case("Q206", (Q, 9, 1), question("- [60%] a\n- [20%] b\n- [ ] c\n")),
    Case("Q207", (Q, 9, 1), question("- [60%] a\n- [x] b\n- [ ] c\n")),
    Case("Q208", (Q, 11, 1), question("- (x) a\n- [ ] b\n- ( ) c\n")),
    Case("Q209", (Q, 11, 1), question("- (x) a\n- ( )\n- ( ) c\n")),
    Case("Q210", (Q, 9, 1), question("Tanpa jawaban.\n")),
    Case("Q211", (Q, 13, 1), question(THREE + "= satu\n")),
    Case("Q211", (Q, 13, 1), question("1. a\n2. b\n3. c\n- (x) d\n", " .ordering")),
    Case("Q201", (Q, 10, 8), question("Ibu ko [[( ) a|( ) b]].\n")),
    Case("Q202", (Q, 10, 5), question("Isi [[(x) a|(x) b]].\n")),
    Case("Q203", (Q, 10, 5), question("Isi [[(x) a]].\n")),
    Case("Q204", (Q, 10, 5), question("Isi [[(x) a|( ) a]].\n")),
    Case("Q205", (Q, 10, 5), question("Isi [[(x) a|b]].\n")),
    Case("Q211", (Q, 10, 5), question("Isi [[a]].\n\n" + THREE)),
    Case("Q211", (Q, 10, 5), question("Isi [[a]].\n\n= b\n")),
    Case("Q212", (Q, 10, 5), question("Isi [[= banyak]].\n")),
    Case("Q214", (Q, 10, 5), question("Isi [[]].\n")),
    Case("Q214", (Q, 9, 10), quiz(f"{SOUND}## Kapan [[*]]? {{#kapan}}\n")),
    Case("Q230", (Q, 10, 5), question("Isi [[= 1.234]].\n"), "warning"),
    Case("Q212", (Q, 10, 1), question("= banyak\n", " .number")),
    Case("Q213", (Q, 10, 1), question("= 21..19\n")),
    Case("Q118", (Q, 9, 11), question("", " from=spbe")),
    Case("Q118", (Q, 9, 11), question("", " from=Dasar/spbe")),
    Case("Q118", (Q, 10, 1), question("- (x) a\n", " from=dasar/siapa")),
    Case("Q118", (Q, 9, 11), question("", " .single from=dasar/siapa")),
    Case("Q118", (Q, 9, 11), question("", " words=9..10 from=dasar/siapa")),
    Case("Q221", (Q, 9, 1), question("", " points=0 from=dasar/siapa"), others=frozenset({"Q120"})),
    Case("Q119", (Q, 9, 11), question("", " from=lain/spbe")),
    Case("Q119", (Q, 9, 11), question("", " from=dasar/kapan")),
    Case("Q120", (Q, 9, 1), question("", " from=dasar/siapa"), "warning"),
    Case("Q214", (Q, 10, 1), question("= *\n")),
    Case("Q215", (Q, 10, 1), question("= 150% a\n= b\n")),
    Case("Q220", (Q, 9, 1), question(THREE, " point=2")),
    Case("Q221", (Q, 9, 1), question(THREE, " points=nol")),
    Case("Q220", (Q, 9, 1), question("", ' points=2 .likert scale="a..b"')),
    Case("Q220", (Q, 9, 1), question(THREE, " steps=5")),
    Case("Q221", (Q, 9, 1), question("", ' .likert scale="a..b" steps=11')),
    Case("Q221", (Q, 9, 1), question("", ' .likert scale="a"')),
    Case("Q221", (Q, 9, 1), question("", ' .likert scale="a..b..c"')),
    Case("Q204", (Q, 13, 1), question(f"{RUBRIC}| a | 1 | b |\n| a | 1 | c |\n", " .essay points=2")),
    Case("Q112", (Q, 14, 1), question(f"{RUBRIC}| a | 1 | b |\n\nTeks.\n", " .essay")),
    Case("Q221", (Q, 9, 1), question("", " .essay words=300..50")),
    Case("Q221", (Q, 9, 1), question("", " .essay words=banyak")),
    Case("Q222", (Q, 9, 1), question(THREE, " .essay")),
    Case("Q222", (Q, 9, 1), question(THREE, ' .likert scale="a..b"')),
    Case("Q222", (Q, 9, 1), question(THREE, " .singel")),
    Case("Q223", (Q, 9, 1), quiz(f"{SOUND}## {{#kapan}}\n{THREE}")),
    Case("Q230", (Q, 10, 1), question("= 1.234\n"), "warning"),
    Case("Q230", (Q, 11, 1), question("{a}\na = 1.000..2500\n= a\n", " .computed"), "warning"),
    Case("Q231", (Q, 11, 1), question("= a\n= A.\n"), "warning"),
    Case("Q240", (Q, 11, 1), question("- a => b\n- c\n- d => e\n")),
    Case("Q240", (Q, 11, 3), question("- a => b\n  - c => d => e\n")),
    Case("Q241", (Q, 9, 1), question("- a => b\n- c => b\n")),
    Case("Q241", (Q, 9, 1), question("- a => b\n- => c\n", " .matching")),
    Case("Q242", (Q, 9, 1), question("1. a\n2. b\n", " .ordering")),
    Case("Q243", (Q, 10, 14), question("Isi [[satu]] [[dua.\n")),
    Case("Q243", (Q, 9, 10), quiz(f"{SOUND}## Kapan [[itu]? {{#kapan .cloze}}\n"), others=frozenset({"Q210"})),
    Case("Q244", (Q, 10, 6), question("Isi [[[satu]]](https://contoh.go.id).\n"), others=frozenset({"Q243"})),
    Case("Q244", (Q, 10, 8), question("Isi $a [[b]]$ dan [[c]].\n"), others=frozenset({"L304"})),
    Case("Q244", (Q, 11, 11), question("Isi [[satu]].\n> [!hint] [[dua]]\n")),
    Case("Q245", (Q, 9, 1), question("Teks.\n", " .likert")),
    Case("Q246", (Q, 10, 1), question("| Kriteria | Nilai |\n|---|---|\n| a | 1 |\n", " .essay")),
    Case("Q246", (Q, 10, 1), question("Kriteria | Poin | Deskriptor\na | 1 | b\n", " .essay")),
    Case("Q246", (Q, 11, 1), question(f"Teks.\n{RUBRIC}", " .essay")),
    Case("Q246", (Q, 12, 1), question(f"{RUBRIC}| a | banyak | b |\n", " .essay")),
    Case("Q246", (Q, 12, 1), question(f"{RUBRIC}| a | 1 |\n", " .essay")),
    Case("Q246", (Q, 12, 1), question(f"{RUBRIC}| | 1 | b |\n", " .essay")),
    Case("Q247", (Q, 10, 1), question(f"{RUBRIC}| a | 2,5 | b |\n", " .essay points=2"), "warning"),
    Case("Q250", (Q, 9, 1), question("= 1 + 1\n", " .computed")),
    Case("Q250", (Q, 11, 1), question("{a}\na = 5..1\n= a\n", " .computed")),
    Case("Q250", (Q, 12, 1), question("{a}\na = 1..2\na = 1..2\n= a\n", " .computed")),
    Case("Q250", (Q, 11, 1), question("Teks\nmin = 1..2\n= 1\n", " .computed"), others=frozenset({"Q255"})),
    Case("Q251", (Q, 10, 5), question("{a} {b}\na = 1..2\n= a\n", " .computed")),
    Case("Q251", (Q, 12, 1), question("{a}\na = 1..2\n= a + c\n", " .computed")),
    Case("Q252", (Q, 12, 1), question("{a}\na = 1..2\n= (a + 1\n", " .computed")),
    Case("Q252", (Q, 12, 1), question("{a}\na = 1..2\n= a ± ,\n", " .computed")),
    Case("Q253", (Q, 12, 1), question("{a}\na = -2..2\n= 1 / a ± 1\n", " .computed")),
    Case("Q254", (Q, 12, 1), question("{a}\na = 1..3\n= 1 / a\n", " .computed")),
    Case("Q255", (Q, 12, 1), question("{a}\na = 1..2\nb = 1..2\n= a\n", " .computed"), "warning"),
    Case("Q256", (Q, 11, 1), question("Teks.\na = 1..20 step 5\n= a + 1\n")),
    Case(
        "Q260", (Q, 9, 1), question("- (x) rect 1,1 5,5 a\n- ( ) circle 4,4 2 b\n- ( ) rect 5,5 8,8 c\n", " .hotspot")
    ),
    Case("Q261", (Q, 12, 1), spots("rect 5,5 1,1 b")),
    Case("Q261", (Q, 12, 1), spots("kotak 5,5 1,1 b")),
    Case("Q261", (Q, 12, 1), spots("circle 5,5 b")),
    Case("Q261", (Q, 12, 1), spots("circle 5,5 0 b")),
    Case("Q261", (Q, 12, 1), spots("poly 1,1 2,2 b")),
    Case("Q261", (Q, 12, 1), spots("poly 1,1 2,2 3,3 b")),
    Case("Q262", (Q, 12, 1), spots("rect 5,5 9,8 b")),
    Case("Q262", (Q, 12, 1), spots("circle 7,4 2 b")),
    Case("Q262", (Q, 12, 1), spots("poly 1,1 2,9 3,3 b")),
    Case("Q209", (Q, 12, 1), spots("rect 5,5 8,8")),
    Case("Q204", (Q, 12, 1), spots("rect 5,5 8,8 a")),
    Case("Q263", (Q, 10, 1), question("- (x) rect 1,1 5,5 a\n- ( ) circle 4,4 2 b\n- ( ) c\n")),
    Case("X401", (L, 4, 9), lesson("![Alur](media/alur.svg)\n")),
    Case("X402", (L, 4, 9), lesson("[Kedua](02-dua.md)\n")),
    Case("X403", (L, 4, 9), lesson("[Judul](#tidak-ada)\n")),
    Case("X404", ("media/a.png", 1, 1), {"media/a.png": b"GIF89a"}),
    Case("X405", ("media/a.svg", 2, 2), {"media/a.svg": SVG.format("\n <script>1</script>")}),
    Case("X406", ("media/a.exe", 1, 1), {"media/a.exe": b"MZ"}),
    Case("X407", ("media/a.csv", 1, 1), {"media/a.csv": b"a" * (MEDIA_LIMIT + 1)}),
    Case("X408", (L, 4, 9), lesson("[Judul](data:text/html,a)\n")),
    Case("X409", (L, 4, 9), lesson("![Alur](https://contoh.go.id/a.png)\n")),
    Case("X410", (L, 4, 6), lesson("Satu <font color=red>merah</font>.\n"), "warning"),
    Case("X410", (L, 4, 4), lesson('<p style="color:red">Merah.</p>\n'), "warning"),
    Case("X411", ("media/a.svg", 1, 1), {"media/a.svg": SVG}, "warning"),
    Case("A501", (L, 4, 1), {**lesson("![](media/a.svg)\n"), "media/a.svg": SVG}, "warning"),
    Case(
        "A502",
        (L, 4, 9),
        {**lesson("![Alur](media/a.mp4)\n"), "media/a.mp4": b"\0\0\0\x18ftypmp42"},
        "warning",
    ),
    Case("A503", (L, 5, 1), lesson("## Dua\n#### Empat\nIsi.\n"), "warning"),
    Case("A504", (L, 4, 1), lesson("# Satu\nIsi.\n"), "warning"),
    Case("A505", (L, 4, 6), lesson("Buka [klik di sini](https://contoh.go.id).\n"), "warning"),
    Case("A506", (L, 4, 1), lesson("|  |  |\n|--|--|\n| a | b |\n"), "warning"),
    Case("A506", (L, 4, 1), lesson("| | PNS |\n|--|--|\n| a | b |\n"), "warning"),
    Case("P601", ("module.md", 6, 3), module("  TP1", "  TP1: Satu\n  TP2"), "warning"),
    Case("P602", ("module.md", 3, 5), module("jp: 0.1", "jp: 20"), "warning"),
    Case("P603", (Q, 5, 1), quiz(LONGEST), "warning"),
    Case("P604", (Q, 12, 1), question("- (x) satu\n- ( ) dua\n- ( ) Semua benar\n"), "warning"),
    Case("P605", (Q, 9, 1), quiz(f"{SOUND}## Manakah yang bukan domain? {{#kapan}}\n{THREE}"), "warning"),
    Case("P606", (Q, 9, 1), question("- (x) satu\n- ( ) dua\n"), "warning"),
    Case("P607", (Q, 6, 1), quiz(f"# Dasar {{draw=1}}\n{SOUND}", "attempts: 2\n"), "warning"),
]


@pytest.mark.parametrize("case", CASES, ids=[f"{n}-{case.code}" for n, case in enumerate(CASES)])
def test_a_finding_stands_where_the_fault_is(case: Case) -> None:
    read, found = read_module("dasar", files(case.changes), known_modules=["dasar", "lain"], lent={})
    said = [(d.file, d.line, d.col, d.severity, d.code) for d in found if d.code not in case.others]
    assert said == [(*case.at, case.severity, case.code)], found
    assert (read is None) == (case.severity == "error")
    assert all(d.message.endswith((".", "?")) for d in found)


def test_the_folder_is_a_slug() -> None:
    _module, found = check(slug="Dasar SPBE")
    assert [(d.file, d.line, d.col, d.code) for d in found] == [("module.md", 1, 1, "M115")]


def test_the_glossary() -> None:
    terms, found = read_glossary(b"# Istilah\n\n*[SPBE]: Sistem\n*[KTP] tanpa titik dua\n")
    assert terms == {"SPBE": "Sistem"}
    assert [(d.line, d.col, d.severity, d.code) for d in found] == [(4, 1, "error", "M126")]
    terms, found = read_glossary(b"*[SPBE]: Sistem\n*[SPBE]: Lain\n")
    assert terms == {"SPBE": "Sistem"}
    assert [(d.line, d.col, d.severity, d.code) for d in found] == [(2, 3, "error", "M129")]


def test_a_path() -> None:
    good = b"---\ntitle: ASN baru\nmodules: [dasar]\n---\nMulai di sini.\n"
    path, found = read_path("asn-baru", good, known_modules=["dasar"])
    assert path is not None and path.modules == ("dasar",) and "Mulai" in path.intro_html
    assert found == []
    path, found = read_path("asn-baru", good.replace(b"[dasar]", b"[dasar, lain]"), known_modules=["dasar"])
    assert path is None
    assert [(d.file, d.line, d.code) for d in found] == [("asn-baru.md", 3, "M113")]


def test_a_sound_module_has_no_findings() -> None:
    module, found = check()
    assert found == []
    assert module is not None


# --- places, whatever the bytes


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (f"{LESSON}Isi.\n[Kedua](02-dua.md)\n".replace("\n", "\r\n").encode(), (5, 9)),
        (f"{LESSON}Isi.\n[Kedua](02-dua.md)\n".replace("\n", "\r").encode(), (5, 9)),
        (b"\xef\xbb\xbf" + f"{LESSON}[Kedua](02-dua.md)\n".encode(), (4, 9)),
        (f"{LESSON}🙂🙂 [Kedua](02-dua.md)\n".encode(), (4, 12)),
        (f"{LESSON}é [Kedua](02-dua.md)\n".encode(), (4, 11)),
        (f"{LESSON}a\t[Kedua](02-dua.md)\n".encode(), (4, 11)),
    ],
    ids=["crlf", "cr", "bom", "astral", "accent", "tab"],
)
def test_columns_count_characters(data: bytes, place: tuple[int, int]) -> None:
    _module, found = check({L: data})
    # The address begins after `[Kedua](`.
    assert [(d.line, d.col, d.code) for d in found] == [(place[0], place[1], "X402")]


def test_a_byte_order_mark_is_no_column_of_a_drawing_either() -> None:
    drawing = b"\xef\xbb\xbf" + SVG.format("<script/>").encode()
    _module, found = check({"media/a.svg": drawing, L: LESSON + "![Alur](media/a.svg)\n"})
    assert [(d.line, d.col, d.code) for d in found] == [(1, SVG.index("{}") + 1, "X405")]


@pytest.mark.parametrize("line", ["#}", "##}", "# a #b}", "## {}", "#{", "## {#}", "##{#a}", "# }{"])
def test_half_braces_are_read_or_reported(line: str) -> None:
    # In a lesson's text they are text; for a quiz none of these lines is a question that may stand so.
    check(lesson(line))
    for changes in (quiz(f"{SOUND}{line}\n{THREE}"), lesson(f"```quiz\n{line}\n= 1\n```\n")):
        _module, found = check(changes)
        assert found


@pytest.mark.parametrize(("link", "code"), [("![]", "A501"), ("[ini]", "A505")])
def test_an_address_that_stands_nowhere_as_it_is_rendered_has_the_place_of_the_text(link: str, code: str) -> None:
    changes = {**lesson(f"```\nx\n```\n\n{link}(&#109;edia/a.svg)\n"), "media/a.svg": SVG}
    assert [(d.line, d.col, d.code) for d in check(changes)[1]] == [(4, 1, code)]


def test_all_findings_come_in_one_run_in_order() -> None:
    changes = {
        "module.md": MODULE.replace("jp: 0.1", "jp: banyak\nlevle: dasar"),
        L: LESSON + "![](media/a.svg)\n[Kedua](02-dua.md)\n",
        Q: QUIZ + SOUND.replace("(x)", "( )"),
    }
    _module, found = check(changes)
    assert [(d.file, d.line, d.code) for d in found] == [
        (L, 4, "A501"),
        (L, 4, "X401"),
        (L, 5, "X402"),
        (Q, 5, "Q201"),
        ("module.md", 3, "M105"),
        ("module.md", 4, "M104"),
    ]


@pytest.mark.parametrize(
    ("changes", "near"),
    [
        (module("jp: 0.1", "jp: 0.1\nlevle: dasar"), "level"),
        (module("jp: 0.1", "jp: 0.1\nprerequisite: []"), "prerequisites"),
        (quiz(SOUND, "pasing: 70\n"), "passing"),
        (quiz(SOUND, "grading: higest\n"), "highest"),
        (question(THREE, " point=2"), "points"),
        (question(THREE, " .singel"), "single"),
        ({**lesson("![Alur](media/alr.svg)\n"), "media/alur.svg": SVG}, "media/alur.svg"),
        (lesson("[Kuis](90-kuiz.md)\n"), Q),
    ],
)
def test_a_slip_suggests_the_nearest(changes: Files, near: str) -> None:
    _module, found = check(changes)
    assert len(found) == 1
    assert near in found[0].hint


def test_findings_carry_the_folder() -> None:
    _module, found = read_module("dasar", files({L: "Isi.\n"}), path="content/modules/dasar/")
    assert [d.file for d in found] == ["content/modules/dasar/01-apa.md"]


def test_shapes_inside_code_are_text() -> None:
    body = "```markdown\n# Bukan judul\n[mati](x.md)\n![](y.png)\n```\n\n`[mati](x.md)` dan ``![](y.png)``\n"
    assert codes(lesson(body)) == []
    inside = "```markdown\n## Bukan soal\n- (x) bukan\n= bukan\n```\n"
    assert codes(quiz(SOUND.replace("- (x)", inside + "- (x)"))) == []


# --- nothing is left out


def test_every_code_has_an_example() -> None:
    shown = {case.code for case in CASES} | {"M115", "M126", "M129"}
    assert shown == set(CODES)


def test_every_code_is_documented() -> None:
    """Each with what it says, in the order of the list, and none that is no more."""
    shown = re.findall(r"^### ([A-Z][0-9]{3}) · (.+)$", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(shown) == sorted(CODES.items())
