"""What the document says of every operation, so that no module has to: who may call it, and how it can fail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from apispec.core import Components

from quartier.api.problems import TITLES, TYPE, ProblemSchema
from quartier.web.gate import PUBLIC, SIGNED_IN, WORDS

IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    "description": "Sent twice within a day, the request does its work once and gets the same answer again.",
}
IF_MATCH = {
    "name": "If-Match",
    "required": True,
    "schema": {"type": "string"},
    "description": "The ETag of the version that you have read; `*` overwrites whatever is there.",
}
IF_NONE_MATCH = {
    "name": "If-None-Match",
    "required": False,
    "schema": {"type": "string"},
    "description": "The ETag of the version that you have; the answer is 304 when it is still the present one.",
}
ETAG = {"schema": {"type": "string"}, "description": "Names this version, for If-Match and If-None-Match."}
RETRY_AFTER = {"schema": {"type": "integer"}, "description": "Seconds to wait."}
RETRIED = (429, 503)
PROBLEM = "Problem"
"""The response of every error that an operation does not name."""


@dataclass(frozen=True)
class Facts:
    """What the shell knows of an operation; `name` is unique in the document, `module` is the one that must be on."""

    name: str
    method: str
    rule: str
    needs: str
    module: str | None
    versioned: bool


def register_shared(components: Components) -> None:
    """Put what operations refer to among the document's components; what nothing refers to stays out."""
    components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    components.parameter("IdempotencyKey", "header", dict(IDEMPOTENCY_KEY), lazy=True)
    components.parameter("IfMatch", "header", dict(IF_MATCH), lazy=True)
    components.parameter("IfNoneMatch", "header", dict(IF_NONE_MATCH), lazy=True)
    components.header("ETag", ETAG, lazy=True)
    components.header("RetryAfter", RETRY_AFTER, lazy=True)
    for status, title in TITLES.items():
        headers = {"Retry-After": "RetryAfter"} if status in RETRIED else {}
        components.response(f"{PROBLEM}{status}", _problem(str(title), headers), lazy=True)
    components.response(PROBLEM, _problem("Any other problem", {}), lazy=True)


def describe(doc: dict[str, Any], info: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """smorest's hook for one operation: add what all operations share to what its own decorators have said."""
    facts: Facts = info["facts"]
    doc["operationId"], doc["x-scope"] = facts.name, facts.needs
    doc["security"] = [] if facts.needs == PUBLIC else [{"token": [] if facts.needs in WORDS else [facts.needs]}]
    doc.setdefault("parameters", []).extend(_headers(facts))
    doc["responses"] = _responses(facts, doc)
    _name_scope(info["docstring"], facts)
    return doc


def _name_scope(words: dict[str, str], facts: Facts) -> None:
    """Say the scope in words too, for most readers of the document look at nothing else."""
    scope = {PUBLIC: "Open to everybody.", SIGNED_IN: "Any token will do."}.get(facts.needs, f"Scope: `{facts.needs}`")
    words["description"] = "\n\n".join(filter(None, (words.get("description"), scope)))


def _responses(facts: Facts, doc: dict[str, Any]) -> dict[Any, Any]:
    """Ours and the operation's own; whoever names an error, it is a problem document."""
    named = doc.get("responses", {})
    failing = {status for status in named if str(status).isdecimal() and int(status) >= 400}
    found = {status: response for status, response in named.items() if status not in failing}
    for status in sorted(failing | _failures(facts, doc)):
        own = named.get(status)
        described = isinstance(own, dict) and own.get("description")
        found[status] = _problem(own["description"], {}) if described else f"{PROBLEM}{status}"
    if facts.versioned:
        _add_version(found, facts)
    return found


def _headers(facts: Facts) -> list[str]:
    named = ["IdempotencyKey"] if facts.method == "POST" and facts.needs != PUBLIC else []
    if facts.versioned:
        named.append("IfNoneMatch" if facts.method == "GET" else "IfMatch")
    return named


def _failures(facts: Facts, doc: dict[str, Any]) -> set[int]:
    """Every way in which the shell refuses before, or instead of, the view."""
    reads, writes_version = "requestBody" in doc, facts.versioned and facts.method != "GET"
    return {
        *([400, 413, 415, 422] if reads else []),
        *([401, 429] if facts.needs != PUBLIC else []),
        *([403] if facts.needs not in WORDS else []),
        *([423] if facts.module and facts.method != "GET" else []),
        *([404] if facts.module or "<" in facts.rule else []),
        *([412, 428] if writes_version else []),
        *([400, 409, 422] if facts.method == "POST" and facts.needs != PUBLIC else []),
    }


def _add_version(responses: dict[Any, Any], facts: Facts) -> None:
    for status, response in responses.items():
        if str(status).startswith("2") and isinstance(response, dict) and facts.method != "DELETE":
            response.setdefault("headers", {})["ETag"] = "ETag"
    if facts.method == "GET":
        responses[304] = {"description": "You have the present version"}


def _problem(description: str, headers: dict[str, str]) -> dict[str, Any]:
    content = {TYPE: {"schema": ProblemSchema}}
    return {"description": description, "content": content} | ({"headers": headers} if headers else {})
