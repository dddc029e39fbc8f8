"""The course that ships: every module is what was asked, and every question is read, graded and guessed at."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from elearn.core.content import read_glossary, read_path
from elearn.core.model import Module
from tests import course

CONTENT = Path(__file__).resolve().parents[2] / "content"
FOLDERS = sorted(path for path in (CONTENT / "modules").iterdir() if path.is_dir())
TEN = {
    "dasar-pemerintahan-digital",
    "standar-pelayanan-publik",
    "survei-kepuasan-masyarakat",
    "pelindungan-data-pribadi",
    "keamanan-informasi",
    "tanda-tangan-elektronik",
    "satu-data-indonesia",
    "menangani-aduan",
    "layanan-mudah",
    "manajemen-perubahan",
}
PATHS = {"asn-baru", "petugas-layanan", "pimpinan-unit"}


@pytest.fixture(scope="module")
def modules() -> dict[str, Module]:
    return {folder.name: course.read(folder) for folder in FOLDERS}


def test_the_ten_modules_are_there(modules: dict[str, Module]) -> None:
    assert set(modules) >= TEN


@pytest.mark.parametrize("slug", [folder.name for folder in FOLDERS])
def test_a_module_is_what_was_asked(modules: dict[str, Module], slug: str) -> None:
    assert course.problems(modules[slug]) == []


def test_no_two_modules_ask_the_same(modules: dict[str, Module]) -> None:
    seen: dict[str, str] = {}
    for slug, module in modules.items():
        for _, question in course.questions_of(module):
            text = " ".join(question.stem_text.casefold().split())
            assert seen.setdefault(text, slug) == slug, text


def test_the_paths_lead_through_all_modules(modules: dict[str, Module]) -> None:
    read = {}
    for file in sorted((CONTENT / "paths").glob("*.md")):
        path, found = read_path(file.stem, file.read_bytes(), known_modules=set(modules))
        assert path is not None and found == [], file
        read[file.stem] = path
    assert set(read) == PATHS
    assert {slug for path in read.values() for slug in path.modules} == set(modules)


def test_the_glossary_explains_enough_and_nothing_that_is_not_used(modules: dict[str, Module]) -> None:
    terms, found = read_glossary((CONTENT / "glossary.md").read_bytes())
    assert found == [] and len(terms) >= 120
    lessons = "\n".join(file.read_text(encoding="utf-8") for folder in FOLDERS for file in folder.glob("*.md"))
    unused = [term for term in terms if not re.search(rf"(?<!\w){re.escape(term)}(?!\w)", lessons)]
    assert unused == []


def test_a_habit_of_the_key_is_found() -> None:
    """The measure itself: four options of which the right one is always the longest, and always c."""
    told = course.blind_scores([([10, 12, 30, 11], 2)] * 3)
    assert told["always the longest"] == told["always letter c"] == 1 and told["always letter a"] == 0
    even = course.blind_scores([([10, 10, 10, 10], place) for place in range(4)])
    assert set(even.values()) == {Fraction(1, 4)}


def test_a_module_that_lacks_something_is_told_so(modules: dict[str, Module]) -> None:
    module = modules["standar-pelayanan-publik"]
    poorer = replace(module, action="", media={}, parts=module.parts[1:-1], outcomes={})
    told = "\n".join(course.problems(poorer))
    for lack in ("action is missing", "0 drawings", "no pretest", "no final quiz", "tied to no outcome"):
        assert lack in told
