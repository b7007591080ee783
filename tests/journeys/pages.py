"""The main pages that every brand has, by shell."""

from __future__ import annotations

from sqlalchemy import select

from plugins.faq.models import Article
from quartier.testing import SomeCompany

BRANDS = ("brunnenhof", "nordlicht", "regie-du-lac")
ARTICLES = {"brunnenhof": "radiator-cold", "nordlicht": "bleed-radiator", "regie-du-lac": "cold-radiator"}

DOOR = ("/sign-in", "/reset", "/imprint")
HOME = ("/", "/search?q=heizung", "/more", "/account", "/privacy", "/no-such-page")
DESK = ("/cockpit/", "/cockpit/search?q=heizung", "/cockpit/faq/", "/cockpit/faq/categories", "/cockpit/faq/new")
COCKPIT = ("/", *DESK, "/cockpit/support")
BOOKINGS = ("/bookings/", "/bookings/waschkueche", "/bookings/gaestezimmer", "/bookings/mine")  # of the first brand
BOOKINGS_DESK = ("/cockpit/bookings/", "/cockpit/bookings/new")
COLOURS = ("/", "/cockpit/", "/cockpit/faq/")
COLOURFUL = frozenset({"/", "/faq/", "/sign-in", "/cockpit/", "/cockpit/faq/new", "/companies"})  # seen in every look


def app_in_colours(company: SomeCompany) -> tuple[str, ...]:
    """The pages of residents on which every kind of component is seen: enough for a further brand."""
    return tuple(path for path in app(company) if path in {"/", "/faq/", "/account"} or path.startswith("/search"))


def app(company: SomeCompany) -> tuple[str, ...]:
    """What residents see."""
    article = ARTICLES[company.slug]
    own = BOOKINGS if company.slug == BRANDS[0] else ()
    return (*HOME, "/faq/", "/faq/topic/moving", "/faq/search?q=heizung", f"/faq/{article}", *own)


def cockpit(company: SomeCompany) -> tuple[str, ...]:
    """What staff see, but the settings: these have their own tests in a browser."""
    db = company.db()
    article = db.scalars(select(Article.id).filter_by(slug=ARTICLES[company.slug])).one()
    db.close()
    own = (f"/cockpit/faq/{article}/{page}" for page in ("edit", "history"))
    return (*COCKPIT, *own, *(BOOKINGS_DESK if company.slug == BRANDS[0] else ()))


def cockpit_in_colours(company: SomeCompany) -> tuple[str, ...]:
    """The pages of staff on which every kind of component is seen: enough for a further brand."""
    return tuple(path for path in cockpit(company) if path in COLOURS or path.endswith("/edit"))


def console(company: SomeCompany) -> tuple[str, ...]:
    """What operators see."""
    own = (f"/companies/{company.id}{page}" for page in ("", "/health", "/contract", "/domains", "/events", "/change"))
    return ("/companies", "/companies/new", *own, "/leads", "/sandboxes", "/sandboxes/new", "/revenue", "/account")
