"""How a company's people hear of things, where they have not chosen themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import func, update

from quartier.contracts.events import record
from quartier.deliveries import choices
from quartier.deliveries.services import company_paces, save_defaults
from quartier.mail.kinds import MailKind
from quartier.notifications.choices import company_ways
from quartier.tenancy.models import Company
from quartier.tenancy.session import CompanySession
from quartier.web.shell import shell
from quartier.web.visit import Visit

CHANGED = "notifications.changed"
WAYS: Final = ("value", "in_app", "push")
"""What an event of a change calls how soon a mail comes, the portal, and devices."""


def kinds_here(visit: Visit) -> dict[str, MailKind]:
    """Every kind of mail at this company."""
    return choices.present(shell().mails, shell().plugins.installed, visit.company.modules)


@dataclass(frozen=True)
class Defaults:
    """How who has not chosen hears of things, kind by kind: how soon by mail, in the portal, on their devices."""

    paces: Mapping[str, str] = field(default_factory=dict)
    in_app: Mapping[str, bool] = field(default_factory=dict)
    push: Mapping[str, bool] = field(default_factory=dict)


def in_force(db: CompanySession, kinds: Mapping[str, MailKind]) -> Defaults:
    """What holds now of these kinds; what is always sent, or is a mail and nothing else, is left out where it is."""
    stored, open_ones = company_paces(db), {key: kind for key, kind in kinds.items() if not kind.essential}
    ways = company_ways(db, open_ones)
    return Defaults(
        {key: choices.pace_of(kind, stored, {}) for key, kind in open_ones.items()},
        {key: one.in_app for key, one in ways.items()},
        {key: one.push for key, one in ways.items()},
    )


def set_defaults(db: CompanySession, kinds: Mapping[str, MailKind], wanted: Defaults, *, actor: str) -> int:
    """Put these kinds where they are wanted, and write down who did; gives back how much has moved.

    `wanted` holds what `in_force` has, and paces that their kinds know.
    """
    now = in_force(db, kinds)
    moved = Defaults(*(_moved(before, after) for before, after in zip(_parts(now), _parts(wanted), strict=True)))
    if not any(_parts(moved)):
        return 0
    save_defaults(db, paces=moved.paces, in_app=moved.in_app, push=moved.push)
    db.execute(
        update(Company).where(Company.id == db.company_id).values(version=Company.version + 1, changed_at=func.now())
    )
    for name, before, after in zip(WAYS, _parts(now), _parts(moved), strict=True):
        for key, one in after.items():
            record(db, db.company_id, kind=CHANGED, subject=key, actor=actor, before={name: before[key]},
                   after={name: one})  # fmt: skip
    return sum(map(len, _parts(moved)))


def _parts(said: Defaults) -> tuple[Mapping[str, Any], ...]:
    return said.paces, said.in_app, said.push


def _moved(before: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    return {key: one for key, one in wanted.items() if key in before and one != before[key]}
