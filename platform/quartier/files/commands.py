"""`quartier files`: what became of the bytes."""

from __future__ import annotations

import click
from sqlalchemy.orm import Session

from quartier.config import Config
from quartier.db import engines
from quartier.files.storage import StorageDown, storage
from quartier.files.sweeping import look, remove_lost, remove_stray


@click.group()
def files() -> None:
    """Files that people and modules keep."""


@files.command()
@click.option("--remove", is_flag=True, help="Drop what was found, and not only say it.")
@click.pass_obj
def sweep(config: Config, *, remove: bool) -> None:
    """Find bytes without a row, and rows whose bytes are gone (to be brought back from a backup under their key).

    Ends with status 1 while rows without bytes are left.
    """
    engine = engines.engine(engines.urls(config).platform, size=1)
    kept = storage(config)
    try:
        with Session(engine) as db:
            found = look(db, kept)
            click.echo(
                f"{found.paired} files, {len(found.stray)} bytes without a row, {len(found.lost)} rows without bytes."
            )
            for one in found.lost:
                click.echo(f"{one.key}  {one.purpose}  {one.name}")
            if found.is_foreign:
                raise click.ClickException("No file of this database lies in this storage. Nothing is removed.")
            left = len(found.lost)
            if remove:
                left -= remove_lost(db, found)
                db.commit()
                click.echo(f"Removed: {remove_stray(kept, found)} bytes, {len(found.lost) - left} rows.")
    except StorageDown as error:
        raise click.ClickException(f"The storage does not answer: {error}") from error
    finally:
        engine.dispose()
    if left:
        raise SystemExit(1)
