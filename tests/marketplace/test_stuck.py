"""Orders that nobody may approve: who hears of it, when it comes later, and when somebody may again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from quartier.accounts.models import Account, Agent, AgentGrant
from quartier.accounts.permissions import MODULES_APPROVE, TEAM_ADMIN
from quartier.app import house_of
from quartier.leads.models import Lead
from quartier.marketplace.models import ProductOrder
from quartier.marketplace.stuck import look
from quartier.testing import Browser, SomeCompany, work_off
from quartier.web.read_only import BUY
from tests.marketplace.shelves import seen, stored

HOME = "/cockpit/marketplace"
STUCK = "An order waits, and nobody in your team may approve it"


def leads(firm: SomeCompany) -> list[tuple[str, str]]:
    with Session(firm.platform.shell.platform) as db:
        return [(one.source, one.topic) for one in db.query(Lead).filter_by(customer_id=firm.id)]


def clock(firm: SomeCompany) -> None:
    """Ten minutes pass."""
    with Session(firm.platform.shell.platform) as db:
        look(house_of(firm.platform.shell), db)
        db.commit()
    work_off(firm.platform)


def change(firm: SomeCompany, model: Any, who: Any, **values: Any) -> None:
    with Session(firm.platform.shell.platform) as db:
        db.execute(update(model).where(model.company_id == firm.id, *who).values(**values))
        db.commit()


def test_where_nobody_may_approve_who_orders_reads_it_and_who_can_help_hears_of_it(
    firm: SomeCompany, nadja: Browser
) -> None:
    ivo = firm.agent("Ivo Baum", TEAM_ADMIN, language="en")
    page = nadja.get(f"{HOME}/pinboard").text
    assert "Nobody in your team may approve orders. This right can be given by Ivo Baum." in page
    done = nadja.post(f"{HOME}/pinboard/order", seen(nadja, "pinboard"))
    assert "Nobody may approve it yet; sales was told." in nadja.get(done.location).text
    work_off(firm.platform)
    assert STUCK in ivo.browser.get("/cockpit/notifications").text
    assert STUCK not in nadja.get("/cockpit/notifications").text
    assert leads(firm) == [("approval", "pinboard")]
    assert "ordered, nobody may approve" in nadja.get(HOME).text
    clock(firm)
    assert leads(firm) == [("approval", "pinboard")]
    regula = firm.agent("Regula Steiner", BUY, MODULES_APPROVE, language="en")
    clock(firm)
    assert [one.stuck_since for one in stored(firm, ProductOrder)] == [None]
    assert "An order waits for approval" in regula.browser.get("/cockpit/notifications").text
    assert "Approval: Regula Steiner." in nadja.get(f"{HOME}/pinboard").text
    assert regula.browser.post(f"{HOME}/pinboard/answer", {"do": "approve"}).status_code == 303


@pytest.mark.parametrize("how", ["deactivated", "right ended", "last day", "account closed"])
def test_an_order_whose_last_approver_goes_does_not_wait_in_silence(
    firm: SomeCompany, nadja: Browser, how: str
) -> None:
    regula = firm.agent("Regula Steiner", BUY, MODULES_APPROVE, language="en")
    nadja.post(f"{HOME}/pinboard/order", seen(nadja, "pinboard"))
    clock(firm)
    assert ([one.stuck_since for one in stored(firm, ProductOrder)], leads(firm)) == ([None], [])
    mine = {Agent: (Agent.id == regula.agent_id,), AgentGrant: (AgentGrant.agent_id == regula.agent_id,)}
    now = datetime.now(UTC)
    match how:
        case "deactivated":
            change(firm, Agent, mine[Agent], deactivated_at=now)
        case "right ended":
            change(firm, AgentGrant, mine[AgentGrant], ended_at=now)
        case "last day":
            change(firm, AgentGrant, mine[AgentGrant], ends=datetime(2020, 1, 2, tzinfo=UTC).date(),
                   starts=datetime(2020, 1, 1, tzinfo=UTC).date())  # fmt: skip
        case _:
            change(firm, Account, (Account.person_id == regula.person_id,), is_active=False)
    clock(firm)
    assert [one.stuck_since is None for one in stored(firm, ProductOrder)] == [False]
    assert leads(firm) == [("approval", "pinboard")]
    assert "Sales can help to name somebody." in nadja.get(f"{HOME}/pinboard").text


def test_whoever_orders_and_may_approve_does_both_alone(firm: SomeCompany) -> None:
    alone = firm.agent("Regula Steiner", BUY, MODULES_APPROVE, language="en").browser
    assert alone.post(f"{HOME}/pinboard/order", seen(alone, "pinboard")).status_code == 303
    assert alone.post(f"{HOME}/pinboard/answer", {"do": "approve"}).status_code == 303
    assert [(one.asked_by, one.answered_by) for one in stored(firm, ProductOrder)] == [("Regula Steiner",) * 2]
    assert leads(firm) == []
