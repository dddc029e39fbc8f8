"""Colours for code, of languages and lengths that cannot make the highlighter slow.

Pygments has lexers that are quadratic on hostile code, HTML's among them (60,000 characters of `<!--` take it more
than three seconds); within these limits none takes a second.
"""

from __future__ import annotations

from typing import Any

from pymdownx.highlight import Highlight, HighlightExtension

LANGUAGES = frozenset({
    "bash", "console", "css", "diff", "docker", "dockerfile", "html", "http", "ini", "javascript", "jinja", "js", "json",
    "nginx", "php", "powershell", "py", "python", "r", "sh", "shell", "sql", "toml", "ts", "typescript", "xml", "yaml",
    "yml",
})  # fmt: skip
"""Those that are coloured. Every other is shown as plain text."""
BLOCK = 4_000
BLOCK_LINES = 200
"""Characters and lines of a block that is coloured; a longer one is shown as plain text."""
TEXT = 20_000
"""Characters that are coloured in one text, together."""


class CodeExtension(HighlightExtension):  # type: ignore[misc]
    """`pymdownx.highlight` with limits."""

    def __init__(self) -> None:
        super().__init__(guess_lang=False, linenums_style="inline")
        self.coloured = 0

    def get_pymdownx_highlighter(self) -> Any:
        """What `pymdownx.superfences` calls to make a highlighter for each block."""

        def make(*arguments: Any, **options: Any) -> _Limited:
            highlighter = _Limited(*arguments, **options)
            highlighter.extension = self
            return highlighter

        return make

    def reset(self) -> None:
        super().reset()
        self.coloured = 0


class _Limited(Highlight):  # type: ignore[misc]
    extension: CodeExtension

    def get_lexer(self, src: str, language: str, inline: bool, stripnl: bool) -> Any:
        small = len(src) <= BLOCK and src.count("\n") < BLOCK_LINES
        if not small or str(language).lower() not in LANGUAGES or self.extension.coloured + len(src) > TEXT:
            return super().get_lexer(src, "text", inline, stripnl)
        self.extension.coloured += len(src)
        return super().get_lexer(src, language, inline, stripnl)
