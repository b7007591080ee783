"""A company's brand: drafts of it, its publication at once or at a time, and taking up an earlier one again.

Where a property is named, the same of its sub-brand (`companies.subbrands`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from quartier.companies.models import PICTURES, BrandDraft, BrandVersion, Look
from quartier.db.base import new_id
from quartier.db.turns import take_turn
from quartier.files.purposes import BRAND
from quartier.files.services import keep
from quartier.files.storage import Storage
from quartier.theming.images import CleanImage
from quartier.theming.logo import clean_logo, clean_picture

CLEANERS = {"logo": clean_logo, "logo_reverse": clean_logo, "icon": clean_logo, "cover": clean_picture}
WITH_DARK = ("logo", "cover")
"""Pictures of which a page shows another one in the dark."""

PLAIN = ("app_name", "theme", "colour", "second", "cover_at", "corners", "density")
LOOK = (*PLAIN, *(f"{kind}_id" for kind in PICTURES))
AREAS = {"look": LOOK, "names": ("micro_apps",), "tone": ("tone",), "mails": ("mail_header", "mail_footer")}
"""What a version holds, by the room of the studio in which it is worked at."""

FACTS = tuple(fact for facts in AREAS.values() for fact in facts)
LOCK = "brand of company"


class PlannedAlready(ValueError):
    """Another version waits for its moment; `version` is that one."""

    def __init__(self, version: BrandVersion) -> None:
        super().__init__(f"version {version.number} is planned for {version.published_at}")
        self.version = version


def current_brand(db: Session, company_id: UUID, property_id: UUID | None = None) -> BrandVersion | None:
    """The brand in force: the newest version whose moment is over."""
    held = _held(company_id, property_id).where(BrandVersion.published_at <= func.statement_timestamp())
    return db.scalars(held.order_by(BrandVersion.published_at.desc(), BrandVersion.number.desc()).limit(1)).first()


def planned_brand(db: Session, company_id: UUID, property_id: UUID | None = None) -> BrandVersion | None:
    """The version that will be in force by itself when its moment comes."""
    held = _held(company_id, property_id)
    return db.scalars(held.where(BrandVersion.published_at > func.statement_timestamp())).first()


@dataclass(frozen=True)
class Standing:
    """How a company's brand stands: what is in force, what is planned, and the draft."""

    in_force: BrandVersion
    planned: BrandVersion | None
    draft: BrandDraft | None

    @property
    def beneath(self) -> BrandVersion | BrandDraft:
        """What somebody who goes on working begins with."""
        return self.draft or self.in_force


def standing_of(db: Session, company_id: UUID) -> Standing | None:
    """As the database has it now; None for a company without a brand."""
    newest = _held(company_id).add_columns(BrandVersion.published_at > func.statement_timestamp())
    found = db.execute(newest.order_by(BrandVersion.published_at.desc(), BrandVersion.number.desc()).limit(2)).all()
    ahead = {is_ahead: version for version, is_ahead in reversed(found)}  # at most one is planned
    return Standing(ahead[False], ahead.get(True), draft_of(db, company_id)) if False in ahead else None


def draft_of(db: Session, company_id: UUID, property_id: UUID | None = None) -> BrandDraft | None:
    """The look that the company is working at, if it is, as the database has it now."""
    query = select(BrandDraft).filter_by(company_id=company_id, property_id=property_id)
    return db.scalars(query.execution_options(populate_existing=True)).first()


def lock_brand(db: Session, company_id: UUID) -> None:
    """One writer at a time: the second one sees what the first one did, and can compare."""
    take_turn(db, f"{LOCK} {company_id}")


def publish_brand(
    db: Session,
    company_id: UUID,
    changes: Mapping[str, Any],
    *,
    author: str = "",
    at: datetime | None = None,
    restored: int | None = None,
    property_id: UUID | None = None,
    own: Sequence[str] | None = None,
) -> BrandVersion:
    """The brand in force with some `FACTS` changed; where nothing differs, what there is.

    With `at`, a moment ahead, it is planned for then. Raises PlannedAlready when another one is. `own` goes with a
    property: see `Wearer`.
    """
    lock_brand(db, company_id)
    current = current_brand(db, company_id, property_id)
    before = facts_of(current) if current else {}
    wanted = {**before, **changes}
    if at is None and current is not None and (wanted, own) == (before, current.own):
        return current
    if at is not None and (planned := planned_brand(db, company_id, property_id)):
        raise PlannedAlready(planned)
    made = select(func.max(BrandVersion.number)).filter_by(company_id=company_id, property_id=property_id)
    version = BrandVersion(
        company_id=company_id, id=new_id(), number=(db.scalar(made) or 0) + 1, author=author, restored=restored,
        property_id=property_id, own=own, **wanted,
    )  # fmt: skip
    version.published_at = at or func.clock_timestamp()  # not when the wait for the lock began
    db.add(version)
    db.flush()
    return version


def withdraw_brand(db: Session, company_id: UUID, version_id: UUID) -> bool:
    """Take a planned version back; False when it is in force already, or was none."""
    statement = update(BrandVersion).filter_by(company_id=company_id, id=version_id, withdrawn_at=None)
    ahead = statement.where(BrandVersion.published_at > func.statement_timestamp()).values(withdrawn_at=func.now())
    return bool(db.execute(ahead.execution_options(synchronize_session=False)).rowcount)  # type: ignore[attr-defined]


def save_draft(
    db: Session, company_id: UUID, facts: Mapping[str, Any], *, author: str,
    property_id: UUID | None = None, own: Sequence[str] | None = None,
) -> BrandDraft:  # fmt: skip
    """Make the draft look like this: all `FACTS` that the draft, or else the brand in force, shall change."""
    draft = draft_of(db, company_id, property_id)
    if draft is None:
        current = current_brand(db, company_id, property_id)
        begun = facts_of(current) if current else {}
        draft = BrandDraft(
            company_id=company_id, id=new_id(), property_id=property_id, based_on=current.number if current else 0,
            **begun,
        )  # fmt: skip
        db.add(draft)
    for name, value in facts.items():
        setattr(draft, name, value)
    draft.own = list(own) if own is not None else None
    draft.mark, draft.author, draft.saved_at = new_id(), author, func.now()
    db.flush()
    return draft


def drop_draft(db: Session, company_id: UUID, property_id: UUID | None = None) -> None:
    """Give the draft up; what was published stays."""
    db.execute(delete(BrandDraft).filter_by(company_id=company_id, property_id=property_id))


def facts_of(look: Look) -> Mapping[str, Any]:
    """A look as the columns of another one."""
    return {fact: getattr(look, fact) for fact in FACTS}


def changed_areas(look: Look, other: Look) -> tuple[str, ...]:
    """In which of `AREAS` two versions differ."""
    return tuple(
        area for area, facts in AREAS.items() if any(getattr(look, fact) != getattr(other, fact) for fact in facts)
    )


def keep_picture(
    db: Session, storage: Storage, company_id: UUID, kind: str, image: CleanImage, *, name: str
) -> dict[str, UUID | None]:
    """Store a cleaned picture; returns the columns of a brand version that show it, the one for dark pages included.

    `kind` is one of `CLEANERS`, which also make the picture clean; they raise ImageRefused.
    """
    file = partial(
        keep, db, storage, company_id=company_id, purpose=BRAND, name=name[:200], content_type=image.content_type
    )
    kept: dict[str, UUID | None] = {f"{kind}_id": file(body=image.body).id}
    if kind in WITH_DARK:
        kept[f"{kind}_dark_id"] = file(body=image.dark).id if image.dark else None
    return kept


def _held(company_id: UUID, property_id: UUID | None = None) -> Any:
    query = select(BrandVersion).filter_by(company_id=company_id, property_id=property_id, withdrawn_at=None)
    return query.execution_options(populate_existing=True)
