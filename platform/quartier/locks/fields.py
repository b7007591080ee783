"""Asking what may not be changed here."""

from __future__ import annotations

from dataclasses import dataclass

from quartier.tenancy.session import CompanySession

OWNABLE: dict[str, tuple[str, ...]] = {
    "property": ("name", "timezone", "owner", "note"),
    "building": ("name", "street", "house_number", "postal_code", "city", "country", "note"),
    "unit": ("name", "kind", "is_commercial", "floor", "rooms", "area_m2", "position", "note"),
    "occupancy": ("kind", "starts", "ends", "contract_number", "note"),
    "person": (
        "salutation", "title", "given_name", "family_name", "company_name", "email", "phone", "mobile", "language",
        "street", "postal_code", "city", "country", "note",
    ),
}  # fmt: skip
"""Fields by noun that a company can give to its ERP."""

LINK = "SELECT system, correction_email, owned FROM erp_link"


@dataclass(frozen=True)
class Owner:
    """The ERP of a company: what people call it, where wishes go, and the fields of the noun that are its own."""

    system: str
    correction_email: str | None
    fields: frozenset[str]


def owner_of(db: CompanySession, noun: str) -> Owner | None:
    """Who owns fields of this noun; None when nobody does."""
    link = db.row(LINK)
    if link is None:
        return None
    owned = {field.removeprefix(f"{noun}.") for field in link.owned if field.startswith(f"{noun}.")}
    return Owner(link.system, link.correction_email, frozenset(owned)) if owned else None


def system_of(db: CompanySession) -> str:
    """What the company calls its ERP, "" where that owns nothing."""
    link = db.row(LINK)
    return str(link.system) if link is not None and link.owned else ""


def locked_fields(db: CompanySession, noun: str) -> frozenset[str]:
    """Fields of "property", "building", "unit", "occupancy" or "person" that only the ERP changes."""
    owner = owner_of(db, noun)
    return owner.fields if owner else frozenset()
