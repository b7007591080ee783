"""Reading what a caller sent."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Request
from marshmallow import Schema
from webargs.core import missing
from webargs.flaskparser import FlaskParser, is_json_request

from quartier.api.bodies import body
from quartier.api.problems import Problem
from quartier.i18n.texts import gettext as _

JSON = "application/json"


class Parser(FlaskParser):
    """webargs' parser, strict about JSON.

    orjson knows no NaN, takes UTF-8 only, and refuses what is nested so deep that reading it would end the process's
    stack. A body of another type is told so; without that, the caller would hear that every field is missing.
    """

    def load_json(self, req: Request, schema: Schema) -> Any:
        """The body as Python values; `missing` when there is none."""
        sent = body().read()
        if not sent:
            return missing
        if not is_json_request(req):
            raise Problem(415, _("The body must be JSON, and Content-Type must say so."), headers={"Accept": JSON})
        try:
            return orjson.loads(sent)
        except orjson.JSONDecodeError as error:
            place = {"line": error.lineno, "column": error.colno}
            raise Problem(400, _("This is not valid JSON: line %(line)s, column %(column)s.", **place)) from error
