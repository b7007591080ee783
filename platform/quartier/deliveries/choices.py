"""What a reader wants to be written to about, chosen by whoever holds the link of a mail."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from sqlalchemy import select

from quartier.deliveries.models import MailAddress
from quartier.mail.kinds import MailKind
from quartier.tenancy.session import CompanySession

MET: Final = "SELECT DISTINCT kind FROM mail_delivery WHERE address_key = %s"
TOKEN: Final = re.compile(r"[\w-]{22}\Z", re.ASCII)


def address_of_token(db: CompanySession, token: str) -> MailAddress | None:
    """The address that the link was made for; None when there is no such link at this company."""
    if not TOKEN.match(token):
        return None
    return db.scalars(select(MailAddress).filter_by(token=token)).one_or_none()


def choosable(kinds: Mapping[str, MailKind], modules: Collection[str], here: Collection[str]) -> dict[str, MailKind]:
    """Kinds that a reader at this company may end: not essential, and of the core or of a module that is on `here`."""
    return {
        key: kind
        for key, kind in kinds.items()
        if not kind.essential and (key.partition(".")[0] not in modules or key.partition(".")[0] in here)
    }


def offered(
    db: CompanySession, address_key: str, kinds: Mapping[str, MailKind], modules: Collection[str]
) -> dict[str, MailKind]:
    """Of these kinds, those to offer on a page: of modules, and of the core what somebody has been sent.

    Most people never get a report of an import, and need not wonder what it is.
    """
    met = {row.kind for row in db.rows(MET, (address_key,))}
    return {key: kind for key, kind in kinds.items() if key in met or key.partition(".")[0] in modules}


def choose(address: MailAddress, offered: Iterable[str], wanted: Collection[str]) -> None:
    """Write down which of the offered kinds are wanted; what was not offered stays as it was."""
    off = set(address.off) - set(offered) | (set(offered) - set(wanted))
    address.off = sorted(off)


def masked(address: str) -> str:
    """An address as its owner knows it, and nobody else learns it: "v…@example.ch"."""
    name, _at, domain = address.rpartition("@")
    return f"{name[:1]}…@{domain}"
