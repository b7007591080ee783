"""The API of the console: mounted as companies' is, for keys of the platform's own, with a document of its own."""

from __future__ import annotations

from typing import Any, Final

import orjson
from flask import Blueprint, Flask, Response, abort, g, make_response, request
from werkzeug.exceptions import Forbidden

from quartier.api import documents, limits, operations
from quartier.api.blueprint import SAFE, ApiBlueprint, View
from quartier.api.explanations import CAUSES, REMEDIES
from quartier.api.limits import QUOTA
from quartier.api.problems import PLACE, REALM, TITLES, Problem
from quartier.api.repeats import HEADER
from quartier.i18n.texts import gettext as _
from quartier.programs import repeats
from quartier.programs.services import Program
from quartier.web.gate import require
from quartier.web.visit import ConsoleVisit

INTRODUCTION: Final = f"""
The platform's own data, for programs such as a CRM: companies and how they fare, contracts, entitlements, use, leads,
revenue. Never anything of residents: numbers only.

**Access.** Send a key with each request: `Authorization: Bearer qrp_…`. Administrators of the console issue keys under
Programs; a key has one role (sales, support, finance, admin), an end, and is shown once. What a role opens here is
what it opens in the console; each operation says which. Tokens of companies open nothing here, and keys of the
platform open nothing at companies.

**Lists** come in pages; `next` is the cursor of the next page (`after`), null on the last.

**Changing.** A lead is read with an `ETag`; send it in `If-Match`: if somebody was quicker, the answer is 412.

**Repeating.** A POST with an `Idempotency-Key` may be sent again for a day: the work is done once.

**Problems** are documents of type `application/problem+json` (RFC 9457), in the language of `Accept-Language`.

**Limits.** A key may make {QUOTA} requests a minute; `RateLimit` tells what is left.
""".strip()


class ConsoleBlueprint(ApiBlueprint):
    """Operations at the console. `needs` is what a page there needs: OPERATOR, or one of the roles of `web.gate`."""

    def _count(self, visit: ConsoleVisit) -> None:
        program = visit.viewer
        if not isinstance(program, Program):
            return
        g.rate = (max(0, QUOTA - program.requests), program.reset)
        if program.requests > QUOTA:
            detail = _("A token may make %(quota)s requests a minute.", quota=QUOTA)
            raise Problem(429, detail, headers={"Retry-After": str(program.reset)})

    def _require(self, visit: ConsoleVisit, needs: str) -> None:
        try:
            require(visit, needs, area="api", writes=request.method not in SAFE)
        except Forbidden as error:
            challenge = f'{REALM}, error="insufficient_scope", scope="{needs}"'
            detail = _("This key’s role does not open this.")
            raise Problem(403, detail, headers={"WWW-Authenticate": challenge}) from error

    def _answer(self, visit: ConsoleVisit, view: View, values: dict[str, Any]) -> Response:
        if request.method == "POST" and HEADER in request.headers:
            return repeats.once(visit.db, visit.viewer.session_id, lambda: view(visit, **values))
        return make_response(view(visit, **values))


def install(app: Flask, *blueprints: ConsoleBlueprint) -> None:
    """The console's operations, their document, and problems for their errors."""
    app.config.update(API_TITLE="Quartier", API_VERSION=documents.VERSION, OPENAPI_VERSION="3.1.0")
    api = documents.PortalApi(app)
    operations.register_shared(api.spec.components)
    about = Blueprint("api_documents", __name__)
    about.add_url_rule(f"{documents.PREFIX}/openapi.json", "openapi", lambda: _openapi(api))
    about.add_url_rule(f"{PLACE}/<int:status>", "problem", _problem)
    app.register_blueprint(about)
    app.after_request(limits.announce)
    app.extensions["quartier_api"] = api
    for blueprint in blueprints:
        documents.mount(api, blueprint, path="")
    documents.error_handlers(app)


def _openapi(api: documents.PortalApi) -> Response:
    info = {"title": "Quartier: API of the console", "version": documents.VERSION, "description": INTRODUCTION}
    document = {**api.document(frozenset()), "info": info, "servers": [{"url": "/"}]}
    response = Response(orjson.dumps(document), content_type="application/json")
    response.add_etag()
    return response.make_conditional(request)  # type: ignore[return-value]


def _problem(status: int) -> Response:
    """What a kind of problem means and what to do, where its `type` leads."""
    if status not in TITLES:
        abort(404)
    said = {"title": str(TITLES[status]), "cause": str(CAUSES[status]), "remedy": str(REMEDIES[status])}
    return Response(orjson.dumps(said), content_type="application/json")
