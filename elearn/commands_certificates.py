"""`elearn certificate`: checking a signed certificate, with or without the installation that made it."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def certificate() -> None:
    """Check signed certificates."""


def _own_key() -> str:
    from elearn import cli
    from elearn.study import signing

    with cli.application().app_context():
        return signing.public_pem()


@certificate.command("check")
@click.argument("text")
@click.option("--key", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The public key, in PEM.")
def check(text: str, key: Path | None) -> None:
    """Say what a signed certificate holds. TEXT is what its QR code `Periksa luring` reads as: DIAJAR1.…

    Without --key it is checked with the key of this installation. Exit code 1 where it is not signed with that key.
    """
    from elearn.study import signing

    try:
        said = signing.check(text, key.read_text(encoding="utf-8") if key else _own_key())
    except signing.NotSigned:
        raise click.ClickException("This was not signed with that key, or it was changed since.") from None
    except ValueError as trouble:
        raise click.ClickException(f"The key cannot be used: {trouble}") from None
    click.echo("Signed, and not changed since:")
    for name, value in said.items():
        click.echo(f"  {name}: {value}")


@certificate.command("key")
def key() -> None:
    """Print the public key of this installation, to give to whoever checks."""
    click.echo(_own_key(), nl=False)
