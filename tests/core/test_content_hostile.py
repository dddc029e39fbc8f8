"""What people may send: nothing acts, nothing hangs, nothing raises."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elearn.core.content import read_glossary, read_module, read_path
from elearn.core.content.codes import CODES
from elearn.core.model import Lesson, Quiz, dump
from tests.core.modules import LESSON, MODULE, QUIZ, SOUND, check, codes, files, html

L, Q = "01-apa.md", "90-kuis.md"
CONTRACT = 2.0
"""Seconds. The best of two runs counts: the machine may be busy with something else."""

ACTING = {
    "script", "iframe", "object", "embed", "form", "style", "link", "meta", "base", "svg", "button",
    "textarea", "select", "template", "frame", "applet", "foreignobject", "annotation-xml", "maction",
    "dialog",
}  # fmt: skip
BY_NAME = re.compile(r"on.*|style|srcdoc|formaction|action|target|autofocus|hx-.*|data-.*|xlink:.*|xmlns.*|ping")
ADDRESSES = {"href", "src", "cite", "poster", "background"}


class _Detector(HTMLParser):
    """Reads HTML as a browser does, so that words inside of texts and values are no false alarm."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in ACTING:
            self.found.append(tag)
        for name, value in attributes:
            bare = re.sub(r"[\x00-\x20]", "", value or "").lower()
            scheme = re.match(r"[a-z][a-z0-9+.-]*:", bare)
            wrong = scheme and scheme.group() not in {"http:", "https:", "mailto:", "tel:"}
            if BY_NAME.fullmatch(name) or (name in ADDRESSES and (bare.startswith("//") or wrong)):
                self.found.append(f"{name}={value}")

    def handle_comment(self, data: str) -> None:
        self.found.append(f"<!--{data}")

    def handle_decl(self, decl: str) -> None:
        self.found.append(f"<!{decl}")

    def unknown_decl(self, data: str) -> None:
        self.found.append(f"<![{data}")

    def handle_pi(self, data: str) -> None:
        self.found.append(f"<?{data}")


def acts(shown: str) -> str:
    """What in some HTML could act; empty when nothing does."""
    detector = _Detector()
    detector.feed(shown)
    detector.close()
    return " ".join(detector.found)


def test_the_detector_detects() -> None:
    for sample in (
        "<script>",
        '<p onclick="a">',
        '<p style="a">',
        '<a href="java\tscript:a">',
        '<a href="&#106;avascript:a">',
        '<a href="//a.b">',
        '<p data-a="b">',
        "<form>",
        "<!-- a -->",
        "<?a?>",
    ):
        assert acts(sample), sample
    for sample in (
        '<a href="/a">on = style=</a>',
        "<p>javascript: a</p>",
        '<abbr title="a onclick=b">a</abbr>',
    ):
        assert not acts(sample), sample


def every_html(changes: dict[str, str | bytes]) -> str:
    """All HTML that a module brings forth, also that of a module which may not be published."""
    module, _found = check(changes)
    return "" if module is None else " ".join(_texts(dump(module)))


def _texts(thing: object, key: str = "") -> list[str]:
    if isinstance(thing, dict):
        return [text for name, inner in thing.items() for text in _texts(inner, str(name))]
    if isinstance(thing, list | tuple):
        return [text for inner in thing for text in _texts(inner, key)]
    return [thing] if isinstance(thing, str) and "html" in key else []


HOSTILE = [
    "<script>alert(1)</script>",
    "<ScRiPt\n>alert(1)</sCrIpT >",
    "<scr<script>ipt>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<img src="x" onerror = "alert(1)">',
    '<p onclick="alert(1)">a</p>',
    "<p/onclick=alert(1)>a</p>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    '<math><maction actiontype="statusline" xlink:href="javascript:alert(1)">a</maction></math>',
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](java\tscript:alert(1))",
    "[a](&#106;avascript:alert(1))",
    "[a](javascript&colon;alert(1))",
    "[a](javascript&#x3A;alert(1))",
    "[a](<java&Tab;script:alert(1)>)",
    "[a](vbscript:alert(1))",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "[a](//jahat.example/a)",
    "[a][r]\n\n[r]: javascript:alert(1)",
    "<javascript:alert(1)>",
    '<a href="javascript:alert(1)">a</a>',
    '<a href=" \x0bjavascript:alert(1)">a</a>',
    '<a href="java&#10;script:alert(1)">a</a>',
    "![a](javascript:alert(1))",
    "![a](media/a.png){onerror=alert(1)}",
    "Satu {onclick=alert(1)}",
    'Satu\n{: onclick="alert(1)" style="color:red" data-a=b hx-get=/keluar }',
    "## Judul {onmouseover=alert(1)}",
    '<p style="position:fixed">a</p>',
    "<style>body{display:none}</style>",
    '<div hx-post="/keluar" hx-trigger="load">a</div>',
    '<div data-controller="a">a</div>',
    '<form action="/keluar" method="post"><input name="a"><button>a</button></form>',
    '<input type="image" src="javascript:alert(1)">',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    '<object data="a"></object><embed src="a">',
    '<base href="https://jahat.example/"><meta http-equiv="refresh" content="0">',
    '<link rel="stylesheet" href="https://jahat.example/a.css">',
    "<!-- <script>alert(1)</script> -->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?>",
    "$<script>alert(1)</script>$",
    r"$\text{<img src=x onerror=alert(1)>}$",
    r"$\href{javascript:alert(1)}{a}$",
    r"$\style{color:red}{a}$ $\class{a}{b}$ $\unicode{x3c}script$",
    '```html onload="alert(1)"\n<script>alert(1)</script>\n```',
    '```{.html onclick="alert(1)" style="color:red"}\na\n```',
    '!!! note "<script>alert(1)</script>"\n    a',
    '!!! note" onclick="alert(1)\n    a',
    '??? note "<img src=x onerror=alert(1)>"\n    a',
    '=== "<script>alert(1)</script>"\n    a',
    "*[a]: <script>alert(1)</script>\n\na",
    '*[a]: " onclick="alert(1)\n\na',
    "a[^1]\n\n[^1]: <script>alert(1)</script>",
    "/// figure-caption\n    attrs: {onclick: alert(1), style: 'color:red'}\n\na\n///",
    "| <script>alert(1)</script> | b |\n|---|---|\n| <p onclick=a> | b |",
    "<details open ontoggle=alert(1)>a</details>",
    '<video src="x" onerror="alert(1)"></video>',
    "<a href='https://a.example' target=_blank onfocus=alert(1) autofocus>a</a>",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_is_written_acts(text: str) -> None:
    option = text.replace("\n", " ")
    changes: dict[str, str | bytes] = {
        "module.md": MODULE + text,
        L: f"{LESSON}Awal.\n\n{text}\n\nAkhir.\n",
        Q: (
            f"{QUIZ}{text}\n\n# Bagian {{#bagian}}\n\n{text}\n\n"
            f"## Siapa? {{#siapa outcome=TP1}}\n\n{text}\n\n"
            f"- (x) {option}\n    > {option}\n- ( ) b\n- ( ) c\n\n> {option}\n\n> [!hint] {option}\n"
        ),
        "media/a.png": b"\x89PNG\r\n\x1a\n",
    }
    shown = every_html(changes)
    assert acts(shown) == ""
    # Alone too, where another place's error would have refused the whole.
    assert acts(every_html({L: f"{LESSON}Awal.\n\n{text}\n\nAkhir.\n"})) == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [("title", "<script>alert(1)</script>"), ("summary", '"><img src=x onerror=alert(1)>')],
)
def test_front_matter_is_text(name: str, value: str) -> None:
    """It is kept as it is written, for the template to escape, and is in no HTML."""
    head = MODULE.replace("title: Dasar\n", "title: Dasar\nsummary: s\n")
    head = re.sub(rf"^{name}: .*$", lambda _: f"{name}: '{value}'", head, flags=re.MULTILINE)
    module, found = check({"module.md": head})
    assert module is not None, found
    assert getattr(module, name) == value
    assert value not in module.intro_html


def test_the_glossary_cannot_act() -> None:
    for line in ('*[a]: " onclick="alert(1)', "*[a]: <script>alert(1)</script>", "*[<b>]: c"):
        module, _found = read_module("dasar", files({L: LESSON + "a <b> c\n"}), glossary=line.encode())
        assert module is not None
        part = module.parts[0]
        assert isinstance(part, Lesson)
        assert acts(part.blocks[0].html) == ""


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<rect onclick="alert(1)"/>',
        '<a href="javascript:alert(1)">a</a>',
        '<image href="https://jahat.example/a.png"/>',
        '<use xmlns:x="http://www.w3.org/1999/xlink" x:href="https://jahat.example/a.svg#a"/>',
        '<h:img xmlns:h="http://www.w3.org/1999/xhtml" src="a"/>',
        '<a href="&#106;avascript:alert(1)">a</a>',
        '<a xml:base="https://jahat.example/" href="#a">a</a>',
        '<rect style="fill:url(//jahat.example/a)"/>',
        "<style>rect { fill: u\\72l(https://jahat.example/a) }</style>",
        "<svg>" * 200 + "</svg>" * 200,
        "<foreignObject><p>a</p></foreignObject>",
        "<style>@import url(https://jahat.example/a.css);</style>",
        '<rect fill="url(https://jahat.example/a.svg#a)"/>',
        '<animate attributeName="href" values="javascript:alert(1)"/>',
        '<set attributeName="href" to="javascript:alert(1)"/>',
        "<iframe/>",
    ],
)
def test_a_drawing_that_could_act_is_refused(inside: str) -> None:
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8">{inside}</svg>'
    assert codes({"media/a.svg": drawing, L: LESSON + "![Alur](media/a.svg)\n"})[0] == "X405"


@pytest.mark.parametrize(
    "head",
    ['<?xml-stylesheet href="https://a.example/a.css"?>', '<!DOCTYPE svg [<!ENTITY a "b">]>'],
)
def test_a_drawing_with_a_hostile_head_is_refused(head: str) -> None:
    drawing = f'{head}<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"/>'
    assert "X405" in codes({"media/a.svg": drawing})


# --- time


def nested_list(depth: int) -> str:
    return "".join("  " * n + f"- a{n}\n" for n in range(depth))


SLOW: dict[str, Callable[[], str]] = {
    "brackets open": lambda: "[" * 10_000,
    "brackets both": lambda: "[" * 5_000 + "]" * 5_000,
    "links": lambda: "[a](" * 5_000,
    "images": lambda: "![" * 5_000,
    "references": lambda: "[a][" * 5_000,
    "brackets on lines": lambda: "[\n" * 10_000,
    "stars": lambda: "*a " * 10_000,
    "star pairs": lambda: "**a *b " * 5_000,
    "underscores": lambda: "_a_" * 10_000,
    "backticks": lambda: "`a``b" * 5_000,
    "growing backticks": lambda: " ".join("`" * n for n in range(1, 300)),
    "tildes": lambda: "~" * 10_000,
    "dollars": lambda: "$a " * 10_000,
    "braces": lambda: "{#a " * 10_000,
    "open tags": lambda: "<a" * 10_000,
    "open divs": lambda: "<div>" * 10_000,
    "open comments": lambda: "<!--" * 10_000,
    "bare less-than": lambda: "<" * 50_000,
    "entities": lambda: "&a" * 20_000,
    "quotes": lambda: "> " * 5_000 + "a",
    "quotes on lines": lambda: "".join("> " * n + "a\n" for n in range(1, 200)),
    "lists": lambda: nested_list(1_000),
    "list marks": lambda: "- " * 10_000 + "a",
    "list items": lambda: "- a\n" * 20_000,
    "ordered marks": lambda: "1. " * 5_000 + "a",
    "spaced list": lambda: "- a\n\n" * 10_000,
    "mixed nest": lambda: "> - > - > 1. " * 500 + "a",
    "wide table": lambda: "|a" * 5_000 + "|\n" + "|-" * 5_000 + "|\n" + "|b" * 5_000 + "|",
    "long table": lambda: "|a|b|\n|-|-|\n" + "|c|d|\n" * 30_000,
    "table of bars": lambda: "|" * 60_000 + "\n" + "|-" * 1_000,
    "footnotes": lambda: "".join(f"a[^{n}]\n\n[^{n}]: b\n\n" for n in range(5_000)),
    "footnote uses": lambda: "a[^1] " * 10_000 + "\n\n[^1]: b",
    "abbreviations": lambda: "".join(f"*[a{n}]: b\n" for n in range(5_000)) + "a1 " * 5_000,
    "definitions": lambda: "a\n:   b\n\n" * 8_000,
    "headings": lambda: "## a\n" * 20_000,
    "same headings": lambda: "## a\n\nb\n\n" * 8_000,
    "rules": lambda: "---\n" * 20_000,
    "blank lines": lambda: "\n" * 200_000,
    "blanks": lambda: " " * 200_000 + "a",
    "blank-ended lines": lambda: "a  \n" * 20_000,
    "one line": lambda: "a" * 200_000,
    "words": lambda: "kata " * 40_000,
    "short lines": lambda: "a\n" * 50_000,
    "paragraphs": lambda: "a\n\n" * 50_000,
    "fence": lambda: "```python\n" + "x = [(" * 40_000 + "\n```",
    "long fence": lambda: "```python\n" + "x = 1\n" * 30_000 + "```",
    "fences": lambda: "```\na\n```\n" * 10_000,
    "growing fences": lambda: "\n".join("`" * n for n in range(3, 500)),
    "indented code": lambda: "    a\n" * 20_000,
    "admonitions": lambda: "".join("    " * n + "!!! note\n" for n in range(200)),
    "details": lambda: "".join("    " * n + "??? note\n" for n in range(200)),
    "tabs": lambda: "".join("    " * n + '=== "a"\n' for n in range(200)),
    "flat tabs": lambda: '=== "a"\n    b\n\n' * 5_000,
    "captions": lambda: "/// caption\na\n///\n" * 5_000,
    "formulas": lambda: "$a^2$ " * 5_000,
    "deep formula": lambda: "$" + "{" * 140 + "a" + "}" * 140 + "$",
    "fractions": lambda: "$" + r"\frac{a}{" * 30 + "b" + "}" * 30 + "$",
    "attributes": lambda: "a {" + "a=b " * 10_000 + "}",
    "escapes": lambda: "\\" * 50_000,
    "raw html": lambda: "<p>a</p>\n" * 10_000,
    "half html": lambda: "<p>" * 3_000 + "</p>" * 3_000,
    "quoted html": lambda: '<p title="' * 5_000,
    "urls": lambda: "<https://a.example/" * 5_000,
    "reference definitions": lambda: "".join(f"[a{n}]: https://a.example\n" for n in range(8_000)),
    "checks": lambda: "```quiz\n" + "".join(f"## a {n} {{#a-{n}}}\n= 1\n\n" for n in range(3_000)) + "```",
    "options": lambda: "```quiz\n## a {#a}\n" + "".join(f"- ( ) a{n}\n" for n in range(10_000)) + "- (x) b\n```",
    "hints": lambda: "```quiz\n## a {#a}\n= 1\n" + "> [!hint] a\n" * 5_000 + "```",
    "same questions": lambda: "```quiz\n" + "## a\n= 1\n" * 8_000 + "```",
}


def timed(run: Callable[[], object]) -> float:
    """Seconds, the best of two."""
    best = float("inf")
    for _ in range(2):
        start = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - start)
        if best < CONTRACT:
            break
    return best


@pytest.mark.parametrize("name", SLOW)
def test_no_text_takes_long(name: str) -> None:
    text = SLOW[name]()
    assert timed(lambda: check({L: LESSON + text + "\n"})) < CONTRACT
    if "```quiz" not in text:
        body = f"{text}\n\n{SOUND}\n> {text[:60_000]}\n"
        assert timed(lambda: check({Q: QUIZ + body})) < CONTRACT


FRONTS: dict[str, Callable[[], str]] = {
    "bomb": lambda: (
        "a: &a [x, x]\n"
        + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20))
    ),
    "deep flow": lambda: "a: " + "[" * 5_000,
    "deep braces": lambda: "a: " + "{b: " * 2_000,
    "deep block": lambda: "".join("  " * n + f"a{n}:\n" for n in range(200)),
    "deep dashes": lambda: "a: \n" + "- " * 3_000 + "b",
    "merge": lambda: "a: &a {b: c}\nd: {<<: *a}",
    "tag": lambda: "title: !!python/object/apply:os.system [ls]",
    "huge": lambda: "".join(f"k{n}: a\n" for n in range(20_000)),
    "long value": lambda: "title: " + "a" * 200_000,
    "quotes": lambda: 'title: "' + "\\u0041" * 2_000,
    "two documents": lambda: "title: a\n...\nb: c",
    "binary": lambda: "title: !!binary aGFsbw==",
    "only a list": lambda: "- a\n- b",
    "only a text": lambda: "a",
    "null key": lambda: "? \n: a",
    "list key": lambda: "? [a]\n: b",
    "directive": lambda: "%YAML 9.9\na: b",
    "emoji": lambda: "title: 🙂",
    "nul": lambda: "title: a\0b",
    "bell": lambda: "title: a\x07b",
}


@pytest.mark.parametrize("name", FRONTS)
@pytest.mark.parametrize("file", ["module.md", L, Q])
def test_no_front_matter_takes_long(name: str, file: str) -> None:
    text = f"---\n{FRONTS[name]()}\n---\nIsi.\n"
    assert timed(lambda: check({file: text})) < CONTRACT
    _module, found = check({file: text})
    assert all(inside(d.line, d.col, text) for d in found if d.file == file), found
    # A picture of a face is a title like any other, for a lesson and a quiz.
    if not (name == "emoji" and file != "module.md"):
        assert any(d.file == file and d.severity == "error" for d in found)


@pytest.mark.parametrize("data", [b"\0", b"a\0b", b"\xff\xfe", b"\xed\xa0\x80", b"\xc3", b"\xef\xbb\xbf", b"\r", b""])
def test_bytes_that_are_no_text(data: bytes) -> None:
    for file in ("module.md", L, Q):
        module, found = read_module("dasar", {**files(), file: data})
        assert module is None
        assert any(d.file == file for d in found)


# --- anything at all


def inside(line: int, col: int, text: str) -> bool:
    """Whether a place lies in a text, or just behind it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return 1 <= line <= len(lines) + 1 and col >= 1 and (line > len(lines) or col <= len(lines[line - 1]) + 1)


PIECES = st.sampled_from(
    [
        "---\n", "title: a\n", "kind: quiz\n", "jp: 1\n", "outcomes:\n  TP1: a\n", "# A {draw=1}\n",
        "## B? {#b}\n", "- (x) a\n", "- ( ) b\n", "- [x] a\n", "= 20 ± 1\n", "> c\n", "> [!hint] d\n",
        "```quiz\n", "```\n", "[a](media/x.png)", "![](media/x.mp4)", "[b](01-apa.md#c)", "$a^2$",
        "!!! note\n", "    ", "\t", "[^1]", "[^1]: a\n", "|a|b|\n|-|-|\n", "*[a]: b\n", "<script>", "<p onclick=a>",
        "{: #x .y onclick=z }", "[[a]]", "\r\n", "\r", "\ufeff", "\u2028", "🙂", "é", "\x85", "\x0c", "{",
        "}", "javascript:a", "](", 'style="a"', "/// caption\n", "///\n", "- a => b\n", "1. a\n", ": a\n",
        "## C {#c .computed}\n", "a = 1..5\n", "= a / (a - 3)\n", "{a}", "## D [[x|y]] {.cloze}\n", "[[= 2]]", "[[(x) a|( ) b]]",
        "[[", "]]", "## E {.ordering}\n", "2. b\n", "3. c\n", "- => c\n", "## F {.essay words=1..5}\n",
        "| Kriteria | Poin | Deskriptor |\n|-|-|-|\n| a | 1 | b |\n", '## G {.likert scale="a..b"}\n', "## H {.hotspot}\n",
        "- (x) rect 1,1 5,5 a\n", "- ( ) poly 1,1 5,5 1,5 b\n", "\ue0001\ue001", "\ue002a\ue003",
        "<div markdown=1>", "</div>", "&#106;", '=== "a"\n',
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES | st.text(max_size=12), max_size=25).map("".join)
BYTES = st.binary(max_size=200) | TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass"))
FILES = st.dictionaries(
    st.sampled_from(["module.md", "01-apa.md", "02-b.md", "90-kuis.md", "media/x.png", "media/x.mp4", "media/a.svg"])
    | st.text(max_size=12),
    BYTES,
    max_size=5,
)


def check_places(found: list, given_files: dict[str, bytes]) -> None:  # type: ignore[type-arg]
    for diagnostic in found:
        assert diagnostic.code in CODES
        text = given_files.get(diagnostic.file, b"").decode("utf-8", "replace").removeprefix("\ufeff")
        assert inside(diagnostic.line, diagnostic.col, text), diagnostic


@given(FILES)
@settings(max_examples=250, deadline=None)
def test_no_folder_raises_and_every_finding_lies_in_its_file(given_files: dict[str, bytes]) -> None:
    module, found = read_module("dasar", given_files, glossary=b"*[a]: b")
    check_places(found, given_files)
    assert (module is None) == any(d.severity == "error" for d in found)


@given(TEXTS, TEXTS, TEXTS)
@settings(max_examples=250, deadline=None)
def test_no_text_acts_or_raises(intro: str, body: str, questions: str) -> None:
    changes: dict[str, str | bytes] = {
        "module.md": (MODULE + intro).encode("utf-8", "replace"),
        L: (LESSON + body).encode("utf-8", "replace"),
        Q: (QUIZ + questions + "\n" + SOUND).encode("utf-8", "replace"),
    }
    module, found = check(changes)
    check_places(found, files(changes))
    if module is not None:
        assert acts(" ".join(_texts(dump(module)))) == ""


@given(st.text(max_size=300) | TEXTS)
@settings(max_examples=300, deadline=None)
def test_arbitrary_text_alone_never_acts(body: str) -> None:
    module, _found = check({L: (LESSON + body).encode("utf-8", "replace")})
    if module is not None:
        part = module.parts[0]
        assert isinstance(part, Lesson | Quiz)
        assert acts(" ".join(_texts(dump(part)))) == ""


@given(BYTES)
@settings(max_examples=100, deadline=None)
def test_no_glossary_and_no_path_raises(data: bytes) -> None:
    _terms, found = read_glossary(data)
    check_places(found, {"glossary.md": data})
    path, found = read_path("asn-baru", data, known_modules=["dasar"])
    check_places(found, {"asn-baru.md": data})
    if path is not None:
        assert acts(path.intro_html) == ""


def test_a_plain_text_passes() -> None:
    """The guards are not the kind that refuse everything."""
    text = "".join(
        f"## Judul {n}\n\nKalimat *satu* dengan [tautan](https://a.go.id) dan `kode`.\n\n" for n in range(60)
    )
    assert "Judul 59" in html(text)
