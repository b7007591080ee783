"""Which mails somebody wants: the same choice as at the foot of a mail, for who is signed in."""

from __future__ import annotations

from flask import Response, request

from quartier.deliveries import choices
from quartier.deliveries.services import address_of
from quartier.i18n.texts import gettext as _
from quartier.mail.addresses import address_key
from quartier.mail.kinds import MailKind
from quartier.profile.area import app
from quartier.web.flash import back_to
from quartier.web.gate import SIGNED_IN
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import Visit

MAILS = "/account/mails"


@app.page(MAILS, needs=SIGNED_IN)
def own_mails(visit: Visit) -> str:
    """Kinds that can be ended, and whether they are wanted."""
    known = address_of(visit.db, visit.viewer.email)
    return render("profile/mails.html", kinds=_offered(visit), off=known.off if known else [])


@app.action(MAILS, needs=SIGNED_IN)
def save_own_mails(visit: Visit) -> Response:
    """Take the form; a kind that was not on it stays as it is."""
    offered = _offered(visit)
    shown = [key for key in request.form.getlist("shown") if key in offered]
    if shown and (address := address_of(visit.db, visit.viewer.email, make=True)):
        choices.choose(address, shown, request.form.getlist("kind"))
    return back_to("/account", _("Saved. It is in force from the next mail on."))


def _offered(visit: Visit) -> dict[str, MailKind]:
    installed = shell().plugins.installed
    possible = choices.choosable(shell().mails, installed, visit.company.modules)
    return choices.offered(visit.db, address_key(visit.viewer.email), possible, installed)
