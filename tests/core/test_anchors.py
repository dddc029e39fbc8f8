"""A remark stays at its line through edits around it, and says when the line itself changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.core.content.anchors import find_line

LINES = st.lists(st.text("ab ", max_size=3), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("lines", "line", "text", "expected"),
    [
        (["a", "b", "c"], 2, "b", (2, True)),
        (["x", "y", "a", "b", "c"], 2, "b", (4, True)),
        (["b", "x", "y", "b"], 3, "b", (4, True)),
        (["b", "x", "b"], 2, "b", (1, True)),
        (["a", "B", "c"], 2, "b", (2, False)),
        (["a"], 7, "b", (1, False)),
        (["", "a", ""], 3, "", (3, True)),
        (["", "a", "c"], 3, "", (3, False)),
    ],
)
def test_where_it_belongs(lines: list[str], line: int, text: str, expected: tuple[int, bool]) -> None:
    assert find_line(lines, line, text) == expected


@given(LINES, LINES, st.data())
def test_lines_put_before_and_behind_do_not_change_it(lines: list[str], more: list[str], data: st.DataObject) -> None:
    line = data.draw(st.integers(1, len(lines)))
    marked = [*lines[: line - 1], "unik", *lines[line:]]
    assert find_line([*more, *marked, *more], line, "unik") == (len(more) + line, True)


@given(LINES, st.integers(1, 99), st.text("ab ", max_size=3))
def test_it_is_always_a_line_of_the_text(lines: list[str], line: int, text: str) -> None:
    place, same = find_line(lines, line, text)
    assert 1 <= place <= len(lines) and (not same or lines[place - 1] == text)
