"""Choosing an audience on a form: the tree, the groups, and a sentence that says whom the choice reaches."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from werkzeug.datastructures import MultiDict

from quartier.audience.audience import GROUPS, Audience
from quartier.estate.places import Places, places
from quartier.i18n.texts import lazy_gettext as _l
from quartier.people.reach import Reach, reach
from quartier.tenancy.session import CompanySession
from quartier.web.visit import Visit

GROUP_NAMES: Mapping[str, str] = {
    "tenants": _l("Tenants"),
    "owners": _l("Owners"),
    "residents": _l("Tenants of flats"),
    "businesses": _l("Tenants of business premises"),
}


@dataclass(frozen=True)
class AudiencePicker:
    """What `people/audience.html` shows: the choice, the part of the estate around it, and what it means."""

    audience: Audience
    places: Places
    reach: Reach
    query: str
    limited: bool

    @property
    def where(self) -> list[str]:
        """Names of the chosen places."""
        return self.places.names(self.audience.where)

    @property
    def who(self) -> list[str]:
        """Names of the chosen groups, in the reader's language."""
        return [str(GROUP_NAMES[group]) for group in GROUPS if group in self.audience.who]

    @property
    def groups(self) -> list[tuple[str, str]]:
        """All groups to choose from."""
        return [(group, str(GROUP_NAMES[group])) for group in GROUPS]


def audience_picker(
    visit: Visit, audience: Audience, query: str = "", *, within: Collection[UUID] = ()
) -> AudiencePicker:
    """Make a picker; `within` are the properties it offers where a module limits staff to their part of the estate."""
    around = places(visit.db, query=query[:100], chosen=audience.where, within=within)
    counted = reach(visit.db, audience, on=visit.today)
    return AudiencePicker(audience, around, counted, query, limited=bool(within))


def audience_of(form: MultiDict[str, str]) -> Audience:
    """The choice on a form; raises ValueError for what the form cannot have offered."""
    return Audience(frozenset(map(UUID, form.getlist("where"))), frozenset(form.getlist("who")))


def may_choose(db: CompanySession, audience: Audience, *, within: Collection[UUID] = ()) -> bool:
    """Whether all chosen places exist at this company and, where there is a limit, lie within it."""
    if not audience.where:
        return not within
    return audience.where <= places(db, query=None, chosen=audience.where, within=within).ids
