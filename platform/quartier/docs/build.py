"""All generated pages together, and the command that writes them."""

from __future__ import annotations

import contextvars
import json
from pathlib import Path

import click
from flask import Flask

from quartier.api import documents
from quartier.app import mount_api
from quartier.docs import hooks, sdk
from quartier.i18n import texts
from quartier.i18n.voice import Voice
from quartier.plugin.manager import Plugins, discover

BUILT_IN = "plugins."


def built_in() -> Plugins:
    """The plugins of this repository, whatever else is installed here."""
    ours = Plugins()
    for plugin in discover().installed.values():
        if plugin.module.__name__.startswith(BUILT_IN):
            ours.add(plugin.module)
    return ours


def openapi(plugins: Plugins) -> str:
    """The document of a company that has every module of this repository."""
    document = contextvars.copy_context().run(_document, plugins)
    return json.dumps(documents.described(document, "Quartier"), indent=2, ensure_ascii=False) + "\n"


def pages() -> dict[str, str]:
    """What `docs/` must hold, by file name."""
    plugins = built_in()
    return {"openapi.json": openapi(plugins), "hooks.md": hooks.page(plugins), "sdk.md": sdk.page()}


@click.group()
def docs() -> None:
    """The reference that is written from the code."""


@docs.command()
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default=Path("docs"))
def build(folder: Path) -> None:
    """Write openapi.json, hooks.md and sdk.md."""
    folder.mkdir(exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")
        click.echo(folder / name)


def _document(plugins: Plugins) -> dict[str, object]:
    texts.bind(Voice("en"))
    return mount_api(Flask("quartier.docs"), plugins).document(frozenset(plugins.installed))
