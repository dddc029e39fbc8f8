"""Questions as our Markdown, so that our own reader reads them back as they were.

What our reader made is written exactly. A text from elsewhere may look like one of our shapes, `- (x) …`, `= …`,
`## …`: there, such a line gets an escape or a blank that Markdown does not show, so that it stays text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from elearn.core.content.fences import find_fences
from elearn.core.content.questions import Identities, Reader
from elearn.core.content.questions import Section as Read
from elearn.core.content.shapes import ANSWERED_BELOW, VARIABLE
from elearn.core.content.source import open_source
from elearn.core.content.text import FileReport
from elearn.core.exchange.base import Section
from elearn.core.questions.base import OptionLine, QuestionSource
from elearn.core.questions.marks import GAP_MARK, NAME_MARK
from elearn.core.questions.shared import ARROW, blank_code

_HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
_STRAY_MARKS = re.compile("[\ue000-\ue003]")
_FENCE = re.compile(r"^([> \t]*)(`{3,}|~{3,})")
_MARK = r"[ \t]*(?:[xX]?|[+-]?[0-9]{1,3}(?:[.,][0-9]{1,4})?[ ]?%)[ \t]*"
_BULLET = re.compile(rf"^([ \t]*[-*+][ \t]+)(?=(?:\({_MARK}\)|\[{_MARK}\](?!\())(?:\s|$))")
_CROWDED = re.compile(r"^([ \t]*)(?=[-*+](?:\([ \t]?[xX]?[ \t]?\)|\[[ \t]?[xX]?[ \t]?\](?!\()))")
_STEP = re.compile(r"^([ \t]*[0-9]{1,3})(?=[.)])")
_ARROW_BULLET = re.compile(r"^[ \t]*[-*+][ \t]")
_MARGIN = re.compile(r"^(?:=(?!=)|[A-Za-z]\w*[ \t]*=[ \t]*[+-]?[0-9][0-9.,]*[ \t]*\.\.)")
_CALLOUT = re.compile(r"^(>?[ \t]*)(?=\[![\w-]{1,20}\])")
_RUBRIC = re.compile(r"^([ \t]*\|?[ \t]*kriteria[ \t]*)\|", re.IGNORECASE)
_PLAIN_VALUE = re.compile(r"""[^\s"“”{}]+""")
Escape = Callable[[str], str]


def write_sections(sections: Sequence[Section]) -> str:
    """The body of a quiz file. A section without a title, a stimulus and a draw needs no heading when it is first."""
    parts = []
    for number, section in enumerate(sections, start=1):
        if number > 1 or section.title or section.stimulus.strip() or section.draw is not None:
            parts.append(_section_head(section, number))
        parts += [write_question(source) for source in section.sources]
    return "\n".join(parts)


def _section_head(section: Section, number: int) -> str:
    braces = [f"#{section.id}"] if section.id else []
    if section.draw is not None:
        braces.append(f"draw={section.draw}")
    head = f"# {_heading(section.title or f'Bagian {number}')}"
    head = f"{head} {{{' '.join(braces)}}}" if braces else f"{head} {{}}"
    stimulus = "\n".join(_lines(section.stimulus, _escape_heading))
    return f"{head}\n\n{stimulus}\n" if stimulus else f"{head}\n"


def write_question(source: QuestionSource) -> str:
    """One question from its heading on, with a line end after its last line."""
    escape = _escape_for(source)
    gaps = {gap.mark: gap.text for gap in source.gaps}
    out = [f"## {_heading(_shown(source.heading, source, gaps))} {{{_braces(source)}}}"]
    blocks = [
        _stem(source, escape, gaps),
        [f"{line.name} = {_line(line.text)}" for line in source.variables],
        [line for option in source.options for line in _option(option, source, escape, gaps)],
        [f"= {_line(answer.text)}" for answer in source.answers],
        [f"| {' | '.join(_cell(cell) for cell in row.cells)} |" for row in source.table],
        _quoted(_shown(source.explanation, source, gaps)),
        *(_hint(_shown(hint, source, gaps)) for hint in source.hints),
    ]
    for block in blocks:
        if block:
            out += ["", *block]
    return "\n".join(out) + "\n"


def read_sections(text: str, file: str = "soal.md") -> tuple[list[Read], FileReport]:
    """The sections of a quiz's body as our reader reads them, and what it found. Texts are not rendered for real."""
    report = FileReport(file)
    lines = text.split("\n")
    source = open_source(file, lines, 1, report)
    reader = Reader(source, lambda words, _identity: f"<p>{html.escape(words)}</p>", Identities(set()), None)
    return reader.read(1, len(lines))[1], report


def read_back(source: QuestionSource) -> QuestionSource | None:
    """What our reader reads where this question was written; None where it reads no question, or several."""
    sections, _report = read_sections(write_question(source))
    found = [one for section in sections for one in section.sources]
    return found[0] if len(found) == 1 else None


def same_shape(one: QuestionSource, other: QuestionSource) -> bool:
    """Whether the two are answered and marked alike; their texts may differ by escapes."""

    def shape(source: QuestionSource) -> tuple[object, ...]:
        return (
            source.id, source.classes, dict(source.attributes), [(o.bracket, o.mark) for o in source.options],
            [bool(o.feedback) for o in source.options], [a.text for a in source.answers],
            [g.text for g in source.gaps], [r.cells for r in source.table], [(v.name, v.text) for v in source.variables],
            bool(source.explanation), len(source.hints), sorted(use.name for use in source.names),
        )  # fmt: skip

    return shape(one) == shape(other)


def placeless(source: QuestionSource) -> QuestionSource:
    """The source without the places that its parts were read from, for comparing."""
    return replace(
        source,
        file="",
        line=0,
        options=tuple(replace(o, line=0, col=0) for o in source.options),
        answers=tuple(replace(a, line=0, col=0) for a in source.answers),
        gaps=tuple(replace(g, line=0, col=0) for g in source.gaps),
        table=tuple(replace(r, line=0, col=0) for r in source.table),
        variables=tuple(replace(v, line=0, col=0) for v in source.variables),
        names=tuple(replace(n, line=0, col=0) for n in source.names),
        attributes=dict(source.attributes),
        col=0,
    )


def _heading(text: str) -> str:
    """A mark that would close the heading is followed by one that does."""
    line = _line(text) or "Soal"
    return f"{line} #" if re.search(r"(?:^|[ \t])#+$", line) else line


def _braces(source: QuestionSource) -> str:
    words = [f"#{source.id}", *(f".{name}" for name in source.classes)]
    for key, value in source.attributes.items():
        words.append(f"{key}={value}" if _PLAIN_VALUE.fullmatch(value) else f'{key}="{_value(value)}"')
    return " ".join(words)


def _value(text: str) -> str:
    return _line(re.sub(r'["{}]', "", text))


def _line(text: str) -> str:
    return " ".join(_cleaned(text).split("\n")).strip()


def _cleaned(text: str) -> str:
    """Without signs that nobody sees, and that our reader refuses."""
    return _HIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _shown(text: str, source: QuestionSource, gaps: dict[str, str]) -> str:
    """The text with its gaps and names in the place of their marks; what only looks like one is escaped. Each of `gaps`
    (mark -> text) is taken out where it first stands: the same mark again is none."""
    names = {use.name for use in source.names}
    computed = "computed" in source.classes
    out, at = [], 0
    for mark in re.finditer(f"{GAP_MARK.pattern}|{NAME_MARK.pattern}", text):
        out.append(_unlike(text[at : mark.start()], computed=computed))
        if mark.group() in gaps:
            out.append(f"[[{gaps.pop(mark.group())}]]")
        elif mark[2] in names:
            out.append(f"{{{mark[2]}}}")
        at = mark.end()
    return "".join([*out, _unlike(text[at:], computed=computed)])


def _unlike(text: str, *, computed: bool) -> str:
    """Text that is no gap and no name, and must not become one. Code is left as it is."""
    text = _STRAY_MARKS.sub("", text)
    if "[[" not in text and not computed:
        return text
    masked, out, at = blank_code(text), [], 0
    pattern = r"\[\[(?=[^\[\]]*\]\](?!\())" + (r"|\{[A-Za-z]\w{0,19}\}" if computed else "")
    for found in re.finditer(pattern, masked):
        out.append(text[at : found.start()])
        out.append("[\\[" if found.group() == "[[" else f"{found.group()[:-1]}\\}}")
        at = found.end()
    return "".join([*out, text[at:]])


def _escape_for(source: QuestionSource) -> Escape:
    steps, essay, computed = (name in source.classes for name in ("ordering", "essay", "computed"))
    pairs = "matching" in source.classes or any(option.bracket == "=>" for option in source.options)

    def escape(line: str) -> str:
        line = _escape_heading(line)
        line = _CALLOUT.sub(r"\1\\", line)
        line = _BULLET.sub(r"\1\\", line)
        line = _CROWDED.sub(r"\1\\", line)
        if steps:
            line = _STEP.sub(r"\1\\", line)
        if pairs and _ARROW_BULLET.match(line):
            line = ARROW.sub(lambda arrow: arrow.group().replace(">", "\\>"), line)
        if essay:
            line = _RUBRIC.sub(r"\1&#124;", line)
        variable = computed and VARIABLE.match(line)
        return f" {line}" if variable or _MARGIN.match(line) else line

    return escape


def _escape_heading(line: str) -> str:
    return f"\\{line}" if re.match(r"#{1,2}(?!#)", line) else line


def _lines(text: str, escape: Escape) -> list[str]:
    """The lines of a text at the margin: escaped, but for those of fenced code. A fence that is not closed is text."""
    lines = [line.rstrip() if not line.strip() else line for line in _cleaned(text).strip("\n").split("\n")]
    while True:
        fences = find_fences(lines, 1, len(lines), FileReport(""))
        open_ones = [fence for fence in fences if not fence.sound or fence.is_quiz]
        if not open_ones:
            break
        at = open_ones[0].first - 1
        lines[at] = _FENCE.sub(r"\1\\\2", lines[at])
    code = {number for fence in fences for number in range(fence.first, fence.last + 1)}
    lines = [line if number in code else escape(line) for number, line in enumerate(lines, start=1)]
    return lines if any(lines) else []


def _stem(source: QuestionSource, escape: Escape, gaps: dict[str, str]) -> list[str]:
    lines = _lines(_shown(source.stem, source, gaps), escape)
    if (ANSWERED_BELOW & set(source.classes) or source.gaps) and not source.options:
        # Quotations at the end would be read as the explanation.
        for at in range(len(lines) - 1, -1, -1):
            if lines[at].strip() and not lines[at].startswith(">"):
                break
            lines[at] = f" {lines[at]}" if lines[at].strip() else ""
    return lines


def _option(option: OptionLine, source: QuestionSource, escape: Escape, gaps: dict[str, str]) -> Iterator[str]:
    mark = {"=>": "-", ".": f"{option.mark}."}.get(option.bracket)
    if mark is None:
        closing = ")" if option.bracket == "(" else "]"
        mark = f"- {option.bracket}{option.mark or ' '}{closing}"
    first, *rest = _lines(_shown(option.text, source, gaps), _inside(escape, source)) or [""]
    if _FENCE.match(first):
        first, rest = "", [first, *rest]
    yield f"{mark} {first.strip()}".rstrip()
    yield from (f"    {line}" if line else "" for line in rest)
    # One blank line parts paragraphs here; the reader knows no more than one.
    feedback = re.sub(r"\n\s*\n", "\n\n", _shown(option.feedback, source, gaps))
    for line in _lines(feedback, lambda text: _CALLOUT.sub(r"\1\\", text)):
        yield f"    > {line}" if line else ""


def _inside(escape: Escape, source: QuestionSource) -> Escape:
    """Within an option a quotation would be its feedback; its arrow is what a pair is made of."""
    pair = any(option.bracket == "=>" for option in source.options)

    def inside(line: str) -> str:
        escaped = line if pair and not _ARROW_BULLET.match(line) else escape(line)
        if escaped.startswith(" ") and not line.startswith(" "):
            escaped = escaped[1:]  # only at the margin a line needs the blank
        return re.sub(r"^(\s*)>", r"\1\\>", escaped)

    return inside


def _quoted(text: str) -> list[str]:
    return [f"> {line}".rstrip() for line in _lines(text, lambda line: _CALLOUT.sub(r"\1\\", line))]


def _hint(text: str) -> list[str]:
    lines = _quoted(text)
    return [f"> [!hint] {lines[0][1:].strip()}", *lines[1:]] if lines else []


def _cell(text: str) -> str:
    return _line(text).replace("|", "\\|")
