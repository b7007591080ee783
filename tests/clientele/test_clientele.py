"""Somebody looks after each company, hears of what concerns it, and hands it over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from quartier.accounts.models import Operator, OperatorSession
from quartier.alerts.queries import readers_of
from quartier.app import Platform
from quartier.contracts.models import ContractEvent
from quartier.db.base import new_id
from quartier.leads.models import Lead, LeadNote
from quartier.leads.services import ask_sales
from quartier.tenancy.models import Company
from quartier.testing import Browser, SomeCompany

TODAY = datetime.now(UTC).date()


@pytest.fixture
def db(platform: Platform) -> Iterator[Session]:
    with Session(platform.shell.platform, expire_on_commit=False) as session:
        yield session


@pytest.fixture
def colleague(db: Session) -> Callable[..., Operator]:
    def make(name: str, role: str = "sales") -> Operator:
        email = f"{new_id().hex[-12:]}@quartier.example"
        made = Operator(id=new_id(), email=email, email_key=email, name=name, role=role, is_active=True)
        db.add(made)
        db.commit()
        return made

    return make


def manager(db: Session, company: SomeCompany) -> object:
    return db.scalar(select(Company.manager_id).filter_by(id=company.id))


def chosen(browser: Browser, company: SomeCompany, to: object, was: object = "") -> str:
    return browser.post(f"/companies/{company.id}/manager", {"to": str(to), "was": str(was)}).headers["Location"]


def test_sales_gives_a_company_to_somebody_and_of_two_at_once_the_second_sees_the_first(
    console: Callable[..., Browser], brunnenhof: SomeCompany, db: Session, colleague: Callable[..., Operator]
) -> None:
    mara, zoe, ida = console("sales"), colleague("Zoë O’Neill"), colleague("Ida Sommer", "support")
    assert chosen(mara, brunnenhof, zoe.id) == f"/companies/{brunnenhof.id}"
    assert manager(db, brunnenhof) == zoe.id
    chosen(mara, brunnenhof, "")  # as seen before Zoë had it
    chosen(mara, brunnenhof, ida.id, zoe.id)  # support sells nothing
    chosen(mara, brunnenhof, "nonsense", zoe.id)
    assert manager(db, brunnenhof) == zoe.id
    assert "Zoë O’Neill" in mara.get(f"/companies/{brunnenhof.id}").text
    chosen(mara, brunnenhof, "", zoe.id)
    told = db.scalars(select(ContractEvent).filter_by(company_id=brunnenhof.id, kind="company.manager"))
    assert {(str(one.before), str(one.after)) for one in told} == {
        ("{'manager': None}", "{'manager': 'Zoë O’Neill'}"), ("{'manager': 'Zoë O’Neill'}", "{'manager': None}"),
    }  # fmt: skip
    assert "Somebody else looks after the company" in mara.get(f"/companies/{brunnenhof.id}/events").text


def test_what_a_company_asks_for_is_its_account_managers_and_nobody_elses(
    brunnenhof: SomeCompany, db: Session, colleague: Callable[..., Operator]
) -> None:
    """Whoever has had a lead of it before does not matter; who has left, or sells no more, hears of nothing."""
    zoe, other = colleague("Zoë O’Neill"), colleague("Mara Lindt")
    db.add(Lead(id=new_id(), customer_id=brunnenhof.id, source="console", title="x", owner_id=other.id, created_by="x"))
    db.execute(update(Company).where(Company.id == brunnenhof.id).values(manager_id=zoe.id))
    db.commit()

    def asks(topic: str) -> object:
        with brunnenhof.db() as portal:
            ask_sales(portal, source="marketplace", topic=topic, asks="Nadja Frei", today=TODAY)
            portal.commit()
        return db.scalar(select(Lead.owner_id).filter_by(customer_id=brunnenhof.id, topic=topic))

    assert (asks("bookings"), readers_of(db, brunnenhof.id, or_else=other.id)) == (zoe.id, [zoe])
    zoe.role = "finance"
    db.commit()
    assert (asks("pinboard"), readers_of(db, brunnenhof.id, or_else=other.id)) == (None, [other])
    selling = set(db.scalars(select(Operator.id).filter_by(role="sales", is_active=True)))
    assert {one.id for one in readers_of(db, brunnenhof.id)} == selling
    assert {one.id for one in readers_of(db, None)} == selling


def test_who_leaves_is_out_at_once_and_hands_everything_over(
    console: Callable[..., Browser], brunnenhof: SomeCompany, nordlicht: SomeCompany, db: Session,
    colleague: Callable[..., Operator],
) -> None:  # fmt: skip
    ivo, zoe, heir = console("admin"), colleague("Zoë O’Neill"), colleague("Mara Lindt")
    for company in (brunnenhof, nordlicht):
        db.execute(update(Company).where(Company.id == company.id).values(manager_id=zoe.id))
    mine = {"customer_id": brunnenhof.id, "source": "console", "created_by": "x", "owner_id": zoe.id}
    still, over = (Lead(id=new_id(), title="x", **mine, **more) for more in ({}, {"state": "won", "closed_at": TODAY}))
    until = datetime(2030, 1, 1, tzinfo=UTC)
    db.add_all([still, over, OperatorSession(account_id=zoe.id, token_hash=zoe.id.bytes, expires_at=until)])
    db.commit()
    assert console("sales").post(f"/operators/{zoe.id}/deactivate", {"heir": str(heir.id)}).status_code == 403
    ivo.post(f"/operators/{zoe.id}/deactivate", {"heir": str(zoe.id)})
    ivo.post(f"/operators/{zoe.id}/hand-over", {"to": "nonsense"})
    db.expire_all()
    assert (zoe.is_active, manager(db, nordlicht)) == (True, zoe.id)
    ivo.post(f"/operators/{zoe.id}/deactivate", {"heir": str(heir.id)})
    db.expire_all()
    sessions = db.scalars(select(OperatorSession).filter_by(account_id=zoe.id)).all()
    assert (zoe.is_active, sessions) == (False, [])
    assert [manager(db, one) for one in (brunnenhof, nordlicht)] == [heir.id, heir.id]
    assert (still.owner_id, over.owner_id) == (heir.id, zoe.id)
    assert db.scalar(select(LeadNote.changes).filter_by(lead_id=still.id)) == {
        "owner_id": ["Zoë O’Neill", "Mara Lindt"]
    }
    page = ivo.get(f"/operators/{zoe.id}").text
    assert "Let in again" in page
    assert "Hand over" not in page
    ivo.post(f"/operators/{zoe.id}/reactivate", {})
    db.expire_all()
    assert zoe.is_active


def test_nobody_locks_the_console_from_inside(console: Callable[..., Browser], platform: Platform, db: Session) -> None:
    ivo = console("admin")
    me = db.scalars(select(Operator).filter_by(role="admin").order_by(Operator.id.desc())).first()
    assert me is not None
    ivo.post(f"/operators/{me.id}/deactivate", {})
    db.refresh(me)
    assert me.is_active


def test_the_list_shows_whose_a_company_is_and_finds_what_is_nobodys(
    console: Callable[..., Browser], brunnenhof: SomeCompany, nordlicht: SomeCompany, db: Session,
    colleague: Callable[..., Operator],
) -> None:  # fmt: skip
    mara, zoe = console("sales"), colleague("Zoë O’Neill")
    word = new_id().hex[-8:]
    for company, whose in ((brunnenhof, zoe.id), (nordlicht, None)):
        name = f"{company.slug} {word}"
        db.execute(update(Company).where(Company.id == company.id).values(manager_id=whose, name=name))
    db.commit()

    def found(whose: object) -> set[str]:
        page = mara.get(f"/companies?q={word}&manager={whose}").text
        return {one.slug for one in (brunnenhof, nordlicht) if f"{one.slug} {word}" in page}

    assert (found(zoe.id), found("nobody"), found("")) == (
        {brunnenhof.slug},
        {nordlicht.slug},
        {brunnenhof.slug, nordlicht.slug},
    )
    zoe.is_active = False
    db.commit()
    assert found("nobody") == {brunnenhof.slug, nordlicht.slug}
    assert f"/companies?manager={zoe.id}" in mara.get("/operators").text
