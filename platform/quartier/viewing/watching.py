"""What the portal sees to while somebody looks as a resident: nothing is changed, everything is written down."""

from __future__ import annotations

from typing import Final

from flask import Request, Response
from sqlalchemy import Engine
from werkzeug.exceptions import Forbidden

from quartier.tenancy.session import CompanySession
from quartier.viewing import services
from quartier.web.visit import Visit

END: Final = "/view-as/end"
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
OWN: Final = "/account"
"""Devices, password and the like are the resident's own; nobody helps by looking at them."""


def only_look(request: Request) -> None:
    """Refuse whatever would change something, and what is the resident's own."""
    if request.path == END:
        return
    if request.method not in SAFE or request.path == OWN or request.path.startswith(f"{OWN}/"):
        raise Forbidden


def open_for_reading(visit: Visit, request: Request) -> None:
    """The database itself refuses writes as well: no page that counts its readers counts this one."""
    if request.path != END:
        visit.db.only_read()


def write_down(engine: Engine, visit: Visit, request: Request, response: Response) -> None:
    """Note a page or file that was shown, in a transaction of its own. Pictures come along with their pages."""
    watched = visit.viewer.watched
    if watched is None or request.method != "GET" or response.status_code != 200:
        return
    if (response.mimetype or "").startswith("image/"):
        return
    with CompanySession(engine, visit.company.id) as db:
        services.note(db, watched.viewing_id, request.path)
        db.commit()
