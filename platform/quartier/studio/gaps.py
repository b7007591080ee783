"""What is missing in a language that the company offers: names, greeting, head and foot of mails, legal pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from quartier.i18n.texts import current_voice
from quartier.i18n.texts import gettext as _
from quartier.i18n.voice import OWN_NAMES, Language
from quartier.legal.kinds import TITLES
from quartier.legal.queries import Standing
from quartier.studio.look_form import Beneath
from quartier.studio.names_form import Named
from quartier.tenancy.snapshot import Snapshot


def gaps(
    look: Beneath,
    company: Snapshot,
    apps: Sequence[Named],
    documents: Sequence[Standing],
    languages: Sequence[Language],
) -> Iterator[str]:
    """Sentences, language by language; then the legal pages that every portal should have and this one has not."""
    for language in languages:
        yield from _texts(look, company, language)
        yield from _names(apps, language)
        yield from _documents(documents, language)
    for one in documents:
        if one.key in TITLES and not one.versions:
            yield _("Nothing is published of this legal page: %(title)s", title=_title(one))


def _texts(look: Beneath, company: Snapshot, language: Language) -> Iterator[str]:
    own = OWN_NAMES[language]
    if not look.app_name.get(language):
        yield _("The name of the app is missing in this language: %(language)s", language=own)
    if _lacks(company.greeting, language):
        yield _("The greeting is missing in this language: %(language)s", language=own)
    if _lacks(company.emergency_note, language):
        yield _("When to call the emergency number is missing in this language: %(language)s", language=own)
    if _lacks(look.mail_header, language):
        yield _("The line at the head of mails is missing in this language: %(language)s", language=own)
    if _lacks(look.mail_footer, language):
        yield _("The lines at the foot of mails are missing in this language: %(language)s", language=own)


def _names(apps: Sequence[Named], language: Language) -> Iterator[str]:
    for app in apps:
        name, own = app.manifest.name[language], OWN_NAMES[language]
        if app.is_on and _lacks(app.own_name, language):
            yield _(
                "“%(name)s” has no name of yours in this language: %(language)s. The module’s own word stands there.",
                name=name, language=own,
            )  # fmt: skip
        if app.is_on and _lacks(app.own_short_name, language):
            yield _(
                "“%(name)s” has no short name of yours in this language: %(language)s. The module’s own word stands "
                "there.",
                name=name, language=own,
            )  # fmt: skip


def _documents(documents: Sequence[Standing], language: Language) -> Iterator[str]:
    for one in documents:
        version = one.holds or one.coming
        if version is not None and _lacks(version.text, language):
            own = OWN_NAMES[language]
            yield _("“%(title)s” is missing in this language: %(language)s", title=_title(one), language=own)


def _title(one: Standing) -> str:
    return one.title.pick(current_voice().language).text


def _lacks(texts: Mapping[str, str], language: Language) -> bool:
    """Whether there is a text, though none in this language."""
    return bool(texts) and not texts.get(language)
