"""What rings a device, so that only its browser can read it, and signed, so that only we can ring it.

RFC 8291 (encryption for web push) and RFC 8292 (VAPID), written down over `cryptography`: the one library for them is
not kept as a wheel, and the other brings two HTTP clients that would go round our check of addresses.
"""

from __future__ import annotations

import base64
import json
import secrets
import time
from functools import cache
from typing import TYPE_CHECKING, Final

from quartier.keys import derive

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

POINT: Final = 65
"""Bytes of a public key on P-256, uncompressed."""
SECRET: Final = 16
RECORD: Final = 4096
"""Bytes of the one record that a message is; no push service takes more."""
LONGEST: Final = RECORD - POINT - 21 - 17
"""Bytes of plain text that fit into it."""
SIGNED_FOR: Final = 12 * 3600
ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the curve P-256 (FIPS 186-5)."""


class Unusable(Exception):
    """What a browser handed over is no key."""


def encoded(plain: bytes) -> str:
    """base64url without the filling, as web push writes everything."""
    return base64.urlsafe_b64encode(plain).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """The bytes behind it. Raises Unusable."""
    try:
        return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), b"-_", validate=True)
    except ValueError:
        raise Unusable from None


def check(public_key: bytes, secret: bytes) -> None:
    """Raises Unusable for keys that nothing can be encrypted for: also for a point that is not on the curve."""
    from cryptography.hazmat.primitives.asymmetric import ec  # only who switches a device on needs curves

    if len(public_key) != POINT or len(secret) != SECRET:
        raise Unusable
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public_key)
    except ValueError:
        raise Unusable from None


def encrypt(
    plain: bytes, public_key: bytes, secret: bytes, *, ours: EllipticCurvePrivateKey | None = None, salt: bytes = b""
) -> bytes:
    """A message for one browser, under keys of its own; `ours` and `salt` are for the example of RFC 8291."""
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if len(plain) > LONGEST:
        raise ValueError(f"{len(plain)} bytes do not fit into a message")
    ours, salt = ours or ec.generate_private_key(ec.SECP256R1()), salt or secrets.token_bytes(16)
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public_key)
    point = _point(ours)
    shared = _expanded(secret, ours.exchange(ec.ECDH(), theirs), b"WebPush: info\0" + public_key + point, 32)
    key = _expanded(salt, shared, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _expanded(salt, shared, b"Content-Encoding: nonce\0", 12)
    head = salt + RECORD.to_bytes(4, "big") + bytes([POINT]) + point
    return head + AESGCM(key).encrypt(nonce, plain + b"\2", None)


def public_key(key: bytes) -> str:
    """The installation's public key, which browsers are told of when they are asked to be rung by us."""
    return encoded(_point(_vapid(key)))


def signature(key: bytes, origin: str, contact: str) -> str:
    """The header `Authorization` for a push service: who we are, and whom its operators can ask."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

    said = {"aud": origin, "exp": int(time.time()) + SIGNED_FOR, "sub": contact}
    words = f"{_json({'typ': 'JWT', 'alg': 'ES256'})}.{_json(said)}"
    r, s = decode_dss_signature(_vapid(key).sign(words.encode(), ec.ECDSA(hashes.SHA256())))
    return f"vapid t={words}.{encoded(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}, k={public_key(key)}"


@cache
def _vapid(key: bytes) -> EllipticCurvePrivateKey:
    """Made of the installation's key: nothing more to keep, and all processes have the same."""
    from cryptography.hazmat.primitives.asymmetric import ec

    wide = derive(key, "push:vapid:1") + derive(key, "push:vapid:2")  # twice as wide as the order: no value is likelier
    return ec.derive_private_key(int.from_bytes(wide, "big") % (ORDER - 1) + 1, ec.SECP256R1())


def _point(private: EllipticCurvePrivateKey) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _expanded(salt: bytes, key: bytes, info: bytes, length: int) -> bytes:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(key)


def _json(said: dict[str, object]) -> str:
    return encoded(json.dumps(said, separators=(",", ":")).encode())
