"""The mail to somebody who is new in the team."""

from __future__ import annotations

from quartier.deliveries.readers import Reader
from quartier.deliveries.services import deliver
from quartier.team.letters import INVITED, WELCOME, invitation_letter, welcome_letter
from quartier.team.services import Invited
from quartier.web.shell import shell
from quartier.web.visit import Visit


def write_to_newcomer(visit: Visit, made: Invited, reader: Reader) -> None:
    """The link to come in with, or word to somebody who has an account here already."""
    company, by = visit.company.name, visit.viewer.name
    there = f"/team/join/{made.token}" if made.token else "/cockpit/"
    url = shell().url_of(visit.company.host, there)
    write = invitation_letter if made.token else welcome_letter
    deliver(visit.db, INVITED if made.token else WELCOME, reader, lambda: write(reader.name, by, company, url))
