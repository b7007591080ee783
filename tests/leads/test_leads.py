"""Sales follows up who might buy; a company asks, and sees none of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from quartier.accounts.models import Operator
from quartier.leads.models import Lead, LeadNote
from quartier.leads.services import ask_sales, working_days_later
from quartier.testing import Browser, SomeCompany

TODAY = datetime.now(UTC).date()


@pytest.fixture
def mara(console: Callable[..., Browser]) -> Browser:
    return console("sales")


def asked(company: SomeCompany, **more: Any) -> bool:
    with company.db() as db:
        facts = {"source": "marketplace", "topic": "bookings", "asks": "Nadja Frei", "today": date(2026, 11, 27)}
        new = ask_sales(db, **{**facts, **more})
        db.commit()
    return new


def of(company: SomeCompany) -> list[Lead]:
    with Session(company.platform.shell.platform, expire_on_commit=False) as db:
        return list(db.scalars(select(Lead).filter_by(customer_id=company.id).order_by(Lead.created_at)))


def notes(company: SomeCompany, lead: Lead) -> list[tuple[str, str, str, dict[str, Any]]]:
    with Session(company.platform.shell.platform) as db:
        found = db.scalars(select(LeadNote).filter_by(lead_id=lead.id).order_by(LeadNote.at, LeadNote.id))
        return [(one.kind, one.author, one.note, one.changes) for one in found]


def test_what_a_company_asks_for_is_one_lead_until_it_is_closed(
    brunnenhof: SomeCompany, nordlicht: SomeCompany
) -> None:
    assert [asked(brunnenhof, note="Für d'Waschküche"), asked(brunnenhof, note="Und?"), asked(nordlicht)] == [
        True, False, True
    ]  # fmt: skip
    (lead,) = of(brunnenhof)
    assert (lead.source, lead.topic, lead.state, lead.due, lead.owner_id, lead.version) == (
        "marketplace", "bookings", "open", date(2026, 12, 1), None, 2,
    )  # fmt: skip
    assert [note[2] for note in notes(brunnenhof, lead)] == ["Für d'Waschküche", "Und?"]
    with Session(brunnenhof.platform.shell.platform) as db:
        one = db.get_one(Lead, lead.id)
        one.state, one.closed_at = "won", datetime.now(UTC)
        db.commit()
    assert asked(brunnenhof)
    assert [one.state for one in of(brunnenhof)] == ["won", "open"]


@pytest.mark.parametrize("source", ["console", "anything"])
def test_a_company_cannot_open_what_only_sales_opens(brunnenhof: SomeCompany, source: str) -> None:
    with pytest.raises(Exception, match="a company asks from its marketplace"):
        asked(brunnenhof, source=source)


@pytest.mark.parametrize("statement", ["SELECT * FROM lead", "DELETE FROM lead_note", "UPDATE lead SET state = 'won'"])
def test_no_company_reaches_a_lead(brunnenhof: SomeCompany, statement: str) -> None:
    asked(brunnenhof)
    with brunnenhof.db() as db, pytest.raises(Exception, match="permission denied"):
        db.rows(statement)


def test_the_console_takes_no_note_back(brunnenhof: SomeCompany) -> None:
    asked(brunnenhof)
    with Session(brunnenhof.platform.shell.platform) as db, pytest.raises(DBAPIError, match="permission denied"):
        db.execute(delete(LeadNote))


def test_a_quota_that_is_reached_opens_a_lead(brunnenhof: SomeCompany, mara: Browser) -> None:
    with Session(brunnenhof.platform.shell.platform) as db:
        db.execute(text("UPDATE contract SET unit_quota = 3 WHERE company_id = :id"), {"id": brunnenhof.id})
        db.commit()
    nadja = brunnenhof.agent("Nadja Frei", "estate.read", "estate.edit").browser
    wish = {"wanted": "1500", "note": "Areal <Süd>"}
    assert nadja.post("/cockpit/estate/more-units", wish).status_code == 303
    (lead,) = of(brunnenhof)
    assert (lead.source, lead.topic, lead.amount, lead.created_by) == ("quota", "units", 1500, "Nadja Frei")
    page = mara.get(f"/leads/{lead.id}").text
    assert ["Needs room for 1,500 units" in page, "Areal &lt;Süd&gt;" in page, "Nadja Frei has asked" in page] == [
        True, True, True
    ]  # fmt: skip


def opened(mara: Browser, **more: str) -> str:
    facts = {"who": "Genossenschaft d'Arve", "title": "Portal for 300 flats", "due": "", "owner": "", "note": ""}
    answer = mara.post("/leads/new", facts | more)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def test_a_lead_has_an_owner_a_day_and_a_time_line(brunnenhof: SomeCompany, mara: Browser) -> None:
    path, who = opened(mara, note="Met at the fair"), me(brunnenhof)
    later = (TODAY + timedelta(days=3)).isoformat()
    facts = {"title": "Portal", "contact": "Luc", "owner": str(who), "due": later, "state": "open", "note": ""}
    assert mara.post(path, facts | {"version": "1"}).status_code == 303
    stale = mara.post(path, facts | {"version": "1", "contact": "Anna"})
    assert (stale.status_code, "in the meantime" in stale.text, 'value="Anna"' in stale.text) == (422, True, True)
    lost = facts | {"version": "2", "state": "lost"}
    assert (mara.post(path, lost).status_code, mara.post(path, lost | {"note": "Too dear"}).status_code) == (422, 303)
    with Session(brunnenhof.platform.shell.platform, expire_on_commit=False) as db:
        lead = db.get_one(Lead, UUID(path.rpartition("/")[2]))
    assert (lead.prospect, lead.customer_id, lead.state, lead.closed_at is not None) == (
        "Genossenschaft d'Arve", None, "lost", True,
    )  # fmt: skip
    assert notes(brunnenhof, lead) == [
        ("opened", "Mara Lindt", "Met at the fair", {}),
        ("changed", "Mara Lindt", "", {
            "contact": [None, "Luc"], "due": [None, later], "title": ["Portal for 300 flats", "Portal"],
            "owner_id": [None, "Mara Lindt"],
        }),
        ("changed", "Mara Lindt", "Too dear", {"state": ["open", "lost"]}),
    ]  # fmt: skip


def test_a_name_that_one_company_has_means_the_company(brunnenhof: SomeCompany, mara: Browser) -> None:
    with Session(brunnenhof.platform.shell.platform) as db:
        name = f"Brunnenhof {uuid4()}"
        db.execute(text("UPDATE company SET name = :name WHERE id = :id"), {"name": name, "id": brunnenhof.id})
        db.commit()
    opened(mara, who=name.upper())
    assert [one.title for one in of(brunnenhof)] == ["Portal for 300 flats"]


def me(company: SomeCompany) -> UUID:
    """Of the operators the last one is who is signed in."""
    with Session(company.platform.shell.platform) as db:
        return db.scalars(select(Operator.id).order_by(Operator.created_at.desc()).limit(1)).one()


def test_the_list_narrows_down_from_the_address(brunnenhof: SomeCompany, mara: Browser) -> None:
    mine, mark = str(me(brunnenhof)), f"x{uuid4().hex[:10]}"
    late, soon = (TODAY - timedelta(days=2)).isoformat(), (TODAY + timedelta(days=3)).isoformat()
    opened(mara, title=f"{mark} late", owner=mine, due=late)
    opened(mara, title=f"{mark} soon", due=soon)
    opened(mara, title=f"{mark} some day", owner=mine)
    asked(brunnenhof, today=TODAY)

    def found(query: str) -> list[str]:
        page = mara.get(f"/leads?q={mark}&{query}").text
        return [word for word in ("late", "soon", "some day") if f"{mark} {word}" in page]

    assert found("") == ["late", "soon", "some day"]
    assert found("whose=mine") == ["late", "some day"]
    assert found("whose=nobody") == ["soon"]
    assert found("due=overdue") == ["late"]
    assert found("due=week") == ["late", "soon"]
    assert found("state=won") == []
    assert found("state=nonsense&whose=x&due=x&after=x") == ["late", "soon", "some day"]
    assert "overdue:" in mara.get(f"/leads?q={mark}&due=overdue").text
    only = mara.get(f"/leads?company={brunnenhof.id}").text
    assert ("Asks about “Bookings”" in only, mark in only) == (True, False)


@pytest.mark.parametrize("sent", [{"who": "", "title": "x"}, {"who": "A" * 121}, {"due": "tomorrow"}, {"owner": "x"}])
def test_what_cannot_be_is_said_at_the_field(mara: Browser, sent: dict[str, str]) -> None:
    answer = mara.post("/leads/new", {"who": "Arve", "title": "Portal"} | sent)
    assert (answer.status_code, 'class="error-summary"' in answer.text) == (422, True)
    stranger = mara.post("/leads/new", {"who": "Arve", "title": "Portal", "owner": str(uuid4())})
    assert stranger.status_code == 422


@pytest.mark.parametrize(("day", "later"), [(20, 24), (21, 24), (23, 25), (25, 27), (26, 30), (27, 1)])
def test_two_working_days_leave_out_the_weekend(day: int, later: int) -> None:
    found = working_days_later(date(2026, 11, day), 2)
    assert found == date(2026, 12 if later < day else 11, later)


def test_support_has_no_leads(console: Callable[..., Browser]) -> None:
    support = console("support")
    assert (support.get("/leads").status_code, 'href="/leads"' in support.get("/companies").text) == (403, False)
