"""What was reported: the list of what waits, one case with its reasons, the decision; and what is asked of writers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from marshmallow import ValidationError
from werkzeug.exceptions import NotFound

from plugins.pinboard import queries, services
from plugins.pinboard.desk.area import PAGE, asked_after, page, pages, sent_as
from plugins.pinboard.manifest import ARRANGE, MODERATE
from quartier.sdk import Form, LocalizedText, Visit, back_to, complaints
from quartier.sdk import gettext as _
from quartier.sdk import lazy_gettext as _l

REASON_NAMES = {
    "insult": _l("Insulting or hateful"), "private": _l("Private matters of others"), "advert": _l("Advertising"),
    "fraud": _l("Fraud or forbidden goods"), "false": _l("Not true"), "other": _l("Something else"),
}  # fmt: skip


@pages.page("/cases", needs=MODERATE)
def cases(visit: Visit) -> str:
    """What waits for a decision, or what was decided."""
    done = "done" in request.args
    found = queries.cases(visit, waiting=not done, after=asked_after(), limit=PAGE + 1)
    after = sent_as(found[PAGE - 1].cursor) if len(found) > PAGE else None
    more = f"/cockpit/pinboard/cases?{'done=1&' if done else ''}after={after}" if after else None
    return page(visit, "cases", rows=found[:PAGE], more=more, done=done, reasons=REASON_NAMES)


@pages.page("/cases/<uuid:case_id>", needs=MODERATE, methods=("GET", "POST"))
def case(visit: Visit, case_id: UUID) -> Any:
    """One case: what it says, who reported it why, and what is to happen."""
    found = queries.case(visit, case_id)
    if found is None:
        raise NotFound
    if request.method == "GET":
        return page(visit, "case", case=found, form=Form(typed={"version": found.version}), reasons=REASON_NAMES)
    form = request.form
    version = int(form.get("version", "")) if form.get("version", "").isdecimal() else 0
    labels = {"decision": _("Decision"), "reason": _("Reason")}
    try:
        services.decide(
            visit.db, case_id, by=visit.viewer, version=version, decision=form.get("decision", ""),
            reason=form.get("reason", ""),
        )  # fmt: skip
    except ValidationError as error:
        visit.db.rollback()
        shown = Form(typed=form.to_dict(), errors=complaints(error), labels=labels)
        return page(visit, "case", case=found, form=shown, reasons=REASON_NAMES), 422
    except services.CaseChanged:
        visit.db.rollback()
        wrong = {"decision": [_("Somebody has just decided about this. Here is how it stands now.")]}
        now = queries.case(visit, case_id)
        shown = Form(typed={**form.to_dict(), "version": now.version if now else 0}, errors=wrong, labels=labels)
        return page(visit, "case", case=now, form=shown, reasons=REASON_NAMES), 409
    return back_to("/cockpit/pinboard/cases", _("Decided. The author and those who reported it are told."))


@pages.page("/rules", needs=ARRANGE, methods=("GET", "POST"))
def rules(visit: Visit) -> Any:
    """House rules that writers agree to, and words that hold a post back."""
    known = queries.house_rules(visit)
    if request.method == "GET":
        typed = {f"rules.{code}": text for code, text in known.rules.items()}
        return page(visit, "rules", form=Form(typed={**typed, "words": "\n".join(known.words)}), number=known.number)
    form, default = request.form, visit.company.default_language
    texts = {code: form.get(f"rules.{code}", "").replace("\0", "").strip() for code in visit.company.languages}
    words = form.get("words", "").replace("\0", "").replace(",", "\n").split("\n")
    errors = {f"rules.{code}": [_("At most %(count)s characters.", count=5000)]
              for code, text in texts.items() if len(text) > 5000}  # fmt: skip
    if any(texts.values()) and not texts[default]:
        errors[f"rules.{default}"] = [_("Please fill this in.")]
    if len(words) > 500:
        errors["words"] = [_("At most %(count)s words.", count=500)]
    if errors:
        return page(visit, "rules", form=Form(typed=form.to_dict(), errors=errors), number=known.number), 422
    services.set_rules(visit.db, by=visit.viewer, words=words, rules=LocalizedText(texts))
    return back_to("/cockpit/pinboard/rules", _("Saved."))
