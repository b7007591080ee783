"""Names of subdomains: which ones a company can have, and finding the company behind one."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Engine, text

from quartier.i18n.texts import gettext as _
from quartier.tenancy.hosts import LABEL, RESERVED, Match

LONGEST = 40
FIND = text("SELECT company_id, canonical FROM find_company(:host)")


def company_finder(engine: Engine, full_host: Callable[[str], str]) -> Callable[[str], Match | None]:
    """Asks the domain table, through the one function that may look across companies."""

    def find(key: str) -> Match | None:
        with engine.connect() as connection:
            row = connection.execute(FIND, {"host": key}).first()
        return Match(row.company_id, full_host(row.canonical) if row.canonical else None) if row else None

    return find


def refusal(label: str) -> str | None:
    """Why a subdomain cannot be used, in the reader's language; None when it can (if it is free)."""
    if not label:
        return _("Enter a subdomain.")
    if len(label) > LONGEST:
        return _("A subdomain has at most %(count)s characters.", count=LONGEST)
    if label != label.lower():
        return _("Use small letters only.")
    if not label.isascii():
        return _("Use the letters a to z, digits and hyphens; write ae for ä.")
    if not LABEL.match(label) or "--" in label:
        return _("Use the letters a to z, digits and single hyphens, and begin and end with a letter or digit.")
    if label in RESERVED:
        return _("This name is reserved for the platform.")
    return None
