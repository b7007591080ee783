"""The first page of the Cockpit: what needs attention, how large it all is, and what a new company does next."""

from __future__ import annotations

from dataclasses import dataclass

from quartier.home.queries import Figures, figures
from quartier.home.web import asked, cards, found_in_modules
from quartier.i18n.search import fold
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.legal.kinds import TITLES
from quartier.web.gate import AGENT
from quartier.web.navigation import Entry, Item, Navigation
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import Visit

cockpit = Pages(
    "home_cockpit",
    __name__,
    area="cockpit",
    entries=(Entry("/cockpit/", "dash", _l("Overview"), AGENT, order=0, key="o"),),
)


@dataclass(frozen=True)
class Step:
    """One of the first things to do; `url` is a place of the Cockpit's navigation."""

    url: str
    icon: str
    title: str
    why: str
    done: bool


@cockpit.page("/cockpit/", needs=AGENT)
def overview(visit: Visit) -> str:
    """What staff see first."""
    known = figures(visit)
    return render("home/overview.html", cards=cards(visit, desk=True), figures=known, steps=first_steps(visit, known))


@cockpit.page("/cockpit/search", needs=AGENT)
def search(visit: Visit) -> str:
    """Everything that matches, and the pages of the Cockpit that are called so."""
    query = asked()
    places = named_like(Navigation(visit, shell().entries), query)
    return render("home/cockpit_search.html", query=query, groups=found_in_modules(visit, query), places=places)


def named_like(menu: Navigation, query: str) -> list[Item]:
    """Places of the menu whose name has the word."""
    words = fold(query)
    return [item for _group, items in menu.desk for item in items if words and words in fold(item.label)]


def first_steps(visit: Visit, known: Figures) -> list[Step]:
    """What this person may do to get the portal going; nothing once the company has done its part."""
    menu = Navigation(visit, shell().entries)
    steps = [step for step in _own_steps(visit, known) if menu.offers("cockpit", step.url)]
    return [] if all(step.done for step in steps) else [*steps, *_module_steps(menu)]


def _own_steps(visit: Visit, known: Figures) -> list[Step]:
    company = visit.company
    branded, greeted = company.brand.logo is not None, bool(company.greeting or company.emergency_phone)
    here, on = "/cockpit/settings", bool(company.modules)
    written = {one.key for one in company.legal}
    missing = [visit.say(title) for key, title in TITLES.items() if key not in written]
    return [
        Step(f"{here}/brand", "palette", _("Make it yours"), _("Logo, colours and a picture of your houses"), branded),
        Step(f"{here}/modules", "module", _("Switch on services"), _("What residents shall find here"), on),
        Step(f"{here}/names", "app", _("Name the services"), _("As people say it in your houses"), known.named),
        Step(f"{here}/texts", "language", _("Greet your people"), _("Greeting, languages, emergency line"), greeted),
        Step("/cockpit/legal", "scale", _("Say who is responsible"), _missing(missing), not missing),
    ]


def _missing(titles: list[str]) -> str:
    """The documents that a portal should have and this one has not published."""
    return _("Not published yet: %(titles)s", titles=", ".join(titles))


def _module_steps(menu: Navigation) -> list[Step]:
    """Every module that staff fill; whether there is enough in it only they can tell."""
    items = [item for _group, items in menu.desk for item in items if item.module]
    why = _("Residents see it as soon as there is something to see")
    return [Step(item.url, item.icon, _("Fill %(name)s", name=item.label), why, done=False) for item in items]
