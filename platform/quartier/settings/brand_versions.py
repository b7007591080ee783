"""What became of a company's looks: the list of versions, taking one up again, and taking a planned one back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from sqlalchemy import select
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from quartier.accounts.permissions import COMPANY_SETTINGS
from quartier.companies.branding import draft_of, facts_of, lock_brand, publish_brand, save_draft, withdraw_brand
from quartier.companies.models import BrandVersion
from quartier.i18n.texts import gettext as _
from quartier.settings.brand_pages import standing_here, theme_name
from quartier.settings.brand_proof import prove
from quartier.settings.brand_publishing import written_down
from quartier.settings.pages import BRAND, cockpit, done
from quartier.theming.themes import standing_in
from quartier.web.flash import back_to
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import Visit

VERSIONS = f"{BRAND}/versions"
PAGE = 50


@cockpit.page(VERSIONS, needs=COMPANY_SETTINGS)
def versions(visit: Visit) -> str:
    """All versions, the last one first; `before` is the number of the last one of the page before."""
    before = request.args.get("before", type=int)
    query = select(BrandVersion).filter_by(property_id=None).order_by(BrandVersion.number.desc()).limit(PAGE + 1)
    found = list(visit.db.scalars(query.where(BrandVersion.number < before) if before else query))
    rows, more = found[:PAGE], found[PAGE - 1].number if len(found) > PAGE else None
    return render(
        "settings/brand_versions.html", rows=rows, more=more, standing=standing_here(visit),
        names={one.theme: theme_name(visit, one.theme) for one in rows}, installed=shell().themes,
    )  # fmt: skip


@cockpit.action(f"{VERSIONS}/<uuid:version_id>/restore", needs=COMPANY_SETTINGS)
def restore(visit: Visit, version_id: UUID) -> Response:
    """Take an earlier look up again: a new version that looks like it, and says what stands in for what is gone."""
    lock_brand(visit.db, visit.company.id)
    version, in_force = _version(visit, version_id), standing_here(visit).in_force
    theme = standing_in(shell().themes, version.theme)
    if not prove(shell().themes[theme], version.colour, version.second).holds:
        return back_to(VERSIONS, _("With these colours not everything could be read. Choose another character."))
    facts: dict[str, Any] = {**facts_of(version), "theme": theme}
    after = publish_brand(visit.db, visit.company.id, facts, author=visit.viewer.name, restored=version.number)
    if after.id == in_force.id:
        return back_to(VERSIONS, _("Version %(number)s looks like what is in force already.", number=version.number))
    written_down(visit, "brand.restored", in_force, after)
    said = _("Version %(number)s is in force again.", number=version.number)
    if theme != version.theme:
        said += " " + _("Its character “%(gone)s” is not installed any more; in its place stands “%(taken)s”.",
                        gone=version.theme, taken=theme_name(visit, theme))  # fmt: skip
    return done(visit, VERSIONS, said)


@cockpit.action(f"{VERSIONS}/<uuid:version_id>/withdraw", needs=COMPANY_SETTINGS)
def withdraw(visit: Visit, version_id: UUID) -> Response:
    """Take a planned look back; unless there is a draft already, it becomes the draft, so that nothing is lost."""
    lock_brand(visit.db, visit.company.id)
    version, in_force = _version(visit, version_id), standing_here(visit).in_force
    if not withdraw_brand(visit.db, visit.company.id, version.id):
        return back_to(BRAND, _("This version is not planned any more. An earlier one can be taken up again."))
    if draft_of(visit.db, visit.company.id) is None:
        save_draft(visit.db, visit.company.id, facts_of(version), author=visit.viewer.name)
    written_down(visit, "brand.withdrawn", version, in_force)
    return done(visit, BRAND, _("Taken back. What was planned can be worked on as a draft."))


def _version(visit: Visit, version_id: UUID) -> BrandVersion:
    found = visit.db.get(BrandVersion, (visit.company.id, version_id))
    if found is None or found.property_id is not None:
        raise NotFound
    return found
