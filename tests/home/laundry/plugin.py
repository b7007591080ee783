"""Gives the first pages something of everything."""

from __future__ import annotations

from typing import Any

from flask import request
from markupsafe import Markup

from quartier.sdk import (
    AGENT,
    SIGNED_IN,
    Card,
    Entry,
    Hit,
    Pages,
    Visit,
    back_to,
    hookimpl,
    person_of,
    person_picker,
    render,
)

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


@desk.page("/keys", needs="people.read", methods=("GET", "POST"))
def keys(visit: Visit) -> Any:
    """Who gets a key: somebody is looked for, and chosen."""
    picker = person_picker(visit, person_of(request.form), request.form.get("person_query", ""))
    errors: dict[str, list[str]] = {}
    if request.method == "POST" and "do" not in request.form:
        if picker.chosen:
            return back_to("/cockpit/laundry/keys", f"{picker.chosen.name}: {', '.join(picker.chosen.ways)}")
        errors = {"person": ["Nobody"]}
    page = render("laundry/keys.html", picker=picker, errors=errors)
    return (page, 422) if errors else page


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
