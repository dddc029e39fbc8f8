"""`elearn content pull` and `push`: the draft of a module in a folder, and back.

Imports wait until a command runs: every other command would pay for them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

if TYPE_CHECKING:
    from elearn.authoring.folders import Outcome
    from elearn.people.models import Person

Direction = Literal["pull", "push"]


@click.command("pull")
@click.argument("module")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True)
def pull(module: str, folder: Path, as_json: bool) -> None:
    """Bring the draft of a module (or what is published of it) into a folder. Changes made there are never overwritten."""
    from elearn import cli
    from elearn.authoring import folders

    with cli.application().app_context():
        try:
            outcome = folders.pull(module, folder)
        except folders.NotPossible as trouble:
            raise click.UsageError(str(trouble)) from None
    _tell(outcome, "pull", as_json)


@click.command("push")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--by", "number", required=True, metavar="NIP", help="The pengajar whose work it is.")
@click.option("--publish", is_flag=True, help="Publish the draft when everything was sent.")
@click.option("--json", "as_json", is_flag=True)
def push(folder: Path, number: str, publish: bool, as_json: bool) -> None:
    """Send a folder that was pulled into the draft of its module. With a clash nothing is sent."""
    from elearn import cli
    from elearn.authoring import folders

    with cli.application().app_context():
        person = _person(number)
        try:
            outcome = folders.push(folder, person.id)
        except folders.NotPossible as trouble:
            raise click.UsageError(str(trouble)) from None
        _tell(outcome, "push", as_json)
        if publish:
            _publish(folder, person)


def _person(number: str) -> Person:
    from elearn.authoring.queries import person_by_number

    person = person_by_number(number)
    if person is None or not person.active:
        raise click.UsageError(f"Tidak ada akun aktif dengan nomor {number}.")
    return person


def _publish(folder: Path, person: Person) -> None:
    """Publish the draft that a folder was sent into, whole: also what others changed of it."""
    from elearn import cli
    from elearn.authoring import folders, publication

    slug, _agreed = folders.read_state(folder)
    looked = publication.look(folders.find_module(slug or ""))
    assert looked is not None, "it was sent"
    try:
        published = publication.publish(person.id, looked, looked.state)
    except publication.DraftChanged:
        raise click.UsageError("Naskah berubah saat diterbitkan. Tarik dulu, lalu kirim lagi.") from None
    for line in published.lines():
        click.echo(line, err=True)
    if published.outcome == "refused":
        raise SystemExit(cli.FINDINGS)


def _tell(outcome: Outcome, direction: Direction, as_json: bool) -> None:
    """Say what became of each file; a clash or a refusal ends the command."""
    from dataclasses import asdict

    from elearn import cli

    if as_json:
        cli.print_json(asdict(outcome))
    else:
        for line in lines(outcome, direction):
            click.echo(line)
    if not outcome.good:
        raise SystemExit(cli.FINDINGS)


def lines(outcome: Outcome, direction: Direction) -> list[str]:
    """What became of each file."""
    from elearn.authoring.folders import THEIRS

    said = [f"diambil  {path}" for path in outcome.taken] + [f"dikirim  {path}" for path in outcome.sent]
    said += [f"dihapus  {path}" for path in outcome.removed]
    newer = "berubah di sini, belum dikirim" if direction == "pull" else "lebih baru di platform, tarik dulu bila perlu"
    said += [f"dibiarkan  {path} ({newer})" for path in outcome.waiting]
    said += [f"ditolak  {path}: {why}" for path, why in outcome.refused.items()]
    said += [f"bentrok  {path}: berubah di kedua sisi ({who})" for path, who in outcome.clashes.items()]
    if outcome.clashes and direction == "pull":
        said.append(f"Berkas Anda tidak ditimpa. Isi platform ada di {THEIRS}/. Gabungkan, lalu jalankan content push.")
    elif not outcome.good:
        said.append("Tidak ada yang dikirim. Perbaiki yang ditolak; untuk yang bentrok jalankan content pull dulu.")
    return said or ["Tidak ada yang berubah."]
