"""What the module does to the portal."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from uuid import UUID

from markupsafe import Markup

from plugins.bookings import api_waiting, desk, exchange, jobs, notifications, policies, queries, services, web
from plugins.bookings.manifest import ASSETS, FILES, MANAGE
from plugins.bookings.queries import AssetFacts, BookingFacts
from plugins.bookings.rules import Slot, local, minute_of, span
from quartier.sdk import (
    ApiBlueprint,
    Card,
    CompanySession,
    Hit,
    Job,
    NotificationKind,
    Pages,
    Storage,
    Visit,
    fold,
    gettext,
    hookimpl,
    ngettext,
)

_ = gettext

ROWS = Markup('<ul class="rows">{}</ul>')
ROW = Markup(
    '<li><a class="row" href="{}"><span class="row-text"><span class="row-title">{}</span>'
    '<span class="row-sub">{}</span></span></a></li>'
)


@hookimpl
def register_api() -> list[ApiBlueprint]:
    """Assets, bookings, series and the waiting list below `/api/v1/bookings`: each module adds to one blueprint."""
    return [api_waiting.api]


@hookimpl
def register_pages() -> list[Pages]:
    """Pages for residents below /bookings, for staff below /cockpit/bookings."""
    return [web.pages, desk.pages]


@hookimpl
def register_notifications() -> list[NotificationKind]:
    """What became of bookings, and what the team has to decide."""
    return notifications.KINDS


@hookimpl
def register_jobs() -> list[Job]:
    """Telling those whom a booking concerns."""
    return jobs.JOBS


@hookimpl
def search(visit: Visit, query: str) -> list[Hit]:
    """What can be booked, by its name or place."""
    words = fold(query).split()
    hits = []
    for one in queries.visible_assets(visit):
        name, place = visit.text(one.name), visit.text(one.place)
        if words and all(word in fold(f"{name.text} {place.text}") for word in words):
            hits.append(Hit(name.text, f"/bookings/{one.key}", place.text, name.language, icon=one.icon))
    return hits[:8]


@hookimpl
def tile_note(visit: Visit) -> str | None:
    """How much of what this person may book can still be had today; of nothing, nothing is said."""
    assets, now = queries.visible_assets(visit), minute_of(visit.now)
    if not assets or not policies.may_book(visit.viewer):
        return None

    def read() -> tuple[dict[UUID, Slot], datetime | None]:
        return queries.following_of(visit, assets, days=1)

    following = queries.diary(visit, ("today", tuple(one.id for one in assets)), read)
    today = [one for one in assets if one.id in following
             and local(following[one.id].start, one.zone).date() == local(now, one.zone).date()]  # fmt: skip
    return ngettext("%(num)s free today", "%(num)s free today", len(today)) if today else _("See what is free")


@hookimpl
def dashboard_cards(visit: Visit) -> list[Card]:
    """At home, the next bookings of this person; on the team's first page, requests that wait for an answer."""
    if policies.may_manage(visit.viewer):
        return _desk_card(visit)
    if not policies.may_book(visit.viewer) or visit.viewer.person_id is None:
        return []
    ahead = [one for one in queries.bookings_of(visit.db, visit.viewer.person_id, limit=3) if one.is_open]
    return [_card(visit, ahead, "/bookings/mine")] if ahead else []


def _desk_card(visit: Visit) -> list[Card]:
    count = queries.count_requests(visit.db, queries.limit_of(visit, MANAGE))
    if not count:
        return []
    words = ngettext("%(num)s request waits for an answer", "%(num)s requests wait for an answer", count)
    row = ROW.format("/cockpit/bookings/", words, "")
    return [
        Card(visit.say(visit.company.micro_apps["bookings"].name), ROWS.format(row), "/cockpit/bookings/", desk=True)
    ]


def _card(visit: Visit, ahead: list[BookingFacts], url: str) -> Card:
    assets = queries.by_id(queries.all_assets(visit))
    rows = [_row(visit, one, assets[one.asset_id]) for one in ahead]
    return Card(visit.say(visit.company.micro_apps["bookings"].name), ROWS.format(Markup("").join(rows)), url)


def _row(visit: Visit, one: BookingFacts, asset: AssetFacts) -> Markup:
    when = span(minute_of(one.starts), minute_of(one.ends), asset.zone)
    words = when if one.state == "confirmed" else _("%(when)s, not answered yet", when=when)
    return ROW.format(f"/bookings/mine/{one.id}", visit.say(asset.name), words)


@hookimpl
def may_read_file(visit: Visit, purpose: str, thing_id: UUID) -> bool:
    """Files of an asset are for whoever may book it or decides how."""
    reach = {one.id for one in (*queries.visible_assets(visit), *queries.staff_assets(visit, ASSETS))}
    return purpose == FILES.key and thing_id in reach


@hookimpl
def could_do(db: CompanySession) -> list[str]:
    """Who shares laundries and rooms."""
    return queries.prospect(db)


@hookimpl
def count_usage(db: CompanySession, since: datetime, until: datetime) -> dict[str, int]:
    """What was booked for this time, by how many, and what was cancelled."""
    return queries.usage(db, since, until)


@hookimpl
def plant_files(db: CompanySession, folder: Path, actor: str, storage: Storage) -> None:
    """`tenants/<slug>/bookings`: an asset per file with its picture, all of them or none; in a demo what is booked."""
    exchange.plant(db, folder, actor=actor, storage=storage)
    exchange.plant_diary(db, folder)


@hookimpl
def export_files(db: CompanySession, folder: Path, storage: Storage) -> None:  # noqa: ARG001
    """The same folder back."""
    exchange.write(db, folder)


@hookimpl
def export_person(db: CompanySession, person_id: UUID) -> dict[str, object]:
    """What somebody has booked, and what became of it."""
    return exchange.copy_for(db, person_id)


@hookimpl
def erase_person(db: CompanySession, person_id: UUID) -> None:
    """All bookings go; times that lie ahead are free again."""
    services.forget(db, person_id)
