"""Changing one key of a front matter, and the slugs that a text names, while every other line stays as it was."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

Written = str | Sequence[str] | Mapping[str, str]

_PLAIN = re.compile(r"[A-Za-z0-9À-ɏ(][A-Za-z0-9À-ɏ ,.()/+%!?'–-]*")
"""Texts that YAML reads as they stand, whatever follows them; anything else is quoted."""
_WORDS = frozenset({"yes", "no", "on", "off", "true", "false", "null", "y", "n", "~"})


def set_key(text: str, key: str, value: Written | None) -> str:
    """The text with this key of its front matter set, or taken out where the value is None or empty.

    A key that is not there is added at the end of the block. A text without a whole block is given back as it is.
    """
    lines = text.split("\n")
    end = _end(lines)
    if end is None:
        return text
    first = next((n for n in range(1, end) if _key_of(lines[n]) == key), None)
    written = _written(key, value) if value else []
    if first is None:
        return "\n".join([*lines[:end], *written, *lines[end:]])
    last = first + 1
    while last < end and _key_of(lines[last]) is None and not lines[last].startswith("#"):
        last += 1
    while last > first + 1 and not lines[last - 1].strip():
        last -= 1  # blank lines belong to what follows
    return "\n".join([*lines[:first], *written, *lines[last:]])


def rename_links(text: str, renamed: Mapping[str, str]) -> str:
    """The text with links to files (`](01-apa.md)`, also with an anchor or a title) pointing at their new names."""
    if not renamed:
        return text
    names = "|".join(re.escape(name) for name in sorted(renamed, key=len, reverse=True))
    link = re.compile(rf"(\]\(\s*<?(?:\./)?|^\s{{0,3}}\[[^\]\n]+\]:\s*<?(?:\./)?)({names})(?=[#)>\s]|$)", re.MULTILINE)
    return link.sub(lambda match: match[1] + renamed[match[2]], text)


def fresh_ids(text: str, taken: Sequence[str]) -> str:
    """The text with another id for each heading whose `{#id}` is taken: a copy asks other questions than its original."""
    used = set(taken)

    def other(match: re.Match[str]) -> str:
        base, count = match[2], 2
        while f"{base}-{count}" in used:
            count += 1
        used.add(f"{base}-{count}")
        return f"{match[1]}#{base}-{count}" if base in taken else match[0]

    heading = re.compile(r"^(#{1,2}[ \t].*\{[^}\n]*?)#([a-z0-9]+(?:-[a-z0-9]+)*)(?=[\s}])", re.MULTILINE)
    return heading.sub(other, text)


def _end(lines: Sequence[str]) -> int | None:
    """The place of the line that closes the block."""
    if not lines or lines[0].lstrip("\ufeff").rstrip() != "---":
        return None
    return next((n for n in range(1, len(lines)) if lines[n].rstrip() == "---"), None)


def _key_of(line: str) -> str | None:
    match = re.match(r"([A-Za-z_][\w-]*)[ \t]*:(?=\s|$)", line)
    return match[1] if match else None


def _written(key: str, value: Written) -> list[str]:
    if isinstance(value, str):
        return [f"{key}: {_scalar(value)}"]
    if isinstance(value, Mapping):
        return [f"{key}:", *(f"  {name}: {_scalar(text)}" for name, text in value.items())]
    return [f"{key}: [{', '.join(_scalar(item, listed=True) for item in value)}]"]


def _scalar(text: str, *, listed: bool = False) -> str:
    """A text as YAML reads it back. JSON's quoting is YAML's too."""
    plain = " ".join(text.split())
    if _PLAIN.fullmatch(plain) and plain.casefold() not in _WORDS and not (listed and "," in plain):
        return plain
    return json.dumps(plain, ensure_ascii=False)
