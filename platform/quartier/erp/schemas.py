"""What programs read and write, for the document of the API."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from quartier.erp.fields import LONGEST_ID, NOUNS, Field, Noun
from quartier.erp.models import BATCH_STATES
from quartier.people.models import OCCUPANT_ROLES

PLURAL = {"properties": "Property", "buildings": "Building", "units": "Unit", "persons": "Person",
          "occupancies": "Occupancy"}  # fmt: skip


class ProblemRowSchema(Schema):
    """Why a row, or a value of it, could not be used."""

    line = fields.Integer(
        required=True, metadata={"description": "The line of the stream, or the place in the array; from 1. 0: none."}
    )
    external_id = fields.String(required=True)
    field = fields.String(required=True)
    reason = fields.String(required=True, metadata={"description": "A sentence in the company's first language."})


class BatchSchema(Schema):
    """A batch, and what became of it."""

    id = fields.UUID(required=True)
    noun = fields.String(required=True, validate=validate.OneOf(list(NOUNS)))
    status = fields.String(required=True, validate=validate.OneOf(BATCH_STATES))
    received = fields.Integer(required=True, metadata={"description": "Rows that were read."})
    created = fields.Integer(required=True)
    updated = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)
    problem_count = fields.Integer(required=True)
    problems = fields.List(
        fields.Nested(ProblemRowSchema),
        metadata={"description": "The first 1,000. With status `done`: what of a row was left out, and why."},
    )
    created_at = fields.AwareDateTime(required=True)
    finished_at = fields.AwareDateTime(required=True, allow_none=True)


class OnPeriodSchema(Schema):
    """A person on a period of use."""

    person = fields.String(required=True, metadata={"description": "The person's external id."})
    role = fields.String(load_default="main", validate=validate.OneOf(OCCUPANT_ROLES))


def row_schema(plural: str) -> type[Schema]:
    """The schema of one row, made of the same facts by which rows are read."""
    noun = NOUNS[plural]
    described: dict[str, Any] = {
        "external_id": fields.String(
            required=True, validate=validate.Length(1, LONGEST_ID),
            metadata={"description": "The thing's number in the system that sends it."},
        )
    }  # fmt: skip
    if noun.parent:
        described[noun.parent] = fields.String(metadata={"description": f"External id of the {noun.parent}."})
    described |= {field.name: _described(field) for field in noun.fields}
    described |= _more(noun)
    made: Any = Schema.from_dict(described, name=f"Erp{PLURAL[plural]}")
    made.__doc__ = "One row. What is left out stays as it is; in a new row it gets its usual value."
    return made  # type: ignore[no-any-return]


def _more(noun: Noun) -> dict[str, Any]:
    if noun.archivable:
        return {"archived": fields.Boolean(metadata={"description": "Put away, or taken back."})}
    return {"persons": fields.List(fields.Nested(OnPeriodSchema), metadata={"description": "Everybody on it."})}


def _described(field: Field) -> Any:
    checks: list[Any] = [validate.OneOf(field.choices)] if field.choices else []
    if field.kind == "text":
        checks.append(validate.Length(max=field.longest))
    of_kind: dict[str, Any] = {"bool": fields.Boolean, "number": fields.Float, "whole": fields.Integer,
                               "date": fields.Date}  # fmt: skip
    more = {"metadata": {"description": "A new row needs it."}} if field.needed else {}
    nullable = field.nullable or field.kind == "text"
    return of_kind.get(field.kind, fields.String)(allow_none=nullable, validate=checks, **more)
