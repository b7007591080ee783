"""The company's side of support: agreeing, ending, reading what was opened; and support's way in and out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from werkzeug.exceptions import Forbidden, NotFound
from werkzeug.wrappers import Response

from quartier.accounts.permissions import TEAM_ADMIN
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.support import services, wording
from quartier.support.schemas import AgreeSchema
from quartier.support.services import CONSENT, COOKIE
from quartier.support.sight import ENTER, LEAVE
from quartier.viewer import COMPANY
from quartier.web.flash import back_to
from quartier.web.forms import Form, load_form
from quartier.web.gate import PUBLIC, SIGNED_IN
from quartier.web.navigation import Entry, Navigation, place
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import Visit

app = Pages("support", __name__, area="app")
cockpit = Pages(
    "support_cockpit",
    __name__,
    area="cockpit",
    entries=(Entry(CONSENT, "shield", _l("Support access"), TEAM_ADMIN, group=_l("Company"), order=896),),
)


@cockpit.page(CONSENT, needs=TEAM_ADMIN)
def overview(visit: Visit) -> str:
    """Who of the platform asked to look, and what became of it."""
    _whole(visit)
    return _page(visit)


@cockpit.page(f"{CONSENT}/<uuid:access_id>", needs=TEAM_ADMIN)
def access(visit: Visit, access_id: UUID) -> str:
    """What was opened with one access."""
    one = _one(visit, access_id)
    places = {item.url: item.label for _group, items in Navigation(visit, shell().entries).desk for item in items}
    opened = [(page, places.get(place(places, page.path), "")) for page in services.pages_of(visit.db, access_id)]
    return render("support/access.html", one=one, opened=opened, wording=wording)


@cockpit.action(f"{CONSENT}/<uuid:access_id>/agree", needs=TEAM_ADMIN)
def agree(visit: Visit, access_id: UUID) -> Any:
    """Let support look, for as long as was asked or less."""
    one = _one(visit, access_id)
    form = load_form(AgreeSchema(one.hours))
    if not form.ok:
        return _page(visit, form, access_id), 422
    if services.agree(visit.db, access_id, hours=form.values["hours"], by=visit.viewer):
        return back_to(CONSENT, _("%(name)s may look now. You can end it at any time.", name=one.operator_name))
    return back_to(CONSENT, _("This was answered already."))


@cockpit.action(f"{CONSENT}/<uuid:access_id>/decline", needs=TEAM_ADMIN)
def decline(visit: Visit, access_id: UUID) -> Response:
    """Nobody looks."""
    _one(visit, access_id)
    done = services.decline(visit.db, access_id, by=visit.viewer)
    return back_to(CONSENT, _("Declined. Nobody has seen anything.") if done else _("This was answered already."))


@cockpit.action(f"{CONSENT}/<uuid:access_id>/end", needs=TEAM_ADMIN)
def end(visit: Visit, access_id: UUID) -> Response:
    """Enough."""
    _one(visit, access_id)
    ended = services.revoke(visit.db, access_id, by=visit.viewer)
    return back_to(CONSENT, _("The access is over.") if ended else _("It was over already."))


@app.page(f"{ENTER}<ticket>", needs=PUBLIC)
def enter(visit: Visit, ticket: str) -> Any:
    """From the console with a ticket; what is no ticket, or no longer, is not found."""
    found = services.redeem(visit.db, ticket)
    if found is None:
        raise NotFound
    visit.db.commit()  # a page that is only read commits nothing by itself
    token, until = found
    answer = back_to("/cockpit/")
    answer.set_cookie(
        COOKIE, token, max_age=max(1, int((until - datetime.now(UTC)).total_seconds())), secure=True, httponly=True,
        samesite="Lax", path="/",
    )  # fmt: skip
    return answer


@app.action(LEAVE, needs=SIGNED_IN)
def leave(visit: Visit) -> Response:
    """Support has seen enough, for now or for good: the access is over."""
    looks = visit.viewer.support
    if looks is not None:
        services.end(visit.db, looks.access_id, by=looks.by)
    answer = back_to("/")
    answer.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Lax")
    return answer


def _whole(visit: Visit) -> None:
    """It opens the whole company: a right at one of its places is not enough to say yes."""
    if not visit.viewer.may(TEAM_ADMIN, at=COMPANY):
        raise Forbidden


def _one(visit: Visit, access_id: UUID) -> Any:
    _whole(visit)
    found = next((one for one in services.listed(visit.db) if one.id == access_id), None)
    if found is None:
        raise NotFound
    return found


def _page(visit: Visit, form: Form | None = None, about: UUID | None = None) -> str:
    found = services.listed(visit.db)
    return render("support/cockpit.html", found=found, form=form or Form(), about=about, wording=wording)
