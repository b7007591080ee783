"""Mail addresses as SMTP wants them, and as we compare them."""

from __future__ import annotations

from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email


@dataclass(frozen=True)
class Mailbox:
    """An address that can be written to. `is_plain` says that it needs no server that knows SMTPUTF8."""

    address: str
    is_plain: bool = True


def address_key(address: str) -> str:
    """How addresses are compared. A NUL cannot be stored, so nobody's address has one."""
    return address.replace("\0", "").strip().casefold()


def mailbox(address: str) -> Mailbox | None:
    """The address for an envelope, its domain in ASCII; None when nobody can be written to there.

    Quoted names are fine (`"a b"@example.ch`), literal networks are not.
    """
    try:
        found = validate_email(
            address.strip(), check_deliverability=False, allow_quoted_local=True, globally_deliverable=False
        )
    except EmailNotValidError:
        return None
    if found.ascii_email is not None:
        return Mailbox(found.ascii_email)
    return Mailbox(f"{found.local_part}@{found.ascii_domain}", is_plain=False)
