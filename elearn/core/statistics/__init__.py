"""What the answers say about a test: item and test statistics, answers by strength, distribution and learning gain.

Pure functions of numbers. Definitions: docs.moodle.org/dev/Quiz_statistics_calculations, where not said otherwise.
"""

from elearn.core.statistics.gain import LearningGain, learning_gain
from elearn.core.statistics.marks import analyse
from elearn.core.statistics.model import ItemStatistics, TestStatistics
from elearn.core.statistics.responses import Group, ResponseRow, histogram, response_table
from elearn.core.statistics.verdict import verdict

__all__ = [
    "Group",
    "ItemStatistics",
    "LearningGain",
    "ResponseRow",
    "TestStatistics",
    "analyse",
    "histogram",
    "learning_gain",
    "response_table",
    "verdict",
]
