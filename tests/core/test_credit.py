"""When a module is complete, and the JP that a year asks for."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from elearn.core.credit import Completion, Progress, Target, completion, part_done, target
from elearn.core.model import Lesson, Module
from tests.core.test_quiz import quiz, section


def lesson(slug: str, *aliases: str) -> Lesson:
    return Lesson(
        slug=slug,
        file=f"01-{slug}.md",
        title=slug,
        summary="",
        minutes=5,
        outcomes=(),
        aliases=aliases,
        blocks=(),
        headings=(),
        text="",
    )


PRETEST = replace(quiz(section("a", 1)), slug="tes-awal", graded=False)
FINAL = replace(quiz(section("b", 1)), slug="kuis-akhir", aliases=("ujian",))
MODULE = Module(
    slug="dasar",
    title="Dasar",
    summary="",
    topic="",
    jp=Decimal(2),
    level="dasar",
    audience=(),
    prerequisites=(),
    outcomes={},
    completion="all",
    pretest="tes-awal",
    posttest="kuis-akhir",
    aliases=(),
    reviewed="",
    changes="",
    intro_html="",
    intro_text="",
    minutes=20,
    parts=(PRETEST, lesson("satu", "pertama"), lesson("dua"), FINAL),
    media={},
)


def test_nothing_done_begins_at_the_beginning() -> None:
    assert completion(MODULE, Progress()) == Completion(0, 4, False, "tes-awal")


def test_a_pretest_counts_when_submitted_a_graded_quiz_when_passed() -> None:
    submitted = Progress(quizzes_submitted=frozenset({"tes-awal", "kuis-akhir"}))
    assert part_done(PRETEST, submitted)
    assert not part_done(FINAL, submitted)
    assert part_done(FINAL, Progress(quizzes_passed=frozenset({"kuis-akhir"})))


def test_the_next_part_is_the_first_that_is_missing() -> None:
    progress = Progress(frozenset({"satu"}), frozenset({"tes-awal"}), frozenset({"kuis-akhir"}))
    assert completion(MODULE, progress) == Completion(3, 4, False, "dua")


def test_all_done_is_complete_under_old_names_too() -> None:
    progress = Progress(frozenset({"pertama", "dua", "dihapus"}), frozenset({"tes-awal"}), frozenset({"ujian"}))
    assert completion(MODULE, progress) == Completion(4, 4, True, None)


def test_a_lesson_is_not_done_by_a_quiz_of_its_name() -> None:
    assert not part_done(lesson("satu"), Progress(quizzes_passed=frozenset({"satu"})))


def test_the_year_of_a_pns_has_a_minimum_and_that_of_a_pppk_a_maximum() -> None:
    assert target("pns", Decimal(20), Decimal(24)) == Target(Decimal(20), "minimum")
    assert target("pppk", Decimal(20), Decimal(24)) == Target(Decimal(24), "maximum")
