"""Kinds of notification for tests: of the core, so that no module is in the way; their things stand in a dictionary."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final
from uuid import UUID

from sqlalchemy import text

from quartier.audience.audience import Audience
from quartier.mail.kinds import NotificationKind, Words
from quartier.notifications.services import TELL, Subject, Team, notify
from quartier.tenancy.session import CompanySession
from quartier.testing import SomeBody, SomeCompany
from tests.deliveries.desk import runner_with

TAKE = """
    DELETE FROM procrastinate_jobs WHERE status = 'todo' AND task_name = ANY(:names) AND args ->> 'company' = :company
    RETURNING task_name, args -> 'arguments'
"""
NINETY_NINE_PLUS: Final = 100
"""What "99+" at the bell stands for."""
THINGS: dict[UUID, Audience] = {}
"""Things that can be seen, with the audience that each has now."""


def audiences(_db: CompanySession, things: Collection[UUID]) -> Mapping[UUID, Audience]:
    return {one: THINGS[one] for one in things if one in THINGS}


def names(word: str) -> dict[str, str]:
    return dict.fromkeys(("de", "en", "fr"), word)


NEWS = NotificationKind(
    "core.post", names("Aushang"), tell=lambda facts: Words("Neuer Aushang", facts["title"]),
    example={"title": "Lift"}, audiences=audiences,
)  # fmt: skip
ANSWER = NotificationKind(
    "core.answer", names("Antwort"), tell=lambda facts: Words(f"{facts['author'] or 'Jemand'} antwortet"),
    default="never",
)  # fmt: skip
REPORT = NotificationKind(
    "core.report", names("Meldung"), tell=lambda facts: Words("Gemeldet", facts["title"]), example={"title": "?"},
    needs="people.edit", team=True, default="daily",
)  # fmt: skip
KINDS = {kind.key: kind for kind in (NEWS, ANSWER, REPORT)}


def tell(
    company: SomeCompany, kind: NotificationKind, to: Audience | Collection[UUID] | Team, **more: object
) -> UUID | None:
    """Tell people, committed."""
    about = Subject("/faq/", more.pop("thing", None), more.pop("facts", {"title": "Der Lift"}))  # type: ignore[arg-type]
    with company.db() as db:
        found = notify(db, kind, to=to, about=about, **more)  # type: ignore[arg-type]
        db.commit()
    return found


def do(company: SomeCompany, *names: str) -> int:
    """Do what waits of these jobs, due or not, in this process; how many that were."""
    with company.platform.shell.platform.begin() as connection:
        rows = connection.execute(text(TAKE), {"company": str(company.id), "names": list(names)}).all()
    runner = runner_with(company.platform, None)
    for name, arguments in sorted(rows, key=lambda row: row.task_name != TELL):
        runner(runner.known.jobs[name], company.id, arguments, 1)
    return len(rows)


def under_the_bell(body: SomeBody, path: str = "/notifications") -> tuple[int, str]:
    """The number at the bell (0 without one) and the page of the list."""
    page = body.browser.get(path).text
    number = page.partition('<span class="count" aria-hidden="true">')[2].partition("<")[0]
    return NINETY_NINE_PLUS if number == "99+" else int(number or 0), page.partition("<main")[2]
