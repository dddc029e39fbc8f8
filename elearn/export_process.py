"""Making large tables beside the server: a process of its own, which gives way to those that answer people.

In a thread of a server process a table of 20,000 people made every other page of that process wait two to four times as long: one
interpreter runs one thread at a time. `python -m elearn.export_process` makes what waits, and ends.
"""

from __future__ import annotations

import atexit
import logging
import os
import subprocess
import sys
import threading

from flask import Flask

from elearn.supervision import export_worker

log = logging.getLogger(__name__)

GIVES_WAY = 10
"""How nice it is, of 19."""


def start_worker(app: Flask) -> threading.Event | None:
    """Let what waits be made: looked for every SWEEP_SECONDS, and when woken, by a daemon thread of this process; 0 turns it off.
    Setting the event ends it."""
    seconds = app.config["SWEEP_SECONDS"]
    if not seconds:
        return None
    stop = threading.Event()
    woken = app.extensions[export_worker.EXTENSION] = threading.Event()

    def run() -> None:
        while not stop.is_set():
            woken.wait(seconds)
            woken.clear()
            try:
                with app.app_context():
                    waits = not stop.is_set() and export_worker.waits()
                if waits:
                    make_beside()
            except Exception:  # a database that is away for a while must not end it for ever
                log.exception("exports will be tried again in %s s", seconds)

    threading.Thread(target=run, name="exports", daemon=True).start()
    atexit.register(stop.set)
    return stop


def make_beside() -> None:
    """Run that process, with this one's settings, until it ends. Raises subprocess.CalledProcessError when it did not end well."""
    subprocess.run([sys.executable, "-m", "elearn.export_process"], check=True, stdin=subprocess.DEVNULL)


def main() -> None:
    """Make what waits."""
    from elearn import create_app

    os.nice(GIVES_WAY)
    with create_app().app_context():
        export_worker.run_waiting()


if __name__ == "__main__":
    main()
