"""What becomes of changed e-mail addresses, of however many people at once. Nothing here commits.

Who was invited by mail gets a new invitation at the new address: the old address may be a stranger's, so its link and
code end. Who has an account is asked at the new address and told at the old one, and goes on signing in with the old
one until then. An address that changed back before anybody was told is no change.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from psycopg.types.json import Jsonb

from quartier.accounts import addresses
from quartier.accounts.models import AddressChange
from quartier.db.base import new_id
from quartier.deliveries.readers import Reader
from quartier.deliveries.services import deliver, deliver_many
from quartier.i18n.texts import gettext as _
from quartier.invitations import services as invitations
from quartier.invitations.services import Inviter
from quartier.jobs.queue import begin
from quartier.locks.corrections import TEAM, Author, Subject, TooMany, propose
from quartier.locks.fields import owner_of
from quartier.mail.addresses import address_key
from quartier.masterdata import wording
from quartier.masterdata.letters import CORRECTION, Wanted, correction_letter
from quartier.people.models import Person
from quartier.readdressing.letters import ASKED, MOVED, TOLD, ask_letter, moved_letter, told_letter
from quartier.tenancy.company import company_of
from quartier.tenancy.session import CompanySession

TAKE: Final = "DELETE FROM email_moved RETURNING person_id, was"
FACTS: Final = """
    SELECT m.person_id, m.was, p.email AS now, a.id AS account_id, a.email AS login, i.ids AS invitations, i.mailed,
           coalesce(a.language, p.language) AS language,
           coalesce(nullif(trim(p.given_name || ' ' || p.family_name), ''), p.company_name) AS name
      FROM jsonb_to_recordset(%(taken)s) AS m(person_id uuid, was text)
      JOIN person p ON p.id = m.person_id
      LEFT JOIN account a ON a.company_id = p.company_id AND a.person_id = p.id AND a.is_active
      LEFT JOIN LATERAL (
        SELECT array_agg(v.id) AS ids, bool_or(EXISTS (
                 SELECT FROM invitation_sending s
                  WHERE s.company_id = v.company_id AND s.invitation_id = v.id AND s.channel = 'mail')) AS mailed
          FROM invitation v
         WHERE v.company_id = p.company_id AND v.person_id = p.id AND v.accepted_at IS NULL AND v.withdrawn_at IS NULL
      ) i ON true
"""


def see_to(db: CompanySession, inviter: Inviter) -> None:
    """Everybody whose address has changed since this was last asked."""
    begin(db)
    taken = [{"person_id": str(row.person_id), "was": row.was} for row in db.rows(TAKE)]
    rows = db.rows(FACTS, {"taken": Jsonb(taken)}) if taken else []
    _accounts(db, [row for row in rows if row.account_id], inviter)
    invited = [row for row in rows if not row.account_id and row.invitations]
    _invited(db, [row for row in invited if not _same(row.was, row.now)], inviter)


def refuse(db: CompanySession, change: AddressChange, person: Person, *, url: str) -> bool:
    """The owner of the account says that the other address is not theirs; whether somebody is asked to correct it: the
    ERP's keepers, or else the team. A change of their own is only dropped.
    """
    from_books, wrong, mine = change.origin == "books", change.email, _login(db, change)
    addresses.forget(db, [change.account_id])
    erp = owner_of(db, "person")
    if not from_books:
        return False
    subject, author = Subject("person", person.id, person.name), Author(person.name, change.account_id)
    if erp is None or erp.correction_email is None or "email" not in erp.fields:
        return _said_to_team(db, subject, author, _("%(wrong)s is not my address. I sign in with %(mine)s.",
                                                    wrong=wrong, mine=mine))  # fmt: skip
    correction, values, to = new_id(), {"email": (wrong, mine)}, erp.correction_email
    try:
        propose(db, correction, subject, values, note="", recipient=to, author=author)
    except TooMany:
        return False
    lines = [(str(wording.FIELDS["email"]), wrong, mine)]
    place = _("External ID: %(number)s", number=person.external_id or "–")
    deliver(
        db, CORRECTION, Reader(to),
        lambda: correction_letter(Wanted(person.name, person.name, lines, "", [place], url)),
        event=f"masterdata.correction:{correction}",
    )  # fmt: skip
    return True


def _said_to_team(db: CompanySession, subject: Subject, author: Author, words: str) -> bool:
    try:
        return propose(db, new_id(), subject, {}, note=words, recipient=TEAM, author=author)
    except TooMany:
        return False


def _login(db: CompanySession, change: AddressChange) -> str:
    return str(db.row("SELECT email FROM account WHERE id = %s", (change.account_id,)).email)


def _accounts(db: CompanySession, rows: Sequence[Any], inviter: Inviter) -> None:
    asked = {row.account_id: row for row in rows if row.now and not _same(row.now, row.login)}
    addresses.forget(db, [row.account_id for row in rows if row.account_id not in asked])
    new = addresses.propose(db, {account: row.now for account, row in asked.items()})
    company = company_of(db).name
    found: dict[Any, addresses.Proposed] = {asked[account].person_id: each for account, each in new.items()}

    def event(reader: Reader) -> str:
        return f"readdressing:{found[reader.person_id].id}"

    def ask(reader: Reader) -> Any:
        return ask_letter(reader.name, company, f"{inviter.origin}/address/{found[reader.person_id].token}")

    def tell(reader: Reader) -> Any:
        return told_letter(reader.name, company, f"{inviter.origin}/address/stop/{found[reader.person_id].stop}")

    them = [asked[account] for account in new]
    deliver_many(db, ASKED, _readers((row.now, row) for row in them), ask, event=event)
    deliver_many(db, TOLD, _readers((row.login, row) for row in them), tell, event=event)


def _invited(db: CompanySession, rows: Sequence[Any], inviter: Inviter) -> None:
    mailed = [row for row in rows if row.mailed]
    others = [one for row in rows if not row.mailed and row.now for one in row.invitations]
    invitations.withdraw(db, [one for row in mailed for one in row.invitations], by=inviter.name)
    invitations.invite(db, [row.person_id for row in mailed if row.now], channel="mail", actor=inviter)
    invitations.send(db, others, channel="mail", actor=inviter)
    company, act = company_of(db).name, new_id()
    told = _readers((row.was, row) for row in mailed if row.was)
    deliver_many(
        db, MOVED, told, lambda reader: moved_letter(reader.name, company),
        event=lambda reader: f"readdressing:{act}:{reader.person_id}",
    )  # fmt: skip


def _readers(pairs: Iterable[tuple[str, Any]]) -> list[Reader]:
    return [Reader(address, row.name, row.language, row.person_id) for address, row in pairs]


def _same(one: str | None, other: str | None) -> bool:
    return address_key(one or "") == address_key(other or "")
