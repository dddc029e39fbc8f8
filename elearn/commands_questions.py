"""`elearn questions import` and `export`. What they need is loaded when they run, not with every command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from config import Config


@click.group()
def questions() -> None:
    """Questions from and for other systems."""


@questions.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "name", help="Name of the format (default: found out from the file).")
@click.option("--into", required=True, metavar="MODULE/QUIZ", help="Added to; made when there is no such quiz.")
@click.option("--content", "folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True)
def questions_import(file: Path, name: str | None, into: str, folder: Path | None, as_json: bool) -> None:
    """Write the questions of a file into a quiz of the content folder, and say what became of each."""
    from elearn.authoring import question_files
    from elearn.cli import FINDINGS, print_json

    with _errors(name):
        written = question_files.import_file(
            file, name, question_files.find_place(folder or Config().CONTENT_DIR, into)
        )
    draft, target = written.draft, str(written.place.file) if written.draft.markdown else None
    if as_json:
        print_json(question_files.as_json(draft.items, draft.notes, format=draft.format, file=target))
    else:
        click.echo(question_files.as_text(draft.items, draft.notes), nl=False)
    raise SystemExit(FINDINGS if question_files.refused(draft.items) else 0)


@questions.command("export")
@click.argument("quiz", metavar="MODULE/QUIZ")
@click.option("--format", "name", required=True)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Default: QUIZ and the suffix.")
@click.option("--content", "folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True)
def questions_export(quiz: str, name: str, output: Path | None, folder: Path | None, as_json: bool) -> None:
    """Write a quiz of the content folder in another system's format, and say what became of each question."""
    from elearn.authoring import question_files
    from elearn.cli import FINDINGS, print_json

    with _errors(name):
        exported = question_files.export_file(question_files.find_place(folder or Config().CONTENT_DIR, quiz), name)
    target = output or Path(quiz.rpartition("/")[2] + exported.suffix)
    target.write_bytes(exported.data)
    if as_json:
        print_json(question_files.as_json(exported.items, exported.notes, format=name, file=str(target)))
    else:
        click.echo(question_files.as_text(exported.items, exported.notes), nl=False)
    raise SystemExit(FINDINGS if question_files.refused(exported.items) else 0)


@contextmanager
def _errors(format_name: str | None) -> Iterator[None]:
    """A wrong format name is a usage error (exit 2); a file that cannot be read ends with its reason (exit 1)."""
    from elearn.core.exchange.base import ExchangeError
    from elearn.core.exchange.formats import FORMATS

    if format_name is not None and format_name not in FORMATS:
        raise click.UsageError(f"Format {format_name[:40]!r} tidak dikenal. Yang ada: {', '.join(FORMATS)}.")
    try:
        yield
    except ExchangeError as trouble:
        raise click.ClickException(str(trouble)) from None
