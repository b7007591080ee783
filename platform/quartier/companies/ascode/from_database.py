"""What the database says of a company, in the form of its folder."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from quartier.accounts.models import Account, Agent, AgentGrant
from quartier.catalogue.models import ProductVersion
from quartier.companies.ascode.brands import look_row, slot_there
from quartier.companies.ascode.description import ONLY, PLACES, TABLES, Description, Key, Picture, Row
from quartier.companies.ascode.shapes import SHAPES, TRIED, Shape, external_id
from quartier.companies.branding import PLAIN, current_brand
from quartier.companies.models import PICTURES, BrandVersion
from quartier.companies.naming import OwnApps
from quartier.companies.subbrands import subbrands_of
from quartier.contracts.models import (
    Contract,
    ContractLine,
    EntitlementOverride,
    ModuleScope,
    ModuleSwitch,
    ModuleTrial,
)
from quartier.deliveries.models import MailSettings
from quartier.files.models import StoredFile
from quartier.files.storage import Storage
from quartier.i18n.localized import LocalizedText
from quartier.legal.models import LegalDocument, LegalVersion
from quartier.people.models import Occupant
from quartier.team.models import JobRole, PropertyRole
from quartier.tenancy.models import Company, SwitchDeviation

FACTS = ("name", "country", "timezone", "tone", "emergency_phone", "greeting", "emergency_note")
MAILS = {"header": "mail_header", "footer": "mail_footer"}
"""What stands beside the sender in a folder, and in the brand here."""


@dataclass
class Known:
    """One company as it is stored: its description, and the rows behind it by the same keys."""

    company: Company
    said: Description = field(default_factory=Description)
    things: dict[str, dict[Key, Any]] = field(default_factory=lambda: {table: {} for table in TABLES})
    files: dict[str, StoredFile] = field(default_factory=dict)

    def take(self, table: str, key: Key, thing: Any, row: Row) -> None:
        """Remember a row and what it says."""
        self.things[table][key], self.said[table][key] = thing, row

    def without(self, ids: Collection[UUID]) -> Description:
        """What is said of all rows but these."""
        kept = {
            table: {key: row for key, row in rows.items() if getattr(self.things[table][key], "id", None) not in ids}
            for table, rows in self.said.tables.items()
        }
        return Description(kept, self.said.pictures)

    def names(self, table: str) -> dict[UUID, str]:
        """External ids by our ids."""
        return {thing.id: key[0] for key, thing in self.things[table].items()}


def describe_database(db: Session, company: Company) -> Known:
    """Read everything the core keeps of a company; about twenty statements, however large it is."""
    known = Known(company)
    settings = {"languages": tuple(company.languages), "settings": dict(company.settings)}
    known.take("company", ONLY, company, {**{name: getattr(company, name) for name in FACTS}, **settings})
    _brand(db, known)
    _mail(db, known)
    _legal(db, known)
    _contracts(db, known)
    for shape in SHAPES:
        _shaped(db, known, shape)
    _accounts(db, known)
    _occupants(db, known)
    _modules(db, known)
    _deviations(db, known)
    _looks(db, known)
    _agents(db, known)
    _roles(db, known)
    return known


def with_pictures(known: Known, storage: Storage) -> Description:
    """The description with the bytes of its pictures, for an export."""
    for slot, file in known.files.items():
        if (body := storage.get(file.key)) is not None:
            known.said.pictures[slot] = Picture(file.name, file.content_type, body)
    return known.said


def _rows(db: Session, known: Known, model: Any, *order: Any) -> list[Any]:
    return list(db.scalars(select(model).filter_by(company_id=known.company.id).order_by(*order, model.id)))


def _brand(db: Session, known: Known) -> None:
    brand = current_brand(db, known.company.id)
    if brand is None:
        return
    known.files = _files(db, brand, PICTURES)
    digests = {slot: known.files[slot].digest if slot in known.files else None for slot in PICTURES}
    known.take("brand", ONLY, brand, {**{name: getattr(brand, name) for name in PLAIN}, **digests})


def _files(db: Session, look: BrandVersion, slots: Collection[str]) -> dict[str, StoredFile]:
    ids = {slot: file_id for slot in slots if (file_id := getattr(look, f"{slot}_id")) is not None}
    query = select(StoredFile).filter_by(company_id=look.company_id).where(StoredFile.id.in_(ids.values()))
    files = {file.id: file for file in db.scalars(query)} if ids else {}
    return {slot: files[file_id] for slot, file_id in ids.items()}


def _looks(db: Session, known: Known) -> None:
    """What single properties wear now; one that looks like the company again says nothing."""
    names = known.names("property")
    for look in subbrands_of(db, known.company.id):
        own, place = tuple(look.own or ()), names[look.property_id]
        if not own:
            continue
        files = _files(db, look, [slot for slot in PICTURES if f"{slot}_id" in own])
        known.files |= {slot_there(place, slot): file for slot, file in files.items()}
        plain = {name: getattr(look, name) for name in PLAIN if name in own}
        known.take(
            "look", (place,), look, look_row({**plain, **{slot: one.digest for slot, one in files.items()}}, own)
        )


def _deviations(db: Session, known: Known) -> None:
    names = known.names("property")
    for one in _rows(db, known, SwitchDeviation):
        known.take("deviation", (one.key, names[one.property_id]), one, {"value": one.value})


def _mail(db: Session, known: Known) -> None:
    own, brand = next(iter(_rows(db, known, MailSettings)), None), known.things["brand"].get(ONLY)
    nothing: Row = {"sender_name": "", "reply_to": None, "paces": {}, "in_app": {}, "push": {}}
    signs = {name: getattr(own, name) for name in nothing} if own else nothing
    framed = {name: getattr(brand, fact) if brand else LocalizedText() for name, fact in MAILS.items()}
    known.take("mail", ONLY, own, {**signs, **framed})


TERMS = (
    "starts", "ends", "timezone", "unit_quota", "file_quota", "stage", "currency", "grace_days", "read_only_days",
)  # fmt: skip


def _contracts(db: Session, known: Known) -> None:
    numbers = {}
    for contract in _rows(db, known, Contract, Contract.starts):
        numbers[contract.id] = contract.number
        row = {name: getattr(contract, name) for name in TERMS}
        row["begins_at"] = contract.begins_at.isoformat("minutes")
        known.take("contract", (contract.number,), contract, row)
    versions: dict[UUID, int] = dict(db.execute(select(ProductVersion.id, ProductVersion.number)).all())
    for line in _rows(db, known, ContractLine, ContractLine.starts):
        place = 1 + sum(key[0] == line.module for key in known.said["line"])
        row = {"contract": numbers[line.contract_id], "starts": line.starts, "ends": line.ends}
        row |= {"quantity": line.quantity, "period": line.period, "needs": line.needs}
        row["price"] = None if line.price is None else str(line.price)
        row["version"] = versions[line.version_id] if line.version_id else None
        known.take("line", (line.module, str(place)), line, row)
    for override in _rows(db, known, EntitlementOverride, EntitlementOverride.starts):
        name = (override.module, override.effect)
        place = 1 + sum(key[:2] == name for key in known.said["override"])
        row = {"starts": override.starts, "ends": override.ends, "reason": override.reason}
        known.take("override", (*name, str(place)), override, row)
    for trial in _rows(db, known, ModuleTrial, ModuleTrial.starts):
        known.take("trial", (trial.module,), trial, {name: getattr(trial, name) for name in TRIED})


def _shaped(db: Session, known: Known, shape: Shape) -> None:
    parents = {name: known.names(name) for name in shape.parents}
    for thing in _rows(db, known, shape.model):
        row = {name: getattr(thing, name) for name in shape.plain}
        row |= {name: parents[name][getattr(thing, column)] for name, column in shape.parents.items()}
        known.take(shape.table, (external_id(thing),), thing, row)


def _accounts(db: Session, known: Known) -> None:
    """Known by the people whose they are; `things` are these people."""
    accounts = set(db.scalars(select(Account.person_id).filter_by(company_id=known.company.id)))
    for key, person in known.things["person"].items():
        if person.id in accounts:
            known.take("account", key, person, {})


def _occupants(db: Session, known: Known) -> None:
    people, found = known.names("person"), defaultdict(list)
    for one in _rows(db, known, Occupant):
        found[one.occupancy_id].append((people[one.person_id], one.role))
    for key, occupancy in known.things["occupancy"].items():
        known.said["occupancy"][key]["people"] = tuple(sorted(found[occupancy.id]))


def _modules(db: Session, known: Known) -> None:
    places, scopes = known.names("property"), defaultdict(list)
    for scope in _rows(db, known, ModuleScope):
        scopes[scope.module].append(places[scope.property_id])
    switches = {switch.module: switch for switch in _rows(db, known, ModuleSwitch)}
    brand = known.things["brand"].get(ONLY)
    words: OwnApps = brand.micro_apps if brand else {}
    for slug in sorted({*switches, *words}):
        switch, own = switches.get(slug), words.get(slug)
        row = {
            "on": switch.is_on if switch else None,
            "properties": tuple(sorted(scopes[slug])) if switch and not switch.everywhere else None,
            "name": own.name if own else LocalizedText(),
            "short_name": own.short_name if own else LocalizedText(),
            "icon": own.icon if own else None,
            "position": own.position if own else None,
        }
        known.take("module", (slug,), switch, row)


def _legal(db: Session, known: Known) -> None:
    """The version of each document that was published last; what is over or only a draft is not part of a folder."""
    latest = {one.document_id: one for one in sorted(_rows(db, known, LegalVersion), key=lambda one: one.number)}
    documents = (one for one in _rows(db, known, LegalDocument) if one.ended_at is None and one.id in latest)
    for one in sorted(documents, key=lambda one: (one.position, one.key)):
        version = latest[one.id]
        row = {
            "title": one.title,
            "starts": version.starts,
            "needs_agreement": version.needs_agreement,
            "text": version.text,
        }
        known.take("legal", (one.key,), one, row)


def _agents(db: Session, known: Known) -> None:
    people, grants = known.names("person"), defaultdict(list)
    places = {level: known.names(level) for level in PLACES}
    for grant in _rows(db, known, AgentGrant):
        if grant.ended_at is None:
            grants[grant.agent_id].append(_grant(grant, places))
    for agent in _rows(db, known, Agent):
        row = {
            "job": agent.job,
            "hours": agent.hours,
            "is_public": agent.is_public,
            "active": agent.deactivated_at is None,
            "employer": agent.employer,
            "ends": agent.ends,
            "grants": tuple(sorted(grants[agent.id], key=str)),
        }
        known.take("agent", (people[agent.person_id],), agent, row)


def _grant(grant: AgentGrant, places: Mapping[str, Mapping[UUID, str]]) -> tuple[Any, ...]:
    level = next((level for level in PLACES if getattr(grant, f"{level}_id") is not None), "company")
    place = places[level][getattr(grant, f"{level}_id")] if level != "company" else ""
    return tuple(sorted(grant.permissions)), level, place, grant.starts, grant.ends


def _roles(db: Session, known: Known) -> None:
    places, agents, given = known.names("property"), known.names("agent"), defaultdict(list)
    for one in _rows(db, known, PropertyRole):
        given[one.role_id].append((places[one.property_id], agents[one.agent_id]))
    for role in _rows(db, known, JobRole, JobRole.created_at):
        known.take("role", (role.key,), role, {"name": role.name, "in": tuple(sorted(given[role.id]))})
