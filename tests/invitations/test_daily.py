"""New people are invited in the morning, in the houses in which the company wants it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from quartier.invitations.jobs import DAILY, wake
from quartier.invitations.models import Invitation
from quartier.people.models import Person
from quartier.tenancy.models import SwitchDeviation
from quartier.testing import SomeCompany
from tests.accounts.test_access import settings
from tests.deliveries.desk import runner_with
from tests.registration.guests import lets

HERE, THERE = "verena@example.ch", "urs@example.ch"


@pytest.mark.parametrize(
    ("on", "otherwise", "invited"),
    [(False, False, set()), (True, False, {HERE, THERE}), (True, True, {HERE}), (False, True, {THERE})],
)
def test_only_where_the_company_wants_it(brunnenhof: SomeCompany, on: bool, otherwise: bool, invited: set[str]) -> None:
    elsewhere, building = brunnenhof.house("Seestrasse")
    lets(brunnenhof, brunnenhof.person("Verena Keller", email=HERE).id)
    lets(brunnenhof, brunnenhof.person("Urs Wyss", email=THERE).id, building_id=building)
    settings(brunnenhof, invitations_automatic=on)
    if otherwise:
        brunnenhof.plant(SwitchDeviation(key="invitations_automatic", property_id=elsewhere, value=not on))
        brunnenhof.platform.shell.snapshots.forget(brunnenhof.id)
    runner = runner_with(brunnenhof.platform, None)
    runner(runner.known.jobs[DAILY], brunnenhof.id, {}, 1)
    with brunnenhof.db() as db:
        people = select(Person.email).join(Invitation, Invitation.person_id == Person.id)
        assert set(db.scalars(people)) == invited
    assert woken(brunnenhof) is bool(invited)


def woken(company: SomeCompany) -> bool:
    """Whether the chore puts the job into the queue where it is nine now."""
    hour = datetime.now(UTC).hour
    zone = f"Etc/GMT{(hour - 9 + 11) % 24 - 11:+d}"
    with Session(company.platform.shell.platform) as db:
        db.execute(text("UPDATE company SET timezone = :zone WHERE id = :id"), {"zone": zone, "id": company.id})
        wake(runner_with(company.platform, None).house, db)
        count = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = :job AND args ->> 'company' = :id")
        found = db.scalar(count, {"job": DAILY, "id": str(company.id)})
        db.rollback()
    return bool(found)
