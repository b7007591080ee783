"""What we write about demos, to those who sell. Bind the reader's voice before calling."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from quartier.i18n.formats import format_date
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import ngettext
from quartier.mail.letters import Action, Letter
from quartier.tenancy.models import Company


def ending_letter(name: str, company: Company, ends: datetime, url: str, *, visits: int) -> Letter:
    """A demo goes in a few days, unless somebody does something."""
    last = ends.astimezone(ZoneInfo(company.timezone)).date() - timedelta(days=1)
    opened = ngettext("It was opened %(num)s time.", "It was opened %(num)s times.", visits)
    return Letter(
        subject=_("The demo for %(company)s ends on %(date)s", company=company.name, date=format_date(last)),
        greeting=_("Hello %(name)s", name=name),
        paragraphs=(
            _("After this day everything of it is deleted, also what the prospect has entered.") + " " + opened,
            _("You can give it 30 more days, or let it become the real company: then only its sample data goes."),
        ),
        action=Action(_("Open the demo in the console"), url),
    )
