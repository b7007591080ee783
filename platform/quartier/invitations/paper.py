"""What stands in a letter on paper. Bind the reader's voice before calling."""

from __future__ import annotations

from datetime import date
from typing import Any

from quartier.i18n.formats import format_date
from quartier.i18n.texts import current_voice
from quartier.i18n.texts import gettext as _
from quartier.invitations.letters import Opening
from quartier.letters.press import Access, Page


def letter_page(row: Any, opening: Opening, *, today: date, country: str, reminder: bool) -> Page:
    """A page for somebody (a row of `people.stages`) from a company in a country."""
    return Page(
        language=current_voice().language,
        address=address_lines(row, country),
        date=format_date(today),
        subject=_subject(opening, reminder=reminder),
        greeting=greeting(row),
        paragraphs=(
            _("%(company)s has opened a portal for you: documents, news and answers about your home, in one place.",
              company=opening.company),
            _("This is how you get in:"),
        ),
        access=_access(opening),
        notes=(
            _("The code is for you alone: please do not pass it on. It is enough for everything you use with us."),
            *((_("It is good until %(date)s.", date=format_date(opening.until)),) if opening.until else ()),
        ),
        closing=_("Kind regards"),
        signature=opening.company,
    )  # fmt: skip


def _access(opening: Opening) -> Access:
    return Access(
        steps=(
            _("Scan the QR code with your phone’s camera, or open the address below in a browser and type your code."),
            _("Choose how you want to sign in. It takes a minute."),
            _("That is all: your portal is open."),
        ),
        code_label=_("Your personal code"),
        code=opening.code,
        address_label=_("In a browser"),
        typed_at=opening.typed_at,
        url=opening.url,
    )


def greeting(row: Any) -> str:
    """How a letter begins: with the family name where we know how to address somebody, else with the whole name."""
    if current_voice().tone == "formal" and row.salutation == "ms" and row.family_name:
        return _("Dear Ms %(name)s", name=row.family_name)
    if current_voice().tone == "formal" and row.salutation == "mr" and row.family_name:
        return _("Dear Mr %(name)s", name=row.family_name)
    return _(
        "Hello %(name)s", name=row.given_name if current_voice().tone == "informal" and row.given_name else row.name
    )


def address_lines(row: Any, country: str) -> list[str]:
    """What stands in the window: to where somebody wants letters, or else to where they live here.

    The country is named where the letter leaves the company's own, as the post wants it.
    """
    person = " ".join(part for part in (row.title, row.given_name, row.family_name) if part)
    own = bool(row.street)
    street, code, city, land = (
        (row.street, row.postal_code, row.city, row.country) if own
        else (row.home_street, row.home_postal_code, row.home_city, row.home_country)
    )  # fmt: skip
    abroad = land if land and land != country else ""
    lines = [row.company_name, person, street, f"{code} {city}".strip(), _land(abroad)]
    return [line for line in lines if line]


def _land(code: str) -> str:
    return (current_voice().locale.territories.get(code) or code).upper() if code else ""


def _subject(opening: Opening, *, reminder: bool) -> str:
    if reminder:
        return _("%(company)s: your access to the portal is waiting", company=opening.company)
    return _("%(company)s: your access to the portal", company=opening.company)
