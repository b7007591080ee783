"""What programs send and read of imports."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from quartier.imports.models import SOURCES, STATUSES


def _flag(words: str) -> fields.Boolean:
    return fields.Boolean(load_default=False, metadata={"description": words})


class NewImportArguments(Schema):
    """How to import what is sent."""

    name = fields.String(
        load_default="",
        validate=validate.Length(max=200),
        metadata={"description": "What the file is called, where the body is the file itself."},
    )
    full = _flag("The files are everything there is: what they do not have is reported as gone.")
    close_gone = _flag("With `full`: periods that are gone end today.")
    remove_gone = _flag("With `full`: what else is gone is deleted, or archived where something hangs on it.")
    strict = _flag("All rows or none: apply nothing while a row has an error.")
    from_erp = _flag("The files come from the company's ERP: they also change the fields that it owns.")
    apply = _flag("Apply without being asked again when no row has an error and no person has to be decided on.")


class SentFileSchema(Schema):
    """A file as it was sent."""

    name = fields.String(required=True)
    size = fields.Integer(required=True, metadata={"description": "Bytes."})


class GoneSchema(Schema):
    """What a full export does not have any more."""

    count = fields.Integer(required=True)
    fates = fields.Dict(
        keys=fields.String(validate=validate.OneOf(("close", "delete", "archive", "stay"))),
        values=fields.Integer(),
        required=True,
        metadata={"description": "What becomes of how many of them, if that is asked for."},
    )


class ImportSchema(Schema):
    """An import, wherever it stands."""

    id = fields.UUID(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    source = fields.String(required=True, validate=validate.OneOf(SOURCES))
    created_by = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    finished_at = fields.AwareDateTime(required=True, allow_none=True)
    files = fields.List(fields.Nested(SentFileSchema), required=True)
    done = fields.Integer(required=True, metadata={"description": "Rows worked on so far."})
    total = fields.Integer(required=True, metadata={"description": "Rows to be worked on."})
    counts = fields.Dict(
        keys=fields.String(),
        values=fields.Dict(keys=fields.String(), values=fields.Integer()),
        required=True,
        metadata={
            "description": "noun, or `row` for whole rows → `new`, `changed`, `unchanged`, `delete` or `bad` → rows."
        },
    )
    errors = fields.Integer(required=True, metadata={"description": "Problems that keep a row out."})
    warnings = fields.Integer(required=True, metadata={"description": "Problems that cost a cell at most."})
    gone = fields.Dict(keys=fields.String(), values=fields.Nested(GoneSchema), required=True)
    kept = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        required=True,
        metadata={"description": "File of an exchange set → rows kept for later. Nobody gets a right by them."},
    )
    failure = fields.String(
        required=True, allow_none=True, metadata={"description": "Why the last step came to nothing."}
    )
    in_the_way = fields.List(
        fields.String(), required=True, metadata={"description": "What keeps it from being undone, as last tried."}
    )


class ImportProblemSchema(Schema):
    """Something in a file that cannot be used as it is."""

    file = fields.String(required=True)
    line = fields.Integer(required=True, metadata={"description": "From 1; 0 is the whole file."})
    column = fields.String(required=True, metadata={"description": "The header of the column, where it is about one."})
    value = fields.String(required=True)
    code = fields.String(required=True)
    severity = fields.String(required=True, validate=validate.OneOf(("error", "warning")))
    message = fields.String(required=True, metadata={"description": "In the language asked for."})
