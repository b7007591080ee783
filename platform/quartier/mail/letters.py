"""What a mail consists of, and how it looks: on the sender's paper, as HTML and as plain text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from quartier.i18n.texts import prepare_jinja
from quartier.i18n.voice import Voice
from quartier.mail.invitations import Invitation


@dataclass(frozen=True)
class Inks:
    """Colours of a mail by day or by night: `ink` can be read on `colour`, and `text` on the paper."""

    colour: str
    ink: str
    text: str


@dataclass(frozen=True)
class Action:
    """Words that lead somewhere, such as the one thing to do."""

    label: str
    url: str


@dataclass(frozen=True)
class Rounding:
    """How round a mail's button and its icon are, in pixels."""

    button: int
    icon: int


@dataclass(frozen=True)
class Letterhead:
    """Who writes. `company_id` is None for the platform itself; URLs are absolute, made from the database's host.

    `logo` must be a PNG or JPEG, for most mail programs show no SVG; None leaves the name alone. `header` is a line of
    the company's own below its name, `footer` are its lines at the foot, such as its postal address, and `links` lead
    to what the law asks for.
    """

    company_id: UUID | None
    name: str
    address: str
    origin: str
    logo: str | None
    day: Inks
    night: Inks
    reply_to: str | None = None
    header: str = ""
    footer: str = ""
    links: tuple[Action, ...] = ()
    rounding: Rounding = Rounding(6, 8)


@dataclass(frozen=True)
class Item:
    """One thing among several; `url` is where to read on, if anywhere."""

    title: str
    text: str
    url: str | None = None


@dataclass(frozen=True)
class Section:
    """Several things under one heading."""

    heading: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Letter:
    """A mail in the reader's language: finished sentences, nothing to be filled in; for calendars an `invitation`."""

    subject: str
    greeting: str
    paragraphs: tuple[str, ...]
    action: Action | None = None
    notes: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    invitation: Invitation | None = None

    def as_json(self) -> dict[str, Any]:
        """The letter as it is kept until it is on its way."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Letter:
        """The opposite of `as_json`."""
        action = Action(**kept["action"]) if kept["action"] else None
        sections = tuple(
            Section(one["heading"], tuple(Item(**item) for item in one["items"])) for one in kept.get("sections", ())
        )
        paragraphs, notes = tuple(kept["paragraphs"]), tuple(kept["notes"])
        invitation = Invitation.from_json(kept.get("invitation"))
        return cls(kept["subject"], kept["greeting"], paragraphs, action, notes, sections, invitation)


def compose(head: Letterhead, voice: Voice, letter: Letter, *, unsubscribe: str | None = None) -> tuple[str, str]:
    """The letter as plain text and as HTML; `unsubscribe` is where its reader ends mails of this kind."""
    context = {"head": head, "letter": letter, "tag": voice.tag, "unsubscribe": unsubscribe}
    text = _environment(html=False).get_template("mail/letter.txt").render(context)
    return text, _environment(html=True).get_template("mail/letter.html").render(context)


def one_line(text: str) -> str:
    """Text for a header: nothing in it breaks a line, whatever a company or a person calls itself."""
    if not text.isprintable():
        text = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(text.split())


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
