"""Webhooks in the Cockpit: the list, the form, the secret, pausing and deleting."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from werkzeug.wrappers import Response

from quartier.db.base import new_id
from quartier.erp.policies import WEBHOOKS
from quartier.i18n.texts import gettext as _
from quartier.keys import key_of
from quartier.web.flash import back_to
from quartier.web.forms import Form, load_form, sent_id, show_form
from quartier.web.shell import shell
from quartier.web.visit import Visit
from quartier.webhooks import queries, services, wording
from quartier.webhooks.area import HOME, HOOK, cockpit, found_hook, page
from quartier.webhooks.checks import complaints
from quartier.webhooks.models import Webhook
from quartier.webhooks.policies import may_handle, readable
from quartier.webhooks.queries import mark_of, version_of
from quartier.webhooks.schemas import WebhookFormSchema


@cockpit.page(HOME, needs=WEBHOOKS)
def webhooks(visit: Visit) -> str:
    """All webhooks, and whether they work."""
    hooks = queries.webhooks(visit.db)
    open_to = {hook.id for hook in hooks if may_handle(visit.viewer, hook.nouns)}
    return page("list", hooks=hooks, open_to=open_to, may_add=bool(readable(visit.viewer)))


@cockpit.page(f"{HOME}/new", needs=WEBHOOKS, methods=("GET", "POST"))
def new_webhook(visit: Visit) -> Any:
    """Set one up. The answer to the form shows the secret, once; sending the form again makes no second one."""
    if request.method == "GET":
        blank = show_form(WebhookFormSchema(), nouns=readable(visit.viewer), with_api=True)
        return _form(visit, blank, webhook_id=new_id())
    webhook_id = sent_id("webhook_id")
    if visit.db.get(Webhook, (visit.company.id, webhook_id)) is not None:
        return back_to(HOME, _("This webhook has been set up already. Its secret was shown once."))
    form = _checked(visit, load_form(WebhookFormSchema()))
    if form.ok:
        try:
            hook = services.add(
                visit.db, webhook_id, dict(form.values), by=visit.viewer.name, key=key_of(shell().config)
            )
            return page("secret_shown", hook=hook, secret=hook.shown_secret, is_new=True)
        except services.TooMany:
            sentence = _("A company has at most %(count)s webhooks.", count=services.MOST)
            form = form.wrong("_schema", sentence)
    return _form(visit, form, webhook_id=webhook_id), 422


@cockpit.page(f"{HOOK}/edit", needs=WEBHOOKS, methods=("GET", "POST"))
def edit_webhook(visit: Visit, webhook_id: UUID) -> Any:
    """Another name, address or choice."""
    hook = found_hook(visit, webhook_id)
    if request.method == "GET":
        return _form(visit, show_form(WebhookFormSchema(), hook), hook=hook)
    form = load_form(WebhookFormSchema())
    if request.form.get("version") != version_of(hook):
        sentence = _("Somebody else has changed this in the meantime. What you see below is yours; please compare.")
        form = form.wrong("_schema", sentence)
    form = _checked(visit, form)
    if not form.ok:
        return _form(visit, form, hook=hook), 422
    services.change(visit.db, hook, dict(form.values))
    return back_to(f"{HOME}/{hook.id}", _("Saved."))


@cockpit.action(f"{HOOK}/pause", needs=WEBHOOKS)
def pause_webhook(visit: Visit, webhook_id: UUID) -> Response:
    """Pause it, or go on."""
    hook = found_hook(visit, webhook_id)
    if request.form.get("way") == "resume":
        services.resume(visit.db, hook)
        return back_to(f"{HOME}/{hook.id}", _("The webhook works again. What waited is sent now."))
    services.pause(visit.db, hook)
    return back_to(f"{HOME}/{hook.id}", _("The webhook is paused."))


@cockpit.page(f"{HOOK}/secret", needs=WEBHOOKS, methods=("GET", "POST"))
def change_secret(visit: Visit, webhook_id: UUID) -> Any:
    """A new secret, shown once; sending the form again makes no third one."""
    hook = found_hook(visit, webhook_id)
    if request.method == "GET":
        return page("secret", hook=hook, mark=mark_of(hook))
    if request.form.get("mark") != mark_of(hook):
        return back_to(f"{HOME}/{hook.id}", _("The secret has been changed already. The new one was shown once."))
    secret = services.rotate(visit.db, hook, key=key_of(shell().config))
    return page("secret_shown", hook=hook, secret=secret, is_new=False)


@cockpit.page(f"{HOOK}/delete", needs=WEBHOOKS, methods=("GET", "POST"))
def delete_webhook(visit: Visit, webhook_id: UUID) -> Any:
    """Forget it, with its log."""
    hook = found_hook(visit, webhook_id)
    if request.method == "GET":
        return page("delete", hook=hook)
    name = hook.name
    services.remove(visit.db, hook)
    return back_to(HOME, _("%(name)s is deleted.", name=name))


def _form(visit: Visit, form: Form, *, hook: Webhook | None = None, webhook_id: UUID | None = None) -> str:
    offered = readable(visit.viewer)
    options = [(noun, str(words)) for noun, words in wording.NOUNS.items() if noun in offered]
    version = version_of(hook) if hook else ""
    return page("form", form=form, options=options, hook=hook, webhook_id=webhook_id, version=version,
                loose=shell().config.private_webhooks)  # fmt: skip


def _checked(visit: Visit, form: Form) -> Form:
    for name, sentence in complaints(form.values, visit.viewer, shell().config).items():
        form = form.wrong(name, sentence)
    return form
