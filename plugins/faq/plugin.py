"""What the module does to the portal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

import click
from markupsafe import Markup

from plugins.faq import desk, exchange, notifications, policies, queries, services, web
from plugins.faq.api import api
from plugins.faq.commands import faq
from plugins.faq.manifest import FILES
from plugins.faq.queries import ArticleRow, DeskFilters
from quartier.sdk import (
    ApiBlueprint,
    Card,
    CompanySession,
    Hit,
    NotificationKind,
    Pages,
    Storage,
    Visit,
    account_of_person,
    gettext,
    hookimpl,
    ngettext,
)

_ = gettext

ROWS = Markup('<ul class="rows">{}</ul>')
ROW = Markup(
    '<li><a class="row" href="{}"{}><span class="row-text"><span class="row-title">{}</span>'
    '<span class="row-sub">{}</span></span></a></li>'
)


@hookimpl
def register_api() -> list[ApiBlueprint]:
    """Articles and topics below `/api/v1/faq`."""
    return [api]


@hookimpl
def register_pages() -> list[Pages]:
    """Pages for residents below /faq, for staff below /cockpit/faq."""
    return [web.pages, desk.pages]


@hookimpl
def register_notifications() -> list[NotificationKind]:
    """That there is something new to read."""
    return [notifications.ARTICLE]


@hookimpl
def register_commands(cli: click.Group) -> None:
    """`quartier faq import` and `quartier faq export`."""
    cli.add_command(faq)


@hookimpl
def search(visit: Visit, query: str) -> list[Hit]:
    """Articles in the portal's own search."""
    found = queries.search_articles(visit, query, limit=8)
    return [Hit(row.title, f"/faq/{row.slug}", row.summary, row.language, icon="book") for row in found]


@hookimpl
def may_read_file(visit: Visit, purpose: str, thing_id: UUID) -> bool:
    """Files of an article are for whoever may read it."""
    return purpose == FILES.key and queries.may_read(visit, thing_id)


@hookimpl
def tile_note(visit: Visit) -> str | None:
    """How much there is to read; of nothing, nothing is said."""
    count = queries.count_visible(visit)
    return ngettext("%(num)s article", "%(num)s articles", count) if count else None


@hookimpl
def dashboard_cards(visit: Visit) -> list[Card]:
    """At home, what is new and what helped others; on the team's first page, what waits for those who write."""
    name = visit.say(visit.company.micro_apps["faq"].name)
    articles = [_row(article) for article in queries.welcome_articles(visit)]
    cards = [Card(name, ROWS.format(Markup("").join(articles)), "/faq/")] if articles else []
    if waiting := _waiting(visit):
        cards.append(Card(name, ROWS.format(Markup("").join(waiting)), "/cockpit/faq/", desk=True))
    return cards


@hookimpl
def could_do(db: CompanySession) -> list[str]:
    """Who could look something up."""
    return queries.prospect(db)


@hookimpl
def count_usage(db: CompanySession, since: datetime, until: datetime) -> dict[str, int]:
    """What was published, and what readers said of it."""
    return queries.usage(db, since, until)


@hookimpl
def module_switched_on(db: CompanySession, actor: str) -> None:
    """The usual topics, where a company has none yet."""
    services.plant_default_topics(db, by=services.machine(actor))


@hookimpl
def plant_files(db: CompanySession, folder: Path, actor: str, storage: Storage) -> None:
    """`tenants/<slug>/faq`: all of it or nothing."""
    report = exchange.import_files(db, exchange.read_folder(folder), by=services.machine(actor), storage=storage)
    if not report.ok:
        raise ValueError("; ".join(f"{one.file}:{one.line or 1}: {one.reason}" for one in report.complaints))


@hookimpl
def export_files(db: CompanySession, folder: Path, storage: Storage) -> None:
    """The same folder back, pictures included."""
    exchange.write_folder(exchange.export_files(db, storage=storage), folder)


@hookimpl
def export_person(db: CompanySession, person_id: UUID) -> dict[str, object]:
    """What somebody said about articles."""
    account_id = account_of_person(db, person_id)
    return {"answers": queries.answers_of(db, account_id)} if account_id else {}


@hookimpl
def people_merged(db: CompanySession, accounts: Sequence[UUID]) -> None:
    """What helped is counted anew: of two answers of one person there is one now, or again two."""
    services.recount(db, accounts)


@hookimpl
def erase_person(db: CompanySession, person_id: UUID) -> None:
    """What somebody said goes; what somebody wrote for the company stays, without the name."""
    if account_id := account_of_person(db, person_id):
        services.forget_feedback(db, account_id)


def _row(article: ArticleRow) -> Markup:
    language = Markup(' lang="{}"').format(article.language) if article.is_fallback else ""
    return ROW.format(f"/faq/{article.slug}", language, article.title, article.summary)


def _waiting(visit: Visit) -> list[Markup]:
    """Articles that have grown old and articles that are not finished, for those who can do something about them."""
    if not policies.may_see_drafts(visit.viewer):
        return []
    counts = {
        ("stale=1", _("Not confirmed for a year")): len(queries.stale_articles(visit)),
        ("state=draft", _("Drafts")): queries.state_counts(visit, DeskFilters()).get("draft", 0),
    }
    return [
        ROW.format(f"/cockpit/faq/?{query}", "", title, ngettext("%(num)s article", "%(num)s articles", count))
        for (query, title), count in counts.items()
        if count
    ]
