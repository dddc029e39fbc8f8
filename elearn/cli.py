"""The `elearn` command. Exit codes: 0 well, 1 findings, 2 usage."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any, Literal

import click
from flask import Flask
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from config import BadSetting, Config
from elearn import commands_documents, commands_drafts, commands_watch
from elearn.commands_certificates import certificate
from elearn.commands_questions import questions

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)
FINDINGS, USAGE = 1, 2


def application() -> Flask:
    """The application with the settings of the environment; a bad setting is a usage error in one sentence."""
    from elearn import create_app

    try:
        return create_app()
    except BadSetting as trouble:
        raise click.UsageError(str(trouble)) from None


def progress() -> Progress:
    """A bar for what takes over a second; silent where nobody watches."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=errors,
        transient=True,
        disable=not sys.stderr.isatty(),
    )


def print_json(data: Any) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="diajar", prog_name="elearn")
def main() -> None:
    """Diajar: e-learning with quizzes for civil servants."""


@main.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Listen on this port instead of DIAJAR_PORT.")
def up(port: int | None) -> None:
    """Make everything ready (tables, content, the demo city on first run) and serve."""
    os.environ.setdefault("DIAJAR_DEMO", "yes" if Config().MODE != "production" else "no")
    app = application()
    from elearn.demo import seed

    with app.app_context():
        _upgrade()
        if not _publish(Path(app.config["CONTENT_DIR"]), only=(), quiet=True):
            raise SystemExit(FINDINGS)
        if app.config["DEMO"] and seed.is_empty():
            _seed()
    _serve(app, port)


@main.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Listen on this port instead of DIAJAR_PORT.")
def serve(port: int | None) -> None:
    """Serve the application with Granian."""
    _serve(application(), port)


def _serve(app: Flask, port: int | None) -> None:
    from elearn.server import demo_accounts, run

    port = port or app.config["PORT"]
    console.print(f"\n[bold]{app.config['PRODUCT_NAME']}[/]  http://{app.config['HOST']}:{port}\n")
    accounts = demo_accounts(app)
    if accounts:
        table = Table("Demo", "Nama", "NIP / NI PPPK", "Kata sandi", box=None, pad_edge=False, padding=(0, 3, 0, 0))
        for account in accounts:
            table.add_row(account["role"], account["name"], account["number"], account["password"])
        console.print(table)
    console.print("\nCtrl+C berhenti.\n")
    run(app, port)


@main.group()
def db() -> None:
    """The database."""


@db.command("upgrade")
def db_upgrade() -> None:
    """Create the tables or bring them up to date."""
    with application().app_context():
        console.print(f"Tables are at {_upgrade()}.")


def _upgrade() -> str:
    from elearn.server import upgrade_tables

    return upgrade_tables()


@main.group()
def demo() -> None:
    """The demo city."""


@demo.command("seed")
def demo_seed() -> None:
    """Fill an empty database with the demo city and a year of study."""
    from elearn.demo import seed

    with application().app_context():
        if not seed.is_empty():
            raise click.UsageError("There are people in this database already: `elearn demo reset` starts anew.")
        _seed()


@demo.command("reset")
@click.confirmation_option(prompt="This deletes every person, attempt and score in the database. Go on?")
def demo_reset() -> None:
    """Delete everything in the database and seed the demo city again."""
    from elearn.demo import seed

    app = application()
    if app.config["MODE"] == "production":
        raise click.UsageError("This is a production installation: the demo would delete real people.")
    with app.app_context():
        seed.clear()
        _upgrade()
        if not _publish(Path(app.config["CONTENT_DIR"]), only=(), quiet=True):
            raise SystemExit(FINDINGS)
        _seed()


def _seed() -> None:
    from elearn.demo import seed

    with progress() as bar:
        task = bar.add_task("A year in the demo city", total=None)
        result = seed.run(lambda done, total: bar.update(task, completed=done, total=total))
    console.print(f"The demo city has {result.people} people, {result.attempts} attempts and {result.credits} credits.")


@main.group()
def content() -> None:
    """Modules in Markdown."""


@content.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--format", "style", type=click.Choice(["text", "json", "github"]), default="text", show_default=True)
@click.option("--fix", is_flag=True, help="Write in what can be mended without a choice, such as missing ids.")
def content_check(paths: tuple[Path, ...], style: str, fix: bool) -> None:
    """Check module folders, or folders of them (default: the content folder)."""
    from elearn.catalogue import checking

    for path in paths:
        if not path.exists():
            raise click.UsageError(f"There is no {path}.")
    found = checking.check(paths or (Config().CONTENT_DIR,), fix=fix)
    click.echo(checking.report(found, style), nl=False)
    raise SystemExit(FINDINGS if any(d.severity == "error" for d in found.diagnostics) else 0)


@content.command("publish")
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path), required=False)
@click.option("--only", multiple=True, metavar="SLUG", help="Only this module; may be repeated.")
@click.option("--json", "as_json", is_flag=True)
def content_publish(path: Path | None, only: tuple[str, ...], as_json: bool) -> None:
    """Publish what changed as new versions, all together or not at all."""
    from elearn.catalogue.publishing import NoSuchFolder

    app = application()
    try:
        with app.app_context():
            good = _publish(path or Path(app.config["CONTENT_DIR"]), only=only, as_json=as_json)
    except NoSuchFolder as trouble:
        raise click.UsageError(f"There is no module folder {trouble}.") from None
    raise SystemExit(0 if good else FINDINGS)


def _publish(path: Path, *, only: tuple[str, ...], quiet: bool = False, as_json: bool = False) -> bool:
    from elearn.catalogue import publishing

    with progress() as bar:
        task = bar.add_task("Publishing", total=None)
        report = publishing.publish_content(
            path,
            by=None,
            only=set(only) or None,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    if as_json:
        print_json(report.as_json())
    else:
        for line in report.lines(changed_only=quiet):
            console.print(line, markup=False)
    # Starting goes on where a module is looked after in the studio; a command that was to publish it says it did not.
    return not report.refused and (quiet or not report.kept)


@content.command("new")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--title", help="The title; made from the folder's name when left out.")
def content_new(folder: Path, title: str | None) -> None:
    """Begin a module: a folder with a lesson and a quiz to fill in, which passes the check."""
    from elearn.catalogue import template

    try:
        written = template.write_module(folder, title)
    except (FileExistsError, ValueError) as trouble:
        raise click.UsageError(str(trouble)) from None
    for path in written:
        console.print(str(path), markup=False)
    console.print(f"Next: elearn content check {folder}", markup=False)


@main.group()
def media() -> None:
    """Pictures and files of modules."""


@media.command("fill-bucket")
def media_fill_bucket() -> None:
    """Put the media of this disk into the bucket of DIAJAR_MEDIA_BUCKET. What is there already is not sent again."""
    from elearn.catalogue.media import fill_bucket

    with application().app_context():
        try:
            sent, missing = fill_bucket()
        except ValueError:
            raise click.UsageError("No bucket is configured: set DIAJAR_MEDIA_BUCKET.") from None
        except OSError as trouble:
            raise click.ClickException(str(trouble)) from None
    click.echo(f"{sent} files were sent.")
    for digest in missing:
        click.echo(f"Neither here nor in the bucket: {digest}", err=True)
    if missing:
        raise SystemExit(1)


@main.group()
def people() -> None:
    """The people."""


@people.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would change and write nothing.")
@click.option(
    "--passwords", type=click.Path(path_type=Path), help="Write the first passwords of new people here (CSV)."
)
@click.option("--json", "as_json", is_flag=True)
def people_import(file: Path, dry_run: bool, passwords: Path | None, as_json: bool) -> None:
    """Import people from CSV or XLSX: columns nip, nama, jabatan, unit, surel, peran."""
    from elearn.accounts import import_file

    with application().app_context():
        outcome = import_file(file, dry_run=dry_run, passwords_to=passwords)
    if as_json:
        print_json(outcome.as_json())
    else:
        for line in outcome.lines():
            console.print(line, markup=False)
    raise SystemExit(FINDINGS if outcome.bad else 0)


@main.group()
def user() -> None:
    """One account."""


@user.command("create")
@click.argument("number")
@click.argument("name")
@click.option(
    "--unit",
    required=True,
    metavar="CODE",
    help="The code of the unit; `kota` for a first one, made when missing.",
)
@click.option("--role", "roles", multiple=True, type=click.Choice(["pengajar", "atasan", "admin"]))
@click.option("--position", default="", help="Jabatan.")
def user_create(number: str, name: str, unit: str, roles: tuple[str, ...], position: str) -> None:
    """Create an account with a first password, printed once."""
    from elearn import accounts

    with application().app_context():
        try:
            password = accounts.create(number, name, unit, roles, position)
        except accounts.Refused as trouble:
            raise click.UsageError(str(trouble)) from None
    console.print(f"First password (to be changed at the first sign-in): {password}", markup=False)


@user.command("password")
@click.argument("number")
def user_password(number: str) -> None:
    """Give an account a new first password, printed once, and sign it out everywhere."""
    from elearn import accounts

    with application().app_context():
        try:
            password = accounts.new_password(number)
        except accounts.Refused as trouble:
            raise click.UsageError(str(trouble)) from None
    console.print(f"New password (to be changed at the next sign-in): {password}", markup=False)


@main.group()
def audit() -> None:
    """Proofs."""


@audit.command("scores")
@click.option("--json", "as_json", is_flag=True)
def audit_scores(as_json: bool) -> None:
    """Compute every score, completion, credit and summary anew from what happened, and compare."""
    from elearn import proof

    with application().app_context(), progress() as bar:
        task = bar.add_task("Recomputing", total=None)
        result = proof.scores(lambda done, total: bar.update(task, completed=done, total=total))
    if as_json:
        print_json({"attempts": result.attempts, "people": result.people, "differences": result.differences})
    else:
        for line in result.differences:
            console.print(line, markup=False)
        console.print(f"{result.attempts} attempts and {result.people} people; {len(result.differences)} differences.")
    raise SystemExit(FINDINGS if result.differences else 0)


@main.group()
def stats() -> None:
    """What the answers say about a test."""


@stats.command("items")
@click.argument("scores", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--maxima",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV with the same header and one row: the points that each item can earn.",
)
@click.option("--json", "as_json", is_flag=True)
def stats_items(scores: Path, maxima: Path, as_json: bool) -> None:
    """Item and test statistics of a CSV: a row an attempt, a column an item, empty where it was not met."""
    from elearn import commands_stats

    try:
        matrix = commands_stats.read_matrix(scores, maxima)
    except commands_stats.Unreadable as trouble:
        for line in trouble.problems:
            errors.print(line, markup=False, soft_wrap=True)
        raise SystemExit(FINDINGS) from None
    found = commands_stats.statistics_of(matrix)
    if as_json:
        print_json(commands_stats.as_json(matrix.names, found))
    else:
        commands_stats.show(console, matrix.names, found)


@stats.command("quiz")
@click.argument("quiz", metavar="MODULE/QUIZ")
@click.option(
    "--attempts",
    "which",
    type=click.Choice(["first", "last", "highest", "all"]),
    default="first",
    show_default=True,
    help="Which graded attempts of each person count.",
)
@click.option("--json", "as_json", is_flag=True)
def stats_quiz(quiz: str, which: Literal["first", "last", "highest", "all"], as_json: bool) -> None:
    """Item and test statistics of a quiz, from its graded attempts on all versions."""
    from elearn import commands_stats
    from elearn.catalogue import store
    from elearn.quizzes import statistics

    with application().app_context():
        module_slug, _, quiz_slug = quiz.partition("/")
        module = store.module_row(module_slug)
        version = store.current(module_slug)
        part = version.module.part_named(quiz_slug) if version else None
        found = statistics.of_quiz(module.id, part.names if part else (quiz_slug,), which) if module else None
    if found is None:
        raise click.UsageError(f"{quiz}: there is no such quiz, or nobody has begun it.")
    names = tuple(item.question.id for item in found.items)
    if as_json:
        print_json(commands_stats.as_json(names, found.figures))
    else:
        commands_stats.show(console, names, found.figures)


@main.command()
@click.option("--json", "as_json", is_flag=True)
def doctor(as_json: bool) -> None:
    """Say what is wrong with this installation, in sentences."""
    from elearn.doctor import examine

    findings = examine()
    if as_json:
        print_json([{"severity": f.severity, "message": f.message, "mend": f.mend} for f in findings])
    else:
        for finding in findings:
            console.print(f"{finding.severity}: {finding.message}", markup=False)
            if finding.mend:
                console.print(f"  {finding.mend}", markup=False)
        if not findings:
            console.print("Nothing is wrong with this installation.")
    raise SystemExit(FINDINGS if any(f.severity == "error" for f in findings) else 0)


for command in (
    commands_drafts.pull,
    commands_drafts.push,
    commands_watch.watch,
    commands_watch.schema,
    commands_documents.from_document,
):
    content.add_command(command)
main.add_command(questions)
main.add_command(certificate)

if __name__ == "__main__":
    main()
