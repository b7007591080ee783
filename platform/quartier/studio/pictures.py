"""The pictures of a look while it is being made: cleaned and kept at once, so that no refusal elsewhere loses them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from typing import NamedTuple
from uuid import UUID

from werkzeug.datastructures import FileStorage, MultiDict

from quartier.companies.branding import CLEANERS, keep_picture
from quartier.companies.models import PICTURES, Look
from quartier.files.models import StoredFile
from quartier.files.purposes import BRAND
from quartier.files.storage import Storage
from quartier.i18n.texts import gettext as _
from quartier.tenancy.session import CompanySession
from quartier.theming.images import CleanImage, ImageRefused
from quartier.theming.logo import clean_logo
from quartier.theming.proposal import Proposal, propose
from quartier.theming.wording import IMAGE_REASONS

UPLOADS = {**CLEANERS, "logo_dark": clean_logo}
"""What can be sent, and what makes it safe. The dark half of a background picture comes with the picture itself."""

KINDS = ("logo", "logo_dark", "logo_reverse", "icon", "cover")
COMPANIONS = {"logo": "logo_dark", "cover": "cover_dark"}
"""A picture's dark variant goes when the picture goes."""

LARGEST_REQUEST = 48 * 1024 * 1024  # bytes: all five pictures at once, each as large as it may be

Ids = dict[str, UUID | None]


class Read(NamedTuple):
    """The pictures that a form means, a sentence for each that was refused, whether something new was kept, and what a
    logo that was sent suggests.
    """

    ids: Ids
    refused: dict[str, str]
    kept: bool
    proposal: Proposal | None


def pictures_of(brand: Look) -> Ids:
    """The pictures of a look, by kind."""
    return {kind: getattr(brand, f"{kind}_id") for kind in PICTURES}


def read_pictures(
    db: CompanySession,
    storage: Storage,
    brand: Look,
    sent: MultiDict[str, str],
    files: Mapping[str, FileStorage],
) -> Read:
    """A form carries what it already had (`logo_id`), what shall go (`remove`), and new files; a new file wins."""
    ids, refused, kept, proposal = _carried(db, brand, sent), dict[str, str](), False, None
    for kind in sent.getlist("remove"):
        for gone in (kind, COMPANIONS.get(kind, kind)):
            if gone in ids:
                ids[gone] = None
    for kind in KINDS:
        file = files.get(kind)
        if file is None or not file.filename:
            continue
        try:
            with closing(file):
                body = file.read()
            columns, image = keep_upload(db, storage, kind, body, file.filename)
            ids |= {column.removesuffix("_id"): found for column, found in columns.items()}
            kept = True
            proposal = propose(image, body) if kind == "logo" else proposal
        except ImageRefused as refusal:
            refused[kind] = _(IMAGE_REASONS[refusal.reason])
    return Read(ids, refused, kept, proposal)


def proposal_for(db: CompanySession, storage: Storage, logo: UUID | None) -> Proposal | None:
    """What a logo that is kept suggests; None where there is none, or where it cannot be drawn."""
    file = db.get(StoredFile, (db.company_id, logo)) if logo else None
    body = storage.get(file.key) if file is not None else None
    if file is None or body is None:
        return None
    try:
        return propose(CleanImage(file.content_type, body, 0, 0))
    except ImageRefused:
        return None


def keep_upload(
    db: CompanySession, storage: Storage, kind: str, body: bytes, name: str
) -> tuple[Mapping[str, UUID | None], CleanImage]:
    """Clean and keep a file for one of `UPLOADS`: columns of a look, and the picture. Raises ImageRefused."""
    image = UPLOADS[kind](body)
    return keep_picture(db, storage, db.company_id, kind, image, name=name), image


def _carried(db: CompanySession, brand: Look, sent: MultiDict[str, str]) -> Ids:
    """What the form had when it was shown. An id that is no picture of this company's look is as good as none sent."""
    in_force, ids = pictures_of(brand), Ids()
    for kind in PICTURES:
        if f"{kind}_id" not in sent:
            ids[kind] = in_force[kind]
            continue
        ids[kind] = _known(db, sent[f"{kind}_id"])
    return ids


def _known(db: CompanySession, text: str) -> UUID | None:
    try:
        file = db.get(StoredFile, (db.company_id, UUID(text)))
    except ValueError:
        return None
    return file.id if file is not None and file.purpose == BRAND else None
