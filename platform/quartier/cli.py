"""`quartier`: everything that is done from a terminal."""

from __future__ import annotations

import click

from quartier import running
from quartier.catalogue.commands import catalogue
from quartier.companies.commands import company
from quartier.config import Config
from quartier.db import engines
from quartier.db.embedded import DatabaseUnavailable
from quartier.deliveries.commands import mail
from quartier.designing.commands import theme
from quartier.docs.build import docs
from quartier.files.commands import files
from quartier.i18n.commands import i18n
from quartier.imports.commands import import_command
from quartier.plugin.commands import plugin
from quartier.plugin.manager import discover
from quartier.sandboxes.commands import segment


@click.group()
@click.pass_context
def cli(context: click.Context) -> None:
    """Quartier: the portal that property companies give to their tenants and owners under their own brand."""
    context.obj = Config.from_env()


@cli.command("migrate")
@click.pass_obj
def migrate_command(config: Config) -> None:
    """Bring the database up to the code; safe to run twice and from several machines at once."""
    from quartier.db.migrate import migrate

    failed = migrate(engines.urls(config).admin, discover().histories)
    for slug, error in failed.items():
        click.echo(f"{slug}: {error}", err=True)
    click.echo("The plugins above are switched off until then." if failed else "The database is up to date.")


cli.add_command(catalogue)
cli.add_command(company)
cli.add_command(docs)
cli.add_command(files)
cli.add_command(i18n)
cli.add_command(import_command)
cli.add_command(mail)
cli.add_command(plugin)
cli.add_command(theme)
cli.add_command(segment)
cli.add_command(running.web)
cli.add_command(running.worker)
cli.add_command(running.up)
cli.add_command(running.demo)


def main() -> None:
    """Entry point: the core's commands and those of all plugins; a known failure is one sentence, not a trace."""
    plugins = discover()
    for _answer in plugins.call("register_commands", on=plugins.serving, cli=cli):
        pass  # commands add themselves
    try:
        cli()
    except DatabaseUnavailable as error:
        raise SystemExit(f"quartier: {error}") from error
