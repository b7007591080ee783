"""Posts for tests: quick to write down where a test is about something else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from plugins.pinboard import queries, services
from plugins.pinboard.models import Category, Post
from plugins.pinboard.services import Notice
from quartier.sdk import Audience, CompanySession, LocalizedText, Visit
from quartier.testing import SomeCompany

EDITOR = services.machine("test")


def topic(db: CompanySession, key: str = "offer", *, staff_only: bool = False) -> UUID:
    """The category with this key, made when there is none."""
    known = db.rows("SELECT id FROM pinboard_category WHERE key = %s", (key,))
    if known:
        found: UUID = known[0].id
        return found
    made: Category = services.create_topic(db, by=EDITOR, key=key, name=LocalizedText(de=key), staff_only=staff_only)
    return made.id


def notice(db: CompanySession, title: str, where: Sequence[UUID] = (), who: Sequence[str] = (), **more: Any) -> Post:
    """A notice of the company, in German, on the board now."""
    audience = Audience(frozenset(where), frozenset(who))
    bodies = more.pop("body", {"de": f"{title}: so ist es."})
    titles = more.pop("titles", {"de": title})
    extra = more.pop("extra", services.Extra())
    facts = Notice(topic(db, "notice", staff_only=True), titles, bodies, audience, **more)
    return services.publish_notice(db, facts, by=EDITOR, extra=extra)


def said(visit: Visit, body: str = "Wer hat eine Leiter?", reach: str = "property", **more: Any) -> Post:
    """A resident's post."""
    category = topic(visit.db)
    way = next(way for way in queries.ways(visit) if way.reach == reach)
    return services.write(visit, category_id=category, body=body, way=way.value, **more)


def plant(company: SomeCompany, canary: str) -> None:
    """One of everything that the module keeps, with a word in it that nobody else may ever read."""
    visit = company.resident(f"{canary} Schreiber").visit()
    notice(visit.db, f"{canary} Titel", body={"de": f"{canary} Text"})
    post = said(visit, f"{canary} Beitrag")
    services.comment(visit.db, post.id, by=visit.viewer, body=f"{canary} Antwort")
    services.react(visit.db, post.id, by=visit.viewer, kind="heart")
    party = services.Extra("event", {"event.title": canary, "event.day": f"{visit.today + timedelta(days=9)}"})
    event = services.event_of(visit.db, said(visit, f"{canary} Fest", extra=party).id)
    ask = services.Extra("poll", {"poll.0.de": f"{canary} Ja", "poll.1.de": f"{canary} Nein"})
    services.vote(visit.db, said(visit, f"{canary} Frage", extra=ask).id, by=visit.viewer, picked=[0])
    assert event is not None
    services.answer(visit.db, event.id, by=visit.viewer, said="yes")
    services.create_topic(visit.db, by=EDITOR, name=LocalizedText(de=f"{canary} Thema"))
    services.set_rules(visit.db, by=EDITOR, words=[canary], rules=LocalizedText(de=f"{canary} Hausregeln"))
    reader = company.resident(f"{canary} Melder").visit()
    visit.db.commit()
    services.report(reader, post.id, None, reason="other", note=f"{canary} Meldung")
    said(reader, f"Noch ein {canary}", agrees=True)
    reader.db.commit()
    reader.db.close()
    visit.db.commit()
    visit.db.close()


def plant_many(company: SomeCompany, rows: int) -> None:
    """So many more posts, for what must cost the same with one and with a hundred."""
    visit = company.resident("Verena Keller").visit()
    for number in range(rows):
        said(visit, f"Beitrag {rows}-{number}")
    visit.db.commit()
    visit.db.close()
