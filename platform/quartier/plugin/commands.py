"""`quartier plugin …`."""

from __future__ import annotations

from pathlib import Path

import click

from quartier.plugin.manager import discover
from quartier.plugin.scaffold import ScaffoldError, is_checkout, new_plugin


@click.group()
def plugin() -> None:
    """Modules: what is installed, and how to begin a new one."""


@plugin.command("list")
def list_plugins() -> None:
    """What is installed, and what does not serve and why."""
    plugins = discover()
    for slug, found in plugins.installed.items():
        click.echo(f"{slug:<24} {found.manifest.name['en']:<28} {found.folder}")
    for problem in plugins.problems:
        click.echo(f"{problem.plugin}: {problem.reason}", err=True)


@plugin.command()
@click.argument("slug")
@click.option("--folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=Path())
def new(slug: str, folder: Path) -> None:
    """Write a working module called SLUG, with tests that pass."""
    try:
        written = new_plugin(slug, folder.resolve())
    except ScaffoldError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Written to {written}.")
    click.echo("Next: make setup" if is_checkout(folder.resolve()) else f"Next: pip install -e {written}")
