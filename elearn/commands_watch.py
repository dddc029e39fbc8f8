"""`elearn content watch` and `schema`: for who writes in an editor of their own. Neither needs a database.

Imports wait until a command runs: every other command would pay for them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from elearn.core.model import Diagnostic

PORT = 8400


class _Kind(click.ParamType[str]):
    """A kind of file; what there is is looked up only when it is asked for."""

    name = "kind"

    def convert(self, value: str, param: click.Parameter | None, context: click.Context | None) -> str:
        from elearn.core.content.schema import KINDS

        if value not in KINDS:
            self.fail(f"{value!r} is not one of {', '.join(KINDS)}.", param, context)
        return value


@click.command("schema")
@click.argument("kind", type=_Kind())
def schema(kind: str) -> None:
    """Print the JSON Schema of the front matter of a KIND of file: module, lesson, quiz, part (lesson or quiz), path."""
    from elearn.core.content.schema import front_matter_schema

    click.echo(json.dumps(front_matter_schema(kind), ensure_ascii=False, indent=2))


@click.command("watch")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="0: any that is free.")
def watch(folder: Path, port: int) -> None:
    """Show a module folder, or a content folder, as a peserta sees it, and anew with each file that is saved."""
    from elearn.authoring import watching

    try:
        server = watching.Server(folder, port, changed=_tell)
    except watching.NoModules:
        raise click.UsageError(f"{folder} holds no module: there is no module.md in it or in its folders.") from None
    except OSError as trouble:
        raise click.UsageError(f"Port {port} cannot be used ({trouble.strerror}): choose another --port.") from None
    click.echo(f"{server.address}  (Ctrl+C berhenti)")
    with server:
        server.run()


def _tell(files: list[str], slug: str, found: list[Diagnostic]) -> None:
    """What was saved (nothing at the beginning), and what the whole module has to mend."""
    from elearn.catalogue.checking import finding_lines

    errors = sum(d.severity == "error" for d in found)
    click.echo(f"{': '.join([slug, *files])}: {errors} kesalahan, {len(found) - errors} peringatan.")
    for line in finding_lines(found):
        click.echo(f"  {line}")
