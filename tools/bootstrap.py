"""Prepare this checkout with Python alone: the environment, the packages, the front end.

    python3 tools/bootstrap.py app     what running needs
    python3 tools/bootstrap.py test    and what testing needs
    python3 tools/bootstrap.py lock    compile the lock files anew

Each step leaves a stamp in .make/ with the hash of what it was made from, so that the second time is fast.
Standard library only: nothing is installed yet when this runs.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
STAMPS = ROOT / ".make"
REQUIREMENTS = ROOT / "requirements"
FRONTEND = ROOT / "frontend"
DIST = ROOT / "elearn" / "web" / "static" / "dist"
NODE_AT_LEAST = 18


class Trouble(Exception):
    """Something the person at the keyboard can mend: one sentence and the command."""


def main(arguments: list[str]) -> int:
    goal = arguments[0] if len(arguments) == 1 else ""
    try:
        if sys.version_info < (3, 11):  # noqa: UP036 - whoever runs this may have an older one
            raise Trouble(
                f"Diajar needs Python 3.11 or newer and this is {sys.version.split()[0]}: install one and run "
                "`make PYTHON=/path/to/python3.11 up`."
            )
        if goal not in {"app", "test", "lock"}:
            raise Trouble("usage: bootstrap.py app|test|lock")
        environment()
        if goal == "lock":
            lock()
            return 0
        packages("runtime.txt")
        if goal == "test":
            packages("dev.txt")
        project()
        front_end()
    except Trouble as trouble:
        print(f"\n{trouble}\n", file=sys.stderr)
        return 2
    except subprocess.CalledProcessError as failure:
        command = " ".join(str(part) for part in failure.cmd)
        print(f"\nThis failed, see above: {command}\n", file=sys.stderr)
        return failure.returncode or 1
    return 0


def digest(paths: Iterable[Path], *words: str) -> str:
    total = hashlib.sha256(" ".join(words).encode())
    for path in sorted(paths):
        total.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def once(name: str, fingerprint: str, what: str, work: Callable[[], None]) -> None:
    """Do the work unless it was done from the same inputs; the stamp is written only when it went well."""
    stamp = STAMPS / name
    if stamp.is_file() and stamp.read_text() == fingerprint:
        return
    print(f"→ {what}", flush=True)
    work()
    STAMPS.mkdir(exist_ok=True)
    stamp.write_text(fingerprint)


def run(*command: str | Path, **options: object) -> None:
    subprocess.run([str(part) for part in command], check=True, cwd=options.pop("cwd", ROOT), **options)  # type: ignore[call-overload]


def environment() -> None:
    """A virtual environment of our own, by uv when present."""
    if (BIN / "python").exists():
        made_with = subprocess.run([BIN / "python", "-c", ""], check=False).returncode
        if made_with == 0:
            return
        shutil.rmtree(VENV)  # the Python it was made with is gone
    shutil.rmtree(STAMPS, ignore_errors=True)
    print("→ Making the environment .venv", flush=True)
    if shutil.which("uv"):
        run("uv", "venv", "--quiet", "--python", sys.executable, VENV)
        return
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        raise Trouble(
            "Python's venv module is not installed: run `sudo apt-get install python3-venv` and then the same command again."
        )
    run(sys.executable, "-m", "venv", VENV)


def install(*arguments: str | Path) -> None:
    if shutil.which("uv"):
        run("uv", "pip", "install", "--quiet", "--python", BIN / "python", *arguments)
    else:
        if not any(VENV.glob("lib*/python*/site-packages/pip")):
            run(BIN / "python", "-m", "ensurepip")  # the environment was made by uv, which is not here now
        run(BIN / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments)


def packages(lock_name: str) -> None:
    path = REQUIREMENTS / lock_name
    once(
        lock_name,
        digest([path], sys.version),
        f"Installing the packages of requirements/{lock_name}",
        lambda: install("--require-hashes", "-r", path),
    )


def project() -> None:
    once(
        "project",
        digest([ROOT / "pyproject.toml"], sys.version, str(ROOT)),
        "Installing the elearn command",
        lambda: install("--no-deps", "--no-build-isolation", "-e", ROOT),
    )


def front_end() -> None:
    sources = [
        path
        for path in FRONTEND.rglob("*")
        if path.is_file() and "node_modules" not in path.relative_to(FRONTEND).parts
    ]
    if not (DIST / "manifest.json").exists():
        (STAMPS / "front-end").unlink(missing_ok=True)
    once("front-end", digest(sources), "Building the front end", _build)


def _build() -> None:
    folder = node_folder()
    path = os.pathsep.join([str(folder), os.environ.get("PATH", "")])
    env = {**os.environ, "PATH": path}
    npm = shutil.which("npm", path=path) or "npm"
    run(npm, "ci", "--no-audit", "--no-fund", "--loglevel=error", cwd=FRONTEND, env=env)
    run(npm, "run", "--silent", "build", cwd=FRONTEND, env=env)


def node_folder() -> Path:
    """The folder of a node with its npm: the machine's own when it will do, else the one from PyPI."""
    node = shutil.which("node")
    if node and shutil.which("npm"):
        version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
        major = re.match(r"v(\d+)\.", version)
        if major and int(major.group(1)) >= NODE_AT_LEAST:
            return Path(node).parent
    packages("node.txt")
    return BIN


def lock() -> None:
    """Compile the lock files for every supported Python, with hashes and without naming where packages come from."""
    install("uv")
    compile_ = [BIN / "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"]
    compile_ += [
        "--generate-hashes",
        "--no-emit-index-url",
        "--upgrade",
        "--custom-compile-command",
        "make lock",
    ]
    run(*compile_, "pyproject.toml", "requirements/build.in", "-o", "requirements/runtime.txt")
    run(*compile_, "--group", "dev", "-c", "requirements/runtime.txt", "-o", "requirements/dev.txt")
    run(*compile_, "requirements/node.in", "-o", "requirements/node.txt")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
