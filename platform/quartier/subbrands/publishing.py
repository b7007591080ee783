"""What becomes of the looks of a property, with an event of each: ended, taken up again, taken back."""

from __future__ import annotations

from quartier.companies.branding import draft_of, facts_of, withdraw_brand
from quartier.companies.models import BrandVersion
from quartier.companies.subbrands import end_there, publish_there, save_draft_there, worn_there
from quartier.contracts.events import record
from quartier.i18n.texts import gettext as _
from quartier.studio.proof import prove
from quartier.studio.publishing import Unreadable, unreadable
from quartier.subbrands.queries import Dressed
from quartier.theming.themes import standing_in
from quartier.web.shell import shell
from quartier.web.visit import Visit


class Unowned(ValueError):
    """The property shows the look of the company already; the sentence says so."""

    def __init__(self) -> None:
        super().__init__(_("This property shows the look of the company already."))


def end(visit: Visit, there: Dressed) -> BrandVersion:
    """The property shows the company's look again; what it had can be taken up later. Raises Unowned."""
    if not there.own:
        raise Unowned
    after = end_there(visit.db, visit.company.id, there.home.id, author=visit.viewer.name)
    noted(visit, there, "look.ended", there.standing.in_force, after)
    return after


def take_up_again(visit: Visit, there: Dressed, stored: BrandVersion) -> BrandVersion:
    """A new version that looks like an earlier one of the property, on what the company wears now.

    What is in force where that looks like it already. A theme that is gone is stood in for. Raises Unreadable.
    """
    version = worn_there(there.company, stored)
    theme = standing_in(shell().themes, version.theme)
    if not prove(shell().themes[theme], version.colour, version.second).holds:
        raise Unreadable(unreadable())
    after = publish_there(
        visit.db, visit.company.id, there.home.id, {**facts_of(version), "theme": theme}, author=visit.viewer.name,
        restored=version.number,
    )  # fmt: skip
    if there.worn is None or after.id != there.worn.id:
        noted(visit, there, "look.restored", there.standing.in_force, after)
    return after


def take_back(visit: Visit, there: Dressed, stored: BrandVersion) -> bool:
    """Withdraw a planned look; unless there is a draft already, it becomes the draft. False when it is not planned."""
    version = worn_there(there.company, stored)
    if not withdraw_brand(visit.db, visit.company.id, version.id):
        return False
    if draft_of(visit.db, visit.company.id, there.home.id) is None:
        save_draft_there(visit.db, visit.company.id, there.home.id, facts_of(version), author=visit.viewer.name)
    noted(visit, there, "look.withdrawn", version, there.standing.in_force)
    return True


def noted(visit: Visit, there: Dressed, kind: str, before: BrandVersion, after: BrandVersion) -> None:
    """An event of the company, with what both looked like."""
    pair = [{name: getattr(one, name) for name in ("theme", "colour")} for one in (before, after)]
    record(
        visit.db, visit.company.id, kind=kind, subject=there.home.name, actor=visit.viewer.name, before=pair[0],
        after=pair[1],
    )  # fmt: skip
