"""Signatures after the Standard Webhooks specification: whoever has the secret knows that a message is ours."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime

PREFIX = "whsec_"
BYTES = 32


def new_secret() -> str:
    """A secret as the receiver's program takes it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def headers(message_id: str, at: datetime, body: bytes, keys: Iterable[str]) -> dict[str, str]:
    """The three headers. With several keys, as after a change of the secret, each has its signature."""
    moment = str(int(at.timestamp()))
    signatures = " ".join(f"v1,{signature(message_id, moment, body, key)}" for key in keys)
    return {"webhook-id": message_id, "webhook-timestamp": moment, "webhook-signature": signatures}


def signature(message_id: str, moment: str, body: bytes, key: str) -> str:
    """Base64 of the HMAC-SHA256 over id, time in seconds and body, joined by full stops."""
    secret = base64.b64decode(key.removeprefix(PREFIX))
    return base64.b64encode(
        hmac.new(secret, f"{message_id}.{moment}.".encode() + body, hashlib.sha256).digest()
    ).decode()
