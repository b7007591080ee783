"""What programs are told of a look, be it the company's or a property's, and what of theirs is refused."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from typing import Any
from uuid import UUID

from flask import request
from marshmallow import ValidationError

from quartier.api.conditions import etag
from quartier.api.problems import Problem
from quartier.companies.branding import FACTS, Standing
from quartier.companies.models import PICTURES, BrandDraft, BrandVersion
from quartier.files.models import StoredFile
from quartier.files.purposes import BRAND
from quartier.i18n.texts import gettext as _
from quartier.studio.look_form import Beneath, seal_of
from quartier.studio.pictures import COMPANIONS, UPLOADS, keep_upload
from quartier.studio.proof import prove
from quartier.studio.publishing import unreadable
from quartier.studio.sheet import ProofSheet
from quartier.theming.images import ImageRefused
from quartier.theming.pairs import Pair
from quartier.theming.wording import ADJUSTMENTS, IMAGE_REASONS
from quartier.web.shell import file_storage, shell
from quartier.web.visit import Visit

Answer = tuple[dict[str, Any], dict[str, str]]


def known_picture(kind: str) -> None:
    """Raises a Problem for what is no kind of picture that can be sent."""
    if kind not in UPLOADS:
        raise Problem(404)


def kept_picture(visit: Visit, kind: str) -> Mapping[str, UUID | None]:
    """The `file` that was sent, cleaned and kept, as the columns of a look. Raises a Problem for what is no picture."""
    sent = request.files.get("file")
    try:
        if sent is None:
            raise ImageRefused("not_an_image")
        with closing(sent):
            return keep_upload(visit.db, file_storage(), kind, sent.read(), sent.filename or kind)[0]
    except ImageRefused as refusal:
        raise Problem(422, errors={"file": [_(IMAGE_REASONS[refusal.reason])]}) from refusal


def without_companions(values: dict[str, Any]) -> None:
    """Where a picture is replaced, its dark variant goes, unless another one was named with it."""
    for kind, companion in COMPANIONS.items():
        if f"{kind}_id" in values:
            values.setdefault(f"{companion}_id", None)


def check_look(visit: Visit, facts: Mapping[str, Any], sent: Mapping[str, Any]) -> None:
    """What a schema cannot know. Raises ValidationError."""
    wrong: dict[str, list[str]] = {}
    default, theme = visit.company.default_language, shell().themes.get(facts["theme"])
    if not facts["app_name"].get(default, "").strip():
        wrong["app_name"] = [_("Please fill this in.")]
    for kind in PICTURES:
        if (picture := sent.get(f"{kind}_id")) is not None and not _is_ours(visit, picture):
            wrong[f"{kind}_id"] = [_("There is no such picture.")]
    if theme is None or not theme.selectable:
        wrong["theme"] = [_("Please choose one of the options.")]
    elif not prove(theme, facts["colour"], facts["second"]).holds:
        wrong["theme"] = [unreadable()]
    if wrong:
        raise ValidationError(wrong)


def _is_ours(visit: Visit, picture: UUID) -> bool:
    file = visit.db.get(StoredFile, (visit.company.id, picture))
    return file is not None and file.purpose == BRAND


def seal_of_all(standing: Standing) -> str:
    """Another one as soon as what is in force, what is planned, or the draft is another one."""
    planned, draft = standing.planned, standing.draft
    return "-".join(one.hex for one in (standing.in_force.id, planned and planned.id, draft and draft.mark) if one)


def _look(one: Beneath) -> dict[str, Any]:
    return {name: getattr(one, name) for name in FACTS}


def draft_shown(standing: Standing) -> Answer:
    """The draft, or what is in force while there is none, with its ETag."""
    draft = standing.draft if isinstance(standing.draft, BrandDraft) else None
    found = {
        "look": _look(standing.beneath), "saved_at": draft.saved_at if draft else None,
        "saved_by": draft.author if draft else "", "based_on": draft.based_on if draft else standing.in_force.number,
    }  # fmt: skip
    return found, {"ETag": etag(seal_of(standing.beneath))}


def version_shown(one: BrandVersion, standing: Standing) -> dict[str, Any]:
    """A version, and what has become of it."""
    if one.withdrawn_at is not None:
        state = "withdrawn"
    elif one.id == standing.in_force.id:
        state = "in_force"
    else:
        state = "planned" if standing.planned is not None and one.id == standing.planned.id else "past"
    return {
        "id": one.id, "number": one.number, "state": state, "published_at": one.published_at, "author": one.author,
        "restored": one.restored, "look": _look(one),
    }  # fmt: skip


def proof_shown(sheet: ProofSheet) -> dict[str, Any]:
    """What was measured and found of a look."""
    return {
        "holds": sheet.holds, "pairs": [_pair(one) for one in sheet.pairs], "logo_grounds": sheet.grounds,
        "adjustments": [
            {"token": one.token, "asked": one.asked, "used": one.used,
             "reason": _(ADJUSTMENTS[one.code], used=one.used.upper())}
            for one in sheet.palette.adjustments
        ],
        "long_names": sheet.long_names, "missing": sheet.gaps,
    }  # fmt: skip


def _pair(one: Pair) -> dict[str, Any]:
    return {
        "mode": one.mode, "ink": one.ink, "ground": one.ground, "ink_colour": one.ink_colour, "holds": one.holds,
        "ground_colour": one.ground_colour, "contrast": int(one.ratio * 100) / 100, "least": one.least,
    }  # fmt: skip
