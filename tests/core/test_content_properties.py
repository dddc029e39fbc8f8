"""What holds for every text: what is code for the reader is code for the renderer, and shortcuts change nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping

import markdown
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from elearn.core.content import apply_edits, content_hash, read_module
from elearn.core.content import markdown as rendering
from elearn.core.content.code import BLOCK, BLOCK_LINES, CodeExtension
from elearn.core.content.fences import find_fences
from elearn.core.content.markdown import Renderer
from elearn.core.content.source import open_source
from elearn.core.content.text import FileReport
from tests.core.modules import LESSON, QUIZ, SOUND, files, html

RENDERER = Renderer(lambda _element, _address: None, {}, {})
FENCE_LINES = st.lists(
    st.builds(
        str.__add__,
        st.sampled_from(["", "", "", "> ", ">", "  ", "    ", "\t", "> > ", "- ", ">\t"]),
        st.sampled_from(
            [
                "```", "```", "````", "~~~", "~~~~", "```python", "``` {.python}", '```py title="a"', "```x y", "```a`b",
                "```quiz", '```py hl_lines="1"', '```py hl_lines="a"', "```{", "", "", "isi", "# judul", "> isi",
                '~~~py linenums="1 2"', "```py {.a #b}", "~~~ a~b", "```\t", "``",
            ]
        ),
    ),
    max_size=12,
)  # fmt: skip


@given(FENCE_LINES)
@example(["```", "```", "  ```", "> ", "  ```"])
@settings(max_examples=400, deadline=None)
def test_code_is_code_for_the_renderer_too(lines: list[str]) -> None:
    fences = find_fences(lines, 1, len(lines), FileReport("a.md"))
    if not all(fence.sound for fence in fences):
        return
    renderer = markdown.Markdown(extensions=[CodeExtension(), "pymdownx.superfences"])
    rest = lines
    for name in ("normalize_whitespace", "fenced_code_block"):
        rest = renderer.preprocessors[name].run(rest)
    kept = [line for line in rest if line.strip() and "\x02" not in line]
    fenced = {number for fence in fences for number in range(fence.first, fence.last + 1)}
    outside = [line.expandtabs(4) for n, line in enumerate(lines, start=1) if n not in fenced and line.strip()]
    assert [line.rstrip() for line in kept] == [line.rstrip() for line in outside]
    assert sum("\x02" in line for line in rest) == len(fences)


@given(st.from_regex(rendering._PLAIN, fullmatch=True).filter(lambda text: text == text.strip()))
@settings(max_examples=200, deadline=None)
def test_a_plain_line_needs_no_renderer(text: str) -> None:
    # A comment is dropped, but keeps the text from being taken for plain.
    assert RENDERER.fragment(text, "a") == RENDERER.fragment(f"{text}<!-- -->", "a")


QUESTIONS = st.lists(
    st.builds(
        "## {}{}\n= 1\n".format,
        st.sampled_from(["Apa?", "Apa", "apa?", "Apa 2?", "*Apa* itu?", "日本", "-", "Apa? ##", "A" * 90]),
        st.sampled_from(["", "", " {points=2}", " {.text}", " {#apa}", " {#apa-2}", " { }", ' {tags="a b"}']),
    ),
    min_size=1,
    max_size=8,
)


@given(QUESTIONS, QUESTIONS)
@settings(max_examples=60, deadline=None)
def test_fix_leaves_no_question_without_an_id(checks: list[str], questions: list[str]) -> None:
    data = files(
        {
            "01-apa.md": f"{LESSON}Isi.\n\n```quiz\n{''.join(checks)}```\n",
            "90-kuis.md": QUIZ + SOUND + "".join(questions),
        }
    )
    before, found = read_module("dasar", data)
    fixed = apply_edits(data, found)
    after, again = read_module("dasar", fixed)
    assert [d for d in again if d.code == "Q102"] == []
    assert [(d.file, d.line, d.code) for d in again] == [(d.file, d.line, d.code) for d in found if d.code != "Q102"]
    assert apply_edits(fixed, again) == fixed
    if before is not None and after is not None:
        assert content_hash(before) == content_hash(after)


@given(st.permutations(sorted(files())))
def test_the_order_of_files_says_nothing(names: list[str]) -> None:
    data = files()
    module, _found = read_module("dasar", data)
    other, _found = read_module("dasar", {name: data[name] for name in names})
    assert module is not None and other is not None
    assert content_hash(module) == content_hash(other)


IDS = re.compile(r'\bid="([^"]*)"')
POINTERS = re.compile(r'\b(?:for|aria-labelledby)="([^"]*)"|href="#([^"]*)"')
RICH = """## Judul

### Judul {#isi}

=== "Satu"
    Teks[^1]

=== "Dua"
    Teks[^1]

- [ ] tugas

| a | b |
|---|---|
| 1 | 2 |

/// table-caption
Nilai
///

[ke judul](#judul) <p id="isi">kedua</p>

[^1]: Catatan
"""


def test_no_id_meets_another_on_a_page() -> None:
    """The same rich text in a lesson twice, and in the stem and the explanation of its checks."""
    # In a question `- [ ]` is an option, `##` the next question.
    stem = RICH.replace("## Judul\n", "").replace("- [ ] tugas\n", "").replace("(#judul)", "(#isi)")
    quoted = "".join(f"> {line}\n" for line in stem.split("\n"))
    checks = "".join(f"```quiz\n## Apa {n}? {{#apa-{n}}}\n\n{stem}\n= 1\n\n{quoted}```\n\n" for n in (1, 2))
    module, found = read_module("dasar", files({"01-apa.md": f"{LESSON}{RICH}\n{checks}"}))
    assert module is not None, found
    part = module.parts[0]
    assert part.kind == "lesson"
    shown = "".join(
        block.html + (block.check.stem_html + block.check.explanation_html if block.check else "")
        for block in part.blocks
    )
    ids = IDS.findall(shown)
    assert len(ids) == len(set(ids)), sorted(ids)
    assert len(ids) > 20
    targets = {name for pair in POINTERS.findall(shown) for name in pair if name}
    assert targets <= set(ids)
    assert all(heading.id in ids for heading in part.headings)


LONG = {
    "long": "x = 1  # a\n" * (BLOCK // 10 + 1),
    "many lines": "x\n" * (BLOCK_LINES + 1),
}


@pytest.mark.parametrize("code", LONG.values(), ids=LONG)
def test_a_long_block_of_code_is_shown_without_colours(code: str) -> None:
    shown = html(f"```python\n{code}```\n")
    assert '<span class="n">' not in shown and "<pre" in shown
    assert '<span class="n">' in html("```python\nx = 1\n```\n")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Lihat [kedua\nbagian](02-dua.md).\n", (5, 9)),
        ("Lihat [kedua][k].\n\n[k]: 02-dua.md\n", (6, 6)),
        ('Lihat <a href="02-dua.md">kedua</a>.\n', (4, 16)),
        ("`02-dua.md` dan [kedua](02-dua.md)\n", (4, 25)),
        ("[a](02-dua.md.bak) [kedua](02-dua.md)\n", (4, 28)),
    ],
)
def test_a_link_is_found_however_it_is_written(text: str, wanted: tuple[int, int]) -> None:
    _module, found = read_module("dasar", files({"01-apa.md": LESSON + text}))
    places = [(d.line, d.col) for d in found if d.code == "X402" and "02-dua.md di" in d.message]
    assert places == [wanted], found


def test_places_are_those_of_the_file() -> None:
    source = open_source("a.md", ["---", "---", "a b", "```", "b", "```", "c b"], 3, FileReport("a.md"))
    assert source.places("b") == [(3, 3), (7, 3)]
    assert source.places("b\nc") == [(3, 3)]
    assert source.before((7, 3), "c") == (7, 1)


def test_a_style_cut_into_pieces_is_read_whole() -> None:
    drawing: Mapping[str, str | bytes] = {
        "media/a.svg": '<svg xmlns="http://www.w3.org/2000/svg"><style>rect{fill:u&#114;l(a)}</style></svg>'
    }
    _module, found = read_module("dasar", files(dict(drawing)))
    assert [d.code for d in found] == ["X405"]
