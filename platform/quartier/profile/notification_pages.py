"""What somebody is told of, where, and how soon: the choice at the foot of a mail, and more, for who is signed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import Response, request

from quartier.deliveries import choices
from quartier.deliveries.services import address_of, company_paces
from quartier.deliveries.wording import BECAUSE, PACE_NAMES
from quartier.i18n.texts import gettext as _
from quartier.mail.addresses import address_key
from quartier.mail.kinds import MailKind, NotificationKind, Pace
from quartier.notifications.choices import Ways, choose_ways, ways_of
from quartier.profile import device_pages
from quartier.profile.area import app
from quartier.viewer import Viewer
from quartier.web.flash import back_to
from quartier.web.gate import SIGNED_IN
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import Visit

NOTIFICATIONS: Final = "/account/notifications"


@app.page(NOTIFICATIONS, needs=SIGNED_IN)
def notifications(visit: Visit) -> str:
    """Kinds to choose about and how they come, and what is always sent, with the reason."""
    here = choices.present(shell().mails, shell().plugins.installed, visit.company.modules)
    always = [kind for kind in here.values() if kind.essential and (visit.viewer.is_agent or not kind.team)]
    return render(
        "profile/notifications.html", kinds=offered(visit, visit.viewer), always=always, because=BECAUSE,
        words=PACE_NAMES, chosen=chosen(visit, visit.viewer), **device_pages.shown(visit),
    )  # fmt: skip


@app.action(NOTIFICATIONS, needs=SIGNED_IN)
def save_notifications(visit: Visit) -> Response:
    """Take the form; a kind that was not on it stays as it is."""
    paces = choices.wanted(request.form, offered(visit, visit.viewer))
    in_app, push = ({key: f"{way}.{key}" in request.form for key in paces} for way in ("app", "push"))
    choose(visit, visit.viewer, paces, in_app=in_app, push=push)
    return back_to("/account", _("Saved. It is in force from now on."))


@dataclass(frozen=True)
class Chosen:
    """How soon mails of a kind come, whether it stands under the bell and whether it rings devices; None for a kind
    that is a mail and no more."""

    pace: Pace
    in_app: bool | None
    push: bool | None


def offered(visit: Visit, reader: Viewer) -> dict[str, MailKind]:
    """What somebody may choose about: what modules tell of and what they were sent, if they may read of it at all."""
    installed = shell().plugins.installed
    possible = choices.choosable(shell().mails, installed, visit.company.modules)
    found = choices.offered(visit.db, address_key(reader.email), possible, installed, team=reader.is_agent)
    return {
        key: kind
        for key, kind in found.items()
        if not isinstance(kind, NotificationKind) or not kind.needs or reader.may(kind.needs)
    }


def chosen(visit: Visit, reader: Viewer) -> dict[str, Chosen]:
    """What holds for somebody now, kind by kind."""
    known, company, kinds = address_of(visit.db, reader.email), company_paces(visit.db), offered(visit, reader)
    beside = ways_of(visit.db, reader.person_id, kinds) if reader.person_id else {}
    own = known.paces if known else {}
    return {key: _chosen(choices.pace_of(kind, company, own), beside.get(key)) for key, kind in kinds.items()}


def choose(
    visit: Visit, reader: Viewer, paces: Mapping[str, str], *, in_app: Mapping[str, bool], push: Mapping[str, bool]
) -> None:
    """Write down what somebody wants of what is offered to them."""
    kinds = offered(visit, reader)
    if paces and (address := address_of(visit.db, reader.email, make=True)):
        choices.choose(address, kinds, paces, company_paces(visit.db))
    if (in_app or push) and reader.person_id:
        choose_ways(visit.db, reader.person_id, kinds, in_app=in_app, push=push)


def _chosen(pace: Pace, ways: Ways | None) -> Chosen:
    return Chosen(pace, ways.in_app if ways else None, ways.push if ways else None)
