"""E-mail addresses: the plain ones by pattern, the others by the library; no mail server is asked."""

from __future__ import annotations

import re
from typing import Final

from email_validator import EmailNotValidError, validate_email

PLAIN: Final = re.compile(r"[a-z0-9_%+-]+(?:\.[a-z0-9_%+-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}$")
NAMED: Final = re.compile(r"[^<>]*<([^<>]+)>$")
LONGEST: Final = 254


def parse_email(text: str) -> str:
    """The address in its normal form, or ValueError. `Verena Keller <v@k.example>` is understood."""
    text = text.strip().removeprefix("mailto:")
    if found := NAMED.match(text):
        text = found[1].strip()
    lower = text.lower()
    if PLAIN.match(lower) and len(lower) <= LONGEST and lower.index("@") <= 64:
        return lower
    try:
        return validate_email(text, check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError as error:
        raise ValueError(text) from error
