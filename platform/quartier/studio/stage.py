"""What stands beside the form of the look: real pages, a mail and a letter, as typed, light and dark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from flask import Response, request

from quartier.accounts.permissions import COMPANY_SETTINGS
from quartier.i18n.texts import gettext as _
from quartier.i18n.voice import LANGUAGES, choose_language
from quartier.invitations.printing import draw_sample
from quartier.settings.pages import MAIL
from quartier.studio.look_form import Beneath
from quartier.studio.pages import BRAND, cockpit
from quartier.studio.preview import LOOK, SHEET, look_of
from quartier.theming.pairs import MODES, Mode
from quartier.web.shell import file_storage, shell
from quartier.web.visit import Visit

LETTER: Final = f"{BRAND}/letter.png"
EXAMPLE: Final = "accounts.reset"
"""The mail that is shown: every portal sends it, whatever modules it has."""
PATHS: Final = {"app": "/", "wide": "/", "cockpit": "/cockpit/", "mail": f"{MAIL}/{EXAMPLE}/html", "letter": LETTER}
PHONES: Final = frozenset({"app", "mail"})


@dataclass(frozen=True)
class Frame:
    """A page in a frame; `mode` is empty for what knows no night."""

    url: str
    mode: Mode | str
    kind: str


@dataclass(frozen=True)
class Stage:
    """What can be shown, and what is: a view and a language, each by its name."""

    views: Mapping[str, str]
    view: str
    languages: tuple[str, ...]
    language: str
    frames: tuple[Frame, ...]


def stage_of(
    visit: Visit, beneath: Beneath, facts: Mapping[str, Any], *, first: str = "app", home: UUID | None = None
) -> Stage:
    """The stage for what lies beneath with some facts changed.

    `view` of the form (else `first`) and `shown_in` say what is on it.
    """
    languages = tuple(one for one in LANGUAGES if one in visit.company.languages)
    view = request.values.get("view", "")
    view = view if view in PATHS else first
    language = choose_language(languages, request.values.get("shown_in"), visit.voice.language)
    look = look_of(visit, shell(), beneath, facts, home)
    return Stage(_views(), view, languages, language, tuple(_frames(view, language, look)))


@cockpit.page(SHEET, needs=COMPANY_SETTINGS)
def look_sheet(visit: Visit) -> Response:
    """The style sheet of the look that the address asks for; one address has one look for good."""
    answer = Response(shell().sheets.sheet(visit.company.brand).body, content_type="text/css; charset=utf-8")
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


@cockpit.page(LETTER, needs=COMPANY_SETTINGS)
def look_letter(visit: Visit) -> Response:
    """A letter to nobody on the paper of that look."""
    body = draw_sample(visit.db, file_storage(), visit.company, visit.voice.language, today=visit.today)
    return Response(body, content_type="image/png")


def _views() -> dict[str, str]:
    return {
        "app": _("App on the phone"), "wide": _("App on a computer"), "cockpit": _("Cockpit"), "mail": _("E-mail"),
        "letter": _("Letter"),
    }  # fmt: skip


def _frames(view: str, language: str, look: str) -> list[Frame]:
    kind = "letter" if view == "letter" else "phone" if view in PHONES else "wide"
    modes: tuple[str, ...] = ("",) if view == "letter" else MODES
    said = {"lang": language, "language": language, LOOK: look}
    return [Frame(f"{PATHS[view]}?{urlencode({**said, 'mode': mode})}", mode, kind) for mode in modes]
