"""A passkey in a real browser: made on the phone, and the next time the only thing that is needed."""

from __future__ import annotations

from playwright.sync_api import expect

from quartier.testing import PASSWORD
from tests.journeys.conftest import Finds, Opens
from tests.journeys.guest import Guest

PHONE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def has_finger(guest: Guest) -> None:
    """The phone has a reader, and its owner's finger is on it."""
    device = guest.context.new_cdp_session(guest.page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": PHONE})


def test_lea_makes_a_passkey_and_comes_back_without_her_password(demo: Finds, opens: Opens) -> None:
    lea = opens(demo("brunnenhof").host, size="phone")
    lea.goes("/account/passkeys/new")
    has_finger(lea)
    lea.signs_in("lea.zimmermann@post.example", PASSWORD)
    lea.page.locator("[name=name]").fill("Leas Telefon")
    lea.sees("button", "Passkey hinzufügen").click()
    expect(lea.page.get_by_role("link", name="Leas Telefon")).to_be_visible()
    lea.sees("button", "Auf diesem Gerät abmelden").click()
    lea.sees("button", "Mit Passkey anmelden").click()
    expect(lea.sees("navigation", "Hauptnavigation")).to_be_visible()
