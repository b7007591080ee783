"""What a mail consists of, and how it looks: on the sender's paper, as HTML and as plain text."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from quartier.i18n.texts import prepare_jinja
from quartier.i18n.voice import Voice


@dataclass(frozen=True)
class Letterhead:
    """Who writes. `company_id` is None for the platform itself; URLs are absolute, made from the database's host.

    `logo` must be a PNG or JPEG, for most mail programs show no SVG; None leaves the name alone. `ink` is readable on
    `colour`, and `text_colour` is the brand's colour as it can be read on white.
    """

    company_id: UUID | None
    name: str
    address: str
    origin: str
    logo: str | None
    colour: str
    ink: str
    text_colour: str


@dataclass(frozen=True)
class Action:
    """The one thing to do."""

    label: str
    url: str


@dataclass(frozen=True)
class Letter:
    """A mail in the reader's language: finished sentences, nothing to be filled in."""

    subject: str
    greeting: str
    paragraphs: tuple[str, ...]
    action: Action | None = None
    notes: tuple[str, ...] = ()


def compose(head: Letterhead, voice: Voice, letter: Letter) -> tuple[str, str]:
    """The letter as plain text and as HTML."""
    context = {"head": head, "letter": letter, "tag": voice.tag}
    text = _environment(html=False).get_template("mail/letter.txt").render(context)
    return text, _environment(html=True).get_template("mail/letter.html").render(context)


@cache
def _environment(*, html: bool) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=html,  # noqa: S701 - the other one is plain text
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    prepare_jinja(environment)
    return environment
