"""What is written about quotes: to who buys, and to who sells. Bind the reader's voice before calling."""

from __future__ import annotations

from quartier.i18n import formats
from quartier.i18n.texts import gettext as _
from quartier.mail.letters import Action, Letter
from quartier.quotes import wording
from quartier.quotes.content import Content
from quartier.quotes.models import QuoteAcceptance, QuoteVersion


def quote_letter(number: str, version: int, content: Content, seller: str, url: str) -> Letter:
    """The quote, with its link."""
    lasts = _("You can accept it until %(date)s.", date=formats.format_date(content.valid_until))
    renewed = _("This version takes the place of the one that you have.") if version > 1 else ""
    return Letter(
        subject=_("Your quote %(number)s from Quartier", number=number),
        greeting=_greeting(content),
        paragraphs=tuple(filter(None, (
            _("%(seller)s has written a quote for you: %(sums)s, without VAT.", seller=seller,
              sums=", ".join(wording.totals(content))),
            renewed, lasts,
        ))),
        action=Action(_("Read the quote"), url),
        notes=(_("Whoever has this link can read the quote and accept it. Hand it on only to who may do that."),),
    )  # fmt: skip


def accepted_letter(
    number: str, content: Content, version: QuoteVersion, said: QuoteAcceptance, portal: str
) -> Letter:  # fmt: skip
    """Thank you, with what was accepted, and where it is."""
    return Letter(
        subject=_("Quote %(number)s is accepted", number=number),
        greeting=_greeting(content),
        paragraphs=(
            _("Thank you. %(name)s (%(role)s) accepted version %(version)s on %(moment)s.", name=said.name,
              role=said.role, version=version.number, moment=formats.format_moment(said.accepted_at, content.zone)),
            _("What you have bought works from here on: %(begins)s.", begins=wording.beginning(content)),
            _("The quote is enclosed as it was accepted."),
        ),
        action=Action(_("Open your portal"), portal),
        notes=(_("Its SHA-256 is %(digest)s.", digest=said.digest),),
    )  # fmt: skip


def told_letter(name: str, company: str, number: str, said: str, url: str) -> Letter:
    """To who sells: somebody has said yes."""
    return Letter(
        subject=_("%(company)s has accepted quote %(number)s", company=company, number=number),
        greeting=_("Hello %(name)s", name=name),
        paragraphs=(_("%(person)s has accepted it online. The contract is written.", person=said),),
        action=Action(_("Open the quote"), url),
    )


def clash_letter(name: str, company: str, number: str, why: str, url: str) -> Letter:
    """To who sells: somebody wanted to say yes, and could not."""
    return Letter(
        subject=_("%(company)s could not accept quote %(number)s", company=company, number=number),
        greeting=_("Hello %(name)s", name=name),
        paragraphs=(_("Somebody wanted to accept it online. This stood in the way:"), why),
        action=Action(_("Open the quote"), url),
    )


def _greeting(content: Content) -> str:
    return _("Hello %(name)s", name=content.recipient) if content.recipient else _("Hello")
