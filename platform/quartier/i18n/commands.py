"""`quartier i18n`: keep the catalogues in line with the source, and check them."""

from __future__ import annotations

from pathlib import Path

import click

from .check import check_catalogues
from .pofiles import CatalogueError
from .update import update_catalogues

_root = click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    help="The repository; by default the current folder.",
)


@click.group()
def i18n() -> None:
    """Texts and translations."""


@i18n.command()
@_root
def extract(root: Path) -> None:
    """Bring the .po files in line with the source."""
    try:
        changes = update_catalogues(root)
    except (CatalogueError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    for change in changes:
        click.echo(f"{change.path}: {len(change.added)} added, {len(change.removed)} removed")
        for text, translation in change.removed:
            click.echo(f"  removed {text!r} = {translation!r}")
    if not changes:
        click.echo("Every catalogue is up to date.")


@i18n.command()
@_root
def check(root: Path) -> None:
    """Report missing, fuzzy, obsolete and faulty translations; exit 1 if there are any."""
    problems = check_catalogues(root)
    for problem in problems:
        click.echo(str(problem))
    if problems:
        raise click.ClickException(f"{len(problems)} problems with translations")
    click.echo("All texts are translated.")
