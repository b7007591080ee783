"""Writing a mail: into the outbox, in the same transaction as what it tells of."""

from __future__ import annotations

from email.headerregistry import Address

from sqlalchemy.orm import Session

from quartier.i18n.voice import Voice
from quartier.mail.letters import Letter, Letterhead, compose
from quartier.mail.models import OutboxMail


def write_mail(db: Session, head: Letterhead, recipient: str, voice: Voice, letter: Letter) -> OutboxMail:
    """Put a letter to one address into the outbox; it goes out, if ever, after the commit.

    `voice` is the recipient's, and the letter's sentences are already in it. Nothing in a header breaks a line,
    whatever a company calls itself.
    """
    text, html = compose(head, voice, letter)
    mail = OutboxMail(
        company_id=head.company_id,
        sender=str(Address(_one_line(head.name), addr_spec=head.address)),
        recipient=_one_line(recipient),
        language=voice.language,
        subject=_one_line(letter.subject),
        text=text,
        html=html,
    )
    db.add(mail)
    return mail


def _one_line(text: str) -> str:
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())
