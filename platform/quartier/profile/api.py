"""One's own profile for programs: how whoever issued the token reads pages and mails."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields
from sqlalchemy import select

from quartier.accounts.habits import HabitsSchema, choose_habits
from quartier.accounts.models import Account, Agent, ApiToken
from quartier.api.blueprint import ApiBlueprint
from quartier.api.problems import Problem
from quartier.i18n.texts import gettext as _
from quartier.people.models import Person
from quartier.web.gate import SIGNED_IN
from quartier.web.visit import Visit

blueprint = ApiBlueprint("profile", __name__, description="The profile of whoever issued the token.")


class OwnProfileSchema(Schema):
    """Somebody of the team, as they see themselves. What is empty is as the company has it."""

    person_id = fields.UUID(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True)
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


@blueprint.operation("GET", "/me/profile", needs=SIGNED_IN)
@blueprint.response(200, OwnProfileSchema)
def own_profile(visit: Visit) -> dict[str, Any]:
    """Who issued this token, and how they read."""
    return _shown(visit, account_of_token(visit))


@blueprint.operation("PATCH", "/me/profile", needs=SIGNED_IN)
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
    return {**said, "name": person.name}
