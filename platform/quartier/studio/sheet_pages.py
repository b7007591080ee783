"""The proof sheet, to read and to keep; and the statement on accessibility that follows from it, for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response, request

from quartier.accounts.permissions import COMPANY_SETTINGS
from quartier.companies.branding import current_brand
from quartier.companies.models import BrandDraft, BrandVersion
from quartier.companies.subbrands import worn_there
from quartier.deliveries.services import settings_of
from quartier.files.models import StoredFile
from quartier.i18n.formats import format_moment, format_number
from quartier.i18n.texts import gettext as _
from quartier.legal.queries import Standing, standings
from quartier.letters.proof import Ground, ProofPaper, pressed_proof
from quartier.studio.look_form import Beneath
from quartier.studio.look_pages import standing_here
from quartier.studio.names_form import named
from quartier.studio.pages import BRAND, cockpit
from quartier.studio.proof import cut
from quartier.studio.sheet import LogoGround, ProofSheet, sheet_of
from quartier.studio.words import shape_words
from quartier.theming.pairs import Pair
from quartier.web.gate import PUBLIC
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.shell import file_storage, shell
from quartier.web.visit import Visit

PROOF = f"{BRAND}/proof"
app = Pages("statement", __name__, area="app")


@cockpit.page(PROOF, needs=COMPANY_SETTINGS)
def proof(visit: Visit) -> str:
    """The sheet of the draft (`of=draft`), or of what is in force."""
    look = _look(visit)
    return render(
        "studio/sheet.html", is_draft=isinstance(look, BrandDraft), said=said_of(visit, look),
        sheet=sheet_here(visit, look), cut=cut, corners=shape_words("corners")[look.corners],
        density=shape_words("density")[look.density],
    )  # fmt: skip


@cockpit.page(f"{PROOF}.pdf", needs=COMPANY_SETTINGS)
def proof_pdf(visit: Visit) -> Response:
    """The same as a document."""
    return pdf_of(visit, _look(visit), visit.company.name)


@app.page("/accessibility", needs=PUBLIC)
def statement(visit: Visit) -> str:
    """What was measured when the look that this reader sees was published, and whom to tell of a barrier."""
    look = _seen(visit)
    own = settings_of(visit.db)
    return render(
        "studio/statement.html",
        look=look,
        sheet=_measured(visit, look),
        cut=cut,
        write_to=own.reply_to if own else None,
    )


def _seen(visit: Visit) -> BrandVersion:
    company, home = standing_here(visit).in_force, visit.company.home
    there = current_brand(visit.db, visit.company.id, home) if home else None
    return worn_there(company, there) if there else company


def _look(visit: Visit) -> Beneath:
    standing = standing_here(visit)
    return standing.beneath if request.args.get("of") == "draft" else standing.in_force


def pdf_of(visit: Visit, look: Beneath, whose: str) -> Response:
    """The sheet of a look as a document."""
    paper = _paper(visit, look, sheet_here(visit, look), whose)
    answer = Response(pressed_proof(paper), content_type="application/pdf")
    answer.headers.set("Content-Disposition", "inline", filename=_("Proof sheet") + ".pdf")
    return answer


def sheet_here(visit: Visit, look: Beneath) -> ProofSheet:
    """What was measured and found of a look, in the reader's language; legal pages and missing texts as well."""
    return _measured(visit, look, standings(visit.db, visit.today))


def _measured(visit: Visit, look: Beneath, documents: Sequence[Standing] = ()) -> ProofSheet:
    apps = named(look.micro_apps, visit.company, shell().plugins)
    return sheet_of(look, visit.company, apps, shell().themes, documents)


def said_of(visit: Visit, look: Beneath) -> str:
    """Which look it is, and from when."""
    if isinstance(look, BrandDraft):
        return _("Draft, saved %(moment)s", moment=format_moment(look.saved_at, visit.zone))
    moment = format_moment(look.published_at, visit.zone)
    return _("Version %(number)s, published %(moment)s", number=look.number, moment=moment)


def _paper(visit: Visit, look: Beneath, sheet: ProofSheet, whose: str) -> ProofPaper:
    facts: list[tuple[str, str, str | None]] = [
        (_("Look"), said_of(visit, look), None),
        (_("Character"), sheet.theme.name[visit.voice.language], None),
        (_("Corners"), shape_words("corners")[look.corners], None),
        (_("Density"), shape_words("density")[look.density], None),
        (_("Brand colour"), sheet.palette.brand.upper(), sheet.palette.brand),
        (_("Second colour"), sheet.palette.second.upper(), sheet.palette.second),
        (_("Result"), _("Can be published") if sheet.holds else _("Cannot be published"), None),
    ]
    groups = [
        (_("What was adjusted, and why"), sheet.notes or (_("Nothing had to be adjusted."),)),
        (_("Names that are too long"), sheet.long_names or (_("All names find room."),)),
        (_("Missing languages"), sheet.gaps or (_("Nothing is missing."),)),
    ]
    return ProofPaper(
        visit.voice.language, _("Proof sheet of the look"), whose, facts, groups,
        _("The logo on its grounds"), _("Every pair of colours"),
        (_("Sample"), _("Writing on ground"), _("Page"), _("Contrast"), _("at least"), _("Result")),
        [_row(pair) for pair in sheet.pairs], [one for one in _drawn(visit, sheet.grounds) if one],
    )  # fmt: skip


def _row(pair: Pair) -> dict[str, str]:
    return {
        "ink": pair.ink_colour, "ground": pair.ground_colour, "names": f"{pair.ink} / {pair.ground}",
        "mode": _("light") if pair.mode == "light" else _("dark"), "ratio": f"{format_number(cut(pair.ratio), 1)} : 1",
        "least": f"{format_number(pair.least, 1)} : 1", "verdict": _("holds") if pair.holds else _("fails"),
    }  # fmt: skip


def _drawn(visit: Visit, grounds: Any) -> list[Ground | None]:
    return [_ground(visit, one) for one in grounds]


def _ground(visit: Visit, one: LogoGround) -> Ground | None:
    file = visit.db.get(StoredFile, (visit.company.id, UUID(one.url.split("/")[2])))
    body = file_storage().get(file.key) if file is not None else None
    if file is None or body is None:
        return None
    return Ground(one.caption, one.ground, one.plate, (body, file.content_type))
