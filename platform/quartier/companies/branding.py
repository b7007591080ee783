"""Publishing a brand: a new version on top of the old ones, and the pictures that go with it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from quartier.companies.models import PICTURES, BrandVersion
from quartier.db.base import new_id
from quartier.files.purposes import BRAND
from quartier.files.services import keep
from quartier.files.storage import Storage
from quartier.theming.images import CleanImage
from quartier.theming.logo import clean_logo, clean_picture

CLEANERS = {"logo": clean_logo, "logo_reverse": clean_logo, "icon": clean_logo, "cover": clean_picture}
WITH_DARK = ("logo", "cover")
"""Pictures of which a page shows another one in the dark."""

FACTS = ("app_name", "theme", "colour", "second", "cover_at", *(f"{kind}_id" for kind in PICTURES))


def current_brand(db: Session, company_id: UUID) -> BrandVersion | None:
    """The brand in force: the newest version."""
    versions = select(BrandVersion).filter_by(company_id=company_id)
    newest = versions.order_by(BrandVersion.published_at.desc(), BrandVersion.id.desc())
    return db.scalars(newest.limit(1)).first()


def publish_brand(db: Session, company_id: UUID, **changes: Any) -> BrandVersion:
    """The brand in force with some `FACTS` changed; where nothing differs, what there is."""
    current = current_brand(db, company_id)
    before: Mapping[str, Any] = {fact: getattr(current, fact) for fact in FACTS} if current else {}
    wanted = {**before, **changes}
    if current is not None and wanted == before:
        return current
    version = BrandVersion(company_id=company_id, id=new_id(), **wanted)
    db.add(version)
    db.flush()
    return version


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
