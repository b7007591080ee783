"""What programs send and get of the look of a property."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from quartier.api.paging import PageArguments
from quartier.companies.subbrands import OWNABLE
from quartier.studio.api_schemas import BrandDraftSchema, BrandVersionSchema, LookSchema

FOLLOWING = ("app_name", "theme", "colour", "cover_at", "corners", "density")
"""Facts of which null says: as the company's. Of a picture null says so anyway; a second colour may be none."""


def _own() -> fields.List[Any]:
    return fields.List(
        fields.String(validate=validate.OneOf(OWNABLE)), required=True,
        metadata={"description": "What of it is the property's own; all else follows the company."},
    )  # fmt: skip


class PropertyLookSchema(LookSchema):
    """A property's look as it is seen there: what is not its own is filled in with the company's."""

    class Meta:
        exclude = ("micro_apps", "tone", "mail_header", "mail_footer")


class PropertyLookChangeSchema(PropertyLookSchema):
    """Some of a look; what is left out stays as it is, and null is the company's again."""

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Null where a company's look must say something."""
        super().on_bind_field(field_name, field_obj)
        field_obj.allow_none = field_obj.allow_none or field_name in FOLLOWING


class PropertyBrandDraftSchema(BrandDraftSchema):
    """The draft; without `saved_at` there is none, and `look` is what is seen there."""

    look = fields.Nested(PropertyLookSchema, required=True)
    own = _own()


class PropertyBrandVersionSchema(BrandVersionSchema):
    """A version; `own` never changes, and `look` is it on what the company wears now."""

    look = fields.Nested(PropertyLookSchema, required=True)
    own = _own()


class PropertyBrandSchema(Schema):
    """How the look of a property stands."""

    look = fields.Nested(
        PropertyLookSchema, required=True, metadata={"description": "What those who live there see now."}
    )
    own = _own()
    in_force = fields.Nested(
        PropertyBrandVersionSchema, required=True, allow_none=True,
        metadata={"description": "Null where the property never had a look of its own."},
    )  # fmt: skip
    planned = fields.Nested(PropertyBrandVersionSchema, required=True, allow_none=True)
    draft = fields.Nested(PropertyBrandDraftSchema, required=True, allow_none=True)


class DressedPropertySchema(Schema):
    """A property that has, had, plans or drafts a look of its own."""

    property_id = fields.UUID(required=True)
    name = fields.String(required=True)
    own = fields.List(
        fields.String(), required=True, metadata={"description": "What is its own now; empty where nothing is."}
    )
    number = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Of the version in force; null where none ever was."}
    )
    published_at = fields.AwareDateTime(required=True, allow_none=True)
    author = fields.String(required=True, allow_none=True)
    planned_at = fields.AwareDateTime(required=True, allow_none=True)
    draft_saved_at = fields.AwareDateTime(required=True, allow_none=True)


class DressedArguments(PageArguments):
    """The oldest entry first."""
