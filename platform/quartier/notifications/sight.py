"""Who may be told of what, and may still: asked when something is told, when it is read, and before each mail.

A thing's audience may change after it was told of, it may go, its module may be switched off, here or in one property,
and a colleague may lose a right. What somebody may not see any more stands under no bell and in no mail.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from quartier.audience.audience import Audience
from quartier.mail.kinds import MailKind, NotificationKind
from quartier.people.reach import MEANT, asked
from quartier.plugin.manager import Plugins
from quartier.tenancy.session import CompanySession
from quartier.tenancy.snapshot import Snapshot
from quartier.viewer import Viewer

IN_SCOPE: Final = "(%(scope)s::uuid[] IS NULL OR b.property_id = ANY(%(scope)s))"
MEMBERS: Final = f"SELECT o.person_id {MEANT.format(more='')} AND {IN_SCOPE}"
"""People whom an audience means where the module is."""
ON_THE_TEAM: Final = """
    EXISTS (SELECT FROM agent g WHERE g.company_id = p.company_id AND g.person_id = p.id AND g.deactivated_at IS NULL
               AND (g.ends IS NULL OR %(on)s < g.ends))
"""
HOLDS: Final = """
    EXISTS (SELECT FROM agent g JOIN agent_grant h ON h.company_id = g.company_id AND h.agent_id = g.id
             WHERE g.company_id = p.company_id AND g.person_id = p.id AND g.deactivated_at IS NULL
               AND (g.ends IS NULL OR %(on)s < g.ends) AND h.ended_at IS NULL
               AND (h.starts IS NULL OR h.starts <= %(on)s) AND (h.ends IS NULL OR %(on)s < h.ends)
               AND %(needs)s = ANY(h.permissions)
               AND (cardinality(%(place)s::uuid[]) = 0
                    OR coalesce(h.unit_id, h.building_id, h.property_id) IS NULL
                    OR coalesce(h.unit_id, h.building_id, h.property_id) = ANY(%(place)s)))
"""
"""Who of the team holds what is needed, at a place or, without one, anywhere."""
AMONG: Final = "SELECT p.id FROM person p WHERE p.id = ANY(%(people)s) AND ({condition})"


@dataclass(frozen=True)
class Terms:
    """A condition on the people `p` of a statement, with its values; None: nobody may be told any more."""

    condition: str
    values: dict[str, Any]


def terms(
    db: CompanySession, kind: NotificationKind, told: Any, *, on: date, scope: Collection[UUID] | None, team: bool
) -> Terms | None:
    """Who may be told, as a condition; `told` is a notification, or a row with its `thing_id`, `audience` and `place`.

    `scope` are the properties that the module is limited to; None: it is not. With `team`, colleagues may as well: they
    see what any resident can.
    """
    places = list(scope) if scope is not None else None
    values: dict[str, Any] = {"on": on, "scope": places, "needs": kind.needs, "place": list(told.place)}
    if kind.needs:
        return Terms(HOLDS, values)
    now = Audience.from_json(told.audience) if told.audience is not None else None
    if kind.audiences is not None and told.thing_id is not None:
        now = kind.audiences(db, [told.thing_id]).get(told.thing_id)
        if now is None:
            return None
    elif now is None and places is None:
        return Terms("true", values)
    among = f"p.id IN ({MEMBERS})"
    return Terms(f"{ON_THE_TEAM} OR {among}" if team else among, {**values, **asked(now or Audience(), on=on)})


def still(
    db: CompanySession, company: Snapshot, kind: NotificationKind, told: Any, people: Collection[UUID], *, on: date
) -> set[UUID]:
    """Of these people, those who may be told of it now."""
    found = terms(db, kind, told, on=on, scope=company.scopes.get(module_of(kind)), team=True)
    if found is None:
        return set()
    query = AMONG.format(condition=found.condition)
    return {row.id for row in db.rows(query, {**found.values, "people": list(people)})}


def module_of(kind: MailKind) -> str:
    """Whose it is."""
    return kind.key.partition(".")[0]


def is_on(kind: MailKind, company: Snapshot, plugins: Plugins) -> bool:
    """Whether it is of the core, or of a module that is on at this company."""
    return module_of(kind) not in plugins.installed or company.has(module_of(kind))


def kinds_for(
    viewer: Viewer, kinds: Mapping[str, MailKind], modules: Collection[str], installed: Collection[str]
) -> dict[str, NotificationKind]:
    """The kinds that this viewer may read of: of the core, and of modules that they meet."""
    return {
        key: kind
        for key, kind in kinds.items()
        if isinstance(kind, NotificationKind)
        and (module_of(kind) in modules or module_of(kind) not in installed)
        and (not kind.needs or viewer.may(kind.needs))
    }


def seen_by(
    db: CompanySession, viewer: Viewer, kinds: Mapping[str, NotificationKind], rows: Sequence[Any]
) -> list[Any]:
    """Of what somebody was told of, what they may still see, in the same order. A statement per kind that asks."""
    audiences = {key: _audiences(db, kinds[key], rows) for key in {row.kind for row in rows}}
    return [row for row in rows if _is_seen(viewer, kinds[row.kind], row, audiences[row.kind])]


def _audiences(db: CompanySession, kind: NotificationKind, rows: Iterable[Any]) -> Mapping[UUID, Audience]:
    things = {row.thing_id for row in rows if row.kind == kind.key and row.thing_id is not None}
    return kind.audiences(db, things) if kind.audiences is not None and things else {}


def _is_seen(viewer: Viewer, kind: NotificationKind, row: Any, audiences: Mapping[UUID, Audience]) -> bool:
    if kind.needs:
        return viewer.may(kind.needs, at=tuple(row.place) or None)
    now = Audience.from_json(row.audience) if row.audience is not None else None
    if kind.audiences is not None and row.thing_id is not None:
        now = audiences.get(row.thing_id)
        if now is None:
            return False
    return now is None or viewer.is_agent or (bool(viewer.places) and now.includes(viewer, row.day))
