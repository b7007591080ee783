"""Hashing passwords, and the few things a password must not be."""

from __future__ import annotations

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

SHORTEST, LONGEST = 10, 200

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # OWASP's choice; about 20 ms
_slots = threading.BoundedSemaphore(2)  # a flood of sign-ins must not eat all cores and memory
_nobody = _hasher.hash("nobody has this password, but checking it takes as long as any other")


def hash_password(password: str) -> str:
    """An argon2id hash with its parameters in it."""
    with _slots:
        return _hasher.hash(password)


def verify_password(stored: str | None, password: str) -> bool:
    """Whether the password fits. Without a stored hash the work is done all the same: time must not tell who exists."""
    with _slots:
        try:
            _hasher.verify(stored or _nobody, password[:LONGEST])
        except (VerifyMismatchError, VerificationError, InvalidHashError):
            return False
    return stored is not None


def needs_rehash(stored: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(stored)
