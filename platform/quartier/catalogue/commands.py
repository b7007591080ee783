"""`quartier catalogue …`: what is sold, kept as code."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import click
from sqlalchemy import URL
from sqlalchemy.orm import Session

from quartier.catalogue.export import written
from quartier.catalogue.planting import CatalogueFileError, plant
from quartier.config import Config
from quartier.db import engines
from quartier.plugin.manager import discover

ACTOR = "quartier catalogue apply"


@click.group()
def catalogue() -> None:
    """The catalogue as code: a file that says what is sold, and for how much."""


@catalogue.command("apply")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def apply(config: Config, file: Path) -> None:
    """Make the catalogue say what FILE says; a second run changes nothing."""
    try:
        changed = apply_file(engines.urls(config).platform, file, modules=discover().serving)
    except CatalogueFileError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"New or with a new version: {', '.join(changed)}" if changed else "File and catalogue agree.")


@catalogue.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def export(config: Config, file: Path) -> None:
    """Write the catalogue, every version of it, to FILE, and its pictures beside it; FILE must not be there yet."""
    engine = engines.engine(engines.urls(config).platform, size=1)
    try:
        with Session(engine) as db, file.open("x", encoding="utf-8") as lines:
            lines.write(written(db, file.with_suffix("")))
    except FileExistsError as error:
        raise click.ClickException(f"{file} is there already.") from error
    finally:
        engine.dispose()


def apply_file(platform: URL, file: Path, *, modules: Collection[str]) -> list[str]:
    """Plant the file, all of it or nothing. Raises CatalogueFileError."""
    engine = engines.engine(platform, size=1)
    try:
        with Session(engine) as db:
            changed = plant(db, file, modules=modules, actor=ACTOR)
            db.commit()
            return changed
    finally:
        engine.dispose()
