"""`quartier mail`: what a mail server hands to us."""

from __future__ import annotations

from typing import BinaryIO

import click
from sqlalchemy.orm import Session

from quartier.config import Config
from quartier.db import engines
from quartier.deliveries.bounces import note_report
from quartier.mail.reports import read_report

LARGEST = 1024 * 1024


@click.group()
def mail() -> None:
    """Mail."""


@mail.command()
@click.argument("report", type=click.File("rb"), default="-")
@click.pass_obj
def bounced(config: Config, report: BinaryIO) -> None:
    """Take in a report that a mail could not be delivered, as a mail server pipes it in.

    What is no such report is left alone, for a mailbox of reports also gets absence notes and advertising.
    """
    found = read_report(report.read(LARGEST))
    if found is None:
        click.echo("This is no report about a mail of ours.")
        return
    engine = engines.engine(engines.urls(config).platform)
    with Session(engine) as db:
        noted = note_report(db, found)
        db.commit()
    engine.dispose()
    click.echo(f"{found.number}: {found.reason}" if noted else f"There is no sent mail {found.number}.")
