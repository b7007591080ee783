"""What became of the looks of a property: its versions, taking one up again or back, and the proof sheet."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import request
from sqlalchemy import select
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from quartier.accounts.permissions import COMPANY_SETTINGS
from quartier.companies.branding import lock_brand
from quartier.companies.models import BrandDraft, BrandVersion
from quartier.companies.subbrands import worn_there
from quartier.i18n.texts import gettext as _
from quartier.settings.pages import done
from quartier.studio.look_pages import theme_name
from quartier.studio.proof import cut
from quartier.studio.publishing import Unreadable
from quartier.studio.sheet_pages import pdf_of, said_of, sheet_here
from quartier.subbrands.desk import address, found
from quartier.subbrands.pages import ONE, cockpit
from quartier.subbrands.publishing import take_back, take_up_again
from quartier.subbrands.queries import Dressed
from quartier.web.flash import back_to
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import Visit

PAGE: Final = 50


@cockpit.page(f"{ONE}/versions", needs=COMPANY_SETTINGS)
def look_versions(visit: Visit, property_id: UUID) -> str:
    """All versions of the property's look, the last one first; `before` is the number of the last one before."""
    there, before = found(visit, property_id), request.args.get("before", type=int)
    query = select(BrandVersion).filter_by(company_id=visit.company.id, property_id=property_id)
    query = query.where(BrandVersion.number < before) if before else query
    stored = list(visit.db.scalars(query.order_by(BrandVersion.number.desc()).limit(PAGE + 1)))
    rows = [worn_there(there.company, one) for one in stored[:PAGE]]
    return render(
        "subbrands/versions.html", rows=rows, more=stored[PAGE - 1].number if len(stored) > PAGE else None,
        standing=there.standing, home=there.home, url=address(there),
        names={one.theme: theme_name(visit, one.theme) for one in rows}, installed=shell().themes,
    )  # fmt: skip


@cockpit.action(f"{ONE}/versions/<uuid:version_id>/restore", needs=COMPANY_SETTINGS)
def restore_look(visit: Visit, property_id: UUID, version_id: UUID) -> Response:
    """Take an earlier look up again, on what the company wears now."""
    lock_brand(visit.db, visit.company.id)
    there = found(visit, property_id)
    version, list_of_all = _version(visit, there, version_id), f"{address(there)}/versions"
    try:
        after = take_up_again(visit, there, version)
    except Unreadable as error:
        return back_to(list_of_all, str(error))
    if there.worn is not None and after.id == there.worn.id:
        return back_to(list_of_all, _("Version %(number)s looks like what is in force already.", number=version.number))
    said = _("Version %(number)s is in force again.", number=version.number)
    gone = worn_there(there.company, version).theme
    if after.theme != gone:
        said += " " + _("Its character “%(gone)s” is not installed any more; in its place stands “%(taken)s”.",
                        gone=gone, taken=theme_name(visit, after.theme))  # fmt: skip
    return done(visit, list_of_all, said)


@cockpit.action(f"{ONE}/versions/<uuid:version_id>/withdraw", needs=COMPANY_SETTINGS)
def withdraw_look(visit: Visit, property_id: UUID, version_id: UUID) -> Response:
    """Take a planned look back; unless there is a draft already, it becomes the draft, so that nothing is lost."""
    lock_brand(visit.db, visit.company.id)
    there = found(visit, property_id)
    if not take_back(visit, there, _version(visit, there, version_id)):
        return back_to(address(there), _("This version is not planned any more. An earlier one can be taken up again."))
    return done(visit, address(there), _("Taken back. What was planned can be worked on as a draft."))


@cockpit.page(f"{ONE}/proof", needs=COMPANY_SETTINGS)
def look_proof(visit: Visit, property_id: UUID) -> str:
    """The proof sheet of the draft (`of=draft`), or of what is seen in the property."""
    there = found(visit, property_id)
    shown = _shown(there)
    return render(
        "subbrands/proof.html", is_draft=isinstance(shown, BrandDraft), said=said_of(visit, shown),
        sheet=sheet_here(visit, shown), cut=cut, url=address(there), home=there.home,
    )  # fmt: skip


@cockpit.page(f"{ONE}/proof.pdf", needs=COMPANY_SETTINGS)
def look_proof_pdf(visit: Visit, property_id: UUID) -> Response:
    """The same as a document."""
    there = found(visit, property_id)
    return pdf_of(visit, _shown(there), there.home.name)


def _shown(there: Dressed) -> BrandVersion | BrandDraft:
    return there.standing.beneath if request.args.get("of") == "draft" else there.standing.in_force


def _version(visit: Visit, there: Dressed, version_id: UUID) -> BrandVersion:
    version = visit.db.get(BrandVersion, (visit.company.id, version_id))
    if version is None or version.property_id != there.home.id:
        raise NotFound
    return version
