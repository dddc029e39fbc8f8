"""`elearn content check`: every finding of every module under some paths, and the ways to print them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from elearn.catalogue import lending
from elearn.catalogue.reading import Folder
from elearn.catalogue.source import read_folder, read_text
from elearn.core.content import apply_edits, read_glossary, read_path
from elearn.core.model import Diagnostic

JP_MINUTES = 45
"""The length of a JP where no installation says another."""


@dataclass(frozen=True, slots=True)
class Target:
    """A module folder, with the content folder it stands in (for its glossary and the other modules' slugs)."""

    folder: Path
    root: Path | None


@dataclass(frozen=True, slots=True)
class Checked:
    modules: int
    diagnostics: list[Diagnostic]
    fixed: int


def check(paths: Iterable[Path], *, fix: bool = False) -> Checked:
    """Check module folders, folders of modules, content folders, or single files (then the module around them).

    With `fix`, what has one right mending is written into the files first. Findings are in the order of files and lines.
    """
    found: set[Diagnostic] = set()
    targets: dict[Path, Target] = {}
    roots: dict[Path, None] = {}
    for path in paths:
        for target in targets_of(path):
            targets[target.folder.resolve()] = target
        root = content_root(path)
        if root is not None and path.resolve() == root.resolve():
            roots[root] = None
    fixed = sum(_fix(target) for target in targets.values()) if fix else 0
    for target in targets.values():
        found.update(_module(target))
    for root in roots:
        found.update(_beside(root))
    return Checked(len(targets), sorted(found), fixed)


def content_root(path: Path) -> Path | None:
    """The content folder that a path is, or is inside of: the one that holds `modules/`."""
    for folder in (path, *path.resolve().parents):
        if (folder / "modules").is_dir():
            return folder
        if (folder / ".git").exists():
            break
    return None


def targets_of(path: Path) -> list[Target]:
    """The module folders that a path is, holds, or is inside of."""
    root = content_root(path)
    folder = path if path.is_dir() else path.parent
    if folder.name == "media":
        folder = folder.parent
    if root is not None and folder.resolve() == root.resolve():
        folder = root / "modules"
    children = [child for child in sorted(folder.iterdir()) if child.is_dir() and not child.name.startswith(".")]
    modules = [child for child in children if (child / "module.md").exists()]
    if (folder / "module.md").exists() or not modules:
        return [Target(folder, root)]
    return [Target(child, root) for child in modules]


def known_modules(root: Path | None) -> set[str] | None:
    """The slugs of the modules of a content folder; None where there is none around."""
    return {child.name for child in (root / "modules").iterdir() if child.is_dir()} if root else None


def places_of(target: Target) -> dict[str, Path]:
    """The module folders that this one can borrow questions of: slug -> folder, with itself."""
    modules = target.root / "modules" if target.root else None
    beside = {child.name: child for child in modules.iterdir() if child.is_dir()} if modules else {}
    return {**beside, target.folder.resolve().name: target.folder}


def folder_of(target: Target, files: dict[str, bytes]) -> Folder:
    """Files of a module with what their reading needs of the content folder around them; it borrows nothing yet."""
    glossary = read_text(target.root / "glossary.md") if target.root else None
    known = known_modules(target.root)
    return Folder(
        target.folder.resolve().name, files, glossary, None if known is None else frozenset(known), JP_MINUTES
    )


def _read(target: Target) -> tuple[dict[str, bytes], list[Diagnostic]]:
    """The files of a module and their findings."""
    folder = folder_of(target, read_folder(target.folder))
    return folder.files, replace(folder, lent=lending.beside(folder, places_of(target), Folder.read)).read()[1]


def _module(target: Target) -> list[Diagnostic]:
    path = f"{_shown(target.folder)}/"
    return [replace(d, file=path + d.file) for d in _read(target)[1]]


def _beside(root: Path) -> list[Diagnostic]:
    """The glossary and the learning paths of a content folder."""
    found: list[Diagnostic] = []
    glossary = root / "glossary.md"
    if glossary.is_file():
        found += [_at(d, glossary) for d in read_glossary(glossary.read_bytes())[1]]
    for path in sorted((root / "paths").glob("*.md")):
        found += [
            _at(d, path) for d in read_path(path.stem, path.read_bytes(), known_modules=known_modules(root) or ())[1]
        ]
    return found


def _at(diagnostic: Diagnostic, path: Path) -> Diagnostic:
    d = diagnostic
    return Diagnostic(_shown(path), d.line, d.col, d.severity, d.code, d.message, d.hint, d.edit)


def _fix(target: Target) -> int:
    """Write the edits of a module into its files; how many."""
    files, diagnostics = _read(target)
    edits = [d for d in diagnostics if d.edit]
    for name, data in apply_edits(files, edits).items():
        if data != files[name]:
            (target.folder / name).write_bytes(data)
    return len(edits)


def _shown(path: Path) -> str:
    """The path as a person here would type it."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def report(checked: Checked, style: str) -> str:
    """The findings as text (a line each and a count), json, or github (workflow annotations)."""
    if style == "json":
        keys = ("file", "line", "col", "severity", "code", "message", "hint")
        listed = [{key: getattr(d, key) for key in keys} for d in checked.diagnostics]
        return json.dumps(listed, ensure_ascii=False, indent=2) + "\n"
    if style == "github":
        return "".join(f"{_annotation(d)}\n" for d in checked.diagnostics)
    return "".join(f"{line}\n" for line in [*finding_lines(checked.diagnostics), _count(checked)])


def finding_lines(diagnostics: Iterable[Diagnostic]) -> list[str]:
    """Each finding with its place, and below it how it is mended."""
    lines: list[str] = []
    for d in diagnostics:
        lines.append(f"{d.file}:{d.line}:{d.col}: {d.severity} {d.code} {d.message}")
        lines += [f"    {d.hint}"] if d.hint else []
    return lines


def _count(checked: Checked) -> str:
    errors = _of(checked.diagnostics, "error")
    fixed = f"; {checked.fixed} diperbaiki" if checked.fixed else ""
    warnings = len(checked.diagnostics) - errors
    return f"{checked.modules} modul: {errors} kesalahan, {warnings} peringatan{fixed}."


def _of(diagnostics: Sequence[Diagnostic], severity: str) -> int:
    return sum(1 for d in diagnostics if d.severity == severity)


def _annotation(d: Diagnostic) -> str:
    """GitHub's workflow command; its data escapes per the documentation of workflow commands."""

    def data(text: str) -> str:
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    def value(text: str) -> str:
        return data(text).replace(":", "%3A").replace(",", "%2C")

    message = data(f"{d.code} {d.message}" + (f" {d.hint}" if d.hint else ""))
    return f"::{d.severity} file={value(d.file)},line={d.line},col={d.col},title={value(d.code)}::{message}"
