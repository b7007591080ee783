"""What several tests of deliveries do: a company whose mail goes to a server, and what became of its mails."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select, update

from quartier import chores
from quartier.app import Platform, house_of
from quartier.deliveries.models import MailAddress, MailDelivery
from quartier.deliveries.readers import Reader
from quartier.deliveries.services import deliver_many
from quartier.jobs.registry import registry
from quartier.jobs.runner import Runner
from quartier.mail.kinds import MailKind
from quartier.mail.letters import Action, Letter
from quartier.testing import SomeCompany
from tests.mail.server import MailHost


def news(_company: str = "Brunnenhof") -> Letter:
    return Letter("Neues im Haus", "Guten Tag", ("Der Lift geht wieder.",))


def link(_company: str = "Brunnenhof") -> Letter:
    return Letter("Ihr Link", "Guten Tag", ("Hier.",), Action("Öffnen", "https://brunnenhof.example/reset/geheim"))


NEWS = MailKind("core.news", {"de": "Neues", "en": "News", "fr": "Nouvelles"}, news)
LINK = MailKind("core.link", {"de": "Link", "en": "Link", "fr": "Lien"}, link, essential="access", secret=True)


def write(
    company: SomeCompany, *addresses: str, kind: MailKind = NEWS, event: str | None = None, person: UUID | None = None
) -> list[UUID]:
    """Write the same to each of them, committed."""
    return write_to(company, [Reader(one, person_id=person) for one in addresses], kind=kind, event=event)


def write_to(
    company: SomeCompany, readers: Iterable[Reader], *, kind: MailKind = NEWS, event: str | None = None
) -> list[UUID]:
    with company.db() as db:
        found = deliver_many(db, kind, readers, lambda _reader: kind.sample("Brunnenhof"), event=event)
        db.commit()
    return found


def send(
    company: SomeCompany, host: MailHost | None, ids: Iterable[UUID], *, attempt: int = 1, **server: object
) -> None:
    """One job, in this process and with this server."""
    runner = runner_with(company.platform, host, **server)
    job = runner.known.jobs["mail.send"]
    runner(job, company.id, {"deliveries": [str(one) for one in ids]}, attempt)


def runner_with(platform: Platform, host: MailHost | None, **server: object) -> Runner:
    house = house_of(platform.shell)
    smtp = replace(host.config, **server) if host else None  # type: ignore[arg-type]
    mailing = replace(house, config=replace(house.config, smtp=smtp))
    return Runner(mailing, registry(platform.shell.plugins, chores.JOBS, chores.CHORES))


def deliveries(company: SomeCompany) -> list[MailDelivery]:
    """All of them, the oldest first."""
    with company.db() as db:
        return list(db.scalars(select(MailDelivery).order_by(MailDelivery.id)))


def states(company: SomeCompany) -> dict[str, str]:
    """Address → what became of the mail to it."""
    return {one.address: one.state for one in deliveries(company)}


def address_of(company: SomeCompany, address: str) -> MailAddress:
    with company.db() as db:
        return db.scalars(select(MailAddress).filter_by(address_key=address)).one()


def change_address(company: SomeCompany, address: str, **values: object) -> None:
    with company.db() as db:
        db.execute(update(MailAddress).where(MailAddress.address_key == address).values(**values))
        db.commit()


def change_deliveries(company: SomeCompany, **values: object) -> None:
    with company.db() as db:
        db.execute(update(MailDelivery).values(**values))
        db.commit()


def queued(company: SomeCompany) -> list[tuple[int, bool, int]]:
    """Jobs of this company that wait: how many mails, whether for later, and their priority."""
    with company.platform.shell.platform.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT jsonb_array_length(args -> 'arguments' -> 'deliveries'), scheduled_at > now(), priority "
            "FROM procrastinate_jobs WHERE task_name = 'mail.send' AND status = 'todo' AND args ->> 'company' = %s "
            "ORDER BY id",
            (str(company.id),),
        )
        return [(row[0], bool(row[1]), row[2]) for row in rows]
