"""What a module of the shipped course must be, measured on the module as the product reads it.

`python -m tests.course FOLDER …` says what a module under work lacks, a line each; `tests/core/test_course.py` asks the same of all
of `content/`. The figures are those the course was ordered with: lessons of 600 to 1,000 words, two or three checks in each, a final
quiz of 10 to 15 from at least 30 questions of five types with three cases, and nothing that can be guessed without reading.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from random import Random

from elearn.core.content import read_module
from elearn.core.model import Lesson, Module, Question, Quiz
from elearn.core.questions import as_drawn, type_of
from elearn.core.questions.shared import fold_text

WORDS = range(600, 1001)
GUESS_AT_MOST = Fraction(10, 100)
"""How much better than chance a blind rule may do over the single-choice questions of a module."""
SEEDS = 5
_SOURCES, _MONDAY = "Sumber", "Terapkan hari Senin"


def read(folder: Path) -> Module:
    """The module of a folder. Raises ValueError with the findings where it has an error."""
    files = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }
    module, found = read_module(folder.name, files)
    if module is None:
        raise ValueError("\n".join(f"{d.file}:{d.line}: {d.code} {d.message}" for d in found))
    return module


def problems(module: Module) -> list[str]:
    """Everything that is not as asked, a sentence each."""
    return [problem for ask in CHECKS for problem in ask(module)]


def lessons_of(module: Module) -> list[Lesson]:
    return [part for part in module.parts if isinstance(part, Lesson)]


def quizzes_of(module: Module) -> list[Quiz]:
    return [part for part in module.parts if isinstance(part, Quiz)]


def questions_of(module: Module) -> list[tuple[str, Question]]:
    """Every question with the slug of its part, checks of lessons too."""
    found = []
    for part in module.parts:
        asked = part.checks if isinstance(part, Lesson) else part.questions
        found += [(part.slug, question) for question in asked.values()]
    return found


def final_of(module: Module) -> Quiz | None:
    part = module.part(module.posttest or "")
    return part if isinstance(part, Quiz) else None


def running_words(lesson: Lesson) -> int:
    """Words that are read on: without the checks and without the list of sources."""
    html = "".join(block.html for block in lesson.blocks if not block.check)
    last = lesson.headings[-1].id if lesson.headings else ""
    text = re.sub(r"<math\b.*?</math>", " ", html.split(f'id="{last}"')[0], flags=re.DOTALL)
    return len(_words(text))


def about_the_module(module: Module) -> Iterator[str]:
    for name in ("summary", "topic", "reviewed", "changes", "action"):
        if not getattr(module, name):
            yield f"module.md: {name} is missing"
    if not 4 <= len(lessons_of(module)) <= 7:
        yield f"{len(lessons_of(module))} lessons; 4 to 7 are asked"
    drawings = [path for path in module.media if path.endswith(".svg")]
    if len(drawings) < 2:
        yield f"{len(drawings)} drawings; at least 2 are asked"
    shown = "".join(block.html for lesson in lessons_of(module) for block in lesson.blocks)
    if shown.count("<figcaption") < len(drawings):
        yield f"{shown.count('<figcaption')} captions for {len(drawings)} drawings"


def about_lessons(module: Module) -> Iterator[str]:
    for lesson in lessons_of(module):
        words, names = running_words(lesson), [heading.text for heading in lesson.headings]
        if words not in WORDS:
            yield f"{lesson.file}: {words} words; 600 to 1,000 are asked"
        if not 2 <= len(lesson.checks) <= 3:
            yield f"{lesson.file}: {len(lesson.checks)} checks; 2 or 3 are asked"
        if _MONDAY not in names:
            yield f"{lesson.file}: no section 'Terapkan hari Senin'"
        if not names or names[-1] != _SOURCES:
            yield f"{lesson.file}: the last section is not 'Sumber'"
        if not lesson.blocks[0].html.lstrip().startswith("<p"):
            yield f"{lesson.file}: does not begin with a situation"
        if not any("contoh" in heading.text.casefold() for heading in lesson.headings):
            yield f"{lesson.file}: no worked example ('Contoh …')"


def about_quizzes(module: Module) -> Iterator[str]:
    pretest = module.part(module.pretest or "")
    if not isinstance(pretest, Quiz) or pretest.length != 5:
        yield "no pretest of 5 questions"
    final = final_of(module)
    if final is None:
        yield "no final quiz"
        return
    asked = list(final.questions.values())
    if not 10 <= final.length <= 15:
        yield f"the final quiz draws {final.length}; 10 to 15 are asked"
    if len(asked) < 30:
        yield f"the final quiz has {len(asked)} questions; at least 30 are asked"
    types = Counter(question.type for question in asked)
    if len(types) < 5:
        yield f"the final quiz has {len(types)} types ({', '.join(sorted(types))}); at least 5 are asked"
    cases = [s for s in final.sections if len(_words(s.stimulus_html)) >= 30 and len(s.questions) >= 3]
    if len(cases) < 3:
        yield f"{len(cases)} cases (a stimulus with several questions); at least 3 are asked"
    for section in final.sections:
        if section.draw is None or len(section.questions) < 2 * section.draw:
            yield f"section {section.id}: a pool holds at least twice what is drawn"
    tested = Counter(question.outcome for question in asked)
    for outcome in module.outcomes:
        if tested[outcome] < 3:
            yield f"{outcome}: {tested[outcome]} questions of the final quiz; at least 3 are asked"


def _words(html: str) -> list[str]:
    return re.sub(r"<[^>]+>", " ", html).split()


def about_questions(module: Module) -> Iterator[str]:
    stems = Counter(fold_text(question.stem_text) for _, question in questions_of(module))
    for stem, times in stems.items():
        if times > 1:
            yield f"asked {times} times: {stem[:80]}"
    for part, question in questions_of(module):
        name = f"{part}/{question.id}"
        if question.outcome not in module.outcomes:
            yield f"{name}: tied to no outcome"
        if question.difficulty is None:
            yield f"{name}: no difficulty"
        if not question.explanation_html:
            yield f"{name}: no explanation"
        yield from (f"{name}: {what}" for what in _of_options(question))
        yield from (f"{name}: {what}" for what in _as_graded(question))


def _of_options(question: Question) -> Iterator[str]:
    options = question.body.get("options", []) if question.type in {"single", "multiple"} else []
    texts = [fold_text(option["text"]) for option in options]
    if len(set(texts)) < len(texts):
        yield "two options say the same"
    if options and len(options) < 3:
        yield "fewer than three options"
    for option in options:
        if Fraction(option["fraction"]) <= 0 and not option["feedback_html"]:
            yield f"no feedback for '{option['text'][:60]}'"


def _as_graded(question: Question) -> Iterator[str]:
    """Through the engine, as an attempt does it: the key earns everything, and another answer does not."""
    kind = type_of(question)
    for seed in range(SEEDS):
        body = as_drawn(question, kind.draw(question.body, Random(seed))).body
        if kind.grade(body, kind.clean(body, kind.key(body))).fraction != 1:
            yield f"the key earns less than everything (seed {seed})"
    if question.type == "single":
        wrong = [o["id"] for o in question.body["options"] if Fraction(o["fraction"]) < 1]
        if any(kind.grade(question.body, kind.clean(question.body, one)).fraction == 1 for one in wrong):
            yield "a distractor earns everything"


def about_guessing(module: Module) -> Iterator[str]:
    singles = singles_of(module)
    chance = sum((Fraction(1, len(lengths)) for lengths, _ in singles), Fraction(0)) / max(1, len(singles))
    for name, score in blind_scores(singles).items():
        if score > chance + GUESS_AT_MOST:
            yield f"'{name}' earns {float(100 * score):.0f} % without reading; chance is {float(100 * chance):.0f} %"


Single = tuple[list[int], int]
"""Lengths of the options in characters, as they stand in the file, and the place of the right one."""


def singles_of(module: Module) -> list[Single]:
    found = []
    for _, question in questions_of(module):
        if question.type == "single":
            options = question.body["options"]
            right = next(n for n, option in enumerate(options) if Fraction(option["fraction"]) == 1)
            found.append(([len(option["text"]) for option in options], right))
    return found


def blind_scores(singles: list[Single]) -> dict[str, Fraction]:
    """Share of the points that a rule earns without reading. Of equally long options one is taken by lot."""
    widest = max((len(lengths) for lengths, _ in singles), default=0)

    def by_length(pick: Callable[[list[int]], int]) -> Fraction:
        earned = Fraction(0)
        for lengths, right in singles:
            wanted = pick(lengths)
            earned += Fraction(int(lengths[right] == wanted), lengths.count(wanted))
        return earned / max(1, len(singles))

    scores = {"always the longest": by_length(max), "always the shortest": by_length(min)}
    for place in range(widest):
        earned = sum(1 for _, right in singles if right == place)
        scores[f"always letter {'abcdefgh'[place]}"] = Fraction(earned, max(1, len(singles)))
    return scores


def about_likeness(module: Module) -> Iterator[str]:
    """No two questions that are the same with other words: their stems share nine of ten words."""
    stems = [(name, q.id, frozenset(fold_text(q.stem_text).split())) for name, q in questions_of(module)]
    for (part, one, words), (_, other, others) in combinations(stems, 2):
        if min(len(words), len(others)) > 5 and len(words & others) >= 0.9 * len(words | others):
            yield f"{part}/{one} and {other} ask nearly the same"


CHECKS: tuple[Callable[[Module], Iterator[str]], ...] = (
    about_the_module,
    about_lessons,
    about_quizzes,
    about_questions,
    about_guessing,
    about_likeness,
)


def figures(module: Module) -> str:
    """What the module holds, in a line."""
    words = sum(map(running_words, lessons_of(module)))
    types = Counter(question.type for question in final_of(module).questions.values()) if final_of(module) else {}
    guesses = ", ".join(f"{name} {float(100 * s):.0f} %" for name, s in blind_scores(singles_of(module)).items())
    held = ", ".join(f"{n} {name}" for name, n in types.items())
    return (
        f"{len(lessons_of(module))} lessons, {words} words, {module.minutes} minutes, {module.jp} JP; {held}; {guesses}"
    )


def main(folders: list[str]) -> int:
    found = 0
    for folder in folders:
        module = read(Path(folder))
        told = problems(module)
        found += len(told)
        sys.stdout.write("\n".join([f"{module.slug}: {figures(module)}", *(f"  {line}" for line in told), ""]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
