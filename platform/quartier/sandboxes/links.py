"""The secret link of a sandbox: derived, so that it can be shown again, and worth nothing without the sandbox.

What is in it follows from the installation's key, the company, the sandbox's own id and a number that grows when
somebody asks for another link. Nothing of it is stored: who reads the database cannot make one, and where the sandbox's
row is gone there is nothing to compare with.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from typing import Final

from quartier.keys import derive
from quartier.sandboxes.models import Sandbox

PURPOSE: Final = "sandbox.link"
DOOR: Final = "/demo"
BYTES: Final = 18


def token_of(key: bytes, sandbox: Sandbox) -> str:
    """24 characters that fit into an address, and into a small QR code."""
    made = derive(key, PURPOSE, sandbox.company_id.bytes, sandbox.id.bytes, str(sandbox.serial))
    return urlsafe_b64encode(made[:BYTES]).decode()


def is_token_of(key: bytes, sandbox: Sandbox, given: str) -> bool:
    """Whether somebody came with the link that is good today."""
    return hmac.compare_digest(token_of(key, sandbox).encode(), given.encode("utf-8", "replace"))


def path_of(key: bytes, sandbox: Sandbox) -> str:
    """The link's path on the company's own host."""
    return f"{DOOR}/{token_of(key, sandbox)}"
