"""What we write to colleagues. Bind the reader's voice before calling."""

from __future__ import annotations

from quartier.i18n.texts import gettext as _
from quartier.mail.kinds import MailKind
from quartier.mail.letters import Action, Letter

SOMEBODY, CHIEF, OPERATOR = "Dragan Petrović", "Regula Steiner", "Mara Lind"
SOMEWHERE = "https://portal.example/team"


def invitation_letter(name: str, by: str, company: str, url: str) -> Letter:
    """The link with which somebody comes into the team."""
    return Letter(
        subject=_("Your access to the team’s portal"),
        greeting=_("Hello %(name)s", name=name),
        paragraphs=(
            _("%(name)s has added you to the team of %(company)s in the portal.", name=by, company=company),
            _("Choose a password here, then you are in."),
        ),
        action=Action(_("Choose a password"), url),
        notes=(
            _("The link is good for three days and works once."),
            _("If it is too old, ask %(name)s for a new one.", name=by),
        ),
    )


def welcome_letter(name: str, by: str, company: str, url: str) -> Letter:
    """Word to somebody who has an account here already."""
    return Letter(
        subject=_("You belong to the team in the portal now"),
        greeting=_("Hello %(name)s", name=name),
        paragraphs=(
            _("%(name)s has added you to the team of %(company)s in the portal.", name=by, company=company),
            _("Sign in as you always do. The Cockpit is found in your menu."),
        ),
        action=Action(_("Open the Cockpit"), url),
    )


def first_letter(name: str, by: str, company: str, url: str, *, known: bool = False) -> Letter:
    """The link for the first one who manages the team; whoever is `known` here has an account already."""
    choose = _("Sign in as you always do.") if known else _("Choose a password here, then you are in.")
    return Letter(
        subject=_("The portal of %(company)s is ready", company=company),
        greeting=_("Hello %(name)s", name=name),
        paragraphs=(
            _("The portal of %(company)s is set up, and you are the first to manage its team.", company=company),
            choose,
            _("After that, invite your colleagues and make the portal yours: colours, texts, modules."),
        ),
        action=Action(_("Open the Cockpit") if known else _("Choose a password"), url),
        notes=() if known else (
            _("The link is good for three days and works once."),
            _("If it is too old, ask %(name)s for a new one.", name=by),
        ),
    )  # fmt: skip


FIRST = MailKind(
    "team.first",
    {"de": "Erste Einladung ins Team", "en": "First invitation to the team", "fr": "Première invitation dans l’équipe"},
    lambda company: first_letter(CHIEF, OPERATOR, company, SOMEWHERE),
    essential="access",
    team=True,
    secret=True,
)
INVITED = MailKind(
    "team.invited",
    {"de": "Einladung ins Team", "en": "Invitation to the team", "fr": "Invitation dans l’équipe"},
    lambda company: invitation_letter(SOMEBODY, CHIEF, company, SOMEWHERE),
    essential="access",
    team=True,
    secret=True,
)
WELCOME = MailKind(
    "team.welcome",
    {"de": "Aufnahme ins Team", "en": "Added to the team", "fr": "Ajout à l’équipe"},
    lambda company: welcome_letter(SOMEBODY, CHIEF, company, SOMEWHERE),
    essential="access",
    team=True,
)
KINDS = (INVITED, WELCOME, FIRST)
