"""Changing one key of a front matter; links and ids when files are renamed and copied."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.core.content.frontedit import fresh_ids, rename_links, set_key
from elearn.core.content.frontmatter import FrontMatter, read_front
from elearn.core.content.text import FileReport

TEXT = """---
title: "Survei: awal"
# catatan pengajar
outcomes:
  TP1: Memutuskan
  TP2: "Mengukur: tepat"

aliases: [lama]
---
title: bukan kunci
"""


def front(text: str) -> FrontMatter:
    report = FileReport("a.md")
    read = read_front(text.split("\n"), report)
    assert not report.failed, report.found
    return read


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("title", "Judul baru", "title: Judul baru"),
        ("title", "Ya: dan # tidak", 'title: "Ya: dan # tidak"'),
        ("aliases", ["satu", "dua"], "aliases: [satu, dua]"),
        ("outcomes", {"TP9": "Satu"}, "outcomes:\n  TP9: Satu\n\n"),
        ("minutes", "12", "minutes: 12\n---"),
    ],
)
def test_one_key_changes_and_nothing_else(key: str, value: object, expected: str) -> None:
    changed = set_key(TEXT, key, value)  # type: ignore[arg-type]
    assert expected in changed and "# catatan pengajar" in changed and changed.endswith("---\ntitle: bukan kunci\n")
    before, after = front(TEXT).values, front(changed).values
    assert {**before, key: value} == after


def test_a_key_is_taken_out() -> None:
    changed = set_key(TEXT, "outcomes", None)
    assert "TP1" not in changed and "aliases: [lama]" in changed
    assert set_key(changed, "outcomes", {}) == changed


def test_a_text_without_a_whole_block_stays() -> None:
    for text in ("", "isi", "---\ntitle: a\n"):
        assert set_key(text, "title", "b") == text


WRITTEN = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\u2028\u2029\ufeff"), max_size=40
).map(lambda text: " ".join(text.split()))


@given(WRITTEN, st.lists(WRITTEN.filter(bool), min_size=1, max_size=3))
def test_what_is_written_is_read_back(text: str, several: list[str]) -> None:
    changed = set_key(set_key(TEXT, "title", text or "a"), "aliases", several)
    values = front(changed).values
    assert (values["title"], values["aliases"]) == (text or "a", several)


def test_links_follow_a_new_name_and_nothing_else_does() -> None:
    text = (
        "[a](01-a.md) ![b](media/01-a.md) [c](01-a.md#bagian) [d](<01-a.md> 'x') 01-a.md\n[e]: 01-a.md\n[f](101-a.md)"
    )
    assert rename_links(text, {"01-a.md": "02-a.md"}) == (
        "[a](02-a.md) ![b](media/01-a.md) [c](02-a.md#bagian) [d](<02-a.md> 'x') 01-a.md\n[e]: 02-a.md\n[f](101-a.md)"
    )
    swapped = rename_links("[a](01-a.md)[b](02-b.md)", {"01-a.md": "02-a.md", "02-b.md": "01-b.md"})
    assert swapped == "[a](02-a.md)[b](01-b.md)"


def test_a_copy_asks_other_questions() -> None:
    text = "# Bagian {#bagian draw=1}\n## Satu? {#satu points=2}\n## Dua? {.number #dua}\nteks {#satu}\n"
    assert fresh_ids(text, ["satu", "satu-2", "lain"]) == (
        "# Bagian {#bagian draw=1}\n## Satu? {#satu-3 points=2}\n## Dua? {.number #dua}\nteks {#satu}\n"
    )
