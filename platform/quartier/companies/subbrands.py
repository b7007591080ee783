"""Sub-brands: the look of a single property, for those who live there. What it leaves out is the company's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import SimpleNamespace
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from quartier.companies.branding import FACTS, LOOK, current_brand, facts_of, publish_brand, save_draft
from quartier.companies.models import BrandDraft, BrandVersion

SubBrand = TypeVar("SubBrand", BrandVersion, BrandDraft)

OWNABLE: Final = LOOK
"""Facts that a sub-brand may have of its own."""
TOGETHER: Final[Mapping[str, tuple[str, ...]]] = {
    "colour": ("second",),
    "logo_id": ("logo_dark_id", "logo_reverse_id"),
    "cover_id": ("cover_dark_id", "cover_at"),
}
"""What goes with a fact: whose logo is its own has no dark one of the company's beside it."""
IDS: Final = frozenset(name for name in FACTS if name.endswith("_id"))


def mixed(company: Mapping[str, Any], own: Mapping[str, Any], names: list[str]) -> dict[str, Any]:
    """The facts of a sub-brand as its people see them: its own ones by `names`, and for the others the company's.

    A picture of its own that is gone is the company's again, with all that goes with it.
    """
    counted = {name for name in names if name in OWNABLE}
    for name, companions in TOGETHER.items():
        if name in counted and name in IDS and own[name] is None:
            counted -= {name, *companions}
    return {**company, **{name: own[name] for name in FACTS if name in counted}}


def differing(company: Mapping[str, Any], wanted: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """What is wanted of a sub-brand, with the names of what is its own: all in which it differs from the company.

    A picture that was taken away is the company's again. What went with a picture of the company's does not go with one
    of its own: a logo on white would stand beside another one on the brand's colour.
    """
    facts = dict(wanted)
    for name in IDS:
        if facts[name] is None and not any(name in companions for companions in TOGETHER.values()):
            facts |= {one: company[one] for one in (name, *TOGETHER.get(name, ()))}
    for name in IDS & TOGETHER.keys():
        if facts[name] != company[name]:
            left = {one for one in TOGETHER[name] if one in IDS and facts[one] == company[one]}
            facts |= dict.fromkeys(left)
    own = {name for name in OWNABLE if facts[name] != company[name]}
    for name, companions in TOGETHER.items():
        own |= set(companions) if name in own else set()
    return facts, [name for name in FACTS if name in own]


def worn_there(company: BrandVersion, look: SubBrand) -> SubBrand:
    """A version or draft of a sub-brand as it looks on what the company wears. It is no row, and is never saved."""
    plain = {column.name: getattr(look, column.name) for column in type(look).__table__.columns}
    return type(look)(**{**plain, **mixed(facts_of(company), facts_of(look), look.own or [])})


def publish_there(
    db: Session, company_id: UUID, property_id: UUID, wanted: Mapping[str, Any], *,
    author: str = "", at: datetime | None = None, restored: int | None = None,
) -> BrandVersion:  # fmt: skip
    """Publish a look for a property, at once or `at` a moment; where nothing differs, what there is.

    `wanted` are all `FACTS` as they shall be seen. Raises PlannedAlready when another one is planned.
    """
    company = company_facts(db, company_id)
    facts, own = differing(company, wanted)
    current = current_brand(db, company_id, property_id)
    if at is None and current is not None and mixed(company, facts_of(current), current.own or []) == facts:
        return current
    return publish_brand(
        db, company_id, facts, author=author, at=at, restored=restored, property_id=property_id, own=own
    )


def end_there(db: Session, company_id: UUID, property_id: UUID, *, author: str = "") -> BrandVersion:
    """From now on the property wears the company's look; what was published stays, and can be taken up again."""
    return publish_there(db, company_id, property_id, company_facts(db, company_id), author=author)


def save_draft_there(
    db: Session, company_id: UUID, property_id: UUID, wanted: Mapping[str, Any], *, author: str
) -> BrandDraft:
    """Keep a look for a property as its draft; `wanted` are all `FACTS` as they shall be seen."""
    facts, own = differing(company_facts(db, company_id), wanted)
    return save_draft(db, company_id, facts, author=author, property_id=property_id, own=own)


def subbrands_of(db: Session, company_id: UUID) -> list[Any]:
    """The versions that properties wear now, those with nothing of their own included; one of each property."""
    held = select(BrandVersion).filter_by(company_id=company_id, withdrawn_at=None)
    held = held.where(BrandVersion.property_id.is_not(None), BrandVersion.published_at <= func.statement_timestamp())
    newest = (BrandVersion.property_id, BrandVersion.published_at.desc(), BrandVersion.number.desc())
    return list(db.scalars(held.ext(distinct_on(BrandVersion.property_id)).order_by(*newest)))


def company_facts(db: Session, company_id: UUID) -> Mapping[str, Any]:
    """What the company itself wears. Raises LookupError for one without a brand."""
    found = current_brand(db, company_id)
    if found is None:
        raise LookupError(f"company {company_id} has no brand")
    return facts_of(found)


def looks_of(rows: list[dict[str, Any]] | None, company: Any) -> dict[UUID, Any]:
    """The looks that properties wear, by property, of rows as JSON; those with nothing of their own are left out."""
    beneath = {name: getattr(company, name) for name in FACTS}
    return {
        UUID(row["property_id"]): SimpleNamespace(**mixed(beneath, row, row["own"])) for row in rows or () if row["own"]
    }
