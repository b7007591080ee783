"""What is in a copy, said in it: whoever unpacks it reads this first, and in their language."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime

from quartier.accounts.models import Account
from quartier.i18n import formats
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import using
from quartier.i18n.voice import choose_language
from quartier.jobs.definition import Work


def explained(work: Work, account: Account, parts: Collection[str]) -> tuple[str, bytes]:
    """(name, text) of the file that says what the others are; `parts` are those of `gathering.everything`."""
    company = work.company
    language = choose_language(company.languages, account.language)
    with using(replace(work.voice, language=language)):  # type: ignore[arg-type]
        apps = {slug: app for slug, app in company.micro_apps.items() if slug in parts}
        names = {
            f"{slug}.json": app.name.pick(language, (company.default_language,)).text for slug, app in apps.items()
        }
        lines = [
            _("What %(company)s knows of you in the portal", company=company.name),
            _("Made on %(date)s", date=formats.format_date(datetime.now(UTC), zone=company.zone)),
            "",
            _("portal.json: your entry and its history, homes, account, devices, mails, invitations and consents"),
            *(_("%(file)s: what concerns you in “%(module)s”", file=file, module=name) for file, name in names.items()),
            _("files: your picture and what you have sent, if there is any"),
            "",
            _("Files that end in .json are plain text, which every program for texts opens and other services can read."
              " Times are in UTC."),
        ]  # fmt: skip
        return _("READ-ME.txt"), "\r\n".join([*lines, ""]).encode()
