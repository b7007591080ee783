"""The installation's secret key, and what is derived from it.

Codes and links that must be shown again are derived instead of stored: whoever reads the database alone cannot make
them. Every purpose has keys of its own, so that a value of one is worth nothing for another.
"""

from __future__ import annotations

import base64
import fcntl
import hmac
import os
import secrets
import stat
from functools import cache
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from quartier.config import Config

SHORTEST = 32  # characters
FILE = "key"
SEALED = "sealed:1:"
NONCE = 12  # bytes, as AES-GCM wants them


class KeyUnusable(Exception):
    """The key cannot be used as it is; the message says what to do."""


def key_of(config: Config) -> bytes:
    """The installation's key: `QUARTIER_KEY`, or else what lies in `var/key`, made when it is first asked for.

    Raises KeyUnusable for a short one and for a file that others can read. All processes of an installation need the
    same key: on several machines it has to be set. Who changes it makes all codes and links worthless that were sent.
    """
    if config.key is None:
        return _kept_in(config.var / FILE)
    if len(config.key) < SHORTEST:
        raise KeyUnusable(f"QUARTIER_KEY must have at least {SHORTEST} characters.")
    return config.key.encode()


class Unsealable(Exception):
    """What was sealed with another key, for something else, or is damaged: nobody can read it any more."""


def derive(key: bytes, purpose: str, *parts: bytes | str) -> bytes:
    """32 bytes that only this key gives for this purpose and these parts (HMAC-SHA-256, RFC 2104).

    Each part is measured before it is joined, so that ("ab", "c") is not ("a", "bc").
    """
    return hmac.new(key, _framed(purpose, *parts), sha256).digest()


def seal(key: bytes, purpose: str, plain: str, *about: bytes | str) -> str:
    """What only this key opens, and only for this purpose and for what it is about (AES-256-GCM, NIST SP 800-38D).

    `about` is not in it but bound to it: a secret that is moved to another row is worth nothing there.
    """
    nonce = secrets.token_bytes(NONCE)
    sealed = AESGCM(derive(key, f"seal:{purpose}")).encrypt(nonce, plain.encode(), _framed(*about))
    return SEALED + base64.b64encode(nonce + sealed).decode()


def unseal(key: bytes, purpose: str, sealed: str, *about: bytes | str) -> str:
    """What was sealed. Raises Unsealable."""
    if not is_sealed(sealed):
        raise Unsealable
    try:
        packed = base64.b64decode(sealed.removeprefix(SEALED), validate=True)
        opened = AESGCM(derive(key, f"seal:{purpose}")).decrypt(packed[:NONCE], packed[NONCE:], _framed(*about))
    except (ValueError, InvalidTag) as error:
        raise Unsealable from error
    return opened.decode()


def is_sealed(text: str) -> bool:
    """Whether this is what `seal` gives."""
    return text.startswith(SEALED)


def _framed(*parts: bytes | str) -> bytes:
    return b"".join(len(one).to_bytes(8, "big") + one for one in map(_bytes, parts))


def _bytes(part: bytes | str) -> bytes:
    return part.encode() if isinstance(part, str) else part


@cache
def _kept_in(file: Path) -> bytes:
    return _read(file) or _made(file)


def _read(file: Path) -> bytes | None:
    """What lies there; None while nothing whole does."""
    try:
        with file.open("rb") as opened:
            if stat.S_IMODE(os.fstat(opened.fileno()).st_mode) & 0o077:
                raise KeyUnusable(f"Others can read {file}: make it private (chmod 600), or set QUARTIER_KEY.")
            found = opened.read().strip()
    except FileNotFoundError:
        return None
    return found if len(found) >= SHORTEST else None


def _made(file: Path) -> bytes:
    """A new key, or that of whoever was quicker: of several who start at once, the lock lets one write."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b") as opened:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if len(found := opened.read().strip()) >= SHORTEST:
            return found
        made = secrets.token_hex(32).encode()
        opened.seek(0)
        opened.write(made + b"\n")
        opened.truncate()
        opened.flush()
        os.fsync(descriptor)
    return made
