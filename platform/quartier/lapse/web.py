"""Terms of a contract for what ends, in the console; and taking a module's contents along, in the Cockpit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any, Final
from uuid import UUID

from flask import request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from quartier.accounts.permissions import COMPANY_SETTINGS
from quartier.contracts import wording
from quartier.contracts.desk import desk_of
from quartier.contracts.effects import trial
from quartier.contracts.models import Contract
from quartier.contracts.pages import product_names
from quartier.contracts.queries import LINES, SWITCHES, standing
from quartier.contracts.services import By
from quartier.i18n.texts import gettext as _
from quartier.lapse.packing import pack
from quartier.lapse.schemas import TermsSchema
from quartier.lapse.services import change_terms
from quartier.web.flash import back_to
from quartier.web.forms import Form, load_form, show_form
from quartier.web.gate import SALES
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.shell import file_storage, shell
from quartier.web.visit import ConsoleVisit, Visit

PIECE: Final = 2**16  # bytes
console = Pages("lapse", __name__, area="console")
cockpit = Pages("lapse_cockpit", __name__, area="cockpit")


@console.page("/companies/<uuid:company_id>/contracts/<uuid:contract_id>/lapse", needs=SALES, methods=("GET", "POST"))
def terms(visit: ConsoleVisit, company_id: UUID, contract_id: UUID) -> Any:
    """How long everything works and can be read after an end; first what that would do, then done."""
    desk, contract = desk_of(visit.db, shell(), company_id), visit.db.get(Contract, (company_id, contract_id))
    if contract is None:
        raise NotFound
    if request.method == "GET":
        return _page(visit, desk, contract, show_form(TermsSchema(), contract, reason=""), None), 200
    form = load_form(TermsSchema())
    if not form.ok:
        return _page(visit, desk, contract, form, None), 422
    values = {name: form.values[name] for name in ("grace_days", "read_only_days")}
    by = By(visit.viewer.name, form.values["reason"])
    if request.form.get("step") == "save" and request.form.get("reviewed") == _reviewed(form):
        change_terms(visit.db, contract, **values, by=by)
        return back_to(f"{desk.url}/contract", _("Saved. In force everywhere within a second."))
    effects = trial(visit.db, company_id, shell().plugins, lambda: change_terms(visit.db, contract, **values, by=by))
    visit.db.refresh(contract)
    return _page(visit, desk, contract, form, effects), 200


@cockpit.page("/cockpit/settings/modules/<slug>/export", needs=COMPANY_SETTINGS)
def export(visit: Visit, slug: str) -> Response:
    """Everything that a module keeps for this company, at every level: also locked, denied or switched off."""
    these = {"companies": [visit.company.id]}
    spans = standing(visit.db.rows(LINES, these), visit.db.rows(SWITCHES, these)).spans
    had = any(span.module == slug and span.allows and span.starts <= visit.today for span in spans)
    if not had or slug not in shell().plugins.installed:
        raise NotFound
    name = f"{visit.company.slug}-{slug}-{visit.today.isoformat()}.zip"
    answer = Response(_pieces(pack(visit.db, file_storage(), slug)), content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _pieces(packed: IO[bytes]) -> Iterator[bytes]:
    """What was packed while the database was open, and is sent when it no longer is."""
    with packed:
        while piece := packed.read(PIECE):
            yield piece


def _reviewed(form: Form) -> str:
    """What the review was about: who types another number afterwards gets another review."""
    return f"{form.values['grace_days']}/{form.values['read_only_days']}"


def _page(visit: ConsoleVisit, desk: Any, contract: Contract, form: Form, effects: Any) -> str:
    names = product_names(visit.db, shell().plugins, visit.voice.language)
    reviewed = _reviewed(form) if effects is not None else ""
    return render(
        "lapse/terms.html", desk=desk, tab="contract", contract=contract, form=form, effects=effects, names=names,
        reviewed=reviewed, wording=wording,
    )  # fmt: skip
