"""`quartier company …`: companies kept as code."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click
from sqlalchemy.orm import Session

from quartier.companies.facts import FactsError, read_facts
from quartier.companies.planting import ACTOR, Planting
from quartier.config import Config
from quartier.db import engines
from quartier.files.storage import storage
from quartier.plugin.manager import Plugins, discover
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
        with closing(CompanySession(app, company_id)) as bound:
            for slug in plugins.serving:
                if (folder / slug).is_dir():
                    _plant_module(plugins, slug, bound, folder / slug)
    finally:
        platform.dispose()
        app.dispose()


def _plant_module(plugins: Plugins, slug: str, db: CompanySession, folder: Path) -> None:
    """All that a module finds in its folder, or nothing and an error: a command has somebody who reads it."""
    for _answer in plugins.call("plant_files", on=[slug], db=db, folder=folder, actor=ACTOR):
        pass  # planting is all there is to it
    if plugins.failures[slug, "plant_files"]:
        raise FactsError(f"{folder}: the module could not take these files in; the log says why")
    db.commit()
