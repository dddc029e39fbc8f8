"""The guides say what is so: every setting, and examples of questions that pass the check."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from elearn.core.model import Quiz
from elearn.core.questions import TYPES
from tests.core.modules import QUIZ, check

ROOT = Path(__file__).resolve().parents[2]


def test_every_type_has_an_example_in_the_guide() -> None:
    read = [check({"90-kuis.md": QUIZ + text, "media/denah.svg": PLAN})[0] for text in EXAMPLES]
    shown = {
        q.type
        for module in read
        if module
        for part in module.parts
        if part.kind == "quiz"
        for q in part.questions.values()
    }
    assert shown >= set(TYPES) - {"single", "multiple", "text", "number"}


def test_the_trainers_guide_has_one_worked_example_of_each_type() -> None:
    asked = [
        check({"90-kuis.md": QUIZ + text, "media/denah.svg": PLAN if "media/" in text else ""})[0] for text in WORKED
    ]
    quizzes = [module.part("kuis") for module in asked if module]
    assert [len(quiz.questions) for quiz in quizzes if isinstance(quiz, Quiz)] == [1] * len(WORKED)
    types = [q.type for quiz in quizzes if isinstance(quiz, Quiz) for q in quiz.questions.values()]
    assert sorted(types) == sorted(TYPES)


def test_every_setting_is_documented() -> None:
    read = set(re.findall(r'"((?:DIAJAR_[A-Z_]+)|SECRET_KEY|DATABASE_URL)"', (ROOT / "config.py").read_text()))
    told = set(re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs" / "operator.md").read_text(), re.MULTILINE))
    assert read == told


def test_every_guide_is_there() -> None:
    for name in ("peserta", "pengajar", "atasan", "operator", "developer", "format-konten", "diagnostik"):
        assert (ROOT / "docs" / f"{name}.md").stat().st_size > 500


def _examples(guide: str) -> list[str]:
    text = (ROOT / "docs" / f"{guide}.md").read_text(encoding="utf-8")
    return re.findall(r"^```markdown\n(## .*?)^```$", text, re.MULTILINE | re.DOTALL)


EXAMPLES = _examples("format-konten")
WORKED = _examples("pengajar")
PLAN = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 120"/>'


@pytest.mark.parametrize("example", [*EXAMPLES, *WORKED], ids=lambda text: re.findall(r"{#([a-z0-9-]+)", text)[0])
def test_every_example_of_a_question_passes_the_check(example: str) -> None:
    module, found = check(
        {"90-kuis.md": QUIZ + example, "media/denah.svg": PLAN if "media/denah.svg" in example else ""}
    )
    assert module is not None
    assert [d for d in found if d.code not in {"P601", "P602"}] == []
