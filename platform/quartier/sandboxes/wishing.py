"""The form of a sandbox: a name, a logo, a segment, a country; everything else follows from them."""

from __future__ import annotations

import unicodedata
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from marshmallow import Schema, ValidationError, fields, pre_load, validate, validates
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage, MultiDict

from quartier.accounts.models import Operator
from quartier.companies.hosts import refusal
from quartier.companies.schemas import LanguagesSchema
from quartier.companies.services import free_slug
from quartier.companies.slugs import app_name
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.mail.letters import one_line
from quartier.sandboxes.making import Look, Wish, places
from quartier.sandboxes.planting import LASTS, today_in
from quartier.sandboxes.segments import Segment, segments
from quartier.theming.images import ImageRefused
from quartier.theming.logo import clean_logo
from quartier.theming.proposal import Proposal, propose, theme_for
from quartier.theming.themes import Theme
from quartier.theming.wording import IMAGE_REASONS, LOGO_REMARKS
from quartier.web.forms import Form, load_form

CARRIED: Final = 2 * 1024 * 1024
"""Bytes of a logo that come back with a form that has to be corrected; a larger one has to be chosen again."""


class SandboxSchema(LanguagesSchema):
    """What sales types. The tone is the segment's; the zone and the subdomain follow."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=120), metadata={"label": _l("Name")})
    segment = fields.String(required=True, metadata={"label": _l("Segment")})
    country = fields.String(required=True, metadata={"label": _l("Country")})
    owner = fields.UUID(required=True, metadata={"label": _l("Looked after by")})

    @pre_load
    def _plain_name(self, data: Mapping[str, Any], **_options: Any) -> dict[str, Any]:
        return {**data, "name": plain_name(str(data.get("name", "")))}

    @validates("segment")
    def _known_segment(self, value: str, **_options: Any) -> None:
        if value not in segments():
            raise ValidationError(_("Please choose one of the options."))

    @validates("country")
    def _known_country(self, value: str, **_options: Any) -> None:
        if value not in countries():
            raise ValidationError(_("Please choose one of the options."))


class RealSchema(Schema):
    """How a demo becomes real: under which subdomain, and with which colleagues of the prospect's own."""

    slug = fields.String(required=True, metadata={"label": _l("Subdomain")})
    colleagues = fields.List(fields.UUID(), load_default=list)

    @validates("slug")
    def _usable(self, value: str, **_options: Any) -> None:
        if sentence := refusal(value):
            raise ValidationError(sentence)


@dataclass(frozen=True)
class Sent:
    """A logo as it came: its name, its bytes, and what they suggest."""

    name: str
    body: bytes
    proposal: Proposal


def countries() -> tuple[str, ...]:
    """Where sandboxes can be, in the order of the places."""
    return tuple(dict.fromkeys(place.country for place in places().values()))


def read_form(
    sent: MultiDict[str, str], files: Mapping[str, FileStorage], owners: Sequence[UUID]
) -> tuple[Form, Sent | None]:
    """What was typed, with a complaint at each field. A logo that was fine stays with the form."""
    form = load_form(SandboxSchema(), sent)
    if form.ok and form.values["owner"] not in owners:
        form = form.wrong("owner", _("Please choose one of the options."))
    try:
        logo = _logo(sent, files)
    except ImageRefused as refused:
        form = replace(form, typed={**form.typed, "logo_kept": "", "logo_name": ""})
        return form.wrong("logo", _(IMAGE_REASONS[refused.reason])), None
    if logo is not None and not form.ok:
        form = _carrying(form, logo)
    return form, logo


def wish_of(db: Session, values: Mapping[str, Any], logo: Sent | None, themes: Mapping[str, Theme]) -> Wish:
    """What the form means, with a subdomain that is free."""
    segment, languages = segments()[values["segment"]], tuple(values["languages"])
    today = today_in(values["country"], languages[0]).date()
    return Wish(
        free_slug(db, values["name"], nameless="demo"), values["name"], app_name(values["name"]), segment,
        values["country"], languages, _look(segment, logo, themes), today, today + LASTS,
    )  # fmt: skip


def plain_name(name: str) -> str:
    """A name on one line, without signs that nobody sees and that turn what stands beside them around."""
    seen = (one for one in one_line(name) if unicodedata.category(one) != "Cc" and one not in TURNING)
    return " ".join("".join(seen).split())


TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\ufeff")


def remarks(logo: Sent | None) -> list[str]:
    """What to know about the logo that was taken, in sentences."""
    return [_(LOGO_REMARKS[one]) for one in logo.proposal.remarks] if logo else []


def owners_of(db: Session) -> list[tuple[str, str]]:
    """Who can look after a sandbox: (id, name) of operators that sell."""
    selling = select(Operator).where(Operator.is_active, Operator.role.in_(("sales", "admin")))
    return [(str(one.id), one.name) for one in db.scalars(selling.order_by(Operator.name))]


def _look(segment: Segment, logo: Sent | None, themes: Mapping[str, Theme]) -> Look:
    proposal = logo.proposal if logo else None
    if logo is None or proposal is None or proposal.colour is None:
        colour, second = segment.raw["colour"], None
        theme = segment.raw["theme"] if segment.raw["theme"] in themes else theme_for(colour, second, themes)
    else:
        colour, second = proposal.colour, proposal.second
        theme = theme_for(colour, second, themes)
    white = bool(proposal and "all_white" in proposal.remarks)
    return Look(colour, second, theme, (logo.name, logo.body) if logo else None, is_reverse=white)


def _logo(sent: MultiDict[str, str], files: Mapping[str, FileStorage]) -> Sent | None:
    file = files.get("logo")
    if file is not None and file.filename:
        with closing(file):
            name, body = file.filename, file.read()
    elif kept := sent.get("logo_kept"):
        try:
            name, body = sent.get("logo_name", "logo"), b64decode(kept, validate=True)
        except (NotBase64, ValueError):
            return None
    else:
        return None
    proposal = propose(clean_logo(body), body)
    if "empty" in proposal.remarks:
        raise ImageRefused("broken")
    return Sent(name[:200], body, proposal)


def _carrying(form: Form, logo: Sent) -> Form:
    if len(logo.body) > CARRIED:
        return form.wrong("logo", _("Please choose this file again; browsers do not keep files."))
    kept = {"logo_kept": b64encode(logo.body).decode(), "logo_name": logo.name}
    return replace(form, typed={**form.typed, **kept})
