"""What we write to a company about its own address. Bind the reader's voice before calling."""

from __future__ import annotations

from quartier.i18n.texts import gettext as _
from quartier.mail.kinds import MailKind
from quartier.mail.letters import Action, Letter

EXAMPLE = ("Nadja Frei", "portal.example.ch", "https://portal.example/cockpit/settings/domains")


def serving_letter(reader: str, host: str, url: str) -> Letter:
    """The portal answers on the company's own host."""
    return Letter(
        subject=_("Your address %(host)s is ready", host=host),
        greeting=_("Hello %(name)s", name=reader),
        paragraphs=(
            _("The records are set, and the portal answers at %(host)s.", host=host),
            _("Until you make it the main address, it leads to the present one."),
        ),
        action=Action(_("Make it the main address"), url),
    )


def failing_letter(reader: str, host: str, url: str) -> Letter:
    """A record is gone; there is time to mend it."""
    return Letter(
        subject=_("A record of %(host)s is missing", host=host),
        greeting=_("Hello %(name)s", name=reader),
        paragraphs=(
            _("The name server does not have the records of %(host)s any more.", host=host),
            _("The portal goes on answering there for three days. After that, people reach it at the platform’s "
              "address only. This way nobody else can take over your address if you give it up."),
        ),
        action=Action(_("See which record is missing"), url),
    )  # fmt: skip


def lost_letter(reader: str, host: str, url: str) -> Letter:
    """The portal does not answer there any more."""
    return Letter(
        subject=_("The portal no longer answers at %(host)s", host=host),
        greeting=_("Hello %(name)s", name=reader),
        paragraphs=(
            _("The records of %(host)s have been missing for three days.", host=host),
            _("The portal is reached at the platform’s address. As soon as the records are back, you can use yours "
              "again."),
        ),
        action=Action(_("To the addresses"), url),
    )  # fmt: skip


def unsigned_letter(reader: str, address: str, url: str) -> Letter:
    """The key is gone from the name server: mails come from the platform's address for now."""
    return Letter(
        subject=_("E-mails no longer come from %(address)s", address=address),
        greeting=_("Hello %(name)s", name=reader),
        paragraphs=(
            _("The name server no longer has the key for %(address)s, so receivers would refuse e-mails from there.",
              address=address),
            _("They come from the platform’s address until the record is back."),
        ),
        action=Action(_("See which record is missing"), url),
    )  # fmt: skip


def _kind(key: str, names: dict[str, str], letter: object) -> MailKind:
    return MailKind(key, names, lambda _company: letter(*EXAMPLE), essential="duty", team=True)  # type: ignore[operator]


SERVING = _kind(
    "domains.serving",
    {"de": "Eigene Adresse bereit", "en": "Own address ready", "fr": "Adresse propre prête"},
    serving_letter,
)
FAILING = _kind(
    "domains.failing",
    {
        "de": "Eintrag der eigenen Adresse fehlt",
        "en": "Record of the own address missing",
        "fr": "Enregistrement manquant",
    },
    failing_letter,
)
LOST = _kind(
    "domains.lost",
    {"de": "Eigene Adresse abgeschaltet", "en": "Own address switched off", "fr": "Adresse propre désactivée"},
    lost_letter,
)
UNSIGNED = _kind(
    "domains.unsigned",
    {"de": "Eigener Absender ausgesetzt", "en": "Own sender suspended", "fr": "Expéditeur propre suspendu"},
    unsigned_letter,
)
KINDS = (SERVING, FAILING, LOST, UNSIGNED)
