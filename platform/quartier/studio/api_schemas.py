"""What programs send and get of a company's look."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from quartier.api.paging import PageArguments
from quartier.companies.schemas import Colour
from quartier.i18n.localized import LocalizedText, LocalizedTextField
from quartier.studio.icon_words import ICONS
from quartier.studio.look_form import LONGEST_FOOTER, LONGEST_HEADER, LONGEST_NAME
from quartier.studio.names_form import LONGEST_NAME as LONGEST_APP
from quartier.studio.names_form import LONGEST_SHORT_NAME
from quartier.theming.pairs import MODES
from quartier.theming.shape import CORNERS, DENSITIES

STATES = ("in_force", "planned", "past", "withdrawn")


def _picture(kind: str) -> fields.UUID:
    return fields.UUID(
        allow_none=True, metadata={"description": f"A picture, served at `/brand/<id>/{kind}`; or null."}
    )


class MicroAppSchema(Schema):
    """What the company says of a module; what it does not say is the module's own."""

    name = LocalizedTextField(load_default=LocalizedText, max_length=LONGEST_APP)
    short_name = LocalizedTextField(
        load_default=LocalizedText, max_length=LONGEST_SHORT_NAME,
        metadata={"description": "For the bar at the bottom of a phone."},
    )  # fmt: skip
    icon = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf(ICONS),
        metadata={"description": "One of the icons that the studio offers; null: the module's own."},
    )  # fmt: skip
    position = fields.Integer(
        load_default=None, validate=validate.Range(0, 100_000),
        metadata={"description": "Its place: low numbers stand first. Left out: where it is."},
    )  # fmt: skip


class ByModule(fields.Dict):
    """Values by module; what is wrong with one stands at its module, where its pointer leads."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        try:
            return super()._deserialize(value, attr, data, **options)  # type: ignore[no-untyped-call]
        except ValidationError as error:
            found = error.messages
            if not isinstance(found, dict):
                raise
            raise ValidationError({module: said.get("value", said) for module, said in found.items()}) from error


class LookSchema(Schema):
    """What makes a brand. Every version has all of it."""

    app_name = LocalizedTextField(
        max_length=LONGEST_NAME, metadata={"description": "The app's name; needed in the company's first language."}
    )
    theme = fields.String(metadata={"description": "The character: the slug of an installed theme."})
    colour = Colour(metadata={"description": "The brand colour as `#rrggbb`; all others follow from it."})
    second = Colour(
        allow_none=True, metadata={"description": "A colour for areas, never for text; null means a tint of `colour`."}
    )
    cover_at = fields.Integer(
        validate=validate.Range(0, 100),
        metadata={"description": "What stays of the background picture when it is cut: 0 left, 100 right."},
    )
    corners = fields.String(
        validate=validate.OneOf(CORNERS), metadata={"description": "`theme` leaves them as the theme draws them."}
    )
    density = fields.String(
        validate=validate.OneOf(DENSITIES), metadata={"description": "`theme` leaves distances as designed."}
    )
    micro_apps = ByModule(
        keys=fields.String(), values=fields.Nested(MicroAppSchema, allow_none=True),
        metadata={"description": "Names, icons and order by module. One left out stays as it is, null has its own."},
    )  # fmt: skip
    tone = fields.String(
        validate=validate.OneOf(["formal", "informal"]), metadata={"description": "Sie and vous, or du and tu."}
    )
    mail_header = LocalizedTextField(
        max_length=LONGEST_HEADER, metadata={"description": "A line below the company's name at the head of mails."}
    )
    mail_footer = LocalizedTextField(
        max_length=LONGEST_FOOTER, metadata={"description": "Lines at the foot of mails and on letters."}
    )
    logo_id = _picture("logo")
    logo_dark_id = _picture("logo-dark")
    logo_reverse_id = _picture("logo-reverse")
    icon_id = _picture("icon")
    cover_id = _picture("cover")
    cover_dark_id = _picture("cover-dark")


class LookChangeSchema(LookSchema):
    """Some of a look; what is left out stays as it is."""


class BrandDraftSchema(Schema):
    """The draft; without `saved_at` there is none, and `look` is what is in force."""

    look = fields.Nested(LookSchema, required=True)
    saved_at = fields.AwareDateTime(required=True, allow_none=True)
    saved_by = fields.String(required=True)
    based_on = fields.Integer(
        required=True, metadata={"description": "The number of the version that was in force when it was begun."}
    )


class BrandVersionSchema(Schema):
    """A version as it was published; its look never changes."""

    id = fields.UUID(required=True)
    number = fields.Integer(required=True)
    state = fields.String(required=True, metadata={"enum": list(STATES)})
    published_at = fields.AwareDateTime(required=True, metadata={"description": "The moment from which it holds."})
    author = fields.String(required=True)
    restored = fields.Integer(
        required=True, allow_none=True, metadata={"description": "The number of the version that it took up again."}
    )
    look = fields.Nested(LookSchema, required=True)


class BrandSchema(Schema):
    """How the company's look stands."""

    in_force = fields.Nested(BrandVersionSchema, required=True)
    planned = fields.Nested(
        BrandVersionSchema, required=True, allow_none=True,
        metadata={"description": "The version that will hold by itself; there is at most one."},
    )  # fmt: skip
    draft = fields.Nested(BrandDraftSchema, required=True, allow_none=True)


class PublicationSchema(Schema):
    """When the draft shall hold."""

    publish_at = fields.AwareDateTime(
        load_default=None, metadata={"description": "A moment ahead, with its offset; null or left out: at once."}
    )


class ProofArguments(Schema):
    """Of which look."""

    of = fields.String(
        load_default="in_force", validate=validate.OneOf(["in_force", "draft"]),
        metadata={"description": "`draft` is what is in force while there is no draft."},
    )  # fmt: skip


class VersionArguments(PageArguments):
    """The newest first."""


class ColourPairSchema(Schema):
    """An ink on a ground, as a page has them."""

    mode = fields.String(required=True, metadata={"enum": list(MODES)})
    ink = fields.String(required=True, metadata={"description": "The token of what is written or drawn."})
    ground = fields.String(required=True, metadata={"description": "The token of what it stands on."})
    ink_colour = fields.String(required=True)
    ground_colour = fields.String(required=True)
    contrast = fields.Float(required=True, metadata={"description": "WCAG 2.2, cut to two decimals, never rounded up."})
    least = fields.Float(required=True, metadata={"description": "What it must have: 4.5 for text, 3 for edges."})
    holds = fields.Boolean(required=True)


class AdjustmentSchema(Schema):
    """A colour that is not quite the one that was asked for."""

    token = fields.String(required=True)
    asked = fields.String(required=True)
    used = fields.String(required=True)
    reason = fields.String(required=True, metadata={"description": "A sentence in the caller's language."})


class LogoGroundSchema(Schema):
    """The logo as it stands on one of its grounds."""

    caption = fields.String(required=True)
    ground = fields.String(required=True)
    url = fields.String(required=True)
    plate = fields.Boolean(required=True, metadata={"description": "Whether a white plate is put behind it."})


class BrandProofSchema(Schema):
    """What was measured and found of a look. Sentences are in the caller's language."""

    holds = fields.Boolean(required=True, metadata={"description": "Whether it can be published."})
    pairs = fields.List(fields.Nested(ColourPairSchema), required=True)
    adjustments = fields.List(fields.Nested(AdjustmentSchema), required=True)
    logo_grounds = fields.List(fields.Nested(LogoGroundSchema), required=True)
    long_names = fields.List(fields.String(), required=True, metadata={"description": "Names that find no room."})
    missing = fields.List(fields.String(), required=True, metadata={"description": "Texts missing in a language."})


def upload_body() -> dict[str, Any]:
    """The form in which a picture is sent."""
    form = {"type": "object", "required": ["file"], "properties": {"file": {"type": "string", "format": "binary"}}}
    return {"required": True, "content": {"multipart/form-data": {"schema": form}}}
