"""`elearn content from`: a lesson from a document. Imports wait until the command runs."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("from")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--into", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path), help="Module folder."
)
@click.option("--json", "as_json", is_flag=True)
def from_document(file: Path, into: Path, as_json: bool) -> None:
    """Make a lesson of a DOCX, ODT, PPTX or HTML file, and say what did not survive."""
    from elearn import cli
    from elearn.authoring import document_desk
    from elearn.core.exchange.base import ExchangeError

    try:
        made = document_desk.into_folder(into, file)
    except ExchangeError as trouble:
        raise click.ClickException(str(trouble)) from None
    lost = [{"kind": one.kind, "count": one.count, "where": one.where} for one in made.converted.lost]
    if as_json:
        cli.print_json({"file": str(into / made.path), "media": list(made.pictures), "lost": lost})
        return
    click.echo(f"{into / made.path}: {made.converted.title}; {len(made.pictures)} gambar.")
    for one in made.converted.lost:
        click.echo(
            f"  tidak terbawa: {one.kind}{f' × {one.count}' if one.count > 1 else ''}{f', {one.where}' if one.where else ''}"
        )
