"""How soon a reader is written to, kind by kind, chosen by whoever holds the link of a mail, or by the company.

What a reader has not chosen is as the company wants it, and what the company has not said is as the kind declares it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final

from sqlalchemy import select

from quartier.deliveries.models import MailAddress
from quartier.mail.kinds import MailKind, Pace
from quartier.tenancy.session import CompanySession

MET: Final = "SELECT DISTINCT kind FROM mail_delivery WHERE address_key = %s"
TOKEN: Final = re.compile(r"[\w-]{22}\Z", re.ASCII)
DIGEST: Final = "mail.digest"
"""The summary is no kind to choose: it is how the others come."""

Paces = Mapping[str, str]


def address_of_token(db: CompanySession, token: str) -> MailAddress | None:
    """The address that the link was made for; None when there is no such link at this company."""
    if not TOKEN.match(token):
        return None
    return db.scalars(select(MailAddress).filter_by(token=token)).one_or_none()


def present(kinds: Mapping[str, MailKind], modules: Collection[str], here: Collection[str]) -> dict[str, MailKind]:
    """Kinds of the core, and of modules that are on `here`; without the summary."""
    return {
        key: kind
        for key, kind in kinds.items()
        if key != DIGEST and (key.partition(".")[0] not in modules or key.partition(".")[0] in here)
    }


def choosable(kinds: Mapping[str, MailKind], modules: Collection[str], here: Collection[str]) -> dict[str, MailKind]:
    """Of those, what a reader at this company may choose about: what is not essential."""
    return {key: kind for key, kind in present(kinds, modules, here).items() if not kind.essential}


def offered(
    db: CompanySession, address_key: str, kinds: Mapping[str, MailKind], modules: Collection[str], *, team: bool = False
) -> dict[str, MailKind]:
    """Of these kinds, those to offer on a page: what somebody was sent, what modules write, and to the team its own.

    Most people never get a report of an import, and need not wonder what it is.
    """
    met = {row.kind for row in db.rows(MET, (address_key,))}
    return {
        key: kind
        for key, kind in kinds.items()
        if key in met or (team if kind.team else key.partition(".")[0] in modules)
    }


def pace_of(kind: MailKind, company: Paces, own: Paces) -> Pace:
    """How soon mails of a kind come to somebody; what a kind cannot do any more counts for nothing."""
    chosen = own.get(kind.key) or company.get(kind.key)
    return next((one for one in kind.paces if one == chosen), kind.default)


def choose(address: MailAddress, offered: Mapping[str, MailKind], wanted: Paces, company: Paces) -> list[str]:
    """Write down what somebody wants of the offered kinds; gives back the kinds that come otherwise now.

    What stays as it is stays as it came about: whoever has not chosen follows the company.
    """
    moved = [
        key
        for key, pace in wanted.items()
        if key in offered and pace in offered[key].paces and pace != pace_of(offered[key], company, address.paces)
    ]
    address.paces = {**address.paces, **{key: wanted[key] for key in moved}}
    return moved


def summed_up(address: MailAddress, offered: Mapping[str, MailKind], company: Paces) -> list[str]:
    """The kinds that come to this address in summaries."""
    return [key for key, kind in offered.items() if pace_of(kind, company, address.paces) in ("daily", "weekly")]


def masked(address: str) -> str:
    """An address as its owner knows it, and nobody else learns it: "v…@example.ch"."""
    name, _at, domain = address.rpartition("@")
    return f"{name[:1]}…@{domain}"


def wanted(typed: Mapping[str, str], offered: Collection[str]) -> dict[str, str]:
    """What a form says of the offered kinds: inputs are called `pace.` and the kind."""
    return {key: typed[f"pace.{key}"] for key in offered if f"pace.{key}" in typed}
