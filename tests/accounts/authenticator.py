"""A device that makes passkeys and signs with them as the standard says, and, where a test wants it, does not."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from secrets import token_bytes
from typing import Any

import cbor2
import orjson
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from werkzeug.test import TestResponse

from quartier.testing import Browser

PRESENT, VERIFIED, HAS_KEY = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """A phone with one key. It stands at `origin`; what it signs names that origin, as a browser would have it."""

    origin: str
    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = field(default_factory=lambda: token_bytes(16))
    owner: bytes = b""
    used: int = 0

    def create(self, options: dict[str, Any]) -> str:
        """What `navigator.credentials.create` gives back, as JSON."""
        self.owner = base64url_to_bytes(options["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        length = len(self.credential_id).to_bytes(2, "big")
        data = self._data(options["rp"]["id"], PRESENT | VERIFIED | HAS_KEY)
        data += bytes(16) + length + self.credential_id + cbor2.dumps(public)
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options["challenge"])
        return self._json({"clientDataJSON": client, "attestationObject": attestation})

    def get(self, options: dict[str, Any], *, host: str | None = None) -> str:
        """What `navigator.credentials.get` gives back; `host` is another one than the one that asks."""
        self.used += 1
        data = self._data(host or options["rpId"], PRESENT | VERIFIED)
        client = self._client("webauthn.get", options["challenge"])
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        said = {"clientDataJSON": client, "authenticatorData": data, "signature": signature, "userHandle": self.owner}
        return self._json(said)

    def _data(self, host: str, flags: int) -> bytes:
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + self.used.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        return orjson.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False})

    def _json(self, response: dict[str, bytes]) -> str:
        own = bytes_to_base64url(self.credential_id)
        said = {name: bytes_to_base64url(value) for name, value in response.items()}
        whole = {"id": own, "rawId": own, "type": "public-key", "response": said, "clientExtensionResults": {}}
        return orjson.dumps(whole).decode()


def phone_of(browser: Browser, config: Any) -> Authenticator:
    """A phone in front of this browser's host."""
    return Authenticator(config.origin(browser.host))


def options(browser: Browser, path: str) -> dict[str, Any]:
    """What the server asks this browser's device."""
    found: dict[str, Any] = orjson.loads(browser.post(path).data)
    return found


def adds(browser: Browser, phone: Authenticator, name: str = "iPhone") -> TestResponse:
    """The phone makes a key for who is signed in."""
    return browser.post(
        "/account/passkeys", {"name": name, "passkey": phone.create(options(browser, "/account/passkeys/options"))}
    )


def signs_in(browser: Browser, phone: Authenticator) -> TestResponse:
    """The phone opens the door."""
    return browser.post("/sign-in/passkey", {"passkey": phone.get(options(browser, "/sign-in/passkey/options"))})
