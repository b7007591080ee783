"""Audiences as programs write them, the same for every module."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from quartier.audience.audience import GROUPS, Audience


class AudienceSchema(Schema):
    """Where × who; empty means everywhere, and everybody there."""

    where = fields.List(
        fields.UUID(), load_default=list, metadata={"description": "Properties, buildings, units, or periods of units."}
    )
    who = fields.List(fields.String(validate=validate.OneOf(GROUPS)), load_default=list)

    @post_load
    def _make(self, data: dict[str, Any], **_options: Any) -> Audience:
        return Audience(frozenset(data["where"]), frozenset(data["who"]))
