"""What can be done while studying: the one surface of this feature for pages, commands and the demo."""

from __future__ import annotations

from elearn.study.checks import BadAnswer, answer_check
from elearn.study.enrolment import NoSuchModule, enrol, enrolled_version, move_to_current
from elearn.study.lessons import NoSuchLesson, mark_done, open_lesson, save_position

__all__ = [
    "BadAnswer",
    "NoSuchLesson",
    "NoSuchModule",
    "answer_check",
    "enrol",
    "enrolled_version",
    "mark_done",
    "move_to_current",
    "open_lesson",
    "save_position",
]
