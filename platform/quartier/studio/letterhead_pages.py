"""The room of the studio in which a company writes what stands at the head and at the foot of its mails."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import Schema
from werkzeug.wrappers import Response

from quartier.accounts.permissions import COMPANY_SETTINGS
from quartier.companies.branding import Standing
from quartier.i18n.localized import LocalizedText, LocalizedTextField
from quartier.i18n.texts import lazy_gettext as _l
from quartier.i18n.voice import LANGUAGES
from quartier.mail.letters import one_line
from quartier.studio.bar import LETTERHEAD, bar_of
from quartier.studio.look_form import LONGEST_FOOTER, LONGEST_HEADER, Beneath
from quartier.studio.look_pages import standing_here
from quartier.studio.pages import cockpit
from quartier.studio.rooms import Room, settled, shown_stage
from quartier.web.clash import clashes_of
from quartier.web.forms import Form, labels_of, load_form
from quartier.web.render import render
from quartier.web.visit import Visit

LENGTHS: Final = {"mail_header": LONGEST_HEADER, "mail_footer": LONGEST_FOOTER}


class LetterheadSchema(Schema):
    """One line above, some lines below."""

    mail_header = LocalizedTextField(max_length=LENGTHS["mail_header"], metadata={"label": _l("Line at the head")})
    mail_footer = LocalizedTextField(max_length=LENGTHS["mail_footer"], metadata={"label": _l("Lines at the foot")})


@cockpit.page(LETTERHEAD, needs=COMPANY_SETTINGS)
def letterhead(visit: Visit) -> str:
    """What frames the mails of the draft, or else of what is in force."""
    standing = standing_here(visit)
    return _page(visit, standing, _filled(standing.beneath))


@cockpit.action(LETTERHEAD, needs=COMPANY_SETTINGS)
def save_letterhead(visit: Visit) -> Response:
    """Take the form."""
    room = Room("mails", LETTERHEAD, _facts, lambda standing, form, moved: _page(visit, standing, form, moved=moved))
    return settled(visit, room, load_form(LetterheadSchema()))


def _facts(beneath: Beneath, form: Form) -> dict[str, Any]:
    """A text in a language that the form did not show stays: the language may come back."""
    return {name: _merged(getattr(beneath, name), name, form.values[name], form.typed) for name in LENGTHS}


def _merged(known: LocalizedText, name: str, said: LocalizedText, typed: Mapping[str, Any]) -> LocalizedText:
    kept = {language: text for language, text in known.items() if f"{name}.{language}" not in typed}
    texts = {language: one_line(text) if name == "mail_header" else text for language, text in said.items()}
    return LocalizedText({**kept, **texts})


def _filled(beneath: Beneath) -> Form:
    typed = {f"{name}.{language}": text for name in LENGTHS for language, text in getattr(beneath, name).items()}
    return Form(typed=typed, labels=labels_of(LetterheadSchema()))


def _page(visit: Visit, standing: Standing, form: Form, *, moved: bool = False) -> str:
    beneath, offered = standing.beneath, [one for one in LANGUAGES if one in visit.company.languages]
    found = clashes_of(form, _filled(beneath), lambda _path, value: str(value).replace("\r\n", "\n").strip())
    return render(
        "studio/letterhead.html", form=form, room_path=LETTERHEAD, offered=offered, lengths=LENGTHS,
        **bar_of("mails", standing, clashes=found if moved else (), moved=moved),
        **shown_stage(visit, beneath, _typed_so_far(beneath, form), view="mail"),
    )  # fmt: skip


def _typed_so_far(beneath: Beneath, form: Form) -> dict[str, LocalizedText]:
    """The texts as far as they can be shown, whatever is wrong with them."""
    found = {}
    for name, longest in LENGTHS.items():
        paths = {language: f"{name}.{language}" for language in LANGUAGES}
        typed: dict[str, str] = {
            language: str(form.shown(path))[:longest] for language, path in paths.items() if path in form.typed
        }
        found[name] = _merged(getattr(beneath, name), name, LocalizedText(typed), form.typed)
    return found
