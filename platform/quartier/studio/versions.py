"""What became of a company's looks: the list of versions, taking one up again, and taking a planned one back."""

from __future__ import annotations

from uuid import UUID

from flask import request
from sqlalchemy import select
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from quartier.accounts.permissions import COMPANY_SETTINGS
from quartier.companies.branding import changed_areas, lock_brand
from quartier.companies.models import BrandVersion
from quartier.i18n.texts import gettext as _
from quartier.settings.pages import done
from quartier.studio.bar import ROOMS
from quartier.studio.look_pages import standing_here, theme_name
from quartier.studio.pages import BRAND, cockpit
from quartier.studio.publishing import Unreadable, take_back, take_up_again
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
        "studio/versions.html", rows=rows, more=more, standing=standing_here(visit),
        names={one.theme: theme_name(visit, one.theme) for one in rows}, installed=shell().themes,
        changed={one.id: _changed(one, last) for one, last in zip(rows, [*found[1:], None], strict=False)},
    )  # fmt: skip


@cockpit.action(f"{VERSIONS}/<uuid:version_id>/restore", needs=COMPANY_SETTINGS)
def restore(visit: Visit, version_id: UUID) -> Response:
    """Take an earlier look up again: a new version that looks like it, and says what stands in for what is gone."""
    lock_brand(visit.db, visit.company.id)
    version, in_force = _version(visit, version_id), standing_here(visit).in_force
    try:
        after = take_up_again(visit, version, in_force)
    except Unreadable as error:
        return back_to(VERSIONS, str(error))
    if after.id == in_force.id:
        return back_to(VERSIONS, _("Version %(number)s looks like what is in force already.", number=version.number))
    said = _("Version %(number)s is in force again.", number=version.number)
    if (theme := after.theme) != version.theme:
        said += " " + _("Its character “%(gone)s” is not installed any more; in its place stands “%(taken)s”.",
                        gone=version.theme, taken=theme_name(visit, theme))  # fmt: skip
    return done(visit, VERSIONS, said)


@cockpit.action(f"{VERSIONS}/<uuid:version_id>/withdraw", needs=COMPANY_SETTINGS)
def withdraw(visit: Visit, version_id: UUID) -> Response:
    """Take a planned look back; unless there is a draft already, it becomes the draft, so that nothing is lost."""
    lock_brand(visit.db, visit.company.id)
    version, in_force = _version(visit, version_id), standing_here(visit).in_force
    if not take_back(visit, version, in_force):
        return back_to(BRAND, _("This version is not planned any more. An earlier one can be taken up again."))
    return done(visit, BRAND, _("Taken back. What was planned can be worked on as a draft."))


def _changed(version: BrandVersion, before: BrandVersion | None) -> str:
    """In which rooms of the studio it differs from the one that was made before it; "" for the first one."""
    return ", ".join(str(ROOMS[area][1]) for area in changed_areas(version, before)) if before else ""


def _version(visit: Visit, version_id: UUID) -> BrandVersion:
    found = visit.db.get(BrandVersion, (visit.company.id, version_id))
    if found is None or found.property_id is not None:
        raise NotFound
    return found
