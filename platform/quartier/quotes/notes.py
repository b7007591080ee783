"""Mail about quotes: to who buys, in the quote's language, and to who sells, in theirs."""

from __future__ import annotations

from sqlalchemy.orm import Session

from quartier.accounts.models import Operator
from quartier.alerts.queries import readers_of
from quartier.alerts.services import Alert, Write, tell
from quartier.contracts.desk import host_of
from quartier.db.base import new_id
from quartier.deliveries.operators import PDF, deliver_to_operator
from quartier.i18n.texts import using
from quartier.mail.letters import Letter
from quartier.mail.messages import Enclosure
from quartier.quotes import letters
from quartier.quotes.content import Content
from quartier.quotes.models import Quote, QuoteAcceptance, QuoteVersion
from quartier.quotes.paper import voice_of
from quartier.quotes.queries import Found
from quartier.quotes.sending import Posted
from quartier.tenancy.models import Company
from quartier.web.shell import shell
from quartier.web.visit import ConsoleVisit


def url_of(token: str) -> str:
    """Where the link leads, from anywhere."""
    return f"{_origin()}/quote/{token}"


def mail_quote(visit: ConsoleVisit, company: Company, quote: Quote, posted: Posted, content: Content) -> bool:
    """Send a version to who it is for; False where nobody has said where to."""
    if not content.email:
        return False
    voice = voice_of(content, company.country)
    with using(voice):
        letter = letters.quote_letter(
            quote.number, posted.version.number, content, visit.viewer.name, url_of(posted.token)
        )
    file = Enclosure(PDF, posted.version.pdf, f"{quote.number}.pdf")
    deliver_to_operator(
        visit.db, shell().config, content.email, voice, letter, reply_to=visit.viewer.email, enclosure=file
    )
    return True


def confirm(db: Session, found: Found, version: QuoteVersion, said: QuoteAcceptance) -> bool:
    """Thank who has accepted, with the document; False where nobody has said where to."""
    if not version.sent_to:
        return False
    content, quote = found.content, found.quote
    voice = voice_of(content, found.company.country)
    with using(voice):
        portal = shell().url_of(host_of(db, shell(), found.company))
        letter = letters.accepted_letter(quote.number, content, version, said, portal)
        file = Enclosure(PDF, version.pdf, f"{quote.number}.pdf")
        deliver_to_operator(
            db, shell().config, version.sent_to, voice, letter, reply_to=_address(db, quote), enclosure=file
        )
    return True


def tell_sales(db: Session, company: Company, quote: Quote, said: str) -> None:
    """Somebody has said yes: to who looks after the company, or who wrote the quote, or all who sell."""

    def write(reader: Operator, url: str) -> Letter:
        return letters.told_letter(reader.name, company.name, quote.number, said, url)

    _tell(db, quote, f"quote.accepted:{quote.id}:{quote.version}", {"state": "accepted"}, write=write)


def tell_declined(db: Session, quote: Quote, why: str) -> None:
    """Somebody has said no, with a reason where there is one: to the same people as a yes."""
    _tell(db, quote, f"quote.declined:{quote.id}:{quote.version}", {"state": "declined", "why": why})


def tell_clash(db: Session, company: Company, quote: Quote, why: str) -> None:
    """Somebody wanted to say yes, and could not."""

    def write(reader: Operator, url: str) -> Letter:
        return letters.clash_letter(reader.name, company.name, quote.number, why, url)

    _tell(db, quote, f"quote.clash:{new_id()}", {"state": "clash", "why": why}, write=write)


def _tell(db: Session, quote: Quote, event: str, facts: dict[str, str], *, write: Write | None = None) -> None:
    path = f"/companies/{quote.company_id}/quotes/{quote.id}"
    alert = Alert("quote", path, event, quote.company_id, {"number": quote.number, **facts})
    tell(db, shell().config, alert, _sellers(db, quote), write=write)


def _sellers(db: Session, quote: Quote) -> list[Operator]:
    return readers_of(db, quote.company_id, or_else=quote.owner_id)


def _address(db: Session, quote: Quote) -> str | None:
    return next((one.email for one in _sellers(db, quote)), None)


def _origin() -> str:
    config = shell().config
    return config.origin(config.console_host)
