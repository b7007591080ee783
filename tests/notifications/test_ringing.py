"""Devices that ring: switched on, rung with what their owner may see, and silent when they should be."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import select, update

from quartier.accounts.models import Account
from quartier.app import Platform
from quartier.audience.audience import Audience
from quartier.db.base import new_id
from quartier.deliveries.models import MailSettings
from quartier.estate.models import Occupancy
from quartier.keys import key_of
from quartier.notifications import sealing
from quartier.notifications.important import important_preview
from quartier.notifications.models import NotificationChoice, NotificationReceipt, PushDevice
from quartier.notifications.ringing import FAILURES, PAUSES, RING
from quartier.notifications.sealing import decoded, encoded
from quartier.notifications.services import TELL
from quartier.testing import Browser, SomeBody, SomeCompany
from quartier.web.gate import OWN_SCOPES
from tests.notifications.desk import ANSWER, KINDS, NEWS, THINGS, do, tell
from tests.webhooks.conftest import Letter, Receiver, private, receiver

__all__ = ["private", "receiver"]
ON, LIST = "/account/notifications/devices", "/account/notifications"


@pytest.fixture(autouse=True)
def kinds(platform: Platform) -> Iterator[None]:
    platform.shell.mails |= KINDS
    yield
    for key in KINDS:
        del platform.shell.mails[key]


def expanded(salt: bytes, key: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(key)


@dataclass
class Phone:
    """A browser with keys of its own: what it alone can read of what a push service hands it (RFC 8291)."""

    url: str
    browser: Browser
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = b"0123456789abcdef"

    @property
    def point(self) -> bytes:
        return self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def form(self) -> dict[str, str]:
        return {"endpoint": self.url, "p256dh": encoded(self.point), "auth": encoded(self.secret)}

    def reads(self, letter: Letter) -> dict[str, Any]:
        salt, theirs, sealed = letter.body[:16], letter.body[21:86], letter.body[86:]
        shared = self.private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))
        key = expanded(self.secret, shared, b"WebPush: info\0" + self.point + theirs, 32)
        nonce = expanded(salt, key, b"Content-Encoding: nonce\0", 12)
        plain = AESGCM(expanded(salt, key, b"Content-Encoding: aes128gcm\0", 16)).decrypt(nonce, sealed, None)
        return json.loads(plain.rstrip(b"\2"))  # type: ignore[no-any-return]


@dataclass
class Service:
    """A push service with an address for each phone."""

    receiver: Receiver

    def phone(self, body: SomeBody, name: str = "") -> Phone:
        """A phone on which somebody is signed in and has said that it may ring."""
        found = Phone(f"{self.receiver.url}/{name or body.account_id}", body.browser)
        assert found.browser.post(ON, found.form).status_code == 303
        return found

    def rung(self) -> list[str]:
        """The last part of each address that was asked, and forgotten with that."""
        found = sorted(letter.path.rpartition("/")[2] for letter in self.receiver.letters)
        self.receiver.letters.clear()
        return found


@pytest.fixture
def service(private: None, receiver: Receiver) -> Service:
    return Service(receiver)


def devices(company: SomeCompany) -> list[int]:
    """Failures of each device that there is."""
    with company.db() as db:
        return list(db.scalars(select(PushDevice.failures).order_by(PushDevice.id)))


def switches(page: str) -> list[str]:
    """Where each device of a page is switched off."""
    return re.findall(r'action="([^"]+/end)"', page)


def change(company: SomeCompany, model: type, **values: object) -> None:
    with company.db() as db:
        db.execute(update(model).values(**values))
        db.commit()


def test_what_is_encrypted_is_what_the_standard_says() -> None:
    """The example of RFC 8291, appendix A, and of the signature what RFC 8292 asks for."""
    theirs = decoded("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4")
    number = int.from_bytes(decoded("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big")
    found = sealing.encrypt(
        b"When I grow up, I want to be a watermelon", theirs, decoded("BTBZMqHH6r4Tts7J_aSIgg"),
        ours=ec.derive_private_key(number, ec.SECP256R1()), salt=decoded("DGv6ra1nlYgDCS1FRnbzlw"),
    )  # fmt: skip
    assert encoded(found) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3j"
        "l7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )
    said = sealing.signature(b"k" * 32, "https://push.example", "mailto:betrieb@quartier.example")
    token, key = said.removeprefix("vapid t=").split(", k=")
    head, claims, signed = token.split(".")
    assert json.loads(decoded(head)) == {"typ": "JWT", "alg": "ES256"}
    assert {"aud": "https://push.example", "sub": "mailto:betrieb@quartier.example"}.items() <= json.loads(
        decoded(claims)
    ).items()
    r, s = (int.from_bytes(decoded(signed)[at : at + 32], "big") for at in (0, 32))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(key))
    public.verify(encode_dss_signature(r, s), f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    with pytest.raises(ValueError, match="do not fit"):
        sealing.encrypt(b"x" * (sealing.LONGEST + 1), theirs, b"0" * 16)


def test_a_phone_rings_with_what_its_owner_may_see_in_their_language(brunnenhof: SomeCompany, service: Service) -> None:
    verena, urs = brunnenhof.resident("Verena Keller"), brunnenhof.resident("Urs Frei")
    lea = brunnenhof.resident("Lea Meier")
    change(brunnenhof, Account, language="fr")
    before = important_preview(verena.visit(), NEWS, Audience())
    phones = {str(one.account_id): service.phone(one) for one in (verena, urs, lea)}
    brunnenhof.plant(
        MailSettings(in_app={"core.post": False}, push={"core.post": False}),
        NotificationChoice(person_id=verena.person_id, push={"core.post": True}),
        NotificationChoice(person_id=lea.person_id, push={"core.post": True}),
    )
    post, here = new_id(), Audience(frozenset({brunnenhof.property_id}))
    shown = important_preview(verena.visit(), NEWS, here)
    assert (before.devices, shown.devices, [row.rings for row in shown.rows]) == (0, 3, [True, True, True])
    THINGS[post] = here
    told = tell(brunnenhof, NEWS, here, thing=post, facts={"title": "Ü" * 500}, by=lea.account_id)
    do(brunnenhof, TELL)
    do(brunnenhof, RING)
    (letter,) = service.receiver.letters
    owner = letter.path.rpartition("/")[2]
    assert owner == str(verena.account_id)
    assert phones[owner].reads(letter) == {
        "title": "Neuer Aushang", "body": "Ü" * 400, "lang": "fr", "tag": str(told), "url": f"/notifications/{told}",
        "important": False,
    }  # fmt: skip
    assert {name: letter.headers[name] for name in ("ttl", "urgency", "topic", "content-encoding")} == {
        "ttl": "86400", "urgency": "normal", "topic": encoded(told.bytes), "content-encoding": "aes128gcm",  # type: ignore[union-attr]
    }  # fmt: skip
    key = sealing.public_key(key_of(brunnenhof.platform.shell.config))
    assert letter.headers["authorization"].endswith(f", k={key}")
    assert f'data-push="{key}"' in verena.browser.get(LIST).text
    with brunnenhof.db() as db:
        told_so = {
            (one.person_id, one.rung_at is not None, one.in_app) for one in db.scalars(select(NotificationReceipt))
        }
    assert told_so == {(verena.person_id, True, False), (urs.person_id, False, False)}


def test_nothing_rings_of_what_is_hidden_off_or_somebody_elses(
    brunnenhof: SomeCompany, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked when it is sent: between telling and ringing a thing is hidden, a module goes off, somebody moves out."""
    verena, moved = brunnenhof.resident("Verena Keller"), brunnenhof.resident("Moritz Bald")
    post = new_id()
    THINGS[post] = Audience()
    phone, _other = service.phone(verena), service.phone(moved)
    last = select(Occupancy.id).order_by(Occupancy.id.desc()).limit(1).scalar_subquery()

    of_faq = replace(ANSWER, key="faq.answer")
    monkeypatch.setitem(brunnenhof.platform.shell.mails, of_faq.key, of_faq)
    answer = ANSWER

    def told_and_then(happens: Any) -> list[str]:
        tell(brunnenhof, NEWS, Audience(), thing=post)
        tell(brunnenhof, answer, [verena.account_id, moved.account_id])
        do(brunnenhof, TELL)
        happens()
        do(brunnenhof, RING)
        return service.rung()

    both = sorted(map(str, (verena.account_id, moved.account_id)))
    assert told_and_then(lambda: None) == sorted(both * 2)
    assert told_and_then(lambda: THINGS.pop(post)) == both
    THINGS[post] = Audience()

    answer = of_faq
    assert told_and_then(lambda: brunnenhof.switch("faq", on=False)) == both  # of the post alone
    answer = ANSWER

    def moves_out() -> None:
        with brunnenhof.db() as db:
            db.execute(update(Occupancy).where(Occupancy.id == last).values(ends=date(2022, 1, 1)))
            db.commit()

    assert told_and_then(moves_out) == [str(verena.account_id)] * 2
    assert devices(brunnenhof) == [0]
    assert told_and_then(lambda: phone.browser.post("/sign-out")) == []
    assert devices(brunnenhof) == []


def test_a_push_service_may_be_busy_and_a_device_may_be_gone(brunnenhof: SomeCompany, service: Service) -> None:
    verena = brunnenhof.resident("Verena Keller")
    service.phone(verena)

    def ring(*statuses: int) -> list[tuple[int, int]]:
        """What came of a notification: how often it was tried, and failures of each device."""
        service.receiver.statuses = list(statuses)
        tell(brunnenhof, ANSWER, [verena.account_id])
        do(brunnenhof, TELL)
        while do(brunnenhof, RING):
            pass
        return [(len(service.rung()), one) for one in devices(brunnenhof)]

    assert ring(503, 429, 204) == [(3, 0)]
    assert ring(*[500] * (len(PAUSES) + 1)) == [(len(PAUSES) + 1, 1)]
    assert ring(204) == [(1, 0)]
    for turn in range(1, FAILURES):
        assert ring(403) == [(1, turn)]
    assert ring(403) == []
    service.phone(verena)
    assert ring(410) == []


def test_only_a_browser_can_be_switched_on_and_only_by_its_owner(brunnenhof: SomeCompany, service: Service) -> None:
    verena, urs = brunnenhof.resident("Verena Keller"), brunnenhof.resident("Urs Frei")
    phone = service.phone(verena, "first")
    browser = phone.browser
    bad = [
        {"endpoint": "ftp://push.example/"}, {"endpoint": ""},
        {"p256dh": encoded(b"\4" + b"1" * 64)}, {"p256dh": "%"}, {"auth": "AAAA"},
    ]  # fmt: skip
    assert {browser.post(ON, {**phone.form, **one}).status_code for one in bad} == {400}
    page = browser.get(LIST).text
    assert ("this device" in page or "dieses Gerät" in page, page.count("/end")) == (True, 1)
    (end,) = switches(page)
    assert urs.browser.post(end).status_code == 404
    phone.url += "-anew"  # the browser's service has another address for it
    assert browser.post(ON, phone.form).status_code == 303
    assert devices(brunnenhof) == [0]
    service.phone(urs, "first-anew")
    assert (browser.get(LIST).text.count("/end"), urs.browser.get(LIST).text.count("/end")) == (0, 1)
    (end,) = switches(urs.browser.get(LIST).text)
    assert urs.browser.post(end).headers["Location"] == f"{LIST}#devices"
    assert (devices(brunnenhof), urs.browser.post(end).status_code) == ([], 404)


def test_whether_a_device_rings_its_owner_tries_on_the_page_and_over_the_api(
    brunnenhof: SomeCompany, nordlicht: SomeCompany, service: Service
) -> None:
    nadja, urs, machine = brunnenhof.agent("Nadja Frei", language="fr"), brunnenhof.resident(), brunnenhof.visitor()
    phone, own = service.phone(nadja, "first"), {"Authorization": f"Bearer {brunnenhof.token(*OWN_SCOPES, by=nadja)}"}
    (one,) = machine.get("/api/v1/me/devices", headers=own).json["items"]  # type: ignore[index]
    assert one.keys() == {"id", "name", "since", "used_at"}
    here, api = f"{ON}/{one['id']}", f"/api/v1/me/devices/{one['id']}"
    assert f'action="{here}/test"' in phone.browser.get(LIST).text
    assert [phone.browser.post(f"{here}/test").status_code for _twice in range(2)] == [303, 303]
    assert machine.post(f"{api}/test", headers=own).status_code == 204
    brunnenhof.work()
    (letter,) = service.receiver.letters  # of what waits there is one
    assert {name: phone.reads(letter)[name] for name in ("title", "lang", "url")} == {
        "title": "Message de test", "lang": "fr", "url": LIST,
    }  # fmt: skip
    assert urs.browser.post(f"{here}/test").status_code == 404
    strange = nordlicht.agent("Svenja Petersen")
    theirs = {"Authorization": f"Bearer {nordlicht.token(*OWN_SCOPES, by=strange)}"}
    assert [nordlicht.visitor().post(f"{api}/test", headers=theirs).status_code,
            nordlicht.visitor().open("DELETE", api, headers=theirs).status_code] == [404, 404]  # fmt: skip
    missed = "Le dernier message n’est pas arrivé"
    for statuses, said in (([500], True), ([201], False)):  # the page says what came of it
        service.receiver.statuses = statuses
        assert phone.browser.post(f"{here}/test").status_code == 303
        brunnenhof.work()
        assert (missed in phone.browser.get(LIST).text) == said, statuses
    service.receiver.statuses = [410]
    assert phone.browser.post(f"{here}/test").status_code == 303
    brunnenhof.work()
    assert devices(brunnenhof) == []
    service.phone(nadja, "second")
    (again,) = machine.get("/api/v1/me/devices", headers=own).json["items"]  # type: ignore[index]
    gone = f"/api/v1/me/devices/{again['id']}"
    assert [machine.open("DELETE", gone, headers=own).status_code for _twice in range(2)] == [204, 404]
