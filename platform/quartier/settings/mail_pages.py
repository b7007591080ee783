"""The page on which a company says how it signs its mails, and sees each kind of them as its readers do."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from typing import Any

from flask import Response, g, make_response, request
from marshmallow import Schema, ValidationError, fields, validate, validates
from werkzeug.exceptions import NotFound

from quartier.accounts.permissions import COMPANY_SETTINGS
from quartier.deliveries.letterhead import company_letterhead
from quartier.deliveries.models import MailSettings
from quartier.deliveries.own_sender import sender_of
from quartier.deliveries.readers import Reader
from quartier.deliveries.services import deliver, save_settings, settings_of
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.i18n.texts import using
from quartier.i18n.voice import LANGUAGES, Voice, choose_language
from quartier.mail.addresses import mailbox
from quartier.mail.kinds import MailKind
from quartier.mail.letters import compose
from quartier.settings.pages import MAIL, cockpit
from quartier.web.flash import back_to
from quartier.web.forms import Form, labels_of, load_form
from quartier.web.public import icons_of
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import Visit

PREVIEW_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src {origin} data:; frame-ancestors 'self'; sandbox"
)


class MailSchema(Schema):
    """How the company signs."""

    sender_name = fields.String(
        load_default="", validate=validate.Length(max=80), metadata={"label": _l("Name of the sender")}
    )
    reply_to = fields.String(allow_none=True, load_default=None, metadata={"label": _l("Address for answers")})

    @validates("reply_to")
    def _is_address(self, value: str | None, **_options: Any) -> None:
        found = mailbox(value) if value else None
        if value and (found is None or not found.is_plain):
            raise ValidationError(_("This is not an e-mail address. It looks like name@example.ch."))


@cockpit.page(MAIL, needs=COMPANY_SETTINGS)
def mail(visit: Visit) -> str:
    """What is in force, and all kinds of mail."""
    return _page(visit, Form(typed=_typed(settings_of(visit.db)), labels=labels_of(MailSchema())))


@cockpit.action(MAIL, needs=COMPANY_SETTINGS)
def save_mail(visit: Visit) -> Response:
    """Take the form."""
    form = load_form(MailSchema())
    if not form.ok:
        return make_response(_page(visit, form), 422)
    values = form.values
    save_settings(visit.db, sender_name=values["sender_name"], reply_to=values["reply_to"] or None)
    return back_to(MAIL, _("Saved. It is in force from the next mail on."))


@cockpit.page(f"{MAIL}/<kind>", needs=COMPANY_SETTINGS)
def preview_mail(visit: Visit, kind: str) -> str:
    """One kind of mail as an example, on the company's paper."""
    found, voice = _kind(visit, kind), _voice(visit)
    with using(voice):
        letter = found.sample(visit.company.name)
        text, _html = compose(_head(visit, voice), voice, letter, unsubscribe=_end(visit, found))
    languages = [one for one in LANGUAGES if one in visit.company.languages]
    return render("settings/mail_preview.html", kind=found, letter=letter, text=text, voice=voice, languages=languages)


@cockpit.page(f"{MAIL}/<kind>/html", needs=COMPANY_SETTINGS)
def preview_html(visit: Visit, kind: str) -> Response:
    """The HTML part by itself: it may do nothing but show the company's own pictures."""
    found, voice = _kind(visit, kind), _voice(visit)
    head = _head(visit, voice)
    with using(voice):
        _text, html = compose(head, voice, found.sample(visit.company.name), unsubscribe=_end(visit, found))
    answer = Response(_by(visit, html), content_type="text/html; charset=utf-8")
    answer.headers["Content-Security-Policy"] = PREVIEW_POLICY.format(origin=head.origin)
    return answer


@cockpit.action(f"{MAIL}/<kind>/sample", needs=COMPANY_SETTINGS)
def send_sample(visit: Visit, kind: str) -> Response:
    """Send the example to whoever looks at it. It opens nothing, and it is wanted."""
    found, voice, viewer = _kind(visit, kind), _voice(visit), visit.viewer
    sample = replace(found, essential="asked", secret=False)
    reader = Reader(viewer.email, viewer.own_name, voice.language, viewer.person_id)
    deliver(visit.db, sample, reader, lambda: sample.sample(visit.company.name))
    return back_to(f"{MAIL}/{found.key}?language={voice.language}", _("It is on its way to %(to)s.", to=viewer.email))


def _page(visit: Visit, form: Form) -> str:
    return render(
        "settings/mail.html", form=form, kinds=_kinds(visit), sender=shell().config.sender,
        is_sent=shell().config.smtp is not None,
    )  # fmt: skip


def _typed(own: MailSettings | None) -> dict[str, object]:
    return {"sender_name": own.sender_name, "reply_to": own.reply_to or ""} if own else {}


def _kinds(visit: Visit) -> dict[str, MailKind]:
    """Those of the core, and of modules that are on here."""
    modules = shell().plugins.installed.keys()
    return {
        key: kind
        for key, kind in shell().mails.items()
        if key.partition(".")[0] not in modules or visit.company.has(key.partition(".")[0])
    }


def _kind(visit: Visit, key: str) -> MailKind:
    found = _kinds(visit).get(key)
    if found is None:
        raise NotFound
    return found


def _voice(visit: Visit) -> Voice:
    language = choose_language(visit.company.languages, request.values.get("language"), visit.voice.language)
    return Voice(language, visit.voice.tone, visit.voice.region)  # type: ignore[arg-type]


def _head(visit: Visit, voice: Voice) -> Any:
    """A look that is not published has no address for its icon yet, so that comes along."""
    head = company_letterhead(shell().config, visit.company, voice.language, settings_of(visit.db), sender_of(visit.db))
    if visit.rehearsal is None:
        return head
    icon, named = icons_of(visit.company)["icon-192.png"], visit.company.brand.app_name
    if visit.company.home and named != g.company.brand.app_name:  # as `company_letterhead` does once it is published
        head = replace(head, name=named.pick(voice.language, (visit.company.default_language,)).text)
    return replace(head, logo=f"data:image/png;base64,{b64encode(icon).decode()}")


def _by(visit: Visit, html: str) -> str:
    """By day or by night, where the address asks for one; else as the reader's own mail program would decide."""
    mode = visit.rehearsal.mode if visit.rehearsal else ""
    if not mode:
        return html
    kept = html.replace("(prefers-color-scheme: dark)", "all" if mode == "dark" else "not all")
    return kept.replace("light dark", mode)


def _end(visit: Visit, kind: MailKind) -> str | None:
    return None if kind.essential else shell().config.origin(visit.company.host) + "/mails"
