"""Writers of one SQLite file take turns: one at a time, in threads and processes, and nobody waits for ever."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from unittest import mock

from elearn import turns
from elearn.turns import Line, write_turn

HOLDER = """
import sys
from pathlib import Path
from elearn.turns import Line
with Line(Path(sys.argv[1])).turn():
    print("held", flush=True)
    sys.stdin.readline()
"""


def holder(path: Path) -> subprocess.Popen[str]:
    """Another process that holds the turn until it reads a line."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stdout.readline() == "held\n"
    return process


def test_threads_take_turns(tmp_path: Path) -> None:
    line, inside, most = Line(tmp_path / "turn"), [0], [0]

    def write() -> None:
        for _ in range(50):
            with line.turn():
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                inside[0] -= 1

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]


def test_another_process_has_the_turn_until_it_ends_it(tmp_path: Path) -> None:
    path = tmp_path / "turn"
    process, entered = holder(path), threading.Event()

    def write() -> None:
        with Line(path).turn():
            entered.set()

    thread = threading.Thread(target=write)
    thread.start()
    assert not entered.wait(0.3)
    process.communicate("go on\n")
    assert entered.wait(10)
    thread.join()


def test_a_killed_process_leaves_its_turn(tmp_path: Path) -> None:
    process = holder(tmp_path / "turn")
    process.kill()
    process.wait()
    line = Line(tmp_path / "turn")
    with mock.patch.object(turns, "PATIENCE", 5.0), line.turn():
        assert line._file is not None


def test_who_waited_too_long_goes_on_without_a_turn(tmp_path: Path) -> None:
    process = holder(tmp_path / "turn")
    with mock.patch.object(turns, "PATIENCE", 0.05), Line(tmp_path / "turn").turn():
        went_on = True
    process.communicate("go on\n")
    assert went_on


def test_where_no_file_can_be_locked_writing_goes_on(tmp_path: Path) -> None:
    with Line(tmp_path / "no folder" / "turn").turn():
        pass
    for database in (None, "", ":memory:"):
        with write_turn(database):
            pass
