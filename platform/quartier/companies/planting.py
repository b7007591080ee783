"""`quartier company apply`: make the database say what the files say. Running it twice changes nothing.

The files plant, the database rules: what people changed afterwards is reported by `diff`, and `apply` takes it back
only because somebody typed the command.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from quartier.accounts.models import Account, Agent, AgentProperty
from quartier.accounts.passwords import hash_password
from quartier.companies.branding import publish_brand
from quartier.companies.facts import CompanyFacts, day, rows_of
from quartier.companies.models import MicroAppName
from quartier.companies.services import NewCompany, company_by_slug, create_company
from quartier.contracts.models import Contract, ContractLine, ModuleSwitch
from quartier.db.base import new_id
from quartier.estate.models import Building, Occupancy, Property, Unit
from quartier.files.models import StoredFile
from quartier.files.purposes import BRAND
from quartier.files.services import keep
from quartier.files.storage import Storage
from quartier.i18n.localized import LocalizedText
from quartier.people.models import Occupant, Person
from quartier.tenancy.models import Company
from quartier.theming.logo import clean_logo, clean_picture

ACTOR = "quartier company apply"
IMAGES = {"logo": clean_logo, "logo_reverse": clean_logo, "icon": clean_logo, "cover": clean_picture}


class Planting:
    """One company being planted in one transaction of the platform's session."""

    def __init__(self, db: Session, storage: Storage, facts: CompanyFacts, *, password: str | None = None) -> None:
        """`password`: sign-in for everybody the files give an account to; None makes accounts that must reset first."""
        self._db, self._storage, self._facts = db, storage, facts
        self._hash = hash_password(password) if password else None

    def apply(self) -> Company:
        """Plant everything the core owns; modules plant their own folders afterwards."""
        company = self._company()
        self._brand(company)
        self._contract(company)
        self._modules(company)
        self._estate(company.id)
        self._people(company.id)
        self._occupancies(company.id)
        self._team(company.id)
        return company

    def _company(self) -> Company:
        facts, db = self._facts, self._db
        company = company_by_slug(db, facts.slug)
        if company is None:
            new = NewCompany(
                facts.slug, facts.name, facts.country, facts.timezone, facts.languages, facts.app_name,
                facts.brand["colour"], facts.brand.get("second"), facts.brand["theme"], facts.tone,
            )  # fmt: skip
            company = create_company(db, new, actor=ACTOR)
        _set(company, name=facts.name, country=facts.country, timezone=facts.timezone, tone=facts.tone)
        _set(company, languages=list(facts.languages), emergency_phone=facts.emergency_phone, **facts.texts)
        return company

    def _brand(self, company: Company) -> None:
        given = self._facts.brand
        wanted: dict[str, Any] = {
            "app_name": self._facts.app_name,
            "theme": given["theme"],
            "colour": given["colour"],
            "second": given.get("second"),
            "cover_at": given.get("cover_at", 50),
        }
        for kind in IMAGES:
            wanted |= self._images(company.id, kind, given.get(kind))
        publish_brand(self._db, company.id, **wanted)

    def _images(self, company_id: UUID, kind: str, path: str | None) -> dict[str, UUID | None]:
        """The picture, and the variant for dark pages that a drawing brings along in its own style."""
        image = IMAGES[kind]((self._facts.folder / path).read_bytes()) if path else None
        kept = {f"{kind}_id": self._keep(company_id, path, image.content_type, image.body) if image and path else None}
        if kind in ("logo", "cover"):
            dark = image.dark if image else None
            kept[f"{kind}_dark_id"] = (
                self._keep(company_id, path, image.content_type, dark) if image and path and dark else None
            )
        return kept

    def _keep(self, company_id: UUID, path: str, content_type: str, body: bytes) -> UUID:
        file: StoredFile = keep(
            self._db, self._storage, company_id=company_id, purpose=BRAND, name=path.rsplit("/", 1)[-1],
            content_type=content_type, body=body,
        )  # fmt: skip
        return file.id

    def _contract(self, company: Company) -> None:
        given = self._facts.contract
        if given is None:
            return
        dates = {"starts": given["starts"], "ends": given.get("ends"), "timezone": company.timezone}
        contract = self._upsert(Contract, company.id, {"number": given["number"]}, dates)
        for line in given.get("lines", ()):
            key = {"contract_id": contract.id, "module": line["module"], "starts": line["starts"]}
            self._upsert(ContractLine, company.id, key, {"ends": line.get("ends")})

    def _modules(self, company: Company) -> None:
        for slug, choice in self._facts.modules.items():
            scope = choice.get("properties")
            self._upsert(
                ModuleSwitch,
                company.id,
                {"module": slug},
                {"is_on": choice.get("on", True), "everywhere": scope is None},
            )
            names = {
                "name": LocalizedText(choice.get("name", {})),
                "short_name": LocalizedText(choice.get("short_name", {})),
                "icon": choice.get("icon"),
                "position": choice.get("position", 100),
            }
            self._upsert(MicroAppName, company.id, {"module": slug}, names)

    def _estate(self, company_id: UUID) -> None:
        for row in rows_of(self._facts.folder, "properties"):
            self._external(Property, company_id, row, name=row["name"], timezone=row["timezone"])
        for row in rows_of(self._facts.folder, "buildings"):
            address = {key: row[key] for key in ("street", "house_number", "postal_code", "city", "country")}
            parent = self._id(Property, company_id, row["property"])
            self._external(Building, company_id, row, property_id=parent, name=row["name"], **address)
        for row in rows_of(self._facts.folder, "units"):
            facts = {key: row[key] or None for key in ("floor", "rooms", "area_m2")}
            parent = self._id(Building, company_id, row["building"])
            self._external(Unit, company_id, row, building_id=parent, name=row["name"], kind=row["kind"], **facts)

    def _people(self, company_id: UUID) -> None:
        for row in rows_of(self._facts.folder, "people"):
            facts = {key: row[key] or None for key in ("email", "phone", "language")}
            names = {key: row[key] for key in ("given_name", "family_name", "salutation")}
            person = self._external(Person, company_id, row, **names, **facts)
            if row["account"] == "yes" and row["email"]:
                self._account(company_id, person)

    def _occupancies(self, company_id: UUID) -> None:
        for row in rows_of(self._facts.folder, "occupancies"):
            last = day(row["ends"])
            occupancy = self._external(
                Occupancy,
                company_id,
                row,
                unit_id=self._id(Unit, company_id, row["unit"]),
                kind=row["kind"],
                starts=day(row["starts"]),
                ends=last + timedelta(days=1) if last else None,
                contract_number=row["contract_number"] or None,
            )
            for external_id in filter(None, row["people"].split(";")):
                person_id = self._id(Person, company_id, external_id.strip())
                self._upsert(Occupant, company_id, {"occupancy_id": occupancy.id, "person_id": person_id}, {})

    def _team(self, company_id: UUID) -> None:
        for member in self._facts.team:
            names = {key: member[key] for key in ("given_name", "family_name", "email")}
            more = {key: member.get(key) for key in ("phone", "language")}
            row = {"external_id": f"team:{member['email']}"}
            person = self._external(Person, company_id, row, **names, **more)
            self._account(company_id, person)
            agent = self._upsert(
                Agent,
                company_id,
                {"person_id": person.id},
                {
                    "job": LocalizedText(member.get("job", {})),
                    "hours": LocalizedText(member.get("hours", {})),
                    "is_public": member.get("public", False),
                    "permissions": list(member.get("permissions", ())),
                },
            )
            self._agent_properties(company_id, agent, member.get("properties", ()))

    def _agent_properties(self, company_id: UUID, agent: Agent, external_ids: Any) -> None:
        wanted = {self._id(Property, company_id, external_id) for external_id in external_ids}
        query = select(AgentProperty).filter_by(company_id=company_id, agent_id=agent.id)
        known = {row.property_id: row for row in self._db.scalars(query)}
        for property_id in wanted - known.keys():
            self._db.add(AgentProperty(company_id=company_id, agent_id=agent.id, property_id=property_id))
        for property_id in known.keys() - wanted:
            self._db.delete(known[property_id])

    def _account(self, company_id: UUID, person: Person) -> None:
        if person.email is None:
            return
        known = self._db.scalars(select(Account).filter_by(company_id=company_id, person_id=person.id)).first()
        if known is None:
            self._db.add(
                Account(
                    company_id=company_id,
                    person_id=person.id,
                    email=person.email,
                    email_key=person.email.casefold(),
                    password_hash=self._hash,
                )
            )

    def _id(self, model: Any, company_id: UUID, external_id: str) -> UUID:
        found: UUID | None = self._db.scalars(
            select(model.id).filter_by(company_id=company_id, external_id=external_id)
        ).first()
        if found is None:
            raise ValueError(f"{self._facts.folder}: no {model.__tablename__} has the external id {external_id!r}")
        return found

    def _external(self, model: Any, company_id: UUID, row: Mapping[str, str], **values: Any) -> Any:
        return self._upsert(model, company_id, {"external_id": row["external_id"]}, values)

    def _upsert(self, model: Any, company_id: UUID, key: dict[str, Any], values: dict[str, Any]) -> Any:
        found = self._db.scalars(select(model).filter_by(company_id=company_id, **key)).first()
        if found is None:
            found = model(company_id=company_id, id=new_id(), **key, **values)
            self._db.add(found)
            self._db.flush()
        else:
            _set(found, **values)
        return found


def _set(thing: Any, **values: Any) -> None:
    """Assign only what differs, so that an unchanged company is not announced as changed."""
    for name, value in values.items():
        if getattr(thing, name) != value:
            setattr(thing, name, value)
