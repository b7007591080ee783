"""Mails from the company's own address: signed with its key, so that receivers know they may come from there (DKIM)."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from secrets import token_hex
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy import select

from quartier.db.base import new_id
from quartier.deliveries.models import OwnSender
from quartier.keys import Unsealable, seal, unseal
from quartier.tenancy.session import CompanySession

PURPOSE: Final = "own-sender"
BITS: Final = 2048  # RFC 8301 §3.2
SIGNED: Final = (
    b"from", b"reply-to", b"to", b"subject", b"date", b"message-id", b"mime-version", b"content-type",
    b"list-unsubscribe", b"list-unsubscribe-post",
)  # fmt: skip
"""Headers that nobody may change on the way; those of unsubscribing have to be among them (RFC 8058 §4)."""


@dataclass(frozen=True)
class Signer:
    """Puts a company's signature on its mails. `key` is PEM."""

    domain: str
    selector: str
    key: bytes

    def signed(self, mail: bytes) -> bytes:
        """The mail with its signature as the first header."""
        import dkim  # with all of dnspython, which a process of pages never needs

        present = {line.partition(b":")[0].strip().lower() for line in mail.partition(b"\r\n\r\n")[0].split(b"\r\n")}
        signature: bytes = dkim.sign(
            mail, self.selector.encode(), self.domain.encode(), self.key, canonicalize=(b"relaxed", b"relaxed"),
            include_headers=[name for name in SIGNED if name in present],
        )  # fmt: skip
        return signature + mail


def sender_of(db: CompanySession) -> OwnSender | None:
    """The company's own address, used or not."""
    return db.scalars(select(OwnSender)).first()


def signer_of(row: OwnSender, key: bytes) -> Signer | None:
    """What signs for it; None where the key cannot be read any more, for an unsigned mail would be refused."""
    try:
        private = unseal(key, PURPOSE, row.private_key, row.company_id.bytes, row.id.bytes)
    except Unsealable:
        return None
    return Signer(row.domain, row.selector, private.encode())


def new_sender(db: CompanySession, local: str, domain: str, *, by: str, key: bytes) -> OwnSender:
    """Another address, with keys of its own; it takes the place of the one before."""
    if (before := sender_of(db)) is not None:
        db.delete(before)
        db.flush()
    pair, number = rsa.generate_private_key(public_exponent=65537, key_size=BITS), new_id()
    private = pair.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = pair.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    row = OwnSender(
        id=number, local=local, domain=domain, selector=f"quartier-{token_hex(3)}", created_by=by,
        private_key=seal(key, PURPOSE, private.decode(), db.company_id.bytes, number.bytes),
        public_key=base64.b64encode(public).decode(),
    )  # fmt: skip
    db.add(row)
    db.flush()
    return row
