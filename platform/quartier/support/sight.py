"""What support may see of a Cockpit, and what the portal sees to meanwhile: nothing is changed, all is written down."""

from __future__ import annotations

from typing import Final

from flask import Request, Response
from sqlalchemy import Engine
from werkzeug.exceptions import Forbidden

from quartier.accounts.permissions import COMPANY_SETTINGS, LEGAL_EDIT, MODULES_SWITCH
from quartier.estate.policies import READ as ESTATE_READ
from quartier.i18n.texts import gettext as _
from quartier.people.policies import READ as PEOPLE_READ
from quartier.plugin.manager import Plugins
from quartier.support import services
from quartier.tenancy.session import CompanySession
from quartier.web.visit import Visit

SEEN: Final = frozenset({ESTATE_READ, PEOPLE_READ, COMPANY_SETTINGS, MODULES_SWITCH, LEGAL_EDIT})
"""Of the core's rights those whose pages hold nothing to get in with. What is left out shows codes of invitations,
mails with links or keys for programs; a new right is left out until somebody puts it here."""
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
LEAVE: Final = "/support/end"
ENTER: Final = "/support/enter/"
WHERE: Final = ("/cockpit/", "/files/")
NOT_THERE: Final = ("/cockpit/notifications", "/cockpit/support", "/cockpit/account")
"""The bell is a person's own, and consent the company's."""


def rights(plugins: Plugins) -> frozenset[str]:
    """What support holds while it looks: the desks of all modules, and the core's pages named above."""
    own = {permission.key for plugin in plugins.serving.values() for permission in plugin.manifest.permissions}
    return SEEN | own


def only_look(request: Request) -> None:
    """Refuse whatever would change something, and every place but the Cockpit."""
    path = request.path
    if path == LEAVE or path.startswith(ENTER):
        return
    if request.method not in SAFE or not path.startswith(WHERE) or path.startswith(NOT_THERE):
        raise Forbidden


def open_for_reading(visit: Visit, request: Request) -> None:
    """The database itself refuses writes as well."""
    if request.path != LEAVE and not request.path.startswith(ENTER):
        visit.db.only_read()


def keep_here(response: Response) -> Response:
    """Pages are looked at; lists as files, documents and letters are not taken along."""
    if not response.headers.get("Content-Disposition", "").startswith("attachment"):
        return response
    next(iter(response.response), None)  # what has begun to be sent is closed with its file
    response.close()
    return Response(_("Support cannot take files along."), 403, content_type="text/plain; charset=utf-8")


def write_down(engine: Engine, visit: Visit, request: Request, response: Response) -> None:
    """Note a page or file that was shown, in a transaction of its own. Pictures come along with their pages."""
    looks = visit.viewer.support
    if looks is None or request.method != "GET" or response.status_code != 200:
        return
    if (response.mimetype or "").startswith("image/"):
        return
    with CompanySession(engine, visit.company.id) as db:
        services.note(db, looks.access_id, request.path)
        db.commit()
