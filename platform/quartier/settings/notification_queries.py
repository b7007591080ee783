"""What staff see of how soon people are written to: who has chosen otherwise, and who has changed it for all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from quartier.deliveries.wording import PACE_NAMES
from quartier.i18n.texts import lazy_gettext as _l
from quartier.settings.notification_services import CHANGED
from quartier.settings.portal_queries import SHOWN, Change
from quartier.tenancy.session import CompanySession

WAYS_SAID: Final[Mapping[tuple[str, bool], str]] = {
    ("in_app", True): _l("in the portal"), ("in_app", False): _l("not in the portal"),
    ("push", True): _l("on devices"), ("push", False): _l("not on devices"),
}  # fmt: skip
CHOOSERS = """
    SELECT k.kind, count(*) AS count FROM mail_address a CROSS JOIN LATERAL jsonb_object_keys(a.paces) AS k (kind)
     WHERE a.paces <> '{}' GROUP BY k.kind
"""
HISTORY = """
    SELECT subject, actor, before, after, happened_at FROM (
        SELECT *, row_number() OVER (PARTITION BY subject ORDER BY happened_at DESC, id DESC) AS place
        FROM contract_event WHERE company_id = %(company)s AND kind = %(kind)s
    ) found WHERE place <= %(most)s ORDER BY happened_at DESC
"""


def choosers(db: CompanySession) -> dict[str, int]:
    """How many addresses have chosen themselves, by kind."""
    return {row.kind: row.count for row in db.rows(CHOOSERS)}


def last_changes(db: CompanySession) -> dict[str, list[Change]]:
    """The last few changes by kind, the newest first."""
    found: dict[str, list[Change]] = {}
    for row in db.rows(HISTORY, {"company": db.company_id, "kind": CHANGED, "most": SHOWN}):
        before, after = _said(row.before), _said(row.after)
        found.setdefault(row.subject, []).append(Change(row.actor, before, after, row.happened_at))
    return found


def _said(facts: Mapping[str, Any]) -> str:
    """One value of an event, by what it is of."""
    way, value = next(iter(facts.items()))
    return str(PACE_NAMES.get(value, "")) if way == "value" else str(WAYS_SAID[way, bool(value)])
