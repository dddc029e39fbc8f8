"""Texts between HTML, plain text and Markdown: what is shown stays what was shown."""

from __future__ import annotations

import html
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from elearn.core.exchange.texts import escape, plain_words, to_markdown, to_xhtml

SIGNS = (
    st.text("ab 1.)-+=*_`[]<>#$~^{}|\\&;!:'\"", min_size=1, max_size=20).map(lambda t: " ".join(t.split())).filter(bool)
)


@settings(max_examples=400, deadline=None)
@given(text=SIGNS)
def test_plain_text_is_shown_as_it_was(text: str) -> None:
    assert html.unescape(re.sub(r"</?p>", "", to_xhtml(escape(text)))) == text
    assert plain_words(escape(text)) == text


@settings(max_examples=400, deadline=None)
@given(text=SIGNS)
def test_words_in_html_are_shown_as_they_were(text: str) -> None:
    assert plain_words(to_markdown(f"<p>{html.escape(text)}</p>", [])) == text


def test_markup_that_we_have_survives_and_the_rest_is_said() -> None:
    notes: list[str] = []
    made = to_markdown("<p>Satu <b>dua</b><br>H<sub>2</sub>O</p><ul><li>x</li></ul><script>alert(1)</script>", notes)
    assert made == "Satu **dua**<br>\nH<sub>2</sub>O\n\n- x"
    assert notes == ["Unsur <script> di dalam teks tidak dibawa."]
