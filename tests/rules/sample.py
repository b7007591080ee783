"""What a company can have of everything, core and modules: planted with a word that nobody else may ever read."""

from __future__ import annotations

import importlib
from datetime import UTC, date, datetime, timedelta
from secrets import token_bytes

import orjson

from quartier.accounts.models import AccountPasskey, AddressChange, Agent, AgentGrant, ApiToken, PasskeyQuestion
from quartier.companies.models import BrandDraft
from quartier.customers.models import CompanyHealth
from quartier.db.base import new_id
from quartier.deliveries.models import MailDelivery
from quartier.estate.policies import READ
from quartier.files.models import Attachment, StoredFile
from quartier.i18n.localized import LocalizedText
from quartier.imports.models import ImportRun
from quartier.invitations.models import Invitation, InvitationSending, LetterBatch
from quartier.legal.models import LegalConsent, LegalDocument, LegalVersion
from quartier.locks.models import Correction, CorrectionField, ErpLink
from quartier.merging.models import PersonApart, PersonLook, PersonMerge, PersonPair
from quartier.notifications.models import Notification, NotificationChoice, NotificationReceipt, PushDevice
from quartier.people.models import EmailMoved, PersonAlias
from quartier.registration.models import Registration
from quartier.rights.models import ErasureRequest
from quartier.support.models import SupportAccess, SupportPage
from quartier.team.models import JobRole, PropertyRole, TeamInvitation
from quartier.testing import SomeCompany
from quartier.usage.models import UsageDay
from quartier.viewing.models import ViewedPage, Viewing
from quartier.webhooks.messages import CHANGED, Page, body
from quartier.webhooks.models import Webhook, WebhookDelivery, WebhookPending
from quartier.webhooks.policies import READS
from quartier.webhooks.signing import new_secret


def plant_sample(company: SomeCompany, canary: str) -> None:
    """What the core and every module keep about a company, with a word that nobody else may ever read."""
    plant_core(company, canary)
    for slug, plugin in company.platform.shell.plugins.serving.items():
        package = plugin.module.__name__.rpartition(".")[0]
        importlib.import_module(f"{package}.tests.sample").plant(company, canary)
        assert company.platform.shell.plugins.serving[slug] is plugin


def plant_core(company: SomeCompany, canary: str) -> None:
    """A webhook, paused so that the rules send nothing, with its log; a wish to an ERP; people in the books twice."""
    plant_merges(company, canary)
    plant_team(company, canary)
    plant_invitations(company, canary)
    plant_passkey(company, canary)
    plant_addresses(company, canary)
    plant_legal(company, canary)
    plant_files(company, canary)
    plant_notifications(company, canary)
    plant_desks(company, canary)
    company.plant(
        BrandDraft(
            id=new_id(), mark=new_id(), based_on=1, author=canary, app_name=LocalizedText({"de": canary}), theme="klar",
            colour="#1f5c4a",
        )
    )  # fmt: skip
    hook = Webhook(
        id=new_id(), name=canary, url=f"https://{canary}.example/", nouns=list(READS), secret=new_secret(),
        paused="agent", created_by=canary,
    )  # fmt: skip
    pending = WebhookPending(id=new_id(), work=1)
    page = Page((orjson.dumps({"id": canary}),), ("unit",))
    message = WebhookDelivery(
        id=new_id(), webhook_id=hook.id, batch=new_id(), page=1, nouns=["unit"], changes=1, status="failed",
        body=body(CHANGED, new_id(), 1, page.items, last=True), reply=canary,
    )  # fmt: skip
    link = ErpLink(id=new_id(), system=canary, correction_email=f"{canary}@erp.example".lower(), owned=["unit.name"])
    wish = Correction(
        id=new_id(), noun="building", noun_id=company.building_id, property_id=company.property_id, label=canary,
        note=canary, recipient=canary, proposed_by=canary,
    )  # fmt: skip
    field = CorrectionField(
        id=new_id(), correction_id=wish.id, noun_id=company.building_id, field="name", present=canary, proposed=canary
    )
    used = UsageDay(id=new_id(), module=canary.lower(), day=date(2020, 1, 1), counts={canary: 1})
    plant_support(company, canary)
    health = CompanyHealth(id=new_id(), addressable=1, registered=1, active=1, units=1)
    company.plant(hook, pending, message, link, wish, field, used, health)


def plant_support(company: SomeCompany, canary: str) -> None:
    """Platform support that asked to look and looked."""
    now = datetime.now(UTC)
    access = SupportAccess(
        id=new_id(), operator_id=new_id(), operator_name=canary, reason=canary, hours=1, agreed_at=now,
        agreed_by=canary, ends_at=now + timedelta(minutes=5), ended_at=now, ended_by=canary,
        token_hash=token_bytes(32), ticket_hash=token_bytes(32),
    )  # fmt: skip
    company.plant(access, SupportPage(id=new_id(), access_id=access.id, path=f"/{canary}"))


def plant_desks(company: SomeCompany, canary: str) -> None:
    """What lies on desks of the Cockpit: an import, a mail on its way, a program's key, and a wish to be forgotten."""
    person = company.person(f"{canary} Vergessen")
    address = f"{canary}@post.example".lower()
    nadja = company.agent(f"{canary} Frei")
    company.plant(
        ApiToken(
            id=new_id(), agent_id=nadja.agent_id, name=canary, token_hash=token_bytes(32), scopes=["estate.read"],
            expires_at=datetime.now(UTC) + timedelta(days=1), created_by=canary,
        ),
        ImportRun(id=new_id(), created_by=canary, source="cockpit", status="checked", files=[]),
        MailDelivery(
            id=new_id(), kind="accounts.reset", event=canary, address=address, address_key=address, name=canary,
            person_id=person.id, language="de", subject=canary, state="failed",
        ),
        ErasureRequest(id=new_id(), person_id=person.id),
    )  # fmt: skip


def plant_invitations(company: SomeCompany, canary: str) -> None:
    """Somebody who was invited by letter, with the file, and somebody who came."""
    guest, came = company.person(f"{canary} Eingeladen"), company.resident(f"{canary} Da")
    file = StoredFile(id=new_id(), purpose="letters", name=canary, content_type="application/pdf", size=1, digest="0")
    batch = LetterBatch(id=new_id(), created_by=canary, state="ready", letters=1, file_id=file.id)
    hashes = {"code_hash": token_bytes(32), "token_hash": token_bytes(32)}
    waiting = Invitation(id=new_id(), person_id=guest.id, created_by=canary, **hashes)
    used = Invitation(
        id=new_id(), person_id=came.person_id, account_id=came.account_id, accepted_at=datetime.now(UTC),
        created_by=canary, code_hash=token_bytes(32), token_hash=token_bytes(32),
    )  # fmt: skip
    sent = InvitationSending(
        id=new_id(), invitation_id=waiting.id, event=batch.id, kind="invitation", channel="letter", sent_by=canary
    )
    begun = Registration(
        id=new_id(), invitation_id=waiting.id, account_id=new_id(), email=canary, token_hash=token_bytes(32),
        expires_at=datetime.now(UTC) + timedelta(days=1),
    )  # fmt: skip
    company.plant(file, batch, waiting, used, sent, begun)


def plant_passkey(company: SomeCompany, canary: str) -> None:
    """Somebody with a passkey, and a question that waits for its answer."""
    key = AccountPasskey(
        id=new_id(), account_id=company.resident(f"{canary} Finger").account_id, credential_id=canary.encode(),
        public_key=b"", host=company.host, name=canary,
    )  # fmt: skip
    soon = datetime.now(UTC) + timedelta(minutes=5)
    company.plant(key, PasskeyQuestion(id=new_id(), challenge=b"", token_hash=canary.encode(), expires_at=soon))


def plant_addresses(company: SomeCompany, canary: str) -> None:
    """Somebody who is asked at a new address, and somebody whose address has just changed."""
    soon = datetime.now(UTC) + timedelta(days=1)
    change = AddressChange(
        id=new_id(), account_id=company.resident(f"{canary} Umzug").account_id, origin="books", expires_at=soon,
        email=f"{canary}@new.example", token_hash=canary.encode(), stop_hash=canary.encode(),
    )  # fmt: skip
    moved = EmailMoved(id=new_id(), person_id=company.person(f"{canary} Post").id, was=f"{canary}@old.example")
    company.plant(change, moved)


def plant_files(company: SomeCompany, canary: str) -> None:
    """A draft of somebody, with its bytes' row, and a file of a thing that stays."""
    sender = company.resident(f"{canary} Foto").account_id
    facts = {"purpose": "faq.article", "account_id": sender, "name": canary, "content_type": "text/plain", "size": 1}
    draft, file = Attachment(id=new_id(), **facts), Attachment(id=new_id(), thing_id=new_id(), alt=canary, **facts)
    held = StoredFile(
        id=new_id(), purpose="quarantine", name=canary, content_type="text/plain", size=1, digest="0",
        attachment_id=draft.id,
    )  # fmt: skip
    company.plant(draft, file, held)


def plant_legal(company: SomeCompany, canary: str) -> None:
    """A document with a version that somebody agreed to, and the draft of the next."""
    words = LocalizedText({"de": canary})
    key = canary.lower()
    document = LegalDocument(
        id=new_id(), key=key, title=words, draft=words, draft_at=datetime.now(UTC), draft_by=canary
    )
    version = LegalVersion(
        id=new_id(), document_id=document.id, number=1, text=words, note=words, starts=date(2020, 1, 1),
        published_by=canary,
    )  # fmt: skip
    reader = company.resident(f"{canary} Leserin").account_id
    agreed = LegalConsent(
        id=new_id(), account_id=reader, document_id=document.id, version_id=version.id, document=key, number=1,
        answer="agreed", language="de", asked="visit", subject=canary.encode(),
    )  # fmt: skip
    company.plant(document, version, agreed)


def plant_notifications(company: SomeCompany, canary: str) -> None:
    """Somebody who was told of something by somebody else, also by letter, has chosen, and has a device that rings."""
    reader, author = company.resident(f"{canary} Gehört"), company.resident(f"{canary} Gesagt")
    with company.db() as db:
        session = reader.viewer(db).session_id
    told = Notification(
        id=new_id(), kind="faq.article", event=canary, path=f"/{canary}",
        facts={"title": {"de": canary}, "text": {"de": canary}}, author_id=author.person_id, sent_by=canary,
        important=True,
    )  # fmt: skip
    letters = LetterBatch(id=new_id(), created_by=canary, notification_id=told.id, state="ready", letters=1)
    receipt = NotificationReceipt(
        id=new_id(), notification_id=told.id, person_id=reader.person_id, address_key=canary, letter_id=letters.id
    )
    choice = NotificationChoice(id=new_id(), person_id=reader.person_id, push={canary: True})
    device = PushDevice(
        id=new_id(), account_id=reader.account_id, session_id=session, endpoint=f"https://{canary}.example/",
        endpoint_hash=canary.encode(), public_key=b"", secret=b"",
    )  # fmt: skip
    company.plant(told, letters, receipt, choice, device)


def plant_team(company: SomeCompany, canary: str) -> None:
    """A colleague who was invited and answers for something, and a resident whose portal was looked at."""
    person, tenant = company.person(f"{canary} Kollege"), company.resident(f"{canary} Angesehen")
    agent = Agent(id=new_id(), person_id=person.id, employer=canary, ends=date(2099, 1, 1))
    grant = AgentGrant(
        id=new_id(), agent_id=agent.id, permissions=[READ], property_id=company.property_id, given_by=canary
    )
    link = TeamInvitation(
        id=new_id(), agent_id=agent.id, email=f"{canary}@post.example", sent_by=canary, token_hash=token_bytes(32),
        expires_at=datetime(2099, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    role = JobRole(key="caretaker", id=new_id(), name=LocalizedText({"de": canary}))
    held = PropertyRole(id=new_id(), property_id=company.property_id, role_id=role.id, agent_id=agent.id)
    look = Viewing(
        id=new_id(), person_id=tenant.person_id, agent_name=canary, session_id=new_id(), reason=canary,
        token_hash=token_bytes(32), ends_at=datetime(2020, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    company.plant(agent, grant, link, role, held, look, ViewedPage(id=new_id(), viewing_id=look.id, path=f"/{canary}"))


def plant_merges(company: SomeCompany, canary: str) -> None:
    """Two who look alike and were found, two who are not the same, and one who went into another."""
    one, two = sorted(company.person(f"{canary} Doppelt", email=f"{canary}@post.example").id for _each in range(2))
    pair = PersonPair(id=new_id(), one_id=one, other_id=two, reasons=["email"], key=canary)
    apart = PersonApart(id=new_id(), one_id=one, other_id=company.person(f"{canary} Anders").id, said_by=canary)
    merged = PersonMerge(id=new_id(), survivor_id=one, gone=[new_id()], names=[canary], by=canary, journal=[])
    alias = PersonAlias(id=new_id(), external_id=canary, person_id=one)
    wish = Correction(
        id=new_id(), noun="person", noun_id=one, label=canary, note=canary, recipient=canary, proposed_by=canary
    )
    company.plant(pair, apart, merged, alias, PersonLook(id=new_id()), wish)
