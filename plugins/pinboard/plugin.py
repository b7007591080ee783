"""What the module does to the portal."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from uuid import UUID

from markupsafe import Markup

from plugins.pinboard import comments, desk, exchange, jobs, joining, notifications, own, policies, queries, services
from plugins.pinboard.api import api
from plugins.pinboard.manifest import FILES
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
    account_of_person,
    hookimpl,
    ngettext,
)

ROWS = Markup('<ul class="rows">{}</ul>')
ROW = Markup(
    '<li><a class="row" href="/pinboard/{}"><span class="row-text"{}><span class="row-title">{}</span>'
    '<span class="row-sub">{} · {}</span></span></a></li>'
)
WAITS = Markup(
    '<ul class="rows"><li><a class="row" href="/cockpit/pinboard/cases"><span class="row-text">'
    '<span class="row-title">{}</span></span></a></li></ul>'
)


@hookimpl
def register_api() -> list[ApiBlueprint]:
    """Posts, comments and categories below `/api/v1/pinboard`."""
    return [api]


@hookimpl
def register_pages() -> list[Pages]:
    """Pages for residents below /pinboard, for staff below /cockpit/pinboard."""
    return [comments.pages, own.pages, joining.pages, desk.pages]


@hookimpl
def register_notifications() -> list[NotificationKind]:
    """Notices and posts, answers, and what was decided."""
    return notifications.KINDS


@hookimpl
def register_jobs() -> list[Job]:
    """A nightly look for posts whose time is over."""
    return jobs.JOBS


@hookimpl
def search(visit: Visit, query: str) -> list[Hit]:
    """Posts in the portal's own search, the latest first: a board is about what is new."""
    return [
        Hit(one.heading, f"/pinboard/{one.id}", one.text, one.language, icon="board")
        for one in queries.find_posts(visit, query)
    ]


@hookimpl
def tile_note(visit: Visit) -> str | None:
    """How much is new; of nothing, nothing is said."""
    count = queries.recent_count(visit)
    return ngettext("%(num)s new post", "%(num)s new posts", count) if count else None


@hookimpl
def dashboard_cards(visit: Visit) -> list[Card]:
    """The latest posts at home."""
    rows = [_row(card) for card in queries.recent(visit)]
    name = visit.say(visit.company.micro_apps["pinboard"].name)
    cards = [Card(name, ROWS.format(Markup("").join(rows)), "/pinboard/", order=50)] if rows else []
    if policies.may_moderate(visit.viewer) and (count := queries.waiting_cases(visit)):
        words = ngettext("%(num)s report waits", "%(num)s reports wait", count)
        cards.append(Card(name, WAITS.format(words), "/cockpit/pinboard/cases", desk=True))
    return cards


@hookimpl
def may_read_file(visit: Visit, purpose: str, thing_id: UUID) -> bool:
    """Files of a post are for whoever may read it."""
    return purpose == FILES.key and queries.post_page(visit, thing_id) is not None


@hookimpl
def could_do(db: CompanySession) -> list[str]:
    """Who lives door to door."""
    return queries.prospect(db)


@hookimpl
def count_usage(db: CompanySession, since: datetime, until: datetime) -> dict[str, int]:
    """What was posted and said, and by how many."""
    return queries.usage(db, since, until)


@hookimpl
def module_switched_on(db: CompanySession, actor: str) -> None:
    """The usual categories, where a company has none yet."""
    services.plant_topics(db, by=services.machine(actor))


@hookimpl
def plant_files(db: CompanySession, folder: Path, actor: str, storage: Storage) -> None:
    """`tenants/<slug>/pinboard`: categories, notices with their pictures, and for a demo what neighbours write."""
    exchange.plant(db, folder, by=services.machine(actor), storage=storage)


@hookimpl
def export_files(db: CompanySession, folder: Path, storage: Storage) -> None:
    """Categories and the company's notices; what residents wrote is theirs and stays where it is."""
    exchange.export(db, folder, storage=storage)


@hookimpl
def export_person(db: CompanySession, person_id: UUID) -> dict[str, object]:
    """What somebody wrote and said."""
    account_id = account_of_person(db, person_id)
    return dict(queries.wrote(db, account_id)) if account_id else {}


@hookimpl
def erase_person(db: CompanySession, person_id: UUID) -> None:
    """What somebody wrote to neighbours goes; what somebody wrote for the company stays, without the name."""
    if account_id := account_of_person(db, person_id):
        services.forget(db, account_id)


def _row(card: queries.Card) -> Markup:
    facts = card.facts
    language = Markup(' lang="{}"').format(facts.language) if facts.is_fallback else ""
    return ROW.format(facts.id, language, facts.heading, card.author.name, card.when)
