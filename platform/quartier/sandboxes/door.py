"""Where a demo's link leads: the prospect's own door, with made-up people to be, and a code for their phone.

The link is a key, so think of whoever finds it: it opens two made-up people of one sandbox and nobody else. Where the
company is no sandbox any more there is no such page; a link of another sandbox, an earlier one, and one after the end
are no link at all; and the people it opens are only those who still sign in with an address that nobody can own.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from flask import Response
from markupsafe import Markup
from sqlalchemy import func, select, update
from werkzeug.exceptions import NotFound

from quartier.accounts import services, throttle
from quartier.accounts.entering import enter
from quartier.accounts.pages import please_wait, source_of
from quartier.accounts.realm import PORTAL, Known
from quartier.accounts.throttle import Count, TooSoon
from quartier.i18n.texts import gettext as _
from quartier.keys import key_of
from quartier.posters.printing import Poster, print_posters
from quartier.sandboxes.drawing import qr_code
from quartier.sandboxes.links import DOOR, is_token_of, path_of
from quartier.sandboxes.models import Sandbox
from quartier.web.flash import back_to
from quartier.web.gate import PUBLIC
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import Visit

app = Pages("sandboxes_door", __name__, area="app")

ROLES: Final = {"resident": "/", "manager": "/cockpit/"}
"""Whom the link lets one be, and where they begin."""
MADE_UP: Final = ".example"
HOUR: Final = timedelta(hours=1)
WRONG: Final = 20
ENTRIES: Final = 120


@app.page(f"{DOOR}/<token>", needs=PUBLIC)
def demo(visit: Visit, token: str) -> str:
    """The door of a demo."""
    sandbox = _opened(visit, token)
    path = path_of(key_of(shell().config), sandbox)
    link = shell().url_of(visit.company.host, path)
    people = {role: one.name for role in ROLES if (one := _person(visit, sandbox, role))}
    return render("sandboxes/door.html", people=people, here=path, link=link, code=qr_code(link))


@app.action(f"{DOOR}/<token>/<role>", needs=PUBLIC)
def enter_as(visit: Visit, token: str, role: str) -> Response:
    """Be one of the two until the evening; whoever this browser was before is signed out."""
    network = source_of(PORTAL).network_sign
    try:
        tried = throttle.admit_counts(PORTAL, visit.db, [Count(f"demo:wrong:{network}", free=WRONG, window=HOUR)])
        sandbox = _opened(visit, token)
        throttle.forgive_tries(PORTAL, visit.db, tried)
        throttle.admit_counts(PORTAL, visit.db, [Count(f"demo:{network}", free=ENTRIES, window=HOUR, longest=60)])
    except TooSoon as error:
        return back_to("/sign-in", please_wait(error))
    except NotFound:
        visit.db.commit()  # a wrong link counts, though nothing else of this request does
        raise
    known = _person(visit, sandbox, role)
    if known is None:
        raise NotFound
    services.choose_language(PORTAL, visit.db, known.account.id, visit.voice.language)  # who enters reads on as before
    seen = {"visits": Sandbox.visits + 1, "visited_at": func.now()}
    visit.db.execute(update(Sandbox).values(seen).execution_options(synchronize_session=False))
    return enter(visit, known.account.id, back_to(ROLES[role]), stays=False)


@app.page(f"{DOOR}/<token>/sheet", needs=PUBLIC)
def sheet(visit: Visit, token: str) -> Any:
    """The code on paper, in the company's look and the reader's language."""
    path = path_of(key_of(shell().config), _opened(visit, token))

    def poster(_language: str) -> Poster:
        return Poster(_("Your portal, to try out"), _words(), path, visit.today, until=_last_day(visit))

    return print_posters(visit, [visit.voice.language], poster)


def _opened(visit: Visit, token: str) -> Sandbox:
    """The sandbox that this link opens today, or NotFound."""
    ends = visit.company.demo_ends
    sandbox = visit.db.scalars(select(Sandbox)).first() if ends and ends > datetime.now(UTC) else None
    if sandbox is None or not is_token_of(key_of(shell().config), sandbox, token):
        raise NotFound
    return sandbox


def _person(visit: Visit, sandbox: Sandbox, role: str) -> Known | None:
    """Whom the link lets one be, as long as that is the made-up person it was."""
    account_id: UUID | None = {"resident": sandbox.resident_id, "manager": sandbox.manager_id}.get(role)
    known = PORTAL.by_id(visit.db, account_id) if account_id else None
    return known if known is not None and known.account.email_key.endswith(MADE_UP) else None


def _last_day(visit: Visit) -> date | None:
    ends = visit.company.demo_ends
    return (ends.astimezone(visit.company.zone) - timedelta(days=1)).date() if ends else None


def _words() -> Markup:
    return Markup("<p>{}</p><p>{}</p>").format(
        _("Scan the code with your phone and look around: as a resident in the app, as a colleague in the Cockpit."),
        _("Everything in it is made up, and no mail leaves it. Try whatever you like."),
    )
