"""What we write to colleagues. Bind the reader's voice before calling."""

from __future__ import annotations

from quartier.i18n.texts import gettext as _
from quartier.mail.kinds import MailKind
from quartier.mail.letters import Action, Letter

SOMEBODY, CHIEF, COMPANY, SOMEWHERE = "Dragan Petrović", "Regula Steiner", "Brunnenhof", "https://portal.example/team"


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


INVITED = MailKind(
    "team.invited",
    {"de": "Einladung ins Team", "en": "Invitation to the team", "fr": "Invitation dans l’équipe"},
    lambda: invitation_letter(SOMEBODY, CHIEF, COMPANY, SOMEWHERE),
    essential="access",
    team=True,
    secret=True,
)
WELCOME = MailKind(
    "team.welcome",
    {"de": "Aufnahme ins Team", "en": "Added to the team", "fr": "Ajout à l’équipe"},
    lambda: welcome_letter(SOMEBODY, CHIEF, COMPANY, SOMEWHERE),
    essential="access",
    team=True,
)
KINDS = (INVITED, WELCOME)
