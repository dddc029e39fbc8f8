"""Reading folders of content from the disk, with a limit on everything."""

from __future__ import annotations

from pathlib import Path

from elearn.core.content.media import FILES_LIMIT, MEDIA_LIMIT
from elearn.core.content.text import FILE_LIMIT

DEPTH = 3


def read_folder(folder: Path) -> dict[str, bytes]:
    """Path inside the folder -> bytes. Hidden files and links are left out; of a file that is too large only so much is
    read that the check sees it is, and of too many files one more than is allowed."""
    files: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if len(inside.parts) > DEPTH or any(part.startswith(".") for part in inside.parts):
            continue
        if path.is_symlink() or not path.is_file():
            continue
        limit = FILE_LIMIT if path.suffix == ".md" else MEDIA_LIMIT
        with path.open("rb") as file:
            files[inside.as_posix()] = file.read(limit + 1)
        if len(files) > FILES_LIMIT:
            break
    return files


def find_modules(content: Path) -> dict[str, Path]:
    """The module folders of a content folder, by slug. A folder with its own module.md is itself one module."""
    if (content / "module.md").is_file():
        return {content.resolve().name: content}
    root = content / "modules" if (content / "modules").is_dir() else content
    return {
        folder.name: folder
        for folder in sorted(root.iterdir())
        if folder.is_dir() and not folder.name.startswith(".") and (folder / "module.md").exists()
    }


def read_text(path: Path) -> bytes | None:
    """A single file of text; None when it is not there."""
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return file.read(FILE_LIMIT + 1)
