"""`quartier theme …`."""

from __future__ import annotations

from pathlib import Path

import click

from quartier.config import shipped
from quartier.designing.checking import check_theme, product
from quartier.designing.pages import described
from quartier.designing.scaffold import ScaffoldError, new_theme
from quartier.plugin.manager import discover
from quartier.theming.themes import ThemeError, load_themes

SHOWN = 5  # templates that are described at once; of more, only the names are told

_folder = click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=None,
    help="Where themes lie; by default those of this installation.",
)


@click.group()
def theme() -> None:
    """Themes: begin one, and see whether it holds."""


@theme.command()
@click.argument("slug")
@click.option("--extends", "parent", default="klar", show_default=True, help="The theme that it differs from.")
@_folder
def new(slug: str, parent: str, folder: Path | None) -> None:
    """Write a theme called SLUG, that can be chosen at once."""
    root = folder or shipped("themes")
    try:
        written = new_theme(slug, parent, root, load_themes(root))
    except (ScaffoldError, ThemeError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Written to {written}.")
    click.echo(f"Next: quartier theme check {slug}")


@theme.command()
@click.argument("name", default="")
def pages(name: str) -> None:
    """What a template of the product is made of, or which there are: those whose names contain NAME."""
    book = product([plugin.folder for plugin in discover().installed.values()])
    found = [one for one in book if name in one]
    for one in found:
        click.echo(one if len(found) > SHOWN else described(book, one))


@theme.command()
@click.argument("slugs", nargs=-1)
@click.option("--brands", default=0, show_default=True, help="So many brand colours more, at random.")
@_folder
def check(slugs: tuple[str, ...], brands: int, folder: Path | None) -> None:
    """Check contrast, templates and size of the themes SLUGS, or of all; exit 1 if one must not be used."""
    try:
        themes = load_themes(folder or shipped("themes"))
    except ThemeError as error:
        raise click.ClickException(str(error)) from error
    if strange := [slug for slug in slugs if slug not in themes]:
        raise click.ClickException(f"There is no theme {', '.join(strange)}; there are {', '.join(sorted(themes))}.")
    plugins = [plugin.folder for plugin in discover().installed.values()]
    faults = 0
    for slug in slugs or sorted(themes):
        findings = check_theme(themes[slug], themes, plugins, brands)
        faults += len(findings)
        for finding in sorted(findings):
            click.echo(str(finding))
        if not findings:
            click.echo(f"{slug}: holds.")
    if faults:
        raise click.ClickException(f"{faults} faults")
