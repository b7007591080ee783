"""The room of the studio in which a company chooses how the portal's own words speak to its people."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate
from werkzeug.wrappers import Response

from quartier.accounts.permissions import COMPANY_SETTINGS
from quartier.companies.branding import Standing
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.i18n.voice import TONES
from quartier.studio.bar import TONE, bar_of
from quartier.studio.look_form import Beneath
from quartier.studio.look_pages import standing_here
from quartier.studio.pages import cockpit
from quartier.studio.rooms import Room, settled, shown_stage
from quartier.web.clash import clashes_of
from quartier.web.forms import Form, labels_of, load_form
from quartier.web.render import render
from quartier.web.visit import Visit


class ToneSchema(Schema):
    """Sie or du, vous or tu."""

    tone = fields.String(required=True, validate=validate.OneOf(TONES), metadata={"label": _l("Form of address")})


@cockpit.page(TONE, needs=COMPANY_SETTINGS)
def tone(visit: Visit) -> str:
    """How the draft speaks, or else what is in force."""
    standing = standing_here(visit)
    return _page(visit, standing, _filled(standing.beneath))


@cockpit.action(TONE, needs=COMPANY_SETTINGS)
def save_tone(visit: Visit) -> Response:
    """Take the form."""
    room = Room("tone", TONE, _facts, lambda standing, form, moved: _page(visit, standing, form, moved=moved))
    return settled(visit, room, load_form(ToneSchema()))


def _facts(_beneath: Beneath, form: Form) -> dict[str, Any]:
    return {"tone": form.values["tone"]}


def _filled(beneath: Beneath) -> Form:
    return Form(typed={"tone": beneath.tone}, labels=labels_of(ToneSchema()))


def _page(visit: Visit, standing: Standing, form: Form, *, moved: bool = False) -> str:
    chosen = str(form.shown("tone"))
    words = _tones()
    found = clashes_of(form, _filled(standing.beneath), lambda _path, value: words.get(str(value), str(value)))
    facts = {"tone": chosen if chosen in words else standing.beneath.tone}
    return render(
        "studio/tone.html", form=form, room_path=TONE, tones=list(words.items()),
        **bar_of("tone", standing, clashes=found if moved else (), moved=moved),
        **shown_stage(visit, standing.beneath, facts, view="app"),
    )  # fmt: skip


def _tones() -> dict[str, str]:
    # tone: neutral  # noqa: ERA001 - for the catalogues
    return {"formal": _("formal: Sie, vous"), "informal": _("informal: du, tu")}
