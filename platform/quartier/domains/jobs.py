"""Hosts behind the scenes: asking name servers, answering on a host, and no longer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy import text
from sqlalchemy.orm import Session

from quartier.accounts.permissions import COMPANY_SETTINGS
from quartier.alerts.jobs import ring
from quartier.deliveries.holders import tell_holders
from quartier.deliveries.models import OwnSender
from quartier.deliveries.own_sender import sender_of
from quartier.deliveries.services import lead_to
from quartier.domains.letters import FAILING, LOST, SERVING, UNSIGNED, News
from quartier.domains.lookup import NameServers, look
from quartier.domains.models import OwnDomain
from quartier.domains.names import in_full
from quartier.domains.senders import CHECK_SENDER, heard, listen
from quartier.domains.services import CHECK, SETTLE, main_host, make_main, serve, settle, withdraw
from quartier.jobs.definition import Chore, House, Job, Work
from quartier.jobs.queue import defer_for
from quartier.tenancy.hosts import full_host

log = structlog.get_logger(__name__)

DUE: Final = text("""
    SELECT company_id, id FROM own_domain WHERE checked_at IS NULL OR checked_at < now() - CASE
        WHEN state IN ('waiting', 'taken') AND created_at > now() - interval '3 days' THEN interval '10 minutes'
        WHEN state = 'failing' THEN interval '1 hour'
        ELSE interval '6 hours' END
    ORDER BY checked_at NULLS FIRST LIMIT 500
""")


SENDERS_DUE: Final = text("""
    SELECT company_id FROM own_sender WHERE checked_at IS NULL OR checked_at < now() - CASE
        WHEN dkim = 'ok' THEN interval '1 hour'
        WHEN created_at > now() - interval '3 days' THEN interval '10 minutes'
        ELSE interval '6 hours' END
    ORDER BY checked_at NULLS FIRST LIMIT 500
""")


def check(work: Work, domain: str) -> None:
    """Ask about one host, and do what follows."""
    row = work.db.get(OwnDomain, (work.company.id, UUID(domain)))
    if row is None:
        return
    host, token = row.host, row.token
    target = full_host(work.company.slug, work.house.config.platform_domain)
    work.db.commit()  # nobody waits for a name server with a transaction open
    seen = look(NameServers(work.house.config.name_server), host, token, target)
    row = work.db.get(OwnDomain, (work.company.id, UUID(domain)), with_for_update=True)
    if row is None:
        return
    change = settle(row, seen, datetime.now(UTC))
    log.info("domain_checked", host=host, proof=seen.proof, points=seen.points, change=change)
    if change == "serve":
        with Session(work.house.platform) as platform:
            got = serve(platform, work.company.id, host)
            platform.commit()
        row.state = "serving" if got else "taken"
        if got:
            _tell(work, SERVING, in_full(host))
    elif change == "withdraw":
        with Session(work.house.platform) as platform:
            withdraw(platform, work.company.id, host)
            platform.commit()
        _tell(work, LOST, in_full(host))
        _lead_letters(work)
        ring(work.db, "host", host=in_full(host))
    elif change == "warn":
        _tell(work, FAILING, in_full(host))


def check_sender(work: Work) -> None:
    """Ask about the address that mails come from."""
    row = sender_of(work.db)
    if row is None:
        return
    work.db.expunge(row)
    work.db.commit()
    said = listen(NameServers(work.house.config.name_server), row)
    row = work.db.get(OwnSender, (row.company_id, row.id), with_for_update=True)
    if row is not None and heard(row, said, datetime.now(UTC)):
        _tell(work, UNSIGNED, row.address)


def make_so(work: Work, host: str, gone: str, actor: str) -> None:
    """Answer no more on one host, or have another be the main address."""
    with Session(work.house.platform) as platform:
        if gone:
            withdraw(platform, work.company.id, gone, actor=actor)
        else:
            make_main(platform, work.company.id, host or None, actor=actor)
        platform.commit()
    _lead_letters(work)


def ask_again(_house: House, db: Session) -> None:
    """Have those hosts asked about whose turn it is: soon while somebody sets records, four times a day after that."""
    for company_id, domain_id in db.execute(DUE).all():
        defer_for(db, company_id, CHECK, once=f"domain:{domain_id}", domain=str(domain_id))
    for (company_id,) in db.execute(SENDERS_DUE).all():
        defer_for(db, company_id, CHECK_SENDER, once="sender")


def _lead_letters(work: Work) -> None:
    """What was written and has not left yet leads to the main address of now."""
    config, before = work.house.config, work.company.host
    main = full_host(main_host(work.db), config.platform_domain)
    if main != before:
        lead_to(work.db, config.origin(main), instead_of=config.origin(before))


def _tell(work: Work, news: News, about: str) -> None:
    """A mail to those who may change settings."""
    url = work.url(news.page)
    tell_holders(work.db, COMPANY_SETTINGS, news.kind, lambda reader: news.write(reader.name, about, url))


JOBS = [Job(CHECK, check), Job(SETTLE, make_so), Job(CHECK_SENDER, check_sender)]
CHORES = [Chore("domains.ask_again", ask_again, every="*/10 * * * *")]
