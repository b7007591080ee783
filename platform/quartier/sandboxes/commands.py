"""`quartier segment …`: what demos are planted with, looked at by who writes it."""

from __future__ import annotations

import click

from quartier.plugin.manager import discover
from quartier.sandboxes.checking import complaints
from quartier.sandboxes.segments import Segment, SegmentError, read_segments


@click.group()
def segment() -> None:
    """Segments: folders that say what a demo for a kind of company looks like."""


@segment.command("list")
def listed() -> None:
    """Say which segments there are."""
    for one in _read().values():
        click.echo(f"{one.slug:<14} {one.name.get('en', '')}: {len(one.lots)} units")


@segment.command("check")
@click.argument("names", nargs=-1)
def check(names: tuple[str, ...]) -> None:
    """Say what is missing in NAMES, or in all segments: languages, neighbours, words; exit code 1 when anything is."""
    plugins, found = discover(), _read()
    if strange := sorted(set(names) - found.keys()):
        raise click.ClickException(f"there is no segment {', '.join(strange)}")
    wrong = [
        one for slug, segment in found.items() if not names or slug in names for one in complaints(segment, plugins)
    ]
    for one in wrong:
        click.echo(one)
    if wrong:
        raise click.ClickException(f"{len(wrong)} problems with segments")
    click.echo("Every segment is whole, in all languages and in every place.")


def _read() -> dict[str, Segment]:
    try:
        return read_segments()
    except SegmentError as error:
        raise click.ClickException(str(error)) from error
