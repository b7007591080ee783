"""Pages of mail: for readers the choice of what they are written about, for staff what was written to whom."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from flask import Response, abort, request
from werkzeug.exceptions import BadRequest, NotFound

from quartier.deliveries import choices, papers, queries
from quartier.deliveries.models import STATES, MailAddress, MailDelivery
from quartier.deliveries.policies import READ
from quartier.deliveries.queries import PAGE, MailFilters
from quartier.deliveries.services import company_paces, send_again
from quartier.deliveries.wording import LOOKS, PACE_NAMES, PAPER_NAMES, STATE_NAMES, why
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.mail.kinds import MailKind
from quartier.people.policies import READ as READ_PEOPLE
from quartier.people.queries import is_reachable
from quartier.web.flash import back_to
from quartier.web.gate import PUBLIC
from quartier.web.navigation import Entry
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import Visit

MAILS: Final = "/cockpit/mails"
app = Pages("deliveries", __name__, area="app")
cockpit = Pages(
    "deliveries_cockpit",
    __name__,
    area="cockpit",
    entries=(Entry(MAILS, "mail", _l("E-mails"), READ, group=_l("Master data"), order=230),),
)


@app.page("/mails/<token>", needs=PUBLIC)
def choose(visit: Visit, token: str) -> str:
    """Which mails somebody wants. The link is the key: whoever reads the mailbox need not sign in."""
    return _choice(visit, _address(visit, token))


@app.page("/mails/<token>/<kind>", needs=PUBLIC)
def choose_one(visit: Visit, token: str, kind: str) -> str:
    """The same from a mail of this kind. Looking changes nothing, for mail scanners look first."""
    return _choice(visit, _address(visit, token), kind)


@app.action("/mails/<token>", needs=PUBLIC)
def save_choice(visit: Visit, token: str) -> Response:
    """Take the form, and say which kinds have ended."""
    address = _address(visit, token)
    return back_to(f"/mails/{token}", _said(visit, _choose(visit, address)))


@app.action("/mails/<token>/<kind>/end", needs=PUBLIC)
def save_end(visit: Visit, token: str, kind: str) -> Response:
    """No more mails of this kind; of the summary, of all that comes in it."""
    address = _address(visit, token)
    return back_to(
        f"/mails/{token}",
        _said(visit, _end(visit, address, kind)) or _("Saved. It is in force from the next mail on."),
    )


@app.from_outside("/mails/<token>/<kind>", needs=PUBLIC)
def end_one(visit: Visit, token: str, kind: str) -> Response:
    """One click in the mail program ends mails of this kind (RFC 8058); it comes from its servers, without cookies."""
    address = _address(visit, token)
    if request.form.get("List-Unsubscribe") != "One-Click":
        raise BadRequest
    return Response(_said(visit, _end(visit, address, kind)), content_type="text/plain; charset=utf-8")


@cockpit.page(MAILS, needs=READ)
def mails(visit: Visit) -> str:
    """What was written to whom, the newest first."""
    filters = _filters()
    rows = queries.mails(visit.db, filters, within=visit.viewer.within(READ), after=_uuid("after"), limit=PAGE + 1)
    tabs = [(_("All"), _to(replace(filters, state=None)), filters.state is None)]
    tabs += [(str(name), _to(replace(filters, state=one)), filters.state == one) for one, name in STATE_NAMES.items()]
    more = _to(filters, after=rows[PAGE - 1].id) if len(rows) > PAGE else None
    return render(
        "deliveries/mails.html", rows=rows[:PAGE], more=more,
        filters=filters, tabs=tabs, kinds=shell().mails, here=_to(filters), everything=MAILS,
        kept=_asked(replace(filters, text="", kind=None)), states=STATE_NAMES, looks=LOOKS, why=why,
        may_see_people=visit.viewer.may(READ_PEOPLE), letters=_letters(visit, filters), paper=PAPER_NAMES,
        may_see_proof=not visit.viewer.within(READ),
    )  # fmt: skip


@cockpit.action("/cockpit/mails/<uuid:mail_id>/again", needs=READ)
def again(visit: Visit, mail_id: UUID) -> Response:
    """Send a mail once more, to where its reader is reached now."""
    found = visit.db.get(MailDelivery, (visit.company.id, mail_id), with_for_update=True)
    if found is None or not _near(visit, found.person_id):
        raise NotFound
    if not send_again(visit.db, found):
        return back_to(MAILS, _("This mail cannot be sent again: what it said is not kept."))
    return back_to(
        f"{MAILS}?person={found.person_id}" if found.person_id else MAILS, _("The mail is on its way again.")
    )


def _letters(visit: Visit, filters: MailFilters) -> list[Any]:
    """What somebody got on paper, beside the first page of their mails; the other filters are about mails alone."""
    alone = filters == MailFilters(person=filters.person) and "after" not in request.args
    if filters.person is None or not alone or not _near(visit, filters.person):
        return []
    return papers.letters(visit.db, filters.person)


def _near(visit: Visit, person_id: UUID | None) -> bool:
    limits = visit.viewer.within(READ)
    return not limits or (person_id is not None and is_reachable(visit.db, person_id, within=limits))


def _address(visit: Visit, token: str) -> MailAddress:
    found = choices.address_of_token(visit.db, token)
    if found is None:
        raise NotFound
    return found


def _possible(visit: Visit) -> Mapping[str, MailKind]:
    return choices.choosable(shell().mails, shell().plugins.installed, visit.company.modules)


def _offered(visit: Visit, address: MailAddress) -> Mapping[str, MailKind]:
    return choices.offered(visit.db, address.address_key, _possible(visit), shell().plugins.installed)


def _choose(visit: Visit, address: MailAddress) -> list[str]:
    """Take what was chosen; gives back the kinds that have ended by it."""
    offered = _offered(visit, address)
    moved = choices.choose(address, offered, choices.wanted(request.form, offered), company_paces(visit.db))
    return [key for key in moved if address.paces[key] == "never"]


def _end(visit: Visit, address: MailAddress, kind: str) -> list[str]:
    possible, company = _possible(visit), company_paces(visit.db)
    ending = choices.summed_up(address, possible, company) if kind == choices.DIGEST else [kind]
    return choices.choose(address, possible, dict.fromkeys(ending, "never"), company)


def _said(visit: Visit, ended: Collection[str]) -> str:
    if not ended:
        return _("Saved. It is in force from the next mail on.")
    names = ", ".join(visit.say(shell().mails[key].name) for key in ended)
    return _("You get no more e-mails of this kind: %(names)s.", names=names)


def _choice(visit: Visit, address: MailAddress, one: str = "") -> str:
    kinds, company = _offered(visit, address), company_paces(visit.db)
    paces = {key: choices.pace_of(kind, company, address.paces) for key, kind in kinds.items()}
    ending = choices.summed_up(address, kinds, company) if one == choices.DIGEST else [one] if one in kinds else []
    return render(
        "deliveries/choice.html", to=choices.masked(address.address_key), token=address.token, paces=paces,
        kinds=kinds, one=one, ending=[key for key in ending if paces[key] != "never"], words=PACE_NAMES,
    )  # fmt: skip


def _filters() -> MailFilters:
    state, kind = request.args.get("state"), request.args.get("kind")
    return MailFilters(
        text=request.args.get("q", "").replace("\0", "").strip()[:100],
        state=state if state in STATES else None,
        kind=kind if kind in shell().mails else None,
        person=_uuid("person"),
    )


def _uuid(name: str) -> UUID | None:
    try:
        return UUID(request.args[name]) if request.args.get(name) else None
    except ValueError:
        abort(400)


def _asked(filters: MailFilters) -> dict[str, str]:
    found = {"q": filters.text, "state": filters.state, "kind": filters.kind, "person": filters.person}
    return {name: str(value) for name, value in found.items() if value}


def _to(filters: MailFilters, **more: object) -> str:
    asked = urlencode(_asked(filters) | more)
    return f"{MAILS}?{asked}" if asked else MAILS
