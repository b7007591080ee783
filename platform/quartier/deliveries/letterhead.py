"""On whose paper a mail is written: the company's, or the platform's own."""

from __future__ import annotations

from uuid import UUID

from quartier.config import Config
from quartier.deliveries.models import MailSettings, OwnSender
from quartier.i18n.localized import LocalizedText
from quartier.mail.letters import Action, Inks, Letterhead, Rounding
from quartier.tenancy.snapshot import Snapshot
from quartier.theming.palette import derive
from quartier.web.brand import CONSOLE_BRAND

ROUNDING = {"theme": Rounding(6, 8), "square": Rounding(0, 0), "soft": Rounding(8, 10), "round": Rounding(25, 14)}
"""By the corners of a brand. A theme's own are not known to mail programs; half a button's height makes a pebble."""


def company_letterhead(
    config: Config, company: Snapshot, language: str, own: MailSettings | None, sender: OwnSender | None = None,
    *, home: UUID | None = None,
) -> Letterhead:  # fmt: skip
    """The company's paper: its name, colours, icon, head and foot, its canonical host from the database, and its own
    address where mails may come from there.

    Somebody at `home` in a property with a look of its own gets it in that one, signed by what the app is called there.
    """
    origin, worn = config.origin(company.host), company.at(home)
    day, night = _inks(worn.brand.colour, worn.brand.second)
    named = worn.brand.app_name if worn.brand.app_name != company.brand.app_name else LocalizedText({})
    return Letterhead(
        company_id=company.id,
        name=named.pick(language, (company.default_language,)).text or (own.sender_name if own else "") or company.name,
        address=sender.address if sender is not None and sender.is_used else config.sender,
        origin=origin,
        logo=f"{origin}/icons/icon-192.png{worn.asked}",
        day=day,
        night=night,
        reply_to=own.reply_to if own else None,
        header=company.mail_header.pick(language, (company.default_language,)).text,
        footer=company.mail_footer.pick(language, (company.default_language,)).text,
        rounding=ROUNDING[worn.brand.corners],
        links=tuple(Action(one.title.pick(language).text, origin + one.path) for one in company.legal),
    )


def platform_letterhead(config: Config) -> Letterhead:
    """The paper of the platform, for operators."""
    day, night = _inks(CONSOLE_BRAND.colour, CONSOLE_BRAND.second)
    origin = config.origin(config.console_host)
    return Letterhead(None, "Quartier", config.sender, origin, None, day, night)


def _inks(colour: str, second: str | None) -> tuple[Inks, Inks]:
    palette = derive(colour, second)
    day, night = (Inks(one["accent"], one["on-accent"], one["accent-text"]) for one in (palette.light, palette.dark))
    return day, night
