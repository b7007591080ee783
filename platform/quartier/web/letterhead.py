"""On whose paper a mail is written: the company's, or the platform's own."""

from __future__ import annotations

from quartier.jobs.definition import House
from quartier.mail.letters import Letterhead
from quartier.tenancy.snapshot import Snapshot
from quartier.theming.palette import derive
from quartier.web.brand import CONSOLE_BRAND
from quartier.web.shell import Shell


def company_letterhead(house: Shell | House, company: Snapshot) -> Letterhead:
    """The company's paper: its name, colours, icon, and its canonical host from the database. For pages and jobs.

    The sender's address is the platform's, for only from there may the platform send.
    """
    light = derive(company.brand.colour, company.brand.second).light
    return Letterhead(
        company_id=company.id,
        name=company.name,
        address=f"no-reply@{house.config.platform_domain}",
        origin=house.config.origin(company.host),
        logo=house.config.origin(company.host) + "/icons/icon-192.png",
        colour=light["accent"],
        ink=light["on-accent"],
        text_colour=light["accent-text"],
    )


def platform_letterhead(shell: Shell) -> Letterhead:
    """The paper of the platform, for operators."""
    light = derive(CONSOLE_BRAND.colour, CONSOLE_BRAND.second).light
    host = shell.config.console_host
    return Letterhead(
        company_id=None,
        name="Quartier",
        address=f"no-reply@{shell.config.platform_domain}",
        origin=shell.url_of(host, ""),
        logo=None,
        colour=light["accent"],
        ink=light["on-accent"],
        text_colour=light["accent-text"],
    )
