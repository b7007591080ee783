"""The look of one property on the desk: the same form as the company's, filled with what is seen there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from flask import request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound

from quartier.companies.branding import facts_of
from quartier.companies.models import PICTURES
from quartier.companies.subbrands import differing
from quartier.i18n.texts import gettext as _
from quartier.settings.modules_queries import residents
from quartier.studio import look_pages
from quartier.studio.look_form import Beneath, BrandSchema
from quartier.studio.pages import BRAND
from quartier.studio.pictures import Ids, pictures_of
from quartier.subbrands.queries import Dressed, dressed
from quartier.subbrands.wording import followed, owned
from quartier.theming.proposal import Proposal
from quartier.web.forms import Form
from quartier.web.shell import shell
from quartier.web.visit import Visit

PROPERTIES: Final = f"{BRAND}/properties"


@dataclass(frozen=True)
class OnDesk(look_pages.OnDesk):
    """A look on the desk that belongs to a property: `there` says how it stands."""

    there: Dressed = field(kw_only=True)

    @property
    def home(self) -> UUID:
        """The property whose people are to see it."""
        return self.there.home.id

    @property
    def ground(self) -> Beneath:
        """What the company wears: a preview finds that one by its id, and knows nothing of properties."""
        return self.there.company

    @property
    def facts(self) -> dict[str, Any]:
        """All facts as they shall be seen. Only for a form that is `ok`."""
        facts = {**facts_of(self.standing.beneath), **super().facts}
        return {**facts, "app_name": facts["app_name"] or self.there.company.app_name}

    @property
    def own(self) -> list[str]:
        """What of it would be the property's own. Only for a form that is `ok`."""
        return differing(facts_of(self.there.company), self.facts)[1]


def on_desk(there: Dressed, form: Form, pictures: Ids, proposal: Proposal | None = None) -> OnDesk:
    """What is typed, on how the look of the property stands."""
    return OnDesk(form, pictures, there.standing, proposal, there=there)


def found(visit: Visit, property_id: UUID) -> Dressed:
    """How the look of a property stands; what is no property of the company is not found."""
    there = dressed(visit.db, property_id)
    if there is None:
        raise NotFound
    return there


def address(there: Dressed) -> str:
    """Where the property's look is worked on."""
    return f"{PROPERTIES}/{there.home.id}"


def schema() -> BrandSchema:
    """As the company's, but that a name may be left out: the app is called then as the company's."""
    return BrandSchema([theme.slug for theme in shell().themes.values() if theme.selectable], ())


def read(visit: Visit, there: Dressed) -> tuple[OnDesk, bool]:
    """The form as it was sent, and whether it brought pictures that are kept now."""
    form, pictures = look_pages.read_look(visit, schema(), _taken(request.form, there), there.standing.beneath)
    return on_desk(there, form, _seen(pictures.ids, there), pictures.proposal), pictures.kept


def page(visit: Visit, look: OnDesk, **more: Any) -> str:
    """The form, with the real pages beside it."""
    there = look.there
    own = differing(facts_of(there.company), look_pages.shown_facts(look))[1]
    about: dict[str, Any] = {
        "url": address(there), "home": there.home, "there": there, "own": owned(own), "followed": followed(own),
        "inherited": [one for one in pictures_of(there.company).values() if one],
        "remove": _("Take the company’s again"), "people": residents(visit.db, [there.home.id]),
    }  # fmt: skip
    return look_pages.studio_page(visit, look, "subbrands/one.html", **about, **more)


def _taken(sent: MultiDict[str, str], there: Dressed) -> MultiDict[str, str]:
    """What was typed: a proposal where it is taken, and the company's colour and character where none is said."""
    taken = look_pages.taken(sent)
    for name in ("colour", "theme"):
        taken[name] = taken.get(name, "").strip() or getattr(there.company, name)
    return taken


def _seen(ids: Ids, there: Dressed) -> Ids:
    """The pictures as they will be seen: where one is taken away, the company's."""
    wanted = {**facts_of(there.company), **{f"{kind}_id": one for kind, one in ids.items()}}
    facts = differing(facts_of(there.company), wanted)[0]
    return {kind: facts[f"{kind}_id"] for kind in PICTURES}
