"""One's own profile for programs: how whoever issued the token reads pages and mails, and their picture."""

from __future__ import annotations

from typing import Any, Final

from flask import Response, request
from marshmallow import Schema, ValidationError, fields
from sqlalchemy import select

from quartier.accounts.habits import HabitsSchema, choose_habits
from quartier.accounts.models import Account, Agent, ApiToken
from quartier.api.blueprint import ApiBlueprint
from quartier.api.problems import Problem
from quartier.files.models import StoredFile
from quartier.i18n.texts import gettext as _
from quartier.people.models import Person
from quartier.people.queries import picture_of
from quartier.profile.services import drawn_anew, set_picture
from quartier.theming.images import ImageRefused
from quartier.theming.logo import PICTURE
from quartier.theming.wording import IMAGE_REASONS
from quartier.web.gate import OWN
from quartier.web.shell import file_storage
from quartier.web.visit import Visit

OWN_PICTURE: Final = "/me/picture"
BYTES: Final = {"schema": {"type": "string", "format": "binary"}}
SENT: Final = {"required": True, "content": {"application/octet-stream": BYTES}}
SHOWN: Final = {"description": "The picture.", "content": {"image/jpeg": BYTES}}

blueprint = ApiBlueprint("profile", __name__, description="The profile of whoever issued the token.")


class OwnProfileSchema(Schema):
    """Somebody of the team, as they see themselves. What is empty is as the company has it."""

    person_id = fields.UUID(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True)
    has_picture = fields.Boolean(required=True)
    language = fields.String(required=True, allow_none=True)
    formats = fields.String(
        required=True, allow_none=True, metadata={"description": "ISO code of the country whose dates and numbers."}
    )
    timezone = fields.String(required=True, allow_none=True, metadata={"description": "IANA name."})


class ReadingSchema(HabitsSchema):
    """How somebody reads: what is left out stays, `null` is as the company has it."""

    language = fields.String(allow_none=True)
    formats = fields.String(allow_none=True, validate=HabitsSchema().fields["formats"].validate)
    timezone = fields.String(allow_none=True)


@blueprint.operation("GET", "/me/profile", needs=OWN)
@blueprint.response(200, OwnProfileSchema)
def own_profile(visit: Visit) -> dict[str, Any]:
    """Who issued this token, and how they read."""
    return _shown(visit, account_of_token(visit))


@blueprint.operation("PATCH", "/me/profile", needs=OWN)
@blueprint.arguments(ReadingSchema)
@blueprint.response(200, OwnProfileSchema)
def change_own_profile(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Choose language, formats and time zone; pages and mails follow it from now on."""
    account = account_of_token(visit)
    if values.get("language") not in (None, *visit.company.languages):
        raise ValidationError({"language": [_("Please choose one of the options.")]})
    if values:
        choose_habits(Account, visit.db, account.id, values)
        visit.db.refresh(account)
    return _shown(visit, account)


@blueprint.operation("GET", OWN_PICTURE, needs=OWN)
@blueprint.doc(responses={"200": SHOWN, "404": "Problem404"})
def own_picture(visit: Visit) -> Response:
    """The picture of whoever issued this token; 404 while there is none."""
    file_id = picture_of(visit.db, account_of_token(visit).person_id)
    file = visit.db.get(StoredFile, (visit.company.id, file_id)) if file_id else None
    body = file_storage().get(file.key) if file else None
    if file is None or body is None:
        raise Problem(404)
    return Response(body, content_type=file.content_type)


@blueprint.operation("PUT", OWN_PICTURE, needs=OWN, largest=PICTURE.max_bytes + 1)
@blueprint.doc(requestBody=SENT, responses={str(one): f"Problem{one}" for one in (400, 413, 415, 422)})
@blueprint.response(204)
def change_own_picture(visit: Visit) -> None:
    """Another picture: the bytes of a PNG, JPEG or WebP file are the body. It is drawn anew, without what else a camera
    wrote into it."""
    person_id = account_of_token(visit).person_id
    try:
        image = drawn_anew(request.get_data())
    except ImageRefused as refusal:
        raise Problem(422, _(IMAGE_REASONS[refusal.reason])) from refusal
    set_picture(visit.db, file_storage(), person_id, image)


@blueprint.operation("DELETE", OWN_PICTURE, needs=OWN)
@blueprint.response(204)
def remove_own_picture(visit: Visit) -> None:
    """No picture any more."""
    set_picture(visit.db, file_storage(), account_of_token(visit).person_id, None)


def account_of_token(visit: Visit) -> Account:
    """Whose token it is. Of an older one, and of a machine's of the platform, nobody knows: that is a 404."""
    mine = select(Account).join(Agent, Agent.person_id == Account.person_id)
    found = mine.join(ApiToken, ApiToken.agent_id == Agent.id).where(ApiToken.id == visit.viewer.session_id)
    account = visit.db.scalars(found).one_or_none()
    if account is None:
        raise Problem(404, _("Nobody is known to have issued this token."))
    return account


def _shown(visit: Visit, account: Account) -> dict[str, Any]:
    person = visit.db.get_one(Person, (visit.company.id, account.person_id))
    said = {name: getattr(account, name) for name in ("person_id", "email", "language", "formats", "timezone")}
    return {**said, "name": person.name, "has_picture": picture_of(visit.db, person.id) is not None}
