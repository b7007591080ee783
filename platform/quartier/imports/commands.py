"""`quartier import`: the same import from a terminal, for big files and for machines."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from psycopg import Error as DatabaseError
from sqlalchemy.orm import Session

from quartier.config import Config
from quartier.db import engines
from quartier.files.storage import storage
from quartier.imports import reporting, services, words
from quartier.imports.planning import Plan
from quartier.imports.problems import ERRORS, Unreadable
from quartier.imports.reading import Content, from_folder
from quartier.imports.records import Home
from quartier.keys import key_of
from quartier.tenancy.models import Company
from quartier.tenancy.session import CompanySession

ACTOR = "quartier import"
SHOWN = 50
LEFT_OUT = 3
STATES = {"new": "new", "changed": "changed", "unchanged": "unchanged", "delete": "deleted", "bad": "left out"}


@click.command("import")
@click.argument("company")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--full", is_flag=True, help="The files are everything there is: report what they do not have.")
@click.option("--strict", is_flag=True, help="All rows or none: apply nothing while a row has an error.")
@click.option("--from-erp", is_flag=True, help="The files come from the company's ERP: change what it owns as well.")
@click.pass_obj
def import_command(config: Config, /, company: str, path: Path, *, dry_run: bool, **choices: bool) -> None:
    """Import master data of COMPANY from PATH: a CSV or Excel file, a ZIP, or a folder of files.

    Ends with 0 when everything was taken, with 3 when rows with errors were left out, and with 1 when nothing was
    changed because it could not be.
    """
    urls = engines.urls(config)
    platform, app = engines.engine(urls.platform, size=1), engines.engine(urls.app, size=1)
    try:
        with Session(platform) as db:
            found = db.query(Company).filter_by(slug=company).one_or_none()
            if found is None:
                raise click.ClickException(f"there is no company {company!r}")
            company_id, home = found.id, Home(found.country, found.timezone, key_of(config))
            origin = config.origin(f"{found.slug}.{config.platform_domain}")
        _import(config, CompanySession(app, company_id), path, home, origin, dry_run=dry_run, choices=choices)
    finally:
        platform.dispose()
        app.dispose()


def _import(
    config: Config, db: CompanySession, path: Path, home: Home, origin: str, *, dry_run: bool, choices: dict[str, bool]
) -> None:
    kept, today = storage(config), datetime.now(ZoneInfo(home.timezone)).date()
    try:
        run = services.begin(db, kept, _files(path), by=ACTOR, source="command")
        if not services.columns_of(run):
            raise Unreadable(services.problems_of(run)[0])
        services.choose(run, **choices)
        step = services.check if dry_run else services.apply
        options = {} if dry_run else {"progress": lambda _rows: None}
        made = step(db, kept, run, home, on=today, **options)
        if not dry_run:
            reporting.report(db, run, f"{origin}/cockpit/imports/{run.id}")
        db.commit()
    except Unreadable as error:
        raise click.ClickException(f"{error.problem.file}: {error.problem.words}") from error
    except services.Refused as error:
        raise click.ClickException(words.why(error.code)) from error
    except DatabaseError as error:
        raise click.ClickException(words.why("database")) from error
    finally:
        db.close()
    _say(made, dry_run=dry_run)
    if made.problems.errors:
        raise SystemExit(LEFT_OUT)


def _files(path: Path) -> list[tuple[str, Content]]:
    if path.is_dir():
        return [(source.name, source.content) for source in from_folder(path)]
    return [(path.name, path)]


def _say(made: Plan, *, dry_run: bool) -> None:
    for problem in made.problems.kept[:SHOWN]:
        kind = "error" if problem.code in ERRORS else "warning"
        place = ":".join(str(part) for part in (problem.file, problem.line, problem.column) if part)
        click.echo(f"{place}: {kind}: {problem.words}", err=True)
    if (more := sum(made.problems.counts.values()) - SHOWN) > 0:
        click.echo(f"and {more} more problems", err=True)
    nouns = words.nouns()
    for noun, states in made.counts.items():
        if states:
            click.echo(
                f"{nouns[noun]}: " + ", ".join(f"{states[one]} {said}" for one, said in STATES.items() if one in states)
            )
    for noun, gone in made.gone.items():
        click.echo(f"{nouns[noun]}: {gone.count} not in the files")
    if made.problems.errors:
        click.echo(f"Rows with errors are left out: {made.problems.errors}.")
    click.echo("Nothing was changed: this was a dry run." if dry_run else "Applied.")
