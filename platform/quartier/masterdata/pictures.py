"""The picture of a property: how it looks from the street."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from flask import Response, request
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from quartier.estate import services
from quartier.estate.models import Property
from quartier.estate.policies import EDIT, READ
from quartier.estate.services import EstateError
from quartier.files.models import StoredFile
from quartier.files.purposes import ESTATE
from quartier.files.services import drop, keep
from quartier.i18n.texts import gettext as _
from quartier.masterdata.area import cockpit, found_property, page, sent_version, written_down
from quartier.masterdata.nodes import PROPERTIES
from quartier.tenancy.session import CompanySession
from quartier.theming.images import CleanImage, ImageRefused
from quartier.theming.logo import clean_picture
from quartier.theming.wording import IMAGE_REASONS
from quartier.web.flash import back_to
from quartier.web.shell import file_storage
from quartier.web.visit import Visit

URL = f"{PROPERTIES}/<uuid:property_id>/picture"


@cockpit.page(URL, needs=EDIT, methods=("GET", "POST"))
def change_picture(visit: Visit, property_id: UUID) -> Any:
    """Another picture, or none any more."""
    home = found_property(visit, property_id)
    if request.method == "GET":
        return page(visit, "picture", home=home, error=None)
    try:
        kept = None if "remove" in request.form else _kept(visit.db)
        with written_down(visit):
            _hang(visit.db, home, kept, version=sent_version())
    except ImageRefused as refusal:
        return page(visit, "picture", home=home, error=_(IMAGE_REASONS[refusal.reason])), 422
    except EstateError as error:
        visit.db.rollback()
        return page(visit, "picture", home=found_property(visit, property_id), error=str(error)), 409
    return back_to(f"{PROPERTIES}/{home.id}", _("Saved."))


@cockpit.page(f"{URL}/<uuid:file_id>", needs=READ)
def picture(visit: Visit, property_id: UUID, file_id: UUID) -> Response:
    """The picture itself, under an address that is another one for another picture."""
    home = found_property(visit, property_id)
    file = visit.db.get(StoredFile, (visit.company.id, file_id)) if home.picture_id == file_id else None
    body = file_storage().get(file.key) if file else None
    if file is None or body is None:
        raise NotFound
    answer = Response(body, content_type=file.content_type)
    answer.headers["Cache-Control"] = "private, max-age=86400"
    return answer


def _kept(db: CompanySession) -> StoredFile:
    """What was sent, drawn anew: a photograph says where and when it was taken, and that is nobody's business."""
    sent = request.files.get("picture")
    image: CleanImage = clean_picture(sent.read() if sent else b"")
    if image.is_svg:
        raise ImageRefused("not_an_image")
    name = PurePosixPath(sent.filename or "picture").name if sent else "picture"
    return keep(
        db, file_storage(), purpose=ESTATE, name=name[:200], content_type=image.content_type, body=image.body
    )  # fmt: skip


def _hang(db: CompanySession, home: Property, file: StoredFile | None, *, version: int) -> None:
    before = home.picture_id
    services.change(db, home, {"picture_id": file.id if file else None}, version=version)
    db.flush()
    if before is None or before == home.picture_id:
        return
    if db.scalars(select(Property.id).filter_by(picture_id=before)).first() is None:
        drop(db, file_storage(), db.get_one(StoredFile, (db.company_id, before)))
