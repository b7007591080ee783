"""The switches of a company as its staff see them: what is in force, what it means, and who has changed it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.i18n.texts import ngettext
from quartier.plugin.switches import GROUPS, Switch
from quartier.settings.modules_queries import Module
from quartier.tenancy.models import Company
from quartier.tenancy.session import CompanySession
from quartier.tenancy.snapshot import Snapshot

GROUP_NAMES = {
    "service": _l("Service"),
    "community": _l("Community"),
    "registration": _l("Registration"),
    "questions": _l("Questions"),
    "company": _l("Company"),
}
SHOWN, FEW = 5, 3
HISTORY = """
    SELECT kind, subject, actor, before, after, happened_at FROM (
        SELECT *, row_number() OVER (PARTITION BY kind, subject ORDER BY happened_at DESC, id DESC) AS place
        FROM contract_event WHERE company_id = %(company)s
          AND kind IN ('switch.changed', 'switch.placed', 'module.switched')
    ) found WHERE place <= %(most)s ORDER BY happened_at DESC
"""


@dataclass(frozen=True)
class Group:
    """A part of the page: the company's own switches, and the modules that belong there."""

    key: str
    name: str
    switches: list[Switch]
    modules: list[Module]


@dataclass(frozen=True)
class Change:
    """Somebody moved a switch. Values are in words; `before` is empty where nobody wrote down what it was."""

    actor: str
    before: str
    after: str
    at: datetime


def offered(switches: Mapping[str, Switch], company: Snapshot) -> dict[str, Switch]:
    """The core's, and those of modules that are on at this company."""
    return {key: one for key, one in switches.items() if "." not in key or company.has(key.partition(".")[0])}


def grouped(switches: Iterable[Switch], modules: Iterable[Module]) -> list[Group]:
    """Everything in its group; a module of a sort that this page has no group for is a service. No group is empty."""
    found = {key: Group(key, str(GROUP_NAMES[key]), [], []) for key in GROUPS}
    for switch in switches:
        found[switch.group].switches.append(switch)
    for module in modules:
        found.get(module.manifest.category, found["service"]).modules.append(module)
    return [group for group in found.values() if group.switches or group.modules]


def stored_settings(db: CompanySession, *, lock: bool = False) -> dict[str, object]:
    """As they stand in the database now; with `lock`, whoever else wants to change them waits for this transaction."""
    statement = select(Company.settings).where(Company.id == db.company_id)
    return dict(db.execute(statement.with_for_update() if lock else statement).scalar_one())


def changes(db: CompanySession, switches: Mapping[str, Switch]) -> dict[str, list[Change]]:
    """The last few changes by key of a switch, or slug of a module; the newest first."""
    found: dict[str, list[Change]] = {}
    for row in db.rows(HISTORY, {"company": db.company_id, "most": SHOWN}):
        if row.kind == "switch.placed":
            before, after = (_in_places(said["properties"]) for said in (row.before, row.after))
            found.setdefault(row.subject, []).append(Change(row.actor, before, after, row.happened_at))
            continue
        name, switch = ("on", None) if row.kind == "module.switched" else ("value", switches.get(row.subject))
        before, after = (in_words(switch, (said or {}).get(name)) for said in (row.before, row.after))
        change = Change(row.actor, before if row.before else "", after, row.happened_at)
        found.setdefault(row.subject, []).append(change)
    return found


def _in_places(names: list[str]) -> str:
    """How many properties are otherwise, and which if they are few."""
    if not names:
        return _("the same in all properties")
    if len(names) <= FEW:
        return _("otherwise in %(names)s", names=", ".join(names))
    return ngettext("otherwise in %(num)s property", "otherwise in %(num)s properties", len(names))


def in_words(switch: Switch | None, value: object) -> str:
    """A value as people say it."""
    if isinstance(value, bool):
        return _("on") if value else _("off")
    if isinstance(value, int):
        return ngettext("%(num)s day", "%(num)s days", value)
    if switch is not None and switch.kind == "choice":
        return str(switch.choices.get(str(value), switch.usual))
    return _("no limit") if switch is not None else ""
