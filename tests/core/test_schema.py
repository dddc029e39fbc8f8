"""The JSON Schema of the front matter says what the reader says."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from elearn.core.content.frontmatter import read_front
from elearn.core.content.keys import Keys, LessonKeys, ModuleKeys, PathKeys, QuizKeys, read_keys
from elearn.core.content.schema import KINDS, front_matter_schema
from elearn.core.content.text import FileReport

CONTENT = Path(__file__).parent.parent.parent / "content"
MODELS: dict[str, type[Keys]] = {"module": ModuleKeys, "lesson": LessonKeys, "quiz": QuizKeys, "path": PathKeys}
LEAST = {
    "module": {"title": "Satu", "jp": "1", "outcomes": "{TP1: Satu}"},
    "lesson": {"title": "Satu"},
    "quiz": {"kind": "quiz", "title": "Satu"},
    "path": {"title": "Satu", "modules": "[satu]"},
}
VALUES = (
    "Satu", "satu", "satu-dua", "-satu", "[satu, dua]", "[Satu]", "[]", "{TP1: Satu}", "{1a: Satu}", "{TP1: [Satu]}",
    "1", "0", "2", "1.5", "'1,5'", "101", "-1", "700", "20m", "1h30m", "'1h 30m'", "20", "menit", "unlimited", "100",
    "all", "semua", "dasar", "sulit", "quiz", "survey", "kuis", "questions", "[questions, options]", "soal", "highest",
    "tertinggi", "practice", "never", "after-submit", "named", "anonymous", "2026-11-23", "2026-11", "23-11-2026",
    "2026-01-05 08:00", "'2026-01-05 08:00 +07:00'", "2026-01-05T08:00:00Z", "besok", "[TP1, TP2]", "[1TP]", "x" * 81,
    "x" * 201, "x" * 301, "x" * 501,
)  # fmt: skip


def yaml_of(text: str) -> Any:
    """As an editor's YAML 1.2 sees it: numbers are numbers, dates are texts."""
    seen = yaml.safe_load(text)
    return {key: _plain(value, text) for key, value in seen.items()}


def _plain(value: Any, text: str) -> Any:
    if isinstance(value, date):
        return next(line.partition(": ")[2].strip("'") for line in text.splitlines() if str(value)[:10] in line)
    return [_plain(one, text) for one in value] if isinstance(value, list) else value


def accepted(kind: str, text: str) -> tuple[bool, bool]:
    """Whether the reader and the schema accept a front matter."""
    front = read_front(["---", *text.splitlines(), "---"], report := FileReport("x.md"))
    read_keys(MODELS[kind], front)
    return not report.found, Draft202012Validator(front_matter_schema(kind)).is_valid(yaml_of(text))


@pytest.mark.parametrize(("kind", "key"), [(kind, key) for kind, model in MODELS.items() for key in model.model_fields])
def test_reader_and_schema_accept_the_same(kind: str, key: str) -> None:
    told: dict[str, tuple[bool, bool]] = {}
    for value in VALUES:
        text = "".join(f"{name}: {one}\n" for name, one in {**LEAST[kind], key: value}.items())
        told[value] = accepted(kind, text)
    # A title that looks like a number is one for an editor, which asks for quotes: stricter, and right there.
    apart = {
        value
        for value, (read, valid) in told.items()
        if read != valid and not isinstance(yaml.safe_load(value), int | float)
    }
    assert not apart, {value: told[value] for value in apart}
    assert any(read and valid for read, valid in told.values())
    assert not all(valid for _read, valid in told.values())


@pytest.mark.parametrize("kind", KINDS)
def test_each_is_a_schema_with_a_word_on_every_key(kind: str) -> None:
    schema = front_matter_schema(kind)
    Draft202012Validator.check_schema(schema)
    for body in (schema["then"], schema["else"]) if kind == "part" else (schema,):
        assert all(one["description"].endswith((".", "].", "'.")) for one in body["properties"].values())


@pytest.mark.parametrize("file", sorted(CONTENT.rglob("*.md")), ids=lambda file: file.stem)
def test_what_ships_is_valid(file: Path) -> None:
    if file.name == "glossary.md":
        pytest.skip("no front matter")
    kind = "path" if file.parent.name == "paths" else "module" if file.name == "module.md" else "part"
    text = file.read_text().split("---\n")[1]
    assert list(Draft202012Validator(front_matter_schema(kind)).iter_errors(yaml_of(text))) == []


def test_a_part_without_kind_is_a_lesson() -> None:
    schema = Draft202012Validator(front_matter_schema("part"))
    assert schema.is_valid({"title": "Satu", "minutes": 5})
    assert not schema.is_valid({"title": "Satu", "minutes": 5, "kind": "quiz"})
    assert not schema.is_valid({"title": "Satu", "passing": 70})
