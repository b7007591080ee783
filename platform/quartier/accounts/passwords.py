"""Hashing passwords, and the few things a password must not be."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from quartier.accounts.common_passwords import BEGINNINGS, COMMON
from quartier.i18n.texts import gettext as _

SHORTEST, LONGEST = 10, 200

HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # OWASP's choice; about 20 ms
NOBODYS: Final = "nobody has this password, but checking it takes as long as any other"

_hasher = HASHER
_nobody = _hasher.hash(NOBODYS)
_slots = threading.BoundedSemaphore(2)  # a flood of sign-ins must not eat all cores and memory


@contextmanager
def hashing_with(hasher: PasswordHasher) -> Iterator[None]:
    """Hash with other parameters for a while: tests sign in thousands of people, and need no password to be slow."""
    global _hasher, _nobody
    before = _hasher, _nobody
    _hasher, _nobody = hasher, hasher.hash(NOBODYS)
    try:
        yield
    finally:
        _hasher, _nobody = before


def hash_password(password: str) -> str:
    """An argon2id hash with its parameters in it."""
    with _slots:
        return _hasher.hash(_written(password))


def verify_password(stored: str | None, password: str) -> bool:
    """Whether the password fits. Without a stored hash the work is done all the same: time must not tell who exists."""
    with _slots:
        try:
            _hasher.verify(stored or _nobody, _written(password)[: LONGEST + 1])
        except (VerifyMismatchError, VerificationError, InvalidHashError):
            return False
    return stored is not None


def needs_rehash(stored: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(stored)


def complaint(password: str, email: str) -> str | None:
    """What is wrong with a new password, in the reader's language; None when it will do.

    Length is what makes a password strong. There are no rules for its letters, only a few passwords that everybody
    tries first.
    """
    if len(password) < SHORTEST:
        return _("At least %(count)s characters, please. A short sentence is easy to remember.", count=SHORTEST)
    if len(password) > LONGEST:
        return _("At most %(count)s characters, please.", count=LONGEST)
    if password.casefold() in {email.casefold(), email.casefold().partition("@")[0]}:
        return _("This is your e-mail address. Please choose something that nobody knows of you.")
    if is_common(password):
        return _("This password is on the lists that are tried first. Please choose another one.")
    return None


def is_common(password: str) -> bool:
    """Whether it is one of the most used ones, also with figures or signs at its end, or the same few over and over."""
    plain = password.casefold()
    stem = re.sub(r"[\W\d_]+\Z", "", plain)
    return plain in COMMON or stem in BEGINNINGS or re.fullmatch(r"(.{1,4}?)\1*.?", plain) is not None


def _written(password: str) -> str:
    """One keyboard composes an ü from two characters, another does not; both are the same password."""
    return normalize("NFC", password)
