"""Where a remark on a line belongs after the text has changed."""

from __future__ import annotations

from collections.abc import Sequence


def find_line(lines: Sequence[str], line: int, text: str) -> tuple[int, bool]:
    """(line, whether it still says `text`), counted from 1: the nearest line that does, else the place it had, at most the
    last line. A blank line is found only where it was."""
    places = [number for number, here in enumerate(lines, start=1) if here == text]
    if not text.strip():
        places = [number for number in places if number == line]
    if places:
        return min(places, key=lambda number: (abs(number - line), number)), True
    return max(1, min(line, len(lines))), False
