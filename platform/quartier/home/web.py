"""The first pages of the app and the Cockpit."""

from __future__ import annotations

from flask import request

from quartier.i18n.texts import lazy_gettext as _l
from quartier.web.gate import AGENT, SIGNED_IN
from quartier.web.navigation import Entry
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import Visit

app = Pages("home", __name__, area="app")
cockpit = Pages(
    "home_cockpit", __name__, area="cockpit", entries=(Entry("/cockpit/", "dash", _l("Overview"), AGENT, order=0),)
)


@app.page("/", needs=SIGNED_IN)
def home(visit: Visit) -> str:
    """What a resident sees on coming home."""
    cards = [card for _slug, cards in shell().plugins.call("dashboard_cards", on=visit.modules, visit=visit) for card in cards]
    notes = dict(shell().plugins.call("tile_note", on=visit.modules, visit=visit))
    return render("home/home.html", cards=sorted(cards, key=lambda card: card.order), notes=notes)


@cockpit.page("/cockpit/", needs=AGENT)
def overview(visit: Visit) -> str:  # noqa: ARG001
    """What staff see first."""
    return render("home/overview.html")


@app.page("/search", needs=SIGNED_IN)
def search(visit: Visit) -> str:
    """Everything that matches, from all modules that are on for this person."""
    query = request.args.get("q", "").strip()[:200]
    found = shell().plugins.call("search", on=visit.modules, visit=visit, query=query) if query else ()
    return render("home/search.html", query=query, groups=[(visit.company.micro_apps[slug], hits) for slug, hits in found])


