"""Rules for every route, of core and plugins: declared, gated, and of one company only."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from secrets import token_bytes
from uuid import UUID

import orjson
import pytest
from sqlalchemy import Connection, make_url, text

from quartier.accounts.models import AccountPasskey, AddressChange, Agent, AgentGrant, ApiToken, PasskeyQuestion
from quartier.accounts.permissions import all_scopes
from quartier.app import Platform
from quartier.db import engines
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
from quartier.people.policies import VIEW_AS
from quartier.registration.models import Registration
from quartier.rights.models import ErasureRequest
from quartier.team.models import JobRole, PropertyRole, TeamInvitation
from quartier.testing import Browser, SomeCompany
from quartier.viewing.models import ViewedPage, Viewing
from quartier.viewing.watching import END
from quartier.web.gate import PUBLIC, WORDS
from quartier.webhooks.messages import CHANGED, Page, body
from quartier.webhooks.models import Webhook, WebhookDelivery, WebhookPending
from quartier.webhooks.policies import READS
from quartier.webhooks.signing import new_secret
from tests.rules.routes import NOWHERE, ask, chief, master_token, portal_routes, routes, takes_ids

CANARY = "Nordlichtgeheimnis"
ROLES = {"role:sales", "role:support", "role:admin"}


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
    company.plant(hook, pending, message, link, wish, field)


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


@contextmanager
def seeing_everything(company: SomeCompany) -> Iterator[Connection]:
    """As the owner of the tables: the platform itself does not see all that a company's people write."""
    owner = engines.engine(make_url(str(company.platform.shell.config.database_url)), size=1)
    with owner.connect() as connection:
        yield connection
    owner.dispose()


TABLES = """
SELECT i.attrelid::regclass::text FROM pg_attribute i
  JOIN pg_class t ON t.oid = i.attrelid AND t.relkind = 'r'
  JOIN pg_attribute c ON c.attrelid = i.attrelid AND c.attname = 'company_id'
 WHERE i.attname = 'id' AND i.atttypid = 'uuid'::regtype
"""
POINTERS = """
SELECT f.conrelid::regclass::text AS child, c.attname AS field, f.confrelid::regclass::text AS parent
  FROM pg_constraint f
 CROSS JOIN unnest(f.conkey, f.confkey) AS pair (child, parent)
  JOIN pg_attribute c ON c.attrelid = f.conrelid AND c.attnum = pair.child
  JOIN pg_attribute p ON p.attrelid = f.confrelid AND p.attnum = pair.parent AND p.attname = 'id'
 WHERE f.contype = 'f'
"""


def one_id_for_all(company: SomeCompany) -> UUID:
    """Gives the last row of each table the same id, and what points to it: so one request tries all tables.

    Which table an address speaks of need not be guessed, and a thing inside of another has both ids.
    """
    one = new_id()
    with seeing_everything(company) as connection:
        connection.execute(text("SET session_replication_role = replica"))  # neither trigger nor foreign key minds
        pointers = connection.execute(text(POINTERS)).all()
        for table in connection.scalars(text(TABLES)).all():
            last = f"SELECT id FROM {table} WHERE company_id = :company ORDER BY id DESC LIMIT 1"
            facts = {"company": company.id, "one": one, "last": connection.scalar(text(last), {"company": company.id})}
            for child, field in [(row.child, row.field) for row in pointers if row.parent == table] + [(table, "id")]:
                change = f"UPDATE {child} SET {field} = :one WHERE company_id = :company AND {field} = :last"
                connection.execute(text(change), facts)
        connection.commit()
    return one


def test_every_route_says_who_may_use_it(platform: Platform) -> None:
    known = WORDS | ROLES | all_scopes(platform.shell.plugins).keys()
    everything = routes(platform.portal) + routes(platform.console)
    assert {str(route) for route in everything if getattr(route.view, "needs", None) not in known} == set()


def test_the_console_asks_everybody_but_at_the_door(platform: Platform) -> None:
    public = {str(route) for route in routes(platform.console) if route.needs == PUBLIC}
    assert {name.split(" ")[1].split("/")[1] for name in public} <= {
        "sign-in",
        "reset",
        "language",
        "styleguide",
        "imprint",
        "privacy",
    }


def test_only_what_asks_for_no_session_takes_requests_from_other_hosts(platform: Platform) -> None:
    everything = routes(platform.portal) + routes(platform.console)
    open_to_all = {str(route) for route in everything if getattr(route.view, "from_outside", False)}
    assert open_to_all == {"POST /mails/<token>/<kind>"}  # one click in a mail program; the token is the key
    assert {route.needs for route in everything if str(route) in open_to_all} == {PUBLIC}


def test_no_route_of_the_console_exists_on_a_companys_host(platform: Platform) -> None:
    assert {route.area for route in routes(platform.portal)} <= {"app", "cockpit", "api"}
    assert {route.area for route in routes(platform.console)} == {"console"}


def test_strangers_are_sent_to_the_door(brunnenhof: SomeCompany) -> None:
    let_in = set()
    for route in portal_routes(brunnenhof.platform):
        if route.needs == PUBLIC:
            continue
        url = route.url(NOWHERE)
        answer = ask(brunnenhof, route, url, browser=brunnenhof.visitor())
        if answer.status_code not in {302, 401} or answer.headers.get("Location", "/sign-in")[:8] != "/sign-in":
            let_in.add((str(route), answer.status_code))
    assert let_in == set()


def test_residents_use_no_tool_of_the_staff(brunnenhof: SomeCompany) -> None:
    browser, let_in = brunnenhof.resident().browser, set()
    for route in portal_routes(brunnenhof.platform):
        if route.area == "cockpit" or route.needs not in WORDS:
            url = route.url(NOWHERE)
            answer = ask(brunnenhof, route, url, browser=browser)
            if answer.status_code not in {401, 403}:
                let_in.add((str(route), answer.status_code))
    assert let_in == set()


def test_a_permission_opens_its_routes_and_no_others(brunnenhof: SomeCompany) -> None:
    """An agent without any permission is refused wherever one is declared."""
    browser, token, let_in = brunnenhof.agent("Dragan Petrović").browser, brunnenhof.token(), set()
    for route in portal_routes(brunnenhof.platform):
        if route.needs in WORDS:
            continue
        url = route.url(NOWHERE)
        answer = ask(brunnenhof, route, url, browser=browser, token=token)
        if answer.status_code != 403:
            let_in.add((str(route), answer.status_code))
    assert let_in == set()


def test_whoever_looks_as_a_resident_changes_nothing_anywhere(brunnenhof: SomeCompany) -> None:
    """Of every module and by every method: only the way out is open, and nothing of the staff's."""
    lea, browser, done = brunnenhof.resident(), brunnenhof.agent("Nadja Frei", VIEW_AS).browser, set()
    browser.post(f"/cockpit/people/{lea.person_id}/view-as", {"reason": "Asked on the phone"})
    for route in portal_routes(brunnenhof.platform):
        harmless = route.method == "GET" and route.area == "app"
        if route.area == "api" or route.rule.rule == END:
            continue
        url = route.url(NOWHERE)
        answer = ask(brunnenhof, route, url, browser=browser)
        if answer.status_code >= 500 if harmless else answer.status_code != 403:
            done.add((str(route), answer.status_code))
    assert done == set()
    assert 'class="watched"' in browser.get("/").text


def test_a_module_that_is_off_is_gone_for_everybody(make_company: Callable[..., SomeCompany]) -> None:
    company = make_company("Ohne")
    browser, token, found = chief(company).browser, master_token(company), set()
    for route in portal_routes(company.platform):
        if route.module is not None:
            url = route.url(NOWHERE)
            answer = ask(company, route, url, browser=browser, token=token)
            if answer.status_code != 404:
                found.add((str(route), answer.status_code))
    assert found == set()


def test_a_module_that_is_off_tells_its_methods_to_nobody(make_company: Callable[..., SomeCompany]) -> None:
    company = make_company("Ohne")
    browser, found = company.visitor(), set()
    for url in {route.url(NOWHERE) for route in portal_routes(company.platform) if route.module}:
        for method in ("OPTIONS", "DELETE", "PUT", "PROPFIND"):
            answer = browser.open(method, url)
            if answer.status_code != 404:
                found.add((method, url, answer.status_code))
    assert found == set()


def test_a_page_that_is_there_tells_its_methods(brunnenhof: SomeCompany) -> None:
    assert brunnenhof.visitor().open("OPTIONS", "/faq/").allow.as_set() == {"get", "head", "options"}
    assert brunnenhof.visitor().open("DELETE", "/faq/").status_code == 405


def test_no_id_of_another_company_opens_anything(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    """Every route that takes an id, with one that the other company has in every table."""
    plant_sample(nordlicht, CANARY)
    plant_sample(brunnenhof, "Brunnenhofgeheimnis")
    theirs, browser, token = one_id_for_all(nordlicht), chief(brunnenhof).browser, master_token(brunnenhof)
    before, leaks = dump(nordlicht), set()
    for route in filter(takes_ids, portal_routes(brunnenhof.platform)):
        if route.needs == PUBLIC:
            continue
        answer = ask(brunnenhof, route, route.url(theirs), browser=browser, token=token)
        if answer.status_code < 300 or CANARY.encode() in answer.data:
            leaks.add((str(route), answer.status_code))
    assert leaks == set()
    assert dump(nordlicht) == before


def test_no_page_shows_another_companys_content(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    plant_sample(nordlicht, CANARY)
    chief_browser, token, leaks = chief(brunnenhof).browser, master_token(brunnenhof), set()
    for route in portal_routes(brunnenhof.platform):
        if route.method != "GET" or takes_ids(route):
            continue
        for browser in (chief_browser, brunnenhof.resident().browser, brunnenhof.visitor()):
            answer = ask(brunnenhof, route, f"{route.rule.rule}?q={CANARY[:10]}", browser=browser, token=token)
            if CANARY.encode() in answer.data:
                leaks.add(str(route))
    assert leaks == set()


def dump(company: SomeCompany) -> dict[str, list[str]]:
    """Everything a company has, as text, to see that nobody else changed it."""
    with seeing_everything(company) as connection:
        names = connection.scalars(
            text(
                "SELECT attrelid::regclass::text FROM pg_attribute JOIN pg_class c ON c.oid = attrelid "
                "WHERE attname = 'company_id' AND c.relkind = 'r'"
            )
        ).all()
        return {
            name: sorted(
                connection.scalars(
                    text(f"SELECT t::text FROM {name} t WHERE company_id = :company"),
                    {"company": company.id},
                )
            )
            for name in names
        }


@pytest.mark.parametrize("header", ["nordlicht", "NORDLICHT", "nordlicht."])
def test_a_host_header_of_another_company_meets_a_stranger(
    header: str, brunnenhof: SomeCompany, nordlicht: SomeCompany
) -> None:
    """The cookie of one company, sent to another company's host however it is written."""
    host = nordlicht.host.replace("nordlicht", header.rstrip(".")) + ("." if header.endswith(".") else "")
    browser = Browser(brunnenhof.platform, brunnenhof.host)
    session = brunnenhof.resident().session_token()
    answer = browser.get("/", base_url=f"https://{host}", headers={"Cookie": f"__Host-quartier={session}"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in?next=/")
