"""`quartier company …`: companies kept as code."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy.orm import Session

from quartier.companies.facts import FactsError, read_facts
from quartier.companies.planting import ACTOR, Planting
from quartier.config import Config
from quartier.db import engines
from quartier.files.storage import storage
from quartier.plugin.manager import discover
from quartier.tenancy.session import CompanySession


@click.group()
def company() -> None:
    """Companies as code: folders that say what a company is."""


@company.command("apply")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.pass_obj
def apply(config: Config, folder: Path) -> None:
    """Make the database say what FOLDER says; a second run changes nothing."""
    try:
        apply_folder(config, folder)
    except FactsError as error:
        raise click.ClickException(str(error)) from error


def apply_folder(config: Config, folder: Path, *, password: str | None = None) -> None:
    """Plant the core's part as the platform, then each module's folder as the portal, bound to the company."""
    facts, urls, store = read_facts(folder), engines.urls(config), storage(config)
    platform, app = engines.engine(urls.platform, size=1), engines.engine(urls.app, size=1)
    try:
        with Session(platform, expire_on_commit=False) as db:
            company_id = Planting(db, store, facts, password=password).apply().id
            db.commit()
        plugins = discover()
        bound = CompanySession(app, company_id)
        for slug in plugins.serving:
            if (folder / slug).is_dir():
                for _done in plugins.call("plant_files", on=[slug], db=bound, folder=folder / slug, actor=ACTOR):
                    bound.commit()
        bound.close()
    finally:
        platform.dispose()
        app.dispose()
