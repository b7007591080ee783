"""What we write to a company about its own address. Bind the reader's voice before calling."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from quartier.i18n.texts import gettext as _
from quartier.mail.kinds import MailKind
from quartier.mail.letters import Action, Letter

Write = Callable[[str, str, str], Letter]
"""A letter for a reader (their name), about a host or address, with where to look in the Cockpit."""

EXAMPLE: Final = ("Nadja Frei", "portal.example.ch", "https://portal.example/cockpit/settings/domains")


def serving_letter(reader: str, host: str, url: str) -> Letter:
    """The portal answers on the company's own host."""
    return _letter(
        reader,
        _("Your address %(host)s is ready", host=host),
        _("The records are set, and the portal answers at %(host)s.", host=host),
        _("Until you make it the main address, it leads to the present one."),
        look=Action(_("Make it the main address"), url),
    )


def failing_letter(reader: str, host: str, url: str) -> Letter:
    """A record is gone; there is time to mend it."""
    return _letter(
        reader,
        _("A record of %(host)s is missing", host=host),
        _("The name server does not have the records of %(host)s any more.", host=host),
        _("The portal goes on answering there for three days. After that, people reach it at the platform’s "
          "address only. This way nobody else can take over your address if you give it up."),
        look=Action(_("See which record is missing"), url),
    )  # fmt: skip


def lost_letter(reader: str, host: str, url: str) -> Letter:
    """The portal does not answer there any more."""
    return _letter(
        reader,
        _("The portal no longer answers at %(host)s", host=host),
        _("The records of %(host)s have been missing for three days.", host=host),
        _("The portal is reached at the platform’s address. As soon as the records are back, you can use yours again."),
        look=Action(_("To the addresses"), url),
    )


def unsigned_letter(reader: str, address: str, url: str) -> Letter:
    """The key is gone from the name server: mails come from the platform's address for now."""
    return _letter(
        reader,
        _("E-mails no longer come from %(address)s", address=address),
        _("The name server no longer has the key for %(address)s, so receivers would refuse e-mails from there.",
          address=address),
        _("They come from the platform’s address until the record is back."),
        look=Action(_("See which record is missing"), url),
    )  # fmt: skip


def _letter(reader: str, subject: str, *paragraphs: str, look: Action) -> Letter:
    return Letter(subject=subject, greeting=_("Hello %(name)s", name=reader), paragraphs=tuple(paragraphs), action=look)


@dataclass(frozen=True)
class News:
    """Something that happens to a name of the company: the kind of mail that tells of it, and the page about it."""

    kind: MailKind
    write: Write
    page: str


def _news(key: str, page: str, names: dict[str, str], write: Write) -> News:
    kind = MailKind(key, names, lambda _company: write(*EXAMPLE), essential="duty", team=True)
    return News(kind, write, f"/cockpit/settings/{page}")


SERVING: Final = _news(
    "domains.serving",
    "domains",
    {"de": "Eigene Adresse bereit", "en": "Own address ready", "fr": "Adresse propre prête"},
    serving_letter,
)
FAILING: Final = _news(
    "domains.failing",
    "domains",
    {
        "de": "Eintrag der eigenen Adresse fehlt",
        "en": "Record of the own address missing",
        "fr": "Enregistrement manquant",
    },
    failing_letter,
)
LOST: Final = _news(
    "domains.lost",
    "domains",
    {"de": "Eigene Adresse abgeschaltet", "en": "Own address switched off", "fr": "Adresse propre désactivée"},
    lost_letter,
)
UNSIGNED: Final = _news(
    "domains.unsigned",
    "sender",
    {"de": "Eigener Absender ausgesetzt", "en": "Own sender suspended", "fr": "Expéditeur propre suspendu"},
    unsigned_letter,
)
KINDS: Final = tuple(news.kind for news in (SERVING, FAILING, LOST, UNSIGNED))
