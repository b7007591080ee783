"""`quartier company apply`: make the database say what the folder says. Running it twice changes nothing.

The files plant, the database rules: what people changed afterwards is reported by `diff`, and `apply` takes it back
only because somebody typed the command. What only the database has stays; nobody's account or contract is deleted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from quartier.accounts.models import Account, Agent, AgentGrant
from quartier.accounts.passwords import hash_password
from quartier.accounts.permissions import TEAM_ADMIN
from quartier.catalogue.queries import version_of
from quartier.companies.ascode.brands import pictures_there
from quartier.companies.ascode.description import ONLY, PLACES, Description, Picture, Row, chosen
from quartier.companies.ascode.from_database import FACTS, MAILS, Known, describe_database
from quartier.companies.ascode.from_files import describe_files, without_address
from quartier.companies.ascode.shapes import SHAPES, Shape
from quartier.companies.ascode.writing import ACTOR, Writing, set_values
from quartier.companies.branding import PLAIN, publish_brand
from quartier.companies.facts import CompanyFacts, FactsError
from quartier.companies.models import PICTURES
from quartier.companies.naming import OwnApp
from quartier.companies.services import NewCompany, change_company, company_by_slug, create_company
from quartier.companies.subbrands import company_facts
from quartier.contracts import services as contracts
from quartier.contracts.events import record
from quartier.contracts.models import ModuleScope, ModuleSwitch
from quartier.contracts.refusal import ContractError
from quartier.contracts.sale import Sale
from quartier.contracts.services import By
from quartier.contracts.trials import plant_trial
from quartier.db.base import new_id
from quartier.deliveries.models import MailSettings
from quartier.estate.models import Property
from quartier.files.purposes import BRAND
from quartier.files.services import keep
from quartier.files.storage import Storage
from quartier.legal.kinds import place_in
from quartier.legal.models import LegalDocument
from quartier.legal.services import Edition, add_version
from quartier.people.models import Occupant, Person
from quartier.team.chiefs import has_chief_in
from quartier.team.models import JobRole, PropertyRole
from quartier.tenancy.models import Company, SwitchDeviation

LAPSE = ("grace_days", "read_only_days")


def plant(db: Session, storage: Storage, facts: CompanyFacts, *, password: str | None = None) -> Planting:
    """Plant the company and its tables, in one transaction that the caller commits. Raises FactsError.

    Then comes what the company's own program exported, and then `rest`: it names people and places of either.
    `password`: sign-in for everybody the files give an account to; None makes accounts that must set one first.
    """
    said = describe_files(facts)
    company = company_by_slug(db, facts.slug) or _new_company(db, facts)
    planting = Planting(db, storage, facts, said=said, known=describe_database(db, company), password=password)
    with planting.explained():
        planting.first()
    return planting


def rest(planting: Planting) -> None:
    """Plant what hangs on people and places, wherever they came from; the caller commits. Raises FactsError."""
    with planting.explained():
        planting.last()


def _new_company(db: Session, facts: CompanyFacts) -> Company:
    new = NewCompany(
        facts.slug, facts.name, facts.country, facts.timezone, facts.languages, facts.app_name, facts.brand["colour"],
        facts.brand.get("second"), facts.brand["theme"], facts.tone,
    )  # fmt: skip
    return create_company(db, new, actor=ACTOR)


class Planting(Writing):
    """One company being planted."""

    def __init__(
        self, db: Session, storage: Storage, facts: CompanyFacts, *, said: Description, known: Known,
        password: str | None,
    ) -> None:  # fmt: skip
        super().__init__(db, facts, said, known)
        self._storage = storage
        self._by = By(ACTOR, facts.origin or f"tenants/{facts.slug}")
        self._hash = hash_password(password) if password else None

    def first(self) -> None:
        """What stands by itself, parents first; each part writes only what differs."""
        self._company_facts()
        self._brand()
        self._mail()
        self._legal()
        self._contracts()
        for shape in SHAPES:
            self._shaped(shape)
        self._db.flush()
        self._occupants()
        self._db.flush()

    def last(self) -> None:
        """What names people and places that may have been imported."""
        chief = has_chief_in(self._db, self.company.id)
        self._accounts()
        self._modules()
        self._deviations()
        self._looks()
        self._agents()
        self._db.flush()
        self._roles()
        self._db.flush()
        if chief and not has_chief_in(self._db, self.company.id):
            wanted = f"{TEAM_ADMIN} for the whole company and without an end, for somebody who can sign in"
            raise FactsError(f"{self._facts.folder}/tenant.toml: team: nobody would have {wanted}")

    def _company_facts(self) -> None:
        wanted = chosen(
            self._said.only("company"), (*(fact for fact in FACTS if fact != "tone"), "languages", "settings")
        )
        change_company(self._db, self.company, wanted, actor=ACTOR, reason=self._by.reason)

    def _brand(self) -> None:
        """One version with all that the folder says: the look, the tone, what frames mails, names of micro-apps."""
        wanted, mails = self._said.only("brand"), self._said.only("mail")
        there = self._known.said["brand"].get(ONLY)
        pictures = {
            f"{slot}_id": self._picture(slot) for slot in PICTURES if there is None or wanted[slot] != there[slot]
        }
        said = {"tone": self._said.only("company")["tone"], **{fact: mails[name] for name, fact in MAILS.items()}}
        facts = {**chosen(wanted, PLAIN), **pictures, **said, "micro_apps": self._names()}
        publish_brand(self._db, self.company.id, facts, author=ACTOR)

    def _names(self) -> dict[str, OwnApp]:
        """What the database calls modules of which the folder says nothing, it goes on calling so."""
        brand = self._known.things["brand"].get(ONLY)
        said = {slug: row for (slug,), row in self._said["module"].items() if row["position"] is not None}
        own = {slug: OwnApp(**chosen(row, ("name", "short_name", "icon", "position"))) for slug, row in said.items()}
        return {**(brand.micro_apps if brand else {}), **own}

    def _picture(self, slot: str) -> UUID | None:
        return self._stored(self._said.pictures.get(slot))

    def _stored(self, picture: Picture | None) -> UUID | None:
        if picture is None:
            return None
        return keep(
            self._db, self._storage, company_id=self.company.id, purpose=BRAND, name=picture.name,
            content_type=picture.content_type, body=picture.body,
        ).id  # fmt: skip

    def _mail(self) -> None:
        wanted, own = self._said.only("mail"), self._known.things["mail"].get(ONLY)
        signs = {name: value for name, value in wanted.items() if name not in MAILS}
        there = self._known.said.only("mail")
        if any(there[name] != value for name, value in signs.items()):
            set_values(own or self._add(MailSettings), signs)

    def _legal(self) -> None:
        """What differs is published as the next version; a document that the folder does not have stays in force."""
        places = [key for (key,) in self._said["legal"]]
        for (key,), wanted, there in self._changed("legal"):
            document = self._known.things["legal"].get((key,)) or self._document(key)
            set_values(document, {"title": wanted["title"], "position": place_in(places, key)})
            facts = {name: wanted[name] for name in wanted if name != "title"}
            if there is None or any(there[name] != value for name, value in facts.items()):
                edition = Edition(wanted["starts"], wanted["needs_agreement"])
                add_version(self._db, document, wanted["text"], edition, by=ACTOR)

    def _document(self, key: str) -> LegalDocument:
        """One of this name that has no version yet, or is over, or a new one."""
        known = select(LegalDocument).filter_by(company_id=self.company.id, key=key)
        return self._db.scalars(known).first() or self._add(LegalDocument, key=key, version=1)

    def _contracts(self) -> None:
        things, by = self._known.things, self._by
        for (number,), wanted, there in self._changed("contract"):
            if there is None:
                plain = chosen(wanted, tuple(name for name in wanted if name not in LAPSE))
                plain["begins_at"] = time.fromisoformat(wanted["begins_at"])
                added = contracts.add_contract(self._db, self.company.id, number=number, by=by, **plain)
                set_values(added, chosen(wanted, LAPSE))
                things["contract"][number,] = added
                continue
            contract, terms = (
                things["contract"][number,],
                chosen(wanted, ("starts", "ends", "unit_quota", "file_quota")),
            )
            set_values(contract, chosen(wanted, ("timezone", "stage", "currency", *LAPSE)))
            contract.begins_at = time.fromisoformat(wanted["begins_at"])
            contracts.change_contract(self._db, contract, number=number, by=by, **terms)
        self._lines()
        for key, wanted, there in self._changed("override"):
            if there is not None:
                contracts.change_override(self._db, things["override"][key], by=by, **wanted)
                continue
            module, effect, dates = key[0], key[1], chosen(wanted, ("starts", "ends"))
            why = By(ACTOR, wanted["reason"])
            contracts.add_override(self._db, self.company.id, module=module, effect=effect, by=why, **dates)
        for (module,), wanted, there in self._changed("trial"):
            plant_trial(self._db, self.company.id, module, wanted, things["trial"][module,] if there else None, by=by)

    def _lines(self) -> None:
        """What is there moves first, to make room for what is new."""
        things, changed = self._known.things, list(self._changed("line"))
        for key, wanted, there in sorted(changed, key=lambda change: change[2] is None):
            contract, dates = things["contract"][wanted["contract"],], chosen(wanted, ("starts", "ends"))
            if there is None:
                agreed = self._sale(key[0], wanted)
                contracts.add_line(self._db, contract, module=key[0], by=self._by, sale=agreed, **dates)
                continue
            told = asdict(self._sale(key[0], wanted))
            set_values(things["line"][key], {"contract_id": contract.id, "stage": contract.stage, **told})
            contracts.change_line(self._db, things["line"][key], by=self._by, **dates)

    def _sale(self, key: str, wanted: Mapping[str, Any]) -> Sale:
        """What a line agreed; the version that it was sold in is the catalogue's, and has to be there first."""
        version, number = None, wanted["version"]
        if number is not None and (version := version_of(self._db, key, number)) is None:
            raise ContractError("version", f"version {number} of {key} is not in the catalogue; apply that first")
        price = None if wanted["price"] is None else Decimal(wanted["price"])
        return Sale(wanted["quantity"], price, wanted["period"], version, wanted["needs"])

    def _shaped(self, shape: Shape) -> None:
        things = self._known.things[shape.table]
        for key, wanted, there in self._changed(shape.table):
            values = chosen(wanted, tuple(name for name in shape.plain if name in wanted))
            values |= {column: self._id(name, wanted[name]) for name, column in shape.parents.items()}
            if there is None:
                things[key] = shape.model(company_id=self.company.id, id=new_id(), external_id=key[0], **values)
                self._db.add(things[key])
            else:
                set_values(things[key], values)
        self._ids[shape.table] = {key[0]: thing.id for key, thing in things.items()}
        self._db.flush()

    def _accounts(self) -> None:
        """Accounts are given, never taken away: a folder must not lock anybody out."""
        for (name,), _wanted, _there in self._changed("account"):
            person = self._db.get_one(Person, (self.company.id, self._id("person", name)))
            if not person.email:
                raise without_address(self._facts, name)
            email, key = person.email, person.email.strip().casefold()
            self._db.add(
                Account(company_id=self.company.id, person_id=person.id, email=email, email_key=key,
                        password_hash=self._hash)
            )  # fmt: skip

    def _occupants(self) -> None:
        for key, wanted, there in self._changed("occupancy"):
            before = there["people"] if there else ()
            occupancy_id = self._id("occupancy", key[0])
            for person, _role in set(before) - set(wanted["people"]):
                self._remove(Occupant, occupancy_id=occupancy_id, person_id=self._id("person", person))
            for person, role in sorted(set(wanted["people"]) - set(before)):
                self._add(Occupant, occupancy_id=occupancy_id, person_id=self._id("person", person), role=role)

    def _modules(self) -> None:
        for (slug,), wanted, there in self._changed("module"):
            if wanted["on"] is not None:
                self._switch(slug, self._known.things["module"].get((slug,)), wanted, there)

    def _switch(self, slug: str, switch: ModuleSwitch | None, wanted: Row, there: Row | None) -> None:
        contracts.switch(self._db, self.company.id, {slug: wanted["on"]}, by=self._by)
        places, before = wanted["properties"], (there or {}).get("properties")
        if switch is None:
            switch = contracts.switch_of(self._db, self.company.id, slug)
        set_values(switch, {"everywhere": places is None})
        for place in set(before or ()) - set(places or ()):
            self._remove(ModuleScope, module=slug, property_id=self._id("property", place))
        for place in sorted(set(places or ()) - set(before or ())):
            self._add(ModuleScope, module=slug, property_id=self._id("property", place))

    def _deviations(self) -> None:
        """Properties that only the database knows to be otherwise stay so; what moves is told as on the page."""
        moved: dict[str, set[UUID]] = {}
        for (key, place), wanted, there in self._changed("deviation"):
            if there is None:
                self._add(SwitchDeviation, key=key, property_id=self._id("property", place), value=wanted["value"])
            else:
                set_values(self._known.things["deviation"][key, place], wanted)
            moved.setdefault(key, set()).add(self._id("property", place))
        self._db.flush()
        for key, places in moved.items():
            self._write_down(key, places)

    def _looks(self) -> None:
        """Properties that only the database knows to have a look of their own keep it."""
        company = company_facts(self._db, self.company.id)
        for key, wanted, _there in self._changed("look"):
            own, pictures = wanted["own"], pictures_there(self._said.pictures, key)
            facts = {name: wanted[name] for name in own if name in wanted}
            facts |= {f"{slot}_id": self._stored(pictures.get(slot)) for slot in PICTURES if f"{slot}_id" in own}
            publish_brand(
                self._db, self.company.id, {**company, **facts}, author=ACTOR, own=list(own),
                property_id=self._id("property", key[0]),
            )  # fmt: skip

    def _write_down(self, key: str, moved: set[UUID]) -> None:
        query = select(Property.id, Property.name, SwitchDeviation.value)
        query = query.join(SwitchDeviation, SwitchDeviation.property_id == Property.id).order_by(Property.name)
        found = self._db.execute(query.where(SwitchDeviation.company_id == self.company.id, SwitchDeviation.key == key))
        rows = [row for row in found if row.value != self.company.settings.get(key, not row.value)]
        before, after = [row.name for row in rows if row.id not in moved], [row.name for row in rows]
        record(
            self._db, self.company.id, kind="switch.placed", subject=key, actor=ACTOR, before={"properties": before},
            after={"properties": after},
        )  # fmt: skip
        self.company.version, self.company.changed_at = self.company.version + 1, datetime.now(UTC)

    def _agents(self) -> None:
        """Whoever was deactivated stays so, whatever the folder says: it must not let anybody back in."""
        for key, wanted, there in self._changed("agent"):
            values = chosen(wanted, ("job", "hours", "is_public", "employer", "ends"))
            agent = self._known.things["agent"].get(key)
            if agent is None:
                agent = self._add(Agent, person_id=self._id("person", key[0]), **values)
                self._db.flush()
            set_values(agent, values)
            self._grants(agent, there["grants"] if there else (), wanted["grants"])

    def _grants(self, agent: Agent, before: tuple[Any, ...], wanted: tuple[Any, ...]) -> None:
        """Nothing of a grant is changed: one ends now, another one is given."""
        for grant in sorted(set(before) - set(wanted), key=str):
            same = self._grant_columns(grant)
            still = update(AgentGrant).filter_by(company_id=self.company.id, agent_id=agent.id, **same)
            self._db.execute(still.where(AgentGrant.ended_at.is_(None)).values(ended_at=func.now(), ended_by=ACTOR))
        for grant in sorted(set(wanted) - set(before), key=str):
            self._add(AgentGrant, agent_id=agent.id, given_by=ACTOR, **self._grant_columns(grant))

    def _grant_columns(self, grant: tuple[Any, ...]) -> Row:
        permissions, level, place, starts, ends = grant
        where = {f"{one}_id": self._id(one, place) if one == level else None for one in PLACES}
        return {"permissions": list(permissions), **where, "starts": starts, "ends": ends}

    def _roles(self) -> None:
        """What the folder says of a role holds in all properties; roles that only the database has stay."""
        query = select(Agent).filter_by(company_id=self.company.id)
        agents = {agent.person_id: agent.id for agent in self._db.scalars(query)}
        for key, wanted, there in self._changed("role"):
            role = self._known.things["role"].get(key)
            if role is None:
                role = self._add(JobRole, key=key[0], name=wanted["name"])
                self._db.flush()
            set_values(role, {"name": wanted["name"]})
            before = set(there["in"] if there else ())
            for place, _who in before - set(wanted["in"]):
                self._remove(PropertyRole, role_id=role.id, property_id=self._id("property", place))
            for place, who in sorted(set(wanted["in"]) - before):
                agent_id = agents[self._id("person", who)]
                self._add(PropertyRole, role_id=role.id, property_id=self._id("property", place), agent_id=agent_id)
