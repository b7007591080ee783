"""The first pages of the app: home, everything else, and search."""

from __future__ import annotations

from itertools import chain
from typing import Any

from flask import request

from quartier.home.greeting import greeting, is_salutation
from quartier.home.queries import contacts, outside
from quartier.plugin.things import Card, Hit
from quartier.registration.questions import is_due
from quartier.tenancy.snapshot import MicroApp
from quartier.web.flash import back_to
from quartier.web.gate import PUBLIC, SIGNED_IN
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import Visit

app = Pages("home", __name__, area="app")

LONGEST_QUERY = 200

Groups = list[tuple[MicroApp, list[Hit]]]


@app.page("/", needs=SIGNED_IN)
def home(visit: Visit) -> Any:
    """What a resident sees on coming home; who has not been asked yet what the company asks, is asked first."""
    if is_due(visit):
        return back_to("/welcome")
    found, welcome = cards(visit, desk=False), visit.text(visit.company.greeting)
    return render(
        "home/home.html",
        hello=greeting(visit.viewer, welcome.text),
        welcome=None if is_salutation(welcome.text) else welcome,
        urgent=[card for card in found if card.order < 0],
        cards=[card for card in found if card.order >= 0],
        notes=notes(visit),
        contacts=contacts(visit),
        outside=outside(visit),
    )


@app.page("/more", needs=SIGNED_IN)
def more(visit: Visit) -> str:
    """All places of the app, and the way out."""
    return render("home/more.html", notes=notes(visit))


@app.page("/search", needs=SIGNED_IN)
def search(visit: Visit) -> str:
    """Everything that matches, from all modules that are on for this person."""
    query = asked()
    groups = found_in_modules(visit, query)
    return render(
        "home/search.html", query=query, groups=groups, contacts=contacts(visit) if query and not groups else []
    )


@app.page("/offline", needs=PUBLIC)
def offline(visit: Visit) -> str:  # noqa: ARG001
    """What the service worker shows when the network is away: the same for everybody, so it may stay on the device."""
    return render("home/offline.html")


def cards(visit: Visit, *, desk: bool) -> list[Card]:
    """The cards of all modules for the app or for the Cockpit, the important ones first."""
    given = shell().plugins.call("dashboard_cards", on=visit.modules, visit=visit)
    found = chain.from_iterable(answer for _slug, answer in given)
    return sorted((card for card in found if card.desk is desk), key=lambda card: card.order)


def notes(visit: Visit) -> dict[str, str]:
    """A few words for each module's tile."""
    given = shell().plugins.call("tile_note", on=visit.modules, visit=visit)
    return {slug: note for slug, note in given if note}


def asked() -> str:
    """What somebody is looking for, as far as it makes sense."""
    return " ".join(request.args.get("q", "").replace("\0", " ").split())[:LONGEST_QUERY]


def found_in_modules(visit: Visit, query: str) -> Groups:
    """Hits by module, in the company's order; modules without any are left out."""
    if not query:
        return []
    found = dict(shell().plugins.call("search", on=visit.modules, visit=visit, query=query))
    return [(named, found[slug]) for slug, named in visit.company.micro_apps.items() if found.get(slug)]
