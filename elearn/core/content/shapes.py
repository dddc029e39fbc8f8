"""What stands under a question's heading, line by line: stem, options with feedback, answers, hints,
explanation."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

from elearn.core.content.text import FileReport
from elearn.core.questions.base import AnswerLine, OptionLine, TableRow, VariableLine
from elearn.core.questions.marks import GAP_MARK
from elearn.core.questions.shared import ARROW, blank_code, split_outside_code

OPTIONS = 30
ANSWERS = 50
OTHERS = frozenset({"ordering", "cloze", "likert", "essay", "computed", "hotspot"})
"""Types whose class says that a bullet with an arrow is part of the text."""
ANSWERED_BELOW = frozenset({"cloze", "likert", "essay"})
"""Types that are answered without lines of answers."""

_MARK = r"[xX]?|[+-]?[0-9]{1,3}(?:[.,][0-9]{1,4})?[ ]?%"
_OPTION = re.compile(
    rf"^( {{0,3}}[-*+][ \t]+)(?:(\()[ \t]*({_MARK})[ \t]*\)|(\[)[ \t]*({_MARK})[ \t]*\](?!\())(?=\s|$)"
)
# Other things in brackets are options with a mistake in the mark, when the question has options at all.
_LOOSE = re.compile(r"^( {0,3}[-*+][ \t]+)(?:(\()([^()\s]{1,6})\)|(\[)([^\[\]\s]{1,6})\](?!\())(?=\s)")
_ANSWER = re.compile(r"^=(?!=)[ \t]*")
_CROWDED = re.compile(r"^ {0,3}[-*+](?=\([ \t]?[xX]?[ \t]?\)|\[[ \t]?[xX]?[ \t]?\](?!\())")
_STEP = re.compile(r"^ {0,3}([0-9]{1,3})[.)](?:[ \t]+|$)")
_BULLET = re.compile(r"^( {0,3}[-*+][ \t]+)(?=\S)")
_RUBRIC = re.compile(r"^[ \t]*\|?[ \t]*kriteria[ \t]*\|", re.IGNORECASE)
_BAR = re.compile(r"(?<!\\)\|")
VARIABLE = re.compile(r"^([A-Za-z][A-Za-z0-9_]{0,19})[ \t]*=(?![=>])[ \t]*")
_DRAWN = re.compile(r"^[A-Za-z]\w*[ \t]*=[ \t]*[+-]?[0-9][0-9.,]*[ \t]*\.\.[ \t]*[+-]?[0-9]")
_CALLOUT = re.compile(r"^\[!([\w-]{1,20})\][ \t]*")


@dataclass(slots=True)
class Shape:
    stem: list[str] = field(default_factory=list)
    options: list[OptionLine] = field(default_factory=list)
    answers: list[AnswerLine] = field(default_factory=list)
    table: list[TableRow] = field(default_factory=list)
    """The rubric of an essay."""
    variables: list[VariableLine] = field(default_factory=list)
    explanation: list[str] = field(default_factory=list)
    hints: list[list[str]] = field(default_factory=list)


Line = tuple[int, str, bool]
"""(number, line, whether it is in a fenced block)"""


def read_shape(lines: Sequence[Line], report: FileReport, classes: Collection[str] = ()) -> Shape:
    """`classes` are those of the heading, and `cloze` where there are gaps: some shapes are read only where they say
    so."""
    pairs, steps = _has_pairs(lines, classes), "ordering" in classes
    near = _near(lines, _is_pair if pairs else _is_option)
    reading = _Reading(report, pairs, steps, near, _last_text(lines, classes), classes)
    for number, line, fenced in lines:
        reading.take(number, line, fenced)
    if reading.shape.answers and "computed" not in classes:
        _report_variables(lines, report)
    return reading.shape


def _report_variables(lines: Sequence[Line], report: FileReport) -> None:
    """A formula would be taken for a text to be typed."""
    for number, line, fenced in lines:
        if not fenced and _DRAWN.match(line):
            hint = "Tulis .computed di dalam {…} pada judul soal, atau apit baris ini dengan `…`."
            report.error("Q256", number, 1, "Baris ini tampak seperti peubah soal hitungan.", hint)
            return


def _last_text(lines: Sequence[Line], classes: Collection[str]) -> int | None:
    """Where a question without lines of answers is answered, the quotations at its end are the explanation: the
    last line before them. None for every other question."""
    if not ANSWERED_BELOW & set(classes):
        return None
    gaps = [number for number, line, _fenced in lines if GAP_MARK.search(line)]
    texts = [number for number, line, _fenced in lines if line.strip() and not line.startswith(">")]
    return max([0, *gaps, *texts])


def _is_option(line: str) -> bool:
    return _OPTION.match(line) is not None


def _is_pair(line: str) -> bool:
    return _BULLET.match(line) is not None and ARROW.search(blank_code(line)) is not None


def _has_pairs(lines: Sequence[Line], classes: Collection[str]) -> bool:
    """Whether `- left => right` is an item to match: not where the question is answered in another way."""
    if "matching" in classes:
        return True
    if any(not fenced and (_OPTION.match(line) or _ANSWER.match(line)) for _number, line, fenced in lines):
        return False
    return not OTHERS & set(classes)


def _near(lines: Sequence[Line], wanted: Callable[[str], bool]) -> set[int]:
    """The lines that stand in one block, without a blank line, with one that is wanted."""
    near: set[int] = set()
    block: list[int] = []
    found = False
    for number, line, fenced in (*lines, (0, "", False)):
        if line.strip():
            block.append(number)
            found = found or (not fenced and wanted(line))
            continue
        near.update(block if found else ())
        block, found = [], False
    return near


@dataclass(slots=True)
class _Reading:
    report: FileReport
    pairs: bool
    """Whether bullets with an arrow are items to match."""
    steps: bool
    """Whether a numbered list is what is to be ordered."""
    near: set[int]
    """Lines that stand with an option, or with an item to match."""
    last_text: int | None
    """The line that the explanation comes after, where no answers do."""
    classes: Collection[str]
    shape: Shape = field(default_factory=Shape)
    _table: bool = False
    """Whether the line before belongs to the rubric."""
    _quote: list[str] | None = None
    """The lines that a quotation at the margin goes on in, until a blank line."""
    _open: bool = False
    """Whether the line before belongs to an option's text, so that a plain line goes on in it."""
    _gap: bool = False
    """Whether a blank line followed the last line of an option's feedback."""
    _said: bool = False
    """Whether text after the options was reported."""

    @property
    def _answered(self) -> bool:
        return bool(self.shape.options or self.shape.answers or self.shape.table)

    def take(self, number: int, line: str, fenced: bool) -> None:
        goes_on, self._open = self._open, False
        in_table, self._table = self._table, False
        if line.startswith(">"):
            self._take_quote(number, line[1:].removeprefix(" "))
            return
        if not line.strip():
            self._take_blank()
            return
        self._quote = None
        if not fenced and (crowded := _CROWDED.match(line)):
            col = crowded.end() + 1
            self.report.error(
                "Q116", number, col, "Pilihan ini tanpa spasi sesudah tandanya.", "Tulis - ( ) atau - [ ]."
            )
            line = f"{crowded.group()} {line[crowded.end() :]}"
        option = None if fenced else self._option(number, line)
        if option:
            self._take_option(option)
        elif not fenced and (self._begins_rubric(line) or (in_table and "|" in line)):
            self._take_row(number, line)
        elif not fenced and "computed" in self.classes and (variable := VARIABLE.match(line)):
            text = line[variable.end() :].strip()
            self.shape.variables.append(VariableLine(variable[1], text, number, 1))
        elif not fenced and (answer := _ANSWER.match(line)):
            self.shape.answers.append(AnswerLine(line[answer.end() :].strip(), number, 1))
            if len(self.shape.answers) == ANSWERS + 1:
                self.report.error("Q114", number, 1, f"Soal ini punya lebih dari {ANSWERS} baris jawaban.", "Kurangi.")
        elif self.shape.options and (goes_on or line[0] in " \t"):
            self._continue_option(number, line)
        elif self._answered:
            self._stray(number, line)
        else:
            self.shape.stem.append(line)

    def _option(self, number: int, line: str) -> OptionLine | None:
        """An option, an item to match, or a step: what stands in one block with another may have a mistake in its
        mark."""
        col = len(line) - len(line.lstrip()) + 1
        near = number in self.near
        if self.pairs and (near or _is_pair(line)) and (bullet := _BULLET.match(line)):
            return OptionLine("=>", "", line[bullet.end() :].strip(), "", number, col)
        if self.steps and (step := _STEP.match(line)):
            return OptionLine(".", step[1], line[step.end() :].strip(), "", number, col)
        match = _OPTION.match(line) or (_LOOSE.match(line) if near else None)
        if match is None:
            return None
        mark = (match[3] if match[2] else match[5]).strip()
        return OptionLine(match[2] or match[4], mark, line[match.end() :].strip(), "", number, col)

    def _begins_rubric(self, line: str) -> bool:
        return "essay" in self.classes and not self.shape.table and _RUBRIC.match(line) is not None

    def _take_row(self, number: int, line: str) -> None:
        self._table = True
        bare = line.strip().removeprefix("|")
        bare = bare[:-1] if bare.endswith("|") and not bare.endswith("\\|") else bare
        cells = tuple(cell.replace("\\|", "|").strip() for cell in split_outside_code(bare, _BAR))
        self.shape.table.append(TableRow(cells, number, len(line) - len(line.lstrip()) + 1))
        if len(self.shape.table) == OPTIONS + 1:
            self.report.error("Q114", number, 1, f"Rubrik ini punya lebih dari {OPTIONS} baris.", "Kurangi.")

    def _take_option(self, option: OptionLine) -> None:
        self.shape.options.append(option)
        self._open = True
        if len(self.shape.options) == OPTIONS + 1:
            self.report.error("Q114", option.line, 1, f"Soal ini punya lebih dari {OPTIONS} pilihan.", "Kurangi.")

    def _continue_option(self, number: int, line: str) -> None:
        """An indented line under an option: its feedback when quoted, else more of its text."""
        last = self.shape.options[-1]
        text = line.strip()
        if text.startswith(">"):
            more = text[1:].removeprefix(" ")
            callout = _CALLOUT.match(more)
            if callout:
                self._unknown_callout(number, line.index(">") + 1, callout[1], "Umpan balik pilihan ditulis setelah >.")
            gap = "\n\n" if self._gap else "\n"
            self._gap = False
            self.shape.options[-1] = dataclasses.replace(last, feedback=f"{last.feedback}{gap}{more}".strip("\n"))
            return
        self._open = not last.feedback
        if self._option(0, text):
            hint = "Mulai di kolom yang sama dengan pilihan lain."
            self.report.error("Q113", number, len(line) - len(line.lstrip()) + 1, "Pilihan ini menjorok.", hint)
        # Four blanks belong to the list item; what is further in is the text's own.
        own = line.expandtabs(4)
        own = own[min(4, len(own) - len(own.lstrip())) :]
        self.shape.options[-1] = dataclasses.replace(last, text=f"{last.text}\n{own}".strip("\n"))

    def _take_blank(self) -> None:
        self._quote = None
        shape = self.shape
        if not self._answered:
            shape.stem.append("")
        elif shape.options and not shape.explanation:
            # A blank line inside of an option parts its paragraphs; at its end it says nothing.
            last = shape.options[-1]
            self._gap = bool(last.feedback)
            if not last.feedback:
                shape.options[-1] = dataclasses.replace(last, text=f"{last.text}\n")

    def _take_quote(self, number: int, text: str) -> None:
        """A quoted line at the margin: a hint, the explanation when it follows the options, else part of the
        stem."""
        callout = _CALLOUT.match(text)
        if callout and callout[1].lower() == "hint":
            self.shape.hints.append([text[callout.end() :]])
            self._quote = self.shape.hints[-1]
        elif self._quote is not None:
            self._quote.append(f"> {text}" if self._quote is self.shape.stem else text)
        elif self._answered or (self.last_text is not None and number > self.last_text):
            if callout:
                hint = "Tulis [!hint] untuk petunjuk; penjelasan ditulis setelah > saja."
                self._unknown_callout(number, 3, callout[1], hint)
            if self.shape.explanation:
                self.shape.explanation.append("")
            self.shape.explanation.append(text)
            self._quote = self.shape.explanation
        else:
            self.shape.stem.append(f"> {text}")
            self._quote = self.shape.stem

    def _unknown_callout(self, number: int, col: int, name: str, hint: str) -> None:
        self.report.error("Q115", number, col, f"Tanda [!{name}] tidak dikenal di sini.", hint)

    def _stray(self, number: int, line: str) -> None:
        """Text that is neither option nor quotation, after the options: said once for a question."""
        if not self._said:
            hint = "Mulai dengan > bila ini penjelasan; pindahkan ke atas pilihan bila ini bagian soal."
            col = len(line) - len(line.lstrip()) + 1
            self.report.error("Q112", number, col, "Teks ini berada di bawah pilihan atau jawaban.", hint)
            self._said = True


def text_of(lines: Iterable[str]) -> str:
    return "\n".join(lines).strip("\n")
