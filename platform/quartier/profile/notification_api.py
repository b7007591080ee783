"""One's own choices for programs: "one" is the colleague whose token it is."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields

from quartier.api.blueprint import ApiBlueprint
from quartier.api.problems import Problem
from quartier.i18n.texts import gettext as _
from quartier.mail.kinds import PACES, MailKind, NotificationKind
from quartier.profile.api import account_of_token
from quartier.profile.notification_pages import choose, chosen, offered
from quartier.viewer import Viewer
from quartier.viewing.services import resident_of
from quartier.web.gate import OWN
from quartier.web.visit import Visit

blueprint = ApiBlueprint("own_notifications", __name__, description="What whoever issued the token has chosen.")


class ChoiceSchema(Schema):
    """A kind, with its name in the company's first language, and how its reader hears of it."""

    key = fields.String(required=True)
    label = fields.String(required=True)
    mail = fields.String(required=True, metadata={"enum": list(PACES)})
    paces = fields.List(fields.String(metadata={"enum": list(PACES)}), required=True)
    in_app = fields.Boolean(required=True, allow_none=True, metadata={"description": "Null where it is only a mail."})
    push = fields.Boolean(
        required=True, allow_none=True,
        metadata={"description": "Whether it rings their devices. Null where it is only a mail."},
    )  # fmt: skip


class ChoicesSchema(Schema):
    """All kinds that there is a choice about."""

    kinds = fields.List(fields.Nested(ChoiceSchema), required=True)


class WishSchema(Schema):
    """What is left out stays as it is."""

    mail = fields.String(metadata={"enum": list(PACES)})
    in_app = fields.Boolean()
    push = fields.Boolean()


class WishesSchema(Schema):
    """Wishes by kind; what is left out stays as it is."""

    kinds = fields.Dict(keys=fields.String(), values=fields.Nested(WishSchema), required=True)


@blueprint.operation("GET", "/me/notifications", needs=OWN)
@blueprint.response(200, ChoicesSchema)
def own_notifications(visit: Visit) -> dict[str, Any]:
    """How the token's own colleague hears of things, kind by kind."""
    return _answer(visit, _owner(visit))


@blueprint.operation("PATCH", "/me/notifications", needs=OWN)
@blueprint.arguments(WishesSchema)
@blueprint.response(200, ChoicesSchema)
def choose_own_notifications(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Change some of it, all or nothing. It holds at once, also for what waits for a summary."""
    reader, wanted = _owner(visit), values["kinds"]
    kinds = offered(visit, reader)
    if wrong := {key: [said] for key, wish in wanted.items() if (said := _complaint(kinds.get(key), wish))}:
        raise ValidationError({"kinds": wrong})
    mail, in_app, push = (
        {key: wish[way] for key, wish in wanted.items() if way in wish} for way in ("mail", "in_app", "push")
    )
    choose(visit, reader, mail, in_app=in_app, push=push)
    return _answer(visit, reader)


def _owner(visit: Visit) -> Viewer:
    """Who issued the token, as the portal sees them: with all their rights, whatever the token's scopes."""
    reader = resident_of(visit.db, account_of_token(visit).person_id)
    if reader is None:
        raise Problem(404, _("Nobody is known to have issued this token."))
    return reader


def _complaint(kind: MailKind | None, wish: dict[str, Any]) -> str:
    if kind is None:
        return _("There is no such kind here.")
    if wish.get("mail", kind.default) not in kind.paces:
        return _("It can come so: %(paces)s.", paces=", ".join(kind.paces))
    if not isinstance(kind, NotificationKind) and wish.keys() & {"in_app", "push"}:
        return _("This kind is only a mail.")
    return ""


def _answer(visit: Visit, reader: Viewer) -> dict[str, Any]:
    kinds = offered(visit, reader)
    return {
        "kinds": [
            {"key": key, "label": visit.say(kinds[key].name), "mail": one.pace, "paces": list(kinds[key].paces),
             "in_app": one.in_app, "push": one.push}
            for key, one in chosen(visit, reader).items()
        ]
    }  # fmt: skip
