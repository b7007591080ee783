"""The console's page of programs' keys: administrators issue them, and revoke them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response
from werkzeug.exceptions import NotFound

from quartier.clientele.wording import ROLES
from quartier.db.base import new_id
from quartier.i18n.formats import format_date, zone_of_reader
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.programs import services
from quartier.programs.models import PlatformToken
from quartier.programs.schemas import NewKeySchema
from quartier.web.flash import back_to
from quartier.web.forms import Form, load_form, sent_id, show_form
from quartier.web.gate import ADMIN
from quartier.web.navigation import Entry
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.visit import ConsoleVisit

LIST = "/programs"
USUAL = timedelta(days=90)
console = Pages(
    "programs",
    __name__,
    area="console",
    entries=(Entry(LIST, icon="key", label=_l("Programs"), needs=ADMIN, group=_l("Platform"), order=95),),
)


@console.page(LIST, needs=ADMIN)
def keys(visit: ConsoleVisit) -> str:
    """All keys: what each opens, until when, and when it was last used."""
    zone, known = _zone(), services.tokens(visit.db)
    return render(
        "programs/list.html", tokens=known, states={one.id: services.state_of(one) for one in known}, roles=ROLES,
        lasts={one.id: services.last_day(one, zone) for one in known}, zone=zone,
    )  # fmt: skip


@console.page(f"{LIST}/new", needs=ADMIN, methods=("GET", "POST"))
def new_key(visit: ConsoleVisit) -> Any:
    """Issue a key. The answer to the form shows it, once; sending the form again issues no second one."""
    form = load_form(NewKeySchema())
    if not form.typed:
        return _ask(show_form(NewKeySchema(), expires=_today() + USUAL, role="sales"), new_id())
    token_id = sent_id("token_id")
    if visit.db.get(PlatformToken, token_id) is not None:
        return back_to(LIST, _("This key has been issued already. It was shown once."))
    until = form.values.get("expires")
    if isinstance(until, date) and not _today() < until <= _today() + services.LONGEST:
        last = format_date(_today() + services.LONGEST)
        form = form.wrong("expires", _("A day from tomorrow until %(last)s.", last=last))
    if not form.ok:
        return _ask(form, token_id), 422
    facts = form.values
    secret = services.issue(
        visit.db, token_id, name=facts["name"], role=facts["role"], until=facts["expires"], zone=_zone(),
        by=visit.viewer.name,
    )  # fmt: skip
    return render("programs/issued.html", name=facts["name"], role=ROLES[facts["role"]], secret=secret, until=until)


@console.action(f"{LIST}/<uuid:token_id>/revoke", needs=ADMIN)
def revoke(visit: ConsoleVisit, token_id: UUID) -> Response:
    """End a key at once."""
    if not services.revoke(visit.db, token_id):
        raise NotFound
    return back_to(LIST, _("The key is revoked and opens nothing any more."))


def _ask(form: Form, token_id: UUID) -> str:
    first, last = _today() + timedelta(days=1), _today() + services.LONGEST
    return render("programs/new.html", form=form, token_id=token_id, roles=list(ROLES.items()), first=first, last=last)


def _zone() -> ZoneInfo:
    return zone_of_reader(ZoneInfo("Europe/Zurich"))


def _today() -> date:
    return datetime.now(_zone()).date()
