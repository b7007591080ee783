"""What somebody is told of, and how soon: the same choice as at the foot of a mail, for who is signed in."""

from __future__ import annotations

from typing import Final

from flask import Response, request

from quartier.deliveries import choices
from quartier.deliveries.services import address_of, company_paces
from quartier.deliveries.wording import BECAUSE, PACE_NAMES
from quartier.i18n.texts import gettext as _
from quartier.mail.addresses import address_key
from quartier.mail.kinds import MailKind
from quartier.profile.area import app
from quartier.web.flash import back_to
from quartier.web.gate import SIGNED_IN
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import Visit

NOTIFICATIONS: Final = "/account/notifications"


@app.page(NOTIFICATIONS, needs=SIGNED_IN)
def notifications(visit: Visit) -> str:
    """Kinds to choose about and how they come, and what is always sent, with the reason."""
    known, company, kinds = address_of(visit.db, visit.viewer.email), company_paces(visit.db), _offered(visit)
    own = known.paces if known else {}
    here = choices.present(shell().mails, shell().plugins.installed, visit.company.modules)
    always = [kind for kind in here.values() if kind.essential and (visit.viewer.is_agent or not kind.team)]
    return render(
        "profile/notifications.html", kinds=kinds, always=always, because=BECAUSE, words=PACE_NAMES,
        paces={key: choices.pace_of(kind, company, own) for key, kind in kinds.items()},
    )  # fmt: skip


@app.action(NOTIFICATIONS, needs=SIGNED_IN)
def save_notifications(visit: Visit) -> Response:
    """Take the form; a kind that was not on it stays as it is."""
    offered = _offered(visit)
    wanted = choices.wanted(request.form, offered)
    if wanted and (address := address_of(visit.db, visit.viewer.email, make=True)):
        choices.choose(address, offered, wanted, company_paces(visit.db))
    return back_to("/account", _("Saved. It is in force from the next mail on."))


def _offered(visit: Visit) -> dict[str, MailKind]:
    installed = shell().plugins.installed
    possible = choices.choosable(shell().mails, installed, visit.company.modules)
    key = address_key(visit.viewer.email)
    return choices.offered(visit.db, key, possible, installed, team=visit.viewer.is_agent)
