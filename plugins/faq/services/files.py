"""Pictures and documents of an article."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from uuid import UUID

from marshmallow import ValidationError
from sqlalchemy import select

from plugins.faq.manifest import PURPOSE
from plugins.faq.models import Attachment
from plugins.faq.services.content import NotFound, find_article, free, render_texts, slug_of
from quartier.sdk import (
    IMAGE_REASONS,
    CompanySession,
    ImageRefused,
    Storage,
    StoredFile,
    Viewer,
    clean_picture,
    drop_file,
    keep_file,
    new_id,
)
from quartier.sdk import gettext as _

LARGEST_DOCUMENT = 10 * 1024 * 1024
PDF = "application/pdf"
ABANDONED = timedelta(days=1)
ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", PDF: "pdf"}


def attach_file(
    db: CompanySession,
    storage: Storage,
    article_id: UUID,
    *,
    by: Viewer,  # noqa: ARG001 - every write names its actor
    name: str,
    body: bytes,
) -> Attachment:
    """Keep a picture (PNG, JPEG, WebP, drawn anew) or a PDF; the text then says `files/<name>`.

    The same file under the same name is kept once; another one gets a name of its own. Raises ValidationError.
    """
    article = find_article(db, article_id)
    content_type, clean = _cleaned(body)
    wanted = f"{slug_of(PurePosixPath(name).stem) or 'file'}.{ENDINGS[content_type]}"
    stored = keep_file(db, storage, purpose=PURPOSE, name=wanted, content_type=content_type, body=clean)
    known = {file.name: file for file in db.scalars(select(Attachment).filter_by(article_id=article_id))}
    if same := next((file for file in known.values() if file.file_id == stored.id), None):
        return same
    attachment = Attachment(id=new_id(), article_id=article_id, file_id=stored.id, name=_free_name(wanted, set(known)))
    db.add(attachment)
    db.flush()
    render_texts(db, article)
    return attachment


def remove_file(db: CompanySession, storage: Storage, file_id: UUID, *, by: Viewer) -> None:  # noqa: ARG001
    """Take a file away; where the text shows it, its description is left. Raises NotFound."""
    attachment = db.scalars(select(Attachment).filter_by(id=file_id)).one_or_none()
    if attachment is None:
        raise NotFound(str(file_id))
    article = find_article(db, attachment.article_id)
    stored = db.scalars(select(StoredFile).filter_by(id=attachment.file_id)).one()
    db.delete(attachment)
    db.flush()
    if db.scalars(select(Attachment.id).filter_by(file_id=stored.id)).first() is None:
        drop_file(db, storage, stored)
    render_texts(db, article)


def drop_abandoned(db: CompanySession, storage: Storage) -> int:
    """Drop files that were kept for this module and hang on no article since a day at least; how many there were."""
    old = StoredFile.created_at < datetime.now(UTC) - ABANDONED
    used = select(Attachment.id).where(Attachment.file_id == StoredFile.id).exists()
    files = db.scalars(select(StoredFile).where(StoredFile.purpose == PURPOSE, old, ~used)).all()
    for file in files:
        drop_file(db, storage, file)
    return len(files)


def _cleaned(body: bytes) -> tuple[str, bytes]:
    if body.startswith(b"%PDF-"):
        if len(body) > LARGEST_DOCUMENT:
            raise ValidationError({"file": [_("A document may have at most 10 MB.")]})
        return PDF, body
    try:
        picture = clean_picture(body)
    except ImageRefused as error:
        raise ValidationError({"file": [_(IMAGE_REASONS[error.reason])]}) from error
    if picture.is_svg:
        raise ValidationError({"file": [_("Please choose a PNG, JPEG or WebP picture, or a PDF.")]})
    return picture.content_type, picture.body


def _free_name(wanted: str, taken: set[str]) -> str:
    stem, _dot, ending = wanted.rpartition(".")
    return wanted if wanted not in taken else f"{free(stem, {name.rpartition('.')[0] for name in taken})}.{ending}"
