"""The controls of a page as a browser without scripts reads and sends them."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any


class _Controls(HTMLParser):
    """The answer's controls: what each sends, and which have a label."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self._select: str | None = None
        self._options: list[tuple[str, bool]] = []
        self._text: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "label":
            self.labelled.add(given.get("for", ""))
        if tag == "option" and self._select:
            self._options.append((given["value"], "selected" in given))
        name = given.get("name", "")
        if not re.fullmatch(r"jawaban(\.[a-z0-9-]+)?", name):
            return
        self.ids.append(given.get("id", ""))
        values = self.sent.setdefault(name, [])
        if tag == "select":
            self._select, self._options = name, []
        elif tag == "textarea":
            self._text = name
            values.append("")
        elif given.get("type") not in {"radio", "checkbox"} or "checked" in given:
            values.append(given.get("value", "on"))

    def handle_data(self, data: str) -> None:
        if self._text:
            self.sent[self._text][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._select:
            chosen = [value for value, selected in self._options if selected]
            self.sent[self._select].append((chosen or [self._options[0][0]])[-1])
            self._select = None
        if tag == "textarea":
            self._text = None


def fields(html: str) -> dict[str, list[str]]:
    """What the answer's controls in this HTML send, by name."""
    controls = _Controls()
    controls.feed(html)
    return controls.sent


def unlabelled(html: str) -> list[str]:
    """The ids of the answer's controls that no label names."""
    controls = _Controls()
    controls.feed(html)
    assert len(set(controls.ids)) == len(controls.ids), "two controls of one id"
    return [control for control in controls.ids if control not in controls.labelled]


def filled(asks_for: str, response: Any) -> dict[str, Any]:
    """The fields that say this response."""
    if asks_for == "places":
        return {f"jawaban.{place}": given for place, given in response.items()}
    if asks_for == "order":
        return {f"jawaban.{entry}": str(number) for number, entry in enumerate(response, start=1)}
    return {"jawaban": response}
