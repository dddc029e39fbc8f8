"""The built front end: addresses of hashed files, and icons out of the sprite."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from flask import Flask, request
from markupsafe import Markup

DIST = Path(__file__).parent / "static" / "dist"


class NotBuiltError(RuntimeError):
    """The front end has not been built, or what is asked for is not in it."""


class Manifest(NamedTuple):
    """What frontend/build.mjs wrote: names in templates -> names on disk, and the icons of the sprite."""

    files: dict[str, str]
    icons: frozenset[str]


def manifest() -> Manifest:
    """The manifest of the build on disk; read again when a build replaces it. Raises NotBuiltError."""
    path = DIST / "manifest.json"
    try:
        return _read(path, path.stat().st_mtime_ns)
    except OSError:
        raise NotBuiltError(
            "The front end is not built: run `npm ci && npm run build` in frontend/."
        ) from None


@lru_cache(maxsize=1)
def _read(path: Path, _modified: int) -> Manifest:
    data = json.loads(path.read_text("utf-8"))
    return Manifest(data["files"], frozenset(data["icons"]))


def asset(name: str) -> str:
    """The address of a built file, such as `app.css`. Raises NotBuiltError when there is none."""
    files = manifest().files
    if name not in files:
        raise NotBuiltError(f"No asset {name!r} in the build: it has {', '.join(sorted(files))}.")
    return f"{request.script_root}/static/dist/{files[name]}"


def icon(name: str, label: str | None = None, class_: str = "") -> Markup:
    """An icon of frontend/icons.json. With a label it speaks; without, it is decoration and says nothing."""
    if name not in manifest().icons:
        raise NotBuiltError(f"No icon {name!r}: add its Lucide name to frontend/icons.json and build.")
    voice = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    classes = f"icon {class_}".strip()
    return Markup('<svg class="{}" {} focusable="false"><use href="{}#{}"></use></svg>').format(
        classes, voice, asset("sprite.svg"), name
    )


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(asset=asset, icon=icon)
