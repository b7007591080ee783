"""`quartier company …`: companies kept as code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import click
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from quartier.companies.ascode.description import Drift, differences
from quartier.companies.ascode.from_database import describe_database, with_pictures
from quartier.companies.ascode.from_files import check_settings, describe_files
from quartier.companies.ascode.imported import bring_in, drift_of_export
from quartier.companies.ascode.planting import plant, rest
from quartier.companies.ascode.to_files import write_folder
from quartier.companies.ascode.writing import ACTOR
from quartier.companies.facts import FactsError, read_facts
from quartier.companies.services import company_by_slug
from quartier.config import Config
from quartier.contracts.beginnings import begin_modules
from quartier.db import engines
from quartier.files.storage import Storage, storage
from quartier.keys import key_of
from quartier.plugin.manager import Plugins, discover
from quartier.plugin.switches import all_switches
from quartier.tenancy.session import CompanySession

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group()
def company() -> None:
    """Companies as code: folders that say what a company is."""


@company.command("apply")
@click.argument("folder", type=FOLDER)
@click.pass_obj
def apply(config: Config, folder: Path) -> None:
    """Make the database say what FOLDER says; a second run changes nothing."""
    try:
        apply_folder(config, folder)
    except FactsError as error:
        raise click.ClickException(str(error)) from error


@company.command("diff")
@click.argument("folder", type=FOLDER)
@click.pass_context
def diff(context: click.Context, folder: Path) -> None:
    """Say where the database has moved away from FOLDER; exit code 1 when it has anywhere."""
    try:
        found = drift_of(context.obj, folder)
    except FactsError as error:
        raise click.ClickException(str(error)) from error
    for drift in found:
        click.echo(str(drift))
    if found:
        context.exit(1)
    click.echo("Folder and database agree.")


@company.command("export")
@click.argument("slug")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.pass_obj
def export(config: Config, slug: str, folder: Path) -> None:
    """Write the company SLUG to FOLDER, which must not hold anything yet."""
    try:
        export_folder(config, slug, folder)
    except FactsError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{folder}: written. Passwords are not in it.")


def apply_folder(config: Config, folder: Path, *, password: str | None = None, plugins: Plugins | None = None) -> None:
    """Plant the company, what its own program exported, who works there and can sign in, and each module's folder.

    Raises FactsError; what was planted before the part that failed stays.
    """
    facts, plugins = read_facts(folder), plugins or discover()
    check_settings(facts, all_switches(plugins), plugins.installed)
    with _engines(config) as (platform, app):
        with Session(platform, expire_on_commit=False) as db:
            planting = plant(db, storage(config), facts, password=password)
            db.commit()
            company_id = planting.company.id
            with _bound(app, company_id) as bound:
                bring_in(bound, storage(config), facts, by=ACTOR, key=key_of(config))
                bound.commit()
            rest(planting)
            db.commit()
        folders = {slug: folder / slug for slug in plugins.serving if (folder / slug).is_dir()}
        begin_modules(app, plugins, company_id, actor=ACTOR, but=folders)
        for place in folders.values():
            _plant_module(app, plugins, company_id, place, storage=storage(config))


def drift_of(config: Config, folder: Path) -> list[Drift]:
    """What differs between a folder and the database, in what the core owns. Raises FactsError."""
    facts = read_facts(folder)
    said = describe_files(facts)
    with _engines(config) as (platform, app), Session(platform) as db:
        found = company_by_slug(db, facts.slug)
        if found is None:
            raise FactsError(f"there is no company {facts.slug!r} in the database")
        with _bound(app, found.id) as bound:
            of_the_export, known = drift_of_export(bound, facts, key=key_of(config))
        everything = describe_database(db, found)
        there = everything.without(known)
        given = said["account"].keys() & everything.said["account"].keys()
        there["account"].update({key: {} for key in given})  # others of an export have registered by themselves
        return differences(said, there) + of_the_export


def export_folder(config: Config, slug: str, folder: Path, *, plugins: Plugins | None = None) -> None:
    """Write a company as code: the core's part, then each module's own folder. Raises FactsError."""
    if folder.exists() and any(folder.iterdir()):
        raise FactsError(f"{folder}: there is something in this folder already")
    plugins = plugins or discover()
    with _engines(config) as (platform, app):
        with Session(platform) as db:
            found = company_by_slug(db, slug)
            if found is None:
                raise FactsError(f"there is no company {slug!r}")
            write_folder(found, with_pictures(describe_database(db, found), storage(config)), folder)
            company_id = found.id
        for module in plugins.serving:
            _export_module(app, plugins, company_id, folder / module, storage=storage(config))


def _plant_module(app: Engine, plugins: Plugins, company_id: UUID, folder: Path, *, storage: Storage) -> None:
    slug = folder.name
    with _bound(app, company_id) as db:
        before = plugins.failures[slug, "plant_files"]
        for _answer in plugins.call("plant_files", on=[slug], db=db, folder=folder, actor=ACTOR, storage=storage):
            pass  # planting is all there is to it
        if plugins.failures[slug, "plant_files"] > before:
            raise FactsError(f"{folder}: the module {slug} could not read this; the log says why")
        db.commit()


def _export_module(app: Engine, plugins: Plugins, company_id: UUID, folder: Path, *, storage: Storage) -> None:
    slug = folder.name
    folder.mkdir()
    with _bound(app, company_id) as db:
        before = plugins.failures[slug, "export_files"]
        for _answer in plugins.call("export_files", on=[slug], db=db, folder=folder, storage=storage):
            pass  # the files are the answer
    if plugins.failures[slug, "export_files"] > before:
        raise FactsError(f"{folder}: the module {slug} could not be written; the log says why")
    if not any(folder.iterdir()):
        folder.rmdir()


@contextmanager
def _bound(app: Engine, company_id: UUID) -> Iterator[CompanySession]:
    db = CompanySession(app, company_id)
    try:
        yield db
    finally:
        db.close()


@contextmanager
def _engines(config: Config) -> Iterator[tuple[Engine, Engine]]:
    """The platform's and the portal's way into the database, for one command."""
    urls = engines.urls(config)
    platform, app = engines.engine(urls.platform, size=1), engines.engine(urls.app, size=1)
    try:
        yield platform, app
    finally:
        platform.dispose()
        app.dispose()
