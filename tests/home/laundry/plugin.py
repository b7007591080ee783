"""Gives the first pages something of everything."""

from __future__ import annotations

from markupsafe import Markup

from quartier.sdk import AGENT, SIGNED_IN, Card, Entry, Hit, Pages, Visit, hookimpl

app = Pages(
    "laundry", __name__, area="app", module="laundry", entries=(Entry("/laundry/", module="laundry", needs=SIGNED_IN),)
)
desk = Pages(
    "laundry_desk", __name__, area="cockpit", module="laundry",
    entries=(Entry("/cockpit/laundry/", module="laundry", needs=AGENT, key="l"),),
)  # fmt: skip


@app.page("/", needs=SIGNED_IN)
def plan(visit: Visit) -> str:
    """A page."""
    return "Plan"


@app.page("/<what>", needs=SIGNED_IN)
def below(visit: Visit, what: str) -> str:
    """A page below the first one, in the app's shell."""
    raise ValueError(what)


@desk.page("/", needs=AGENT)
def rooms(visit: Visit) -> str:
    """A page for staff."""
    return "Rooms"


@hookimpl
def register_pages() -> list[Pages]:
    """The pages above."""
    return [app, desk]


@hookimpl
def tile_note(visit: Visit) -> str | None:
    """What stands under the tile."""
    return f"{len(visit.viewer.places)} machines" if visit.viewer.places else None


@hookimpl
def dashboard_cards(visit: Visit) -> list[Card]:
    """Two for home, one for the Cockpit."""
    mine = [Card("Next wash", Markup("<p>Thursday</p>"), "/laundry/", "Plan"), Card("Pipe burst", Markup(""), order=-1)]
    return [*mine, Card("Broken machines", Markup("<p>Two</p>"), desk=True)] if visit.viewer.is_agent else mine


@hookimpl
def search(visit: Visit, query: str) -> list[Hit]:
    """Finds one thing."""
    return [Hit("Tumbler <b>", "/laundry/tumbler", "At 60 degrees", language="fr")] if query == "tumbler" else []
