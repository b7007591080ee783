"""Who may pass: the check that every page and every operation of the API goes through."""

from __future__ import annotations

from typing import Any

from werkzeug.exceptions import Forbidden, HTTPException, NotFound, Unauthorized

PUBLIC = "public"
"""What a page or an operation `needs` that is for everybody, known here or not."""
SIGNED_IN = "signed-in"
"""What a page or an operation `needs` that is for everybody known here, people and programs."""
AGENT = "agent"
"""What a page `needs` that is for every member of the company's team."""
OPERATOR = "operator"
SALES = "role:sales"
SUPPORT = "role:support"
CLOSE = "role:sales,support"
REVENUE = "role:finance,sales"
ADMIN = "role:admin"
"""What the console `needs` of an operator: one of these roles; an admin has each of them."""
OWN = "own"
"""What an operation under `/me/` needs: the scope for reading, or for changing, what is its caller's own."""
ME_READ, ME_WRITE = "me.read", "me.write"
OWN_SCOPES = frozenset({ME_READ, ME_WRITE})
"""What everybody holds of themselves, and a token only where it was given along."""
WORDS = frozenset({PUBLIC, SIGNED_IN, AGENT, OPERATOR})


SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that only read; every other one counts as writing."""


class ReadOnly(HTTPException):
    """What is asked for would write in a module that can only be read at the moment."""

    code = 423

    def __init__(self, module: str) -> None:
        super().__init__("The module can only be read.")
        self.module = module


def require(
    visit: Any, needs: str, *, module: str | None = None, area: str = "app", writes: bool = False
) -> None:  # fmt: skip
    """Let the visit through or raise: 404 for what is off here, 401 without an account, 403 without the right, and 423
    for what `writes` in a module of which only reading is left.

    The module is asked first, and answers 404 to everybody: that a module exists is not for strangers to know.
    """
    visit.needs = needs
    if module is not None and module not in visit.modules:
        raise NotFound
    _admit(visit.viewer, needs, area)
    if writes and module is not None and visit.company.only_reads(module):
        raise ReadOnly(module)


def _admit(viewer: Any, needs: str, area: str) -> None:
    if needs == PUBLIC:
        return
    if not viewer.signed_in:
        raise Unauthorized
    if area == "cockpit" and not viewer.is_agent:
        raise Forbidden
    if not allowed(viewer, needs):
        raise Forbidden


def allowed(viewer: Any, needs: str) -> bool:
    """Whether a signed-in viewer holds what is needed: a word of above, `role:<operators' roles>`, a permission."""
    if needs == SIGNED_IN:
        return True
    if needs == AGENT:
        return bool(viewer.is_agent)
    if needs == OPERATOR:
        return bool(viewer.signed_in)
    if needs in OWN_SCOPES:
        return viewer.account_id is not None or needs in viewer.own_scopes
    if needs.startswith("role:"):
        return bool(viewer.may(needs.removeprefix("role:").split(",")))
    return bool(viewer.may(needs))
