"""Pandoc's tree of a document made one that our format can hold; what it cannot is counted.

The tree is pandoc's JSON: an element is `{"t": type, "c": content}`. Source: the documentation of `Text.Pandoc.Definition`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

Node = dict[str, Any]
AMPERSAND = "\ue200"
"""Stands for `&` until the Markdown is written: pandoc leaves `&#0` as it is, which a browser takes for a sign."""
_NO_ATTRIBUTES: list[Any] = ["", [], []]
_UNWRAPPED = ("Span", "Underline", "SmallCaps", "Strikeout")
_SCHEMES = ("http://", "https://", "mailto:", "tel:")


class Tidy:
    """One pass over a tree. `picture(target)` gives the path of a picture in the module, None where it is not taken."""

    def __init__(self, picture: Callable[[str], str | None]) -> None:
        self._picture = picture
        self.lost: Counter[str] = Counter()
        self.title: list[Node] = []

    def blocks(self, found: list[Node]) -> list[Node]:
        """The blocks of a whole document: its title is taken out, and headings go down one by one from level 2."""
        made = self._blocks(found)
        levels = [block["c"][0] for block in made if block["t"] == "Header"]
        first = next((block for block in made if block["t"] != "HorizontalRule"), None)
        if (
            not self.title
            and first
            and first["t"] == "Header"
            and levels.count(first["c"][0]) == 1 == levels[:1].count(min(levels))
        ):
            self.title = first["c"][2]
            made.remove(first)
        stack: list[int] = []
        for block in made:
            if block["t"] == "Header":
                while stack and stack[-1] >= block["c"][0]:
                    stack.pop()
                stack.append(block["c"][0])
                block["c"][0] = min(1 + len(stack), 6)
        return made

    def _blocks(self, found: list[Node]) -> list[Node]:
        made: list[Node] = []
        for block in found:
            made += self._block(block)
        return made

    def _block(self, block: Node) -> list[Node]:
        kind: str = block["t"]
        content: Any = block.get("c")
        if kind in ("Para", "Plain"):
            inlines = self._inlines(content)
            return [{"t": kind, "c": inlines}] if inlines else []
        if kind == "Header":
            return [{"t": kind, "c": [content[0], _NO_ATTRIBUTES, self._inlines(content[2])]}] if content[2] else []
        if kind == "Div":
            return self._blocks(content[1])
        if kind == "Figure":
            return self._blocks(content[2])
        if kind in ("BlockQuote",):
            return [{"t": kind, "c": self._blocks(content)}]
        if kind == "BulletList":
            return [{"t": kind, "c": [self._blocks(item) or [{"t": "Plain", "c": []}] for item in content]}]
        if kind == "OrderedList":
            return [
                {"t": kind, "c": [[1, {"t": "Decimal"}, {"t": "Period"}], [self._blocks(one) for one in content[1]]]}
            ]
        if kind == "DefinitionList":
            return [
                {"t": kind, "c": [[self._inlines(term), [self._blocks(one) for one in told]] for term, told in content]}
            ]
        if kind == "Table":
            return [self._table(content)]
        if kind == "LineBlock":
            return [{"t": "Para", "c": self._inlines(_joined(content, {"t": "LineBreak"}))}]
        if kind == "CodeBlock":
            return [{"t": kind, "c": [_NO_ATTRIBUTES, content[1]]}]
        if kind == "RawBlock":
            self.lost["potongan kode HTML"] += 1
            return []
        return [block]

    def _table(self, content: list[Any]) -> Node:
        """A table of rows as wide as the widest, whose cells hold one line each."""
        _attributes, _caption, columns, head, bodies, foot = content
        rows = [*head[1], *(row for body in bodies for row in [*body[2], *body[3]]), *foot[1]]
        table = [self._row(row[1], len(columns)) for row in rows] or [[[]]]
        header, rest = table[0], table[1:]
        plain = [[{"t": "AlignDefault"}, {"t": "ColWidthDefault"}] for _column in columns]
        body = [_NO_ATTRIBUTES, 0, [], [_made_row(row) for row in rest]]
        return {"t": "Table", "c": [
            _NO_ATTRIBUTES, [None, []], plain, [_NO_ATTRIBUTES, [_made_row(header)]], [body], [_NO_ATTRIBUTES, []],
        ]}  # fmt: skip

    def _row(self, cells: list[Any], width: int) -> list[list[Node]]:
        made: list[list[Node]] = []
        for _attributes, _align, height, breadth, blocks in cells:
            if height > 1 or breadth > 1:
                self.lost["sel tabel yang digabung"] += 1
            lines = [one for one in (_flat(block) for block in self._blocks(blocks)) if one]
            if len(lines) > 1 or any(node["t"] == "LineBreak" for line in lines for node in line):
                self.lost["baris baru di dalam sel tabel"] += 1
            joined = _joined(lines, {"t": "Space"})
            made += [[{"t": "Space"} if node["t"] == "LineBreak" else node for node in joined]]
            made += [[] for _more in range(breadth - 1)]
        return [*made, *([] for _missing in range(width - len(made)))]

    def _inlines(self, found: list[Node]) -> list[Node]:
        made: list[Node] = []
        for node in found:
            made += self._inline(node)
        return made

    def _inline(self, node: Node) -> list[Node]:
        kind: str = node["t"]
        content: Any = node.get("c")
        if kind == "Str":
            return [{"t": kind, "c": content.replace("&", AMPERSAND)}]
        if kind in _UNWRAPPED:
            return self._inlines(content[1] if kind == "Span" else content)
        if kind in ("Emph", "Strong", "Superscript", "Subscript"):
            inlines = self._inlines(content)
            return [{"t": kind, "c": inlines}] if inlines else []
        if kind == "Quoted":
            sign = "'" if content[0]["t"] == "SingleQuote" else '"'
            return [{"t": "Str", "c": sign}, *self._inlines(content[1]), {"t": "Str", "c": sign}]
        if kind == "Cite":
            return self._inlines(content[1])
        if kind == "Code":
            return [{"t": kind, "c": [_NO_ATTRIBUTES, content[1]]}]
        if kind == "Note":
            return [{"t": kind, "c": self._blocks(content)}]
        if kind == "Link":
            inlines = self._inlines(content[1])
            if content[2][0].startswith(_SCHEMES):
                return [{"t": kind, "c": [_NO_ATTRIBUTES, inlines, [content[2][0], ""]]}]
            self.lost["tautan di dalam dokumen"] += 1
            return inlines
        if kind == "Image":
            path = self._picture(unquote(content[2][0]))
            if path is None:
                return self._inlines(content[1])
            return [{"t": kind, "c": [_NO_ATTRIBUTES, self._inlines(content[1]), [path, ""]]}]
        if kind == "RawInline":
            self.lost["potongan kode HTML"] += 1
            return []
        return [{"t": "Space"}] if kind == "SoftBreak" else [node]


def _flat(block: Node) -> list[Node]:
    """A block of a cell as one line."""
    kind: str = block["t"]
    content: Any = block.get("c")
    if kind in ("Para", "Plain"):
        line: list[Node] = content
        return line
    if kind == "Header":
        return [{"t": "Strong", "c": content[2]}]
    if kind == "CodeBlock":
        return [{"t": "Code", "c": [_NO_ATTRIBUTES, " ".join(content[1].split())]}]
    if kind == "BlockQuote":
        return _joined([_flat(one) for one in content], {"t": "Space"})
    if kind in ("BulletList", "OrderedList"):
        items = content if kind == "BulletList" else content[1]
        lines = [
            [{"t": "Str", "c": "•"}, {"t": "Space"}, *_joined([_flat(b) for b in item], {"t": "Space"})]
            for item in items
        ]
        return _joined(lines, {"t": "Space"})
    return [{"t": "Str", "c": text_of([block])}]


def _joined(lines: list[list[Node]], between: Node) -> list[Node]:
    made: list[Node] = []
    for line in lines:
        made += [between, *line] if made else line
    return made


def _made_row(cells: list[list[Node]]) -> list[Any]:
    align = {"t": "AlignDefault"}
    return [
        _NO_ATTRIBUTES,
        [[_NO_ATTRIBUTES, align, 1, 1, [{"t": "Plain", "c": cell}] if cell else []] for cell in cells],
    ]


def text_of(nodes: Any) -> str:
    """All words of a piece of the tree, with single blanks."""
    pieces: list[str] = []
    _collect(nodes, pieces)
    return " ".join("".join(pieces).split())


def _collect(node: Any, pieces: list[str]) -> None:
    if isinstance(node, list):
        for one in node:
            _collect(one, pieces)
    elif isinstance(node, dict):
        kind: str = node.get("t", "")
        content: Any = node.get("c")
        if kind == "Str":
            pieces.append(str(content))
        elif kind in ("Space", "SoftBreak", "LineBreak"):
            pieces.append(" ")
        elif kind in ("Code", "CodeBlock", "Math"):
            pieces.append(f" {content[1]} ")
        else:
            if kind in ("Para", "Plain", "Header", "Table", "Note", "BulletList"):
                pieces.append(" ")
            _collect(content, pieces)
            if kind in ("Para", "Plain", "Header"):
                pieces.append(" ")
