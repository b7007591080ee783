"""A quote on paper, in the company's language: the words of the PDF that is sent, kept and accepted."""

from __future__ import annotations

from datetime import date
from typing import Final

from quartier.i18n import formats
from quartier.i18n.texts import current_voice, using
from quartier.i18n.texts import gettext as _
from quartier.i18n.voice import Voice
from quartier.letters.quote import Group, QuotePaper, Row, pressed_quote
from quartier.quotes import wording
from quartier.quotes.content import Content, Line

SHARPLESS: Final = frozenset({"CH", "LI"})
"""Where nobody writes ß."""


def voice_of(content: Content, country: str) -> Voice:
    """How the company is written to: in the quote's language, formally, with its country's figures."""
    return Voice(content.language, "formal", country)  # type: ignore[arg-type]


def pressed(
    content: Content, *, number: str, version: int, country: str, seller: tuple[str, str], on: date, portal: str,
    draft: bool = False,
) -> bytes:  # fmt: skip
    """The PDF. `seller` is a name and an e-mail address, `on` the day that stands on it, `portal` a host."""
    with using(voice_of(content, country)):
        return pressed_quote(_paper(content, number, version, seller, on, portal=portal, draft=draft))


def _paper(
    content: Content, number: str, version: int, seller: tuple[str, str], on: date, *, portal: str, draft: bool
) -> QuotePaper:
    title = _("Quote %(number)s", number=number)
    return QuotePaper(
        language=content.language,
        title=title,
        subject=title,
        sender=["Quartier", *filter(None, seller)],
        addressee=_address(content),
        date=formats.format_date(on),
        intro=[part for part in content.intro.splitlines() if part.strip()] or [_intro(content)],
        facts=_facts(content, version, seller, portal),
        heads=[_("Product"), _("Quantity"), _("Price")],
        groups=[_group(period, content) for period in wording.rhythms(content)],
        conditions=_("Conditions"),
        terms=_terms(content),
        acceptance=(
            _("How to accept"),
            _(
                "Online, until %(date)s, under the link that came with this quote: by naming who accepts and in which "
                "role. A contract comes about with that.",
                date=formats.format_date(content.valid_until),
            ),
        ),
        closing=[_("Kind regards"), "", seller[0], "Quartier"],
        foot=_("Quartier · %(title)s · version %(version)s", title=title, version=version),
        pages=_("Page {page} of {pages}"),
        watermark=_("Draft") if draft else "",
    )


def _address(content: Content) -> list[str]:
    """The company, who decides there, and where."""
    company, *place = content.addressee.splitlines() or [""]
    return [company, *filter(None, [content.recipient]), *place]


def _intro(content: Content) -> str:
    if content.recipient:
        return _("Hello %(name)s, thank you for your interest. This is what we offer you.", name=content.recipient)
    return _("Thank you for your interest. This is what we offer you.")


def _facts(content: Content, version: int, seller: tuple[str, str], portal: str) -> list[tuple[str, str]]:
    return [
        (_("Begins"), wording.beginning(content)),
        (_("Runs until"), wording.lasting(content.ends)),
        (_("Price, without VAT"), ", ".join(wording.totals(content))),
        (_("Can be accepted until"), formats.format_date(content.valid_until)),
        (_("Your portal"), portal),
        (_("Version"), str(version)),
        (_("Your contact"), ", ".join(filter(None, seller))),
    ]


def _group(period: str, content: Content) -> Group:
    rows = [_row(line, content) for line in content.lines if line.period == period]
    [total] = [one for one in content.sums if one.period == period]
    return Group(wording.rhythm(period), rows, wording.sums(total, content))


def _row(line: Line, content: Content) -> Row:
    """Texts of the catalogue, as the reader's country writes them."""
    name, summary = (_spelt(text.pick(content.language).text) for text in (line.name, line.summary))
    price = formats.format_money(line.price, content.currency)
    return Row(name, summary, wording.quantity(line), wording.how(line, content.currency), price)


def _spelt(text: str) -> str:
    return text.replace("ß", "ss") if current_voice().region in SHARPLESS else text


def _terms(content: Content) -> list[tuple[str, str]]:
    late = _("Whoever accepts later than that begins at once.") if content.valid_until >= content.starts else ""
    works = _("The modules work from the agreed minute on, and nothing needs to be installed.")
    fixed = _("The prices stay as they are here for as long as the contract runs.")
    return [(_("Prices"), f"{wording.tax(content)} {fixed}"), (_("Beginning"), f"{works} {late}".strip())]
