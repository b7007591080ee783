"""`quartier faq …`: articles in and out of a company from a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import click

from plugins.faq.exchange import (
    Complaint,
    Report,
    Unreadable,
    export_files,
    import_files,
    pack,
    read_folder,
    read_zip,
    write_folder,
)
from plugins.faq.services import machine
from quartier.sdk import CompanySession, opened_company, storage_of


@click.group()
def faq() -> None:
    """Questions and answers of a company."""


@faq.command("import")
@click.argument("company")
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option("--category", help="Key of the topic for texts that name none.")
@click.pass_obj
def import_(config: Any, company: str, source: Path, category: str | None) -> None:
    """Take articles into COMPANY from SOURCE, a folder, a ZIP or a single text. All of them, or none."""
    try:
        with _opened(config, company) as db:
            files = _read(source)
            by = machine("quartier faq import")
            report = import_files(db, files, by=by, storage=storage_of(config), category=category)
            if report.ok:
                db.commit()
    except Unreadable as error:
        raise click.ClickException("\n".join(map(_line, error.complaints))) from error
    _tell(report)


@faq.command("export")
@click.argument("company")
@click.argument("target", type=click.Path(path_type=Path))
@click.pass_obj
def export(config: Any, company: str, target: Path) -> None:
    """Write all articles of COMPANY to TARGET: a folder, or a file that ends in .zip."""
    with _opened(config, company) as db:
        files = export_files(db, storage=storage_of(config))
    if target.suffix == ".zip":
        target.write_bytes(pack(files))
    else:
        write_folder(files, target)
    click.echo(f"{len(files)} files written to {target}.")


@contextmanager
def _opened(config: Any, company: str) -> Iterator[CompanySession]:
    with ExitStack() as stack:
        try:
            db = stack.enter_context(opened_company(config, company))
        except LookupError as error:
            raise click.ClickException(str(error)) from error
        yield db


def _read(source: Path) -> Any:
    if source.is_dir():
        return read_folder(source)
    return read_zip(source.read_bytes(), source.name) if source.suffix == ".zip" else {source.name: source.read_bytes()}


def _tell(report: Report) -> None:
    for complaint in report.complaints:
        click.echo(_line(complaint), err=complaint.is_error)
    if not report.ok:
        raise click.ClickException("Nothing was imported.")
    click.echo(f"{len(report.created)} new, {len(report.changed)} changed, {len(report.unchanged)} as they were.")


def _line(complaint: Complaint) -> str:
    place = f"{complaint.file}:{complaint.line}" if complaint.line else complaint.file
    return f"{place}: {complaint.reason}"
