"""The built front end: addresses of hashed files, and icons out of the sprite."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from flask import Flask, request
from markupsafe import Markup
from whitenoise import WhiteNoise

MANIFEST = Path(__file__).parent / "static" / "dist" / "manifest.json"


class NotBuiltError(RuntimeError):
    """The front end has not been built, or what is asked for is not in it."""


class Manifest(NamedTuple):
    """What frontend/build.mjs wrote: names in templates -> names on disk, and the icons of the sprite."""

    files: dict[str, str]
    icons: frozenset[str]


@cache
def manifest() -> Manifest:
    """The manifest of the build, read once. Raises NotBuiltError."""
    try:
        data = json.loads(MANIFEST.read_text("utf-8"))
    except OSError:
        raise NotBuiltError("The front end is not built: run npm ci, npm run build in frontend/.") from None
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
    return _draw(asset("sprite.svg"), name, label and str(label), class_)


@lru_cache(maxsize=1000)
def _draw(sprite: str, name: str, label: str | None, class_: str) -> Markup:
    voice = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="{}" {} focusable="false"><use href="{}#{}"></use></svg>').format(
        f"icon {class_}".strip(), voice, sprite, name
    )


def static_files(app: Flask) -> WhiteNoise:
    """Static files beside the pages: every built file has its hash in its name and never changes."""
    static = MANIFEST.parent.parent
    return WhiteNoise(
        app.wsgi_app,
        root=str(static) if static.is_dir() else None,
        prefix="/static/",
        autorefresh=app.config["DEVELOPMENT"] or app.config["TESTING"],
        immutable_file_test=lambda path, url: url.startswith("/static/dist/"),
        allow_all_origins=False,
    )


def init_app(app: Flask) -> None:
    if app.config.get("DEVELOPMENT"):
        app.before_request(manifest.cache_clear)  # a page after a build uses it
    app.jinja_env.globals.update(asset=asset, icon=icon)
